//===- FoldLinear.cpp - matrix products and convolutions -----------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LinearWeights.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "qs/Dialect/QS/IR/LinearForms.h"
#include "qs/Dialect/QS/Transforms/Utils/Constants.h"
#include "qs/Dialect/QS/Transforms/Utils/FloatLinear.h"
#include "qs/Dialect/QS/Transforms/Utils/FloatProduct.h"
#include "qs/Numerics/Accumulator.h"
#include "qs/Numerics/Round.h"
#include <cmath>

using namespace mlir;
using namespace qs;
using namespace qs::fold;

namespace {

/// What the op on codes is made of, once everything is known to be legal.
struct Plan {
  /// What the op is to sum in; null for i32, or for f32 where `numbers` holds.
  AccumulatorAttr accumulator;
  /// The numbers that words stand for are summed, to f32; otherwise levels.
  bool numbers = false;
  bool wide = false; // Sums of i64.
  LinearSource input;
  std::optional<Weights> weights;
  std::optional<LinearSource> rhs; // matmul of two activations
  std::vector<int64_t> bias;       // empty: none
  /// In place of it where the weights have scales of groups, or an operand
  /// scales of run time, or where its units are coarse.
  std::vector<float> floatBias;
  /// Real value of one unit of the accumulator, one for each channel or one;
  /// without the scales of run time.
  std::vector<double> unit;
  Value result; // the op's result, or what it is with a bias added
  SmallVector<QuantizedUse> uses; // empty: the result is used as float

  bool hasRuntimeScale() const { return input.scale || (rhs && rhs->scale); }
  /// The units of the sums are too large for a bias to be rounded to them:
  /// activations are signs, or trits.
  bool isCoarse() const {
    if (numbers || input.type.isInteger())
      return false;
    num::LevelRange range = input.getRange();
    return range.min >= -1 && range.max <= 1;
  }
};

} // namespace

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
  // Sums with constant weights may become i64, unless the recipe says
  // otherwise.
  bool mayWiden =
      plan.weights && (!plan.accumulator || plan.accumulator.getWidth() > 32);
  double most = mayWiden ? double(int64_t(1) << 52) : INT32_MAX;
  for (size_t c = 0; c < bias.size(); ++c) {
    double unit = plan.unit.size() == 1 ? plan.unit[0] : plan.unit[c];
    double level =
        num::roundToIntegral(double(bias[c]) / unit, num::Rounding::HalfEven);
    if (!(std::abs(level) <= most)) {
      why = "the bias of channel " + std::to_string(c) + " leaves " +
            (mayWiden ? "2^52" : "i32") + " in units of the accumulator";
      return false;
    }
    plan.bias.push_back(static_cast<int64_t>(level));
  }
  return true;
}

/// The bounds of all partial sums of the output channel that needs the widest
/// accumulator, from the actual weights; with scales of groups those of the
/// sums of groups.
static num::LevelRange boundSums(const FloatLinear &linear, const Plan &plan,
                                 int64_t &widest) {
  num::LevelRange range = plan.input.getRange();
  widest = 0;
  if (plan.rhs) {
    num::LevelRange other = plan.rhs->getRange();
    int64_t k = linear.weightType().getDimSize(linear.reducedAxis());
    int64_t most =
        std::max(-range.min, range.max) * std::max(-other.min, other.max) * k;
    return {-most, most};
  }
  int64_t channels = linear.outputChannels();
  std::vector<std::vector<int32_t>> filters(channels);
  for (size_t i = 0; i < plan.weights->levels.size(); ++i) {
    int64_t c = linear.channelOf(i) % channels;
    filters[c].push_back(plan.weights->difference(i, c));
  }
  int64_t terms =
      linear.weightType().getNumElements() / std::max<int64_t>(channels, 1);
  if (plan.weights->hasGroups())
    terms = cast<GroupScaleAttr>(plan.weights->type.getScale()).getGroup();
  num::LevelRange worst;
  for (int64_t c = 0; c < channels; ++c)
    for (size_t from = 0; from == 0 || from < filters[c].size();
         from += std::max<int64_t>(terms, 1)) {
      num::LevelRange bound =
          num::boundAccumulator(
              filters[c].data() + from,
              std::min<size_t>(terms, filters[c].size() - from), 1, range,
              plan.bias.empty() ? 0 : plan.bias[c])
              .partial;
      if (std::max(-bound.min, bound.max) > std::max(-worst.min, worst.max)) {
        worst = bound;
        widest = c;
      }
    }
  return worst;
}

