//===- Pipelines.h - all passes and named pipelines ---------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// One place that every driver calls: qs-opt, the plugin, qs-compile, and
/// programs that embed qs.
///
//===----------------------------------------------------------------------===//

#ifndef QS_PIPELINES_PIPELINES_H
#define QS_PIPELINES_PIPELINES_H

#include "mlir/IR/DialectRegistry.h"

namespace qs {

/// Registers every qs pass and the pipelines `qs-calibrate`, `qs-quantize`, ...
/// with MLIR's global pass registry. Safe to call more than once.
void registerQSPasses();

/// Inserts the qs dialect and every dialect its passes read or make, with the
/// interface implementations that lowering needs.
void registerQSDialects(mlir::DialectRegistry &registry);

} // namespace qs

#endif // QS_PIPELINES_PIPELINES_H
