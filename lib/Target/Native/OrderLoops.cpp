//===- OrderLoops.cpp - the innermost loop
//------------------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "qs/Target/Native/Passes.h"

namespace qs::native {
#define GEN_PASS_DEF_QSORDERLOOPS
#include "qs/Target/Native/Passes.h.inc"
} // namespace qs::native

using namespace mlir;

/// The loop that is to be innermost, or nothing where the order is good.
static std::optional<unsigned> findInnermost(linalg::GenericOp op) {
  if (op.getNumReductionLoops() == 0 || op.getNumDpsInits() == 0)
    return std::nullopt;
  AffineMap result = op.getMatchingIndexingMap(op.getDpsInitOperand(0));
  if (result.getNumResults() == 0)
    return std::nullopt;
  auto last = dyn_cast<AffineDimExpr>(result.getResults().back());
  if (!last || last.getPosition() + 1 == op.getNumLoops())
    return std::nullopt;
  unsigned loop = last.getPosition();
  // Elsewhere it may only be the last dimension, with a stride of one.
  for (AffineMap map : op.getIndexingMapsArray())
    for (auto [i, expr] : llvm::enumerate(map.getResults()))
      if (expr.isFunctionOfDim(loop) &&
          (expr != last || i + 1 != map.getNumResults()))
        return std::nullopt;
  return loop;
}

namespace {
struct OrderLoops : qs::native::impl::QSOrderLoopsBase<OrderLoops> {
  using QSOrderLoopsBase::QSOrderLoopsBase;
  void runOnOperation() override {
    SmallVector<linalg::GenericOp> generics;
    getOperation().walk([&](linalg::GenericOp op) { generics.push_back(op); });
    IRRewriter rewriter(&getContext());
    for (linalg::GenericOp op : generics) {
      std::optional<unsigned> innermost = findInnermost(op);
      if (!innermost)
        continue;
      SmallVector<unsigned> order;
      for (unsigned i = 0; i < op.getNumLoops(); ++i)
        if (i != *innermost)
          order.push_back(i);
      order.push_back(*innermost);
      rewriter.setInsertionPoint(op);
      (void)linalg::interchangeGenericOp(rewriter, op, order);
    }
  }
};
} // namespace
