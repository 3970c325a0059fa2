//===- RuntimeRows.cpp - Rows quantized at run time -----------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RuntimeRows.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace qs::pack {

/// The number of rows that have a scale each, and lie one after the other; 0
/// where the scales are others.
static int64_t countRows(ScaleAttrInterface scale, ArrayRef<int64_t> shape) {
  if (scale.isPerTensor())
    return 1;
  auto axis = dyn_cast<AxisScaleAttr>(scale);
  if (!axis ||
      ShapedType::getNumElements(shape.take_front(axis.getAxis())) != 1)
    return 0;
  return shape[axis.getAxis()];
}

bool packRuntimeRows(QuantizeOp op) {
  auto params = op.getScale().getDefiningOp<ChooseParamsOp>();
  auto input = cast<RankedTensorType>(op.getInput().getType());
  QuantType type = QuantType::of(op.getType());
  bool coded = !type.isInteger();
  if (!params || op.getScale() != params.getScale() ||
      params.getSymmetric() == coded || params->getBlock() != op->getBlock() ||
      params.getInput() != op.getInput() ||
      cast<QuantType>(params.getQuantType()) != type ||
      (op.getZeroPoint() && op.getZeroPoint() != params.getZeroPoint()) ||
      op.getRounding() != RoundingMode::HalfEven ||
      op.getOrder() != RoundingOrder::RoundThenAdd ||
      op.getOverflow() != Overflow::Saturate)
    return false;
  auto scaleType = cast<RankedTensorType>(op.getScale().getType());
  if (type.getBits() > (coded ? 8 : 16) || !input.hasStaticShape() ||
      input.getNumElements() == 0 || !input.getElementType().isF32() ||
      !scaleType.getElementType().isF32())
    return false;
  int64_t rows = countRows(type.getScale(), input.getShape());
  if (rows == 0)
    return false;
  OpBuilder b(params);
  IntegerAttr lower, upper;
  if (!coded) {
    auto [least, most] = type.getIntegerRange();
    if (least >= 0 || most < 1)
      return false;
    lower = b.getI32IntegerAttr(int32_t(least));
    upper = b.getI32IntegerAttr(int32_t(most));
  }
  Location loc = op.getLoc();
  Value codes = tensor::EmptyOp::create(
      b, loc, input.getShape(), b.getIntegerType(type.getBits() > 8 ? 16 : 8));
  Value scales =
      tensor::EmptyOp::create(b, loc, ArrayRef<int64_t>{rows}, b.getF32Type());
  auto quantize = QuantizeRowsOp::create(
      b, loc, TypeRange{codes.getType(), scales.getType()}, op.getInput(),
      codes, scales, lower, upper, coded ? TypeAttr::get(type) : TypeAttr());
  Value scale = quantize.getResult(1);
  if (scaleType.getRank() == 0)
    scale = tensor::CollapseShapeOp::create(b, loc, scaleType, scale,
                                            ArrayRef<ReassociationIndices>{});
  Value words = quantize.getResult(0);
  Type storage = QuantType::toStorage(op.getType());
  if (words.getType() != storage)
    words = arith::TruncIOp::create(b, loc, storage, words);
  op.replaceAllUsesWith(
      StorageCastOp::create(b, loc, op.getType(), words).getResult());
  op.erase();
  params.getScale().replaceAllUsesWith(scale);
  if (params.use_empty())
    params.erase();
  return true;
}

} // namespace qs::pack
