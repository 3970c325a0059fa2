//===- NamedDiagnostics.cpp - Errors at layers of a model -----------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Driver/NamedDiagnostics.h"

#include "mlir/IR/Location.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

static llvm::StringRef severityOf(const Diagnostic &diagnostic) {
  switch (diagnostic.getSeverity()) {
  case DiagnosticSeverity::Error:
    return "error";
  case DiagnosticSeverity::Warning:
    return "warning";
  case DiagnosticSeverity::Remark:
    return "remark";
  case DiagnosticSeverity::Note:
    return "note";
  }
  llvm_unreachable("all severities are listed");
}

qs::run::NamedDiagnostics::NamedDiagnostics(MLIRContext *context,
                                            llvm::StringRef model)
    : ScopedDiagnosticHandler(context), model(model.str()) {
  setHandler([this](Diagnostic &diagnostic) { return print(diagnostic); });
}

LogicalResult qs::run::NamedDiagnostics::print(Diagnostic &diagnostic) const {
  Location loc = diagnostic.getLocation();
  if (loc->findInstanceOf<FileLineColLoc>())
    return failure();
  std::string message = diagnostic.str();
  llvm::errs() << model << ": " << severityOf(diagnostic) << ": ";
  auto name = loc->findInstanceOf<NameLoc>();
  std::string layer = name ? name.getName().str() : model;
  // The importer's errors lie at the file.
  if (!llvm::StringRef(model).ends_with(layer) &&
      !llvm::StringRef(message).contains("'" + layer + "'"))
    llvm::errs() << "layer '" << layer << "': ";
  llvm::errs() << message << "\n";
  for (Diagnostic &note : diagnostic.getNotes())
    llvm::errs() << model << ": note: " << note << "\n";
  return success();
}
