//===- NumberSums.cpp - Sums in a stated format ---------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NumberSums.h"
#include "EmitUtils.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include <numeric>

using namespace mlir;

namespace qs::vec {

Value NumberSums::take(Value sum, Value row, Value weights, const Draw &draw) {
  // vector.fma would become fmuladd, which need not fuse.
  if (hasFma && rounder.takesFma())
    return math::FmaOp::create(s.b, s.loc, row, weights, sum);
  if (rounder.takesMulAdd())
    return s.add(sum, s.mul(row, weights));
  Type real = rounder.realType(s.b.getContext());
  Value product = rounder.product(s, s.widen(row, real), s.widen(weights, real),
                                  random(draw.seeds, draw.product));
  Value next =
      rounder.sum(s, s.widen(sum, real), product, random(draw.seeds, draw.sum));
  return s.narrow(next, s.b.getF32Type());
}

Value NumberSums::join(Value total, Value chunk, const Draw &draw) {
  if (outer.takesMulAdd() || outer.takesFma())
    return s.add(total, chunk);
  Type real = outer.realType(s.b.getContext());
  Value next = outer.sum(s, s.widen(total, real), s.widen(chunk, real),
                           random(draw.seeds, draw.sum));
  return s.narrow(next, s.b.getF32Type());
}

Value NumberSums::splatIndex(Value index) {
  Value wide = arith::IndexCastOp::create(s.b, s.loc, s.b.getI64Type(), index);
  return vector::BroadcastOp::create(s.b, s.loc, s.shaped(s.b.getI64Type()),
                                     wide);
}

Value NumberSums::random(Value seeds, Value index) {
  return seeds ? lowering::emitRandomBits(s, seeds, splatIndex(index))
               : Value();
}

Value NumberSums::elementSeeds(Value element) {
  SmallVector<int64_t> lanes(s.lanes);
  std::iota(lanes.begin(), lanes.end(), 0);
  auto type = cast<VectorType>(s.shaped(s.b.getI64Type()));
  Value lane = arith::ConstantOp::create(
      s.b, s.loc, DenseElementsAttr::get(type, ArrayRef<int64_t>(lanes)));
  return lowering::emitRandomBits(s, s.integer(int64_t(*how.seed), 64),
                                  s.add(splatIndex(element), lane));
}

Value NumberSums::groupSeeds(Value seeds, Value group) {
  return random(seeds, group);
}

} // namespace qs::vec
