//===- TosaToQS.h - TOSA to qs
//------------------------------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_CONVERSION_TOSATOQS_TOSATOQS_H
#define QS_CONVERSION_TOSATOQS_TOSATOQS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Pass/Pass.h"

namespace qs {

#define GEN_PASS_DECL
#include "qs/Conversion/TosaToQS/Passes.h.inc"

/// The patterns of `convert-tosa-to-qs`.
void populateTosaToQSPatterns(mlir::RewritePatternSet &patterns);

#define GEN_PASS_REGISTRATION
#include "qs/Conversion/TosaToQS/Passes.h.inc"

} // namespace qs

#endif // QS_CONVERSION_TOSATOQS_TOSATOQS_H
