//===- Jit.h - Compile generated kernels in memory --------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_TOOLS_QS_BENCH_JIT_H
#define QS_TOOLS_QS_BENCH_JIT_H

#include "mlir/ExecutionEngine/ExecutionEngine.h"
#include "mlir/IR/BuiltinOps.h"
#include "qs/Target/Native/Targets.h"
#include "llvm/Support/Error.h"
#include "llvm/Target/TargetMachine.h"
#include <memory>

namespace qs::bench {

/// Machine code of one module. Functions take bare pointers.
class Jit {
public:
  /// Lowers `module` (func, scf, vector, memref, arith, math) to LLVM in place
  /// and compiles it for `target` at -O3. A non-empty `object` names a file
  /// that gets the object code.
  static llvm::Expected<Jit> compile(mlir::ModuleOp module,
                                     const native::Target &target,
                                     llvm::StringRef object = "");

  /// The address of function `name`.
  llvm::Expected<void *> lookup(llvm::StringRef name) const;

private:
  std::unique_ptr<llvm::TargetMachine> machine;
  std::unique_ptr<mlir::ExecutionEngine> engine;
};

} // namespace qs::bench

#endif // QS_TOOLS_QS_BENCH_JIT_H
