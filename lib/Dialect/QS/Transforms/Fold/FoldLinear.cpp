//===- FoldLinear.cpp - matrix products and convolutions -----------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Folders.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "qs/Dialect/QS/Transforms/Utils/Constants.h"
#include "qs/Dialect/QS/Transforms/Utils/FloatLinear.h"
#include "qs/Numerics/Round.h"
#include <cmath>

using namespace mlir;
using namespace qs;
using namespace qs::fold;

namespace {

/// A constant weight in the order of the float weight: its words, the levels
/// they stand for in units of the scale, and a scale and zero point for each
/// output channel. Weights with scales of groups along the reduction have one
/// unit, that of the code, as scale.
struct Weights {
  QuantType type;
  std::vector<int32_t> words, levels;
  std::vector<double> scales;
  std::vector<int32_t> zeroPoints;
  bool perChannel = false;
  std::vector<float> groupScales;
  Value codebook;

  bool hasGroups() const { return !groupScales.empty(); }
};

/// What the integer op is made of, once everything is known to be legal.
struct Plan {
  LinearSource input;
  std::optional<Weights> weights;
  std::optional<LinearSource> rhs; // matmul of two activations
  std::vector<int32_t> bias; // empty: none
  /// In place of it where the weights have scales of groups, or an operand
  /// scales of run time.
  std::vector<float> floatBias;
  /// Real value of one unit of the accumulator, one for each channel or one;
  /// without the scales of run time.
  std::vector<double> unit;
  Value result; // the op's result, or what it is with a bias added
  SmallVector<QuantizedUse> uses; // empty: the result is used as float

  bool hasRuntimeScale() const { return input.scale || (rhs && rhs->scale); }
};

} // namespace

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
                     Weights &w, double &unit, std::string &why) {
  w.codebook = dequantize.getCodebook();
  auto words = readWords(dequantize.getInput());
  auto levels = readLevels(dequantize.getInput(), w.codebook);
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
  // A codebook for each of the groups would have to follow the weights into
  // the layout of the qs op.
  if (w.codebook && cast<ShapedType>(w.codebook.getType()).getRank() > 2) {
    why = "its weights have a codebook for each group";
    return false;
  }
  w.words = std::move(*words);
  w.levels = std::move(*levels);
  unit = 1;
  if (!w.type.isInteger() && !w.codebook)
    unit = std::ldexp(1.0, w.type.getFixedPoint()->exponent);
  return true;
}