/// Whether no sum leaves the accumulator, whatever the activations are and in
/// whatever order they are added. One that the recipe asks for is proved by
/// qs-narrow-accumulators. Sums with constant weights that need more than i32
/// become i64 by themselves, unless the recipe has another opinion.
static bool checkAccumulator(const FloatLinear &linear, Plan &plan,
                             std::string &why) {
  int64_t channel;
  num::LevelRange bound = boundSums(linear, plan, channel);
  bool fits = num::accumulatorBits(bound) <= 32;
  if (plan.accumulator) {
    plan.wide = !fits && plan.accumulator.getWidth() > 32 &&
                !(plan.weights && plan.weights->hasGroups());
    if (fits && plan.accumulator.getWidth() > 32)
      plan.accumulator = {};
    return true;
  }
  if (!fits && plan.weights) {
    plan.wide = !plan.weights->hasGroups();
    plan.accumulator = AccumulatorAttr::getInteger(
        linear.op->getContext(), std::max(num::accumulatorBits(bound), 33u));
    return true;
  }
  if (!fits)
    why = "the sum of output channel " + std::to_string(channel) +
          " can leave i32: it reaches " +
          std::to_string(bound.max > INT32_MAX ? bound.max : bound.min);
  return fits;
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

/// Whether the accumulator that is asked for fits the sums.
static bool checkForm(const Plan &plan, std::string &why) {
  if (!plan.numbers || !plan.accumulator || !plan.accumulator.isInteger())
    return true;
  why = "its accumulator is " + plan.accumulator.getFormat().str() +
        ", and the code of its activations or weights has no fixed-point form";
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
  plan.accumulator = getWantedAccumulator(linear.op);
  plan.numbers = !hasLevels(plan.input.type) ||
                 (plan.accumulator && !plan.accumulator.isInteger());
  plan.weights = readWeights(linear, plan.numbers, why);
  if (!plan.weights) {
    auto dequantize = linear.weight.getDefiningOp<DequantizeOp>();
    if (linear.isConv() || !dequantize ||
        dequantize.getInput().getDefiningOp<StorageCastOp>())
      return {};
    std::optional<LinearSource> rhs = getLinearSource(linear.weight, -1, why);
    if (!rhs)
      return {};
    plan.rhs = rhs;
    plan.numbers |= !hasLevels(rhs->type);
  }
  if (!checkForm(plan, why))
    return {};
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
  double sa = plan.input.affine.scale, sb = 1;
  if (plan.rhs)
    sb = plan.rhs->affine.scale;
  if (!plan.numbers) {
    sa *= plan.input.getUnit();
    if (plan.rhs)
      sb *= plan.rhs->getUnit();
  }
  if (plan.numbers || plan.hasRuntimeScale() || plan.isCoarse() ||
      (plan.weights && plan.weights->hasGroups())) {
    // The sums become floats on the way; what follows stays as it is.
    plan.floatBias = std::move(bias);
    if (plan.rhs)
      plan.unit = {sb};
    else
      plan.unit = plan.weights->scales;
    for (double &unit : plan.unit)
      unit *= sa;
    if (llvm::all_equal(plan.unit))
      plan.unit.resize(1);
    if (!zeroPointsFit(linear, plan, why))
      return {};
    if (!plan.numbers && !checkAccumulator(linear, plan, why))
      return {};
    return plan;
  }
  if (std::optional<SmallVector<QuantizedUse>> uses =
          getQuantizedUses(plan.result, why))
    plan.uses = std::move(*uses);

  if (plan.rhs) {
    plan.unit = {sa * sb};
  } else {
    const Weights &w = *plan.weights;
    std::vector<bool> dead(channels, true);
    for (size_t i = 0; i < w.levels.size(); ++i)
      if (int64_t c = linear.channelOf(i) % channels; w.difference(i, c) != 0)
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

static Value makeBias(OpBuilder &b, Location loc, const Plan &plan) {
  auto channels = int64_t(plan.bias.size());
  if (!plan.wide)
    return makeInts(b, loc, channels,
                    std::vector<int32_t>(plan.bias.begin(), plan.bias.end()));
  return arith::ConstantOp::create(
      b, loc,
      DenseElementsAttr::get(RankedTensorType::get(channels, b.getI64Type()),
                             ArrayRef<int64_t>(plan.bias)));
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
    weightZp = makeWeightZeroPoint(b, linear, *plan.weights);
    scale = makeGroupScales(b, linear, *plan.weights);
    codebook = makeCodebook(b, linear, *plan.weights);
  }
  Value codes = plan.input.codes, inputZp = plan.input.zeroPoint;
  if (!inputZp)
    inputZp = makeZeroPoint(b, loc, plan.input.affine.zeroPoint);
  if (!plan.bias.empty())
    bias = makeBias(b, loc, plan);
  Type element = scale || plan.numbers ? Type(b.getF32Type())
                 : plan.wide           ? Type(b.getI64Type())
                                       : Type(b.getI32Type());
  auto type = RankedTensorType::get(linear.resultType().getShape(), element);
  // How the weights are to be packed is for a later pass.
  auto keepPacking = [&](Operation *op) -> Value {
    if (Attribute fives = linear.op->getAttr(kFivesAttr))
      op->setAttr(kFivesAttr, fives);
    return op->getResult(0);
  };
  if (linear.isConv())
    return keepPacking(
        qs::Conv2DOp::create(b, loc, type, codes, weight, inputZp, weightZp,
                             bias, scale, codebook, linear.pad, linear.stride,
                             linear.dilation, linear.groups, plan.accumulator));
  auto matmul = [&](RankedTensorType type) {
    return keepPacking(qs::MatmulOp::create(
        b, loc, type, codes, weight, inputZp, weightZp, bias, scale, codebook,
        linear.kind == FloatLinear::Kind::MatmulT, plan.accumulator));
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
    real = multiplyFloats(b, loc, linear.resultType(), real,
                          makeWeights(b, loc, shape, units));
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
