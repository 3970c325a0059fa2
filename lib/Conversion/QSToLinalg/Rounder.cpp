//===- Rounder.cpp - Rounding to a float format, in the IR ----------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Conversion/QSToLinalg/Rounder.h"
#include "Tables.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>
#include <cmath>

using namespace mlir;
using namespace qs;
using namespace qs::lowering;

//===----------------------------------------------------------------------===//
// Spans
//===----------------------------------------------------------------------===//

std::optional<NumberSpan> lowering::spanOf(QuantType type, Value codebook,
                                           bool hasZeroPoint) {
  if (!type)
    return {};
  if (type.isInteger()) {
    int bits = int(type.getBits()) + hasZeroPoint;
    return NumberSpan{bits, 0, bits};
  }
  std::unique_ptr<num::Code> code = boundCode(type, codebook);
  if (!code)
    return {};
  return num::spanOf(*code);
}

//===----------------------------------------------------------------------===//
// Rounder
//===----------------------------------------------------------------------===//

/// Whether rounding a product can only make it infinite.
static bool onlyOverflows(const num::FloatFormat &format,
                          const NumberSpan &product) {
  return product.bits <= int(format.mantissaBits) + 1 &&
         product.isWholeIn(format);
}

Rounder::Rounder(const num::Accumulation &how,
                 std::optional<NumberSpan> product, bool halves, int64_t terms)
    : how(how) {
  const num::FloatFormat &format = how.format;
  const num::FloatFormat single = num::ieeeFormat(8, 23);
  // Rounding to 24 bits first changes nothing where the format has at most 11
  // (Figueroa: 24 >= 2 * 11 + 2) and the product is exact.
  bool suffices = isSingle(format) || (format.mantissaBits <= 10 && product &&
                                       product->fits(single));
  keepsProducts = product && product->fits(format);
  limitsProducts = product && onlyOverflows(format, *product);
  isFused = how.fused && !keepsProducts;
  isDouble = how.seed || isFused || !suffices;
  isWhole = product && product->isWholeIn(format);
  usesHalves = halves && !isDouble && format == num::ieeeFormat(5, 10);
  // A sum that is rounded moves by no more than the term that was added, so
  // each term counts at most twice.
  isBounded = false;
  if (terms > 0 && isWhole && !isDouble && !isSingle(format)) {
    int top = product->limit + int(llvm::Log2_64_Ceil(uint64_t(terms))) + 1;
    int shift = 23 - int(format.mantissaBits);
    isBounded = top <= std::min(format.maxExponent(), 126 - shift);
  }
}

bool Rounder::takesFma() const {
  return isSingle(how.format) && !how.seed && (how.fused || keepsProducts);
}
bool Rounder::takesMulAdd() const {
  return isSingle(how.format) && !how.seed && !isFused;
}

Type Rounder::realType(MLIRContext *ctx) const {
  return isDouble ? Type(Float64Type::get(ctx)) : Type(Float32Type::get(ctx));
}

namespace {
/// The bits of a real number of 32 or 64 bits.
struct Bits {
  Bits(Scalars &s, Type shaped)
      : s(s), real(getElementTypeOrSelf(shaped)),
        width(real.getIntOrFloatBitWidth()), mantissa(width == 64 ? 52 : 23),
        integer(s.b.getIntegerType(width)) {}

  Value of(Value x) const {
    return arith::BitcastOp::create(s.b, s.loc, s.shaped(integer), x);
  }
  Value number(Value bits) const {
    return arith::BitcastOp::create(s.b, s.loc, s.shaped(real), bits);
  }
  Value constant(uint64_t bits) const {
    return s.integer(width == 64 ? int64_t(bits) : int32_t(uint32_t(bits)),
                     width);
  }
  /// The bits of a number that the type holds.
  Value constantOf(double x) const {
    return constant(width == 64 ? llvm::bit_cast<uint64_t>(x)
                                : llvm::bit_cast<uint32_t>(float(x)));
  }
  Value mask(Value x, uint64_t bits) const {
    return arith::AndIOp::create(s.b, s.loc, x, constant(bits));
  }
  uint64_t signBit() const { return uint64_t(1) << (width - 1); }
  uint64_t infinity() const {
    return (signBit() - 1) & ~((uint64_t(1) << mantissa) - 1);
  }
  Value less(Value x, Value y) const {
    // Magnitudes, so the sign bit is clear.
    return arith::CmpIOp::create(s.b, s.loc, arith::CmpIPredicate::slt, x, y);
  }

  Scalars &s;
  Type real;
  unsigned width, mantissa;
  Type integer;
};
} // namespace

