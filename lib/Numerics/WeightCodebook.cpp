//===- WeightCodebook.cpp - Codebooks trained on weights ------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WeightMethods.h"
#include "qs/Numerics/Round.h"

#include <algorithm>
#include <cmath>

using namespace qs::num;

std::unique_ptr<Code> qs::num::bindStored(const WeightProblem &problem,
                                          std::vector<double> &entries,
                                          bool normalise, float &stored) {
  CodebookStorage storage = problem.options.codebookStorage;
  double most = 0;
  for (double entry : entries)
    most = std::max(most, std::fabs(entry));
  stored = 1;
  if (storage == CodebookStorage::Int8)
    stored = problem.store(most / 127);
  else if (normalise)
    stored = problem.store(most);
  for (double &entry : entries) {
    entry /= problem.effective(stored);
    // Not by storeCodebook(): the scale is chosen already.
    if (storage == CodebookStorage::Int8)
      entry =
          std::clamp(roundToIntegral(entry, Rounding::HalfEven), -127.0, 127.0);
  }
  if (storage != CodebookStorage::Int8)
    storeCodebook(entries, storage);
  std::string error;
  return bindEntries(problem.code, entries, problem.options, error);
}

std::vector<double> qs::num::trainEntries(const WeightRun &run,
                                          const Code &code,
                                          const WeightOptions &options) {
  unsigned count = code.parameterCount();
  if (!options.pruned)
    return kMeans(run.values, run.count, run.importance, count, options.kmeans)
        .entries;
  KMeansOptions others = options.kmeans;
  others.excludeZero = true;
  std::vector<double> entries =
      kMeans(run.values, run.count, run.importance, count - 1, others).entries;
  entries.insert(entries.begin(), 0.0);
  return entries;
}

std::unique_ptr<Code> qs::num::bindEntries(const Code &code,
                                           const std::vector<double> &entries,
                                           const WeightOptions &options,
                                           std::string &error) {
  return options.pruned ? makePrunedCodebook(code, entries, error)
                        : code.bind(entries, error);
}

static WeightResult train(const WeightProblem &problem, KMeansMethod method) {
  WeightOptions chosen = problem.options;
  chosen.kmeans.method = method;
  const KMeansOptions &options = chosen.kmeans;
  const WeightRun &run = problem.run;
  std::vector<double> entries = trainEntries(run, problem.code, chosen);
  float stored;
  std::unique_ptr<Code> bound =
      bindStored(problem, entries, /*normalise=*/false, stored);
  WeightResult result = problem.finish(stored, *bound);
  // Pruned positions hold 0 whatever their pattern says.
  for (size_t i = 0; options.excludeZero && i < run.count; ++i)
    if (run.values[i] == 0) {
      double value = static_cast<float>(bound->decode(result.patterns[i])) *
                     result.effectiveScale;
      result.error -= problem.weight(i) * value * value;
    }
  result.error = std::max(result.error, 0.0);
  result.codebook = std::move(entries);
  return result;
}

WeightResult qs::num::quantizeKMeans(const WeightProblem &problem) {
  return train(problem, KMeansMethod::Exact);
}
WeightResult qs::num::quantizeKMeansLinear(const WeightProblem &problem) {
  return train(problem, KMeansMethod::Linear);
}
WeightResult qs::num::quantizeKMeansDensity(const WeightProblem &problem) {
  return train(problem, KMeansMethod::Density);
}
WeightResult qs::num::quantizeKMeansRandom(const WeightProblem &problem) {
  return train(problem, KMeansMethod::Random);
}
