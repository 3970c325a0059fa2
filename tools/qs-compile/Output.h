//===- Output.h - what qs-compile writes --------------------------*- C++
//-*-===//
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
#include <vector>

namespace qs::tool {

enum class Emit { MLIR, LLVM, Object, Shared };

/// The kind that `--emit` names, or, where it is empty, that the extension of
/// the output implies (.mlir .mlirbc .ll .o .so). Errors list what is allowed.
llvm::Expected<Emit> chooseEmit(llvm::StringRef name, llvm::StringRef output);

/// A path and the option that it was given with; an empty path is none.
struct NamedPath {
  std::string name, path;
};

/// Refuses an output that is an input or another output, and objects and
/// libraries on the standard output. The first output is that of `-o`.
llvm::Error checkPaths(Emit emit, llvm::ArrayRef<NamedPath> inputs,
                       std::vector<NamedPath> outputs);

/// The files of one run. Each is written under another name beside its place
/// (that of a link's target); commit() moves all of them there. Without it, or
/// where a signal ends the program, none appears. Devices, pipes and "-", the
/// standard output, are written in place by commit(), before anything is moved.
class OutputFiles {
public:
  ~OutputFiles();
  /// The name to write `path` under, in a folder that can be written.
  llvm::Expected<std::string> stage(llvm::StringRef path);
  /// The error with the user's names in the place of those of stage().
  llvm::Error withNames(llvm::Error error) const;
  llvm::Error commit();

private:
  struct File {
    std::string written, final, name;
    bool inPlace;
  };
  std::vector<File> staged;
};

/// Writes the integer (or float) network as MLIR: text, or bytecode where the
/// path ends in .mlirbc.
llvm::Error writeModule(mlir::ModuleOp module, llvm::StringRef path,
                        OutputFiles &files);

/// Lowers a copy of `module` and writes it. Object and Shared bring a C header
/// along, beside the output.
llvm::Error writeNative(mlir::ModuleOp module, llvm::StringRef target,
                        unsigned threads, Emit emit, llvm::StringRef path,
                        OutputFiles &files);

} // namespace qs::tool

#endif // QS_TOOLS_QSCOMPILE_OUTPUT_H
