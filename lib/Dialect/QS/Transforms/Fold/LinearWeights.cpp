//===- LinearWeights.cpp - constant weights on their way to qs ------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LinearWeights.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "qs/Dialect/QS/Transforms/Utils/Constants.h"
#include <cmath>

using namespace mlir;
using namespace qs;
using namespace qs::fold;

/// Whether the scales of groups lie as the linear ops take them.
static bool hasLegalGroups(const FloatLinear &linear, GroupScaleAttr group,
                           std::string &why) {
  if (linear.kind == FloatLinear::Kind::Depthwise ||
      group.getAxis() != linear.reducedAxis()) {
    why = "its weights have scales of groups along axis " +
          std::to_string(group.getAxis()) + ", which is not reduced";
    return false;
  }
  if (!linear.isConv() && linear.qsWeightShape().size() != 2) {
    why = "its weights have scales of groups and a batch";
    return false;
  }
  return true;
}

/// Levels, the unit that the code gives them, and the codebook.
static bool readCode(const FloatLinear &linear, DequantizeOp dequantize,
                     bool numbers, Weights &w, double &unit, std::string &why) {
  w.codebook = dequantize.getCodebook();
  auto words = readWords(dequantize.getInput());
  auto levels = numbers ? std::optional<std::vector<int32_t>>(std::in_place)
                        : readLevels(dequantize.getInput(), w.codebook);
  if (!words) {
    why = "its weights are not constant";
    return false;
  }
  if (!levels) {
    why = "its weights have the code " + w.type.getCode().getCodeName() +
          (w.codebook ? " with entries that are no integers"
                      : ", which has no fixed-point form");
    return false;
  }
  w.words = std::move(*words);
  w.levels = std::move(*levels);
  unit = 1;
  if (!numbers && !w.type.isInteger() && !w.codebook)
    unit = std::ldexp(1.0, w.type.getFixedPoint()->exponent);
  return true;
}

std::optional<Weights> fold::readWeights(const FloatLinear &linear,
                                         bool numbers, std::string &why) {
  // The second level of scales: one factor for the tensor.
  double tensorScale = 1;
  Value weight = linear.weight;
  if (auto mul = weight.getDefiningOp<tosa::MulOp>())
    if (std::optional<float> factor = readSplatFloat(mul.getInput2())) {
      tensorScale = *factor;
      weight = mul.getInput1();
    }
  auto dequantize = weight.getDefiningOp<DequantizeOp>();
  if (!dequantize) {
    why = "its weights are not quantized";
    return {};
  }
  Weights w;
  w.type = QuantType::of(dequantize.getInput().getType());
  double unit;
  if (!readCode(linear, dequantize, numbers, w, unit, why))
    return {};
  unit *= tensorScale;
  int64_t axis = w.type.getScale().getScaledAxis();
  auto group = dyn_cast<GroupScaleAttr>(w.type.getScale());
  w.perChannel = !group && !w.type.getScale().isPerTensor();
  if (group && !hasLegalGroups(linear, group, why))
    return {};
  if (w.perChannel && axis != linear.scaledAxis() &&
      !(linear.kind == FloatLinear::Kind::Depthwise && axis == 3 &&
        linear.weightType().getDimSize(2) == 1)) {
    why = "its weights are scaled along axis " + std::to_string(axis) +
          ", not along the output channels";
    return {};
  }
  std::optional<std::vector<float>> scales = readFloats(dequantize.getScale());
  std::vector<int32_t> zeros(scales ? scales->size() : 0, 0);
  if (scales && dequantize.getZeroPoint()) {
    if (auto read = readInts(dequantize.getZeroPoint()))
      zeros = *read;
    else
      scales.reset();
  }
  if (!scales) {
    why = "the scales or zero points of its weights are not constant";
    return {};
  }
  int64_t channels = linear.outputChannels();
  if (group) {
    w.scales.assign(channels, unit);
    w.zeroPoints.assign(channels, zeros[0]);
    if (!llvm::all_equal(zeros)) {
      w.zeroOf.resize(w.words.size());
      forEachScaled(linear.weightType().getShape(), group,
                    [&](int64_t i, int64_t at) { w.zeroOf[i] = zeros[at]; });
      w.groupZeroPoints = std::move(zeros);
    }
    w.groupScales = std::move(*scales);
    return w;
  }
  // Depthwise scales belong to input channels; each serves M outputs.
  int64_t repeat = scales->size() > 1 ? channels / int64_t(scales->size()) : 1;
  for (int64_t c = 0; c < channels; ++c) {
    size_t i = w.perChannel ? c / repeat : 0;
    w.scales.push_back(unit * (*scales)[i]);
    w.zeroPoints.push_back(zeros[i]);
  }
  return w;
}

