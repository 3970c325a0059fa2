//===- QSOps.td - all qs operations -------------------------*- tablegen -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_DIALECT_QS_IR_QSOPS
#define QS_DIALECT_QS_IR_QSOPS

include "qs/Dialect/QS/IR/QSQuantOps.td"
include "qs/Dialect/QS/IR/QSLinearOps.td"
include "qs/Dialect/QS/IR/QSElementwiseOps.td"
include "qs/Dialect/QS/IR/QSPackOps.td"

#endif // QS_DIALECT_QS_IR_QSOPS
