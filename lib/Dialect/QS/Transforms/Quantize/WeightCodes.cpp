//===- WeightCodes.cpp - words, scales, codebooks of a weight -------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WeightCodes.h"
#include <algorithm>
#include <cmath>

using namespace qs;

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
  return "absmax";
}

/// The elements of each scale, in order.
static std::vector<std::vector<size_t>>
gather(const std::vector<int64_t> &scaleOf, size_t scales) {
  std::vector<std::vector<size_t>> runs(scales);
  for (size_t i = 0; i < scaleOf.size(); ++i)
    runs[scaleOf[i]].push_back(i);
  return runs;
}

/// One codebook for all: k-means over weights that are divided by the largest
/// magnitude under their scale, each counted with the square of that.
static std::optional<WeightCodes>
shareCodebook(const std::vector<float> &values,
              const std::vector<std::vector<size_t>> &runs,
              const std::vector<int64_t> &scaleOf, const TensorChoice &choice,
              const num::Code &code, const num::WeightOptions &options,
              const std::string &method, std::string &error) {
  WeightCodes made;
  for (const std::vector<size_t> &run : runs) {
    float most = 0;
    for (size_t i : run)
      most = std::max(most, std::abs(values[i]));
    made.scales.push_back(num::storeScale(most > 0 ? most : 1.0f,
                                          options.storage));
  }
  std::vector<float> ratios(values.size()), importance(values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    float scale = made.scales[scaleOf[i]];
    ratios[i] = values[i] / scale;
    importance[i] = scale * scale;
  }
  num::WeightOptions plain = options;
  plain.storage = num::ScaleStorage::F32;
  std::optional<num::WeightResult> shared = num::quantizeWeights(
      {ratios.data(), ratios.size(), importance.data()}, code, method, plain,
      error);
  if (!shared)
    return {};
  made.codebook.assign(shared->codebook.begin(), shared->codebook.end());
  // Entries of int8 are integers whose unit belongs to the scales, which are
  // stored anew: then every weight looks for its entry again.
  for (float &scale : made.scales)
    scale = num::storeScale(scale * shared->scale, options.storage);
  std::unique_ptr<num::Code> bound = code.bind(shared->codebook, error);
  if (!bound)
    return {};
  for (size_t i = 0; i < values.size(); ++i)
    made.words.push_back(int32_t(bound->encode(
        values[i] / made.scales[scaleOf[i]], options.rounding)));
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
  if (code.parameterCount() > 0 && !choice.codebook.perScale && scales > 1)
    return shareCodebook(values, runs, scaleOf, choice, code, options, method,
                         error);

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
