//===- OrderFloatOps.cpp - clamps next to what they clamp ----------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Iterators.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "qs/Dialect/QS/IR/QSOps.h"
#include "qs/Dialect/QS/Transforms/Fold/Passes.h"
#include "qs/Dialect/QS/Transforms/Utils/Constants.h"

namespace qs {
#define GEN_PASS_DEF_ORDERFLOATOPS
#include "qs/Dialect/QS/Transforms/Fold/Passes.h.inc"
} // namespace qs

using namespace mlir;
using namespace qs;

/// clamp(move(x)) to move(clamp(x)), as far up as it goes. Every element is
/// clamped by itself, wherever it lies.
static bool hoistClamp(tosa::ClampOp clamp, OpBuilder &b) {
  Operation *move = clamp.getInput().getDefiningOp();
  if (!isa_and_nonnull<tosa::ReshapeOp, tosa::TransposeOp>(move) ||
      !move->hasOneUse())
    return false;
  Value x = move->getOperand(0);
  if (!x.getDefiningOp() || !x.hasOneUse())
    return false;
  b.setInsertionPoint(move);
  auto hoisted = tosa::ClampOp::create(
      b, clamp.getLoc(), x.getType(), x, clamp.getMinValAttr(),
      clamp.getMaxValAttr(), clamp.getNanModeAttr());
  move->setOperand(0, hoisted);
  clamp.getResult().replaceAllUsesWith(move->getResult(0));
  return true;
}

/// Ops that leave their operand as it is.
static Value getIdentity(Operation *op) {
  if (auto identity = dyn_cast<tosa::IdentityOp>(op))
    return identity.getInput1();
  if (auto transpose = dyn_cast<tosa::TransposeOp>(op)) {
    for (auto [i, p] : llvm::enumerate(transpose.getPerms()))
      if (int32_t(i) != p)
        return {};
    return transpose.getInput1();
  }
  if (auto reshape = dyn_cast<tosa::ReshapeOp>(op))
    return reshape.getInput1();
  return {};
}

/// transpose(transpose(x)) and reshape(reshape(x)) are one.
static bool mergeMoves(Operation *op) {
  Value input = op->getNumOperands() ? op->getOperand(0) : Value();
  Operation *inner = input ? input.getDefiningOp() : nullptr;
  if (!inner || inner->getName() != op->getName())
    return false;
  if (isa<tosa::ReshapeOp>(op)) {
    op->setOperand(0, inner->getOperand(0));
    return true;
  }
  auto outer = dyn_cast<tosa::TransposeOp>(op);
  if (!outer)
    return false;
  ArrayRef<int32_t> first = cast<tosa::TransposeOp>(inner).getPerms();
  SmallVector<int32_t> perms;
  for (int32_t p : outer.getPerms())
    perms.push_back(first[p]);
  outer.setPerms(perms);
  op->setOperand(0, inner->getOperand(0));
  return true;
}

namespace {

struct OrderFloatOps : qs::impl::OrderFloatOpsBase<OrderFloatOps> {
  void runOnOperation() override {
    OpBuilder b(&getContext());
    // Ops are only added in front of the one at hand, and erased at the end.
    getOperation().walk<WalkOrder::PreOrder>([&](Operation *op) {
      if (auto clamp = dyn_cast<tosa::ClampOp>(op))
        while (clamp && hoistClamp(clamp, b)) {
          ++numMoved;
          Operation *move = clamp.getInput().getDefiningOp();
          clamp = move->getOperand(0).getDefiningOp<tosa::ClampOp>();
        }
      while (mergeMoves(op))
        ++numMoved;
      Value same = getIdentity(op);
      if (same && same.getType() == op->getResult(0).getType())
        op->getResult(0).replaceAllUsesWith(same);
    });
    getOperation().walk<WalkOrder::PostOrder, mlir::ReverseIterator>(
        [](Operation *op) {
          if (isOpTriviallyDead(op))
            op->erase();
        });
  }
};

} // namespace
