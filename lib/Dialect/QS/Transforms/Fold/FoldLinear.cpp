//===- FoldLinear.cpp - matrix products and convolutions -----------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Folders.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "qs/Dialect/QS/Transforms/Utils/Constants.h"
#include "qs/Dialect/QS/Transforms/Utils/FloatLinear.h"
#include "qs/Numerics/Round.h"
#include <cmath>

using namespace mlir;
using namespace qs;
using namespace qs::fold;

namespace {

/// A constant weight: code values in the order of the float weight, and a scale
/// and zero point for each output channel.
struct Weights {
  QuantType type;
  std::vector<int32_t> levels;
  std::vector<double> scales;
  std::vector<int32_t> zeroPoints;
  bool perChannel = false;
};

/// What the integer op is made of, once everything is known to be legal.
struct Plan {
  Source input;
  std::optional<Weights> weights;
  std::optional<Source> rhs; // matmul of two activations
  std::vector<int32_t> bias; // empty: none
  /// Real value of one unit of the accumulator, one for each channel or one.
  std::vector<double> unit;
  Value result; // the op's result, or what it is with a bias added
  SmallVector<QuantizedUse> uses; // empty: the result is used as float
};

} // namespace

/// Reads `dequantize(constant)`, scaled per tensor or per output channel.
static std::optional<Weights> readWeights(const FloatLinear &linear,
                                          std::string &why) {
  auto dequantize = linear.weight.getDefiningOp<DequantizeOp>();
  if (!dequantize) {
    why = "its weights are not quantized";
    return {};
  }
  Weights w;
  w.type = QuantType::of(dequantize.getInput().getType());
  if (!w.type.isInteger()) {
    why = "its weights have no integer code";
    return {};
  }
  int64_t axis = w.type.getScale().getScaledAxis();
  w.perChannel = !w.type.getScale().isPerTensor();
  if (isa<GroupScaleAttr>(w.type.getScale()) ||
      (w.perChannel && axis != linear.scaledAxis() &&
       !(linear.kind == FloatLinear::Kind::Depthwise && axis == 3 &&
         linear.weightType().getDimSize(2) == 1))) {
    why = "its weights are scaled along the reduction dimension";
    return {};
  }
  std::optional<std::vector<int32_t>> levels =
      readLevels(dequantize.getInput());
  std::optional<std::vector<float>> scales = readFloats(dequantize.getScale());
  std::vector<int32_t> zeros(scales ? scales->size() : 0, 0);
  if (scales && dequantize.getZeroPoint()) {
    if (auto read = readInts(dequantize.getZeroPoint()))
      zeros = *read;
    else
      scales.reset();
  }
  if (!levels || !scales) {
    why = "its weights are not constant";
    return {};
  }
  w.levels = std::move(*levels);
  int64_t channels = linear.outputChannels();
  // Depthwise scales belong to input channels; each serves M outputs.
  int64_t repeat = scales->size() > 1 ? channels / int64_t(scales->size()) : 1;
  for (int64_t c = 0; c < channels; ++c) {
    size_t i = w.perChannel ? c / repeat : 0;
    w.scales.push_back((*scales)[i]);
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
  num::LevelRange a = levelsOf(plan.input.type);
  int64_t za = plan.input.affine.zeroPoint;
  int64_t lo = a.min - za, hi = a.max - za;
  auto fits = [&](int64_t least, int64_t most, int64_t channel) {
    if (least >= INT32_MIN && most <= INT32_MAX)
      return true;
    why = "the sum of output channel " + std::to_string(channel) +
          " can leave i32: it reaches " +
          std::to_string(most > INT32_MAX ? most : least);
    return false;
  };
  if (plan.rhs) {
    num::LevelRange b = levelsOf(plan.rhs->type);
    int64_t zb = plan.rhs->affine.zeroPoint;
    int64_t k = linear.weightType().getDimSize(linear.reducedAxis());
    int64_t most = std::max(-lo, hi) * std::max(zb - b.min, b.max - zb) * k;
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

static std::optional<Plan> planLinear(const FloatLinear &linear,
                                      std::string &why) {
  Plan plan;
  std::optional<Source> input = getSource(linear.input, why);
  if (!input)
    return {};
  plan.input = *input;
  plan.weights = readWeights(linear, why);
  if (!plan.weights) {
    auto dequantize = linear.weight.getDefiningOp<DequantizeOp>();
    if (linear.isConv() || !dequantize ||
        dequantize.getInput().getDefiningOp<StorageCastOp>())
      return {};
    std::optional<Source> rhs = getSource(linear.weight, why);
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
  if (std::optional<SmallVector<QuantizedUse>> uses =
          getQuantizedUses(plan.result, why))
    plan.uses = std::move(*uses);

  double sa = plan.input.affine.scale;
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

/// The weight constant in the layout of the qs op.
static Value makeWeight(OpBuilder &b, const FloatLinear &linear,
                        const Weights &w) {
  SmallVector<int64_t> shape = linear.qsWeightShape();
  std::vector<int32_t> ordered(w.levels.size());
  for (size_t i = 0; i < w.levels.size(); ++i)
    ordered[linear.qsIndexOf(i)] = w.levels[i];
  QuantType type = w.type;
  if (w.perChannel) {
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
  Value weight, weightZp, bias;
  if (plan.rhs) {
    weight = plan.rhs->codes;
    weightZp = makeZeroPoint(b, loc, plan.rhs->affine.zeroPoint);
  } else {
    weight = makeWeight(b, linear, *plan.weights);
    weightZp = makeWeightZeroPoint(b, loc, *plan.weights);
  }
  Value inputZp = makeZeroPoint(b, loc, plan.input.affine.zeroPoint);
  if (!plan.bias.empty())
    bias = makeInts(b, loc, int64_t(plan.bias.size()), plan.bias);
  auto type =
      RankedTensorType::get(linear.resultType().getShape(), b.getI32Type());
  if (linear.isConv())
    return qs::Conv2DOp::create(b, loc, type, plan.input.codes, weight, inputZp,
                                weightZp, bias, linear.pad, linear.stride,
                                linear.dilation, linear.groups);
  return qs::MatmulOp::create(b, loc, type, plan.input.codes, weight, inputZp,
                              weightZp, bias,
                              linear.kind == FloatLinear::Kind::MatmulT);
}

/// Accumulators to reals: f32(acc) * unit.
static Value dequantizeAccumulator(OpBuilder &b, const FloatLinear &linear,
                                   const Plan &plan, Value acc) {
  Location loc = linear.op->getLoc();
  Value real = tosa::CastOp::create(b, loc, linear.resultType(), acc);
  std::vector<float> units(plan.unit.begin(), plan.unit.end());
  SmallVector<int64_t> shape(linear.resultType().getRank(), 1);
  shape.back() = units.size();
  auto byteType = RankedTensorType::get(1, b.getI8Type());
  Value shift = tosa::ConstOp::create(
      b, loc, byteType, DenseElementsAttr::get(byteType, int8_t(0)));
  return tosa::MulOp::create(b, loc, linear.resultType(), real,
                             makeWeights(b, loc, shape, units), shift);
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
