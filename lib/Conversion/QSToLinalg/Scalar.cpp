//===- Scalar.cpp - Scalar arithmetic of the lowering ---------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Conversion/QSToLinalg/Scalar.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace qs;
using namespace qs::lowering;

Type Scalars::shaped(Type element) const {
  return lanes ? Type(VectorType::get({lanes}, element)) : element;
}
static Value constant(Scalars &s, TypedAttr value) {
  if (s.lanes)
    value = DenseElementsAttr::get(cast<VectorType>(s.shaped(value.getType())),
                                   Attribute(value));
  return arith::ConstantOp::create(s.b, s.loc, value);
}
Value Scalars::real(double value, Type type) {
  return constant(*this, b.getFloatAttr(getElementTypeOrSelf(type), value));
}
Value Scalars::integer(int64_t value, unsigned bits) {
  return constant(*this, b.getIntegerAttr(b.getIntegerType(bits), value));
}

Value Scalars::add(Value x, Value y) {
  if (isa<FloatType>(getElementTypeOrSelf(x)))
    return arith::AddFOp::create(b, loc, x, y);
  return arith::AddIOp::create(b, loc, x, y);
}
Value Scalars::sub(Value x, Value y) {
  if (isa<FloatType>(getElementTypeOrSelf(x)))
    return arith::SubFOp::create(b, loc, x, y);
  return arith::SubIOp::create(b, loc, x, y);
}
Value Scalars::mul(Value x, Value y) {
  if (isa<FloatType>(getElementTypeOrSelf(x)))
    return arith::MulFOp::create(b, loc, x, y);
  return arith::MulIOp::create(b, loc, x, y);
}
Value Scalars::div(Value x, Value y) {
  return arith::DivFOp::create(b, loc, x, y);
}
Value Scalars::max(Value x, Value lo) {
  if (!isa<FloatType>(getElementTypeOrSelf(x)))
    return arith::MaxSIOp::create(b, loc, x, lo);
  return select(arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OGT, x, lo),
                x, lo);
}
Value Scalars::min(Value x, Value hi) {
  if (!isa<FloatType>(getElementTypeOrSelf(x)))
    return arith::MinSIOp::create(b, loc, x, hi);
  return select(arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OLT, x, hi),
                x, hi);
}
Value Scalars::select(Value condition, Value x, Value y) {
  return arith::SelectOp::create(b, loc, condition, x, y);
}
Value Scalars::zeroNaN(Value x) {
  Value isNumber =
      arith::CmpFOp::create(b, loc, arith::CmpFPredicate::ORD, x, x);
  return select(isNumber, x, real(0, x.getType()));
}
Value Scalars::resize(Value x, unsigned bits) {
  unsigned from = x.getType().getIntOrFloatBitWidth();
  if (from < bits)
    return arith::ExtSIOp::create(b, loc, b.getIntegerType(bits), x);
  if (from > bits)
    return arith::TruncIOp::create(b, loc, b.getIntegerType(bits), x);
  return x;
}

/// 2^(e - 127) from the bits; 0 is 2^-127, a subnormal f32, and 255 is NaN.
static Value widenE8M0(Scalars &s, Value x) {
  OpBuilder &b = s.b;
  Value bits = arith::BitcastOp::create(b, s.loc, b.getI8Type(), x);
  bits = arith::ExtUIOp::create(b, s.loc, b.getI32Type(), bits);
  auto is = [&](int64_t value) {
    return arith::CmpIOp::create(b, s.loc, arith::CmpIPredicate::eq, bits,
                                 s.integer(value));
  };
  Value shifted = arith::ShLIOp::create(b, s.loc, bits, s.integer(23));
  shifted = s.select(is(0), s.integer(0x00400000), shifted);
  shifted = s.select(is(255), s.integer(0x7fc00000), shifted);
  return arith::BitcastOp::create(b, s.loc, b.getF32Type(), shifted);
}

