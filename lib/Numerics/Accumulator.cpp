//===- Accumulator.cpp - How wide a sum can get ---------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Numerics/Accumulator.h"

#include <algorithm>
#include <cmath>

using namespace qs::num;

AccumulatorBound qs::num::boundAccumulator(const int32_t *weights, size_t count,
                                           size_t stride,
                                           LevelRange activations,
                                           int64_t bias) {
  AccumulatorBound bound{
      {bias, bias}, {std::min<int64_t>(bias, 0), std::max<int64_t>(bias, 0)}};
  for (size_t k = 0; k < count; ++k) {
    int64_t w = weights[k * stride];
    int64_t lo = w * (w < 0 ? activations.max : activations.min);
    int64_t hi = w * (w < 0 ? activations.min : activations.max);
    bound.sum.min += lo;
    bound.sum.max += hi;
    bound.partial.min += std::min<int64_t>(lo, 0);
    bound.partial.max += std::max<int64_t>(hi, 0);
  }
  return bound;
}

static void join(LevelRange &range, LevelRange other) {
  range.min = std::min(range.min, other.min);
  range.max = std::max(range.max, other.max);
}

AccumulatorBound qs::num::boundAccumulators(const int32_t *weights, size_t n,
                                            size_t k, LevelRange activations,
                                            const int64_t *bias) {
  AccumulatorBound all;
  for (size_t row = 0; row < n; ++row) {
    AccumulatorBound one = boundAccumulator(weights + row * k, k, 1,
                                            activations, bias ? bias[row] : 0);
    if (row == 0)
      all = one;
    join(all.sum, one.sum);
    join(all.partial, one.partial);
  }
  return all;
}

size_t qs::num::stepsWithin(const std::vector<int32_t> &weights, size_t perStep,
                            LevelRange activations, unsigned bits) {
  LevelRange rows = {std::min<int64_t>(activations.min, 0),
                     std::max<int64_t>(activations.max, 0)};
  size_t steps = (weights.size() + perStep - 1) / perStep;
  auto boundStep = [&](size_t step) {
    size_t from = step * perStep;
    return boundAccumulator(weights.data() + from,
                            std::min(perStep, weights.size() - from), 1, rows)
        .sum;
  };
  // The longest run of steps that ends at each one and stays within.
  size_t longest = steps, start = 0;
  LevelRange sum = {0, 0};
  for (size_t step = 0; step < steps; ++step) {
    LevelRange last = boundStep(step);
    sum.min += last.min;
    sum.max += last.max;
    while (accumulatorBits(sum) > bits) {
      longest = std::min(longest, step - start);
      LevelRange first = boundStep(start++);
      sum.min -= first.min;
      sum.max -= first.max;
    }
  }
  return longest;
}

unsigned qs::num::accumulatorBits(LevelRange range) {
  unsigned bits = 1;
  while (bits < 64 && (range.min < -(int64_t(1) << (bits - 1)) ||
                       range.max > (int64_t(1) << (bits - 1)) - 1))
    ++bits;
  return bits;
}

double qs::num::a2qNormBound(unsigned accumulator, unsigned activation,
                             bool signedActivations) {
  return (std::ldexp(1.0, static_cast<int>(accumulator) - 1) - 1) /
         std::ldexp(1.0, static_cast<int>(activation) - signedActivations);
}
