//===- Round.h - Exact rounding and saturating casts ------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Rounding to integers that depends neither on the floating-point environment
/// nor on the compiler, and casts to integers that are defined for every input.
///
//===----------------------------------------------------------------------===//

#ifndef QS_NUMERICS_ROUND_H
#define QS_NUMERICS_ROUND_H

#include "qs/Numerics/Enums.h"

#include <cstdint>

namespace qs::num {

/// The integer that `mode` gives for `x`, as a floating-point number. Exact.
/// NaN and infinities come back as they are; the sign of zero is not defined.
double roundToIntegral(double x, Rounding mode);
float roundToIntegral(float x, Rounding mode);

/// `x` cut toward zero and saturated to [lo, hi]; infinities saturate, NaN
/// gives `nan`. Needs lo <= hi. Defined for every x.
int64_t saturatingCast(double x, int64_t lo, int64_t hi, int64_t nan = 0);

/// `x` limited to [lo, hi]; needs lo <= hi.
inline int64_t saturate(int64_t x, int64_t lo, int64_t hi) {
  return x < lo ? lo : x > hi ? hi : x;
}

/// `x` rounded by `mode`, then saturated as in saturatingCast().
inline int64_t roundAndSaturate(double x, Rounding mode, int64_t lo, int64_t hi,
                                int64_t nan = 0) {
  return saturatingCast(roundToIntegral(x, mode), lo, hi, nan);
}

/// `value * 2^-shift` rounded by `mode`, exactly; 0 <= shift <= 62 (a shift
/// outside is treated as the nearer of the two).
int64_t shiftRight(int64_t value, int shift, Rounding mode);

} // namespace qs::num

#endif // QS_NUMERICS_ROUND_H
