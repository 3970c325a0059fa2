//===- QuantizeRows.cpp - Codes and scales of rows at run time ------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EmitUtils.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "qs/Conversion/QSToLinalg/Words.h"
#include "qs/Conversion/QSToVector/Epilogue.h"
#include "qs/Conversion/QSToVector/Prepare.h"
#include "qs/Numerics/Reach.h"
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

/// What is looked at of each element for the range of a row.
using Part = llvm::function_ref<Value(Value)>;

/// The largest part of a row's elements, at least 0; NaN left out.
static Value emitLargest(OpBuilder &b, Location loc, Value input, Value start,
                         int64_t length, Part part) {
  auto type = VectorType::get({kLanes}, b.getF32Type());
  auto take = [&](Value at, int64_t valid, Value most) {
    Value x =
        loadLanes(b, loc, type, input, addIndex(b, loc, start, at), valid);
    return larger(b, loc, part(x), most);
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

/// The scale with which no number of a row leaves [-`lower`, `upper`], as
/// docs/Spec.md has it for qs.choose_params; a bound of 0 has no opinion.
static Value emitScale(OpBuilder &b, Location loc, Value input, Value start,
                       int64_t length, float lower, float upper) {
  auto real = [&](float value) -> Value {
    return arith::ConstantOp::create(b, loc, b.getF32FloatAttr(value));
  };
  auto choose = [&](arith::CmpFPredicate order, Value x, Value y) -> Value {
    Value holds = arith::CmpFOp::create(b, loc, order, x, y);
    return arith::SelectOp::create(b, loc, holds, x, y);
  };
  auto quotient = [&](Part part, float bound) -> Value {
    Value largest = emitLargest(b, loc, input, start, length, part);
    largest = choose(arith::CmpFPredicate::OLT, largest, real(FLT_MAX));
    return arith::DivFOp::create(b, loc, largest, real(bound));
  };
  auto same = [](Value x) { return x; };
  auto negated = [&](Value x) -> Value {
    return arith::NegFOp::create(b, loc, x);
  };
  auto magnitude = [&](Value x) -> Value {
    return math::AbsFOp::create(b, loc, x);
  };
  Value scale;
  if (lower == upper)
    scale = quotient(magnitude, upper);
  else if (lower == 0)
    scale = quotient(same, upper);
  else if (upper == 0)
    scale = quotient(negated, lower);
  else
    scale = choose(arith::CmpFPredicate::OGT, quotient(same, upper),
                   quotient(negated, lower));
  Value any =
      arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OGT, scale, real(0));
  Value legal = choose(arith::CmpFPredicate::OGT, scale, real(FLT_MIN));
  legal = choose(arith::CmpFPredicate::OLT, legal, real(FLT_MAX));
  return arith::SelectOp::create(b, loc, any, legal, real(1));
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
  // Integers are symmetric here whatever their least level is.
  auto lower = float(problem.upper), upper = float(problem.upper);
  std::optional<lowering::WordEncoder> encoder;
  if (problem.type) {
    std::unique_ptr<num::Code> code = problem.type.getCode().getArithmetic();
    num::Reach reach = num::reachOf(*code);
    lower = float(-reach.least);
    upper = float(reach.most);
    encoder.emplace(*code);
  }
  int64_t length = problem.length, whole = length / kLanes * kLanes;
  forEach(b, loc, problem.rows, 1, [&](Value row) {
    Value start = mulIndex(b, loc, row, length);
    Value scale = emitScale(b, loc, input, start, length, lower, upper);
    memref::StoreOp::create(b, loc, scale, scales, row);
    Value divisor = vector::BroadcastOp::create(b, loc, type, scale);
    auto encode = [&](Value at, int64_t valid) {
      Value place = addIndex(b, loc, start, at);
      Value x = loadLanes(b, loc, type, input, place, valid);
      x = arith::DivFOp::create(b, loc, x, divisor);
      lowering::Scalars s(b, loc, kLanes);
      Value words = encoder ? encoder->encode(s, x, epilogue.bits)
                            : emitCode(b, loc, x, epilogue);
      storeLanes(b, loc, words, codes, place, valid);
    };
    forEach(b, loc, whole, kLanes, [&](Value at) { encode(at, kLanes); });
    if (whole < length)
      encode(constIndex(b, loc, whole), length - whole);
  });
}

} // namespace qs::vec
