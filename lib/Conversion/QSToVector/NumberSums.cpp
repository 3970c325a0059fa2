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

NumberSums::Cells NumberSums::sumTerms(
    int64_t terms, size_t cells, ArrayRef<Value> seeds,
    llvm::function_ref<void(Value, const Draw &, MutableArrayRef<Value>)>
        next) {
  OpBuilder &b = s.b;
  Location loc = s.loc;
  int64_t length = native::chunkOf(how, terms);
  int64_t chunks = llvm::divideCeil(terms, length);
  bool strided = how.order == num::SumOrder::Strided && chunks > 1;
  auto take = [&](Value first, Value i, Cells in) {
    Value term =
        addIndex(b, loc, first, mulIndex(b, loc, i, strided ? chunks : 1));
    Draw draw;
    if (!seeds.empty()) {
      draw.product = mulIndex(b, loc, term, 2);
      Value isFirst = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, i,
                                            constIndex(b, loc, 0));
      draw.sum = arith::SelectOp::create(b, loc, isFirst, draw.product,
                                         addIndex(b, loc, draw.product, 1));
    }
    next(term, draw, in);
    return in;
  };
  auto chunk = [&](Value index, int64_t count, Cells total) {
    Value first = mulIndex(b, loc, index, strided ? 1 : length);
    Cells part = forCarrying(b, loc, count, 1, Cells(cells, begin()),
                             [&](Value i, ValueRange carried) {
                               return take(first, i, Cells(carried));
                             });
    if (chunks == 1)
      return part;
    Draw draw;
    draw.sum = addIndex(b, loc,
                        mulIndex(b, loc, addIndex(b, loc, index, terms), 2), 1);
    for (size_t cell = 0; cell < cells; ++cell) {
      draw.seeds = seeds.empty() ? Value() : seeds[cell];
      total[cell] = join(total[cell], part[cell], draw);
    }
    return total;
  };
  // All but the last chunk have `length` terms; strided, the first ones have
  // one more than the others.
  int64_t longer = terms / length, most = length, least = terms % length;
  if (strided) {
    most = llvm::divideCeil(terms, chunks);
    least = most - 1;
    longer = terms - least * chunks;
  }
  Cells total = forCarrying(b, loc, longer, 1, Cells(cells, begin()),
                            [&](Value index, ValueRange carried) {
                              return chunk(index, most, Cells(carried));
                            });
  return forCarrying(b, loc, least > 0 ? chunks - longer : 0, 1, total,
                     [&](Value index, ValueRange carried) {
                       return chunk(addIndex(b, loc, index, longer), least,
                                    Cells(carried));
                     });
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
