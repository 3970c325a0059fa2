//===- Tail.cpp - What follows a linear op and joins its kernel -----------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Tail.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "qs/Dialect/QS/Transforms/Utils/Constants.h"

using namespace mlir;

namespace qs::pack {

/// The only user of the op's result, or null.
static Operation *onlyUser(Operation *op) {
  return op->getResult(0).hasOneUse() ? *op->getResult(0).user_begin()
                                      : nullptr;
}

static Tail plainTail(const Linear &linear) {
  return {{linear.op},
          EpilogueAttr::get(linear.op->getContext(), EpilogueKind::Store,
                            RoundingMode::HalfEven, 0, 0, 0, {}, {}),
          {},
          linear.resultType().getElementType(),
          linear.bias,
          {},
          {},
          {},
          {}};
}

/// One f32 for each column from a constant of one or of N elements.
static std::optional<std::vector<float>> readColumns(Value value,
                                                     int64_t columns) {
  std::optional<std::vector<float>> read = readFloats(value);
  if (!read)
    return {};
  ArrayRef<int64_t> shape = cast<ShapedType>(value.getType()).getShape();
  if (read->size() == 1)
    read->assign(columns, read->front());
  else if (int64_t(read->size()) != columns || shape.back() != columns)
    return {};
  return read;
}

/// Absorbs a constant for each column that is added next.
static void absorbAdd(const Linear &linear, Tail &tail) {
  Operation *last = tail.ops.back();
  auto add = dyn_cast_or_null<tosa::AddOp>(onlyUser(last));
  if (tail.bias || !add || add.getType() != last->getResult(0).getType())
    return;
  Value other =
      add.getInput1() == last->getResult(0) ? add.getInput2() : add.getInput1();
  std::optional<std::vector<float>> bias = readColumns(other, linear.columns());
  if (!bias)
    return;
  OpBuilder b(linear.op);
  tail.bias = makeFloats(b, linear.op->getLoc(), {linear.columns()}, *bias);
  tail.ops.push_back(add);
}

/// Absorbs a clamp of floats that comes next: its bounds, null without.
static std::pair<FloatAttr, FloatAttr> absorbClamp(Tail &tail) {
  auto clamp = dyn_cast_or_null<tosa::ClampOp>(onlyUser(tail.ops.back()));
  if (!clamp || clamp.getNanMode() != tosa::NanPropagationMode::PROPAGATE)
    return {};
  auto min = dyn_cast<FloatAttr>(clamp.getMinVal());
  auto max = dyn_cast<FloatAttr>(clamp.getMaxVal());
  if (!min || !max || min.getValue().isNaN() || max.getValue().isNaN())
    return {};
  tail.ops.push_back(clamp);
  return {min, max};
}

/// Absorbs an added constant and a clamp; the bias is added last in either
/// form, so the rounding is the same.
std::optional<Tail> floatTail(const Linear &linear, std::string &why) {
  Tail tail = plainTail(linear);
  OpBuilder b(linear.op);
  int64_t columns = linear.columns();
  if (linear.bias &&
      cast<ShapedType>(linear.bias.getType()).getNumElements() != columns) {
    std::optional<std::vector<float>> bias = readColumns(linear.bias, columns);
    if (!bias) {
      why = "its bias is not constant and not one for each channel";
      return {};
    }
    tail.bias = makeFloats(b, linear.op->getLoc(), {columns}, *bias);
  }
  absorbAdd(linear, tail);
  auto [min, max] = absorbClamp(tail);
  tail.epilogue =
      EpilogueAttr::get(linear.op->getContext(), EpilogueKind::Store,
                        RoundingMode::HalfEven, 0, 0, 0, min, max);
  return tail;
}

/// Absorbs constant thresholds, [C, L] as the kernel's [L, C].
static bool absorbThresholds(const Linear &linear, Tail &tail) {
  auto op = dyn_cast_or_null<ThresholdOp>(onlyUser(linear.op));
  if (!op || QuantType::of(op.getType()).getBits() > 8 ||
      tail.element.isInteger(64))
    return false;
  std::optional<std::vector<int32_t>> at = readInts(op.getThresholds());
  if (!at)
    return false;
  int64_t columns = linear.columns(), count = int64_t(at->size()) / columns;
  std::vector<int32_t> rows(at->size()), masks;
  for (int64_t c = 0; c < columns; ++c)
    for (int64_t l = 0; l < count; ++l)
      rows[l * columns + c] = (*at)[c * count + l];
  OpBuilder b(linear.op);
  Location loc = linear.op->getLoc();
  tail.thresholds = makeInts(b, loc, {count, columns}, rows);
  if (std::optional<ArrayRef<bool>> falling = op.getFalling()) {
    for (bool falls : *falling)
      masks.push_back(falls ? -1 : 0);
    tail.falling = makeInts(b, loc, {columns}, masks);
  }
  tail.element = b.getI8Type();
  tail.epilogue = EpilogueAttr::get(op.getContext(), EpilogueKind::Threshold,
                                    RoundingMode::HalfEven,
                                    int32_t(op.getBase()), 0, 0, {}, {});
  tail.ops.push_back(op);
  return true;
}

Tail integerTail(const Linear &linear) {
  Tail tail = plainTail(linear);
  if (absorbThresholds(linear, tail))
    return tail;
  auto requantize = dyn_cast_or_null<RequantizeOp>(onlyUser(linear.op));
  if (!requantize || requantize.getOverflow() != Overflow::Saturate ||
      requantize.getInputZp())
    return tail;
  int32_t zeroPoint = 0;
  if (Value operand = requantize.getZeroPoint()) {
    std::optional<std::vector<int32_t>> zero = readInts(operand);
    if (!zero)
      return tail;
    zeroPoint = zero->front();
  }
  QuantType type = QuantType::of(requantize.getType());
  auto [lower, upper] = type.getIntegerRange();
  tail.ops.push_back(requantize);
  if (auto clamp = dyn_cast_or_null<ClampOp>(onlyUser(requantize))) {
    // The accessors are unsigned, the attributes are not.
    lower = std::max<int64_t>(lower, int32_t(clamp.getMin()));
    upper = std::min<int64_t>(upper, int32_t(clamp.getMax()));
    tail.ops.push_back(clamp);
  }
  tail.multiplier = requantize.getMultiplier();
  tail.epilogue = EpilogueAttr::get(
      requantize.getContext(), EpilogueKind::Requantize,
      requantize.getRounding(), zeroPoint, lower, upper, {}, {});
  tail.element =
      IntegerType::get(requantize.getContext(), type.getBits() > 8 ? 16 : 8);
  return tail;
}

/// Absorbs a product with a constant, one or one for each column.
static void absorbMultiplier(const Linear &linear, Tail &tail) {
  Operation *last = tail.ops.back();
  auto mul = dyn_cast_or_null<tosa::MulOp>(onlyUser(last));
  if (!mul || mul.getType() != last->getResult(0).getType())
    return;
  Value other =
      mul.getInput1() == last->getResult(0) ? mul.getInput2() : mul.getInput1();
  std::optional<std::vector<float>> factors =
      readColumns(other, linear.columns());
  if (!factors)
    return;
  OpBuilder b(linear.op);
  SmallVector<int64_t> shape;
  if (cast<ShapedType>(other.getType()).getNumElements() == 1)
    factors->resize(1);
  else
    shape.push_back(linear.columns());
  tail.multiplier = makeFloats(b, linear.op->getLoc(), shape, *factors);
  tail.ops.push_back(mul);
}

/// Absorbs a product with scales of run time: one for each row of a matrix, or
/// one for all of them.
static void absorbRowScale(const Linear &linear, Tail &tail) {
  Operation *last = tail.ops.back();
  Value real = last->getResult(0);
  auto mul = dyn_cast_or_null<tosa::MulOp>(onlyUser(last));
  if (linear.isConv || !mul || mul.getType() != real.getType())
    return;
  Value other = mul.getInput1() == real ? mul.getInput2() : mul.getInput1();
  auto type = cast<RankedTensorType>(other.getType());
  if (other == real || !type.hasStaticShape() || !type.getElementType().isF32())
    return;
  int64_t count = type.getNumElements(), rows = linear.rows();
  if ((count != rows || type.getShape().back() != 1) && count != 1)
    return;
  OpBuilder b(mul);
  Location loc = linear.op->getLoc();
  auto flat = RankedTensorType::get({rows}, b.getF32Type());
  auto expand = other.getDefiningOp<tensor::ExpandShapeOp>();
  if (count != rows) {
    SmallVector<Value> first(type.getRank(),
                             arith::ConstantIndexOp::create(b, loc, 0));
    tail.rowScale = tensor::SplatOp::create(
        b, loc, tensor::ExtractOp::create(b, loc, other, first), flat);
  } else if (expand && expand.getSrcType() == flat) {
    tail.rowScale = expand.getSrc();
  } else {
    ReassociationIndices all =
        llvm::to_vector(llvm::seq<int64_t>(type.getRank()));
    tail.rowScale = tensor::CollapseShapeOp::create(
        b, loc, flat, other, ArrayRef<ReassociationIndices>(all));
  }
  tail.ops.push_back(mul);
}

/// Absorbs a quantization to a tensor of one scale.
static bool absorbQuantize(Tail &tail, FloatAttr min, FloatAttr max) {
  auto quantize = dyn_cast_or_null<QuantizeOp>(onlyUser(tail.ops.back()));
  if (!quantize || quantize.getOverflow() != Overflow::Saturate ||
      quantize.getOrder() != RoundingOrder::RoundThenAdd ||
      quantize.getRounding() != RoundingMode::HalfEven ||
      cast<ShapedType>(quantize.getScale().getType()).getRank() != 0 ||
      !cast<ShapedType>(quantize.getScale().getType()).getElementType().isF32())
    return false;
  QuantType type = QuantType::of(quantize.getType());
  if (!type.isInteger())
    return false;
  int32_t zeroPoint = 0;
  if (Value operand = quantize.getZeroPoint()) {
    std::optional<std::vector<int32_t>> zero = readInts(operand);
    if (!zero)
      return false;
    zeroPoint = zero->front();
  }
  auto [lower, upper] = type.getIntegerRange();
  MLIRContext *context = quantize.getContext();
  tail.resultScale = quantize.getScale();
  tail.element = IntegerType::get(context, type.getBits() > 8 ? 16 : 8);
  tail.epilogue =
      EpilogueAttr::get(context, EpilogueKind::Quantize, RoundingMode::HalfEven,
                        zeroPoint, lower, upper, min, max);
  tail.ops.push_back(quantize);
  return true;
}

/// Absorbs what may follow the factors of a sum.
static void finish(const Linear &linear, Tail &tail) {
  auto [min, max] = absorbClamp(tail);
  if (absorbQuantize(tail, min, max))
    return;
  tail.epilogue = EpilogueAttr::get(linear.op->getContext(),
                                    tail.multiplier || tail.rowScale
                                        ? EpilogueKind::Dequantize
                                        : EpilogueKind::Store,
                                    RoundingMode::HalfEven, 0, 0, 0, min, max);
}

Tail groupTail(const Linear &linear) {
  Tail tail = plainTail(linear);
  // The op's own bias is part of what would be multiplied.
  if (!tail.bias) {
    absorbMultiplier(linear, tail);
    absorbRowScale(linear, tail);
    absorbAdd(linear, tail);
  }
  finish(linear, tail);
  return tail;
}

std::optional<Tail> realTail(const Linear &linear) {
  auto cast = dyn_cast_or_null<tosa::CastOp>(onlyUser(linear.op));
  if (!cast || !getElementTypeOrSelf(cast.getType()).isF32())
    return {};
  Tail tail = plainTail(linear);
  tail.bias = {};
  tail.element = Float32Type::get(linear.op->getContext());
  tail.ops.push_back(cast);
  absorbMultiplier(linear, tail);
  absorbRowScale(linear, tail);
  if (!tail.multiplier && !tail.rowScale)
    return {};
  absorbAdd(linear, tail);
  finish(linear, tail);
  return tail;
}

} // namespace qs::pack
