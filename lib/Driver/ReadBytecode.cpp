//===- ReadBytecode.cpp - Bytecode that may be damaged --------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Driver/ReadBytecode.h"

#include "mlir/Bytecode/BytecodeReader.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/Errno.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SourceMgr.h"

#include <csignal>
#include <cstdio>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace mlir;

namespace {

enum ChildCode { Readable = 0, Silent = 3 };

/// AddressSanitizer itself takes terabytes of address space.
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr bool kLimitMemory = false;
#else
constexpr bool kLimitMemory = true;
#endif
#else
constexpr bool kLimitMemory = true;
#endif

/// Bytes of address space that this process has now.
uint64_t addressSpace() {
  uint64_t pages = 0;
  if (FILE *statm = fopen("/proc/self/statm", "r")) {
    unsigned long long size = 0;
    if (fscanf(statm, "%llu", &size) == 1)
      pages = size;
    fclose(statm);
  }
  return pages * uint64_t(sysconf(_SC_PAGESIZE));
}

void lower(int resource, uint64_t limit) {
  rlimit now;
  if (getrlimit(resource, &now) != 0 || now.rlim_cur < limit)
    return;
  now.rlim_cur = limit;
  setrlimit(resource, &now);
}

/// Reads a module into a context.
using Read = llvm::function_ref<OwningOpRef<ModuleOp>(MLIRContext *)>;

[[noreturn]] void runChild(Read parse, uint64_t size, MLIRContext &original) {
  // The handlers of the parent print, and remove the files it is writing.
  for (int signal : {SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP})
    std::signal(signal, SIG_DFL);
  lower(RLIMIT_CORE, 0);
  lower(RLIMIT_CPU, 10 + (size >> 23));
  if (kLimitMemory)
    lower(RLIMIT_AS, addressSpace() + (uint64_t(4) << 30) + 8 * size);
  if (!freopen("/dev/null", "w", stderr))
    _exit(Silent);
  // A context of its own: the threads of the other one are not here.
  MLIRContext context(original.getDialectRegistry(),
                      MLIRContext::Threading::DISABLED);
  context.allowUnregisteredDialects(original.allowsUnregisteredDialects());
  bool said = false;
  context.getDiagEngine().registerHandler([&](Diagnostic &diagnostic) {
    said |= diagnostic.getSeverity() == DiagnosticSeverity::Error;
    return success();
  });
  bool read(parse(&context));
  _exit(read || said ? Readable : Silent);
}

/// Whether the file is bytecode; `size` is its size.
bool isBytecodeFile(StringRef path, uint64_t &size) {
  if (llvm::sys::fs::file_size(path, size) || size < 4)
    return false;
  auto head = llvm::MemoryBuffer::getFileSlice(path, 4, 0);
  return head && isBytecode((*head)->getMemBufferRef());
}

LogicalResult tryRead(Read parse, StringRef name, uint64_t size,
                      MLIRContext *context) {
  fflush(nullptr);
  pid_t child = fork();
  if (child == 0)
    runChild(parse, size, *context);
  int status = 0;
  if (child < 0 ||
      llvm::sys::RetryAfterSignal(-1, waitpid, child, &status, 0) != child)
    return success();
  if (WIFEXITED(status) && WEXITSTATUS(status) == Readable)
    return success();
  auto error = emitError(FileLineColLoc::get(context, name, 0, 0))
               << "expected a module in bytecode, found a damaged file: ";
  if (!WIFSIGNALED(status))
    return error << "it cannot be read";
  if (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL)
    return error << "reading it takes too long";
  return error << "MLIR's reader crashes on it";
}

} // namespace

LogicalResult qs::run::tryReadBytecode(StringRef path, MLIRContext *context) {
  uint64_t size = 0;
  if (!isBytecodeFile(path, size))
    return success();
  auto parse = [&](MLIRContext *own) {
    return parseSourceFile<ModuleOp>(path, ParserConfig(own));
  };
  return tryRead(parse, path, size, context);
}

OwningOpRef<ModuleOp> qs::run::readStandardInput(MLIRContext *context) {
  auto input = llvm::MemoryBuffer::getSTDIN();
  if (!input) {
    emitError(FileLineColLoc::get(context, "<stdin>", 0, 0))
        << "cannot be read: " << input.getError().message();
    return nullptr;
  }
  StringRef bytes = (*input)->getBuffer();
  // Bytecode says how its constants are aligned from its first byte on.
  auto copy = [&] {
    auto buffer = llvm::WritableMemoryBuffer::getNewUninitMemBuffer(
        bytes.size(), "<stdin>", llvm::Align(4096));
    llvm::copy(bytes, buffer->getBufferStart());
    return buffer;
  };
  auto parse = [&](MLIRContext *own) {
    llvm::SourceMgr sources;
    sources.AddNewSourceBuffer(copy(), llvm::SMLoc());
    return parseSourceFile<ModuleOp>(sources, ParserConfig(own));
  };
  if (isBytecode((*input)->getMemBufferRef()) &&
      failed(tryRead(parse, "<stdin>", bytes.size(), context)))
    return nullptr;
  return parse(context);
}
