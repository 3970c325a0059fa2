//===- Code.cpp - Defaults of the code interface --------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Numerics/Code.h"
#include "qs/Numerics/Round.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace qs::num;

Code::~Code() = default;

LevelRange qs::num::restrictedRange(LevelRange range) {
  if (range.min < 0 && range.max > 0 && range.min < -range.max)
    range.min = -range.max;
  return range;
}

int32_t qs::num::fitLevel(int64_t value, LevelRange levels, Overflow overflow) {
  if (overflow == Overflow::Wrap) {
    uint64_t count =
        static_cast<uint64_t>(int64_t(levels.max) - levels.min) + 1;
    // Unsigned differences are exact modulo 2^64; the sign decides which way
    // to count from the lowest level.
    if (value >= levels.min)
      value = levels.min + static_cast<int64_t>(
                               (static_cast<uint64_t>(value) -
                                static_cast<uint64_t>(int64_t(levels.min))) %
                               count);
    else
      value = levels.max -
              static_cast<int64_t>((static_cast<uint64_t>(int64_t(levels.min)) -
                                    static_cast<uint64_t>(value) - 1) %
                                   count);
  }
  return static_cast<int32_t>(saturate(value, levels.min, levels.max));
}

std::unique_ptr<Code> Code::bind(const std::vector<double> &parameters,
                                 std::string &error) const {
  if (!parameters.empty()) {
    error = "code '" + name() + "' takes no parameters, found " +
            std::to_string(parameters.size());
    return nullptr;
  }
  return makeCode(name(), error);
}

double Code::maxValue() const {
  return decode(
      encode(std::numeric_limits<double>::infinity(), Rounding::HalfEven));
}

double Code::minValue() const {
  return decode(
      encode(-std::numeric_limits<double>::infinity(), Rounding::HalfEven));
}

double Code::maxMagnitude() const { return std::max(maxValue(), -minValue()); }

/// The exponent of the last bit of a finite number other than 0.
static int lastBitExponent(double value) {
  int exponent;
  double fraction = std::frexp(std::fabs(value), &exponent);
  auto digits = static_cast<uint64_t>(std::ldexp(fraction, 53));
  exponent -= 53;
  for (; digits % 2 == 0; digits /= 2)
    ++exponent;
  return exponent;
}

std::optional<FixedPoint> Code::fixedPoint() const {
  if (bits() > 8 || !isBound())
    return std::nullopt;
  auto count = static_cast<uint32_t>(numPatterns());
  std::optional<int> exponent;
  if (isInteger())
    exponent = 0;
  for (uint32_t p = 0; p < count; ++p)
    if (isLegal(p) && decode(p) != 0) {
      int last = lastBitExponent(decode(p));
      exponent = exponent ? std::min(*exponent, last) : last;
    }
  FixedPoint fixed;
  fixed.exponent = exponent.value_or(0);
  for (uint32_t p = 0; p < count; ++p) {
    double level = isLegal(p) ? std::ldexp(decode(p), -fixed.exponent) : 0.0;
    if (level < -128 || level > 127)
      return std::nullopt;
    fixed.levels.push_back(static_cast<int8_t>(level));
  }
  return fixed;
}
