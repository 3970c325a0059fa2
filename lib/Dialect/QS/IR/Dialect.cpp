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
#include "mlir/Transforms/InliningUtils.h"
#include "qs/Dialect/QS/IR/QSDialect.h"
#include "qs/Dialect/QS/IR/QSOps.h"

using namespace mlir;
using namespace qs;

namespace {
/// Every op may stand in any function: calls of helpers can be inlined.
struct QSInlinerInterface : DialectInlinerInterface {
  using DialectInlinerInterface::DialectInlinerInterface;

  bool isLegalToInline(Operation *, Region *, bool, IRMapping &) const final {
    return true;
  }
};
} // namespace

#include "qs/Dialect/QS/IR/QSDialect.cpp.inc"

void QSDialect::initialize() {
  registerAttributes();
  registerTypes();
  addOperations<
#define GET_OP_LIST
#include "qs/Dialect/QS/IR/QSOps.cpp.inc"
      >();
  addBytecodeInterface(this);
  addInterfaces<QSInlinerInterface>();
}

/// Folders return builtin attributes (tensors of integers and floats) or, for a
/// quantized result, the attribute of the storage: `qs.storage_cast` of an
/// `arith.constant` cannot be one op, so such folds happen in patterns.
Operation *QSDialect::materializeConstant(OpBuilder &builder, Attribute value,
                                          Type type, Location loc) {
  return arith::ConstantOp::materialize(builder, value, type, loc);
}
