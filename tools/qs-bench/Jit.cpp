//===- Jit.cpp - Compile generated kernels in memory ----------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Jit.h"
#include "mlir/ExecutionEngine/OptUtils.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

using namespace mlir;

namespace qs::bench {

static constexpr const char *lowering =
    "builtin.module(canonicalize,cse,loop-invariant-code-motion,"
    "convert-scf-to-cf,convert-vector-to-llvm{enable-x86vector=false},"
    "expand-strided-metadata,lower-affine,finalize-memref-to-llvm,"
    "convert-math-to-llvm,"
    "convert-func-to-llvm{use-bare-ptr-memref-call-conv=1},"
    "convert-arith-to-llvm,convert-index-to-llvm,convert-cf-to-llvm,"
    "reconcile-unrealized-casts,canonicalize,cse)";

static llvm::Expected<std::unique_ptr<llvm::TargetMachine>>
makeMachine(const native::Target &target) {
  llvm::InitializeNativeTarget();
  llvm::InitializeNativeTargetAsmPrinter();
  llvm::Triple triple(llvm::sys::getProcessTriple());
  std::string error;
  const llvm::Target *found = llvm::TargetRegistry::lookupTarget(triple, error);
  if (!found)
    return llvm::createStringError(error);
  llvm::TargetOptions options;
  return std::unique_ptr<llvm::TargetMachine>(found->createTargetMachine(
      triple, target.cpu, target.features, options, llvm::Reloc::PIC_,
      std::nullopt, llvm::CodeGenOptLevel::Aggressive, /*JIT=*/true));
}

llvm::Expected<Jit> Jit::compile(ModuleOp module, const native::Target &target,
                                 llvm::StringRef object) {
  registerBuiltinDialectTranslation(*module.getContext());
  registerLLVMDialectTranslation(*module.getContext());
  PassManager manager(module.getContext());
  if (failed(parsePassPipeline(StringRef(lowering)
                                   .drop_front(strlen("builtin.module("))
                                   .drop_back(1),
                               manager)) ||
      failed(manager.run(module)))
    return llvm::createStringError("the kernel does not lower to LLVM");

  Jit jit;
  auto machine = makeMachine(target);
  if (!machine)
    return machine.takeError();
  jit.machine = std::move(*machine);
  ExecutionEngineOptions options;
  options.jitCodeGenOptLevel = llvm::CodeGenOptLevel::Aggressive;
  auto optimize = makeOptimizingTransformer(3, 0, jit.machine.get());
  // The engine takes the target machine as its own: give it a second one.
  auto transform = [&](llvm::Module *llvmModule) {
    for (llvm::Function &f : *llvmModule) {
      if (f.isDeclaration())
        continue;
      f.addFnAttr("target-cpu", jit.machine->getTargetCPU());
      f.addFnAttr("target-features", jit.machine->getTargetFeatureString());
      // 512-bit registers also where the CPU model would rather not.
      f.addFnAttr("prefer-vector-width", "512");
    }
    return optimize(llvmModule);
  };
  options.transformer = transform;
  options.enableObjectDump = !object.empty();
  auto second = makeMachine(target);
  if (!second)
    return second.takeError();
  auto engine = ExecutionEngine::create(module, options, std::move(*second));
  if (!engine)
    return engine.takeError();
  jit.engine = std::move(*engine);
  if (!object.empty()) {
    jit.engine->initialize();
    jit.engine->dumpToObjectFile(object);
  }
  return jit;
}

llvm::Expected<void *> Jit::lookup(llvm::StringRef name) const {
  return engine->lookup(name);
}

} // namespace qs::bench
