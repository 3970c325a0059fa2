//===- Words.cpp - Reals to words without tables --------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Conversion/QSToLinalg/Words.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/bit.h"
#include <cmath>
#include <limits>

using namespace mlir;
using namespace qs;
using namespace qs::lowering;

/// The order of floats as the order of integers, and back.
template <typename Float, typename Int> static Int keyOf(Float x) {
  Int bits = llvm::bit_cast<Int>(x);
  return bits < 0 ? Int(std::numeric_limits<Int>::min() - bits) : bits;
}
template <typename Float, typename Int> static Float floatOf(Int key) {
  return llvm::bit_cast<Float>(
      key < 0 ? Int(std::numeric_limits<Int>::min() - key) : key);
}

/// By bisection over all floats: encode() is monotone, so a stretch with one
/// word at both ends has only that.
template <typename Float, typename Int>
static CodeSteps find(const num::Code &code, num::Rounding rounding) {
  CodeSteps steps;
  auto wordAt = [&](Int key) {
    return code.encode(double(floatOf<Float, Int>(key)), rounding);
  };
  Float inf = std::numeric_limits<Float>::infinity();
  Int key = keyOf<Float, Int>(-inf), last = keyOf<Float, Int>(inf);
  steps.words.push_back(wordAt(key));
  uint32_t final = wordAt(last);
  while (steps.words.back() != final) {
    uint32_t here = steps.words.back();
    Int low = key, high = last;
    while (low + 1 < high) {
      Int mid = low + Int((uint64_t(high) - uint64_t(low)) / 2);
      if (wordAt(mid) == here)
        low = mid;
      else
        high = mid;
    }
    steps.starts.push_back(double(floatOf<Float, Int>(high)));
    steps.words.push_back(wordAt(high));
    key = high;
  }
  return steps;
}

CodeSteps lowering::findSteps(const num::Code &code, num::Rounding rounding,
                              bool isWide) {
  return isWide ? find<double, int64_t>(code, rounding)
                : find<float, int32_t>(code, rounding);
}

Value lowering::emitStepWord(Scalars &s, Value x, const CodeSteps &steps,
                             unsigned bits) {
  Value word = s.integer(steps.words[0], bits);
  for (size_t i = 0; i < steps.starts.size(); ++i) {
    Value passed =
        arith::CmpFOp::create(s.b, s.loc, arith::CmpFPredicate::OGE, x,
                              s.real(steps.starts[i], x.getType()));
    word = s.select(passed, s.integer(steps.words[i + 1], bits), word);
  }
  return word;
}

Value lowering::emitFloatWord(Scalars &s, Value x,
                              const num::FloatFormat &format, unsigned bits) {
  auto shiftRight = [&](Value value, int64_t count) -> Value {
    return arith::ShRUIOp::create(s.b, s.loc, value, s.integer(count));
  };
  Type f32 = s.b.getF32Type(), i32 = s.shaped(s.b.getI32Type());
  auto toBits = [&](Value value) -> Value {
    return arith::BitcastOp::create(s.b, s.loc, i32, value);
  };
  int mantissa = int(format.mantissaBits), dropped = 23 - mantissa;
  Value magnitude = s.min(math::AbsFOp::create(s.b, s.loc, x),
                          s.real(format.maxFinite(), f32));
  // Normal numbers: half a step less one, and one more where the step below is
  // odd, carries into the kept bits exactly where nearest even goes up.
  Value encoded = toBits(magnitude);
  Value odd = arith::AndIOp::create(s.b, s.loc, shiftRight(encoded, dropped),
                                    s.integer(1));
  Value up =
      s.add(s.add(encoded, odd), s.integer((int64_t(1) << (dropped - 1)) - 1));
  Value normal = s.sub(shiftRight(up, dropped),
                       s.integer(int64_t(127 - format.bias) << mantissa));
  // Below them all steps are one size, that of the last bit of this number.
  double magic = std::ldexp(1.0, format.minExponent() - mantissa + 23);
  Value offset = s.real(magic, f32);
  Value subnormal = s.sub(toBits(s.add(magnitude, offset)), toBits(offset));
  Value isSmall =
      arith::CmpFOp::create(s.b, s.loc, arith::CmpFPredicate::OLT, magnitude,
                            s.real(std::ldexp(1.0, format.minExponent()), f32));
  Value word = s.select(isSmall, subnormal, normal);
  Value sign = arith::AndIOp::create(
      s.b, s.loc, shiftRight(toBits(x), 32 - format.bits()),
      s.integer(int64_t(1) << (format.bits() - 1)));
  Value isZero = arith::CmpIOp::create(s.b, s.loc, arith::CmpIPredicate::eq,
                                       word, s.integer(0));
  word = s.select(isZero, word, arith::OrIOp::create(s.b, s.loc, word, sign));
  return arith::TruncIOp::create(s.b, s.loc, s.shaped(s.b.getIntegerType(bits)),
                                 word);
}
