//===- FloatFormat.cpp - Floats of a few bits -----------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Numerics/FloatFormat.h"
#include "qs/Numerics/Round.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace qs::num;

FloatFormat qs::num::ieeeFormat(unsigned exponentBits, unsigned mantissaBits) {
  return {exponentBits, mantissaBits, (1 << (exponentBits - 1)) - 1, true,
          true};
}

int FloatFormat::maxExponent() const {
  int top = (1 << exponentBits) - 1 - bias;
  // A NaN of all ones leaves numbers in the topmost exponent unless it is the
  // only mantissa there.
  return hasInfinity || (hasNaN && mantissaBits == 0) ? top - 1 : top;
}

double FloatFormat::maxFinite() const {
  auto steps = static_cast<double>((int64_t(2) << mantissaBits) - 1);
  if (!hasInfinity && hasNaN && mantissaBits > 0)
    steps -= 1;
  return std::ldexp(steps, maxExponent() - static_cast<int>(mantissaBits));
}

bool FloatFormat::isFinite(uint32_t pattern) const {
  uint32_t magnitude = pattern & ((uint32_t(1) << (bits() - 1)) - 1);
  if (bits() < 32 && pattern >> bits())
    return false;
  if (hasInfinity)
    return magnitude >> mantissaBits != (uint32_t(1) << exponentBits) - 1;
  return !hasNaN || magnitude != (uint32_t(1) << (bits() - 1)) - 1;
}

double FloatFormat::decode(uint32_t pattern) const {
  uint32_t fraction = pattern & ((uint32_t(1) << mantissaBits) - 1);
  uint32_t field =
      (pattern >> mantissaBits) & ((uint32_t(1) << exponentBits) - 1);
  bool negative = (pattern >> (bits() - 1)) & 1;
  double magnitude;
  if (isFinite(pattern))
    magnitude = std::ldexp(
        static_cast<double>(field ? fraction | (uint32_t(1) << mantissaBits)
                                  : fraction),
        std::max(static_cast<int>(field), 1) - bias -
            static_cast<int>(mantissaBits));
  else if (hasInfinity && fraction == 0 &&
           (bits() == 32 || pattern >> bits() == 0))
    magnitude = std::numeric_limits<double>::infinity();
  else
    return std::numeric_limits<double>::quiet_NaN();
  return negative ? -magnitude : magnitude;
}

/// The exponent whose steps a magnitude is counted in.
static int stepExponent(double x, const FloatFormat &format) {
  if (std::fabs(x) < std::ldexp(1.0, format.minExponent()))
    return format.minExponent();
  return std::ilogb(x);
}

uint32_t FloatFormat::patternOf(double value) const {
  int exponent = stepExponent(value, *this);
  // The pattern of a magnitude counts the steps from zero, so the leading one
  // of normal numbers adds itself to the exponent field.
  auto steps = static_cast<uint32_t>(
      std::ldexp(std::fabs(value), static_cast<int>(mantissaBits) - exponent));
  auto field = static_cast<uint32_t>(exponent - minExponent());
  uint32_t sign = std::signbit(value) ? uint32_t(1) << (bits() - 1) : 0;
  return sign | ((field << mantissaBits) + steps);
}

double FloatFormat::roundSaturated(double x, Rounding rounding) const {
  double most = maxFinite();
  if (x != x || x == 0)
    return x;
  if (std::fabs(x) >= most)
    return std::copysign(most, x);
  int shift = static_cast<int>(mantissaBits) - stepExponent(x, *this);
  double rounded =
      std::ldexp(roundToIntegral(std::ldexp(x, shift), rounding), -shift);
  return std::copysign(std::min(std::fabs(rounded), most), x);
}

double FloatFormat::round(double x) const {
  double most = maxFinite();
  double step = std::ldexp(1.0, maxExponent() - static_cast<int>(mantissaBits));
  if (std::fabs(x) >= most + step / 2 && (hasInfinity || hasNaN))
    return hasInfinity
               ? std::copysign(std::numeric_limits<double>::infinity(), x)
               : std::numeric_limits<double>::quiet_NaN();
  return roundSaturated(x, Rounding::HalfEven);
}
