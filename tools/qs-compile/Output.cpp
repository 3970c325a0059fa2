//===- Output.cpp - what qs-compile writes ------------------------*- C++
//-*-===//
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
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Signals.h"
#include "llvm/Support/ToolOutputFile.h"

#include <unistd.h>

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

/// What `path` names once its links are followed, the last of which may lead
/// nowhere yet; unlike realpath, for files that are still to be made.
static std::string resolveLinks(StringRef path) {
  std::string resolved = path.str();
  for (int links = 0; links < 40; ++links) {
    llvm::SmallString<128> target;
    llvm::sys::fs::file_status status;
    if (llvm::sys::fs::status(resolved, status, /*follow=*/false) ||
        status.type() != llvm::sys::fs::file_type::symlink_file)
      break;
    char text[4096];
    ssize_t size = ::readlink(resolved.c_str(), text, sizeof(text));
    if (size < 0)
      break;
    target = StringRef(text, size);
    if (llvm::sys::path::is_relative(target)) {
      llvm::SmallString<128> whole(llvm::sys::path::parent_path(resolved));
      llvm::sys::path::append(whole, target);
      target = whole;
    }
    resolved = target.str().str();
  }
  return resolved;
}

static bool isSpecial(StringRef path) {
  llvm::sys::fs::file_status status;
  return !llvm::sys::fs::status(path, status) &&
         status.type() != llvm::sys::fs::file_type::regular_file;
}

/// Whether both names lead to one regular file, which need not exist.
static bool isSameFile(StringRef a, StringRef b) {
  if (a == "-" || b == "-")
    return a == b;
  if (isSpecial(a) || isSpecial(b))
    return false;
  bool same = false;
  if (!llvm::sys::fs::equivalent(a, b, same))
    return same;
  auto place = [](StringRef path) {
    std::string resolved = resolveLinks(path);
    StringRef parent = llvm::sys::path::parent_path(resolved);
    llvm::SmallString<128> whole;
    if (llvm::sys::fs::real_path(parent.empty() ? "." : parent, whole))
      whole = parent;
    llvm::sys::path::append(whole, llvm::sys::path::filename(resolved));
    return whole.str().str();
  };
  return place(a) == place(b);
}

/// The C header's name; none beside a device or a pipe.
static std::string headerPath(StringRef output) {
  if (isSpecial(output))
    return "";
  llvm::SmallString<128> header(output);
  llvm::sys::path::replace_extension(header, ".h");
  return header.str().str();
}

llvm::Error checkPaths(Emit emit, llvm::ArrayRef<NamedPath> inputs,
                       std::vector<NamedPath> outputs) {
  if (emit == Emit::Object || emit == Emit::Shared) {
    if (outputs.front().path == "-")
      return llvm::createStringError(
          "-o: expected a file for an object or a library, found '-'; mlir and "
          "llvm can be written to the standard output");
    outputs.push_back({"the C header", headerPath(outputs.front().path)});
  }
  for (auto [i, output] : llvm::enumerate(outputs)) {
    if (output.path.empty())
      continue;
    for (const NamedPath &input : inputs)
      if (!input.path.empty() && output.path != "-" &&
          isSameFile(input.path, output.path))
        return llvm::createStringError(
            output.name + ": expected another file than " + input.name +
            ", found '" + output.path + "' for both");
    for (const NamedPath &other : llvm::ArrayRef(outputs).take_front(i))
      if (!other.path.empty() && isSameFile(other.path, output.path))
        return llvm::createStringError(
            output.name + ": expected another file than " + other.name +
            ", found '" + output.path + "' for both");
  }
  return llvm::Error::success();
}

OutputFiles::~OutputFiles() {
  for (const File &file : staged) {
    llvm::sys::fs::remove(file.written);
    llvm::sys::DontRemoveFileOnSignal(file.written);
  }
}

llvm::Expected<std::string> OutputFiles::stage(StringRef path) {
  bool inPlace = path == "-" || isSpecial(path);
  std::string final = inPlace ? path.str() : resolveLinks(path);
  llvm::SmallString<128> written;
  int descriptor;
  std::error_code code =
      inPlace ? llvm::sys::fs::createTemporaryFile("qs-compile", "tmp",
                                                   descriptor, written)
              : llvm::sys::fs::createUniqueFile(final + ".%%%%%%.tmp",
                                                descriptor, written);
  if (code)
    return llvm::createStringError(path +
                                   ": cannot be written: " + code.message());
  // What writes it chooses its mode.
  llvm::sys::Process::SafelyCloseFileDescriptor(descriptor);
  llvm::sys::fs::remove(written);
  llvm::sys::RemoveFileOnSignal(written);
  staged.push_back({written.str().str(), final, path.str(), inPlace});
  return written.str().str();
}

