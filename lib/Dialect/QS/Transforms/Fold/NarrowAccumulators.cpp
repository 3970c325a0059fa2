//===- NarrowAccumulators.cpp - how wide each sum gets -------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Interfaces/FunctionInterfaces.h"
#include "qs/Dialect/QS/IR/LinearForms.h"
#include "qs/Dialect/QS/IR/Names.h"
#include "qs/Dialect/QS/Transforms/Fold/Passes.h"
#include "qs/Dialect/QS/Transforms/Utils/Constants.h"
#include "qs/Numerics/Accumulator.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"
#include <algorithm>
#include <cmath>

namespace qs {
#define GEN_PASS_DEF_NARROWACCUMULATORS
#include "qs/Dialect/QS/Transforms/Fold/Passes.h.inc"
} // namespace qs

using namespace mlir;
using namespace qs;

namespace {

/// A linear op over levels.
struct Sums {
  Operation *op;
  Value input, weight, inputZp, weightZp, bias, scale, codebook;
  /// The axis of the output channels of the weight, and the reduced one.
  int64_t columns, reduced;
};

/// The widest sum, and where it is.
struct Widest {
  num::LevelRange range;
  int64_t channel = 0;

  void join(num::LevelRange other, int64_t at) {
    if (num::accumulatorBits(other) > num::accumulatorBits(range) ||
        std::max(-other.min, other.max) > std::max(-range.min, range.max))
      channel = at;
    range = {std::min(range.min, other.min), std::max(range.max, other.max)};
  }
};

} // namespace

static std::optional<Sums> viewSums(Operation *op) {
  Sums sums;
  sums.op = op;
  if (auto matmul = dyn_cast<MatmulOp>(op)) {
    int64_t rank = cast<ShapedType>(matmul.getRhs().getType()).getRank();
    int64_t last = matmul.getTransposeRhs() ? 2 : 1;
    sums = {op,
            matmul.getLhs(),
            matmul.getRhs(),
            matmul.getLhsZp(),
            matmul.getRhsZp(),
            matmul.getBias(),
            matmul.getRhsScale(),
            matmul.getRhsCodebook(),
            rank - last,
            rank - (3 - last)};
  } else if (auto conv = dyn_cast<qs::Conv2DOp>(op)) {
    sums = {op,
            conv.getInput(),
            conv.getWeight(),
            conv.getInputZp(),
            conv.getWeightZp(),
            conv.getBias(),
            conv.getWeightScale(),
            conv.getWeightCodebook(),
            0,
            3};
  } else {
    return {};
  }
  if (!QuantType::of(sums.input.getType()))
    return {};
  return sums;
}

/// The levels that an operand can have, less its zero point.
static num::LevelRange rangeOf(Value value, Value zeroPoint) {
  QuantType type = QuantType::of(value.getType());
  num::LevelRange levels;
  if (type.isInteger()) {
    levels = levelsOf(type);
    if (auto clamp = value.getDefiningOp<qs::ClampOp>())
      levels = {int64_t(clamp.getMin()), int64_t(clamp.getMax())};
  } else if (std::optional<num::FixedPoint> fixed = type.getFixedPoint()) {
    auto [least, most] =
        std::minmax_element(fixed->levels.begin(), fixed->levels.end());
    levels = {*least, *most};
  } else {
    levels = {INT8_MIN, INT8_MAX}; // A codebook of i8.
  }
  if (!zeroPoint)
    return levels;
  std::vector<int32_t> zeros = {int32_t(levelsOf(type).min),
                                int32_t(levelsOf(type).max)};
  if (std::optional<std::vector<int32_t>> known = readInts(zeroPoint);
      known && !known->empty())
    zeros = *known;
  auto [low, high] = std::minmax_element(zeros.begin(), zeros.end());
  return {levels.min - *high, levels.max - *low};
}

/// Constant weights less their zero points.
static std::optional<std::vector<int32_t>> readDifferences(const Sums &sums) {
  std::optional<std::vector<int32_t>> levels =
      readLevels(sums.weight, sums.codebook);
  if (!levels || !sums.weightZp)
    return levels;
  std::optional<std::vector<int32_t>> zeros = readInts(sums.weightZp);
  if (!zeros || zeros->empty())
    return {};
  auto shape = cast<ShapedType>(sums.weight.getType()).getShape();
  if (cast<ShapedType>(sums.weightZp.getType()).getRank() > 1) {
    // As the scales of the groups.
    forEachScaled(
        shape, QuantType::of(sums.weight.getType()).getScale(),
        [&](int64_t i, int64_t group) { (*levels)[i] -= (*zeros)[group]; });
    return levels;
  }
  int64_t inner = 1;
  for (int64_t size : shape.drop_front(sums.columns + 1))
    inner *= size;
  for (size_t i = 0; i < levels->size(); ++i)
    (*levels)[i] -=
        (*zeros)[zeros->size() == 1 ? 0
                                    : int64_t(i) / inner % shape[sums.columns]];
  return levels;
}

