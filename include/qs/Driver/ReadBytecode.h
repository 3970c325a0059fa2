//===- ReadBytecode.h - Bytecode that may be damaged ------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_DRIVER_READBYTECODE_H
#define QS_DRIVER_READBYTECODE_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Support/LLVM.h"

namespace qs::run {

/// MLIR's bytecode reader aborts, or takes time and memory without bounds, on
/// some damaged files. This reads the file at `path` in a child process first:
/// with 10 s of processor time (and 1 s more for each 8 MB of the file) and 4
/// GiB of memory (and 8 times the file more).
///
/// Success means that reading it here comes to an end, with a module or with an
/// error; it is given at once for files that are no bytecode, and where no
/// process can be started. Otherwise an error is emitted at the file.
mlir::LogicalResult tryReadBytecode(llvm::StringRef path,
                                    mlir::MLIRContext *context);

/// The module, as text or bytecode, on the standard input, which is read to its
/// end; bytecode is tried first, as above. Null after an error.
mlir::OwningOpRef<mlir::ModuleOp> readStandardInput(mlir::MLIRContext *context);

} // namespace qs::run

#endif // QS_DRIVER_READBYTECODE_H
