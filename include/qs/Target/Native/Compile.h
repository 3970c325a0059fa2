//===- Compile.h - modules to LLVM IR, objects, libraries
//---------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_TARGET_NATIVE_COMPILE_H
#define QS_TARGET_NATIVE_COMPILE_H

#include "mlir/IR/BuiltinOps.h"
#include "qs/Target/Native/Signature.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Target/TargetMachine.h"
#include <memory>

namespace qs::native {

struct CompileOptions {
  /// `cpu` (this machine), `cpu=<name>` (a row of Targets.h or a CPU that LLVM
  /// knows, on this machine's architecture) or `cpu=<triple>[/<name>]`
  /// (`cpu=aarch64-linux-gnu/cortex-a76`; a bare `aarch64-generic` is Linux).
  std::string target = "cpu";
  /// 0 to 3, for LLVM's passes and its code generator.
  unsigned optLevel = 3;
  /// Keep observers as calls of `qs_observe` (calibration only).
  bool observe = false;
  /// Read a clock behind each layer (reports only).
  bool clocks = false;
  /// Threads that share the loops of packed kernels. With more than 1, code
  /// calls OpenMP's library; results are the same, bit for bit.
  unsigned threads = 1;
  /// Turn linear ops into packed kernels first (those that are packed already
  /// stay as they are).
  bool pack = true;
};

/// What LLVM has to know of a CPU.
struct Machine {
  std::string triple, cpu, features;
  /// The row of Targets.h whose kernels it runs.
  std::string kernels = "generic";
};

/// The machine that a `--target` text names, or an error that says what is
/// allowed.
llvm::Expected<Machine> resolveMachine(llvm::StringRef target);

/// True where code for `machine` runs in this process: its architecture, and no
/// instructions that this CPU lacks.
bool runsHere(const Machine &machine);

llvm::Expected<std::unique_ptr<llvm::TargetMachine>>
createTargetMachine(const Machine &machine, unsigned optLevel);

/// LLVM's OpenMP library, which code for several threads needs, by the path
/// that the build found; an error where it found none.
llvm::Expected<std::string> findOpenMP();

/// A module as optimized LLVM IR for one machine.
struct CompiledModule {
  std::unique_ptr<llvm::LLVMContext> context;
  std::unique_ptr<llvm::Module> module;
  std::unique_ptr<llvm::TargetMachine> machine;
  std::vector<Signature> signatures;
  /// Names of the observers, by id.
  std::vector<std::string> observers;
  /// Layers by clock id, see `qs-insert-clocks`.
  std::vector<std::string> clocks;
  unsigned threads = 1;

  llvm::Error writeText(llvm::raw_ostream &os) const;
  llvm::Error writeAssembly(llvm::raw_pwrite_stream &os) const;
  llvm::Error writeObject(llvm::raw_pwrite_stream &os) const;
  /// Links by ld.lld, clang or ld, whichever is found first.
  llvm::Error writeShared(llvm::StringRef path) const;
  std::string header(llvm::StringRef stem) const {
    return writeHeader(signatures, stem);
  }
};

/// Compiles every public function of `module`, which is left as it is.
/// Diagnostics go to its context; the error is a summary.
llvm::Expected<CompiledModule> compile(mlir::ModuleOp module,
                                       const CompileOptions &options = {});

} // namespace qs::native

#endif // QS_TARGET_NATIVE_COMPILE_H
