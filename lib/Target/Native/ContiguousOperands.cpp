//===- ContiguousOperands.cpp - dense buffers for packed kernels ----------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/MemRef/Utils/MemRefUtils.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "qs/Dialect/QS/IR/QSOps.h"
#include "qs/Target/Native/Passes.h"

namespace qs::native {
#define GEN_PASS_DEF_QSCONTIGUOUSOPERANDS
#include "qs/Target/Native/Passes.h.inc"
} // namespace qs::native

using namespace mlir;

namespace {
struct ContiguousOperands
    : qs::native::impl::QSContiguousOperandsBase<ContiguousOperands> {
  using QSContiguousOperandsBase::QSContiguousOperandsBase;

  static void makeDense(DestinationStyleOpInterface kernel,
                        OpOperand &operand) {
    auto type = dyn_cast<MemRefType>(operand.get().getType());
    if (!type || memref::isStaticShapeAndContiguousRowMajor(type))
      return;
    OpBuilder b(kernel);
    Location loc = kernel.getLoc();
    auto dense = MemRefType::get(type.getShape(), type.getElementType());
    Value view = operand.get();
    Value copy = memref::AllocOp::create(b, loc, dense);
    operand.set(copy);
    if (!kernel.isDpsInit(&operand)) {
      memref::CopyOp::create(b, loc, view, copy);
      return;
    }
    b.setInsertionPointAfter(kernel);
    memref::CopyOp::create(b, loc, copy, view);
  }

  void runOnOperation() override {
    getOperation().walk([](Operation *op) {
      if (!isa<qs::PackedMatmulOp, qs::PackedConv2DOp, qs::PrepareRowsOp,
               qs::SumRunsOp, qs::LookupBytesOp, qs::QuantizeRowsOp>(op))
        return;
      for (OpOperand &operand : op->getOpOperands())
        makeDense(cast<DestinationStyleOpInterface>(op), operand);
    });
  }
};
} // namespace
