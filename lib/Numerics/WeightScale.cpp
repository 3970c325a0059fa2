//===- WeightScale.cpp - absmax, mse, mx and nvfp4 ------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WeightMethods.h"

#include <algorithm>
#include <cfloat>
#include <cmath>

using namespace qs::num;

/// absmax / reach in f32, as chooseSymmetric() has it.
static float absMaxScale(const WeightProblem &problem) {
  float most = problem.absMax();
  return most > 0
             ? std::max(most / static_cast<float>(problem.reach()), FLT_MIN)
             : 1.0f;
}

WeightResult qs::num::quantizeAbsMax(const WeightProblem &problem) {
  return problem.finish(problem.store(absMaxScale(problem)));
}

namespace {
/// The best scale so far. Earlier candidates win ties.
struct Search {
  const WeightProblem &problem;
  float stored;
  double error;

  explicit Search(const WeightProblem &problem, float first)
      : problem(problem), stored(first), error(problem.errorOf(first)) {}

  double offer(double effective) {
    float candidate = problem.store(effective);
    double e = candidate == stored ? error : problem.errorOf(candidate);
    if (e < error) {
      stored = candidate;
      error = e;
    }
    return e;
  }

  /// The scale with the least error for the patterns that the best one gives.
  double leastSquares() const {
    WeightResult now = problem.finish(stored);
    double product = 0, square = 0;
    for (size_t i = 0; i < now.patterns.size(); ++i) {
      double value = problem.code.decode(now.patterns[i]);
      product += problem.weight(i) * problem.run.values[i] * value;
      square += problem.weight(i) * value * value;
    }
    return square > 0 ? product / square : 0;
  }
};
} // namespace

/// The error as a function of the scale has many local minima, so a grid in
/// equal ratios goes first; the best point is then improved by turns of nearest
/// patterns and least squares, and by golden section within its cell.
WeightResult qs::num::quantizeMSE(const WeightProblem &problem) {
  WeightResult simple = quantizeAbsMax(problem);
  double most = absMaxScale(problem);
  if (problem.absMax() == 0)
    return simple;
  Search search(problem, simple.scale);
  // From twice to 1/64 of absmax: binary codes with outliers end far below.
  constexpr int kSteps = 56, kPerOctave = 8;
  for (int i = 0; i <= kSteps; ++i)
    search.offer(most * std::exp2(1 - static_cast<double>(i) / kPerOctave));
  for (int round = 0; round < 20; ++round) {
    double before = search.error;
    search.offer(search.leastSquares());
    if (!(search.error < before))
      break;
  }
  double centre = problem.effective(search.stored);
  double lo = centre * std::exp2(-1.0 / kPerOctave);
  double hi = centre * std::exp2(1.0 / kPerOctave);
  const double golden = (std::sqrt(5.0) - 1) / 2;
  double a = hi - golden * (hi - lo), b = lo + golden * (hi - lo);
  double errorA = search.offer(a), errorB = search.offer(b);
  for (int i = 0; i < 16; ++i) {
    if (errorA <= errorB) {
      hi = b;
      b = a;
      errorB = errorA;
      errorA = search.offer(a = hi - golden * (hi - lo));
    } else {
      lo = a;
      a = b;
      errorA = errorB;
      errorB = search.offer(b = lo + golden * (hi - lo));
    }
  }
  return problem.finish(search.stored);
}

/// Shared exponent floor(log2 max|w|) - floor(log2 largest value), for any
/// storage that holds powers of two; kept where f32 is normal. The largest
/// magnitude can clip, by less than a factor of two in scale.
WeightResult qs::num::quantizeMX(const WeightProblem &problem) {
  float most = problem.absMax();
  if (most == 0)
    return problem.finish(problem.store(1));
  int exponent = std::ilogb(most) - std::ilogb(problem.reach());
  return problem.finish(
      problem.store(std::ldexp(1.0, std::clamp(exponent, -126, 127))));
}

WeightResult qs::num::quantizeTwoLevel(const WeightProblem &problem) {
  WeightOptions options = problem.options;
  options.storage = ScaleStorage::E4M3;
  WeightProblem stored(problem.run, problem.code, options);
  return stored.finish(stored.store(absMaxScale(stored)));
}
