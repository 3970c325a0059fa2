//===- Engine.h - What evaluates a function ----------------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_DRIVER_ENGINE_H
#define QS_DRIVER_ENGINE_H

#include "qs/Driver/Model.h"
#include "qs/Support/Array.h"

#include <memory>

namespace qs::run {

/// Evaluates one function; made once, run many times.
class Engine {
public:
  virtual ~Engine() = default;
  /// Takes and gives arrays in the order of the function's arguments and
  /// results, with the dtype of each port's element (interp::dtypeOf). Shapes
  /// agree with the signature.
  virtual llvm::Expected<std::vector<Array>>
  run(llvm::ArrayRef<Array> inputs) = 0;
  /// Threads that one run uses.
  virtual unsigned threads() const { return 1; }
};

using EngineFactory = llvm::Expected<std::unique_ptr<Engine>> (*)(
    mlir::ModuleOp module, mlir::func::FuncOp function);

llvm::Expected<std::unique_ptr<Engine>>
makeInterpEngine(mlir::ModuleOp module, mlir::func::FuncOp function);

/// Compiles the module for this machine and runs it in this process.
llvm::Expected<std::unique_ptr<Engine>>
makeJitEngine(mlir::ModuleOp module, mlir::func::FuncOp function);

/// The functions of a shared object that qs-compile wrote, as declarations in a
/// module that remembers the file; for makeSharedEngine.
llvm::Expected<mlir::OwningOpRef<mlir::ModuleOp>>
loadShared(llvm::StringRef path, mlir::MLIRContext *context);

/// Runs the shared object behind a module of loadShared.
llvm::Expected<std::unique_ptr<Engine>>
makeSharedEngine(mlir::ModuleOp module, mlir::func::FuncOp function);

/// The engines of this build, by the name that `--engine` takes.
struct EngineEntry {
  llvm::StringLiteral name;
  EngineFactory make;
};
llvm::ArrayRef<EngineEntry> engines();
/// An unknown name is an error that lists the engines.
llvm::Expected<std::unique_ptr<Engine>>
makeEngine(llvm::StringRef name, mlir::ModuleOp module,
           mlir::func::FuncOp function);

} // namespace qs::run

#endif // QS_DRIVER_ENGINE_H
