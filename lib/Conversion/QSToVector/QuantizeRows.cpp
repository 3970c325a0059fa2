//===- QuantizeRows.cpp - Codes and scales of rows at run time ------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EmitUtils.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "qs/Conversion/QSToVector/Epilogue.h"
#include "qs/Conversion/QSToVector/Prepare.h"
#include <cfloat>

using namespace mlir;

namespace qs::vec {

static constexpr int64_t kLanes = 16;
/// Vectors in a trip: so many maxima hide each other's latency.
static constexpr int64_t kTogether = 4;

/// The larger of `x` and `most`; the latter where x is NaN.
static Value larger(OpBuilder &b, Location loc, Value x, Value most) {
  Value isLarger =
      arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OGT, x, most);
  return arith::SelectOp::create(b, loc, isLarger, x, most);
}

/// The largest |x| of a row, NaN left out.
static Value emitLargest(OpBuilder &b, Location loc, Value input, Value start,
                         int64_t length) {
  auto type = VectorType::get({kLanes}, b.getF32Type());
  auto take = [&](Value at, int64_t valid, Value most) {
    Value x =
        loadLanes(b, loc, type, input, addIndex(b, loc, start, at), valid);
    return larger(b, loc, math::AbsFOp::create(b, loc, x), most);
  };
  Value zero = splat(b, loc, type, 0.0);
  int64_t step = kLanes * kTogether, whole = length / step * step;
  SmallVector<Value> most =
      forCarrying(b, loc, whole, step, SmallVector<Value>(kTogether, zero),
                  [&](Value at, ValueRange carried) {
                    SmallVector<Value> next;
                    for (int64_t u = 0; u < kTogether; ++u)
                      next.push_back(take(addIndex(b, loc, at, u * kLanes),
                                          kLanes, carried[u]));
                    return next;
                  });
  for (int64_t at = whole; at < length; at += kLanes)
    most[0] = take(constIndex(b, loc, at),
                   std::min<int64_t>(kLanes, length - at), most[0]);
  for (int64_t u = 1; u < kTogether; ++u)
    most[0] = larger(b, loc, most[u], most[0]);
  return vector::ReductionOp::create(b, loc, vector::CombiningKind::MAXNUMF,
                                     most[0]);
}

/// The scale of a symmetric range as docs/Spec.md has it for qs.choose_params.
static Value emitScale(OpBuilder &b, Location loc, Value largest,
                       int32_t upper) {
  auto real = [&](float value) -> Value {
    return arith::ConstantOp::create(b, loc, b.getF32FloatAttr(value));
  };
  auto choose = [&](arith::CmpFPredicate order, Value x, Value y) -> Value {
    Value holds = arith::CmpFOp::create(b, loc, order, x, y);
    return arith::SelectOp::create(b, loc, holds, x, y);
  };
  largest = choose(arith::CmpFPredicate::OLT, largest, real(FLT_MAX));
  Value scale = arith::DivFOp::create(b, loc, largest, real(float(upper)));
  scale = choose(arith::CmpFPredicate::OGT, scale, real(FLT_MIN));
  Value any = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OGT, largest,
                                    real(0));
  return arith::SelectOp::create(b, loc, any, scale, real(1));
}

void emitQuantizeRows(OpBuilder &b, Location loc,
                      const QuantizeProblem &problem, Value input, Value codes,
                      Value scales) {
  auto type = VectorType::get({kLanes}, b.getF32Type());
  Epilogue epilogue;
  epilogue.kind = EpilogueKind::Quantize;
  epilogue.lower = problem.lower;
  epilogue.upper = problem.upper;
  epilogue.bits = cast<MemRefType>(codes.getType()).getElementTypeBitWidth();
  epilogue.anyMultiplier = true;
  int64_t length = problem.length, whole = length / kLanes * kLanes;
  forEach(b, loc, problem.rows, 1, [&](Value row) {
    Value start = mulIndex(b, loc, row, length);
    Value scale = emitScale(b, loc, emitLargest(b, loc, input, start, length),
                            problem.upper);
    memref::StoreOp::create(b, loc, scale, scales, row);
    Value divisor = vector::BroadcastOp::create(b, loc, type, scale);
    auto encode = [&](Value at, int64_t valid) {
      Value place = addIndex(b, loc, start, at);
      Value x = loadLanes(b, loc, type, input, place, valid);
      x = arith::DivFOp::create(b, loc, x, divisor);
      storeLanes(b, loc, emitCode(b, loc, x, epilogue), codes, place, valid);
    };
    forEach(b, loc, whole, kLanes, [&](Value at) { encode(at, kLanes); });
    if (whole < length)
      encode(constIndex(b, loc, whole), length - whole);
  });
}

} // namespace qs::vec
