//===- Dot.cpp - One dot primitive as IR ---------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Conversion/QSToVector/Dot.h"
#include "EmitUtils.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace qs::vec {

using native::Dot;
using native::Rows;

VectorType DotEmitter::accType() const {
  Type element = dot.rows == Rows::F32 ? Type(b.getF32Type())
                                       : Type(b.getI32Type());
  return VectorType::get({int64_t(dot.lanes)}, element);
}

Type DotEmitter::rowElement() const {
  switch (dot.rows) {
  case Rows::U8:
  case Rows::Any8:
    return b.getI8Type();
  case Rows::I16:
    return b.getI16Type();
  case Rows::F32:
    return b.getF32Type();
  case Rows::Bits:
    return b.getI32Type();
  }
  llvm_unreachable("all row types are handled");
}

Type DotEmitter::weightElement() const {
  if (dot.rows == Rows::Bits)
    return b.getI32Type();
  return dot.rows == Rows::F32 ? Type(b.getF32Type())
                               : Type(b.getIntegerType(stored.bits));
}

VectorType DotEmitter::countType() const {
  if (dot.flushSteps == 0)
    return accType();
  return dot.kind == Dot::PMaddUbSw
             ? VectorType::get({int64_t(dot.lanes) * 2}, b.getI16Type())
             : VectorType::get({int64_t(dot.lanes) * 4}, b.getI8Type());
}

Value DotEmitter::loadWeights(Value weights, Value index) const {
  int64_t count = int64_t(dot.lanes) * dot.k;
  auto type = VectorType::get({count}, weightElement());
  return widenWeights(vector::LoadOp::create(b, loc, type, weights, index));
}

Value DotEmitter::extended(Value weights, Type element) const {
  auto type = cast<VectorType>(weights.getType());
  if (type.getElementType() == element)
    return weights;
  if (stored.isUnsigned)
    return arith::ExtUIOp::create(b, loc, type.clone(element), weights);
  return arith::ExtSIOp::create(b, loc, type.clone(element), weights);
}

Value DotEmitter::widenWeights(Value packed) const {
  switch (dot.kind) {
  case Dot::VpDpBusd:
  case Dot::PMaddUbSw:
  case Dot::Fma:
  case Dot::MulAdd:
  case Dot::PopWords:
  case Dot::PopBytes:
    return packed;
  case Dot::VpDpWssd:
  case Dot::PMaddWd:
    return extended(packed, b.getI16Type());
  case Dot::Widen:
    return extended(packed, b.getI32Type());
  }
  llvm_unreachable("all dot primitives are handled");
}

std::pair<Value, Value> DotEmitter::splitWeights(Value weights) const {
  Type type = weights.getType();
  Value eight = splat(b, loc, type, 8);
  Value high = stored.isUnsigned
                   ? arith::ShRUIOp::create(b, loc, weights, eight).getResult()
                   : arith::ShRSIOp::create(b, loc, weights, eight).getResult();
  return {high,
          arith::AndIOp::create(b, loc, weights, splat(b, loc, type, 255))};
}

std::pair<Value, Value> DotEmitter::splitZeros(Value zeros) const {
  auto lanes32 = cast<VectorType>(zeros.getType());
  auto inLane = [&](Value half) -> Value {
    if (dot.kind == Dot::Widen)
      return half;
    // Once for each of the weights, whose elements share the lane.
    Value low =
        arith::AndIOp::create(b, loc, half, splat(b, loc, lanes32, 0xffff));
    Value high =
        arith::ShLIOp::create(b, loc, half, splat(b, loc, lanes32, 16));
    auto pairs = VectorType::get({2 * int64_t(dot.lanes)}, b.getI16Type());
    return vector::BitCastOp::create(b, loc, pairs,
                                     arith::OrIOp::create(b, loc, low, high));
  };
  Value high = arith::ShRSIOp::create(b, loc, zeros, splat(b, loc, lanes32, 8));
  Value low = arith::AndIOp::create(b, loc, zeros, splat(b, loc, lanes32, 255));
  return {inLane(high), inLane(low)};
}

Value DotEmitter::broadcastRow(Value rows, Value index, int64_t drop) const {
  if (dot.k == 1) {
    Value scalar = memref::LoadOp::create(b, loc, rows, index);
    if (dot.kind == Dot::Widen)
      scalar = signedRows || dot.rows == Rows::I16
                   ? arith::ExtSIOp::create(b, loc, b.getI32Type(), scalar)
                         .getResult()
                   : arith::ExtUIOp::create(b, loc, b.getI32Type(), scalar)
                         .getResult();
    return vector::BroadcastOp::create(b, loc, accType(), scalar);
  }
  // k elements are one 32-bit word.
  unsigned bits = rowElement().getIntOrFloatBitWidth();
  auto groupType = VectorType::get({int64_t(dot.k)}, rowElement());
  auto wordType = VectorType::get({1}, b.getI32Type());
  Value group = vector::LoadOp::create(b, loc, groupType, rows, index);
  Value word = vector::BitCastOp::create(b, loc, wordType, group);
  word = vector::ExtractOp::create(b, loc, word, ArrayRef<int64_t>{0});
  if (drop > 0) {
    Value amount = arith::ConstantIntOp::create(b, loc, b.getI32Type(),
                                                int64_t(bits) * drop);
    word = arith::ShRUIOp::create(b, loc, word, amount);
  }
  Value words = vector::BroadcastOp::create(b, loc, accType(), word);
  return vector::BitCastOp::create(
      b, loc,
      VectorType::get({int64_t(dot.lanes) * dot.k}, rowElement()), words);
}

