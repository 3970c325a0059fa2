//===- Compile.cpp - modules to optimized LLVM IR
//-----------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Target/Native/Compile.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "qs/Conversion/QSToLinalg/QSToLinalg.h"
#include "qs/Target/Native/Passes.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/Passes/PassBuilder.h"

using namespace mlir;
using namespace qs;
using namespace qs::native;

/// More is a mistake.
static constexpr unsigned kMostThreads = 1024;

/// An external constant string.
static void addString(llvm::Module &module, const std::string &name,
                      const std::string &text, bool weak = false) {
  llvm::Constant *data =
      llvm::ConstantDataArray::getString(module.getContext(), text);
  new llvm::GlobalVariable(module, data->getType(), /*isConstant=*/true,
                           weak ? llvm::GlobalValue::WeakODRLinkage
                                : llvm::GlobalValue::ExternalLinkage,
                           data, name);
}

/// `void <symbol>_packed(void **buffers)`: for callers that learn the number
/// of buffers at run time.
static void addPackedEntry(llvm::Module &module, llvm::Function &function,
                           const std::string &symbol) {
  llvm::LLVMContext &ctx = module.getContext();
  llvm::Type *pointer = llvm::PointerType::getUnqual(ctx);
  auto *type =
      llvm::FunctionType::get(llvm::Type::getVoidTy(ctx), {pointer}, false);
  auto *entry = llvm::Function::Create(type, llvm::GlobalValue::ExternalLinkage,
                                       symbol + "_packed", module);
  llvm::IRBuilder<> b(llvm::BasicBlock::Create(ctx, "", entry));
  std::vector<llvm::Value *> arguments;
  for (unsigned i = 0; i < function.arg_size(); ++i)
    arguments.push_back(b.CreateLoad(
        pointer, b.CreateConstGEP1_64(pointer, entry->getArg(0), i)));
  // Inlining would lose what the arguments' attributes say.
  b.CreateCall(&function, arguments)->setIsNoInline();
  b.CreateRetVoid();
}

static void setFunctionAttributes(llvm::Function &function,
                                  const llvm::TargetMachine &machine) {
  function.addFnAttr(llvm::Attribute::NoUnwind);
  // Loops stay loops: freestanding programs have no memcpy or memset.
  for (const char *name : {"memcpy", "memset", "memmove", "memset_pattern16"})
    function.addFnAttr(std::string("no-builtin-") + name);
  function.addFnAttr("target-cpu", machine.getTargetCPU());
  function.addFnAttr("target-features", machine.getTargetFeatureString());
  // By default LLVM halves the vectors of many AVX-512 CPUs.
  if (machine.getTargetTriple().isX86())
    function.addFnAttr("prefer-vector-width", "512");
}

static void prepareExports(CompiledModule &compiled) {
  llvm::Module &module = *compiled.module;
  for (llvm::Function &function : module)
    if (!function.isDeclaration())
      setFunctionAttributes(function, *compiled.machine);
  std::string index;
  for (const Signature &signature : compiled.signatures) {
    llvm::Function *function = module.getFunction(signature.name);
    function->setName(signature.symbol);
    for (llvm::Argument &argument : function->args()) {
      argument.addAttr(llvm::Attribute::NoAlias);
      argument.addAttr(llvm::Attribute::NonNull);
    }
    llvm::Argument *workspace = function->getArg(function->arg_size() - 1);
    workspace->addAttr(llvm::Attribute::getWithAlignment(
        module.getContext(), llvm::Align(kAlignment)));
    addPackedEntry(module, *function, signature.symbol);
    std::string json = toJSON(signature);
    addString(module, signature.symbol + "_metadata", json);
    index += (index.empty() ? "" : "\n") + json;
  }
  // One JSON object a line: how a loader finds the functions.
  addString(module, "qs_index", index, /*weak=*/true);
}

static void optimize(CompiledModule &compiled, unsigned level) {
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager sccs;
  llvm::ModuleAnalysisManager modules;
  llvm::PipelineTuningOptions tuning;
  tuning.LoopVectorization = tuning.SLPVectorization = level >= 2;
  llvm::PassBuilder builder(compiled.machine.get(), tuning);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(sccs);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, sccs, modules);
  llvm::OptimizationLevel levels[] = {
      llvm::OptimizationLevel::O0, llvm::OptimizationLevel::O1,
      llvm::OptimizationLevel::O2, llvm::OptimizationLevel::O3};
  llvm::OptimizationLevel chosen = levels[std::min(level, 3u)];
  llvm::ModulePassManager passes =
      level == 0 ? builder.buildO0DefaultPipeline(chosen)
                 : builder.buildPerModuleDefaultPipeline(chosen);
  passes.run(*compiled.module, modules);
}

