//===- Requantize.h - From accumulators to levels ---------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Requantization: an i32 accumulator times a real multiplier, plus a zero
/// point, saturated to the levels of the output.
///
/// The real form multiplies in f32. The fixed forms hold the multiplier as
/// `mult * 2^-shift` with an i32 `mult` and differ in the last bit only:
///
///   single     (v*mult + 2^(shift-1)) >> shift
///   double     as single, with 2^30 added for v >= 0 and subtracted for v < 0
///              before the shift where shift > 31
///   tflite     rounding divide by 2^(shift-31) of the saturating doubling
///              high product (2 v mult / 2^32, ties away); where shift < 31, v
///              is first multiplied by 2^(31-shift), saturated to i32
///   half_even  v*mult / 2^shift, rounded once, ties to even
///
/// Boundary cases, for all fixed forms:
///   * 0 <= shift <= 62. A shift outside is treated as the nearer of the two.
///   * shift = 0: v * mult, no rounding (tflite: sat(v * 2^31) times mult).
///   * Every v and mult is allowed, INT32_MIN included: |v*mult| <= 2^62, and
///     the terms added stay below 2^61 + 2^30 + 1, so int64 never overflows.
///   * tflite with v = mult = INT32_MIN saturates to INT32_MAX before the
///     divide, as the instruction it imitates does.
///   * mult <= 0 is arithmetic like any other; decomposeMultiplier() never
///     makes a negative one.
/// The result is an exact int64 that may lie outside i32 where shift is small;
/// adding the zero point and saturating are exact too.
///
//===----------------------------------------------------------------------===//

#ifndef QS_NUMERICS_REQUANTIZE_H
#define QS_NUMERICS_REQUANTIZE_H

#include "qs/Numerics/Code.h"
#include "qs/Numerics/Enums.h"

#include <functional>
#include <optional>
#include <vector>

namespace qs::num {

/// The real number mult * 2^-shift.
struct FixedMultiplier {
  int32_t mult = 0;
  int8_t shift = 0;
  bool operator==(const FixedMultiplier &o) const {
    return mult == o.mult && shift == o.shift;
  }
};

/// The real form: f32(acc) * multiplier in f32 (acc rounded to f32 ties to
/// even first), rounded, then the zero point, then saturated; with AddThenRound
/// the zero point is added in f32 before rounding. A NaN product (infinite or
/// NaN multiplier, which verifiers reject) gives the zero point.
int64_t requantize(int64_t acc, float multiplier, int32_t zeroPoint,
                   LevelRange levels, Rounding rounding = Rounding::HalfEven,
                   Order order = Order::RoundThenAdd);

/// `value * mult * 2^-shift`, rounded as the file comment says.
int64_t scaleFixed(int32_t value, FixedMultiplier multiplier,
                   FixedRounding rounding);

/// sat(scaleFixed(acc) + zeroPoint).
int64_t requantizeFixed(int32_t acc, FixedMultiplier multiplier,
                        int32_t zeroPoint, LevelRange levels,
                        FixedRounding rounding);

/// The nearest mult * 2^-shift to a real multiplier, with mult in [2^30, 2^31)
/// (that is, M0 = mult * 2^-31 in [1/2, 1)); exact for every f32 in
/// [2^-32, 2^31). Multipliers below 2^-32 keep shift 62 and a smaller mult, 0
/// included. std::nullopt for what no shift reaches: NaN, negative, 2^31 and
/// more.
std::optional<FixedMultiplier> decomposeMultiplier(double multiplier);

/// A requantization as a function of the accumulator. It must be monotone, as
/// all forms above are with one multiplier and zero point.
using RequantizeFn = std::function<int32_t(int32_t)>;

/// `first` is the least accumulator of a run that gives `value`.
struct Transition {
  int32_t first;
  int32_t value;
  bool operator==(const Transition &o) const {
    return first == o.first && value == o.value;
  }
};

/// The runs of equal value over the accumulators [lo, hi], ascending; the first
/// begins at lo. About 32 calls of `fn` for each value.
std::vector<Transition> transitionPoints(const RequantizeFn &fn,
                                         int32_t lo = INT32_MIN,
                                         int32_t hi = INT32_MAX);

/// The least accumulator in [lo, hi] for which two requantizations differ;
/// std::nullopt proves that they are equal on all of it.
std::optional<int32_t> firstDifference(const RequantizeFn &a,
                                       const RequantizeFn &b,
                                       int32_t lo = INT32_MIN,
                                       int32_t hi = INT32_MAX);

} // namespace qs::num

#endif // QS_NUMERICS_REQUANTIZE_H
