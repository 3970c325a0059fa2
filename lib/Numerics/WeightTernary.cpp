//===- WeightTernary.cpp - Ternary and binary scales ----------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WeightMethods.h"

#include <algorithm>
#include <cmath>

using namespace qs::num;

/// The weighted mean of |w| over the weights that `isMember` takes; 0 for none.
template <typename Predicate>
static double meanOver(const WeightProblem &problem, Predicate isMember) {
  double sum = 0, total = 0;
  for (size_t i = 0; i < problem.run.count; ++i) {
    double w = problem.run.values[i];
    if (!isMember(w))
      continue;
    sum += problem.weight(i) * std::fabs(w);
    total += problem.weight(i);
  }
  return total > 0 ? sum / total : 0;
}

/// The patterns of `ternary` by threshold: +1 above it, -1 below its negative.
static std::vector<uint32_t> patternsBeyond(const WeightProblem &problem,
                                            double threshold) {
  std::vector<uint32_t> patterns(problem.run.count);
  for (size_t i = 0; i < patterns.size(); ++i) {
    double w = problem.run.values[i];
    patterns[i] = w > threshold ? 1 : w < -threshold ? 3 : 0;
  }
  return patterns;
}

/// TWN: threshold 0.7 mean|w|, scale the mean of the magnitudes beyond it.
/// Weights are coded by the threshold, not by the nearest value.
WeightResult qs::num::quantizeTWN(const WeightProblem &problem) {
  double threshold = 0.7 * problem.meanMagnitude();
  double scale =
      meanOver(problem, [&](double w) { return std::fabs(w) > threshold; });
  return problem.finish(problem.store(scale), problem.code,
                        patternsBeyond(problem, threshold));
}

/// With the weights beyond some threshold at +-a, the best a is their mean
/// magnitude, and the error falls by (sum of them)^2 / (their number) below
/// that of all zero. The best set is some number of largest magnitudes: sort,
/// and take the best prefix.
WeightResult qs::num::quantizeTWNExact(const WeightProblem &problem) {
  std::vector<std::pair<double, double>> sorted;
  for (size_t i = 0; i < problem.run.count; ++i)
    if (problem.weight(i) > 0)
      sorted.push_back({std::fabs(static_cast<double>(problem.run.values[i])),
                        problem.weight(i)});
  std::sort(sorted.begin(), sorted.end(),
            [](const auto &a, const auto &b) { return a.first > b.first; });
  double sum = 0, total = 0, gain = 0, scale = 0;
  for (auto [magnitude, weight] : sorted) {
    sum += weight * magnitude;
    total += weight;
    if (sum * sum / total > gain) {
      gain = sum * sum / total;
      scale = sum / total;
    }
  }
  return problem.finish(problem.store(scale));
}

/// mean|w|, then the nearest value: `absmean` of BitNet b1.58 for ternary, and
/// for binary the optimum of BWN.
WeightResult qs::num::quantizeMean(const WeightProblem &problem) {
  return problem.finish(problem.store(problem.meanMagnitude()));
}

/// TTQ before training: threshold 0.05 max|w|, and for each sign the mean of
/// the magnitudes beyond it, which is the optimum for that threshold.
WeightResult qs::num::quantizeTTQ(const WeightProblem &problem) {
  double threshold = 0.05 * problem.absMax();
  double positive = meanOver(problem, [&](double w) { return w > threshold; });
  double negative = meanOver(problem, [&](double w) { return w < -threshold; });
  std::vector<double> entries = {0, positive, 0, -negative};
  float stored;
  std::unique_ptr<Code> bound =
      bindStored(problem, entries, /*normalise=*/true, stored);
  WeightResult result =
      problem.finish(stored, *bound, patternsBeyond(problem, threshold));
  result.codebook = std::move(entries);
  return result;
}
