//===- Epilogue.cpp - What happens to a tile of accumulators --------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Conversion/QSToVector/Epilogue.h"
#include "EmitUtils.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include <cmath>

using namespace mlir;

namespace qs::vec {

Epilogue makeEpilogue(EpilogueAttr attr, bool perColumn, unsigned bits) {
  Epilogue e;
  e.kind = attr.getKind();
  e.round = attr.getRounding();
  e.perColumn = perColumn;
  e.anyMultiplier = true;
  e.zeroPoint = attr.getZeroPoint();
  e.lower = attr.getLower();
  e.upper = attr.getUpper();
  e.bits = bits;
  if (attr.getMin())
    e.lowerF = attr.getMin().getValue().convertToFloat();
  if (attr.getMax())
    e.upperF = attr.getMax().getValue().convertToFloat();
  return e;
}

/// The larger (or smaller) of `x` and a constant; the constant where x is NaN.
/// Compare and select is one vmaxps or vminps.
static Value emitBound(OpBuilder &b, Location loc, Value x, double bound,
                       bool isLower) {
  Value limit = splat(b, loc, x.getType(), bound);
  Value inside = arith::CmpFOp::create(
      b, loc, isLower ? arith::CmpFPredicate::OGT : arith::CmpFPredicate::OLT,
      x, limit);
  return arith::SelectOp::create(b, loc, inside, x, limit);
}

Value emitClamp(OpBuilder &b, Location loc, Value value, const Epilogue &e) {
  // A NaN stays a NaN: it is not inside, nor outside, the bounds.
  if (e.lowerF)
    value = arith::MaximumFOp::create(
        b, loc, value, splat(b, loc, value.getType(), *e.lowerF));
  if (e.upperF)
    value = arith::MinimumFOp::create(
        b, loc, value, splat(b, loc, value.getType(), *e.upperF));
  return value;
}

/// round(x) as a vector of f32, |x| < 2^22.
static Value emitRound(OpBuilder &b, Location loc, Value x, RoundingMode round) {
  switch (round) {
  case RoundingMode::HalfEven:
    return math::RoundEvenOp::create(b, loc, x);
  case RoundingMode::HalfAway:
    return math::RoundOp::create(b, loc, x);
  case RoundingMode::Floor:
    return math::FloorOp::create(b, loc, x);
  case RoundingMode::Ceil:
    return math::CeilOp::create(b, loc, x);
  case RoundingMode::TowardZero:
    return math::TruncOp::create(b, loc, x);
  case RoundingMode::Stochastic:
    llvm_unreachable("epilogues have no seed");
  case RoundingMode::HalfUp: {
    // floor(x + 0.5) would round the sum; x - floor(x) is exact.
    Value down = math::FloorOp::create(b, loc, x);
    Value rest = arith::SubFOp::create(b, loc, x, down);
    Value half = splat(b, loc, x.getType(), 0.5);
    Value one = splat(b, loc, x.getType(), 1.0);
    Value up = arith::AddFOp::create(b, loc, down, one);
    Value isUp = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OGE, rest,
                                       half);
    return arith::SelectOp::create(b, loc, isUp, up, down);
  }
  }
  llvm_unreachable("all rounding modes are handled");
}

Value emitRequantize(OpBuilder &b, Location loc, Value acc, Value m,
                     const Epilogue &e) {
  Value x = arith::SIToFPOp::create(b, loc, m.getType(), acc);
  return emitCode(b, loc, arith::MulFOp::create(b, loc, x, m), e);
}

Value emitCode(OpBuilder &b, Location loc, Value x, const Epilogue &e) {
  auto floatType = cast<VectorType>(x.getType());
  auto intType = floatType.clone(b.getI32Type());
  Type narrow = intType.clone(b.getIntegerType(e.bits));
  double lower = double(e.lower) - e.zeroPoint;
  double upper = double(e.upper) - e.zeroPoint;

  if (e.anyMultiplier) {
    Value ordered =
        arith::CmpFOp::create(b, loc, arith::CmpFPredicate::ORD, x, x);
    x = arith::SelectOp::create(b, loc, ordered, x,
                                splat(b, loc, floatType, 0.0));
  }
  // Clamping to integers commutes with every rounding, and it keeps the
  // conversion to an integer in range.
  x = emitBound(b, loc, x, lower, /*isLower=*/true);
  x = emitBound(b, loc, x, upper, /*isLower=*/false);

  bool small = std::abs(lower) < (1 << 21) && std::abs(upper) < (1 << 21);
  if (e.round == RoundingMode::HalfEven && small) {
    // Adding 1.5 * 2^23 rounds to an integer, half to even, and leaves it in
    // the low bits of the encoding: three instructions fewer than rounding,
    // converting and adding the zero point. An even part of the zero point
    // rides along without touching the parity of ties.
    int32_t even = e.zeroPoint & ~1;
    if (std::abs(int64_t(even)) >= (1 << 20))
      even = 0;
    constexpr double magic = 12582912.0;
    x = arith::AddFOp::create(b, loc, x,
                              splat(b, loc, floatType, magic + even));
    Value bits = arith::BitcastOp::create(b, loc, intType, x);
    // The low 22 bits are the integer; 0x4B400000 leaves those alone.
    if (e.bits == 32) {
      bits = arith::SubIOp::create(
          b, loc, bits, splat(b, loc, intType, int64_t(0x4B400000)));
    } else {
      bits = arith::TruncIOp::create(b, loc, narrow, bits);
    }
    int64_t rest = int64_t(e.zeroPoint) - even;
    if (rest != 0)
      bits = arith::AddIOp::create(b, loc, bits, splat(b, loc, narrow, rest));
    return bits;
  }

  x = emitRound(b, loc, x, e.round);
  Value result = arith::FPToSIOp::create(b, loc, intType, x);
  if (e.zeroPoint != 0)
    result = arith::AddIOp::create(
        b, loc, result, splat(b, loc, intType, int64_t(e.zeroPoint)));
  if (e.bits < 32)
    result = arith::TruncIOp::create(b, loc, narrow, result);
  return result;
}

} // namespace qs::vec
