//===- WeightQuantizer.cpp - The table of methods for weights -------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Numerics/WeightQuantizer.h"
#include "WeightMethods.h"
#include "qs/Numerics/Affine.h"

#include <algorithm>
#include <cfloat>
#include <cmath>

using namespace qs::num;

static bool isScaled(const Code &code) {
  return !code.isFloat() && code.isBound();
}
static bool isTernary(const Code &code) {
  return code.isInteger() && code.levels() == LevelRange{-1, 1};
}
static bool isBinary(const Code &code) {
  return code.bits() == 1 && isScaled(code) && code.minValue() == -1 &&
         code.maxValue() == 1;
}
static bool isCodebook(const Code &code) { return code.parameterCount() > 0; }
static bool isCodebook2(const Code &code) { return code.parameterCount() == 4; }

namespace {
struct Method {
  const char *name;
  bool (*takes)(const Code &code);
  const char *codes;
  WeightResult (*quantize)(const WeightProblem &problem);
};
} // namespace

static constexpr const char *kScaled = "a code with a scale";

static constexpr Method kMethods[] = {
    {"absmax", isScaled, kScaled, quantizeAbsMax},
    {"mse", isScaled, kScaled, quantizeMSE},
    {"mx", isScaled, kScaled, quantizeMX},
    {"nvfp4", isScaled, kScaled, quantizeTwoLevel},
    {"twn", isTernary, "ternary", quantizeTWN},
    {"twn_exact", isTernary, "ternary", quantizeTWNExact},
    {"absmean", isTernary, "ternary", quantizeMean},
    {"mean", isBinary, "binary", quantizeMean},
    {"ttq", isCodebook2, "codebook2", quantizeTTQ},
    {"kmeans", isCodebook, "a codebook", quantizeKMeans},
    {"kmeans_linear", isCodebook, "a codebook", quantizeKMeansLinear},
    {"kmeans_density", isCodebook, "a codebook", quantizeKMeansDensity},
    {"kmeans_random", isCodebook, "a codebook", quantizeKMeansRandom},
};

static const Method *findMethod(std::string_view name) {
  for (const Method &method : kMethods)
    if (name == method.name)
      return &method;
  return nullptr;
}

std::vector<std::string> qs::num::weightMethods() {
  std::vector<std::string> names;
  for (const Method &method : kMethods)
    names.push_back(method.name);
  return names;
}

std::string qs::num::allowedWeightMethods() {
  std::string text;
  for (const Method &method : kMethods)
    text += (text.empty() ? "" : ", ") + std::string(method.name);
  return text;
}

std::optional<QuantizerSpec> qs::num::parseQuantizer(std::string_view text) {
  QuantizerSpec spec;
  constexpr std::string_view kGptq = "gptq";
  if (text.substr(0, kGptq.size()) == kGptq) {
    spec.feedback = true;
    text.remove_prefix(kGptq.size());
    if (text.empty())
      return spec;
    if (text.front() != ':')
      return std::nullopt;
    text.remove_prefix(1);
  }
  spec.method = std::string(text);
  if (!findMethod(text))
    return std::nullopt;
  return spec;
}

std::string qs::num::allowedQuantizers() {
  return allowedWeightMethods() + ", gptq, gptq:METHOD (one of those before)";
}

bool qs::num::hasThreeWords(const Code &code) {
  if (code.bits() != 2 || !code.fixedPoint())
    return false;
  unsigned legal = 0;
  for (uint32_t p = 0; p < code.numPatterns(); ++p)
    legal += code.isLegal(p);
  return legal == 3;
}

bool qs::num::takesCode(std::string_view name, const Code &code) {
  const Method *method = findMethod(name);
  return method && method->takes(code);
}