/// f8E4M3FN: the exponent and mantissa of an f32 that is 2^-120 of the number,
/// which holds for subnormals too; the last pattern is NaN.
static Value widenE4M3(Scalars &s, Value x) {
  OpBuilder &b = s.b;
  Value bits = arith::BitcastOp::create(b, s.loc, b.getI8Type(), x);
  bits = arith::ExtUIOp::create(b, s.loc, b.getI32Type(), bits);
  Value magnitude = arith::AndIOp::create(b, s.loc, bits, s.integer(0x7f));
  Value sign = arith::ShLIOp::create(
      b, s.loc, arith::AndIOp::create(b, s.loc, bits, s.integer(0x80)),
      s.integer(24));
  Value small = arith::ShLIOp::create(b, s.loc, magnitude, s.integer(20));
  Type f32 = b.getF32Type();
  Value number = s.mul(arith::BitcastOp::create(b, s.loc, f32, small),
                       s.real(0x1p120, f32));
  Value isNaN = arith::CmpIOp::create(b, s.loc, arith::CmpIPredicate::eq,
                                      magnitude, s.integer(0x7f));
  number = arith::OrIOp::create(
      b, s.loc,
      arith::BitcastOp::create(b, s.loc, b.getI32Type(), number), sign);
  number = s.select(isNaN, s.integer(0x7fc00000), number);
  return arith::BitcastOp::create(b, s.loc, f32, number);
}

Value Scalars::widen(Value x, Type type) {
  if (isa<Float8E4M3FNType>(x.getType()))
    x = widenE4M3(*this, x);
  if (isa<Float8E8M0FNUType>(x.getType()))
    x = widenE8M0(*this, x);
  if (getElementTypeOrSelf(x).getIntOrFloatBitWidth() <
      type.getIntOrFloatBitWidth())
    return arith::ExtFOp::create(b, loc, shaped(type), x);
  return x;
}
Value Scalars::narrow(Value x, Type type) {
  if (getElementTypeOrSelf(x).getIntOrFloatBitWidth() >
      type.getIntOrFloatBitWidth())
    return arith::TruncFOp::create(b, loc, shaped(type), x);
  return x;
}
Value Scalars::toReal(Value x, Type type) {
  return arith::SIToFPOp::create(b, loc, type, x);
}

Value Scalars::loadCode(Value word, QuantType type) {
  if (type.getIntegerRange().first < 0)
    return arith::ExtSIOp::create(b, loc, b.getI32Type(), word);
  return arith::ExtUIOp::create(b, loc, b.getI32Type(), word);
}
Value Scalars::limitZeroPoint(Value zeroPoint, QuantType type) {
  if (!zeroPoint || constantInt(zeroPoint))
    return zeroPoint;
  auto [lo, hi] = type.getIntegerRange();
  return min(max(zeroPoint, integer(lo)), integer(hi));
}
Value Scalars::storeCode(Value value, QuantType type) {
  return resize(value, storageOf(type).getIntOrFloatBitWidth());
}

/// `x` lowered by 1 where `condition` (i1) holds.
static Value step(Scalars &s, Value x, Value condition, bool up) {
  Value one = arith::ExtUIOp::create(s.b, s.loc, x.getType(), condition);
  return up ? s.add(x, one) : s.sub(x, one);
}

Value Scalars::roundSmall(Value x, RoundingMode mode) {
  Type type = x.getType(), i32 = b.getI32Type();
  auto compare = [&](arith::CmpFPredicate predicate, Value p,
                     Value q) -> Value {
    return arith::CmpFOp::create(b, loc, predicate, p, q);
  };
  if (mode == RoundingMode::HalfEven) {
    // Adding 1.5 * 2^23 (2^52 for f64) leaves no bits for a fraction, so the
    // addition itself rounds, ties to even; the subtraction is exact.
    Value magic = real(type.isF64() ? 0x1.8p52 : 0x1.8p23, type);
    return arith::FPToSIOp::create(b, loc, i32, sub(add(x, magic), magic));
  }
  Value cut = arith::FPToSIOp::create(b, loc, i32, x);
  Value back = toReal(cut, type);
  switch (mode) {
  case RoundingMode::TowardZero:
    return cut;
  case RoundingMode::Floor:
    return step(*this, cut, compare(arith::CmpFPredicate::OGT, back, x), false);
  case RoundingMode::Ceil:
    return step(*this, cut, compare(arith::CmpFPredicate::OLT, back, x), true);
  case RoundingMode::HalfUp: {
    Value floor =
        step(*this, cut, compare(arith::CmpFPredicate::OGT, back, x), false);
    // Where this difference rounds (|x| < 1/2), it does not cross 1/2.
    Value rest = sub(x, toReal(floor, type));
    return step(*this, floor,
                compare(arith::CmpFPredicate::OGE, rest, real(0.5, type)),
                true);
  }
  default: {
    Value rest = sub(x, back);
    Value up =
        step(*this, cut,
             compare(arith::CmpFPredicate::OGE, rest, real(0.5, type)), true);
    return step(*this, up,
                compare(arith::CmpFPredicate::OLE, rest, real(-0.5, type)),
                false);
  }
  }
}

