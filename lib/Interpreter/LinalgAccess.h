//===- LinalgAccess.h - Where linalg operands lie ---------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_LIB_INTERPRETER_LINALGACCESS_H
#define QS_LIB_INTERPRETER_LINALGACCESS_H

#include "qs/Interpreter/Registry.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace qs::interp {

/// An indexing map as a linear function from loop indices to an element.
struct LinalgAccess {
  int64_t offset = 0;
  llvm::SmallVector<int64_t, 8> steps;

  int64_t at(llvm::ArrayRef<int64_t> point) const {
    int64_t position = offset;
    for (size_t d = 0; d < steps.size(); ++d)
      position += steps[d] * point[d];
    return position;
  }

  /// Emits at `op` where the map divides or leaves the operand's shape.
  static llvm::FailureOr<LinalgAccess> get(mlir::Operation *op,
                                           mlir::AffineMap map,
                                           llvm::ArrayRef<int64_t> shape,
                                           llvm::ArrayRef<int64_t> loops);
};

/// Evaluates out += a * b (with extensions of a and b) by fast loops; false,
/// with nothing done, where the op is something else.
bool evalContraction(mlir::linalg::LinalgOp op, Call &call,
                     llvm::ArrayRef<LinalgAccess> accesses,
                     llvm::ArrayRef<int64_t> loops,
                     llvm::MutableArrayRef<Tensor> outputs);

} // namespace qs::interp

#endif // QS_LIB_INTERPRETER_LINALGACCESS_H
