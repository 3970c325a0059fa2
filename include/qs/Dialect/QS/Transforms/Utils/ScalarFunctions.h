//===- ScalarFunctions.h - elementwise float ops on numbers -----*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_DIALECT_QS_TRANSFORMS_UTILS_SCALARFUNCTIONS_H
#define QS_DIALECT_QS_TRANSFORMS_UTILS_SCALARFUNCTIONS_H

#include "mlir/IR/Operation.h"

namespace qs {

/// An elementwise op as a function of up to three f32 numbers. Booleans are 0
/// and 1. `tosa.clamp` takes its bounds as second and third.
using ScalarFunction = float (*)(float, float, float);

/// The function of `op`, or null for ops that are not elementwise.
ScalarFunction getScalarFunction(mlir::Operation *op);
/// How many operands it takes; zero points and shifts behind them take no part.
unsigned getNumScalarInputs(mlir::Operation *op);

/// The one tensor that an elementwise op is a function of, looking through
/// elementwise ops in front of it: an operand somewhere up, or null where it is
/// a function of several tensors or of constants alone. A clamp that belongs to
/// the op in front of it (see Roles.h) ends the search.
mlir::Value getFunctionLeaf(mlir::Operation *op);

} // namespace qs

#endif // QS_DIALECT_QS_TRANSFORMS_UTILS_SCALARFUNCTIONS_H
