//===- main.cpp - a compiler that embeds qs ---------------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"
#include "qs/Dialect/QS/IR/QSOps.h"
#include "qs/Pipelines/Pipelines.h"
#include "llvm/Support/raw_ostream.h"

/// Two clamps, which the dialect's canonicalization merges.
static const char *source = R"mlir(
func.func @main(%q: tensor<4x!qs.q<int8, tensor>>) -> tensor<4x!qs.q<int8, tensor>> {
  %0 = qs.clamp %q min -5 max 50 : tensor<4x!qs.q<int8, tensor>>
  %1 = qs.clamp %0 min 0 max 100 : tensor<4x!qs.q<int8, tensor>>
  return %1 : tensor<4x!qs.q<int8, tensor>>
}
)mlir";

int main() {
  mlir::DialectRegistry registry;
  registry.insert<mlir::func::FuncDialect, qs::QSDialect>();
  mlir::registerTransformsPasses();
  qs::registerQSPasses();
  mlir::MLIRContext context(registry);
  context.loadAllAvailableDialects();

  auto module = mlir::parseSourceString<mlir::ModuleOp>(source, &context);
  if (!module)
    return 1;
  mlir::PassManager passes(&context);
  if (failed(mlir::parsePassPipeline("canonicalize", passes)) ||
      failed(passes.run(*module)))
    return 1;

  int clamps = 0;
  module->walk([&](qs::ClampOp) { ++clamps; });
  llvm::outs() << "downstream: " << clamps << " clamp\n";
  return clamps == 1 ? 0 : 1;
}
