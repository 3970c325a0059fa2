//===- CollapseLoops.cpp - long loops for elementwise ops
//---------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "qs/Target/Native/Passes.h"

namespace qs::native {
#define GEN_PASS_DEF_QSCOLLAPSELOOPS
#include "qs/Target/Native/Passes.h.inc"
} // namespace qs::native

using namespace mlir;

namespace {

/// Runs of neighbouring loops that every operand sees as neighbouring
/// dimensions of dense memory, or does not see at all.
SmallVector<ReassociationIndices> findRuns(linalg::GenericOp op) {
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  auto follows = [&](int64_t d) {
    // Loops d and d + 1: in each map both absent, or one right after the other.
    for (AffineMap map : maps) {
      std::optional<int64_t> a, b;
      for (auto [i, expr] : llvm::enumerate(map.getResults())) {
        if (cast<AffineDimExpr>(expr).getPosition() == d)
          a = i;
        if (cast<AffineDimExpr>(expr).getPosition() == d + 1)
          b = i;
      }
      if (a.has_value() != b.has_value() || (a && *b != *a + 1))
        return false;
    }
    return true;
  };
  SmallVector<ReassociationIndices> runs;
  for (int64_t d = 0, e = op.getNumLoops(); d < e; ++d) {
    if (d && follows(d - 1))
      runs.back().push_back(d);
    else
      runs.push_back({d});
  }
  return runs;
}

bool isCandidate(linalg::GenericOp op) {
  if (!op.hasPureBufferSemantics() || op.hasIndexSemantics() ||
      op.getNumLoops() < 2 || op.getNumParallelLoops() != op.getNumLoops())
    return false;
  for (AffineMap map : op.getIndexingMapsArray())
    if (!map.isProjectedPermutation())
      return false;
  return llvm::all_of(op->getOperandTypes(), [](Type type) {
    auto memref = dyn_cast<MemRefType>(type);
    return memref && memref.getLayout().isIdentity() && memref.hasStaticShape();
  });
}

/// Dense views as what they are: a collapse of dimensions would be folded into
/// the loads as divisions, which LLVM does not undo for every shape.
void castViews(func::FuncOp function) {
  SmallVector<memref::CollapseShapeOp> views;
  function.walk([&](memref::CollapseShapeOp op) {
    if (op.getSrcType().getLayout().isIdentity() &&
        op.getType().getLayout().isIdentity() && op.getType().hasStaticShape())
      views.push_back(op);
  });
  for (memref::CollapseShapeOp op : views) {
    OpBuilder b(op);
    auto [strides, offset] = op.getType().getStridesAndOffset();
    Value cast = memref::ReinterpretCastOp::create(
        b, op.getLoc(), op.getType(), op.getSrc(), offset,
        op.getType().getShape(), strides);
    op.replaceAllUsesWith(cast);
    op.erase();
  }
}

struct CollapseLoops : qs::native::impl::QSCollapseLoopsBase<CollapseLoops> {
  using QSCollapseLoopsBase::QSCollapseLoopsBase;
  void runOnOperation() override {
    SmallVector<linalg::GenericOp> candidates;
    getOperation().walk([&](linalg::GenericOp op) {
      if (isCandidate(op))
        candidates.push_back(op);
    });
    IRRewriter rewriter(&getContext());
    for (linalg::GenericOp op : candidates) {
      SmallVector<ReassociationIndices> runs = findRuns(op);
      if (runs.size() == op.getNumLoops())
        continue;
      rewriter.setInsertionPoint(op);
      auto linalgOp = cast<linalg::LinalgOp>(op.getOperation());
      if (succeeded(linalg::collapseOpIterationDims(linalgOp, runs, rewriter)))
        rewriter.eraseOp(op);
    }
    castViews(getOperation());
  }
};

} // namespace
