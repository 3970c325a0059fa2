//===- ConvertLinalgToQS.cpp - linalg on tensors to qs --------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Raise.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/Iterators.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "qs/Conversion/LinalgToQS/LinalgToQS.h"
#include "qs/Dialect/QS/IR/QSDialect.h"
#include "qs/Dialect/QS/Transforms/Utils/Fallback.h"

namespace qs {
#define GEN_PASS_DEF_CONVERTLINALGTOQS
#include "qs/Conversion/LinalgToQS/Passes.h.inc"
} // namespace qs

using namespace mlir;
using namespace qs;

static bool isMovementOp(Operation *op) {
  return isa<linalg::TransposeOp, tensor::CollapseShapeOp,
             tensor::ExpandShapeOp, tensor::ConcatOp>(op);
}

/// What is raised on its own. Fills go with what they start, pads with what
/// reads them.
static bool isCandidate(Operation *op) {
  if (isa<linalg::FillOp, linalg::YieldOp, linalg::IndexOp>(op))
    return false;
  return isa_and_nonnull<linalg::LinalgDialect>(op->getDialect()) ||
         isMovementOp(op);
}

static Value raiseOp(Operation *op, raise::Context &c) {
  if (isMovementOp(op) && op->getNumResults() == 1)
    return raise::raiseMovement(op, c);
  auto linear = dyn_cast<linalg::LinalgOp>(op);
  if (!linear)
    return c.fail("it is no op that has a form in qs or TOSA");
  if (!linear.hasPureTensorSemantics())
    return c.fail("it works on buffers");
  if (linear->getNumResults() != 1)
    return c.fail("it has more than one result");
  if (raise::isConvolution(op))
    return raise::raiseConvolution(linear, c);
  if (raise::isPooling(op))
    return raise::raisePooling(linear, c);
  if (linear.getNumParallelLoops() == linear.getNumLoops()) {
    if (Value average = raise::raiseAverage(linear, c))
      return average;
    return raise::raiseElementwise(linear, c);
  }
  if (linalg::isaContractionOpInterface(linear))
    return raise::raiseContraction(linear, c);
  if (linear.getNumParallelLoops() + linear.getNumReductionLoops() ==
          linear.getNumLoops() &&
      linear.getNumDpsInputs() == 1)
    return raise::raiseReduction(linear, c);
  return c.fail("it is no op that has a form in qs or TOSA");
}

static void eraseDead(Operation *root) {
  root->walk<WalkOrder::PostOrder, ReverseIterator>([&](Operation *op) {
    if (op != root && isOpTriviallyDead(op))
      op->erase();
  });
}

namespace {

struct ConvertLinalgToQS : qs::impl::ConvertLinalgToQSBase<ConvertLinalgToQS> {
  void runOnOperation() override {
    if (!hasLinalg())
      return;
    SmallVector<Operation *> candidates;
    getOperation().walk<WalkOrder::PreOrder>([&](Operation *op) {
      if (isCandidate(op))
        candidates.push_back(op);
      return isa<linalg::LinalgOp, tensor::PadOp>(op) ? WalkResult::skip()
                                                      : WalkResult::advance();
    });
    for (Operation *op : candidates)
      tryTo(op, [&](raise::Context &c) { return raiseOp(op, c); });
    eraseDead(getOperation());
    dropErased();
    // Pads that are still read.
    SmallVector<tensor::PadOp> pads;
    getOperation().walk([&](tensor::PadOp pad) { pads.push_back(pad); });
    for (tensor::PadOp pad : pads)
      tryTo(pad, [&](raise::Context &c) { return raise::raisePad(pad, c); });
    eraseDead(getOperation());
    getOperation().walk([&](Operation *op) {
      auto found = reasons.find(op);
      if (found != reasons.end())
        emitFallbackRemark(op, "convert-linalg-to-qs", found->second);
    });
    reasons.clear();
  }

private:
  /// Forgets the reasons of ops that are no more, before others take their
  /// place in memory.
  void dropErased() {
    llvm::MapVector<Operation *, std::string> alive;
    getOperation().walk([&](Operation *op) {
      auto found = reasons.find(op);
      if (found != reasons.end())
        alive.insert(*found);
    });
    reasons = std::move(alive);
  }

  bool hasLinalg() {
    return getOperation()
        .walk([](linalg::LinalgOp) { return WalkResult::interrupt(); })
        .wasInterrupted();
  }

  void tryTo(Operation *op, function_ref<Value(raise::Context &)> raiseIt) {
    OpBuilder builder(op);
    std::string why;
    raise::Context c{builder, op->getLoc(), why};
    Value value = raiseIt(c);
    if (value && value.getType() == op->getResult(0).getType()) {
      op->getResult(0).replaceAllUsesWith(value);
      ++numRaised;
      return;
    }
    reasons[op] = why.empty() ? "it has no form in qs or TOSA" : why;
  }

  llvm::MapVector<Operation *, std::string> reasons;
};

} // namespace
