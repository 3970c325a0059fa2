//===- Registry.h - Which function evaluates which op -----------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A family of ops is one file in lib/Interpreter with one function an op and a
// `registerXxx` that enters them here. An op of another project joins the same
// way: register a function for its name before the interpreter runs.
//
//===----------------------------------------------------------------------===//

#ifndef QS_INTERPRETER_REGISTRY_H
#define QS_INTERPRETER_REGISTRY_H

#include "qs/Interpreter/Value.h"

#include "mlir/IR/Operation.h"
#include "llvm/ADT/StringMap.h"

namespace qs::interp {

class Interpreter;

/// One evaluation of one op: its operands' values in, its results' values out.
struct Call {
  mlir::Operation *op;
  llvm::ArrayRef<Value> operands;
  llvm::SmallVectorImpl<Value> &results;
  Interpreter &interpreter;

  const Tensor &tensor(unsigned i) const { return operands[i].tensor(); }
  const Scalar &scalar(unsigned i) const { return operands[i].scalar(); }
  void result(Value v) { results.push_back(std::move(v)); }
  mlir::InFlightDiagnostic error() const { return op->emitOpError(); }

  /// The stored form of result `i`'s (element) type. Only for types whose
  /// operands the interpreter could represent; others fail before the call.
  ElementType resultElement(unsigned i = 0) const;
  /// Result `i`'s shape where it is static; failure with a diagnostic
  /// otherwise.
  llvm::FailureOr<llvm::SmallVector<int64_t, 4>>
  resultShape(unsigned i = 0) const;
};

using OpFunction = mlir::LogicalResult (*)(Call &);
/// Evaluates an op on scalars; the same op on tensors maps it over elements.
using ScalarFunction = mlir::LogicalResult (*)(mlir::Operation *op,
                                               const Scalar *operands,
                                               Scalar &result);

namespace detail {
template <typename Fn> struct OpOf;
template <typename OpT> struct OpOf<mlir::LogicalResult (*)(OpT, Call &)> {
  using type = OpT;
};
template <typename OpT>
struct OpOf<mlir::LogicalResult (*)(OpT, const Scalar *, Scalar &)> {
  using type = OpT;
};
} // namespace detail

/// The table from op names to functions.
class Registry {
public:
  /// Enters `Fn(OpT op, Call &call)` for OpT.
  template <auto Fn> void add() {
    using OpT = typename detail::OpOf<decltype(Fn)>::type;
    functions[OpT::getOperationName()] = [](Call &call) {
      return Fn(mlir::cast<OpT>(call.op), call);
    };
  }
  /// Enters `fn` under a name.
  void add(llvm::StringRef name, OpFunction fn) { functions[name] = fn; }
  /// Enters a scalar function for `OpT`, on scalars and elementwise.
  template <typename OpT> void addScalar(ScalarFunction fn) {
    scalars[OpT::getOperationName()] = fn;
  }

  OpFunction lookup(llvm::StringRef name) const {
    return functions.lookup(name);
  }
  ScalarFunction lookupScalar(llvm::StringRef name) const {
    return scalars.lookup(name);
  }

  /// The table with every op this project knows.
  static const Registry &builtin();

private:
  llvm::StringMap<OpFunction> functions;
  llvm::StringMap<ScalarFunction> scalars;
};

} // namespace qs::interp

#endif // QS_INTERPRETER_REGISTRY_H
