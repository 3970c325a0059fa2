//===- JIT.cpp - run compiled functions in this process
//-----------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Target/Native/JIT.h"
#include "mlir/Support/LLVM.h"
#include "qs/Conversion/QSToLinalg/QSToLinalg.h"
#include "qs/Target/Native/Passes.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ExecutionEngine/Orc/CompileUtils.h"
#include "llvm/ExecutionEngine/Orc/ExecutionUtils.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/Support/DynamicLibrary.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <chrono>

using namespace mlir;
using namespace qs;
using namespace qs::native;

namespace {
using Entry = void (*)(void **);

/// What the running code's observers report to.
struct Observing {
  const JIT::Observer *observer;
  const std::vector<std::string> *names;
};
thread_local Observing observing = {nullptr, nullptr};

void observe(const float *data, int64_t count, int64_t id) {
  if (observing.observer && *observing.observer)
    (*observing.observer)((*observing.names)[id], ArrayRef(data, count));
}

/// Where the running code's clocks write to.
thread_local int64_t *ticking = nullptr;

void readClock(int64_t id) {
  ticking[id] = std::chrono::duration_cast<std::chrono::nanoseconds>(
                    std::chrono::steady_clock::now().time_since_epoch())
                    .count();
}

struct AlignedDelete {
  void operator()(char *p) const {
    ::operator delete[](p, std::align_val_t(kAlignment));
  }
};
} // namespace

struct JIT::Impl {
  std::unique_ptr<llvm::orc::LLJIT> jit;
  llvm::sys::DynamicLibrary library;
  llvm::StringMap<Entry> entries;
  std::vector<std::string> observers, clocks;
  std::vector<int64_t> ticks;
  std::unique_ptr<char[], AlignedDelete> workspace;
  int64_t workspaceBytes = 0;

  char *takeWorkspace(int64_t bytes) {
    if (!workspace || bytes > workspaceBytes) {
      workspace.reset(static_cast<char *>(::operator new[](
          std::max<int64_t>(bytes, 1), std::align_val_t(kAlignment))));
      workspaceBytes = bytes;
    }
    return workspace.get();
  }
};

JIT::JIT() : impl(std::make_unique<Impl>()) {}
JIT::~JIT() = default;

ArrayRef<std::string> JIT::clocks() const { return impl->clocks; }
ArrayRef<int64_t> JIT::ticks() const { return impl->ticks; }

llvm::Expected<std::unique_ptr<JIT>>
JIT::create(ModuleOp module, const CompileOptions &options) {
  llvm::Expected<CompiledModule> compiled = compile(module, options);
  if (!compiled)
    return compiled.takeError();
  std::unique_ptr<JIT> result(new JIT());
  result->all = std::move(compiled->signatures);
  result->impl->observers = std::move(compiled->observers);
  result->impl->clocks = std::move(compiled->clocks);

  // The module is optimized already; what is left is the code generator, with
  // the same machine.
  llvm::orc::LLJITBuilder builder;
  std::shared_ptr<llvm::TargetMachine> machine = std::move(compiled->machine);
  builder.setJITTargetMachineBuilder(
      llvm::orc::JITTargetMachineBuilder(machine->getTargetTriple()));
  builder.setCompileFunctionCreator(
      [machine](llvm::orc::JITTargetMachineBuilder)
          -> llvm::Expected<
              std::unique_ptr<llvm::orc::IRCompileLayer::IRCompiler>> {
        struct Compiler : llvm::orc::SimpleCompiler {
          Compiler(std::shared_ptr<llvm::TargetMachine> machine)
              : SimpleCompiler(*machine), machine(std::move(machine)) {}
          std::shared_ptr<llvm::TargetMachine> machine;
        };
        // SimpleCompiler is its own IRCompiler; the machine lives with it.
        return std::make_unique<Compiler>(machine);
      });
  auto jit = builder.create();
  if (!jit)
    return jit.takeError();
  llvm::orc::JITDylib &main = (*jit)->getMainJITDylib();
  auto process = llvm::orc::DynamicLibrarySearchGenerator::GetForCurrentProcess(
      (*jit)->getDataLayout().getGlobalPrefix());
  if (!process)
    return process.takeError();
  llvm::orc::SymbolMap symbols;
  symbols[(*jit)->mangleAndIntern(kObserveFunction)] =
      llvm::orc::ExecutorSymbolDef::fromPtr(&observe);
  symbols[(*jit)->mangleAndIntern(kClockFunction)] =
      llvm::orc::ExecutorSymbolDef::fromPtr(&readClock);
  if (llvm::Error error = main.define(llvm::orc::absoluteSymbols(symbols)))
    return std::move(error);
  main.addGenerator(std::move(*process));
  if (options.threads > 1) {
    auto path = findOpenMP();
    if (!path)
      return path.takeError();
    auto openMP = llvm::orc::DynamicLibrarySearchGenerator::Load(
        path->c_str(), (*jit)->getDataLayout().getGlobalPrefix());
    if (!openMP)
      return openMP.takeError();
    main.addGenerator(std::move(*openMP));
  }
  if (llvm::Error error = (*jit)->addIRModule(llvm::orc::ThreadSafeModule(
          std::move(compiled->module), std::move(compiled->context))))
    return std::move(error);
  for (const Signature &signature : result->all) {
    auto address = (*jit)->lookup(signature.symbol + "_packed");
    if (!address)
      return address.takeError();
    result->impl->entries[signature.name] = address->toPtr<Entry>();
  }
  result->impl->jit = std::move(*jit);
  return result;
}

