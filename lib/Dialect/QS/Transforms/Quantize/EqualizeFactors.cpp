//===- EqualizeFactors.cpp - factors of each method -----------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EqualizeFactors.h"
#include "WeightJob.h"
#include "qs/Dialect/QS/IR/Names.h"
#include "qs/Numerics/Equalize.h"
#include <algorithm>

using namespace mlir;
using namespace qs;

/// Factors beyond these would bring weights near the ends of f32.
static std::vector<float> limited(std::vector<float> factors, bool exact) {
  for (float &factor : factors) {
    factor = exact ? num::nearestPowerOfTwo(factor) : factor;
    factor = std::clamp(factor, 0x1p-20f, 0x1p20f);
  }
  return factors;
}

std::vector<float> qs::crossLayerFactors(const FoldSite &site,
                                         const EqualizeSpec &spec) {
  return limited(
      num::equalizationFactors(site.producerMax(), site.consumerMax()),
      spec.exact);
}

/// The largest magnitude of the channels that share a factor.
static std::vector<float> inputMax(const FoldSite &site,
                                   const LayerInputs &inputs) {
  std::vector<float> most(site.period, 0.0f);
  for (size_t c = 0; c < inputs.most.size(); ++c)
    most[c % site.period] = std::max(most[c % site.period], inputs.most[c]);
  return most;
}

namespace {

/// The weights of all takers of one tensor as one matrix, rounded as the recipe
/// says for each.
class Rows {
public:
  /// False, with the reason in `why` (empty after a diagnostic).
  bool add(const FloatLinear &taker, const LayerChoices &choices,
           std::string &why);
  bool round(const std::vector<float> &scaled, std::vector<float> &rounded,
             std::string &error);

  std::vector<float> weights;
  /// Channel of the tensor that each column multiplies.
  std::vector<int64_t> channels;
  size_t columns = 0;

private:
  struct Part {
    WeightJob job;
    std::vector<size_t> at; ///< of each element, in `weights`
  };
  std::vector<Part> parts;
};

} // namespace

bool Rows::add(const FloatLinear &taker, const LayerChoices &choices,
               std::string &why) {
  const LayerChoice &recipe = choices.of(taker.op).recipe;
  std::string layer = getLayerName(taker.op);
  if (recipe.weights.isFloat()) {
    why = "the recipe keeps the weights of '" + layer + "' " +
          recipe.weights.code;
    return false;
  }
  if (taker.matrices() != 1) {
    why = "the outputs of '" + layer + "' sum over one group of channels each";
    return false;
  }
  if (!parts.empty() && (taker.isConv() || parts.front().job.linear.isConv())) {
    why = "its input also goes to '" + layer +
          "', and not all are products "
          "of matrices";
    return false;
  }
  FailureOr<WeightJob> job =
      WeightJob::make(taker, recipe.weights, recipe.namedWeightScale);
  if (failed(job))
    return false;
  columns = size_t(taker.columns());
  channels.resize(columns);
  Part part{std::move(*job), {}};
  size_t first = weights.size();
  weights.resize(first + part.job.values.size());
  for (size_t i = 0; i < part.job.values.size(); ++i) {
    auto flat = int64_t(i);
    auto column = size_t(taker.columnOf(flat));
    part.at.push_back(first + size_t(taker.channelOf(flat)) * columns + column);
    weights[part.at.back()] = part.job.values[i];
    channels[column] = taker.inputChannelOf(flat);
  }
  parts.push_back(std::move(part));
  return true;
}

bool Rows::round(const std::vector<float> &scaled, std::vector<float> &rounded,
                 std::string &error) {
  rounded.resize(scaled.size());
  for (Part &part : parts) {
    for (size_t i = 0; i < part.at.size(); ++i)
      part.job.values[i] = scaled[part.at[i]];
    std::optional<WeightCodes> codes = codeNearest(part.job, error);
    if (!codes) {
      error = "layer '" + getLayerName(part.job.linear.op) + "': " + error;
      return false;
    }
    std::vector<float> real = realWeights(part.job, *codes);
    for (size_t i = 0; i < part.at.size(); ++i)
      rounded[part.at[i]] = real[i];
  }
  return true;
}

/// AWQ: the channels with the largest inputs get finer steps.
static FailureOr<std::vector<float>> awqFactors(const FoldSite &site,
                                                const LayerChoices &choices,
                                                const EqualizeSpec &spec,
                                                const LayerInputs &inputs,
                                                std::string &why) {
  Rows rows;
  for (const FloatLinear &taker : site.consumers)
    if (!rows.add(taker, choices, why)) {
      if (why.empty())
        return failure();
      return std::vector<float>();
    }
  std::vector<double> sums(site.period, 0.0);
  for (size_t c = 0; c < inputs.sum.size(); ++c)
    sums[c % site.period] += inputs.mean(c);
  std::vector<float> mean;
  for (int64_t channel : rows.channels)
    mean.push_back(float(sums[channel % site.period] * double(site.period) /
                         double(inputs.sum.size())));
  num::AwqOptions options;
  options.exact = spec.exact;
  std::string error;
  std::optional<num::AwqResult> found = num::searchAwq(
      rows.weights.data(), rows.weights.size() / rows.columns,
      inputs.grams.front(), mean,
      [&](const std::vector<float> &scaled, std::vector<float> &rounded,
          std::string &text) { return rows.round(scaled, rounded, text); },
      options, error);
  if (!found)
    return site.consumers.front().op->emitError() << error;
  std::vector<float> factors(site.period, 1.0f);
  for (size_t column = 0; column < rows.columns; ++column)
    factors[rows.channels[column] % site.period] = found->factors[column];
  return factors;
}

FailureOr<std::vector<float>> qs::inputFactors(const FoldSite &site,
                                               const LayerChoices &choices,
                                               const EqualizeSpec &spec,
                                               const LayerInputs &inputs,
                                               std::string &why) {
  if (spec.method == num::Equalization::AWQ) {
    FailureOr<std::vector<float>> factors =
        awqFactors(site, choices, spec, inputs, why);
    if (failed(factors))
      return failure();
    return limited(std::move(*factors), spec.exact);
  }
  return limited(num::smoothQuantFactors(inputMax(site, inputs),
                                         site.consumerMax(), spec.alpha),
                 spec.exact);
}