Value Scalars::roundLarge(Value x, RoundingMode mode) {
  Type type = x.getType();
  Value rounded;
  switch (mode) {
  case RoundingMode::HalfEven:
    rounded = math::RoundEvenOp::create(b, loc, x);
    break;
  case RoundingMode::HalfAway:
    rounded = math::RoundOp::create(b, loc, x);
    break;
  case RoundingMode::Floor:
    rounded = math::FloorOp::create(b, loc, x);
    break;
  case RoundingMode::Ceil:
    rounded = math::CeilOp::create(b, loc, x);
    break;
  case RoundingMode::TowardZero:
    rounded = math::TruncOp::create(b, loc, x);
    break;
  case RoundingMode::Stochastic:
    llvm_unreachable("needs random bits, see QuantPatterns.cpp");
  case RoundingMode::HalfUp: {
    Value floor = math::FloorOp::create(b, loc, x);
    Value up = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OGE,
                                     sub(x, floor), real(0.5, type));
    rounded = select(up, add(floor, real(1, type)), floor);
    break;
  }
  }
  return arith::FPToSIOp::create(b, loc, b.getI64Type(), rounded);
}

std::optional<int64_t> lowering::constantInt(Value value) {
  APInt constant;
  if (!value || !matchPattern(value, m_ConstantInt(&constant)))
    return std::nullopt;
  return constant.getSExtValue();
}

Type lowering::storageOf(QuantType type) {
  return IntegerType::get(type.getContext(), type.getBits() <= 8 ? 8 : 16);
}

/// The low bits of an integer as a code: modulo the number of levels.
static Value wrapToCode(Scalars &s, Value value, QuantType type) {
  Value bits = arith::TruncIOp::create(
      s.b, s.loc, s.b.getIntegerType(type.getBits()), value);
  Type storage = storageOf(type);
  if (bits.getType() == storage)
    return bits;
  if (type.getIntegerRange().first < 0)
    return arith::ExtSIOp::create(s.b, s.loc, storage, bits);
  return arith::ExtUIOp::create(s.b, s.loc, storage, bits);
}

Value lowering::emitIntegerToCode(Scalars &s, Value value, Value zeroPoint,
                                  Overflow overflow, QuantType type) {
  zeroPoint = s.limitZeroPoint(zeroPoint, type);
  if (zeroPoint)
    value = s.add(value, s.resize(zeroPoint, 64));
  if (overflow == Overflow::Wrap)
    return wrapToCode(s, value, type);
  auto [lo, hi] = type.getIntegerRange();
  value = s.min(s.max(value, s.integer(lo, 64)), s.integer(hi, 64));
  return s.storeCode(value, type);
}

Value lowering::emitRealToCode(Scalars &s, Value real, Value zeroPoint,
                               const RealToCode &to) {
  Type type = real.getType();
  auto [lo, hi] = to.type.getIntegerRange();
  auto clamp = [&](Value x, double least, double most) {
    return s.min(s.max(x, s.real(least, type)), s.real(most, type));
  };
  if (to.mayBeNaN)
    real = s.zeroNaN(real);
  zeroPoint = s.limitZeroPoint(zeroPoint, to.type);
  bool addFirst = zeroPoint && to.order == RoundingOrder::AddThenRound;
  if (addFirst)
    real = s.add(real, s.toReal(zeroPoint, type));

  if (to.overflow == Overflow::Wrap) {
    // 2^40 is 0 modulo every number of levels.
    Value rounded = s.roundLarge(clamp(real, -0x1p40, 0x1p40), to.rounding);
    return emitIntegerToCode(s, rounded, addFirst ? Value() : zeroPoint,
                             to.overflow, to.type);
  }
  // The bounds are integers, so clamping before rounding is clamping after it,
  // and the cast sees nothing out of range.
  if (!zeroPoint || addFirst)
    return s.storeCode(s.roundSmall(clamp(real, lo, hi), to.rounding), to.type);
  std::optional<int64_t> constant = constantInt(zeroPoint);
  if (constant) {
    Value code =
        s.roundSmall(clamp(real, lo - *constant, hi - *constant), to.rounding);
    return s.storeCode(*constant ? s.add(code, zeroPoint) : code, to.type);
  }
  // A zero point known only at run time: beyond 2^21 every real saturates.
  Value code = s.roundSmall(clamp(real, -0x1p21, 0x1p21), to.rounding);
  code = s.add(code, zeroPoint);
  code = s.min(s.max(code, s.integer(lo)), s.integer(hi));
  return s.storeCode(code, to.type);
}
