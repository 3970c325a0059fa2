//===- Affine.cpp - Scales, zero points, quantize, dequantize -------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Numerics/Affine.h"
#include "qs/Numerics/Float16.h"
#include "qs/Numerics/Reach.h"
#include "qs/Numerics/Round.h"

#include <algorithm>
#include <cfloat>
#include <cmath>

using namespace qs::num;

bool qs::num::isLegalScale(float scale) {
  return scale >= FLT_MIN && scale <= FLT_MAX;
}

int64_t qs::num::quantize(float x, AffineParams params, LevelRange levels,
                          Rounding rounding, Order order) {
  float ratio = x / params.scale;
  int64_t zero = params.zeroPoint;
  if (ratio != ratio)
    return saturate(zero, levels.min, levels.max);
  // Beyond 2^40 every code saturates whatever the zero point is, and wrapping
  // codes see 0.
  constexpr int64_t kFar = int64_t(1) << 40;
  if (order == Order::AddThenRound) {
    float sum = ratio + static_cast<float>(params.zeroPoint);
    // The bounds are integers, so clamping first is clamping last.
    return roundAndSaturate(sum, rounding, std::max(levels.min, -kFar),
                            std::min(levels.max, kFar));
  }
  int64_t rounded = roundAndSaturate(ratio, rounding, -kFar, kFar);
  return saturate(rounded + zero, levels.min, levels.max);
}

float qs::num::dequantize(int64_t level, AffineParams params) {
  int64_t difference = level - params.zeroPoint;
  return static_cast<float>(difference) * params.scale;
}

float qs::num::fakeQuantize(float x, AffineParams params, LevelRange levels,
                            Rounding rounding, Order order) {
  return dequantize(quantize(x, params, levels, rounding, order), params);
}

/// The least power of two that is at least `scale`, a positive finite float.
static float powerOfTwoAbove(float scale) {
  int exponent;
  if (std::frexp(scale, &exponent) == 0.5f)
    --exponent;
  return std::ldexp(1.0f, std::clamp(exponent, -126, 127));
}

ScaleLimits qs::num::scaleLimits(ScaleStorage storage) {
  switch (storage) {
  case ScaleStorage::F32:
    break;
  case ScaleStorage::F16:
    return {0x1p-24f, 65504.0f};
  case ScaleStorage::E8M0:
    return {FLT_MIN, 0x1p127f};
  case ScaleStorage::E4M3:
    return {0x1p-9f, 448.0f};
  }
  return {FLT_MIN, FLT_MAX};
}

float qs::num::storeScale(float scale, ScaleStorage storage) {
  if (!(scale > 0))
    return 1.0f;
  ScaleLimits limits = scaleLimits(storage);
  scale = std::clamp(scale, limits.min, limits.max);
  if (storage == ScaleStorage::E8M0)
    return powerOfTwoAbove(scale);
  if (storage == ScaleStorage::F16)
    return scale < 0x1p-14f ? std::ceil(scale * 0x1p24f) * 0x1p-24f
                            : halfToFloat(floatToHalf(scale));
  if (storage == ScaleStorage::E4M3) {
    constexpr FloatFormat e4m3{4, 3, 7, /*hasInfinity=*/false, /*hasNaN=*/true};
    return static_cast<float>(e4m3.roundSaturated(scale, Rounding::HalfEven));
  }
  return scale;
}

/// NaN counts as 0, infinities as the largest float.
static float finiteBound(float bound) {
  return bound != bound ? 0.0f : std::clamp(bound, -FLT_MAX, FLT_MAX);
}

AffineParams qs::num::chooseAsymmetric(float min, float max, LevelRange levels,
                                       ScaleStorage storage) {
  min = std::min(finiteBound(min), 0.0f);
  max = std::max(finiteBound(max), 0.0f);
  auto steps =
      static_cast<float>(static_cast<int64_t>(levels.max) - levels.min);
  float width = max - min;
  float scale = 1.0f;
  if (width > FLT_MAX) // the difference overflows, the quotient need not
    scale = max / steps - min / steps;
  else if (width > 0)
    scale = std::max(width / steps, FLT_MIN);
  scale = storeScale(scale, storage);
  float zero = static_cast<float>(levels.min) - min / scale;
  auto zeroPoint = static_cast<int32_t>(
      roundAndSaturate(zero, Rounding::HalfEven, levels.min, levels.max));
  return {scale, zeroPoint};
}

AffineParams qs::num::chooseSymmetric(float amax, LevelRange levels,
                                      ScaleStorage storage) {
  amax = std::fabs(finiteBound(amax));
  float scale = 1.0f;
  if (amax > 0)
    scale = std::max(
        amax / static_cast<float>(std::max<int64_t>(levels.max, 1)), FLT_MIN);
  return {storeScale(scale, storage), 0};
}

float qs::num::chooseScale(float min, float max, const Code &code,
                           ScaleStorage storage) {
  Reach reach = reachOf(code);
  auto most = static_cast<float>(reach.most);
  auto least = static_cast<float>(reach.least);
  float scale = 0;
  if (most > 0)
    scale = std::max(scale, finiteBound(max) / most);
  if (least < 0)
    scale = std::max(scale, finiteBound(min) / least);
  return scale > 0 ? storeScale(std::max(scale, FLT_MIN), storage) : 1.0f;
}