/// Whether a function takes and gives numbers only, as those of libm do.
static bool isMath(const llvm::FunctionType &type) {
  auto isNumber = [](const llvm::Type *t) {
    return t->isFloatingPointTy() || t->isIntegerTy();
  };
  return isNumber(type.getReturnType()) &&
         llvm::all_of(type.params(), isNumber);
}

llvm::Expected<std::string> native::findOpenMP() {
#ifdef QS_OPENMP_LIBRARY
  return std::string(QS_OPENMP_LIBRARY);
#else
  return llvm::createStringError("code for several threads needs LLVM's OpenMP "
                                 "library, which was not found when qs was "
                                 "configured (package libomp-22-dev)");
#endif
}

/// Programs that link the code have libm and nothing else, but for OpenMP where
/// `threads` ask for it.
static llvm::Error checkCalls(const llvm::Module &module, unsigned threads) {
  for (const llvm::Function &function : module) {
    if (!function.isDeclaration() || function.use_empty())
      continue;
    bool allowed = function.isIntrinsic()
                       ? !function.getName().starts_with("llvm.mem")
                       : function.getName() == kObserveFunction ||
                             function.getName() == kClockFunction ||
                             (threads > 1 &&
                              function.getName().starts_with("__kmpc_")) ||
                             isMath(*function.getFunctionType());
    if (!allowed)
      return llvm::createStringError("compiled code would call " +
                                     function.getName() +
                                     ", which is no function of libm");
  }
  return llvm::Error::success();
}

llvm::Expected<CompiledModule> native::compile(ModuleOp module,
                                               const CompileOptions &options) {
  llvm::Expected<Machine> machine = resolveMachine(options.target);
  if (!machine)
    return machine.takeError();
  if (options.threads < 1 || options.threads > kMostThreads)
    return llvm::createStringError(
        "expected 1 to " + std::to_string(kMostThreads) + " threads, found " +
        std::to_string(options.threads));
  auto targetMachine = createTargetMachine(*machine, options.optLevel);
  if (!targetMachine)
    return targetMachine.takeError();

  MLIRContext *ctx = module.getContext();
  DialectRegistry registry;
  registerAllToLLVMIRTranslations(registry);
  registerLowerDialects(registry);
  ctx->appendDialectRegistry(registry);
  OwningOpRef<ModuleOp> lowered(module.clone());
  PassManager pm(ctx);
  LowerOptions lower;
  lower.kernels = machine->kernels;
  lower.pack = options.pack;
  lower.observe = options.observe;
  lower.clocks = options.clocks;
  lower.threads = options.threads;
  buildLowerPipeline(pm, lower);
  if (failed(pm.run(*lowered)))
    return llvm::createStringError("lowering to LLVM failed");

  CompiledModule compiled;
  compiled.threads = options.threads;
  compiled.machine = std::move(*targetMachine);
  for (auto function : lowered->getOps<LLVM::LLVMFuncOp>()) {
    if (function.isExternal() || !function.isPublic())
      continue;
    FailureOr<Signature> signature = readSignature(function);
    if (failed(signature))
      return llvm::createStringError("the signature of a function is not one "
                                     "that compiled code can have");
    signature->threads = options.threads;
    compiled.signatures.push_back(std::move(*signature));
  }
  auto takeNames = [&](StringRef attribute, std::vector<std::string> &into) {
    if (auto names =
            lowered->getOperation()->getAttrOfType<ArrayAttr>(attribute))
      for (Attribute name : names)
        into.push_back(cast<StringAttr>(name).str());
  };
  takeNames(kObserversAttr, compiled.observers);
  takeNames(kClocksAttr, compiled.clocks);
  compiled.context = std::make_unique<llvm::LLVMContext>();
  compiled.module = translateModuleToLLVMIR(*lowered, *compiled.context, "qs");
  if (!compiled.module)
    return llvm::createStringError("translation to LLVM IR failed");
  lowered = {};
  compiled.module->setTargetTriple(compiled.machine->getTargetTriple());
  compiled.module->setDataLayout(compiled.machine->createDataLayout());
  prepareExports(compiled);
  optimize(compiled, options.optLevel);
  if (llvm::Error error = checkCalls(*compiled.module, options.threads))
    return std::move(error);
  return compiled;
}
