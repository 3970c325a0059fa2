//===- qs-onnx-fuzz.cpp - Damage a model in every way ---------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// qs-onnx-fuzz MODEL
//
// Imports MODEL truncated at every length and with every single bit flipped.
// Each result is a verified module or a diagnostic; a crash or a silent failure
// is what this looks for.
//
//===----------------------------------------------------------------------===//

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "qs/Import/ONNX/ImportONNX.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

int main(int argc, char **argv) {
  auto buffer = llvm::MemoryBuffer::getFile(argc > 1 ? argv[1] : "");
  if (!buffer) {
    llvm::errs() << "cannot read the model\n";
    return 2;
  }
  std::string model = (*buffer)->getBuffer().str();
  unsigned accepted = 0, rejected = 0, silent = 0;
  MLIRContext context(MLIRContext::Threading::DISABLED);
  unsigned errors = 0;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diag) {
    errors += diag.getSeverity() == DiagnosticSeverity::Error;
  });
  auto check = [&](const std::string &bytes) {
    errors = 0;
    if (qs::importONNX(bytes, "damaged.onnx", &context))
      ++accepted;
    else if (errors)
      ++rejected;
    else
      ++silent;
  };
  for (size_t length = 0; length < model.size(); ++length)
    check(model.substr(0, length));
  for (size_t bit = 0; bit < 8 * model.size(); ++bit) {
    std::string damaged = model;
    damaged[bit / 8] ^= static_cast<char>(1 << (bit % 8));
    check(damaged);
  }
  llvm::outs() << "accepted " << accepted << ", rejected " << rejected
               << ", silent " << silent << "\n";
  return silent != 0;
}
