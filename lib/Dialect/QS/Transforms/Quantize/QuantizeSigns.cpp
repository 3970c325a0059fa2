//===- QuantizeSigns.cpp - activations of 1 and -1 -----------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// BNN (Courbariaux et al. 2016): the layer takes sign(x), a code of scale 1.
// XNOR-Net (Rastegari et al. 2016): its result is multiplied by K besides, the
// mean of |x| over channels, averaged over each window (padding counts as 0).
//
//===----------------------------------------------------------------------===//

#include "LayerChoices.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "qs/Dialect/QS/IR/Names.h"
#include "qs/Dialect/QS/Transforms/Utils/Constants.h"
#include "qs/Dialect/QS/Transforms/Utils/Fallback.h"
#include "qs/Dialect/QS/Transforms/Utils/FloatLinear.h"
#include "qs/Dialect/QS/Transforms/Utils/FloatProduct.h"

using namespace mlir;
using namespace qs;

namespace {

/// Ops on f32 that make the map of scales; they carry a mark, as they stay
/// float by intent.
class MapBuilder {
public:
  MapBuilder(OpBuilder &b, Location loc) : b(b), loc(loc) {}

  /// K for each row or output position of the layer, of the result's rank with
  /// 1 as the last size; with groups of channels, which have a K each, that of
  /// the result.
  Value scales(const FloatLinear &linear, Value input);
  Value multiply(Value value, Value by) {
    return mark(multiplyFloats(b, loc, value.getType(), value, by));
  }

private:
  Value groupedScales(const FloatLinear &linear, Value input);
  /// Sums in f32 that have the same bits on every engine.
  AccumulatorAttr inOrder() {
    return AccumulatorAttr::get(b.getContext(), "f32");
  }
  Value mark(Value value) {
    value.getDefiningOp()->setAttr(kScaleMapAttr, b.getUnitAttr());
    return value;
  }

  OpBuilder &b;
  Location loc;
};

} // namespace

/// The mean of |x| over the window and the channels of each group is one
/// convolution; another one, of ones and zeros, hands it to the group's
/// outputs.
Value MapBuilder::groupedScales(const FloatLinear &linear, Value input) {
  auto type = cast<RankedTensorType>(input.getType());
  int64_t groups = linear.matrices(), outputs = linear.outputChannels();
  int64_t channels = type.getDimSize(3) / groups;
  SmallVector<int64_t> weight = linear.qsWeightShape();
  int64_t kh = weight[1], kw = weight[2];
  std::vector<float> box(groups * kh * kw * channels,
                         1.0f / float(kh * kw * channels));
  SmallVector<int64_t> out(linear.resultType().getShape());
  out[3] = groups;
  Value magnitudes = mark(tosa::AbsOp::create(b, loc, type, input));
  Value map = mark(qs::Conv2DOp::create(
      b, loc, type.clone(out), magnitudes,
      makeWeights(b, loc, {groups, kh, kw, channels}, box), Value(), Value(),
      Value(), Value(), Value(), linear.pad, linear.stride, linear.dilation,
      groups, inOrder()));
  if (groups == outputs)
    return map;
  std::vector<float> own(outputs * groups, 0.0f);
  for (int64_t o = 0; o < outputs; ++o)
    own[o * groups + linear.matrixOf(o)] = 1.0f;
  SmallVector<int64_t> none(4, 0), one(2, 1);
  return mark(qs::Conv2DOp::create(
      b, loc, linear.resultType(), map,
      makeWeights(b, loc, {outputs, 1, 1, groups}, own), Value(), Value(),
      Value(), Value(), Value(), none, one, one, 1, AccumulatorAttr()));
}

Value MapBuilder::scales(const FloatLinear &linear, Value input) {
  if (linear.matrices() != 1)
    return groupedScales(linear, input);
  auto type = cast<RankedTensorType>(input.getType());
  int64_t last = type.getRank() - 1;
  SmallVector<int64_t> shape(type.getShape());
  shape[last] = 1;
  RankedTensorType mean = type.clone(shape);
  SmallVector<int64_t> ones(type.getRank(), 1);
  Value sum = mark(tosa::ReduceSumOp::create(
      b, loc, mean, mark(tosa::AbsOp::create(b, loc, type, input)), last));
  float part = 1.0f / float(type.getDimSize(last));
  Value a = multiply(sum, makeWeights(b, loc, ones, {part}));
  if (!linear.isConv())
    return a;
  // A box filter with the geometry of the layer.
  ArrayRef<int64_t> weight = linear.weightType().getShape();
  int64_t kh = weight[1], kw = weight[2];
  if (kh * kw == 1 && !linear.hasPadding() &&
      llvm::all_of(linear.stride, [](int64_t s) { return s == 1; }))
    return a;
  SmallVector<int64_t> out(linear.resultType().getShape());
  out[3] = 1;
  std::vector<float> box(kh * kw, 1.0f / float(kh * kw));
  return mark(qs::Conv2DOp::create(
      b, loc, mean.clone(out), a, makeWeights(b, loc, {1, kh, kw, 1}, box),
      Value(), Value(), Value(), Value(), Value(), linear.pad, linear.stride,
      linear.dilation, 1, inOrder()));
}