/// The biases as integers; none where there is no bias.
static std::optional<std::vector<int64_t>> readBias(Value bias) {
  std::vector<int64_t> values;
  if (!bias)
    return values;
  ElementsAttr elements = getConstantElements(bias);
  if (!elements || !isa<IntegerType>(elements.getElementType()))
    return {};
  for (APInt value : elements.getValues<APInt>())
    values.push_back(value.getSExtValue());
  return values;
}

/// Of two activations: the sizes alone bound the sums.
static std::optional<Widest> boundBySizes(const Sums &sums) {
  auto shape = cast<ShapedType>(sums.weight.getType()).getShape();
  std::optional<std::vector<int64_t>> bias = readBias(sums.bias);
  SmallVector<int64_t> reduced = {shape[sums.reduced]};
  if (isa<qs::Conv2DOp>(sums.op))
    reduced.assign(shape.begin() + 1, shape.end());
  if (!bias || ShapedType::isDynamicShape(reduced))
    return {};
  // Beyond it the bound of 16-bit codes leaves i64.
  constexpr int64_t most = int64_t(1) << 28;
  int64_t terms = 1;
  for (int64_t size : reduced) {
    if (size > most / std::max<int64_t>(terms, 1))
      return {};
    terms *= size;
  }
  num::LevelRange a = rangeOf(sums.input, sums.inputZp);
  num::LevelRange b = rangeOf(sums.weight, sums.weightZp);
  int64_t reach = std::max(-a.min, a.max) * std::max(-b.min, b.max) * terms;
  int64_t added = 0;
  for (int64_t value : *bias)
    added = std::max(added, std::abs(value));
  reach += added;
  Widest widest;
  widest.join({-reach, reach}, 0);
  return widest;
}

/// The bounds of all partial sums of `sums`; nothing where something that they
/// depend on is known at run time only.
static std::optional<Widest> bound(const Sums &sums) {
  std::optional<std::vector<int32_t>> weights = readDifferences(sums);
  if (!weights)
    return boundBySizes(sums);
  std::optional<std::vector<int64_t>> bias =
      sums.scale ? std::vector<int64_t>() : readBias(sums.bias);
  if (!bias)
    return {};
  auto shape = cast<ShapedType>(sums.weight.getType()).getShape();
  // Each output channel by itself; with scales of groups, each group.
  int64_t channels = shape[sums.columns], inner = 1, group = 0;
  for (int64_t size : shape.drop_front(sums.columns + 1))
    inner *= size;
  if (sums.scale)
    group =
        cast<GroupScaleAttr>(QuantType::of(sums.weight.getType()).getScale())
            .getGroup();
  num::LevelRange range = rangeOf(sums.input, sums.inputZp);
  std::vector<std::vector<int32_t>> filters(channels);
  for (size_t i = 0; i < weights->size(); ++i)
    filters[int64_t(i) / inner % channels].push_back((*weights)[i]);
  // A batch of matrices: the terms of each are a run, as those of a group are.
  int64_t terms = isa<MatmulOp>(sums.op) ? shape[sums.reduced]
                                         : ShapedType::getNumElements(shape) /
                                               std::max<int64_t>(channels, 1);
  if (group)
    terms = group;
  Widest widest;
  for (int64_t c = 0; c < channels; ++c) {
    ArrayRef<int32_t> left = filters[c];
    do { // Once where there are no terms: the bias is a sum, too.
      ArrayRef<int32_t> run = left.take_front(terms);
      left = left.drop_front(run.size());
      widest.join(num::boundAccumulator(run.data(), run.size(), 1, range,
                                        bias->empty() ? 0 : (*bias)[c])
                      .partial,
                  c);
    } while (!left.empty());
  }
  return widest;
}

/// The largest number that a word of an operand stands for, less its zero
/// points; nothing where words are converted numbers of any size.
static std::optional<double> largestNumber(Value value, Value zeroPoint) {
  QuantType type = QuantType::of(value.getType());
  if (type.isInteger()) {
    num::LevelRange range = rangeOf(value, zeroPoint);
    return double(std::max(-range.min, range.max));
  }
  std::unique_ptr<num::Code> code = type.getCode().getArithmetic();
  if (!code->isBound() || code->isFloat())
    return {};
  return code->maxMagnitude();
}

