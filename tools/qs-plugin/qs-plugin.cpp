//===- qs-plugin.cpp - libQSPlugin.so for the stock mlir-opt ------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

///
/// \file
/// `mlir-opt --load-dialect-plugin=libQSPlugin.so --load-pass-plugin=libQSPlugin.so`
/// knows the qs dialect and its passes. MLIR itself comes from the loading
/// process, which shares libMLIR.so with this object.
///
//===----------------------------------------------------------------------===//

#include "mlir/Tools/Plugins/DialectPlugin.h"
#include "mlir/Tools/Plugins/PassPlugin.h"
#include "qs/Dialect/QS/IR/QSDialect.h"
#include "qs/Pipelines/Pipelines.h"

extern "C" LLVM_ATTRIBUTE_WEAK mlir::DialectPluginLibraryInfo
mlirGetDialectPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, "QS", LLVM_VERSION_STRING,
          [](mlir::DialectRegistry *registry) {
            registry->insert<qs::QSDialect>();
          }};
}

extern "C" LLVM_ATTRIBUTE_WEAK mlir::PassPluginLibraryInfo
mlirGetPassPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, "QS", LLVM_VERSION_STRING,
          [] { qs::registerQSPasses(); }};
}