llvm::Expected<std::unique_ptr<JIT>> JIT::load(StringRef path) {
  llvm::SmallString<128> absolute(path);
  llvm::sys::fs::make_absolute(absolute);
  std::string error;
  auto library =
      llvm::sys::DynamicLibrary::getLibrary(absolute.c_str(), &error);
  if (!library.isValid())
    return llvm::createStringError("cannot load " + path + ": " + error);
  auto *index =
      static_cast<const char *>(library.getAddressOfSymbol("qs_index"));
  if (!index)
    return llvm::createStringError(path + " was not made by qs-compile: it has "
                                          "no symbol qs_index");
  std::unique_ptr<JIT> result(new JIT());
  result->impl->library = library;
  for (StringRef rest = index; !rest.empty();) {
    auto [line, tail] = rest.split('\n');
    rest = tail;
    llvm::Expected<Signature> signature = parseSignature(line);
    if (!signature)
      return signature.takeError();
    void *address =
        library.getAddressOfSymbol((signature->symbol + "_packed").c_str());
    if (!address)
      return llvm::createStringError(path + " lacks the symbol " +
                                     signature->symbol + "_packed");
    result->impl->entries[signature->name] = reinterpret_cast<Entry>(address);
    result->all.push_back(std::move(*signature));
  }
  return result;
}

const Signature *JIT::find(StringRef name) const {
  if (name.empty() && all.size() == 1)
    return &all.front();
  for (const Signature &signature : all)
    if (signature.name == (name.empty() ? "main" : name))
      return &signature;
  return nullptr;
}

llvm::Error JIT::run(StringRef function, ArrayRef<const void *> inputs,
                     ArrayRef<void *> outputs) {
  const Signature *signature = find(function);
  if (!signature)
    return llvm::createStringError("no function '" + function + "'");
  if (inputs.size() != signature->inputs.size() ||
      outputs.size() != signature->outputs.size())
    return llvm::createStringError(
        "'" + signature->name + "' expects " +
        std::to_string(signature->inputs.size()) + " inputs and " +
        std::to_string(signature->outputs.size()) + " outputs, found " +
        std::to_string(inputs.size()) + " and " +
        std::to_string(outputs.size()));
  SmallVector<void *> buffers;
  for (const void *input : inputs)
    buffers.push_back(const_cast<void *>(input));
  llvm::append_range(buffers, outputs);
  buffers.push_back(impl->takeWorkspace(signature->workspaceBytes));
  Observing before = observing;
  observing = {&observer, &impl->observers};
  impl->ticks.assign(impl->clocks.size(), 0);
  int64_t *tickingBefore = std::exchange(ticking, impl->ticks.data());
  impl->entries[signature->name](buffers.data());
  ticking = tickingBefore;
  observing = before;
  return llvm::Error::success();
}
