//===- Elementwise.h - Builders of linalg.generic ---------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_LIB_CONVERSION_QSTOLINALG_ELEMENTWISE_H
#define QS_LIB_CONVERSION_QSTOLINALG_ELEMENTWISE_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/Transforms/DialectConversion.h"
#include "qs/Conversion/QSToLinalg/Scalar.h"

namespace qs::lowering {

/// One tensor operand of a generic op and how it is indexed.
struct Operand {
  mlir::Value value;
  mlir::AffineMap map;
};

/// Indexed like the result.
Operand same(mlir::Value value);
/// Sizes of 1 are stretched to `rank` dimensions of the result.
Operand broadcast(mlir::Value value);
/// A parameter of rank 0, or of rank 1 along the last axis. Null stays null.
Operand alongLast(mlir::Value value, int64_t rank);
/// A scale or zero point of a tensor with `type` elements. Null stays null.
Operand parameter(mlir::Value value, QuantType type, int64_t rank);

using Body = llvm::function_ref<mlir::Value(Scalars &, mlir::ValueRange)>;

/// `result[i] = body(operands at i)`. Operands of rank 0 are read once, in
/// front of the loops; null operands are null in the body. Dynamic sizes come
/// from `shapeOf`, a tensor of the result's shape.
mlir::Value buildElementwise(mlir::OpBuilder &b, mlir::Location loc,
                             mlir::RankedTensorType result, mlir::Value shapeOf,
                             llvm::ArrayRef<Operand> operands, Body body);

/// The element of a tensor of rank 0; constants come back as constants.
mlir::Value scalarOf(mlir::OpBuilder &b, mlir::Location loc, mlir::Value value);

/// An uninitialized tensor; dynamic sizes as in `sizes`.
mlir::Value emptyTensor(mlir::OpBuilder &b, mlir::Location loc,
                        mlir::RankedTensorType type,
                        llvm::ArrayRef<mlir::OpFoldResult> sizes);

/// A tensor filled with a scalar.
mlir::Value filledTensor(mlir::OpBuilder &b, mlir::Location loc,
                         mlir::RankedTensorType type,
                         llvm::ArrayRef<mlir::OpFoldResult> sizes,
                         mlir::Value scalar);

/// NHWC tensor with `pad` [top, bottom, left, right] positions of `scalar`.
mlir::Value padImage(mlir::OpBuilder &b, mlir::Location loc, mlir::Value image,
                     llvm::ArrayRef<int64_t> pad, mlir::Value scalar);

void populateQuantPatterns(mlir::TypeConverter &, mlir::RewritePatternSet &);
void populateRequantizePatterns(mlir::TypeConverter &,
                                mlir::RewritePatternSet &);
void populateLinearPatterns(mlir::TypeConverter &, mlir::RewritePatternSet &);
void populateElementwisePatterns(mlir::TypeConverter &,
                                 mlir::RewritePatternSet &);
void populatePoolPatterns(mlir::TypeConverter &, mlir::RewritePatternSet &);
void populateCastPatterns(mlir::TypeConverter &, mlir::RewritePatternSet &);

} // namespace qs::lowering

#endif // QS_LIB_CONVERSION_QSTOLINALG_ELEMENTWISE_H