/// Reads `dequantize(constant)`, scaled per tensor, per output channel, or in
/// groups along the reduction.
static std::optional<Weights> readWeights(const FloatLinear &linear,
                                          std::string &why) {
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
  if (!readCode(linear, dequantize, w, unit, why))
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
    if (!llvm::all_equal(zeros)) {
      why = "its weights have a zero point for each group";
      return {};
    }
    w.scales.assign(channels, unit);
    w.zeroPoints.assign(channels, zeros[0]);
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

/// A constant bias for `channels` channels from a bias operand or a constant
/// that is added; one element stands for all.
static std::optional<std::vector<float>> readBias(Value value, int64_t channels,
                                                  std::string &why) {
  std::optional<std::vector<float>> bias = readFloats(value);
  if (bias && bias->size() == 1)
    bias->assign(channels, (*bias)[0]);
  if (!bias || int64_t(bias->size()) != channels) {
    why = "its bias is not a constant for each channel";
    return {};
  }
  return bias;
}

/// Follows `result` through one addition of a constant for each channel, which
/// becomes part of the bias.
static Value absorbAddedBias(const FloatLinear &linear,
                             std::vector<float> &bias) {
  Value result = linear.op->getResult(0);
  if (!result.hasOneUse())
    return result;
  auto add = dyn_cast<tosa::AddOp>(*result.user_begin());
  if (!add || add.getType() != result.getType())
    return result;
  Value other = add.getInput1() == result ? add.getInput2() : add.getInput1();
  auto type = cast<ShapedType>(other.getType());
  int64_t channels = linear.outputChannels();
  if (type.getNumElements() != 1 &&
      (type.getNumElements() != channels || type.getShape().back() != channels))
    return result;
  std::string ignored;
  std::optional<std::vector<float>> added = readBias(other, channels, ignored);
  if (!added)
    return result;
  if (bias.empty())
    bias.assign(channels, 0.0f);
  for (int64_t c = 0; c < channels; ++c)
    bias[c] += (*added)[c];
  return add.getResult();
}

/// The bias in units of the accumulator. Channels whose weights are all zero
/// give the bias alone; their unit is free, so it is made fine enough.
static bool quantizeBias(const std::vector<float> &bias, Plan &plan,
                         std::string &why) {
  for (size_t c = 0; c < bias.size(); ++c) {
    double unit = plan.unit.size() == 1 ? plan.unit[0] : plan.unit[c];
    double level =
        num::roundToIntegral(double(bias[c]) / unit, num::Rounding::HalfEven);
    if (!(std::abs(level) <= INT32_MAX)) {
      why = "the bias of channel " + std::to_string(c) +
            " leaves i32 in units of the accumulator";
      return false;
    }
    plan.bias.push_back(static_cast<int32_t>(level));
  }
  return true;
}

/// Proves from the actual weights that no sum leaves i32, whatever the
/// activations are and in whatever order they are added.
static bool checkAccumulator(const FloatLinear &linear, const Plan &plan,
                             std::string &why) {
  auto [lo, hi] = plan.input.getRange();
  auto fits = [&](int64_t least, int64_t most, int64_t channel) {
    if (least >= INT32_MIN && most <= INT32_MAX)
      return true;
    why = "the sum of output channel " + std::to_string(channel) +
          " can leave i32: it reaches " +
          std::to_string(most > INT32_MAX ? most : least);
    return false;
  };
  if (plan.rhs) {
    auto [least, largest] = plan.rhs->getRange();
    int64_t k = linear.weightType().getDimSize(linear.reducedAxis());
    int64_t most = std::max(-lo, hi) * std::max(-least, largest) * k;
    return fits(-most, most, 0);
  }
  int64_t channels = linear.outputChannels();
  std::vector<int64_t> least(channels, 0), most(channels, 0);
  for (size_t i = 0; i < plan.weights->levels.size(); ++i) {
    int64_t c = linear.channelOf(i) % channels;
    int64_t w = int64_t(plan.weights->levels[i]) - plan.weights->zeroPoints[c];
    least[c] += std::min(w * lo, w * hi);
    most[c] += std::max(w * lo, w * hi);
  }
  for (int64_t c = 0; c < channels; ++c) {
    int64_t bias = plan.bias.empty() ? 0 : plan.bias[c];
    if (!fits(least[c] + std::min<int64_t>(bias, 0),
              most[c] + std::max<int64_t>(bias, 0), c))
      return false;
  }
  return true;
}

/// The unit for a channel that gives its bias alone: 1/256 of a step of the
/// output, or where that is float 2^-24 of the bias.
static double deadUnit(float bias, ArrayRef<QuantizedUse> uses) {
  if (!uses.empty())
    return double(uses[0].target.affine.scale) / 256;
  return bias == 0 ? 1.0 : std::abs(double(bias)) / (1 << 24);
}

/// The axis of the rows of the left operand; none for a convolution.
static int64_t rowAxis(const FloatLinear &linear) {
  if (linear.isConv())
    return -1;
  return cast<RankedTensorType>(linear.input.getType()).getRank() - 2;
}

/// The left operand with zero points for the rows as the matrix it is, without
/// leading sizes of 1; null where it is none.
static RankedTensorType getMatrixType(Value codes) {
  auto type = cast<RankedTensorType>(codes.getType());
  if (llvm::any_of(type.getShape().drop_back(2),
                   [](int64_t size) { return size != 1; }))
    return {};
  int64_t rows = type.getRank() - 2;
  QuantType element = QuantType::of(type);
  element = element.withScale(AxisScaleAttr::get(
      type.getContext(), 0, element.getScale().getStorage()));
  return RankedTensorType::get(type.getShape().drop_front(rows), element);
}

/// Whether zero points for the rows meet a matrix (MM5).
static bool zeroPointsFit(const FloatLinear &linear, const Plan &plan,
                          std::string &why) {
  if (!plan.input.isPerRow() || !plan.input.zeroPoint)
    return true;
  if (getMatrixType(plan.input.codes) && linear.qsWeightShape().size() == 2 &&
      !plan.rhs)
    return true;
  why = "its activations have a zero point for each row and a batch";
  return false;
}

static std::optional<Plan> planLinear(const FloatLinear &linear,
                                      std::string &why) {
  Plan plan;
  std::optional<LinearSource> input =
      getLinearSource(linear.input, rowAxis(linear), why);
  if (!input)
    return {};
  plan.input = *input;
  plan.weights = readWeights(linear, why);
  if (!plan.weights) {
    auto dequantize = linear.weight.getDefiningOp<DequantizeOp>();
    if (linear.isConv() || !dequantize ||
        dequantize.getInput().getDefiningOp<StorageCastOp>())
      return {};
    std::optional<LinearSource> rhs = getLinearSource(linear.weight, -1, why);
    if (!rhs)
      return {};
    plan.rhs = rhs;
  }
  std::vector<float> bias;
  int64_t channels = linear.outputChannels();
  if (linear.bias) {
    std::optional<std::vector<float>> read =
        readBias(linear.bias, channels, why);
    if (!read)
      return {};
    if (llvm::any_of(*read, [](float x) { return x != 0; }))
      bias = std::move(*read);
  }
  plan.result = absorbAddedBias(linear, bias);
  double sa = plan.input.affine.scale;
  if (plan.hasRuntimeScale() || (plan.weights && plan.weights->hasGroups())) {
    // The sums become floats on the way; what follows stays as it is.
    plan.floatBias = std::move(bias);
    if (plan.rhs)
      plan.unit = {plan.rhs->affine.scale};
    else
      plan.unit = plan.weights->scales;
    for (double &unit : plan.unit)
      unit *= sa;
    if (llvm::all_equal(plan.unit))
      plan.unit.resize(1);
    if (!zeroPointsFit(linear, plan, why))
      return {};
    if (!checkAccumulator(linear, plan, why))
      return {};
    return plan;
  }
  if (std::optional<SmallVector<QuantizedUse>> uses =
          getQuantizedUses(plan.result, why))
    plan.uses = std::move(*uses);

  if (plan.rhs) {
    plan.unit = {sa * plan.rhs->affine.scale};
  } else {
    const Weights &w = *plan.weights;
    std::vector<bool> dead(channels, true);
    for (size_t i = 0; i < w.levels.size(); ++i)
      if (int64_t c = linear.channelOf(i) % channels;
          w.levels[i] != w.zeroPoints[c])
        dead[c] = false;
    for (int64_t c = 0; c < channels; ++c)
      plan.unit.push_back(dead[c] && !bias.empty()
                              ? deadUnit(bias[c], plan.uses)
                              : sa * w.scales[c]);
    if (llvm::all_equal(plan.unit))
      plan.unit.resize(1);
  }
  if (!quantizeBias(bias, plan, why) || !checkAccumulator(linear, plan, why))
    return {};
  return plan;
}

/// The axis of the qs op's weights that is reduced; channels of a convolution.
static int64_t qsReducedAxis(const FloatLinear &linear) {
  if (linear.isConv())
    return 3;
  int64_t rank = linear.qsWeightShape().size();
  return linear.kind == FloatLinear::Kind::Matmul ? rank - 2 : rank - 1;
}

/// The scales of groups in the layout of the qs op, or null.
static Value makeGroupScales(OpBuilder &b, const FloatLinear &linear,
                             const Weights &w) {
  if (!w.hasGroups())
    return {};
  auto group = cast<GroupScaleAttr>(w.type.getScale());
  SmallVector<int64_t> shape = linear.qsWeightShape();
  shape[qsReducedAxis(linear)] /= group.getGroup();
  return makeScales(b, linear.op->getLoc(), shape, w.groupScales,
                    group.getStorage());
}

/// The weight constant in the layout of the qs op.
static Value makeWeight(OpBuilder &b, const FloatLinear &linear,
                        const Weights &w) {
  SmallVector<int64_t> shape = linear.qsWeightShape();
  std::vector<int32_t> ordered(w.words.size());
  for (size_t i = 0; i < w.words.size(); ++i)
    ordered[linear.qsIndexOf(i)] = w.words[i];
  QuantType type = w.type;
  if (auto group = dyn_cast<GroupScaleAttr>(type.getScale())) {
    type = type.withScale(GroupScaleAttr::get(
        b.getContext(), qsReducedAxis(linear), group.getGroup(),
        group.getStorage()));
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

/// A weight's zero points: null where all are zero, rank 0 where all are equal.
static Value makeWeightZeroPoint(OpBuilder &b, Location loc, const Weights &w) {
  if (w.zeroPoints.empty())
    return {};
  if (llvm::all_equal(w.zeroPoints))
    return makeZeroPoint(b, loc, w.zeroPoints[0]);
  return makeInts(b, loc, int64_t(w.zeroPoints.size()), w.zeroPoints);
}

static Value makeIntegerOp(OpBuilder &b, const FloatLinear &linear,
                           const Plan &plan) {
  Location loc = linear.op->getLoc();
  Value weight, weightZp, bias, scale, codebook;
  if (plan.rhs) {
    weight = plan.rhs->codes;
    weightZp = plan.rhs->zeroPoint
                   ? plan.rhs->zeroPoint
                   : makeZeroPoint(b, loc, plan.rhs->affine.zeroPoint);
  } else {
    weight = makeWeight(b, linear, *plan.weights);
    weightZp = makeWeightZeroPoint(b, loc, *plan.weights);
    scale = makeGroupScales(b, linear, *plan.weights);
    codebook = plan.weights->codebook;
  }
  Value codes = plan.input.codes, inputZp = plan.input.zeroPoint;
  if (!inputZp)
    inputZp = makeZeroPoint(b, loc, plan.input.affine.zeroPoint);
  if (!plan.bias.empty())
    bias = makeInts(b, loc, int64_t(plan.bias.size()), plan.bias);
  Type element = scale ? Type(b.getF32Type()) : Type(b.getI32Type());
  auto type = RankedTensorType::get(linear.resultType().getShape(), element);
  if (linear.isConv())
    return qs::Conv2DOp::create(b, loc, type, codes, weight, inputZp, weightZp,
                                bias, scale, codebook, linear.pad,
                                linear.stride, linear.dilation, linear.groups);
  auto matmul = [&](RankedTensorType type) -> Value {
    return qs::MatmulOp::create(b, loc, type, codes, weight, inputZp, weightZp,
                                bias, scale, codebook,
                                linear.kind == FloatLinear::Kind::MatmulT);
  };
  int64_t ones = type.getRank() - 2;
  if (!plan.input.isPerRow() || !plan.input.zeroPoint || ones == 0)
    return matmul(type);
  ReassociationIndices rows = llvm::to_vector(llvm::seq<int64_t>(ones + 1));
  SmallVector<ReassociationIndices> parts = {rows, {ones + 1}};
  // Collapsing keeps element types, and this one names the axis.
  RankedTensorType matrix = getMatrixType(codes);
  codes = StorageCastOp::create(b, loc, QuantType::toStorage(codes.getType()),
                                codes);
  codes = tensor::CollapseShapeOp::create(b, loc, QuantType::toStorage(matrix),
                                          codes, parts);
  codes = StorageCastOp::create(b, loc, matrix, codes);
  Value sums = matmul(type.clone(type.getShape().drop_front(ones)));
  return tensor::ExpandShapeOp::create(b, loc, type, sums, parts);
}

/// Accumulators to reals: f32(acc) * unit, times the scales of run time, plus
/// the bias that is float, each rounded.
static Value dequantizeAccumulator(OpBuilder &b, const FloatLinear &linear,
                                   const Plan &plan, Value acc) {
  Location loc = linear.op->getLoc();
  Value real = acc;
  if (acc.getType() != linear.resultType())
    real = tosa::CastOp::create(b, loc, linear.resultType(), acc);
  std::vector<float> units(plan.unit.begin(), plan.unit.end());
  SmallVector<int64_t> shape(linear.resultType().getRank(), 1);
  shape.back() = units.size();
  if (!plan.hasRuntimeScale() || units != std::vector<float>{1.0f}) {
    auto byteType = RankedTensorType::get(1, b.getI8Type());
    Value shift = tosa::ConstOp::create(
        b, loc, byteType, DenseElementsAttr::get(byteType, int8_t(0)));
    real = tosa::MulOp::create(b, loc, linear.resultType(), real,
                               makeWeights(b, loc, shape, units), shift);
  }
  if (plan.input.scale)
    real = multiplyByScale(b, loc, real, plan.input.scale, rowAxis(linear));
  if (plan.rhs && plan.rhs->scale)
    real = multiplyByScale(b, loc, real, plan.rhs->scale, -1);
  if (plan.floatBias.empty())
    return real;
  shape.back() = plan.floatBias.size();
  return tosa::AddOp::create(b, loc, linear.resultType(), real,
                             makeWeights(b, loc, shape, plan.floatBias));
}

/// Whether the units of the accumulator and the multipliers are normal f32:
/// one that is infinite has no meaning, one that is 0 would erase the layer.
static bool multipliersFit(const FloatLinear &linear, const Plan &plan,
                           std::string &why) {
  if (linear.outputChannels() == 0)
    return true;
  auto fits = [](double value) {
    return std::isnormal(static_cast<float>(value));
  };
  for (double unit : plan.unit) {
    bool ok = !plan.uses.empty() || fits(unit);
    for (const QuantizedUse &use : plan.uses)
      ok &= fits(unit / use.target.affine.scale);
    if (!ok) {
      why = "its scales make a multiplier that f32 does not hold";
      return false;
    }
  }
  return true;
}

LogicalResult fold::foldLinear(Operation *op, OpBuilder &b, std::string &why) {
  std::optional<FloatLinear> linear = FloatLinear::get(op);
  if (!linear) {
    why = "it is not an f32 operation";
    return failure();
  }
  std::optional<Plan> plan = planLinear(*linear, why);
  if (!plan || !multipliersFit(*linear, *plan, why))
    return failure();
  b.setInsertionPointAfter(op);
  Value acc = makeIntegerOp(b, *linear, *plan);
  if (plan->uses.empty()) {
    plan->result.replaceAllUsesWith(
        dequantizeAccumulator(b, *linear, *plan, acc));
    return success();
  }
  for (QuantizedUse use : plan->uses) {
    b.setInsertionPoint(use.quantize);
    // s_a * s_w / s_y in double, rounded to f32 once.
    std::vector<float> multipliers;
    for (double unit : plan->unit)
      multipliers.push_back(static_cast<float>(unit / use.target.affine.scale));
    SmallVector<int64_t> shape;
    if (multipliers.size() > 1)
      shape.push_back(multipliers.size());
    Value m = makeFloats(b, op->getLoc(), shape, multipliers);
    replaceUse(b, use, makeRequantize(b, use, acc, m));
  }
  return success();
}
