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
  Type element =
      isFloat ? Type(b.getF32Type()) : Type(b.getIntegerType(isWide ? 64 : 32));
  auto type = VectorType::get({lanes}, element);
  if (biasFirst && signs == 0)
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
  Columns columns{{}, {}, {}, {}, {}, {}, column, valid};
  auto ints = type.clone(b.getI32Type());
  for (int64_t l = 0; l < e.thresholds; ++l)
    columns.thresholds.push_back(
        loadLanes(b, loc, cast<VectorType>(ints), operands.thresholds,
                  addIndex(b, loc, column, l * e.columns), valid));
  if (operands.falling)
    columns.falling = loadLanes(b, loc, cast<VectorType>(ints),
                                operands.falling, column, valid);
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
  if (signs > 0) {
    auto words = type.clone(b.getI32Type());
    columns.most = splat(b, loc, words, signs);
    if (biasFirst)
      columns.most = arith::AddIOp::create(
          b, loc, columns.most,
          loadLanes(b, loc, words, operands.bias, column, valid));
  }
  return columns;
}

ColumnTail::Row ColumnTail::loadRow(Value row, int64_t columns) const {
  Row result;
  if (operands.rowScale)
    result.scale = broadcast(operands.rowScale, row);
  if (operands.borderSums) {
    Value index = memref::LoadOp::create(b, loc, operands.borderClass, row);
    index = arith::IndexCastOp::create(b, loc, b.getIndexType(), index);
    result.border = mulIndex(b, loc, index, columns);
  }
  return result;
}

/// Comparisons counted; a mask of -1 turns the count of a column round.
Value ColumnTail::countThresholds(Value sum, const Columns &columns) const {
  Type ints = sum.getType();
  Value count;
  for (Value threshold : columns.thresholds) {
    Value reached = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::sge,
                                          sum, threshold);
    reached = arith::ExtUIOp::create(b, loc, ints, reached);
    count = count ? arith::AddIOp::create(b, loc, count, reached) : reached;
  }
  if (columns.falling) {
    Value turned = arith::XOrIOp::create(b, loc, count, columns.falling);
    turned = arith::SubIOp::create(b, loc, turned, columns.falling);
    Value all = arith::AndIOp::create(b, loc, columns.falling,
                                      splat(b, loc, ints, e.thresholds));
    count = arith::AddIOp::create(b, loc, turned, all);
  }
  if (e.zeroPoint != 0)
    count =
        arith::AddIOp::create(b, loc, count, splat(b, loc, ints, e.zeroPoint));
  return arith::TruncIOp::create(
      b, loc, cast<VectorType>(ints).clone(b.getIntegerType(e.bits)), count);
}

void ColumnTail::store(Value acc, const Columns &columns, Value index,
                       const Row &row) const {
  Value value = acc;
  if (signs > 0) {
    // Each unequal pair takes 2 from the sum of equal ones.
    Value twice = arith::AddIOp::create(b, loc, acc, acc);
    value = arith::SubIOp::create(b, loc, columns.most, twice);
  }
  if (row.border)
    value = arith::AddIOp::create(
        b, loc, value,
        loadLanes(b, loc, cast<VectorType>(value.getType()),
                  operands.borderSums,
                  addIndex(b, loc, row.border, columns.column), columns.valid));
  auto floatType = VectorType::get({lanes}, b.getF32Type());
  if (e.kind == EpilogueKind::Threshold) {
    value = countThresholds(value, columns);
  } else if (e.kind == EpilogueKind::Requantize) {
    value = emitRequantize(b, loc, value, columns.multiplier, e);
  } else {
    if (e.kind != EpilogueKind::Store && !isFloat)
      value = arith::SIToFPOp::create(b, loc, floatType, value);
    for (Value factor : {columns.multiplier, row.scale})
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
