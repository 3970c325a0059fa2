//===- Calibrate.cpp - From a histogram to a range ------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Numerics/Calibrate.h"
#include "CalibrateMSE.h"
#include "qs/Numerics/Equalize.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

using namespace qs::num;

static constexpr const char *kMethods[] = {"minmax", "percentile", "mse", "kl",
                                           "pact"};

std::vector<std::string> qs::num::calibrationMethods() {
  return {std::begin(kMethods), std::end(kMethods)};
}

const char *qs::num::toString(CalibrationMethod method) {
  return kMethods[static_cast<size_t>(method)];
}

std::optional<CalibrationMethod>
qs::num::parseCalibrationMethod(std::string_view text) {
  for (size_t i = 0; i < std::size(kMethods); ++i)
    if (text == kMethods[i])
      return static_cast<CalibrationMethod>(i);
  return std::nullopt;
}

template <typename... Args>
static std::string format(const char *pattern, Args... args) {
  char buffer[160];
  std::snprintf(buffer, sizeof(buffer), pattern, args...);
  return buffer;
}

/// [-t, t], cut to what was observed and 0; symmetric ranges keep both ends
/// equal unless one side is empty.
static CalibratedRange clipTo(const Histogram &h, bool symmetric, double t) {
  CalibratedRange range;
  float clip = static_cast<float>(std::min<double>(t, h.amax()));
  range.max = symmetric ? clip : std::clamp(h.max(), 0.0f, clip);
  if (h.min() < 0)
    range.min = symmetric ? -clip : std::max(h.min(), -clip);
  return range;
}

static CalibratedRange minMax(const Histogram &h, bool symmetric,
                              std::string reason) {
  CalibratedRange range = clipTo(h, symmetric, h.amax());
  range.reason = std::move(reason);
  return range;
}

/// Counts of |x| without zeros, up to the last bin in use.
static std::vector<uint64_t> magnitudes(const Histogram &h) {
  std::vector<uint64_t> counts(h.usedBins());
  for (size_t i = 0; i < counts.size(); ++i)
    counts[i] = h.positive()[i] + h.negative()[i];
  return counts;
}

/// The least edge with at least `wanted` values at or below it, `already` of
/// them below the first bin.
static double edgeFor(const std::vector<uint64_t> &counts, double width,
                      uint64_t already, double wanted) {
  auto sum = static_cast<double>(already);
  size_t i = 0;
  for (; i < counts.size() && sum < wanted; ++i)
    sum += static_cast<double>(counts[i]);
  return static_cast<double>(i) * width;
}

static CalibratedRange percentile(const Histogram &h,
                                  const CalibrationOptions &options) {
  double p = std::clamp(options.percentile, 0.0, 100.0) / 100.0;
  auto total = static_cast<double>(h.finiteCount());
  double width = h.binWidth();
  CalibratedRange range;
  if (options.symmetric) {
    double t =
        edgeFor(magnitudes(h), width, h.zeroCount(), std::ceil(p * total));
    range = clipTo(h, true, t);
  } else {
    // Values that have to lie at or below (above) the upper (lower) end.
    double wanted = std::ceil((p + 1.0) / 2.0 * total);
    uint64_t below = 0, above = 0;
    for (size_t i = 0; i < h.binCount(); ++i) {
      below += h.negative()[i];
      above += h.positive()[i];
    }
    double hi = edgeFor(h.positive(), width, below + h.zeroCount(), wanted);
    double lo = edgeFor(h.negative(), width, above + h.zeroCount(), wanted);
    if (h.max() > 0)
      range.max = static_cast<float>(std::min<double>(hi, h.max()));
    if (h.min() < 0 && lo > 0)
      range.min = static_cast<float>(std::max<double>(-lo, h.min()));
  }
  range.reason =
      format("percentile %g: [%g, %g] of [%g, %g]", options.percentile,
             range.min, range.max, h.min(), h.max());
  return range;
}

static CalibratedRange klRange(const Histogram &h,
                               const CalibrationOptions &options) {
  bool oneSided = h.min() >= 0 || h.max() <= 0;
  int64_t all =
      static_cast<int64_t>(options.levels.max) - options.levels.min + 1;
  int64_t levels = options.symmetric ? int64_t(options.levels.max) + 1
                   : oneSided        ? all
                                     : all / 2;
  levels = std::max<int64_t>(levels, 1);
  std::vector<uint64_t> counts = magnitudes(h);
  if (static_cast<int64_t>(counts.size()) <= levels)
    return minMax(h, options.symmetric,
                  format("kl: %zu bins for %lld levels, using minmax",
                         counts.size(), static_cast<long long>(levels)));
  KLResult best = *klThreshold(counts, static_cast<unsigned>(levels));
  CalibratedRange range =
      best.bins == counts.size()
          ? clipTo(h, options.symmetric, h.amax())
          : clipTo(h, options.symmetric, (best.bins + 0.5) * h.binWidth());
  range.reason = format("kl: bin %u of %zu, divergence %.4g, clip %g of %g",
                        best.bins, counts.size(), best.divergence,
                        std::max(-range.min, range.max), h.amax());
  return range;
}

/// Steps between 0 and the clip.
static int64_t pactSteps(const Histogram &h,
                         const CalibrationOptions &options) {
  int64_t all = static_cast<int64_t>(options.levels.max) - options.levels.min;
  bool oneSided = h.min() >= 0 || h.max() <= 0;
  return std::max<int64_t>(options.symmetric ? options.levels.max
                           : oneSided        ? all
                                             : all / 2,
                           1);
}

static CalibratedRange pactRange(const Histogram &h,
                                 const CalibrationOptions &options) {
  int64_t steps = pactSteps(h, options);
  std::vector<uint64_t> counts = magnitudes(h);
  if (static_cast<int64_t>(counts.size()) <= steps)
    return minMax(h, options.symmetric,
                  format("pact: %zu bins for %lld steps, using minmax",
                         counts.size(), static_cast<long long>(steps)));
  unsigned bits = 0;
  while ((int64_t(1) << bits) - 1 < steps)
    ++bits;
  double clip = pactClip(counts, h.binWidth(), bits);
  CalibratedRange range = clipTo(h, options.symmetric, clip);
  range.reason = format("pact: clip %g of %g", clip, h.amax());
  return range;
}

CalibratedRange qs::num::calibrate(const Histogram &h,
                                   const CalibrationOptions &options) {
  if (h.finiteCount() == 0)
    return minMax(h, options.symmetric,
                  std::string(toString(options.method)) + ": no finite values");
  if (h.usedBins() == 0)
    return minMax(h, options.symmetric,
                  std::string(toString(options.method)) + ": all zero");
  switch (options.method) {
  case CalibrationMethod::MinMax:
    break;
  case CalibrationMethod::Percentile:
    return percentile(h, options);
  case CalibrationMethod::KL:
    return klRange(h, options);
  case CalibrationMethod::MSE:
    return calibrateMSE(h, options);
  case CalibrationMethod::PACT:
    return pactRange(h, options);
  }
  return minMax(h, options.symmetric,
                format("minmax: [%g, %g]", h.min(), h.max()));
}
