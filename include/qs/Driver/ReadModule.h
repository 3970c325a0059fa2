//===- ReadModule.h - Modules that may be damaged ---------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_DRIVER_READMODULE_H
#define QS_DRIVER_READMODULE_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Support/LLVM.h"
#include "llvm/Support/MemoryBuffer.h"

#include <memory>

namespace qs::run {

/// The bytes of the module, text or bytecode, in the file at `path` (`-` for
/// the standard input, read to its end). Null after an error, emitted at the
/// file.
///
/// MLIR's readers of bytecode and of text abort, or take time and memory without
/// bounds, on some damaged files. So a file is read in a child process first:
/// with 10 s of processor time (and 1 s more for each 8 MB of it) and 4 GiB of
/// memory (and 8 times the file more). Bytes that come back can be read here to
/// an end, to a module or an error; where no process can be started nothing is
/// tried.
std::unique_ptr<llvm::MemoryBuffer> openModule(llvm::StringRef path,
                                               mlir::MLIRContext *context);

/// The module in such a file. Null after an error.
mlir::OwningOpRef<mlir::ModuleOp> readModule(llvm::StringRef path,
                                             mlir::MLIRContext *context);

} // namespace qs::run

#endif // QS_DRIVER_READMODULE_H
