//===- LinalgToQS.h - linalg on tensors to qs ---------------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_CONVERSION_LINALGTOQS_LINALGTOQS_H
#define QS_CONVERSION_LINALGTOQS_LINALGTOQS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"

namespace qs {

#define GEN_PASS_DECL
#include "qs/Conversion/LinalgToQS/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "qs/Conversion/LinalgToQS/Passes.h.inc"

} // namespace qs

#endif // QS_CONVERSION_LINALGTOQS_LINALGTOQS_H
