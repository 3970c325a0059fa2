//===- ImportONNX.h - ONNX model to TOSA and qs ----------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads an ONNX model (opset 1 to 23) into a module with one function `@main`.
//
// Float operators become TOSA, quantized operators become qs operations. The
// function keeps the signature of the graph: the same order of inputs and
// outputs, ONNX's own shapes (images are NCHW), and their names in the
// attribute `qs.name` of each argument and result. Initializers become
// constants. Every operation has the name of its ONNX node as location.
//
// Inside the function images are NHWC. A value changes its layout only where
// an operator demands the other one, so that a chain of convolutions, poolings
// and element-wise operators has no transpose in it.
//
// Shapes are static. A symbolic first dimension takes the batch size of the
// options, other symbolic dimensions need a value by name.
//
// Source: github.com/onnx/onnx, docs/IR.md, docs/Operators.md.
//
//===----------------------------------------------------------------------===//

#ifndef QS_IMPORT_ONNX_IMPORTONNX_H
#define QS_IMPORT_ONNX_IMPORTONNX_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <string>

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace qs {

struct ImportONNXOptions {
  /// Value of a symbolic first dimension of a graph input; at least 1.
  int64_t batch = 1;
  /// Values of other symbolic dimensions by their name in the model.
  llvm::StringMap<int64_t> dims;
  /// Folder of external weight data; empty means the folder of the model.
  std::string externalDataDir;
};

/// The oldest and newest version of the default operator set that is read.
constexpr int64_t kOldestOpset = 1;
constexpr int64_t kNewestOpset = 23;

/// Registers the dialects that imported modules use.
void registerImportONNXDialects(mlir::DialectRegistry &registry);

/// Imports the model file `path`. On any error a diagnostic is emitted that
/// names the file, the node (name, operator, index), what was expected and
/// what was found, and the result is null. Loads the dialects it needs.
mlir::OwningOpRef<mlir::ModuleOp>
importONNXFile(llvm::StringRef path, mlir::MLIRContext *context,
               const ImportONNXOptions &options = {});

/// The same for a serialized ModelProto in memory. `name` stands for the file
/// in diagnostics; external data is looked up in `options.externalDataDir`
/// and refused where that is empty.
mlir::OwningOpRef<mlir::ModuleOp>
importONNX(llvm::StringRef bytes, llvm::StringRef name,
           mlir::MLIRContext *context, const ImportONNXOptions &options = {});

} // namespace qs

#endif // QS_IMPORT_ONNX_IMPORTONNX_H
