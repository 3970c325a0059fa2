//===- Border.cpp - Pixels whose windows leave the image ------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Border.h"
#include "qs/Dialect/QS/Transforms/Utils/Constants.h"

using namespace mlir;

namespace qs::pack {

namespace {
/// The distinct sets of window positions inside of the image along one axis,
/// and which of them each output position has.
struct AxisClasses {
  std::vector<std::vector<bool>> inside;
  std::vector<int64_t> of;

  AxisClasses(int64_t outputs, int64_t inputs, int64_t window, int64_t stride,
              int64_t dilation, int64_t padding) {
    for (int64_t o = 0; o < outputs; ++o) {
      std::vector<bool> set(window);
      for (int64_t k = 0; k < window; ++k) {
        int64_t at = o * stride + k * dilation - padding;
        set[k] = at >= 0 && at < inputs;
      }
      auto found = llvm::find(inside, set);
      of.push_back(found - inside.begin());
      if (found == inside.end())
        inside.push_back(set);
    }
  }
};
} // namespace

Border makeBorder(OpBuilder &b, const Linear &linear, const Weights &weights) {
  ArrayRef<int64_t> in = linear.inputType().getShape();
  ArrayRef<int64_t> out = linear.resultType().getShape();
  ArrayRef<int64_t> window = linear.weightShape;
  auto axis = [&](int64_t d) {
    return AxisClasses(out[d], in[d], window[d], linear.stride[d - 1],
                       linear.dilation[d - 1], linear.pad[2 * d - 2]);
  };
  AxisClasses lines = axis(1), pixels = axis(2);
  std::vector<int32_t> classes;
  for (int64_t line : lines.of)
    for (int64_t pixel : pixels.of)
      classes.push_back(int32_t(line * pixels.inside.size() + pixel));

  // What a word of 0 stands for.
  int64_t fill = cast<DenseI32ArrayAttr>(weights.table)[0];
  int64_t columns = window[0], channels = window[3];
  std::vector<int32_t> tapSums(columns * window[1] * window[2], 0);
  for (size_t i = 0; i < weights.levels.size(); ++i)
    tapSums[i / channels] += weights.levels[i];
  std::vector<int32_t> sums;
  for (const std::vector<bool> &line : lines.inside)
    for (const std::vector<bool> &pixel : pixels.inside)
      for (int64_t c = 0; c < columns; ++c) {
        int64_t sum = 0;
        for (int64_t y = 0; y < window[1]; ++y)
          for (int64_t x = 0; x < window[2]; ++x)
            if (!line[y] || !pixel[x])
              sum -= fill * tapSums[(c * window[1] + y) * window[2] + x];
        sums.push_back(int32_t(sum));
      }
  Location loc = linear.op->getLoc();
  int64_t count = int64_t(sums.size()) / columns;
  return {makeInts(b, loc, {count, columns}, sums),
          makeInts(b, loc, {int64_t(classes.size())}, classes)};
}

} // namespace qs::pack
