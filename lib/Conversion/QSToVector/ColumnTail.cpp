//===- ColumnTail.cpp - Bias, multiplier and store of a tile --------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ColumnTail.h"
#include "EmitUtils.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace qs::vec {

Value ColumnTail::initial(Value column, int64_t valid) const {
  Type element = isFloat ? Type(b.getF32Type()) : Type(b.getI32Type());
  auto type = VectorType::get({lanes}, element);
  if (biasFirst)
    return loadLanes(b, loc, type, operands.bias, column, valid);
  return splat(b, loc, type, 0);
}

Value ColumnTail::broadcast(Value buffer, Value index) const {
  auto type = VectorType::get({lanes}, b.getF32Type());
  Value scalar = memref::LoadOp::create(b, loc, buffer, index);
  return vector::BroadcastOp::create(b, loc, type, scalar);
}

ColumnTail::Columns ColumnTail::load(Value column, int64_t valid) const {
  auto type = VectorType::get({lanes}, b.getF32Type());
  Columns columns{{}, {}, {}, valid};
  if (operands.multiplier)
    columns.multiplier =
        e.perColumn
            ? loadLanes(b, loc, type, operands.multiplier, column, valid)
            : broadcast(operands.multiplier, constIndex(b, loc, 0));
  if (operands.resultScale)
    columns.resultScale =
        broadcast(operands.resultScale, constIndex(b, loc, 0));
  if (biasLast)
    columns.bias = loadLanes(b, loc, type, operands.bias, column, valid);
  return columns;
}

Value ColumnTail::rowScale(Value row) const {
  return operands.rowScale ? broadcast(operands.rowScale, row) : Value();
}

void ColumnTail::store(Value acc, const Columns &columns, Value index,
                       Value rowScale) const {
  Value value = acc;
  auto floatType = VectorType::get({lanes}, b.getF32Type());
  if (e.kind == EpilogueKind::Requantize) {
    value = emitRequantize(b, loc, value, columns.multiplier, e);
  } else {
    if (e.kind != EpilogueKind::Store && !isFloat)
      value = arith::SIToFPOp::create(b, loc, floatType, value);
    for (Value factor : {columns.multiplier, rowScale})
      if (factor)
        value = arith::MulFOp::create(b, loc, value, factor);
    if (columns.bias)
      value = arith::AddFOp::create(b, loc, value, columns.bias);
    if (isa<FloatType>(getElementTypeOrSelf(value.getType())))
      value = emitClamp(b, loc, value, e);
    if (e.kind == EpilogueKind::Quantize) {
      value = arith::DivFOp::create(b, loc, value, columns.resultScale);
      value = emitCode(b, loc, value, e);
    }
  }
  storeLanes(b, loc, value, operands.result, index, columns.valid);
}

} // namespace qs::vec