Value DotEmitter::dotInto(Value acc, Value row, Value weights) const {
  switch (dot.kind) {
  case Dot::VpDpBusd:
    return LLVM::CallIntrinsicOp::create(
               b, loc, accType(),
               b.getStringAttr("llvm.x86.avx512.vpdpbusd.512"),
               // The unsigned side comes first: rows, or weights moved up.
               signedRows ? ValueRange{acc, weights, row}
                          : ValueRange{acc, row, weights})
        .getResult(0);
  case Dot::VpDpWssd:
    return LLVM::CallIntrinsicOp::create(
               b, loc, accType(),
               b.getStringAttr("llvm.x86.avx512.vpdpwssd.512"),
               ValueRange{acc, row, weights})
        .getResult(0);
  case Dot::PMaddWd: {
    Value sum = LLVM::CallIntrinsicOp::create(
                    b, loc, accType(),
                    b.getStringAttr("llvm.x86.avx2.pmadd.wd"),
                    ValueRange{row, weights})
                    .getResult(0);
    return arith::AddIOp::create(b, loc, acc, sum);
  }
  case Dot::PMaddUbSw: {
    Value sums =
        LLVM::CallIntrinsicOp::create(
            b, loc, VectorType::get({int64_t(dot.lanes) * 2}, b.getI16Type()),
            b.getStringAttr("llvm.x86.avx2.pmadd.ub.sw"),
            signedRows ? ValueRange{weights, row} : ValueRange{row, weights})
            .getResult(0);
    if (acc.getType() == sums.getType())
      return arith::AddIOp::create(b, loc, acc, sums);
    return flushInto(acc, sums);
  }
  case Dot::Widen: {
    Value product = arith::MulIOp::create(b, loc, row, weights);
    return arith::AddIOp::create(b, loc, acc, product);
  }
  case Dot::Fma:
    // vector.fma would become fmuladd, which need not fuse.
    return math::FmaOp::create(b, loc, row, weights, acc);
  case Dot::MulAdd: {
    Value product = arith::MulFOp::create(b, loc, row, weights);
    return arith::AddFOp::create(b, loc, acc, product);
  }
  case Dot::PopWords:
  case Dot::PopBytes: {
    Value unequal = arith::XOrIOp::create(b, loc, row, weights);
    if (dot.kind == Dot::PopBytes)
      unequal = vector::BitCastOp::create(b, loc, countType(), unequal);
    Value count = math::CtPopOp::create(b, loc, unequal);
    return arith::AddIOp::create(b, loc, acc, count);
  }
  }
  llvm_unreachable("all dot primitives are handled");
}

Value DotEmitter::flushInto(Value acc, Value counts) const {
  if (dot.kind == Dot::PMaddUbSw) {
    Value sum =
        LLVM::CallIntrinsicOp::create(
            b, loc, accType(), b.getStringAttr("llvm.x86.avx2.pmadd.wd"),
            ValueRange{counts, splat(b, loc, counts.getType(), 1)})
            .getResult(0);
    return arith::AddIOp::create(b, loc, acc, sum);
  }
  // Bytes to pairs to words: shifts and masks that every target has.
  auto words = cast<VectorType>(acc.getType());
  Value value = vector::BitCastOp::create(b, loc, words, counts);
  for (auto [shift, mask] : {std::pair(8, 0x00ff00ff), {16, 0xffff}}) {
    Value low =
        arith::AndIOp::create(b, loc, value, splat(b, loc, words, mask));
    Value high =
        arith::ShRUIOp::create(b, loc, value, splat(b, loc, words, shift));
    if (shift == 8)
      high = arith::AndIOp::create(b, loc, high, splat(b, loc, words, mask));
    value = arith::AddIOp::create(b, loc, low, high);
  }
  return arith::AddIOp::create(b, loc, acc, value);
}

Value DotEmitter::addSums(Value acc, Value sums, int64_t shift) const {
  if (sums.getType() != acc.getType())
    sums = arith::ExtSIOp::create(b, loc, acc.getType(), sums);
  if (shift != 0)
    sums = arith::ShLIOp::create(b, loc, sums,
                                 splat(b, loc, acc.getType(), shift));
  return arith::AddIOp::create(b, loc, acc, sums);
}

} // namespace qs::vec
