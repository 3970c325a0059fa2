//===- FuseElementwise.cpp - elementwise ops into one loop
//--------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "qs/Target/Native/Passes.h"

namespace qs::native {
#define GEN_PASS_DEF_QSFUSEELEMENTWISE
#include "qs/Target/Native/Passes.h.inc"
} // namespace qs::native

using namespace mlir;

/// Whether a use of a producer's result may be replaced by its computation.
static bool isWorthFusing(OpOperand *use) {
  auto producer = use->get().getDefiningOp<linalg::GenericOp>();
  auto consumer = dyn_cast<linalg::GenericOp>(use->getOwner());
  if (!producer || !consumer || !producer->hasOneUse())
    return false;
  if (consumer.getNumParallelLoops() != consumer.getNumLoops() ||
      producer.getNumParallelLoops() != producer.getNumLoops())
    return false;
  // A stretched operand would be computed anew for each of its copies.
  return consumer.getMatchingIndexingMap(use).isPermutation();
}

namespace {
struct FuseElementwise
    : qs::native::impl::QSFuseElementwiseBase<FuseElementwise> {
  using QSFuseElementwiseBase::QSFuseElementwiseBase;
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    linalg::populateElementwiseOpsFusionPatterns(patterns, isWorthFusing);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};
} // namespace
