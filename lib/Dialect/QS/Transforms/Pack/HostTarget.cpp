//===- HostTarget.cpp - the target that this machine is -------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Dialect/QS/Transforms/Pack/Passes.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/X86TargetParser.h"

using namespace qs;

/// Whether the machine has every feature of the row's CPU and of its list.
static bool runs(const native::Target &target,
                 const llvm::StringMap<bool> &host) {
  llvm::SmallVector<llvm::StringRef> wanted;
  llvm::StringRef cpu(target.cpu.data(), target.cpu.size());
  if (cpu.starts_with("x86-64"))
    llvm::X86::getFeaturesForCPU(cpu, wanted);
  llvm::StringRef list(target.features.data(), target.features.size());
  llvm::SmallVector<llvm::StringRef> extra;
  list.split(extra, ',', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef feature : extra)
    wanted.push_back(feature.drop_front());
  // The 64-bit mode is no feature that the CPU reports by this name.
  return llvm::all_of(wanted, [&](llvm::StringRef feature) {
    return feature == "64bit" || feature == "x87" || host.lookup(feature);
  });
}

const native::Target &qs::hostTarget() {
  static const native::Target &best = []() -> const native::Target & {
    llvm::StringMap<bool> host = llvm::sys::getHostCPUFeatures();
    for (const native::Target &target : native::targets)
      if (runs(target, host))
        return target;
    return *native::findTarget("generic");
  }();
  return best;
}

const native::Target *qs::resolveTarget(llvm::StringRef name) {
  if (name == "host")
    return &hostTarget();
  return native::findTarget({name.data(), name.size()});
}
