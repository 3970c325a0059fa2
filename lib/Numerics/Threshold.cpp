//===- Threshold.cpp - Monotone steps as comparisons ----------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Numerics/Threshold.h"

#include <algorithm>

using namespace qs::num;

float qs::num::applySteps(int32_t sum, const std::vector<FloatStep> &steps) {
  float x = static_cast<float>(sum);
  for (const FloatStep &step : steps) {
    switch (step.kind) {
    case FloatStep::Kind::Multiply:
      x = x * step.a;
      break;
    case FloatStep::Kind::Add:
      x = x + step.a;
      break;
    case FloatStep::Kind::SubtractFrom:
      x = step.a - x;
      break;
    case FloatStep::Kind::Clamp:
      // Comparisons that NaN fails.
      x = x < step.a ? step.a : x;
      x = x > step.b ? step.b : x;
      break;
    }
  }
  return x;
}

int64_t Thresholds::count(int32_t x) const {
  int64_t reached = std::upper_bound(at.begin(), at.end(), x) - at.begin();
  return falling ? int64_t(at.size()) - reached : reached;
}

std::optional<Thresholds>
qs::num::findThresholds(const std::function<int64_t(int32_t)> &function,
                        int64_t base, unsigned levels, int32_t lo, int32_t hi) {
  int64_t first = function(lo), last = function(hi);
  int64_t least = std::min(first, last), most = std::max(first, last);
  if (lo > hi || least < base || most > base + int64_t(levels))
    return std::nullopt;
  Thresholds result;
  result.falling = first > last;
  for (int64_t value = base + 1; value <= base + int64_t(levels); ++value) {
    // The first x on the far side of `value`, among lo..hi + 1.
    int64_t from = lo, to = int64_t(hi) + 1;
    while (from < to) {
      int64_t middle = from + (to - from) / 2;
      if ((function(int32_t(middle)) >= value) != result.falling)
        to = middle;
      else
        from = middle + 1;
    }
    if (from > INT32_MAX)
      return std::nullopt;
    // All sums are on that side: no sum that occurs tells lo from less.
    result.at.push_back(from == lo ? INT32_MIN : int32_t(from));
  }
  std::sort(result.at.begin(), result.at.end());
  return result;
}
