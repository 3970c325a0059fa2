//===- LowerCopies.cpp - copies as loops
//--------------------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Utils/Utils.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "qs/Target/Native/Passes.h"

namespace qs::native {
#define GEN_PASS_DEF_QSLOWERCOPIES
#include "qs/Target/Native/Passes.h.inc"
} // namespace qs::native

using namespace mlir;

namespace {
struct LowerCopies : qs::native::impl::QSLowerCopiesBase<LowerCopies> {
  using QSLowerCopiesBase::QSLowerCopiesBase;
  void runOnOperation() override {
    SmallVector<memref::CopyOp> copies;
    getOperation().walk([&](memref::CopyOp op) { copies.push_back(op); });
    for (memref::CopyOp op : copies) {
      OpBuilder b(op);
      linalg::makeMemRefCopyOp(b, op.getLoc(), op.getSource(), op.getTarget());
      op.erase();
    }
  }
};
} // namespace
