//===- NarrowSums.cpp - Sums that 16 bits are proved to hold --------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each lane of the narrow dot adds the products of two neighbouring positions
// of a step, of which it has two. The proof takes the weights as the kernel
// multiplies them and rows that are anywhere in their range.
//
//===----------------------------------------------------------------------===//

#include "Linear.h"
#include "qs/Numerics/Accumulator.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace qs::pack {

/// Products that one step adds to a lane of i16.
static constexpr int64_t kPerLane = 2;
static constexpr unsigned kLaneBits = 16;

/// What the bytes of a row may be.
static num::LevelRange rowRange(const Linear &linear, const Rows &rows) {
  QuantType type = QuantType::of(linear.inputType());
  auto [least, most] = type.getIntegerRange();
  num::LevelRange range = {least, most};
  if (std::optional<num::FixedPoint> fixed = type.getFixedPoint();
      fixed && !type.isInteger()) {
    auto [min, max] =
        std::minmax_element(fixed->levels.begin(), fixed->levels.end());
    range = {*min, *max};
  }
  // Borders of an image hold the zero point.
  int64_t zero = rows.zeroPoint.value_or(range.min);
  return {std::min(range.min, zero) + rows.shift,
          std::max(range.max, zero) + rows.shift};
}

/// What the dot multiplies by for every word.
static std::vector<int32_t> dotWeights(const Weights &weights, bool swapped) {
  std::vector<int32_t> result;
  if (!weights.table) {
    for (uint32_t word : weights.words)
      result.push_back(int8_t(word));
    return result;
  }
  ArrayRef<int8_t> levels = cast<DenseI8ArrayAttr>(weights.table).asArrayRef();
  int32_t offset =
      swapped ? -std::min<int32_t>(0, *llvm::min_element(levels)) : 0;
  for (uint32_t word : weights.words)
    result.push_back(levels[word] + offset);
  return result;
}

int64_t stepsOfNarrowSums(const Linear &linear, const Plan &plan,
                          const Weights &weights) {
  auto gemm = cast<GemmLayoutAttr>(plan.layout);
  native::PackedLayout layout = gemm.getNative(weights.logical);
  num::LevelRange rows = rowRange(linear, plan.rows);
  std::vector<int32_t> bytes = dotWeights(weights, plan.rows.needSums);
  int64_t inner = 1;
  for (int64_t d = gemm.getAxis() + 1; d < weights.logical.getRank(); ++d)
    inner *= weights.logical.getDimSize(d);
  int64_t columns = linear.columns(), lanes = layout.k / kPerLane;
  int64_t inLane = layout.taps * layout.steps() * kPerLane;
  int64_t steps = layout.taps * layout.steps();
  std::vector<std::vector<int32_t>> lane(lanes);
  for (int64_t c = 0; c < columns && steps > 0; ++c) {
    for (std::vector<int32_t> &terms : lane)
      terms.assign(inLane, 0);
    for (int64_t i = 0; i < layout.taps * layout.run; ++i) {
      int64_t step =
          i / layout.run * layout.steps() + i % layout.run / layout.k;
      int64_t position = i % layout.run % layout.k;
      lane[position / kPerLane][step * kPerLane + position % kPerLane] =
          bytes[(i / inner * columns + c) * inner + i % inner];
    }
    for (const std::vector<int32_t> &terms : lane)
      steps = std::min<int64_t>(
          steps, num::stepsWithin(terms, kPerLane, rows, kLaneBits));
  }
  return steps;
}

} // namespace qs::pack
