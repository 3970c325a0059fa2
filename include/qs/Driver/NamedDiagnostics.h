//===- NamedDiagnostics.h - Errors at layers of a model ---------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_DRIVER_NAMEDDIAGNOSTICS_H
#define QS_DRIVER_NAMEDDIAGNOSTICS_H

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"

#include <string>

namespace qs::run {

/// Prints diagnostics at ops that come from no line of a text, as those of an
/// ONNX model do: `net.onnx: error: layer 'conv1': ...`, with the layer's name
/// where the message lacks it. Others are left to the handler below.
class NamedDiagnostics : public mlir::ScopedDiagnosticHandler {
public:
  NamedDiagnostics(mlir::MLIRContext *context, llvm::StringRef model);

private:
  llvm::LogicalResult print(mlir::Diagnostic &diagnostic) const;
  std::string model;
};

} // namespace qs::run

#endif // QS_DRIVER_NAMEDDIAGNOSTICS_H
