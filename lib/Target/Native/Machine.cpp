//===- Machine.cpp - CPUs by name
//---------------------------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Support/LLVM.h"
#include "qs/Target/Native/Compile.h"
#include "qs/Target/Native/Targets.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/SubtargetFeature.h"
#include "llvm/TargetParser/Triple.h"

using namespace qs;
using namespace qs::native;
using llvm::StringRef;

static void initializeTargets() {
  static bool once = [] {
    llvm::InitializeAllTargetInfos();
    llvm::InitializeAllTargets();
    llvm::InitializeAllTargetMCs();
    llvm::InitializeAllAsmPrinters();
    llvm::InitializeAllAsmParsers();
    return true;
  }();
  (void)once;
}

static std::string hostFeatures() {
  llvm::SubtargetFeatures features;
  for (const auto &feature : llvm::sys::getHostCPUFeatures())
    features.AddFeature(feature.first(), feature.second);
  return features.getString();
}

/// Whether `name` is an instruction set; tuning flags are not.
static bool isInstructionSet(StringRef name) {
  for (StringRef stem : {"avx", "amx", "fma", "bmi", "gfni", "vaes", "vpclmul"})
    if (name.starts_with(stem))
      return true;
  return false;
}

/// Whether every instruction set of `needs` is one of `has`.
static bool hasInstructions(const llvm::MCSubtargetInfo &has,
                            const llvm::MCSubtargetInfo &needs) {
  return llvm::all_of(needs.getAllProcessorFeatures(),
                      [&](const llvm::SubtargetFeatureKV &feature) {
                        std::string flag = "+" + std::string(feature.Key);
                        return !isInstructionSet(feature.Key) ||
                               !needs.checkFeatures(flag) ||
                               has.checkFeatures(flag);
                      });
}

/// The first row, best first, whose CPU's features `machine` has.
static std::string chooseKernels(const Machine &machine) {
  llvm::Triple triple(machine.triple);
  std::string error;
  const llvm::Target *target =
      llvm::TargetRegistry::lookupTarget(triple, error);
  if (!target || !triple.isX86())
    return "generic";
  std::unique_ptr<llvm::MCSubtargetInfo> info(
      target->createMCSubtargetInfo(triple, machine.cpu, machine.features));
  for (const native::Target &row : targets) {
    if (row.cpu.empty())
      return std::string(row.name);
    std::unique_ptr<llvm::MCSubtargetInfo> needs(target->createMCSubtargetInfo(
        triple, {row.cpu.data(), row.cpu.size()},
        {row.features.data(), row.features.size()}));
    if (hasInstructions(*info, *needs))
      return std::string(row.name);
  }
  return "generic";
}

/// Triple and CPU of `<triple>[/<cpu>]`; false if it does not begin with an
/// architecture.
static bool parseTriple(StringRef name, Machine &machine) {
  auto [tripleText, cpu] = name.split('/');
  // aarch64-linux-gnu has no vendor: normalized, its system is in its place.
  llvm::Triple triple(llvm::Triple::normalize(tripleText));
  if (triple.getArch() == llvm::Triple::UnknownArch ||
      StringRef(tripleText).starts_with("x86-64-v"))
    return false;
  if (triple.getOS() == llvm::Triple::UnknownOS && tripleText.contains('-')) {
    // aarch64-generic: an architecture and a CPU.
    auto [arch, rest] = tripleText.split('-');
    machine.triple = (arch + "-unknown-linux-gnu").str();
    machine.cpu = rest.str();
  } else {
    machine.triple = llvm::Triple::normalize(
        tripleText.contains('-') ? tripleText.str()
                                 : (tripleText + "-unknown-linux-gnu").str());
    machine.cpu = cpu.empty() ? "generic" : cpu.str();
  }
  return true;
}