/// dequantize(quantize(value)) with the scale 1.
static Value signs(OpBuilder &b, Location loc, Value value, QuantType type) {
  auto real = cast<RankedTensorType>(value.getType());
  Value scale = makeScales(b, loc, {}, 1.0f, type.getScale().getStorage());
  Value codes =
      QuantizeOp::create(b, loc, RankedTensorType::get(real.getShape(), type),
                         value, scale, Value());
  return DequantizeOp::create(b, loc, real, codes, scale, Value());
}

/// The operand behind ops that only order elements, in front of which signs can
/// be taken as well: there they may join the sums of the layer before.
static OpOperand &movedOperand(OpOperand &operand) {
  OpOperand *result = &operand;
  while (result->get().hasOneUse() &&
         isa_and_nonnull<tosa::ReshapeOp, tosa::TransposeOp>(
             result->get().getDefiningOp()))
    result = &result->get().getDefiningOp()->getOpOperand(0);
  return *result;
}

/// A layer's result without its bias, times the map, plus the bias.
static void applyMap(const FloatLinear &linear, Value input) {
  Operation *op = linear.op;
  Value result = op->getResult(0);
  OpBuilder b(op);
  Value map = MapBuilder(b, op->getLoc()).scales(linear, input);
  std::optional<std::vector<float>> bias;
  if (linear.bias)
    bias = readFloats(linear.bias);
  b.setInsertionPointAfter(op);
  Value scaled = MapBuilder(b, op->getLoc()).multiply(result, map);
  Operation *first = scaled.getDefiningOp();
  if (bias && llvm::any_of(*bias, [](float x) { return x != 0; })) {
    auto biasType = cast<RankedTensorType>(linear.bias.getType());
    OpBuilder before(op);
    Value zeros = makeWeights(before, op->getLoc(), biasType.getShape(),
                              std::vector<float>(bias->size(), 0.0f));
    for (OpOperand &operand : op->getOpOperands())
      if (operand.get() == linear.bias)
        operand.set(zeros);
    SmallVector<int64_t> shape(linear.resultType().getRank(), 1);
    shape.back() = int64_t(bias->size());
    scaled = tosa::AddOp::create(b, op->getLoc(), result.getType(), scaled,
                                 makeWeights(b, op->getLoc(), shape, *bias));
  }
  result.replaceAllUsesExcept(scaled, first);
}

/// Why the layer has no map of scales; empty where it has one.
static std::string whyNoMap(const FloatLinear &linear) {
  if (!linear.resultType().hasStaticShape() ||
      !cast<RankedTensorType>(linear.input.getType()).hasStaticShape())
    return "static shapes";
  if (!getConstantElements(linear.weight))
    return "constant weights";
  if (linear.bias && !readFloats(linear.bias))
    return "a constant bias";
  return {};
}

FailureOr<unsigned> qs::quantizeSigns(Operation *function,
                                      const LayerChoices &choices) {
  SmallVector<Operation *> ops;
  function->walk([&](Operation *op) {
    if (choices.isKnown(op) && choices.of(op).signs &&
        choices.of(op).role == Role::Linear)
      ops.push_back(op);
  });
  llvm::DenseMap<std::pair<Value, QuantType>, Value> forms;
  for (Operation *op : ops) {
    const OpChoice &choice = choices.of(op);
    FloatLinear linear = *FloatLinear::get(op);
    bool map = choice.recipe.activations.quantizer == "xnor";
    if (std::string why = map ? whyNoMap(linear) : ""; !why.empty())
      return op->emitError() << "layer '" << getLayerName(op)
                             << "': quantizer 'xnor' of activations needs "
                             << why << ", expected quantizer 'none' here";
    Value input = linear.input;
    for (OpOperand *used : getActivations(op)) {
      OpOperand *operand = map ? used : &movedOperand(*used);
      Value value = operand->get();
      Value &made = forms[{value, choice.activation}];
      if (!made) {
        OpBuilder b(op->getContext());
        b.setInsertionPointAfterValue(value);
        made = signs(b, value.getLoc(), value, choice.activation);
      }
      operand->set(made);
    }
    if (map)
      applyMap(linear, input);
  }
  return forms.size();
}
