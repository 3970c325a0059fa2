//===- Threshold.h - Monotone steps as comparisons --------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What follows an integer sum, batch norm and the quantizer of a few levels,
/// is a step function of the sum: a list of integers that it is compared with.
/// The list comes from the f32 steps themselves, by bisection, so that it is
/// equal to them for every sum and not only up to their rounding.
///
/// Source: y = g (x - m) / sd + b and sign or an n-level quantizer, as in
/// Umuroglu et al. 2017 (FINN), section 4.2.2; the bisection is our own.
///
//===----------------------------------------------------------------------===//

#ifndef QS_NUMERICS_THRESHOLD_H
#define QS_NUMERICS_THRESHOLD_H

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace qs::num {

/// One f32 operation on a float, rounded; NaN stays.
struct FloatStep {
  enum class Kind : uint8_t {
    Multiply,     ///< x * a
    Add,          ///< x + a
    SubtractFrom, ///< a - x
    Clamp,        ///< min(max(x, a), b)
  };
  Kind kind;
  float a = 0, b = 0;
};

/// f32(sum) through all steps.
float applySteps(int32_t sum, const std::vector<FloatStep> &steps);

/// base + #{i : x >= at[i]}, or where it is falling base + #{i : x < at[i]}.
struct Thresholds {
  /// Ascending.
  std::vector<int32_t> at;
  bool falling = false;

  int64_t count(int32_t x) const;
};

/// The comparisons that a monotone function is made of: its values are in
/// base..base + levels, and for lo <= x <= hi the result is equal to it. A
/// value that is never reached has a threshold of hi + 1. std::nullopt where
/// the function leaves its values at lo or hi, or where hi + 1 is needed and no
/// i32.
std::optional<Thresholds>
findThresholds(const std::function<int64_t(int32_t)> &function, int64_t base,
               unsigned levels, int32_t lo, int32_t hi);

} // namespace qs::num

#endif // QS_NUMERICS_THRESHOLD_H
