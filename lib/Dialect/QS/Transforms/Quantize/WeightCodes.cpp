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

std::string qs::defaultQuantizer(const num::Code &code,
                                 num::ScaleStorage storage) {
  // A code that one of the special methods takes is better served by it.
  for (const char *method : {"kmeans", "twn", "mean"})
    if (num::takesCode(method, code) &&
        (code.parameterCount() > 0) == (std::string(method) == "kmeans"))
      return method;
  if (storage == num::ScaleStorage::E8M0 && code.floatFormat())
    return "mx";
  if (storage == num::ScaleStorage::E4M3)
    return "nvfp4";
  // Where steps differ, the largest weight should not decide alone.
  return code.isInteger() || code.floatFormat() ? "absmax" : "mse";
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
  std::optional<num::SharedCodebookResult> shared = num::quantizeSharedCodebook(
      rows.data(), runs.size(), runs.front().size(), code, options, nullptr,
      error);
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

std::optional<WeightCodes>
qs::codeWeights(const std::vector<float> &values,
                const std::vector<int64_t> &scaleOf, size_t scales,
                const TensorChoice &choice, const num::Code &code,
                std::string &error) {
  num::WeightOptions options;
  options.storage = choice.scale.storage;
  options.codebookStorage = choice.codebook.storage;
  options.kmeans.excludeZero = !choice.pattern.isDense();
  std::string method = choice.quantizer.empty()
                           ? defaultQuantizer(code, options.storage)
                           : choice.quantizer;
  if (!num::takesCode(method, code)) {
    error = "quantizer '" + method + "' does not take the code '" +
            code.name() + "', expected one of";
    for (const std::string &other : num::weightMethods())
      if (num::takesCode(other, code))
        error += " " + other;
    return {};
  }
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
