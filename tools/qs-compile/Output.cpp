//===- Output.cpp - what qs-compile writes ------------------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Output.h"
#include "mlir/Bytecode/BytecodeWriter.h"
#include "mlir/IR/OwningOpRef.h"
#include "qs/Target/Native/Compile.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Signals.h"
#include "llvm/Support/ToolOutputFile.h"

using namespace mlir;

namespace qs::tool {

llvm::Expected<Emit> chooseEmit(StringRef name, StringRef output) {
  bool byName = !name.empty();
  StringRef key = byName ? name : llvm::sys::path::extension(output);
  auto kind = llvm::StringSwitch<std::optional<Emit>>(key)
                  .Cases({"mlir", ".mlir", ".mlirbc"}, Emit::MLIR)
                  .Cases({"llvm", ".ll"}, Emit::LLVM)
                  .Cases({"obj", ".o"}, Emit::Object)
                  .Cases({"so", ".so"}, Emit::Shared)
                  .Default(std::nullopt);
  if (kind && byName != key.starts_with("."))
    return *kind;
  if (byName)
    return llvm::createStringError("--emit: expected mlir, llvm, obj or so, "
                                   "found '" +
                                   name + "'");
  return llvm::createStringError(
      "cannot tell from '" + output +
      "' what to emit: expected a name that ends in .mlir, .mlirbc, .ll, .o or "
      ".so, or --emit mlir|llvm|obj|so");
}

OutputFiles::~OutputFiles() {
  for (const auto &[written, final] : staged) {
    llvm::sys::fs::remove(written);
    llvm::sys::DontRemoveFileOnSignal(written);
  }
}

std::string OutputFiles::stage(StringRef path) {
  llvm::SmallString<128> written(path);
  llvm::sys::fs::createUniquePath(path + ".%%%%%%.tmp", written,
                                  /*MakeAbsolute=*/false);
  llvm::sys::RemoveFileOnSignal(written);
  staged.emplace_back(written.str().str(), path.str());
  return written.str().str();
}

llvm::Error OutputFiles::commit() {
  for (const auto &[written, final] : staged) {
    if (std::error_code code = llvm::sys::fs::rename(written, final))
      return llvm::createStringError(final + ": " + code.message());
    llvm::sys::DontRemoveFileOnSignal(written);
  }
  staged.clear();
  return llvm::Error::success();
}

/// Opens `path`, has `write` fill it, and keeps it if all went well.
static llvm::Error
writeFile(StringRef path, bool text,
          llvm::function_ref<llvm::Error(llvm::raw_fd_ostream &)> write) {
  std::error_code code;
  llvm::ToolOutputFile file(path, code,
                            text ? llvm::sys::fs::OF_Text
                                 : llvm::sys::fs::OF_None);
  if (code)
    return llvm::createStringError(path + ": " + code.message());
  if (llvm::Error error = write(file.os()))
    return error;
  file.os().flush();
  if (file.os().has_error()) {
    std::string message = file.os().error().message();
    file.os().clear_error();
    return llvm::createStringError(path + ": " + message);
  }
  file.keep();
  return llvm::Error::success();
}

llvm::Error writeModule(ModuleOp module, StringRef path, OutputFiles &files) {
  bool bytecode = path.ends_with(".mlirbc");
  return writeFile(files.stage(path), !bytecode, [&](llvm::raw_fd_ostream &os) -> llvm::Error {
    if (!bytecode) {
      OpPrintingFlags flags;
      module->print(os, flags.enableDebugInfo());
      os << '\n';
      return llvm::Error::success();
    }
    if (failed(writeBytecodeToFile(module, os)))
      return llvm::createStringError(path + ": cannot write bytecode");
    return llvm::Error::success();
  });
}

llvm::Error writeNative(ModuleOp module, StringRef target,
                        unsigned threads, Emit emit, StringRef path,
                        OutputFiles &files) {
  native::CompileOptions options;
  options.target = target.str();
  options.threads = threads;
  OwningOpRef<ModuleOp> copy(module.clone());
  auto compiled = native::compile(*copy, options);
  if (!compiled)
    return compiled.takeError();
  std::string written = files.stage(path);
  if (emit == Emit::LLVM)
    return writeFile(written, true, [&](llvm::raw_fd_ostream &os) {
      return compiled->writeText(os);
    });
  llvm::Error error =
      emit == Emit::Shared
          ? compiled->writeShared(written)
          : writeFile(written, false, [&](llvm::raw_fd_ostream &os) {
              return compiled->writeObject(os);
            });
  if (error)
    return error;
  llvm::SmallString<128> header(path);
  llvm::sys::path::replace_extension(header, ".h");
  return writeFile(files.stage(header), true, [&](llvm::raw_fd_ostream &os) {
    os << compiled->header(llvm::sys::path::stem(path));
    return llvm::Error::success();
  });
}

} // namespace qs::tool
