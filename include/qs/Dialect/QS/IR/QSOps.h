//===- QSOps.h - operations of the qs dialect -------------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_DIALECT_QS_IR_QSOPS_H
#define QS_DIALECT_QS_IR_QSOPS_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "qs/Dialect/QS/IR/QSDialect.h"

#define GET_OP_CLASSES
#include "qs/Dialect/QS/IR/QSOps.h.inc"

#endif // QS_DIALECT_QS_IR_QSOPS_H
