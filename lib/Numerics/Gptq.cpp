//===- Gptq.cpp - Quantization with error feedback ------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Numerics/Gptq.h"
#include "WeightMethods.h"

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

static bool check(const Code &code, const GroupOptions &options,
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

/// The stored scale for a run.
static std::optional<float> chooseScale(const WeightRun &run, const Code &code,
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

namespace {
/// A weight at the nearest value of a scaled code.
struct NearestValue {
  const Code &code;
  const WeightOptions &options;
  WeightRun none;
  WeightProblem problem{none, code, options};

  NearestValue(const Code &code, const WeightOptions &options)
      : code(code), options(options) {}

  float operator()(float w, float stored, uint32_t &pattern) const {
    float scale = problem.effective(stored);
    pattern = problem.encode(w, scale, code);
    return static_cast<float>(code.decode(pattern)) * scale;
  }
};
} // namespace

std::optional<GroupResult>
qs::num::quantizeGroups(const float *weights, size_t n, size_t k,
                        const Code &code, const GroupOptions &options,
                        const float *importance, std::string &error) {
  if (!check(code, options, error))
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
          chooseScale({weights + row * k + first, count,
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

/// H with its dead columns cut off and its diagonal damped.
static std::vector<double> dampedHessian(const Hessian &hessian,
                                         double damping) {
  size_t k = hessian.size();
  std::vector<double> h = hessian.data();
  double trace = 0;
  for (size_t i = 0; i < k; ++i)
    trace += h[i * k + i];
  double added = k ? damping * trace / static_cast<double>(k) : 0;
  for (size_t i = 0; i < k; ++i) {
    if (h[i * k + i] == 0)
      h[i * k + i] = 1; // the rest of its row and column is 0 already
    h[i * k + i] += added;
  }
  return h;
}

std::optional<GroupResult> qs::num::quantizeGptq(const float *weights, size_t n,
                                                 const Hessian &hessian,
                                                 const Code &code,
                                                 const GptqOptions &options,
                                                 std::string &error) {
  if (!check(code, options.groups, error))
    return std::nullopt;
  size_t k = hessian.size();
  std::optional<std::vector<double>> u =
      choleskyOfInverse(dampedHessian(hessian, options.damping), k);
  if (!u) {
    error = "the damped Hessian is not positive definite, expected finite "
            "inputs and more damping";
    return std::nullopt;
  }
  size_t group = options.groups.groupSize ? options.groups.groupSize
                                          : std::max<size_t>(k, 1);
  size_t groups = (k + group - 1) / group;
  GroupResult result;
  result.scales.resize(n * groups);
  result.patterns.resize(n * k);
  result.values.resize(n * k);
  std::vector<float> importance(k);
  for (size_t j = 0; j < k; ++j)
    importance[j] = static_cast<float>(hessian(j, j));
  NearestValue round(code, options.groups.weights);
  std::vector<double> row(k);
  std::vector<float> current(group);
  for (size_t r = 0; r < n; ++r) {
    for (size_t j = 0; j < k; ++j)
      row[j] = weights[r * k + j];
    for (size_t j = 0; j < k; ++j) {
      if (j % group == 0) {
        size_t count = std::min(group, k - j);
        for (size_t i = 0; i < count; ++i)
          current[i] = static_cast<float>(row[j + i]);
        std::optional<float> scale =
            chooseScale({current.data(), count, importance.data() + j}, code,
                        options.groups, error);
        if (!scale)
          return std::nullopt;
        result.scales[r * groups + j / group] = *scale;
      }
      size_t at = r * k + j;
      result.values[at] =
          round(static_cast<float>(row[j]),
                result.scales[r * groups + j / group], result.patterns[at]);
      const double *factors = &(*u)[j * k];
      double e = (row[j] - result.values[at]) / factors[j];
      for (size_t i = j + 1; i < k; ++i)
        row[i] -= e * factors[i];
    }
  }
  return result;
}