static Value bitOr(Scalars &s, Value x, Value y) {
  return arith::OrIOp::create(s.b, s.loc, x, y);
}
static Value shiftRight(Scalars &s, Value x, unsigned by) {
  return arith::ShRUIOp::create(
      s.b, s.loc, x,
      s.integer(by, getElementTypeOrSelf(x).getIntOrFloatBitWidth()));
}
static Value compare(Scalars &s, arith::CmpFPredicate predicate, Value x,
                     Value y) {
  return arith::CmpFOp::create(s.b, s.loc, predicate, x, y);
}

/// As num::FloatFormat::round(): the bits behind the mantissa are rounded off,
/// and the carry runs into the exponent; numbers below the least normal one go
/// to a multiple of their common step by an addition that leaves no bits below.
/// Formats with the exponents of f32 have its subnormals and infinity, too.
Value Rounder::roundNearest(Scalars &s, Value x) const {
  const num::FloatFormat &format = how.format;
  if (!isDouble && isSingle(format))
    return x;
  if (isBounded)
    return roundBounded(s, x);
  if (usesHalves) {
    Value half =
        arith::TruncFOp::create(s.b, s.loc, s.shaped(s.b.getF16Type()), x);
    return arith::ExtFOp::create(s.b, s.loc, x.getType(), half);
  }
  Bits bits(s, x.getType());
  bool sameExponents = !isDouble && format.exponentBits == 8;
  unsigned shift = bits.mantissa - format.mantissaBits;
  Value all = bits.of(x);
  Value odd = bits.mask(shiftRight(s, all, shift), 1);
  Value up = s.add(bits.constant((uint64_t(1) << (shift - 1)) - 1), odd);
  Value rounded = bits.mask(s.add(all, up), ~((uint64_t(1) << shift) - 1));
  if (!sameExponents && !isWhole) {
    Value magnitude = bits.mask(all, bits.signBit() - 1);
    Value magic =
        s.real(std::ldexp(1.0, format.minExponent() + int(shift)), bits.real);
    Value small = s.sub(s.add(bits.number(magnitude), magic), magic);
    small = bitOr(s, bits.of(small), bits.mask(all, bits.signBit()));
    Value leastNormal = bits.constantOf(std::ldexp(1.0, format.minExponent()));
    rounded = s.select(bits.less(magnitude, leastNormal), small, rounded);
  }
  if (!sameExponents)
    rounded = limited(s, rounded);
  Value isNaN = compare(s, arith::CmpFPredicate::UNO, x, x);
  return bits.number(s.select(isNaN, all, rounded));
}

/// Adds the multiple of 2^exponent(x) that leaves no bits behind the mantissa,
/// and takes it off again. Zeros keep their sign; infinities and NaN are what
/// they were, as the exponent then wraps to that of a small number.
Value Rounder::roundBounded(Scalars &s, Value x) const {
  Bits bits(s, x.getType());
  unsigned shift = bits.mantissa - how.format.mantissaBits;
  Value all = bits.of(x);
  Value exponent = bits.mask(all, bits.infinity());
  Value magic = bits.number(s.add(
      exponent, bits.constant((uint64_t(shift) << bits.mantissa) |
                              (uint64_t(1) << (bits.mantissa - 1)))));
  Value rounded = s.sub(s.add(x, magic), magic);
  return bits.number(
      bitOr(s, bits.of(rounded), bits.mask(all, bits.signBit())));
}

/// Bits of a number whose magnitude becomes infinite beyond the greatest one.
Value Rounder::limited(Scalars &s, Value all) const {
  Bits bits(s, realType(s.b.getContext()));
  Value magnitude = bits.mask(all, bits.signBit() - 1);
  Value infinity =
      bitOr(s, bits.mask(all, bits.signBit()), bits.constant(bits.infinity()));
  return s.select(bits.less(bits.constantOf(how.format.maxFinite()), magnitude),
                  infinity, all);
}

Value lowering::emitIsBelow(Scalars &s, Value random, Value p) {
  Value drawn = arith::SIToFPOp::create(s.b, s.loc, p.getType(),
                                        shiftRight(s, random, 11));
  return compare(s, arith::CmpFPredicate::OLT, drawn,
                 s.mul(p, s.real(0x1p53, p.getType())));
}

