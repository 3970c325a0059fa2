//===- PackedKernels.h - Packed kernels by their operands -------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_DIALECT_QS_IR_PACKEDKERNELS_H
#define QS_DIALECT_QS_IR_PACKEDKERNELS_H

#include "qs/Dialect/QS/IR/QSOps.h"

namespace qs {

/// What a packed kernel takes, by the names of QSPackOps.td. All but `input`,
/// `weights`, `init` and `epilogue` may be null; `init` is a tensor.
struct KernelOperands {
  mlir::Value input, weights, bias, multiplier, weightScale, groupBias,
      groupZero, rowSums, rowZero, columnSums, rowScale, resultScale,
      borderSums, borderClass, thresholds, falling, init;
  EpilogueAttr epilogue;
  bool signedInput = false;
  mlir::IntegerAttr wide;
  AccumulatorAttr accumulator;
  mlir::DenseI64ArrayAttr productSpan;
};

PackedMatmulOp makePackedMatmul(mlir::OpBuilder &b, mlir::Location loc,
                                const KernelOperands &operands);
PackedConv2DOp makePackedConv2D(mlir::OpBuilder &b, mlir::Location loc,
                                const KernelOperands &operands,
                                llvm::ArrayRef<int64_t> stride,
                                llvm::ArrayRef<int64_t> dilation);

} // namespace qs

#endif // QS_DIALECT_QS_IR_PACKEDKERNELS_H
