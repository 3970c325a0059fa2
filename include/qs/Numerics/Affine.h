//===- Affine.h - Scales, zero points, quantize, dequantize -----*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Between reals and the levels of an integer code: real = scale * (q - zero).
///
/// All float arithmetic is f32 with no contraction, in the written order, so
/// that compiled code gives the same bits. Results are stated for every input:
///
///   x          quantize(x)                      fakeQuantize(x)
///   NaN        the zero point, saturated        0 (where the zero point is a
///                                               level)
///   +-inf      the highest / lowest level       the highest / lowest value
///   subnormal  as every other number            as every other number
///
/// A legal scale is a positive, finite, normal f32 (isLegalScale); verifiers
/// reject others. The functions are still defined for them: x/0 is NaN or an
/// infinity and follows the table.
///
//===----------------------------------------------------------------------===//

#ifndef QS_NUMERICS_AFFINE_H
#define QS_NUMERICS_AFFINE_H

#include "qs/Numerics/Code.h"
#include "qs/Numerics/Enums.h"

namespace qs::num {

struct AffineParams {
  float scale = 1.0f;
  int32_t zeroPoint = 0;
  bool operator==(const AffineParams &o) const {
    return scale == o.scale && zeroPoint == o.zeroPoint;
  }
  bool operator!=(const AffineParams &o) const { return !(*this == o); }
};

/// Positive, finite and normal: at least 2^-126.
bool isLegalScale(float scale);

/// RoundThenAdd: sat(rnd(x / s) + z), the sum being exact.
/// AddThenRound: rnd(sat(x / s + z)), the sum being f32.
int64_t quantize(float x, AffineParams params, LevelRange levels,
                 Rounding rounding = Rounding::HalfEven,
                 Order order = Order::RoundThenAdd);

/// f32(q - z) * s; the difference is exact.
float dequantize(int64_t level, AffineParams params);

/// dequantize(quantize(x)).
float fakeQuantize(float x, AffineParams params, LevelRange levels,
                   Rounding rounding = Rounding::HalfEven,
                   Order order = Order::RoundThenAdd);

/// The nearest scale that the storage holds and that is legal as f32:
///   f32   as it is
///   f16   nearest, ties to even, of subnormals the next one up, so that their
///         coarse steps do not clip; within [2^-24, 65504]
///   e8m0  the next power of two up, so that nothing clips; within
///         [2^-126, 2^127]
///   e4m3  nearest, ties to even; within [2^-9, 448]
/// Scales below the least one are raised to it, which never clips; NaN and
/// scales that are not positive give 1.
float storeScale(float scale, ScaleStorage storage);

/// The least and the greatest scale that a storage holds.
struct ScaleLimits {
  float min, max;
};
ScaleLimits scaleLimits(ScaleStorage storage);

/// Scale and zero point for reals in [min, max].
///   The range is first widened to hold 0; s = (max - min) / (qmax - qmin) in
///   f32; z = sat(rne(qmin - min / s)), with the stored s.
/// A range that holds nothing but 0 gives scale 1. Bounds that are infinite
/// count as the largest float, NaN as 0. The result is legal: s is raised to
/// 2^-126 and lowered to the largest float where the quotient lies outside.
AffineParams chooseAsymmetric(float min, float max, LevelRange levels,
                              ScaleStorage storage = ScaleStorage::F32);

/// Scale for reals in [-amax, amax], zero point 0: s = amax / qmax in f32,
/// where qmax is the highest level (for int1, which has none above 0, it is 1).
/// The sign of amax is ignored; amax = 0 gives scale 1; otherwise as above. For
/// a range without -2^(b-1), quantize with restrictedRange(levels).
AffineParams chooseSymmetric(float amax, LevelRange levels,
                             ScaleStorage storage = ScaleStorage::F32);

/// Scale for reals in [min, max] of a bound code without a zero point: the
/// least one with which neither bound leaves the code's reach (Reach.h), on the
/// sides where it has any: s = max(max / M, min / m) in f32, where the reach is
/// [m, M]. A code of positive numbers has no opinion on min. Symmetric
/// codes thus get the largest magnitude divided by M. Bounds as above; a range
/// that asks for no scale gives 1.
float chooseScale(float min, float max, const Code &code,
                  ScaleStorage storage = ScaleStorage::F32);

} // namespace qs::num

#endif // QS_NUMERICS_AFFINE_H
