//===- FitAccumulator.cpp - weights that suit a narrow float sum ----------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WeightCodes.h"
#include "qs/Dialect/QS/Transforms/Utils/Constants.h"
#include <cmath>

using namespace mlir;
using namespace qs;

void qs::fitAccumulator(const FloatLinear &linear, QuantType type,
                        const std::vector<float> &values,
                        AccumulatorAttr accumulator, QuantType activation,
                        WeightCodes &made) {
  std::unique_ptr<num::Code> code = type.getCode().getArithmetic();
  std::unique_ptr<num::Code> input = activation.getCode().getArithmetic();
  if (accumulator.isInteger() || !code->floatFormat() || code->isFloat() ||
      input->isFloat() || !input->isBound())
    return;
  double limit =
      accumulator.getAccumulation().format.maxFinite() / input->maxMagnitude();
  RankedTensorType shape = linear.weightType();
  ScaleAttrInterface scale = type.getScale();
  auto channels = size_t(linear.outputChannels());
  // The terms of a group of scales are a sum of their own.
  bool grouped = isa<GroupScaleAttr>(scale);
  std::vector<double> sums(grouped ? made.scales.size() : channels, 0);
  std::vector<size_t> scaleOf(values.size());
  auto sumOf = [&](size_t i) {
    return grouped ? scaleOf[i]
                   : size_t(linear.channelOf(int64_t(i))) % channels;
  };
  forEachScaled(shape.getShape(), scale, [&](int64_t i, int64_t parameter) {
    scaleOf[i] = size_t(parameter);
    sums[sumOf(i)] += std::abs(code->decode(uint32_t(made.words[i])));
  });
  std::vector<float> factors(made.scales.size(), 1.0f);
  for (size_t i = 0; i < values.size(); ++i) {
    double sum = sums[sumOf(i)];
    float &factor = factors[scaleOf[i]];
    while (sum > limit * factor)
      factor *= 2;
  }
  num::ScaleStorage storage = storageOf(scale.getStorage());
  for (size_t i = 0; i < factors.size(); ++i)
    if (factors[i] > 1)
      made.scales[i] = num::storeScale(made.scales[i] * factors[i], storage);
  for (size_t i = 0; i < values.size(); ++i)
    if (factors[scaleOf[i]] > 1)
      made.words[i] = int32_t(
          code->encode(values[i] / made.tensorScale / made.scales[scaleOf[i]],
                       num::Rounding::HalfEven));
}
