//===- Equalize.cpp - Factors that move range between tensors -------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Numerics/Equalize.h"
#include "qs/Numerics/Round.h"

#include <algorithm>
#include <cfloat>
#include <cmath>

using namespace qs::num;

static constexpr const char *kNames[] = {"none", "cross_layer", "smoothquant",
                                         "awq"};

const char *qs::num::toString(Equalization method) {
  return kNames[static_cast<size_t>(method)];
}

std::optional<Equalization> qs::num::parseEqualization(std::string_view text) {
  for (size_t i = 0; i < std::size(kNames); ++i)
    if (text == kNames[i])
      return static_cast<Equalization>(i);
  return std::nullopt;
}

float qs::num::nearestPowerOfTwo(float factor) {
  return std::exp2(std::nearbyint(std::log2(factor)));
}

/// A factor as f32, normal and finite, so that its inverse is too.
static float toFactor(double x) {
  return static_cast<float>(std::clamp(x, 0x1p-120, 0x1p120));
}

std::vector<float>
qs::num::smoothQuantFactors(const std::vector<float> &inputMax,
                            const std::vector<float> &weightMax, double alpha) {
  std::vector<float> factors;
  for (size_t k = 0; k < inputMax.size(); ++k) {
    bool used = inputMax[k] > 0 && weightMax[k] > 0;
    factors.push_back(used ? toFactor(std::pow(inputMax[k], alpha) /
                                      std::pow(weightMax[k], 1 - alpha))
                           : 1.0f);
  }
  return factors;
}

std::vector<float> qs::num::columnMax(const float *weights, size_t n,
                                      size_t k) {
  std::vector<float> most(k, 0.0f);
  for (size_t i = 0; i < n * k; ++i)
    most[i % k] = std::max(most[i % k], std::fabs(weights[i]));
  return most;
}

std::vector<float>
qs::num::equalizationFactors(const std::vector<float> &firstMax,
                             const std::vector<float> &secondMax) {
  std::vector<float> factors;
  for (size_t c = 0; c < firstMax.size(); ++c) {
    double first = firstMax[c], second = secondMax[c];
    bool used = first > 0 && second > 0;
    factors.push_back(used ? toFactor(std::sqrt(first * second) / second)
                           : 1.0f);
  }
  return factors;
}

/// mean^alpha about 1; channels that are never used take no part.
static std::vector<float> awqFactors(const std::vector<float> &inputMean,
                                     double alpha) {
  double least = DBL_MAX, most = 0;
  for (float mean : inputMean)
    if (mean > 0) {
      least = std::min(least, std::pow(mean, alpha));
      most = std::max(most, std::pow(mean, alpha));
    }
  std::vector<float> factors;
  for (float mean : inputMean)
    factors.push_back(
        mean > 0 ? toFactor(std::pow(mean, alpha) / std::sqrt(least * most))
                 : 1.0f);
  return factors;
}

std::optional<AwqResult> qs::num::searchAwq(const float *weights, size_t n,
                                            const Hessian &hessian,
                                            const std::vector<float> &inputMean,
                                            const RoundMatrix &round,
                                            const AwqOptions &options,
                                            std::string &error) {
  size_t k = hessian.size();
  AwqResult best;
  std::vector<float> scaled(n * k), rounded;
  for (unsigned step = 0; step <= options.steps; ++step) {
    double alpha =
        options.steps ? static_cast<double>(step) / options.steps : 0;
    std::vector<float> factors = awqFactors(inputMean, alpha);
    for (float &factor : factors)
      factor = options.exact ? nearestPowerOfTwo(factor) : factor;
    for (size_t i = 0; i < n * k; ++i)
      scaled[i] = weights[i] * factors[i % k];
    if (!round(scaled, rounded, error))
      return std::nullopt;
    for (size_t i = 0; i < n * k; ++i)
      rounded[i] /= factors[i % k];
    double loss = outputError(hessian, weights, rounded.data(), n);
    if (step == 0)
      best.plainError = loss;
    if (step == 0 || loss < best.error) {
      best.alpha = alpha;
      best.error = loss;
      best.factors = std::move(factors);
    }
  }
  return best;
}

std::optional<AwqResult>
qs::num::searchAwq(const float *weights, size_t n, const Hessian &hessian,
                   const std::vector<float> &inputMean, const Code &code,
                   const GroupOptions &options, std::string &error,
                   unsigned steps) {
  auto round = [&](const std::vector<float> &scaled,
                   std::vector<float> &rounded, std::string &why) {
    std::optional<GroupResult> result = quantizeGroups(
        scaled.data(), n, hessian.size(), code, options, nullptr, why);
    if (result)
      rounded = std::move(result->values);
    return result.has_value();
  };
  AwqOptions search;
  search.steps = steps;
  return searchAwq(weights, n, hessian, inputMean, round, search, error);
}

double qs::num::pactClip(const std::vector<uint64_t> &counts, double binWidth,
                         unsigned bits, double penalty) {
  size_t used = counts.size();
  while (used > 0 && counts[used - 1] == 0)
    --used;
  double total = 0;
  for (uint64_t count : counts)
    total += static_cast<double>(count);
  double steps = std::ldexp(1.0, static_cast<int>(bits)) - 1;
  double best = 0, least = DBL_MAX;
  for (size_t edge = used; edge > 0; --edge) {
    double clip = static_cast<double>(edge) * binWidth;
    double loss = penalty * total * clip * clip;
    for (size_t i = 0; i < used && loss < least; ++i) {
      double x = (static_cast<double>(i) + 0.5) * binWidth;
      double y = roundToIntegral(std::min(x, clip) * steps / clip,
                                 Rounding::HalfEven) *
                 clip / steps;
      loss += static_cast<double>(counts[i]) * (x - y) * (x - y);
    }
    if (loss < least) {
      least = loss;
      best = clip;
    }
  }
  return best;
}
