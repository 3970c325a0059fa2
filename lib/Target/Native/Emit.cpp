//===- Emit.cpp - objects and shared objects
//----------------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Target/Native/Compile.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include "llvm/Transforms/Utils/Cloning.h"

using namespace qs::native;
using llvm::StringRef;

llvm::Error CompiledModule::writeText(llvm::raw_ostream &os) const {
  module->print(os, nullptr);
  return llvm::Error::success();
}

static llvm::Error writeFile(const CompiledModule &compiled,
                             llvm::raw_pwrite_stream &os,
                             llvm::CodeGenFileType type) {
  llvm::legacy::PassManager passes;
  if (compiled.machine->addPassesToEmitFile(passes, os, nullptr, type))
    return llvm::createStringError("the code generator of " +
                                   compiled.machine->getTargetTriple().str() +
                                   " writes no files of this kind");
  // The code generator changes the module.
  std::unique_ptr<llvm::Module> copy = llvm::CloneModule(*compiled.module);
  passes.run(*copy);
  return llvm::Error::success();
}

llvm::Error CompiledModule::writeAssembly(llvm::raw_pwrite_stream &os) const {
  return writeFile(*this, os, llvm::CodeGenFileType::AssemblyFile);
}
llvm::Error CompiledModule::writeObject(llvm::raw_pwrite_stream &os) const {
  return writeFile(*this, os, llvm::CodeGenFileType::ObjectFile);
}

llvm::Error CompiledModule::writeShared(StringRef path) const {
  std::string openMP;
  if (threads > 1) {
    auto library = findOpenMP();
    if (!library)
      return library.takeError();
    openMP = *library;
  }
  llvm::SmallString<128> object;
  int descriptor;
  if (std::error_code error =
          llvm::sys::fs::createTemporaryFile("qs", "o", descriptor, object))
    return llvm::createStringError("cannot make a temporary file: " +
                                   error.message());
  llvm::FileRemover remove(object);
  {
    llvm::raw_fd_ostream os(descriptor, /*shouldClose=*/true);
    if (llvm::Error error = writeObject(os))
      return error;
    os.flush();
    if (os.has_error()) {
      std::string message = os.error().message();
      os.clear_error();
      return llvm::createStringError("cannot write " + object + ": " + message);
    }
  }
  std::vector<std::string> tried;
  for (const char *name : {"ld.lld-22", "ld.lld", "ld"}) {
    tried.push_back(name);
    llvm::ErrorOr<std::string> program = llvm::sys::findProgramByName(name);
    if (!program)
      continue;
    // GNU ld links its own architecture only.
    std::vector<StringRef> arguments = {*program, "-shared",       "-z",
                                        "relro",  "--gc-sections", "-o",
                                        path,     object};
    if (!openMP.empty())
      arguments.push_back(openMP);
    std::string message;
    int status = llvm::sys::ExecuteAndWait(*program, arguments, std::nullopt,
                                           {}, 0, 0, &message);
    if (status == 0)
      return llvm::Error::success();
    return llvm::createStringError("linking " + path + " with " + *program +
                                   " failed (status " + std::to_string(status) +
                                   ") " + message);
  }
  return llvm::createStringError(
      "no linker found: tried ld.lld-22, ld.lld and ld on the PATH");
}
