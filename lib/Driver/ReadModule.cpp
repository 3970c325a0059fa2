//===- ReadModule.cpp - Modules that may be damaged
//------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Driver/ReadModule.h"

#include "mlir/Bytecode/BytecodeReader.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/Errno.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SourceMgr.h"

#include <csignal>
#include <cstdio>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace mlir;

namespace {

Location startOf(StringRef path, MLIRContext *context) {
  return FileLineColLoc::get(context, path, 0, 0);
}

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

OwningOpRef<ModuleOp> parse(std::unique_ptr<llvm::MemoryBuffer> buffer,
                            MLIRContext *context) {
  // Shared, so that constants of bytecode may stay in the file's bytes.
  auto sources = std::make_shared<llvm::SourceMgr>();
  sources->AddNewSourceBuffer(std::move(buffer), llvm::SMLoc());
  return parseSourceFile<ModuleOp>(sources, ParserConfig(context));
}

[[noreturn]] void runChild(llvm::MemoryBufferRef bytes, MLIRContext &original) {
  uint64_t size = bytes.getBufferSize();
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
  bool read(parse(llvm::MemoryBuffer::getMemBuffer(bytes, false), &context));
  _exit(read || said ? Readable : Silent);
}

LogicalResult tryRead(llvm::MemoryBufferRef bytes, MLIRContext *context) {
  fflush(nullptr);
  pid_t child = fork();
  if (child == 0)
    runChild(bytes, *context);
  int status = 0;
  if (child < 0 ||
      llvm::sys::RetryAfterSignal(-1, waitpid, child, &status, 0) != child)
    return success();
  if (WIFEXITED(status) && WEXITSTATUS(status) == Readable)
    return success();
  auto error = emitError(startOf(bytes.getBufferIdentifier(), context))
               << "expected a module, found a damaged file: ";
  StringRef kind = isBytecode(bytes) ? "bytecode" : "text";
  if (!WIFSIGNALED(status))
    return error << "it cannot be read";
  if (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL)
    return error << "reading it takes too long";
  return error << "MLIR's reader of " << kind << " crashes on it";
}

} // namespace

std::unique_ptr<llvm::MemoryBuffer> qs::run::openModule(StringRef path,
                                                        MLIRContext *context) {
  // Bytecode says how its constants are aligned from its first byte on.
  const llvm::Align kAlign(4096);
  auto input =
      path == "-" ? llvm::MemoryBuffer::getSTDIN()
                  : llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                                /*RequiresNullTerminator=*/true,
                                                /*IsVolatile=*/false, kAlign);
  if (!input) {
    emitError(startOf(path == "-" ? "<stdin>" : path, context))
        << "cannot be read: " << input.getError().message();
    return nullptr;
  }
  std::unique_ptr<llvm::MemoryBuffer> bytes = std::move(*input);
  if (isBytecode(bytes->getMemBufferRef()) &&
      !llvm::isAddrAligned(kAlign, bytes->getBufferStart())) {
    auto copy = llvm::WritableMemoryBuffer::getNewUninitMemBuffer(
        bytes->getBufferSize(), bytes->getBufferIdentifier(), kAlign);
    llvm::copy(bytes->getBuffer(), copy->getBufferStart());
    bytes = std::move(copy);
  }
  if (failed(tryRead(bytes->getMemBufferRef(), context)))
    return nullptr;
  return bytes;
}

OwningOpRef<ModuleOp> qs::run::readModule(StringRef path,
                                          MLIRContext *context) {
  std::unique_ptr<llvm::MemoryBuffer> bytes = openModule(path, context);
  return bytes ? parse(std::move(bytes), context) : nullptr;
}
