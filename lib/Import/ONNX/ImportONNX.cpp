//===- ImportONNX.cpp - ONNX model to TOSA and qs -------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Import/ONNX/ImportONNX.h"
#include "Importer.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Verifier.h"
#include "qs/Dialect/QS/IR/QSDialect.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using namespace mlir;

void qs::registerImportONNXDialects(DialectRegistry &registry) {
  registry.insert<arith::ArithDialect, func::FuncDialect, math::MathDialect,
                  tensor::TensorDialect, tosa::TosaDialect, QSDialect>();
}

OwningOpRef<ModuleOp> qs::importONNX(llvm::StringRef bytes,
                                     llvm::StringRef name, MLIRContext *context,
                                     const ImportONNXOptions &options) {
  DialectRegistry registry;
  registerImportONNXDialects(registry);
  context->appendDialectRegistry(registry);
  for (llvm::StringRef dialect : registry.getDialectNames())
    context->getOrLoadDialect(dialect);

  // No position in the file: upstream's handlers would print the line.
  Location loc = NameLoc::get(StringAttr::get(context, name));
  importer::Model model;
  if (failed(importer::parseModel(bytes, loc, model)))
    return {};
  model.externalDataDir = options.externalDataDir;
  OwningOpRef<ModuleOp> module = importer::Importer(model, options, loc).run();
  if (!module || failed(verify(*module)))
    return {};
  return module;
}

OwningOpRef<ModuleOp> qs::importONNXFile(llvm::StringRef path,
                                         MLIRContext *context,
                                         const ImportONNXOptions &options) {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (!buffer) {
    emitError(NameLoc::get(StringAttr::get(context, path)))
        << "cannot read the file: " << buffer.getError().message();
    return {};
  }
  ImportONNXOptions fileOptions = options;
  if (fileOptions.externalDataDir.empty()) {
    llvm::StringRef folder = llvm::sys::path::parent_path(path);
    fileOptions.externalDataDir = folder.empty() ? "." : folder.str();
  }
  return importONNX((*buffer)->getBuffer(), path, context, fileOptions);
}