/// Warns where a sum in a float format could leave its numbers: the terms of
/// one output channel add up to more than the largest of them.
static void checkFloatSums(const Sums &sums, AccumulatorAttr accumulator) {
  std::optional<double> largest = largestNumber(sums.input, sums.inputZp);
  std::optional<std::vector<int32_t>> words = readWords(sums.weight);
  std::unique_ptr<num::Code> code =
      QuantType::of(sums.weight.getType()).getCode().getArithmetic();
  if (!largest || !words || !code->isBound())
    return;
  std::vector<int32_t> zeros = {0};
  if (sums.weightZp) {
    std::optional<std::vector<int32_t>> known = readInts(sums.weightZp);
    if (!known || known->empty())
      return;
    zeros = std::move(*known);
  }
  auto shape = cast<ShapedType>(sums.weight.getType()).getShape();
  int64_t channels = shape[sums.columns], inner = 1;
  for (int64_t size : shape.drop_front(sums.columns + 1))
    inner *= size;
  std::vector<double> reach(channels, 0);
  uint32_t mask = code->numPatterns() - 1;
  for (size_t i = 0; i < words->size(); ++i) {
    int64_t c = int64_t(i) / inner % channels;
    double number = code->decode(uint32_t((*words)[i]) & mask) -
                    zeros[zeros.size() == 1 ? 0 : c];
    reach[c] += std::abs(number) * *largest;
  }
  auto widest = std::max_element(reach.begin(), reach.end());
  double limit = accumulator.getAccumulation().format.maxFinite();
  if (widest == reach.end() || *widest <= limit)
    return;
  std::string most, held;
  llvm::raw_string_ostream(most) << llvm::format("%g", *widest);
  llvm::raw_string_ostream(held) << llvm::format("%g", limit);
  sums.op->emitWarning() << "layer '" << getLayerName(sums.op)
                         << "': the sums of output channel "
                         << widest - reach.begin() << " can reach " << most
                         << ", and the accumulator " << accumulator
                         << " holds numbers up to " << held
                         << ": it may become infinite";
}

/// The op with i64 sums in place of i32: what takes them (requantize,
/// tosa.cast) takes both.
static void widen(const Sums &sums) {
  OpBuilder b(sums.op);
  Value result = sums.op->getResult(0);
  auto type = cast<RankedTensorType>(result.getType());
  if (sums.bias) {
    std::vector<int64_t> values = *readBias(sums.bias);
    auto biasType =
        RankedTensorType::get(int64_t(values.size()), b.getI64Type());
    Value wide = arith::ConstantOp::create(
        b, sums.op->getLoc(),
        DenseElementsAttr::get(biasType, ArrayRef<int64_t>(values)));
    sums.op->replaceUsesOfWith(sums.bias, wide);
  }
  result.setType(type.clone(b.getI64Type()));
}

/// Whether all that take the sums take i64 too.
static bool canWiden(const Sums &sums) {
  return !sums.scale && llvm::all_of(sums.op->getUsers(), [](Operation *user) {
    return isa<RequantizeOp>(user) ||
           user->getName().getStringRef() == "tosa.cast";
  });
}

namespace {

struct NarrowAccumulators
    : qs::impl::NarrowAccumulatorsBase<NarrowAccumulators> {
  using NarrowAccumulatorsBase::NarrowAccumulatorsBase;

  void runOnOperation() override {
    bool failed = false;
    getOperation().walk([&](Operation *op) {
      std::optional<Sums> sums = viewSums(op);
      if (!sums)
        return;
      if (AccumulatorAttr accumulator = getFloatAccumulator(op))
        checkFloatSums(*sums, accumulator);
      else
        failed |= mlir::failed(narrow(*sums));
    });
    if (failed)
      signalPassFailure();
  }

  LogicalResult narrow(const Sums &sums) {
    std::optional<Widest> widest = bound(sums);
    if (!widest)
      return success();
    auto asked = sums.op->getAttrOfType<AccumulatorAttr>("accumulator");
    Type held = getElementTypeOrSelf(sums.op->getResult(0).getType());
    unsigned bits = num::accumulatorBits(widest->range);
    unsigned limit = asked ? asked.getWidth() : 32;
    // The results of groups stay f32.
    if (bits > limit && !asked && widenSums && sums.scale)
      limit = 64;
    if (bits > limit && !asked && widenSums && canWiden(sums)) {
      widen(sums);
      held = IntegerType::get(sums.op->getContext(), 64);
      ++numWidened;
    } else if (bits > limit) {
      int64_t reached = -widest->range.min > widest->range.max
                            ? widest->range.min
                            : widest->range.max;
      return sums.op->emitError()
             << "layer '" << getLayerName(sums.op)
             << "': expected sums that an accumulator of i" << limit
             << " holds, found that those of output channel " << widest->channel
             << " can reach " << reached << ", which takes " << bits << " bits";
    }
    // MM9: i64 results are those of more than 32 bits.
    unsigned least = held.isInteger(64) ? 33 : 2;
    sums.op->setAttr("accumulator",
                     AccumulatorAttr::getInteger(sums.op->getContext(),
                                                 std::max(bits, least)));
    ++numProved;
    return success();
  }
};

} // namespace