/// As num::roundStochastic(): between the multiples of the step below and above
/// the magnitude, with the probability of going up that num::isBelow() takes.
Value Rounder::roundStochastic(Scalars &s, Value x, Value random) const {
  const num::FloatFormat &format = how.format;
  Type real = x.getType();
  Bits bits(s, real);
  Value all = bits.of(x);
  Value magnitude = bits.mask(all, bits.signBit() - 1);
  Value exponent = arith::MaxUIOp::create(
      s.b, s.loc, bits.mask(magnitude, bits.infinity()),
      bits.constantOf(std::ldexp(1.0, format.minExponent())));
  auto moved = [&](int by) { // exponent * 2^by
    return s.add(exponent, bits.constant(uint64_t(int64_t(by) << 52)));
  };
  Value step = bits.number(moved(-int(format.mantissaBits)));
  Value magic = bits.number(moved(52 - int(format.mantissaBits)));
  Value a = bits.number(magnitude);
  Value low = s.sub(s.add(a, magic), magic);
  low = s.select(compare(s, arith::CmpFPredicate::OGT, low, a),
                 s.sub(low, step), low);
  Value high = s.add(low, step);
  Value isNegative = arith::CmpIOp::create(
      s.b, s.loc, arith::CmpIPredicate::slt, all, bits.constant(0));
  Value part = s.div(s.select(isNegative, s.sub(high, a), s.sub(a, low)), step);
  Value up = emitIsBelow(s, random, part);
  // Up is toward zero for negative numbers.
  Value outward = arith::XOrIOp::create(s.b, s.loc, up, isNegative);
  Value rounded = bitOr(s, bits.of(s.select(outward, high, low)),
                        bits.mask(all, bits.signBit()));
  Value isInside = bits.less(magnitude, bits.constantOf(format.maxFinite()));
  return s.select(isInside, bits.number(rounded), roundNearest(s, x));
}

Value Rounder::round(Scalars &s, Value x, Value random) const {
  return random ? roundStochastic(s, x, random) : roundNearest(s, x);
}

Value Rounder::product(Scalars &s, Value a, Value b, Value random) const {
  Value exact = s.mul(a, b);
  if (keepsProducts || isFused)
    return exact;
  if (!limitsProducts)
    return round(s, exact, random);
  Bits bits(s, exact.getType());
  Value isNaN = compare(s, arith::CmpFPredicate::UNO, exact, exact);
  return s.select(isNaN, exact, bits.number(limited(s, bits.of(exact))));
}

/// As in num::accumulate(): a sum that is inexact becomes the neighbour with an
/// odd last bit, so that rounding it again rounds the exact sum.
static Value addToOdd(Scalars &s, Value a, Value b) {
  Bits bits(s, a.getType());
  Value sum = s.add(a, b);
  Value part = s.sub(sum, a);
  Value error = s.add(s.sub(a, s.sub(sum, part)), s.sub(b, part));
  Value zero = s.real(0, a.getType());
  Value all = bits.of(sum);
  auto both = [&](Value x, Value y) {
    return arith::AndIOp::create(s.b, s.loc, x, y);
  };
  Value isEven = arith::CmpIOp::create(s.b, s.loc, arith::CmpIPredicate::eq,
                                       bits.mask(all, 1), bits.constant(0));
  Value isFinite = bits.less(bits.mask(all, bits.signBit() - 1),
                             bits.constant(bits.infinity()));
  Value moves = both(both(isEven, isFinite),
                     compare(s, arith::CmpFPredicate::ONE, error, zero));
  Value inward = arith::XOrIOp::create(
      s.b, s.loc, compare(s, arith::CmpFPredicate::OGT, error, zero),
      compare(s, arith::CmpFPredicate::OGT, sum, zero));
  Value next = s.add(
      all, s.select(inward, bits.constant(uint64_t(-1)), bits.constant(1)));
  return bits.number(s.select(moves, next, all));
}

Value Rounder::sum(Scalars &s, Value a, Value b, Value random) const {
  // Sums of two numbers of the format are rounded by f64 as if they were exact;
  // a product may have more bits, and a random number looks at all of them.
  Value exact = how.seed || isFused ? addToOdd(s, a, b) : s.add(a, b);
  return round(s, exact, random);
}

//===----------------------------------------------------------------------===//
// Random bits
//===----------------------------------------------------------------------===//

static Value mix(Scalars &s, Value z) {
  auto stir = [&](unsigned by) {
    return arith::XOrIOp::create(s.b, s.loc, z, shiftRight(s, z, by));
  };
  z = s.mul(stir(30), s.integer(int64_t(0xbf58476d1ce4e5b9u), 64));
  z = s.mul(stir(27), s.integer(int64_t(0x94d049bb133111ebu), 64));
  return stir(31);
}

Value lowering::emitRandomBits(Scalars &s, Value seed, Value index) {
  Value step = s.integer(int64_t(0x9e3779b97f4a7c15u), 64);
  return mix(s, s.add(mix(s, seed), s.mul(index, step)));
}
