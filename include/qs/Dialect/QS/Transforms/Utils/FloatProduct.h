//===- FloatProduct.h - An elementwise float product ------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// `tosa.mul` of floats. The op takes a shift, which only products of integers
/// use and which must be a constant 0 here.
///
//===----------------------------------------------------------------------===//

#ifndef QS_DIALECT_QS_TRANSFORMS_UTILS_FLOATPRODUCT_H
#define QS_DIALECT_QS_TRANSFORMS_UTILS_FLOATPRODUCT_H

#include "mlir/IR/Builders.h"

namespace qs {

/// `lhs * rhs` of type `type`: float tensors of one rank, whose sizes are those
/// of the result or 1.
mlir::Value multiplyFloats(mlir::OpBuilder &builder, mlir::Location loc,
                           mlir::Type type, mlir::Value lhs, mlir::Value rhs);

} // namespace qs

#endif // QS_DIALECT_QS_TRANSFORMS_UTILS_FLOATPRODUCT_H
