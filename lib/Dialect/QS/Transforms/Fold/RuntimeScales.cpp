//===- RuntimeScales.cpp - operands quantized at run time ----------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Folders.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "qs/Dialect/QS/Transforms/Utils/Constants.h"
#include "qs/Dialect/QS/Transforms/Utils/FloatProduct.h"
#include <cmath>

using namespace mlir;
using namespace qs;
using namespace qs::fold;

num::LevelRange LinearSource::getRange() const {
  num::LevelRange levels;
  if (type.isInteger()) {
    levels = levelsOf(type);
  } else {
    std::vector<int8_t> all = type.getFixedPoint()->levels;
    auto [least, most] = std::minmax_element(all.begin(), all.end());
    levels = {*least, *most};
  }
  if (!zeroPoint)
    return {levels.min - affine.zeroPoint, levels.max - affine.zeroPoint};
  int64_t width = levels.max - levels.min;
  return {-width, width};
}

double LinearSource::getUnit() const {
  return type.isInteger() ? 1 : std::ldexp(1.0, type.getFixedPoint()->exponent);
}

std::optional<LinearSource> fold::getLinearSource(Value value, int64_t rowAxis,
                                                  std::string &why) {
  LinearSource source;
  if (std::optional<Source> constant =
          getSource(value, why, /*anyCode=*/true)) {
    static_cast<Source &>(source) = *constant;
    return source;
  }
  auto dequantize = value.getDefiningOp<DequantizeOp>();
  if (!dequantize)
    return {};
  source.type = QuantType::of(dequantize.getInput().getType());
  if (source.type.getParameterCount() > 0)
    return {};
  ScaleAttrInterface scale = source.type.getScale();
  bool perRow = isa<AxisScaleAttr>(scale) && scale.getScaledAxis() == rowAxis;
  if (!scale.isPerTensor() && !perRow)
    return {};
  if (!getElementTypeOrSelf(dequantize.getScale().getType()).isF32()) {
    why = "its scales of run time are not stored as f32";
    return {};
  }
  source.codes = dequantize.getInput();
  source.scale = dequantize.getScale();
  source.zeroPoint = dequantize.getZeroPoint();
  source.affine = {1, 0};
  if (source.zeroPoint) {
    std::optional<std::vector<int32_t>> zeros = readInts(source.zeroPoint);
    if (zeros && llvm::all_of(*zeros, [](int32_t z) { return z == 0; }))
      source.zeroPoint = {};
  }
  return source;
}

Value fold::multiplyByScale(OpBuilder &b, Location loc, Value real, Value scale,
                            int64_t axis) {
  auto type = cast<RankedTensorType>(real.getType());
  auto scaleType = cast<RankedTensorType>(scale.getType());
  SmallVector<int64_t> shape(type.getRank(), 1);
  SmallVector<ReassociationIndices> parts;
  if (scaleType.getRank() == 1) {
    shape[axis] = scaleType.getDimSize(0);
    parts.push_back(llvm::to_vector(llvm::seq<int64_t>(type.getRank())));
  }
  scale = tensor::ExpandShapeOp::create(b, loc, scaleType.clone(shape), scale,
                                        parts);
  return multiplyFloats(b, loc, type, real, scale);
}