llvm::Error OutputFiles::withNames(llvm::Error error) const {
  if (!error)
    return error;
  std::string text = llvm::toString(std::move(error));
  for (const File &file : staged)
    for (size_t at = 0; (at = text.find(file.written, at)) != text.npos;
         at += file.name.size())
      text.replace(at, file.written.size(), file.name);
  return llvm::createStringError(text);
}

/// Writes the bytes of the file `from` to a device, a pipe or, for "-", to the
/// standard output.
static llvm::Error copyInto(StringRef from, StringRef to) {
  auto bytes = llvm::MemoryBuffer::getFile(from, /*IsText=*/false,
                                           /*RequiresNullTerminator=*/false);
  if (!bytes)
    return llvm::createStringError(from + ": " + bytes.getError().message());
  std::error_code code;
  llvm::raw_fd_ostream os(to, code, llvm::sys::fs::CD_OpenExisting,
                          llvm::sys::fs::FA_Write, llvm::sys::fs::OF_None);
  if (!code) {
    os << (*bytes)->getBuffer();
    os.flush();
    code = os.error();
    os.clear_error();
  }
  if (code)
    return llvm::createStringError((to == "-" ? "standard output" : to.str()) +
                                   ": cannot be written: " + code.message());
  return llvm::Error::success();
}

llvm::Error OutputFiles::commit() {
  // These may fail halfway: no file appears then.
  for (const File &file : staged)
    if (file.inPlace)
      if (llvm::Error error = copyInto(file.written, file.final))
        return error;
  for (const File &file : staged) {
    if (file.inPlace)
      continue;
    if (std::error_code code = llvm::sys::fs::rename(file.written, file.final))
      return llvm::createStringError(file.name + ": " + code.message());
    llvm::sys::DontRemoveFileOnSignal(file.written);
  }
  llvm::erase_if(staged, [](const File &file) { return !file.inPlace; });
  return llvm::Error::success();
}

/// Opens `path`, has `write` fill it, and keeps it if all went well.
static llvm::Error
writeFile(StringRef path, bool text,
          llvm::function_ref<llvm::Error(llvm::raw_fd_ostream &)> write) {
  std::error_code code;
  llvm::ToolOutputFile file(
      path, code, text ? llvm::sys::fs::OF_Text : llvm::sys::fs::OF_None);
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
  auto written = files.stage(path);
  if (!written)
    return written.takeError();
  auto print = [&](llvm::raw_fd_ostream &os) -> llvm::Error {
    if (!bytecode) {
      OpPrintingFlags flags;
      module->print(os, flags.enableDebugInfo());
      os << '\n';
      return llvm::Error::success();
    }
    if (failed(writeBytecodeToFile(module, os)))
      return llvm::createStringError(path + ": cannot write bytecode");
    return llvm::Error::success();
  };
  return writeFile(*written, !bytecode, print);
}

llvm::Error writeNative(ModuleOp module, StringRef target, unsigned threads,
                        Emit emit, StringRef path, OutputFiles &files) {
  native::CompileOptions options;
  options.target = target.str();
  options.threads = threads;
  OwningOpRef<ModuleOp> copy(module.clone());
  auto compiled = native::compile(*copy, options);
  if (!compiled)
    return compiled.takeError();
  auto written = files.stage(path);
  if (!written)
    return written.takeError();
  if (emit == Emit::LLVM)
    return writeFile(*written, true, [&](llvm::raw_fd_ostream &os) {
      return compiled->writeText(os);
    });
  llvm::Error error =
      emit == Emit::Shared
          ? compiled->writeShared(*written)
          : writeFile(*written, false, [&](llvm::raw_fd_ostream &os) {
              return compiled->writeObject(os);
            });
  if (error)
    return error;
  std::string header = headerPath(path);
  if (header.empty())
    return llvm::Error::success();
  auto writtenHeader = files.stage(header);
  if (!writtenHeader)
    return writtenHeader.takeError();
  return writeFile(*writtenHeader, true, [&](llvm::raw_fd_ostream &os) {
    os << compiled->header(llvm::sys::path::stem(path));
    return llvm::Error::success();
  });
}

} // namespace qs::tool
