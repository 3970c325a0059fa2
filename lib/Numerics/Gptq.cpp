//===- Gptq.cpp - Quantization with error feedback ------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Numerics/Gptq.h"
#include "GroupUtils.h"

#include <algorithm>
#include <cmath>

using namespace qs::num;

/// H with its dead columns cut off and its diagonal damped.
static std::vector<double> dampedHessian(const Hessian &hessian,
                                         double damping) {
  size_t k = hessian.size();
  std::vector<double> h = hessian.full();
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

std::optional<std::vector<float>>
qs::num::roundWithFeedback(const float *weights, size_t n,
                           const Hessian &hessian, double damping,
                           const RoundWeight &round, std::string &error) {
  size_t k = hessian.size();
  std::optional<std::vector<double>> u =
      choleskyOfInverse(dampedHessian(hessian, damping), k);
  if (!u) {
    error = "the damped Hessian is not positive definite, expected finite "
            "inputs and more damping";
    return std::nullopt;
  }
  std::vector<float> values(n * k);
  // A few rows at a time, so that U passes through the cache less often.
  constexpr size_t kRows = 8;
  std::vector<double> rows(kRows * k);
  for (size_t top = 0; top < n; top += kRows) {
    size_t count = std::min(kRows, n - top);
    std::copy(weights + top * k, weights + (top + count) * k, rows.begin());
    for (size_t j = 0; j < k; ++j)
      for (size_t r = 0; r < count; ++r) {
        double *row = &rows[r * k];
        float value = round(top + r, j, row + j);
        values[(top + r) * k + j] = value;
        const double *factors = &(*u)[j * k];
        double e = (row[j] - value) / factors[j];
        for (size_t i = j + 1; i < k; ++i)
          row[i] -= e * factors[i];
      }
  }
  return values;
}

std::optional<GroupResult> qs::num::quantizeGptq(const float *weights, size_t n,
                                                 const Hessian &hessian,
                                                 const Code &code,
                                                 const GptqOptions &options,
                                                 std::string &error) {
  if (!checkGroups(code, options.groups, error))
    return std::nullopt;
  size_t k = hessian.size();
  size_t group = options.groups.groupSize ? options.groups.groupSize
                                          : std::max<size_t>(k, 1);
  size_t groups = (k + group - 1) / group;
  GroupResult result;
  result.scales.resize(n * groups);
  result.patterns.resize(n * k);
  std::vector<float> importance(k), current(group);
  for (size_t j = 0; j < k; ++j)
    importance[j] = static_cast<float>(hessian(j, j));
  NearestValue nearest(code, options.groups.weights);
  std::string refused;
  auto round = [&](size_t row, size_t j, const double *rest) {
    float &scale = result.scales[row * groups + j / group];
    if (j % group == 0) {
      size_t size = std::min(group, k - j);
      std::copy(rest, rest + size, current.begin());
      std::optional<float> chosen =
          chooseGroupScale({current.data(), size, importance.data() + j}, code,
                           options.groups, refused);
      scale = chosen.value_or(1.0f);
    }
    return nearest(static_cast<float>(*rest), scale,
                   result.patterns[row * k + j]);
  };
  std::optional<std::vector<float>> values =
      roundWithFeedback(weights, n, hessian, options.damping, round, error);
  if (!values || !refused.empty()) {
    error = refused.empty() ? error : refused;
    return std::nullopt;
  }
  result.values = std::move(*values);
  return result;
}
