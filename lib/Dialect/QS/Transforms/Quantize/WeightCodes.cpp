//===- WeightCodes.cpp - words, scales, codebooks of a weight -------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WeightCodes.h"
#include "qs/Numerics/Groups.h"
#include "llvm/ADT/StringRef.h"
#include <algorithm>
#include <cmath>

using namespace qs;
using llvm::StringRef;

/// Integers with so many levels, for the weights that share a scale, that their
/// extremes may decide: many weights have larger extremes, and those of both
/// sides differ.
static bool isFine(const num::Code &code, num::Granularity granularity) {
  unsigned enough =
      granularity == num::Granularity::Tensor || !code.isSigned() ? 5 : 4;
  return code.isInteger() ? code.bits() >= enough : bool(code.floatFormat());
}

std::string qs::defaultQuantizer(const num::Code &code,
                                 const num::ScaleSpec &scale) {
  // A code that one of the special methods takes is better served by it.
  for (const char *method : {"kmeans", "twn", "mean"})
    if (num::takesCode(method, code) &&
        (code.parameterCount() > 0) == (std::string(method) == "kmeans"))
      return method;
  if (scale.storage == num::ScaleStorage::E8M0 && code.floatFormat())
    return "mx";
  if (scale.storage == num::ScaleStorage::E4M3)
    return "nvfp4";
  // Where steps differ or are few, the largest weight should not decide alone.
  return isFine(code, scale.granularity) ? "absmax" : "mse";
}

/// Numbers that are a factor of two apart everywhere leave errors of a third of
/// a weight, which only other weights can make up for.
static bool isCoarse(const num::Code &code) {
  if (code.bits() > 8 || !code.isBound() || code.isFloat())
    return false;
  std::vector<double> positive;
  for (uint32_t p = 0; p < code.numPatterns(); ++p)
    if (code.isLegal(p) && code.decode(p) > 0)
      positive.push_back(code.decode(p));
  std::sort(positive.begin(), positive.end());
  bool coarse = positive.size() > 1;
  for (size_t i = 1; i < positive.size(); ++i)
    coarse &= positive[i] >= 2 * positive[i - 1];
  return coarse;
}

InputUse qs::inputUse(const TensorChoice &choice, const num::Code &code) {
  std::optional<num::QuantizerSpec> spec =
      num::parseQuantizer(choice.quantizer);
  if (spec)
    return spec->feedback ? InputUse::Needed : InputUse::None;
  return isCoarse(code) && choice.scale.granularity != num::Granularity::None
             ? InputUse::Wanted
             : InputUse::None;
}

std::string qs::scaleMethod(const TensorChoice &choice, const num::Code &code) {
  std::optional<num::QuantizerSpec> spec =
      num::parseQuantizer(choice.quantizer);
  return spec && !spec->method.empty() ? spec->method
                                       : defaultQuantizer(code, choice.scale);
}

/// The elements of each scale, in order.
static std::vector<std::vector<size_t>>
gather(const std::vector<int64_t> &scaleOf, size_t scales) {
  std::vector<std::vector<size_t>> runs(scales);
  for (size_t i = 0; i < scaleOf.size(); ++i)
    runs[scaleOf[i]].push_back(i);
  return runs;
}

/// One codebook for all scales. Rows are the runs, which have one length: a
/// scale shares an axis with as many elements as any other.
static std::optional<WeightCodes>
shareCodebook(const std::vector<float> &values,
              const std::vector<std::vector<size_t>> &runs,
              const num::Code &code, const num::WeightOptions &weights,
              std::string &error) {
  std::vector<float> rows;
  rows.reserve(values.size());
  for (const std::vector<size_t> &run : runs)
    for (size_t i : run)
      rows.push_back(values[i]);
  num::GroupOptions options;
  options.weights = weights;
  std::optional<num::SharedCodebookResult> shared =
      num::quantizeSharedCodebook(rows.data(), runs.size(), runs.front().size(),
                                  code, options, nullptr, error);
  if (!shared)
    return {};
  WeightCodes made;
  made.scales = std::move(shared->groups.scales);
  made.codebook.assign(shared->codebook.begin(), shared->codebook.end());
  made.words.resize(values.size());
  size_t at = 0;
  for (const std::vector<size_t> &run : runs)
    for (size_t i : run)
      made.words[i] = int32_t(shared->groups.patterns[at++]);
  return made;
}

bool qs::checkSigns(const std::vector<float> &values, const num::Code &code,
                    bool mayShift, std::string &error) {
  if (!code.isBound() || code.minValue() < 0)
    return true;
  auto least = std::min_element(values.begin(), values.end());
  if (least == values.end() || *least >= 0)
    return true;
  error = "code '" + code.name() + "' has no negative numbers, and the least " +
          "weight is " + std::to_string(*least) + "; expected a signed code" +
          (code.isInteger() && mayShift
               ? " or the quantizer absmax or mse, which give it zero points"
               : "");
  return false;
}

bool qs::checkMethod(const std::string &method, const num::Code &code,
                     std::string &error) {
  if (num::takesCode(method, code))
    return true;
  error = "quantizer '" + method + "' does not take the code '" + code.name() +
          "', expected one of";
  for (const std::string &other : num::weightMethods())
    if (num::takesCode(other, code))
      error += " " + other;
  error += ", each also as gptq:METHOD";
  return false;
}

std::optional<WeightCodes> qs::codeWeights(const std::vector<float> &values,
                                           const std::vector<int64_t> &scaleOf,
                                           size_t scales,
                                           const TensorChoice &choice,
                                           const num::Code &code,
                                           std::string &error) {
  num::WeightOptions options;
  options.storage = choice.scale.storage;
  options.codebookStorage = choice.codebook.storage;
  options.kmeans.excludeZero = !choice.pattern.isDense();
  options.pruned = choice.pruned;
  std::string method = scaleMethod(choice, code);
  if (!checkMethod(method, code, error) ||
      !checkSigns(values, code, /*mayShift=*/true, error))
    return {};
  std::vector<std::vector<size_t>> runs = gather(scaleOf, scales);
  if (code.parameterCount() > 0 && !choice.codebook.perScale && scales > 1) {
    // The method names the way of k-means; TTQ gives each scale its own table.
    StringRef way = method;
    if (way.consume_front("kmeans")) {
      way.consume_front("_");
      if (auto parsed = num::parseKMeansMethod({way.data(), way.size()}))
        options.kmeans.method = *parsed;
      return shareCodebook(values, runs, code, options, error);
    }
  }

  WeightCodes made;
  if (options.storage == num::ScaleStorage::E4M3) {
    float most = 0;
    for (float value : values)
      most = std::max(most, std::abs(value));
    int exponent;
    std::frexp(num::twoLevelTensorScale(most, code), &exponent);
    made.tensorScale = options.tensorScale = std::ldexp(1.0f, exponent);
  }
  made.words.resize(values.size());
  std::vector<float> run;
  for (const std::vector<size_t> &indices : runs) {
    run.clear();
    for (size_t i : indices)
      run.push_back(values[i]);
    std::optional<num::WeightResult> result = num::quantizeWeights(
        {run.data(), run.size(), nullptr}, code, method, options, error);
    if (!result)
      return {};
    made.scales.push_back(result->scale);
    made.codebook.insert(made.codebook.end(), result->codebook.begin(),
                         result->codebook.end());
    for (size_t i = 0; i < indices.size(); ++i)
      made.words[indices[i]] = int32_t(result->patterns[i]);
  }
  return made;
}
