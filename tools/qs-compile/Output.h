//===- Output.h - what qs-compile writes --------------------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_TOOLS_QSCOMPILE_OUTPUT_H
#define QS_TOOLS_QSCOMPILE_OUTPUT_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/Error.h"

#include <string>
#include <utility>
#include <vector>

namespace qs::tool {

enum class Emit { MLIR, LLVM, Object, Shared };

/// The kind that `--emit` names, or, where it is empty, that the extension of
/// the output implies (.mlir .mlirbc .ll .o .so). Errors list what is allowed.
llvm::Expected<Emit> chooseEmit(llvm::StringRef name, llvm::StringRef output);

/// The files of one run. Each is written under another name beside its place;
/// commit() moves all of them there. Without it, or where a signal ends the
/// program, none appears.
class OutputFiles {
public:
  ~OutputFiles();
  /// The name to write `path` under.
  std::string stage(llvm::StringRef path);
  llvm::Error commit();

private:
  std::vector<std::pair<std::string, std::string>> staged; // written, final
};

/// Writes the integer (or float) network as MLIR: text, or bytecode where the
/// path ends in .mlirbc.
llvm::Error writeModule(mlir::ModuleOp module, llvm::StringRef path,
                        OutputFiles &files);

/// Lowers a copy of `module` and writes it. Object and Shared bring a C header
/// along, beside the output.
llvm::Error writeNative(mlir::ModuleOp module, llvm::StringRef target,
                        unsigned threads, Emit emit, llvm::StringRef path, OutputFiles &files);

} // namespace qs::tool

#endif // QS_TOOLS_QSCOMPILE_OUTPUT_H
