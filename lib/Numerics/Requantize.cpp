//===- Requantize.cpp - From accumulators to levels -----------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Numerics/Requantize.h"
#include "qs/Numerics/Affine.h"
#include "qs/Numerics/Round.h"

#include <algorithm>
#include <cmath>

using namespace qs::num;

int64_t qs::num::requantize(int64_t acc, float multiplier, int32_t zeroPoint,
                            LevelRange levels, Rounding rounding, Order order) {
  float product = static_cast<float>(acc) * multiplier;
  // Dividing by 1 is exact, so this is the second half of quantize().
  return quantize(product, {1.0f, zeroPoint}, levels, rounding, order);
}

/// 2 a b / 2^32, ties away from zero, saturated: the ARM instruction sqrdmulh
/// as gemmlowp defines it (nudge, then a division that cuts toward zero).
static int32_t doublingHighMultiply(int32_t a, int32_t b) {
  if (a == INT32_MIN && b == INT32_MIN)
    return INT32_MAX;
  int64_t product = static_cast<int64_t>(a) * b;
  int64_t nudge = product >= 0 ? int64_t(1) << 30 : 1 - (int64_t(1) << 30);
  return static_cast<int32_t>((product + nudge) / (int64_t(1) << 31));
}

static int64_t scaleTFLite(int32_t value, FixedMultiplier m) {
  int left = m.shift < 31 ? 31 - m.shift : 0;
  int right = m.shift > 31 ? m.shift - 31 : 0;
  auto shifted = static_cast<int32_t>(
      saturate(static_cast<int64_t>(value) * (int64_t(1) << left), INT32_MIN,
               INT32_MAX));
  return shiftRight(doublingHighMultiply(shifted, m.mult), right,
                    Rounding::HalfAway);
}

int64_t qs::num::scaleFixed(int32_t value, FixedMultiplier multiplier,
                            FixedRounding rounding) {
  FixedMultiplier m = multiplier;
  m.shift = std::clamp<int8_t>(m.shift, 0, 62);
  if (rounding == FixedRounding::TFLite)
    return scaleTFLite(value, m);
  int64_t product = static_cast<int64_t>(value) * m.mult;
  if (rounding == FixedRounding::HalfEven)
    return shiftRight(product, m.shift, Rounding::HalfEven);
  if (rounding == FixedRounding::Double && m.shift > 31)
    product += value >= 0 ? int64_t(1) << 30 : -(int64_t(1) << 30);
  return shiftRight(product, m.shift, Rounding::HalfUp);
}

int64_t qs::num::requantizeFixed(int32_t acc, FixedMultiplier multiplier,
                                 int32_t zeroPoint, LevelRange levels,
                                 FixedRounding rounding) {
  // Both terms are below 2^63 - 2^32 in magnitude: the sum cannot overflow.
  int64_t sum = scaleFixed(acc, multiplier, rounding) + zeroPoint;
  return saturate(sum, levels.min, levels.max);
}

std::optional<FixedMultiplier> qs::num::decomposeMultiplier(double multiplier) {
  if (!(multiplier >= 0) || multiplier >= 2147483648.0)
    return std::nullopt;
  if (multiplier == 0)
    return FixedMultiplier{0, 62};
  int exponent;
  std::frexp(multiplier, &exponent); // multiplier = M0 * 2^exponent
  int shift = std::min(31 - exponent, 62);
  double mult =
      roundToIntegral(std::ldexp(multiplier, shift), Rounding::HalfEven);
  if (mult == 2147483648.0) { // M0 rounded up to 1
    mult /= 2;
    --shift;
  }
  if (shift < 0)
    return std::nullopt;
  return FixedMultiplier{static_cast<int32_t>(mult),
                         static_cast<int8_t>(shift)};
}

/// The last accumulator in [from, hi] with the value of `from`.
static int32_t endOfRun(const RequantizeFn &fn, int32_t from, int32_t value,
                        int32_t hi) {
  int64_t same = from, other = static_cast<int64_t>(hi) + 1;
  while (other - same > 1) {
    int64_t middle = same + (other - same) / 2;
    (fn(static_cast<int32_t>(middle)) == value ? same : other) = middle;
  }
  return static_cast<int32_t>(same);
}

std::vector<Transition> qs::num::transitionPoints(const RequantizeFn &fn,
                                                  int32_t lo, int32_t hi) {
  std::vector<Transition> runs;
  for (int64_t first = lo; first <= hi;) {
    auto at = static_cast<int32_t>(first);
    int32_t value = fn(at);
    runs.push_back({at, value});
    first = static_cast<int64_t>(endOfRun(fn, at, value, hi)) + 1;
  }
  return runs;
}

std::optional<int32_t> qs::num::firstDifference(const RequantizeFn &a,
                                                const RequantizeFn &b,
                                                int32_t lo, int32_t hi) {
  std::vector<Transition> runsA = transitionPoints(a, lo, hi);
  std::vector<Transition> runsB = transitionPoints(b, lo, hi);
  size_t common = std::min(runsA.size(), runsB.size());
  for (size_t i = 0; i < common; ++i) {
    if (runsA[i] == runsB[i])
      continue;
    // Equal values with different beginnings: the earlier beginning is where
    // one has moved on and the other has not.
    return std::min(runsA[i].first, runsB[i].first);
  }
  if (runsA.size() == runsB.size())
    return std::nullopt;
  return (runsA.size() > common ? runsA : runsB)[common].first;
}
