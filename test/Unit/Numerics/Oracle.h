//===- Oracle.h - Independent naive arithmetic for the tests ---*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

///
/// \file
/// What the library should compute, written again in the slowest and plainest
/// way (search, 128-bit fractions, long double), sharing no code with it.
///
//===----------------------------------------------------------------------===//

#ifndef QS_TEST_UNIT_NUMERICS_ORACLE_H
#define QS_TEST_UNIT_NUMERICS_ORACLE_H

#include "qs/Numerics/Enums.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <utility>
#include <vector>

namespace oracle {

using Wide = __int128;

/// The integer that `mode` gives for numerator / denominator (positive), chosen
/// among the candidates around it by comparing exact fractions.
inline Wide roundFraction(Wide numerator, Wide denominator,
                          qs::num::Rounding mode) {
  using qs::num::Rounding;
  Wide cut = numerator / denominator;
  Wide below = cut, above = cut;
  if (below * denominator > numerator)
    --below;
  if (above * denominator < numerator)
    ++above;
  if (below == above)
    return below;
  Wide toBelow = numerator - below * denominator;
  Wide toAbove = above * denominator - numerator;
  switch (mode) {
  case Rounding::Floor:
    return below;
  case Rounding::Ceil:
    return above;
  case Rounding::TowardZero:
    return numerator < 0 ? above : below;
  default:
    break;
  }
  if (toBelow != toAbove)
    return toBelow < toAbove ? below : above;
  if (mode == Rounding::HalfUp)
    return above;
  if (mode == Rounding::HalfAway)
    return numerator < 0 ? below : above;
  return below % 2 == 0 ? below : above;
}

/// A double as a fraction with denominator 2^bits; needs |x| < 2^60 and a last
/// bit of at least 2^-bits.
inline Wide scaled(double x, int bits) {
  return static_cast<Wide>(std::ldexp(static_cast<long double>(x), bits));
}

inline int64_t clampTo(Wide x, int64_t lo, int64_t hi) {
  return x < lo ? lo : x > hi ? hi : static_cast<int64_t>(x);
}

/// A small generator that gives the same numbers everywhere.
struct Random {
  uint64_t state;
  explicit Random(uint64_t seed) : state(seed * 2 + 1) {}
  uint32_t bits() {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return static_cast<uint32_t>(state >> 32);
  }
  int32_t i32() { return static_cast<int32_t>(bits()); }
  /// In [0, 1).
  double unit() { return bits() * 0x1p-32; }
  uint32_t below(uint32_t n) {
    return static_cast<uint32_t>((static_cast<uint64_t>(bits()) * n) >> 32);
  }
  /// Roughly normal: the sum of twelve uniform numbers.
  double normal() {
    double sum = -6;
    for (int i = 0; i < 12; ++i)
      sum += unit();
    return sum;
  }
};

/// The least sum of weighted squares to the mean of an interval, over all ways
/// to cut the (value, weight) pairs into at most `count` intervals.
inline double leastIntervalError(std::vector<std::pair<double, double>> points,
                                 unsigned count) {
  if (points.size() <= count)
    return 0;
  std::sort(points.begin(), points.end());
  auto cost = [&](size_t begin, size_t end) {
    double w = 0, wx = 0, sum = 0;
    for (size_t i = begin; i < end; ++i) {
      w += points[i].second;
      wx += points[i].second * points[i].first;
    }
    for (size_t i = begin; i < end; ++i)
      sum += points[i].second * (points[i].first - wx / w) *
             (points[i].first - wx / w);
    return sum;
  };
  double best = 1e300;
  auto recurse = [&](auto &&self, size_t begin, unsigned left,
                     double sum) -> void {
    if (left == 1) {
      best = std::min(best, sum + cost(begin, points.size()));
      return;
    }
    for (size_t end = begin + 1; end + left - 1 <= points.size(); ++end)
      self(self, end, left - 1, sum + cost(begin, end));
  };
  recurse(recurse, 0, count, 0);
  return best;
}

} // namespace oracle

#endif // QS_TEST_UNIT_NUMERICS_ORACLE_H
