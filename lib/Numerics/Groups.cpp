//===- Groups.cpp - Matrices with a scale for each group ------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Numerics/Groups.h"
#include "GroupUtils.h"

#include <algorithm>
#include <cmath>

using namespace qs::num;

/// Methods whose patterns are not the nearest values, or are those of a
/// codebook that only the run knows.
static bool isNearest(std::string_view method, const Code &code) {
  return method == "none" ||
         (code.isBound() && method != "twn" && method != "ttq" &&
          method.substr(0, 6) != "kmeans");
}

bool qs::num::checkGroups(const Code &code, const GroupOptions &options,
                          std::string &error) {
  if (!code.isBound()) {
    error = "code '" + code.name() + "' has no entries";
    return false;
  }
  if (!isNearest(options.method, code)) {
    error = "method '" + options.method +
            "' does not code by nearest values, expected one of none, absmax, "
            "mse, mx, nvfp4, twn_exact, absmean, mean";
    return false;
  }
  return true;
}

std::optional<float> qs::num::chooseGroupScale(const WeightRun &run,
                                               const Code &code,
                                               const GroupOptions &options,
                                               std::string &error) {
  if (options.method == "none")
    return 1.0f;
  std::optional<WeightResult> result =
      quantizeWeights(run, code, options.method, options.weights, error);
  if (!result)
    return std::nullopt;
  return result->scale;
}

std::optional<GroupResult>
qs::num::quantizeGroups(const float *weights, size_t n, size_t k,
                        const Code &code, const GroupOptions &options,
                        const float *importance, std::string &error) {
  if (!checkGroups(code, options, error))
    return std::nullopt;
  GroupResult result;
  result.patterns.resize(n * k);
  result.values.resize(n * k);
  size_t group = options.groupSize ? options.groupSize : std::max<size_t>(k, 1);
  NearestValue round(code, options.weights);
  for (size_t row = 0; row < n; ++row)
    for (size_t first = 0; first < k; first += group) {
      size_t count = std::min(group, k - first);
      std::optional<float> scale =
          chooseGroupScale({weights + row * k + first, count,
                            importance ? importance + first : nullptr},
                           code, options, error);
      if (!scale)
        return std::nullopt;
      result.scales.push_back(*scale);
      for (size_t i = row * k + first; i < row * k + first + count; ++i)
        result.values[i] = round(weights[i], *scale, result.patterns[i]);
    }
  return result;
}

namespace {
/// One tensor, its groups and the codebook that they share.
class SharedTrainer {
public:
  SharedTrainer(const float *weights, size_t n, size_t k, const Code &code,
                const GroupOptions &options, const float *importance)
      : weights(weights), n(n), k(k), code(code), options(options),
        importance(importance),
        group(options.groupSize ? options.groupSize : std::max<size_t>(k, 1)),
        groups((k + group - 1) / group) {}

  /// The index of a weight's group, as in GroupResult::scales.
  size_t groupOf(size_t i) const { return i / k * groups + i % k / group; }

  std::vector<float> largest() const {
    std::vector<float> most(n * groups, 0.0f);
    for (size_t i = 0; i < n * k; ++i)
      most[groupOf(i)] = std::max(most[groupOf(i)], std::fabs(weights[i]));
    return most;
  }

  /// Trains for weights divided by `units`, one for each group, and quantizes.
  std::optional<SharedCodebookResult> run(const std::vector<float> &units,
                                          std::string &error) const {
    std::vector<float> values(n * k, 0.0f), costs(n * k, 0.0f);
    for (size_t i = 0; i < n * k; ++i) {
      float unit = units[groupOf(i)];
      if (!(unit > 0))
        continue;
      values[i] = weights[i] / unit;
      costs[i] = unit * unit * (importance ? importance[i % k] : 1.0f);
    }
    SharedCodebookResult result;
    result.codebook = trainEntries({values.data(), n * k, costs.data()}, code,
                                   options.weights);
    storeCodebook(result.codebook, options.weights.codebookStorage);
    std::unique_ptr<Code> bound =
        bindEntries(code, result.codebook, options.weights, error);
    if (!bound)
      return std::nullopt;
    std::optional<GroupResult> rounded =
        quantizeGroups(weights, n, k, *bound, options, importance, error);
    if (!rounded)
      return std::nullopt;
    result.groups = std::move(*rounded);
    for (size_t i = 0; i < n * k; ++i) {
      if (options.weights.kmeans.excludeZero && weights[i] == 0)
        result.groups.values[i] = 0;
      double e = static_cast<double>(weights[i]) - result.groups.values[i];
      result.error += e * e * (importance ? importance[i % k] : 1.0f);
    }
    return result;
  }

private:
  const float *weights;
  size_t n, k;
  const Code &code;
  const GroupOptions &options;
  const float *importance;
  size_t group, groups;
};
} // namespace

std::optional<SharedCodebookResult>
qs::num::quantizeSharedCodebook(const float *weights, size_t n, size_t k,
                                const Code &code, const GroupOptions &options,
                                const float *importance, std::string &error) {
  if (code.parameterCount() == 0) {
    error = "expected a codebook, found '" + code.name() + "'";
    return std::nullopt;
  }
  for (size_t i = 0; i < n * k; ++i)
    if (!std::isfinite(weights[i])) {
      error = "expected finite weights, found " + std::to_string(weights[i]) +
              " at " + std::to_string(i);
      return std::nullopt;
    }
  SharedTrainer trainer(weights, n, k, code, options, importance);
  std::optional<SharedCodebookResult> first =
      trainer.run(trainer.largest(), error);
  if (!first)
    return std::nullopt;
  std::vector<float> units = first->groups.scales;
  for (float &unit : units)
    unit *= options.weights.tensorScale;
  std::optional<SharedCodebookResult> second = trainer.run(units, error);
  return second && second->error < first->error ? second : first;
}
