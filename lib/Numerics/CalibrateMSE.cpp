//===- CalibrateMSE.cpp - The clip with the least squared error -----------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CalibrateMSE.h"
#include "qs/Numerics/Affine.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

using namespace qs::num;

static constexpr int kGrid = 128;

namespace {
/// A histogram seen as weighted points at the centres of its bins.
class Points {
public:
  Points(const Histogram &h, const CalibrationOptions &options)
      : options(options) {
    collect(h.negative(), h, -1);
    collect(h.positive(), h, 1);
  }

  /// The sum of squared errors when [min, max] is covered.
  double error(float min, float max) const {
    if (options.code)
      return codeError(min, max);
    AffineParams params =
        options.symmetric ? chooseSymmetric(std::max(-min, max), options.levels)
                          : chooseAsymmetric(min, max, options.levels);
    double sum = 0;
    for (const Point &point : points) {
      double e = point.x - fakeQuantize(point.x, params, options.levels);
      sum += point.weight * e * e;
    }
    return sum;
  }

private:
  struct Point {
    float x;
    double weight;
  };

  /// As error(), with the code's numbers under one scale.
  double codeError(float min, float max) const {
    const Code &code = *options.code;
    double scale = 0, sum = 0;
    if (code.maxValue() > 0)
      scale = std::max(scale, max / code.maxValue());
    if (code.minValue() < 0)
      scale = std::max(scale, min / code.minValue());
    for (const Point &point : points) {
      double stored = scale > 0
                          ? scale * code.decode(code.encode(point.x / scale,
                                                            Rounding::HalfEven))
                          : 0;
      double e = point.x - stored;
      sum += point.weight * e * e;
    }
    return sum;
  }

  void collect(const std::vector<uint64_t> &counts, const Histogram &h,
               int sign) {
    for (size_t i = 0; i < counts.size(); ++i) {
      if (counts[i] == 0)
        continue;
      double centre = (static_cast<double>(i) + 0.5) * h.binWidth() * sign;
      centre = std::clamp<double>(centre, h.min(), h.max());
      points.push_back(
          {static_cast<float>(centre), static_cast<double>(counts[i])});
    }
  }

  const CalibrationOptions &options;
  std::vector<Point> points;
};

/// The best candidate so far; wider ones are offered first and win ties.
struct Best {
  float min, max;
  double error;

  void offer(const Points &points, float lo, float hi) {
    double candidate = points.error(lo, hi);
    if (candidate < error)
      *this = {lo, hi, candidate};
  }
};
} // namespace

CalibratedRange qs::num::calibrateMSE(const Histogram &h,
                                      const CalibrationOptions &options) {
  CalibrationOptions minMax = options;
  minMax.method = CalibrationMethod::MinMax;
  CalibratedRange range = calibrate(h, minMax);
  char text[160];
  auto levels = options.code ? static_cast<int64_t>(options.code->numPatterns())
                             : static_cast<int64_t>(options.levels.max) -
                                   options.levels.min + 1;
  if (h.usedBins() <= levels) {
    std::snprintf(text, sizeof(text),
                  "mse: %u bins for %lld levels, using minmax", h.usedBins(),
                  static_cast<long long>(levels));
    range.reason = text;
    return range;
  }
  Points points(h, options);
  float lo = std::min(range.min, 0.0f), hi = std::max(range.max, 0.0f);
  double unclipped = points.error(lo, hi);
  Best best{lo, hi, unclipped};
  auto part = [](float bound, int k) {
    return static_cast<float>(static_cast<double>(bound) * k / kGrid);
  };
  for (int k = kGrid - 1; k >= 1; --k)
    best.offer(points, part(lo, k), part(hi, k));
  if (!options.symmetric && lo < 0 && hi > 0) {
    float fixed = best.max;
    for (int k = kGrid; k >= 1; --k)
      best.offer(points, part(lo, k), fixed);
    fixed = best.min;
    for (int k = kGrid; k >= 1; --k)
      best.offer(points, fixed, part(hi, k));
  }
  range.min = best.min;
  range.max = best.max;
  std::snprintf(text, sizeof(text),
                "mse: [%g, %g] of [%g, %g], error %.3g of that of minmax",
                best.min, best.max, h.min(), h.max(),
                unclipped > 0 ? best.error / unclipped : 1.0);
  range.reason = text;
  return range;
}
