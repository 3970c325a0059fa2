//===- FoldSite.cpp - where the factors of a layer go ---------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FoldSite.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "qs/Dialect/QS/IR/Names.h"
#include "qs/Dialect/QS/Transforms/Utils/Constants.h"
#include "qs/Dialect/QS/Transforms/Utils/FloatProduct.h"
#include <cfloat>
#include <cmath>

using namespace mlir;
using namespace qs;

/// Constants that factors may go into. Those that are not finite stay as they
/// are, for quantizing to refuse.
static bool hasFiniteWeights(const FloatLinear &linear) {
  std::optional<std::vector<float>> weight = readFloats(linear.weight);
  return weight &&
         llvm::all_of(*weight, [](float w) { return std::isfinite(w); });
}

static int64_t lastDim(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && type.getRank() > 0 ? type.getShape().back()
                                    : ShapedType::kDynamic;
}

/// clamp(x) = s clamp(x / s) for every s > 0: only the bounds 0 and infinity.
static bool isHomogeneous(tosa::ClampOp clamp) {
  auto min = dyn_cast<FloatAttr>(clamp.getMinValAttr());
  auto max = dyn_cast<FloatAttr>(clamp.getMaxValAttr());
  if (!min || !max)
    return false;
  double lo = min.getValueAsDouble(), hi = max.getValueAsDouble();
  return (lo == 0 || lo <= -FLT_MAX) && (hi == 0 || hi >= FLT_MAX);
}

/// Positive factors for each channel pass through `op` from its first operand,
/// its last axis being the channels in front and behind.
static bool passesChannels(Operation *op) {
  if (auto clamp = dyn_cast<tosa::ClampOp>(op))
    return isHomogeneous(clamp);
  if (auto pad = dyn_cast<tosa::PadOp>(op))
    return lastDim(pad.getInput1()) == lastDim(pad.getResult()) &&
           readSplatFloat(pad.getPadConst()) == 0.0f;
  if (auto transpose = dyn_cast<tosa::TransposeOp>(op))
    return !transpose.getPerms().empty() &&
           transpose.getPerms().back() ==
               int32_t(transpose.getPerms().size()) - 1;
  if (auto sum = dyn_cast<tosa::ReduceSumOp>(op))
    return int64_t(sum.getAxis()) + 1 !=
           cast<ShapedType>(sum.getInput().getType()).getRank();
  if (isa<tosa::SliceOp>(op))
    return lastDim(op->getOperand(0)) == lastDim(op->getResult(0));
  return isa<tosa::IdentityOp, tosa::AbsOp, tosa::MaxPool2dOp,
             tosa::AvgPool2dOp>(op);
}

/// The constant operand of `op`, with one number or one for each channel.
static std::optional<unsigned> constantOperand(Operation *op,
                                               int64_t channels) {
  for (unsigned i : {1, 0}) {
    Value value = op->getOperand(i);
    auto type = dyn_cast<RankedTensorType>(value.getType());
    if (!getConstantElements(value) || !type || !type.hasStaticShape())
      continue;
    if (type.getNumElements() == 1 ||
        (lastDim(value) == channels && type.getNumElements() == channels))
      return i;
  }
  return {};
}

namespace {
/// The way up from a tensor to what can divide.
class Search {
public:
  explicit Search(FoldSite &site) : site(site) {}
  void run(Value value, int64_t channels);

private:
  bool step(Operation *op);
  bool stepReshape(Operation *op);
  bool stepAffine(Operation *op);
  bool end(const Twine &why) {
    site.why = why.str();
    return false;
  }

  FoldSite &site;
  Value value;
};
} // namespace

/// Chains longer than this have no end that folds reach.
constexpr unsigned kMostSteps = 64;

