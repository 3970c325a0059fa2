//===- Passes.h - ranges of activations -------------------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_DIALECT_QS_TRANSFORMS_CALIBRATE_PASSES_H
#define QS_DIALECT_QS_TRANSFORMS_CALIBRATE_PASSES_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"
#include "qs/Dialect/QS/IR/QSDialect.h"

namespace qs {

#define GEN_PASS_DECL
#include "qs/Dialect/QS/Transforms/Calibrate/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "qs/Dialect/QS/Transforms/Calibrate/Passes.h.inc"

} // namespace qs

#endif // QS_DIALECT_QS_TRANSFORMS_CALIBRATE_PASSES_H
