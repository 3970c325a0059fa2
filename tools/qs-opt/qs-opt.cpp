//===- qs-opt.cpp - optimizer driver ------------------------------*- C++
//-*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Support/FileUtilities.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "qs/Driver/ReadModule.h"
#include "qs/Pipelines/Pipelines.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/ToolOutputFile.h"

static llvm::cl::extrahelp
    more("\nEXAMPLES:\n"
         "  qs-opt net.mlir --qs-calibrate=\"data=x.npz method=kl\" "
         "--qs-quantize=recipe=r.yaml --qs-fold\n"
         "      a float network to integer ops, by the stages\n"
         "  qs-opt net.mlir --qs-check-integer=strict\n"
         "      fail, with the reason, where a float op is left\n"
         "  qs-opt net.mlir --qs-pack=target=host\n"
         "      weights in the layout of this machine, epilogues fused\n"
         "  qs-opt net.mlir --qs-lower=kernels=avx512vnni\n"
         "      to the LLVM dialect, with kernels for one machine\n"
         "  qs-opt net.mlir --qs-fold --remarks-filter=qs "
         "--remark-format=emitRemark\n"
         "      say what was left alone, and why\n"
         "\nEXIT CODES:\n"
         "  0  done\n"
         "  1  a bad command line, file or module; diagnostics say what\n");

/// What mlir::MlirOptMain does, but for damaged bytecode, which is an error.
static mlir::LogicalResult runOnFile(llvm::StringRef input,
                                     llvm::StringRef output,
                                     mlir::DialectRegistry &registry) {
  auto config = mlir::MlirOptMainConfig::createFromCLOptions();
  // These read no file.
  if (config.shouldShowDialects() || config.shouldListPasses())
    return mlir::MlirOptMain(llvm::outs(), nullptr, registry, config);
  std::unique_ptr<llvm::MemoryBuffer> bytes;
  {
    mlir::MLIRContext context(registry, mlir::MLIRContext::Threading::DISABLED);
    context.allowUnregisteredDialects(config.shouldAllowUnregisteredDialects());
    llvm::SourceMgr none;
    mlir::SourceMgrDiagnosticHandler printer(none, &context);
    bytes = qs::run::openModule(input, &context);
  }
  if (!bytes)
    return mlir::failure();
  std::string error;
  auto file = mlir::openOutputFile(output, &error);
  if (!file) {
    llvm::errs() << error << "\n";
    return mlir::failure();
  }
  if (mlir::failed(
          mlir::MlirOptMain(file->os(), std::move(bytes), registry, config)))
    return mlir::failure();
  file->keep();
  return mlir::success();
}

int main(int argc, char **argv) {
  llvm::InitLLVM y(argc, argv);
  mlir::registerAllPasses();
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  qs::registerQSDialects(registry);
  qs::registerQSPasses();
  auto [input, output] = mlir::registerAndParseCLIOptions(
      argc, argv, "qs optimizer driver\n", registry);
  return mlir::asMainReturnCode(runOnFile(input, output, registry));
}
