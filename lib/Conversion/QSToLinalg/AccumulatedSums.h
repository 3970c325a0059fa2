//===- AccumulatedSums.h - Linear ops with stated sums ----------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Sums of products of numbers in the type and order of an accumulator. Each
/// output channel has a sum of its own and the innermost loop runs over them,
/// so vector code does for each what the definition says.
///
//===----------------------------------------------------------------------===//

#ifndef QS_LIB_CONVERSION_QSTOLINALG_ACCUMULATEDSUMS_H
#define QS_LIB_CONVERSION_QSTOLINALG_ACCUMULATEDSUMS_H

#include "Elementwise.h"
#include "qs/Dialect/QS/IR/QSOps.h"

namespace qs::lowering {

/// The f32 sums of a matrix product of converted operands, without the bias.
/// Emits an error at the op for dynamic shapes.
llvm::FailureOr<mlir::Value> buildAccumulated(mlir::OpBuilder &b, MatmulOp op,
                                              MatmulOp::Adaptor in,
                                              AccumulatorAttr accumulator);
llvm::FailureOr<mlir::Value> buildAccumulated(mlir::OpBuilder &b, Conv2DOp op,
                                              Conv2DOp::Adaptor in,
                                              AccumulatorAttr accumulator);

/// The scales of groups of a reduction: sums of shape [.., groups.., n] in i32
/// or f32 become `acc = acc + f32(sum) * scale` over the group axes in order.
/// The maps of `scale` and of `result`, which holds 0, are over the axes of
/// `sums`.
mlir::Value addGroups(mlir::OpBuilder &b, mlir::Location loc, mlir::Value sums,
                      Operand scale, Operand result);

/// Permutes the axes of a tensor.
mlir::Value transpose(mlir::OpBuilder &b, mlir::Location loc, mlir::Value value,
                      llvm::ArrayRef<int64_t> perm);
/// The axis of size groups * inner as two axes.
mlir::Value splitAxis(mlir::OpBuilder &b, mlir::Location loc, mlir::Value value,
                      int64_t axis, int64_t groups);

} // namespace qs::lowering

#endif // QS_LIB_CONVERSION_QSTOLINALG_ACCUMULATEDSUMS_H
