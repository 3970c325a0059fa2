//===- Dialect.cpp - registration ---------------------------------*- C++
//-*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Bytecode.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "qs/Dialect/QS/IR/QSDialect.h"
#include "qs/Dialect/QS/IR/QSOps.h"

using namespace mlir;
using namespace qs;

#include "qs/Dialect/QS/IR/QSDialect.cpp.inc"

void QSDialect::initialize() {
  registerAttributes();
  registerTypes();
  addOperations<
#define GET_OP_LIST
#include "qs/Dialect/QS/IR/QSOps.cpp.inc"
      >();
  addBytecodeInterface(this);
}

/// Folders return builtin attributes (tensors of integers and floats) or, for a
/// quantized result, the attribute of the storage: `qs.storage_cast` of an
/// `arith.constant` cannot be one op, so such folds happen in patterns.
Operation *QSDialect::materializeConstant(OpBuilder &builder, Attribute value,
                                          Type type, Location loc) {
  return arith::ConstantOp::materialize(builder, value, type, loc);
}