/// The axis of the qs op's weights that is reduced; channels of a convolution.
static int64_t qsReducedAxis(const FloatLinear &linear) {
  if (linear.isConv())
    return 3;
  int64_t rank = linear.qsWeightShape().size();
  return linear.kind == FloatLinear::Kind::Matmul ? rank - 2 : rank - 1;
}

/// The shape of the scales of groups for the qs op.
static SmallVector<int64_t> groupShape(const FloatLinear &linear,
                                       const Weights &w) {
  SmallVector<int64_t> shape = linear.qsWeightShape();
  shape[qsReducedAxis(linear)] /=
      cast<GroupScaleAttr>(w.type.getScale()).getGroup();
  return shape;
}

Value fold::makeGroupScales(OpBuilder &b, const FloatLinear &linear,
                            const Weights &w) {
  if (!w.hasGroups())
    return {};
  return makeScales(b, linear.op->getLoc(), groupShape(linear, w),
                    w.groupScales,
                    cast<GroupScaleAttr>(w.type.getScale()).getStorage());
}

Value fold::makeWeight(OpBuilder &b, const FloatLinear &linear,
                       const Weights &w) {
  SmallVector<int64_t> shape = linear.qsWeightShape();
  std::vector<int32_t> ordered(w.words.size());
  for (size_t i = 0; i < w.words.size(); ++i)
    ordered[linear.qsIndexOf(i)] = w.words[i];
  QuantType type = w.type;
  if (auto group = dyn_cast<GroupScaleAttr>(type.getScale())) {
    type = type.withScale(
        GroupScaleAttr::get(b.getContext(), qsReducedAxis(linear),
                            group.getGroup(), group.getStorage()));
  } else if (w.perChannel) {
    int64_t axis = linear.isConv() ? 0
                   : linear.kind == FloatLinear::Kind::Matmul
                       ? int64_t(shape.size()) - 1
                       : int64_t(shape.size()) - 2;
    type = type.withScale(
        AxisScaleAttr::get(b.getContext(), axis, type.getScale().getStorage()));
  }
  return makeLevels(b, linear.weight.getLoc(),
                    RankedTensorType::get(shape, type), ordered);
}

Value fold::makeWeightZeroPoint(OpBuilder &b, const FloatLinear &linear,
                                const Weights &w) {
  Location loc = linear.op->getLoc();
  if (w.zeroPoints.empty())
    return {};
  if (!w.groupZeroPoints.empty())
    return makeInts(b, loc, groupShape(linear, w), w.groupZeroPoints);
  if (llvm::all_equal(w.zeroPoints))
    return makeZeroPoint(b, loc, w.zeroPoints[0]);
  return makeInts(b, loc, int64_t(w.zeroPoints.size()), w.zeroPoints);
}

Value fold::makeCodebook(OpBuilder &b, const FloatLinear &linear,
                         const Weights &w) {
  if (!w.codebook || !w.hasGroups() ||
      cast<ShapedType>(w.codebook.getType()).getRank() == 1)
    return w.codebook;
  // One for each group; only axes of size 1 come or go.
  SmallVector<int64_t> shape = groupShape(linear, w);
  shape.push_back(w.type.getParameterCount());
  ElementsAttr values = getConstantElements(w.codebook);
  auto type = cast<RankedTensorType>(values.getShapedType()).clone(shape);
  TypedAttr reshaped;
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(values))
    reshaped = DenseResourceElementsAttr::get(type, resource.getRawHandle());
  else
    reshaped = cast<DenseElementsAttr>(values).reshape(type);
  return arith::ConstantOp::create(b, linear.op->getLoc(), reshaped);
}
