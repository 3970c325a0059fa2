//===- qs-opt.cpp - optimizer driver ------------------------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/IR/DialectRegistry.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "qs/Pipelines/Pipelines.h"
#include "llvm/Support/CommandLine.h"

static llvm::cl::extrahelp more(
    "\nEXAMPLES:\n"
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

int main(int argc, char **argv) {
  mlir::registerAllPasses();
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  qs::registerQSDialects(registry);
  qs::registerQSPasses();
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, "qs optimizer driver\n", registry));
}
