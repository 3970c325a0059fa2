//===- RunScales.cpp - Scales of runs along K -----------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RunScales.h"
#include "EmitUtils.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include <cmath>

using namespace mlir;

namespace qs::vec {

/// Sums of as many bytes fit 16 bits with their sign.
static constexpr int64_t kShortRun = 128;

Value RunScales::start(Value column, int64_t panelVectors, Value run) const {
  const native::PackedLayout &layout = p.layout;
  return addIndex(b, loc, mulIndex(b, loc, column, p.scaleRuns),
                  mulIndex(b, loc, run,
                           p.scaleRuns == 1 ? 0 : panelVectors * layout.lanes));
}

Value RunScales::load(Value start, int64_t offset) const {
  int64_t lanes = p.layout.lanes;
  auto floats = VectorType::get({lanes}, b.getF32Type());
  auto words = VectorType::get({lanes}, b.getI32Type());
  Type element =
      cast<MemRefType>(operands.weightScale.getType()).getElementType();
  Value stored = vector::LoadOp::create(
      b, loc, VectorType::get({lanes}, element), operands.weightScale,
      addIndex(b, loc, start, offset));
  if (element.isF32())
    return stored;
  if (element.isF16())
    return arith::ExtFOp::create(b, loc, floats, stored);
  stored = arith::ExtUIOp::create(b, loc, words, stored);
  if (isa<Float8E8M0FNUType>(p.scaleStorage)) {
    // The byte is the exponent of an f32; 2^-127 is the denormal 0x400000.
    Value bits =
        arith::ShLIOp::create(b, loc, stored, splat(b, loc, words, 23));
    bits = arith::MaxUIOp::create(b, loc, bits, splat(b, loc, words, 0x400000));
    return arith::BitcastOp::create(b, loc, floats, bits);
  }
  // e4m3: exponent and fraction of a (possibly denormal) f32 that is too small
  // by the difference of the two biases.
  Value bits = arith::ShLIOp::create(b, loc, stored, splat(b, loc, words, 20));
  Value small = arith::BitcastOp::create(b, loc, floats, bits);
  return arith::MulFOp::create(b, loc, small,
                               splat(b, loc, floats, std::ldexp(1.0, 120)));
}

Value RunScales::ofRow(Value rowSum) const {
  auto type = VectorType::get({p.layout.lanes}, b.getI32Type());
  Value sum = memref::LoadOp::create(b, loc, operands.rowSums, rowSum);
  Value offset =
      arith::ConstantIntOp::create(b, loc, b.getI32Type(), -p.levelOffset);
  sum = arith::MulIOp::create(b, loc, sum, offset);
  return vector::BroadcastOp::create(b, loc, type, sum);
}

Value RunScales::ofZeros(Value at, Value rowSum) const {
  int64_t lanes = p.layout.lanes;
  auto type = VectorType::get({lanes}, b.getI32Type());
  Value zeros = vector::LoadOp::create(
      b, loc, VectorType::get({lanes}, b.getI8Type()), operands.groupZero, at);
  zeros = arith::ExtSIOp::create(b, loc, type, zeros);
  if (p.levelOffset != 0)
    zeros = arith::AddIOp::create(b, loc, zeros,
                                  splat(b, loc, type, p.levelOffset));
  Value sum = memref::LoadOp::create(b, loc, operands.rowSums, rowSum);
  bool bytes =
      cast<MemRefType>(operands.rows.getType()).getElementType().isInteger(8);
  if (bytes && p.layout.run <= kShortRun) {
    // Factors that are known to fit 16 bits have a faster product.
    sum = arith::TruncIOp::create(b, loc, b.getI16Type(), sum);
    sum = arith::ExtSIOp::create(b, loc, b.getI32Type(), sum);
  }
  sum = vector::BroadcastOp::create(b, loc, type, sum);
  return arith::MulIOp::create(b, loc, sum, zeros);
}

VectorType RunScales::sumType() const {
  return VectorType::get({p.layout.lanes}, b.getIntegerType(p.wide ? 64 : 32));
}

Value RunScales::lessRowZero(Value sum, Value start, int64_t offset,
                             Value row) const {
  if (!operands.rowZero)
    return sum;
  VectorType type = sumType();
  auto zeros = cast<MemRefType>(operands.rowZero.getType());
  if (zeros.getNumElements() == 1)
    row = constIndex(b, loc, 0);
  Value zero = memref::LoadOp::create(b, loc, operands.rowZero, row);
  if (p.wide)
    zero = arith::ExtSIOp::create(b, loc, type.getElementType(), zero);
  zero = vector::BroadcastOp::create(b, loc, type, zero);
  Value columns = vector::LoadOp::create(b, loc, type, operands.columnSums,
                                         addIndex(b, loc, start, offset));
  return arith::SubIOp::create(b, loc, sum,
                               arith::MulIOp::create(b, loc, columns, zero));
}

Value RunScales::initial(Value start, int64_t offset, Value rowSum) const {
  VectorType type = sumType();
  Value at = addIndex(b, loc, start, offset);
  Value sum;
  if (operands.groupBias)
    sum = vector::LoadOp::create(b, loc, type, operands.groupBias, at);
  if (rowSum && operands.groupZero) {
    if (!sum)
      sum = splat(b, loc, type, 0);
    sum = arith::SubIOp::create(b, loc, sum, ofZeros(at, rowSum));
  } else if (rowSum) {
    sum = ofRow(rowSum);
  }
  return sum ? sum : splat(b, loc, type, 0);
}

Value RunScales::flush(Value acc, Value sum, Value scale) const {
  Value value = sum;
  if (sum.getType() != acc.getType())
    value = arith::SIToFPOp::create(b, loc, acc.getType(), sum);
  value = arith::MulFOp::create(b, loc, value, scale);
  return arith::AddFOp::create(b, loc, acc, value);
}

} // namespace qs::vec