std::optional<WeightResult>
qs::num::quantizeWeights(const WeightRun &run, const Code &code,
                         std::string_view name, const WeightOptions &options,
                         std::string &error) {
  const Method *method = findMethod(name);
  if (!method) {
    error = "unknown method '" + std::string(name) + "', expected one of " +
            allowedWeightMethods();
    return std::nullopt;
  }
  if (!method->takes(code)) {
    error = "method '" + std::string(name) + "' expects " + method->codes +
            ", found '" + code.name() + "'" +
            (code.isBound() ? "" : " without entries");
    return std::nullopt;
  }
  if (!isLegalScale(options.tensorScale)) {
    error = "expected a positive and finite tensor scale, found " +
            std::to_string(options.tensorScale);
    return std::nullopt;
  }
  for (size_t i = 0; i < run.count; ++i)
    if (!std::isfinite(run.values[i])) {
      error = "expected finite weights, found " +
              std::to_string(run.values[i]) + " at " + std::to_string(i);
      return std::nullopt;
    }
  if (!options.pruned)
    return method->quantize(WeightProblem(run, code, options));
  if (!hasZero(code)) {
    error = "code '" + code.name() + "' has no 0, which pruned weights are";
    return std::nullopt;
  }
  return quantizePruned(run, code, options, method->quantize);
}

float qs::num::twoLevelTensorScale(float amax, const Code &code) {
  float scale = static_cast<float>(amax / (448 * code.maxMagnitude()));
  return amax > 0 ? std::clamp(scale, FLT_MIN, FLT_MAX) : 1.0f;
}

//===----------------------------------------------------------------------===//
// WeightProblem
//===----------------------------------------------------------------------===//

WeightProblem::WeightProblem(const WeightRun &run, const Code &code,
                             const WeightOptions &options)
    : run(run), code(code), options(options), uniform(true), largest(1) {
  for (size_t i = 0; run.importance && i < run.count; ++i)
    uniform &= !(run.importance[i] > 0);
  if (code.isInteger())
    largest = std::max<double>(code.maxLevel(), 1);
  else if (code.isBound() && code.maxMagnitude() > 0)
    largest = code.maxMagnitude();
}

float WeightProblem::absMax() const {
  float most = 0;
  for (size_t i = 0; i < run.count; ++i)
    most = std::max(most, std::fabs(run.values[i]));
  return most;
}

double WeightProblem::meanMagnitude() const {
  double sum = 0, total = 0;
  for (size_t i = 0; i < run.count; ++i) {
    sum += weight(i) * std::fabs(static_cast<double>(run.values[i]));
    total += weight(i);
  }
  return total > 0 ? sum / total : 0;
}

float WeightProblem::store(double effective) const {
  double stored = effective / options.tensorScale;
  if (!(stored > 0))
    return 1;
  return storeScale(
      static_cast<float>(std::clamp<double>(stored, FLT_MIN, FLT_MAX)),
      options.storage);
}

uint32_t WeightProblem::encode(float w, float effective,
                               const Code &with) const {
  double x = w / effective;
  if (with.isInteger() && options.restricted)
    x = std::max<double>(x, restrictedRange(with.levels()).min);
  return with.encode(x, options.rounding);
}

double WeightProblem::errorOf(float stored) const {
  float scale = effective(stored);
  double sum = 0;
  for (size_t i = 0; i < run.count; ++i) {
    float w = run.values[i];
    float value = static_cast<float>(code.decode(encode(w, scale, code)));
    double e = static_cast<double>(w) - value * scale;
    sum += weight(i) * e * e;
  }
  return sum;
}

WeightResult WeightProblem::finish(float stored, const Code &with) const {
  std::vector<uint32_t> patterns(run.count);
  for (size_t i = 0; i < run.count; ++i)
    patterns[i] = encode(run.values[i], effective(stored), with);
  return finish(stored, with, std::move(patterns));
}

WeightResult WeightProblem::finish(float stored, const Code &with,
                                   std::vector<uint32_t> patterns) const {
  WeightResult result;
  result.scale = stored;
  result.effectiveScale = effective(stored);
  for (size_t i = 0; i < run.count; ++i) {
    float value =
        static_cast<float>(with.decode(patterns[i])) * result.effectiveScale;
    double e = static_cast<double>(run.values[i]) - value;
    result.error += weight(i) * e * e;
  }
  result.patterns = std::move(patterns);
  return result;
}
