//===- Interpreter.h - Reference semantics of networks ----------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Evaluates a module op by op and lowers nothing, so that it can be held
// against compiled code. Integer results are exact: every engine must give the
// same bits. Float results are computed in f32 (f64 for f64) in a stated order:
// a convolution sums over kernel row, kernel column and input channel, a
// product of matrices over its inner dimension, and a bias is added last.
//
// Integer accumulators hold the exact sum. A sum that leaves the accumulator's
// type is reported as an error at the op, not wrapped.
//
//===----------------------------------------------------------------------===//

#ifndef QS_INTERPRETER_INTERPRETER_H
#define QS_INTERPRETER_INTERPRETER_H

#include "qs/Interpreter/Registry.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/Support/Error.h"

#include <functional>
#include <vector>

namespace qs::interp {

/// Called after each evaluated op, with the values it took and gave. It may put
/// other results of the same types and shapes in their place.
using Hook =
    std::function<void(mlir::Operation *op, llvm::ArrayRef<Value> operands,
                       llvm::MutableArrayRef<Value> results)>;

struct Options {
  /// Observes results: calibration, error for each layer, traces.
  Hook hook;
  /// Nested calls and regions beyond this depth are an error.
  unsigned maxDepth = 256;
  /// Larger results are an error instead of an allocation that fails.
  int64_t maxTensorBytes = int64_t(16) << 30;
  /// The table of semantics; the project's own where null.
  const Registry *registry = nullptr;
};

/// Values of the SSA values that are alive in one function.
using Frame = llvm::DenseMap<mlir::Value, Value>;

class Interpreter {
public:
  explicit Interpreter(mlir::ModuleOp module, Options options = {});

  /// Evaluates `function` on `arguments`, which must agree with its argument
  /// types in number, element type and static dimensions. What goes wrong is a
  /// diagnostic at the op's location, and an error that names the function.
  llvm::Expected<std::vector<Tensor>> run(llvm::StringRef function,
                                          llvm::ArrayRef<Tensor> arguments);

  // What follows serves the evaluation functions of ops with regions or calls.

  /// Calls a function by symbol with values.
  mlir::LogicalResult call(mlir::func::FuncOp function,
                           llvm::ArrayRef<Value> arguments,
                           llvm::SmallVectorImpl<Value> &results);
  /// Evaluates a single-block region and gives its terminator's operands.
  /// Values captured from outside come from the frame of the running function.
  mlir::LogicalResult region(mlir::Region &region,
                             llvm::ArrayRef<Value> arguments,
                             llvm::SmallVectorImpl<Value> &results);
  /// The value of an SSA value that dominates the op being evaluated.
  const Value &valueOf(mlir::Value v) const { return frame->find(v)->second; }
  /// The tensor of a constant, converted once.
  llvm::FailureOr<Tensor> constant(mlir::ElementsAttr attr, mlir::Location loc);
  /// Fails, with a diagnostic at `op`, for a shape that is negative or larger
  /// than the options allow.
  mlir::LogicalResult checkSize(mlir::Operation *op, ElementType type,
                                llvm::ArrayRef<int64_t> shape) const;
  mlir::SymbolTable &symbols() { return symbolTable; }
  const Registry &registry() const { return *table; }

private:
  mlir::LogicalResult evaluate(mlir::Operation &op);
  mlir::LogicalResult evaluateScalars(ScalarFunction fn, Call &call);
  mlir::LogicalResult block(mlir::Block &block, llvm::ArrayRef<Value> arguments,
                            llvm::SmallVectorImpl<Value> &results);
  /// For each op of a block, the values whose last use it is.
  const std::vector<llvm::SmallVector<mlir::Value, 2>> &
  lastUses(mlir::Block &block);

  mlir::ModuleOp module;
  mlir::SymbolTable symbolTable;
  Options options;
  const Registry *table;
  Frame *frame = nullptr;
  unsigned depth = 0;
  llvm::DenseMap<mlir::Attribute, Tensor> constants;
  llvm::DenseMap<
      mlir::Block *,
      std::unique_ptr<std::vector<llvm::SmallVector<mlir::Value, 2>>>>
      uses;
};

} // namespace qs::interp

#endif // QS_INTERPRETER_INTERPRETER_H
