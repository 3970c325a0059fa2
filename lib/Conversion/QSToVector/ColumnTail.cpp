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

ColumnTail::Columns ColumnTail::load(Value column, int64_t valid) const {
  auto type = VectorType::get({lanes}, b.getF32Type());
  Columns columns{{}, {}, valid};
  if (e.kind != EpilogueKind::Store) {
    if (e.perColumn) {
      columns.multiplier =
          loadLanes(b, loc, type, operands.multiplier, column, valid);
    } else {
      Value scalar = memref::LoadOp::create(b, loc, operands.multiplier,
                                            constIndex(b, loc, 0));
      columns.multiplier = vector::BroadcastOp::create(b, loc, type, scalar);
    }
  }
  if (biasLast)
    columns.bias = loadLanes(b, loc, type, operands.bias, column, valid);
  return columns;
}

void ColumnTail::store(Value acc, const Columns &columns, Value index) const {
  Value value = acc;
  auto floatType = VectorType::get({lanes}, b.getF32Type());
  if (e.kind == EpilogueKind::Requantize) {
    value = emitRequantize(b, loc, value, columns.multiplier, e);
  } else if (e.kind == EpilogueKind::Dequantize) {
    value = arith::SIToFPOp::create(b, loc, floatType, value);
    value = arith::MulFOp::create(b, loc, value, columns.multiplier);
  }
  if (columns.bias)
    value = arith::AddFOp::create(b, loc, value, columns.bias);
  if (isa<FloatType>(getElementTypeOrSelf(value.getType())))
    value = emitClamp(b, loc, value, e);
  storeLanes(b, loc, value, operands.result, index, columns.valid);
}

} // namespace qs::vec