void Search::run(Value start, int64_t channels) {
  value = start;
  site.period = channels;
  for (unsigned depth = 0; depth < kMostSteps; ++depth) {
    Operation *op = value.getDefiningOp();
    if (!op)
      return void(end("its input is an argument of the function"));
    // The tensor itself may have several takers, what leads to it may not.
    if (depth && !value.hasOneUse())
      return void(end("what leads to its input is used elsewhere, too"));
    if (!step(op))
      return;
  }
  end("nothing in front of it has weights");
}

bool Search::step(Operation *op) {
  if (std::optional<FloatLinear> linear = FloatLinear::get(op)) {
    if (!readFloats(linear->weight) ||
        (linear->bias && !readFloats(linear->bias)))
      return end("the layer in front has no constant weights");
    if (!hasFiniteWeights(*linear))
      return end("the layer in front has weights that are not finite");
    if (linear->outputChannels() % site.period != 0 ||
        linear->hasBatchedWeights())
      return end("the channels of the layer in front are not its own");
    site.producer = linear;
    return false;
  }
  if (isa<tosa::ReshapeOp>(op))
    return stepReshape(op);
  if (isa<tosa::MulOp, tosa::AddOp, tosa::SubOp>(op))
    return stepAffine(op);
  if (isa<ObserveOp>(op))
    return end("its input is observed already, equalize in front of "
               "calibration");
  if (!passesChannels(op))
    return end("'" + op->getName().getStringRef() +
               "' in front of it does not commute with factors for channels");
  value = op->getOperand(0);
  return true;
}

/// Channels stay the fastest index, so that an index on one side is that on the
/// other modulo the smaller size.
bool Search::stepReshape(Operation *op) {
  int64_t in = lastDim(op->getOperand(0));
  if (in <= 0)
    return end("a reshape in front of it has no known size");
  if (site.period % in == 0)
    site.period = in;
  else if (in % site.period != 0)
    return end("a reshape in front of it splits channels");
  value = op->getOperand(0);
  return true;
}

bool Search::stepAffine(Operation *op) {
  int64_t channels = lastDim(value);
  std::optional<unsigned> constant = constantOperand(op, channels);
  if (!constant || !readFloats(op->getOperand(*constant)))
    return end("'" + op->getName().getStringRef() +
               "' of two tensors stands in front of it");
  Value other = op->getOperand(1 - *constant);
  if (lastDim(other) != channels)
    return end("channels are broadcast in front of it");
  bool one = cast<RankedTensorType>(op->getOperand(*constant).getType())
                 .getNumElements() == 1;
  if (isa<tosa::MulOp>(op)) {
    if (!one) {
      site.gain = op;
      return false;
    }
  } else {
    site.shifts.push_back(op);
  }
  value = other;
  return true;
}

std::optional<FoldSite> FoldSite::find(const FloatLinear &layer,
                                       std::string &why) {
  FoldSite site;
  Value value = layer.input;
  for (OpOperand &use : value.getUses()) {
    std::optional<FloatLinear> taker = FloatLinear::get(use.getOwner());
    if (!taker || taker->op->getBlock() != layer.op->getBlock() ||
        taker->inputChannels() != layer.inputChannels() ||
        taker->input != value || taker->weight == value ||
        taker->hasBatchedWeights() || !readFloats(taker->weight)) {
      why = "its input also goes to '" + getLayerName(use.getOwner()) + "'";
      return {};
    }
    if (!hasFiniteWeights(*taker)) {
      why = "'" + getLayerName(taker->op) + "' has weights that are not finite";
      return {};
    }
    site.consumers.push_back(*taker);
  }
  // In the order of the program, whatever that of the uses.
  llvm::sort(site.consumers, [](const FloatLinear &a, const FloatLinear &b) {
    return a.op->isBeforeInBlock(b.op);
  });
  if (layer.inputChannels() <= 0 || lastDim(value) != layer.inputChannels()) {
    why = "the number of its input channels is not known";
    return {};
  }
  Search(site).run(value, layer.inputChannels());
  return site;
}

