//===- Model.h - Loading a model and reading its signature ------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_DRIVER_MODEL_H
#define QS_DRIVER_MODEL_H

#include "qs/Interpreter/Tensor.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace qs::run {

/// An input or output of a function.
struct Port {
  std::string name;
  mlir::Type type;
  interp::ElementType element;
  /// Dynamic dimensions are mlir::ShapedType::kDynamic.
  llvm::SmallVector<int64_t, 4> shape;
};

struct Signature {
  std::vector<Port> inputs, outputs;
};

/// The dialects that a model may be written in.
void registerModelDialects(mlir::DialectRegistry &registry);

/// Parses a .mlir, .mlirbc or (where the importer is built in) .onnx file.
/// A module is tried in a child process first (ReadModule.h). Diagnostics are
/// emitted; the result is null on error.
mlir::OwningOpRef<mlir::ModuleOp> loadModel(llvm::StringRef path,
                                            mlir::MLIRContext *context);

/// The function `name` of a module; an error lists those it has.
llvm::Expected<mlir::func::FuncOp> findFunction(mlir::ModuleOp module,
                                                llvm::StringRef name);

/// Names are the attribute `qs.name`, else arg0... and out0...
llvm::Expected<Signature> signatureOf(mlir::func::FuncOp function);

} // namespace qs::run

#endif // QS_DRIVER_MODEL_H