static llvm::Error checkCPU(const Machine &machine) {
  std::string error;
  llvm::Triple triple(machine.triple);
  const llvm::Target *target =
      llvm::TargetRegistry::lookupTarget(triple, error);
  if (!target)
    return llvm::createStringError("no code generator for '" + machine.triple +
                                   "': " + error);
  std::unique_ptr<llvm::MCSubtargetInfo> info(
      target->createMCSubtargetInfo(triple, "", ""));
  if (machine.cpu.empty() || machine.cpu == "generic" ||
      info->isCPUStringValid(machine.cpu))
    return llvm::Error::success();
  std::string rows;
  for (const native::Target &row : targets)
    rows += (rows.empty() ? "" : ", ") + std::string(row.name);
  return llvm::createStringError(
      "expected a CPU (" + rows + ", or what llc -mcpu takes for " +
      triple.getArchName().str() + "), found '" + machine.cpu + "'");
}

llvm::Expected<Machine> native::resolveMachine(StringRef target) {
  initializeTargets();
  std::string host = llvm::sys::getProcessTriple();
  if (target == "cpu" || target == "cpu=host") {
    Machine machine{host, llvm::sys::getHostCPUName().str(), hostFeatures(),
                    ""};
    machine.kernels = chooseKernels(machine);
    return machine;
  }
  StringRef name = target;
  if (!name.consume_front("cpu=") || name.empty())
    return llvm::createStringError(
        "expected a target cpu, cpu=<name> or cpu=<triple>/<name>, found '" +
        target + "'");
  Machine machine{host, "", "", ""};
  if (const native::Target *row = findTarget({name.data(), name.size()})) {
    machine.cpu = row->cpu;
    machine.features = row->features;
    if (machine.cpu.empty() && llvm::Triple(host).isX86())
      machine.cpu = "x86-64";
  } else if (!parseTriple(name, machine)) {
    machine.cpu = name.str();
  }
  if (llvm::Error error = checkCPU(machine))
    return std::move(error);
  machine.kernels = chooseKernels(machine);
  return machine;
}

bool native::runsHere(const Machine &machine) {
  llvm::Expected<Machine> host = resolveMachine("cpu");
  if (!host) {
    llvm::consumeError(host.takeError());
    return false;
  }
  llvm::Triple triple(machine.triple);
  if (triple.getArch() != llvm::Triple(host->triple).getArch())
    return false;
  std::string error;
  const llvm::Target *target =
      llvm::TargetRegistry::lookupTarget(triple, error);
  if (!target)
    return false;
  auto info = [&](const Machine &of) {
    return std::unique_ptr<llvm::MCSubtargetInfo>(
        target->createMCSubtargetInfo(triple, of.cpu, of.features));
  };
  if (!triple.isX86())
    return machine.cpu == host->cpu || machine.cpu.empty() ||
           machine.cpu == "generic";
  return hasInstructions(*info(*host), *info(machine));
}

llvm::Expected<std::unique_ptr<llvm::TargetMachine>>
native::createTargetMachine(const Machine &machine, unsigned optLevel) {
  initializeTargets();
  std::string error;
  llvm::Triple triple(machine.triple);
  const llvm::Target *target =
      llvm::TargetRegistry::lookupTarget(triple, error);
  if (!target)
    return llvm::createStringError(error);
  llvm::TargetOptions options;
  // Every rounding is written down: a product and a sum never fuse unless one
  // op asks for it (vector.fma becomes llvm.fmuladd, which `Strict` would
  // split).
  options.AllowFPOpFusion = llvm::FPOpFusion::Standard;
  llvm::CodeGenOptLevel levels[] = {
      llvm::CodeGenOptLevel::None, llvm::CodeGenOptLevel::Less,
      llvm::CodeGenOptLevel::Default, llvm::CodeGenOptLevel::Aggressive};
  return std::unique_ptr<llvm::TargetMachine>(target->createTargetMachine(
      triple, machine.cpu, machine.features, options, llvm::Reloc::PIC_,
      std::nullopt, levels[std::min(optLevel, 3u)]));
}
