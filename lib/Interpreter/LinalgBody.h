//===- LinalgBody.h - Bodies of linalg ops as small programs ----*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
// A body runs once for each point of the iteration space, so it is translated
// once to a list of scalar steps over numbered slots.
//
//===----------------------------------------------------------------------===//

#ifndef QS_LIB_INTERPRETER_LINALGBODY_H
#define QS_LIB_INTERPRETER_LINALGBODY_H

#include "qs/Interpreter/Interpreter.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace qs::interp {

class LinalgBody {
public:
  /// Translates the body of `op`; emits at an op in it that has no scalar
  /// semantics.
  static llvm::FailureOr<LinalgBody> build(mlir::linalg::LinalgOp op,
                                           Interpreter &interpreter);

  /// Slots [0, arguments()) are the block's arguments.
  unsigned arguments() const { return numArguments; }
  Scalar &argument(unsigned i) { return slots[i]; }
  /// Evaluates at one point of the iteration space.
  mlir::LogicalResult run(llvm::ArrayRef<int64_t> point);
  const Scalar &yielded(unsigned i) const { return slots[yields[i]]; }

private:
  struct Step {
    mlir::Operation *op;
    ScalarFunction function; // Null for linalg.index and tensor.extract.
    ElementType type;
    llvm::SmallVector<unsigned, 3> in;
    unsigned out;
    Tensor tensor; // Of tensor.extract.
  };
  mlir::LogicalResult extract(const Step &step);

  unsigned numArguments = 0;
  std::vector<Scalar> slots;
  std::vector<Step> steps;
  llvm::SmallVector<unsigned, 2> yields;
};

} // namespace qs::interp

#endif // QS_LIB_INTERPRETER_LINALGBODY_H
