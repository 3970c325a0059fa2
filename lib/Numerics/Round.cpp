//===- Round.cpp - Exact rounding and saturating casts --------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Numerics/Round.h"

#include <cmath>

using namespace qs::num;

double qs::num::roundToIntegral(double x, Rounding mode) {
  // From 2^52 on every double is an integer; this also passes NaN and
  // infinities through.
  if (!(std::fabs(x) < 4503599627370496.0))
    return x;
  // |x| < 2^52: cutting by way of int64 is exact, and so is the fraction that
  // is cut off. (The distance to the floor would not be: take x = -2^-60.)
  auto cut = static_cast<int64_t>(x);
  double fraction = std::fabs(x - static_cast<double>(cut));
  bool away = false;
  switch (mode) {
  case Rounding::Floor:
    away = fraction > 0 && x < 0;
    break;
  case Rounding::Ceil:
    away = fraction > 0 && x > 0;
    break;
  case Rounding::TowardZero:
    break;
  case Rounding::HalfUp:
    away = fraction > 0.5 || (fraction == 0.5 && x > 0);
    break;
  case Rounding::HalfAway:
    away = fraction >= 0.5;
    break;
  case Rounding::HalfEven:
    away = fraction > 0.5 || (fraction == 0.5 && (cut & 1));
    break;
  }
  return static_cast<double>(away ? cut + (x > 0 ? 1 : -1) : cut);
}

float qs::num::roundToIntegral(float x, Rounding mode) {
  // Widening is exact, and an integer next to a float below 2^24 is a float.
  return static_cast<float>(roundToIntegral(static_cast<double>(x), mode));
}

int64_t qs::num::saturatingCast(double x, int64_t lo, int64_t hi, int64_t nan) {
  if (x != x)
    return nan;
  if (x < -9223372036854775808.0)
    return lo;
  if (x >= 9223372036854775808.0)
    return hi;
  return saturate(static_cast<int64_t>(x), lo, hi);
}

int64_t qs::num::shiftRight(int64_t value, int shift, Rounding mode) {
  if (shift <= 0)
    return value;
  if (shift > 62)
    shift = 62;
  int64_t down = value >> shift;
  int64_t rest = value & ((int64_t(1) << shift) - 1);
  int64_t half = int64_t(1) << (shift - 1);
  bool up = false;
  switch (mode) {
  case Rounding::Floor:
    break;
  case Rounding::Ceil:
    up = rest > 0;
    break;
  case Rounding::TowardZero:
    up = rest > 0 && value < 0;
    break;
  case Rounding::HalfUp:
    up = rest >= half;
    break;
  case Rounding::HalfAway:
    up = rest > half || (rest == half && value > 0);
    break;
  case Rounding::HalfEven:
    up = rest > half || (rest == half && (down & 1));
    break;
  }
  return down + up;
}