std::vector<float> FoldSite::consumerMax() const {
  std::vector<float> most(period, 0.0f);
  for (const FloatLinear &taker : consumers) {
    std::vector<float> weight = *readFloats(taker.weight);
    for (size_t i = 0; i < weight.size(); ++i) {
      float &m = most[taker.inputChannelOf(i) % period];
      m = std::max(m, std::fabs(weight[i]));
    }
  }
  return most;
}

std::vector<float> FoldSite::producerMax() const {
  std::vector<float> most(period, 0.0f);
  std::vector<float> weight = *readFloats(producer->weight);
  for (size_t i = 0; i < weight.size(); ++i) {
    float &m = most[producer->channelOf(i) % period];
    m = std::max(m, std::fabs(weight[i]));
  }
  return most;
}

/// Divides the constant operand of an elementwise op, one number for each
/// channel afterwards.
static void divideConstant(OpBuilder &b, Operation *op, int64_t channels,
                           ArrayRef<float> factors) {
  unsigned index = *constantOperand(op, channels);
  Value constant = op->getOperand(index);
  auto type = cast<RankedTensorType>(constant.getType());
  std::vector<float> old = *readFloats(constant), divided(channels);
  for (int64_t c = 0; c < channels; ++c)
    divided[c] = old[old.size() == 1 ? 0 : c] / factors[c % factors.size()];
  SmallVector<int64_t> shape(std::max<int64_t>(type.getRank(), 1), 1);
  shape.back() = channels;
  b.setInsertionPoint(op);
  op->setOperand(index, makeWeights(b, constant.getLoc(), shape, divided));
}

void FoldSite::divide(OpBuilder &b, ArrayRef<float> factors) {
  for (Operation *shift : shifts)
    divideConstant(b, shift, lastDim(shift->getResult(0)), factors);
  if (gain)
    return divideConstant(b, gain, lastDim(gain->getResult(0)), factors);
  std::vector<float> weight = *readFloats(producer->weight), bias;
  for (size_t i = 0; i < weight.size(); ++i)
    weight[i] /= factors[producer->channelOf(i) % factors.size()];
  if (producer->bias) {
    bias = *readFloats(producer->bias);
    if (bias.size() == 1)
      bias.assign(producer->outputChannels(), bias.front());
    for (size_t c = 0; c < bias.size(); ++c)
      bias[c] /= factors[c % factors.size()];
  }
  producer->replaceConstants(b, weight, bias);
}

/// value / factors, in front of one layer.
static Value divideValue(OpBuilder &b, FloatLinear &taker,
                         ArrayRef<float> factors) {
  auto type = cast<RankedTensorType>(taker.input.getType());
  std::vector<float> inverse;
  for (int64_t c = 0; c < type.getShape().back(); ++c)
    inverse.push_back(1.0f / factors[c % factors.size()]);
  SmallVector<int64_t> shape(type.getRank(), 1);
  shape.back() = int64_t(inverse.size());
  b.setInsertionPoint(taker.op);
  Location loc =
      NameLoc::get(b.getStringAttr(getLayerName(taker.op) + "#equalize"),
                   taker.op->getLoc());
  return multiplyFloats(b, loc, type, taker.input,
                        makeWeights(b, loc, shape, inverse));
}

void FoldSite::fold(ArrayRef<float> factors) {
  OpBuilder b(consumers.front().op->getContext());
  if (canDivide())
    divide(b, factors);
  for (FloatLinear &taker : consumers) {
    std::vector<float> weight = *readFloats(taker.weight);
    for (size_t i = 0; i < weight.size(); ++i)
      weight[i] *= factors[taker.inputChannelOf(i) % factors.size()];
    if (!canDivide()) {
      Value divided = divideValue(b, taker, factors);
      taker.op->replaceUsesOfWith(taker.input, divided);
      taker.input = divided;
    }
    taker.replaceConstants(b, weight, {});
  }
}
