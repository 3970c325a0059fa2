//===- FoldThresholds.cpp - batch norm and few levels as comparisons ------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "qs/Dialect/QS/IR/QSOps.h"
#include "qs/Dialect/QS/Transforms/Fold/Passes.h"
#include "qs/Dialect/QS/Transforms/Utils/Constants.h"
#include "qs/Numerics/Affine.h"
#include "qs/Numerics/Threshold.h"
#include <cmath>

namespace qs {
#define GEN_PASS_DEF_FOLDTHRESHOLDS
#include "qs/Dialect/QS/Transforms/Fold/Passes.h.inc"
} // namespace qs

using namespace mlir;
using namespace qs;
using num::FloatStep;

namespace {

/// More levels are cheaper to round than to compare.
constexpr int64_t kMostThresholds = 15;

/// The f32 steps between an i32 sum and a quantize, by channel.
struct Chain {
  Value sum;
  std::vector<std::vector<FloatStep>> steps;
};

/// What the quantize makes of a float.
struct Quantizer {
  QuantType type;
  num::AffineParams params;
  num::Rounding rounding;
  std::unique_ptr<num::Code> code;
  int64_t base = 0, levels = 0;

  int64_t operator()(float x) const {
    if (type.isInteger())
      return num::quantize(x, params, levelsOf(type), rounding);
    return code->encode(x / params.scale, rounding);
  }
};

} // namespace

/// Words that follow one another as the numbers that they stand for do.
static bool isMonotone(const num::Code &code) {
  int direction = 0;
  for (uint32_t word = 0; word < code.numPatterns(); ++word) {
    if (!code.isLegal(word))
      return false;
    if (word == 0)
      continue;
    int step = code.decode(word) > code.decode(word - 1) ? 1 : -1;
    if (code.decode(word) == code.decode(word - 1) ||
        (direction != 0 && step != direction))
      return false;
    direction = step;
  }
  return true;
}

static std::optional<Quantizer> getQuantizer(QuantizeOp op) {
  Quantizer q;
  q.type = QuantType::of(op.getType());
  std::optional<std::vector<float>> scale = readFloats(op.getScale());
  if (!q.type.getScale().isPerTensor() || !scale ||
      op.getOverflow() != Overflow::Saturate ||
      op.getOrder() != RoundingOrder::RoundThenAdd || q.type.getBits() > 8 ||
      q.type.getParameterCount() > 0 ||
      !getElementTypeOrSelf(op.getInput().getType()).isF32())
    return {};
  q.params.scale = scale->front();
  q.rounding = static_cast<num::Rounding>(op.getRounding());
  if (op.getZeroPoint()) {
    std::optional<std::vector<int32_t>> zero = readInts(op.getZeroPoint());
    if (!zero)
      return {};
    q.params.zeroPoint = zero->front();
  }
  q.code = q.type.getCode().getArithmetic();
  if (q.type.isInteger()) {
    auto [lo, hi] = q.type.getIntegerRange();
    q.base = lo;
    q.levels = hi - lo;
  } else {
    q.levels = int64_t(q.code->numPatterns()) - 1;
  }
  if (q.levels > kMostThresholds ||
      (!q.type.isInteger() && !isMonotone(*q.code)))
    return {};
  return q;
}

/// One finite f32 for each of `channels`, from a constant of one element or of
/// one for each index of the last axis.
static std::optional<std::vector<float>> readChannels(Value value,
                                                      int64_t channels) {
  std::optional<std::vector<float>> read = readFloats(value);
  auto type = cast<ShapedType>(value.getType());
  if (!read || !llvm::all_of(*read, [](float x) { return std::isfinite(x); }))
    return {};
  if (read->size() == 1)
    read->assign(channels, read->front());
  else if (int64_t(read->size()) != channels ||
           type.getShape().back() != channels)
    return {};
  return read;
}

/// The step that `op` is of its operand `x`, for each channel.
static std::optional<std::vector<FloatStep>> getSteps(Operation *op, Value &x,
                                                      int64_t channels) {
  if (auto clamp = dyn_cast<tosa::ClampOp>(op)) {
    x = clamp.getInput();
    auto bound = [](Attribute attr) {
      return cast<FloatAttr>(attr).getValue().convertToFloat();
    };
    if (!isa<FloatAttr>(clamp.getMinVal()))
      return {};
    float lo = bound(clamp.getMinVal()), hi = bound(clamp.getMaxVal());
    if (std::isnan(lo) || std::isnan(hi) || lo > hi)
      return {};
    return std::vector<FloatStep>(channels, {FloatStep::Kind::Clamp, lo, hi});
  }
  if (!isa<tosa::AddOp, tosa::SubOp, tosa::MulOp>(op))
    return {};
  x = op->getOperand(0);
  std::optional<std::vector<float>> values =
      readChannels(op->getOperand(1), channels);
  bool second = !values;
  if (second) {
    x = op->getOperand(1);
    values = readChannels(op->getOperand(0), channels);
  }
  if (!values)
    return {};
  std::vector<FloatStep> steps;
  for (float value : *values) {
    if (isa<tosa::MulOp>(op))
      steps.push_back({FloatStep::Kind::Multiply, value});
    else if (isa<tosa::AddOp>(op))
      steps.push_back({FloatStep::Kind::Add, value});
    else if (second)
      steps.push_back({FloatStep::Kind::SubtractFrom, value});
    else
      steps.push_back({FloatStep::Kind::Add, -value});
  }
  return steps;
}

/// Follows `value` back through steps to the i32 sum that they begin with.
static std::optional<Chain> getChain(Value value) {
  auto type = cast<RankedTensorType>(value.getType());
  if (type.getRank() == 0 || type.isDynamicDim(type.getRank() - 1))
    return {};
  int64_t channels = type.getShape().back();
  Chain chain;
  chain.steps.resize(channels);
  while (Operation *op = value.getDefiningOp()) {
    if (auto cast = dyn_cast<tosa::CastOp>(op)) {
      if (!getElementTypeOrSelf(cast.getInput().getType()).isInteger(32))
        return {};
      chain.sum = cast.getInput();
      for (std::vector<FloatStep> &steps : chain.steps)
        std::reverse(steps.begin(), steps.end());
      return chain;
    }
    Value x;
    std::optional<std::vector<FloatStep>> steps = getSteps(op, x, channels);
    if (!steps || x.getType() != type)
      return {};
    for (int64_t c = 0; c < channels; ++c)
      chain.steps[c].push_back((*steps)[c]);
    value = x;
  }
  return {};
}

/// The largest magnitude that a level of `type` less a zero point has.
static int64_t largestLevel(QuantType type) {
  if (type.isInteger()) {
    auto [lo, hi] = type.getIntegerRange();
    return int64_t(hi) - lo;
  }
  int64_t most = 128;
  if (std::optional<num::FixedPoint> fixed = type.getFixedPoint()) {
    most = 0;
    for (int8_t level : fixed->levels)
      most = std::max<int64_t>(most, std::abs(int64_t(level)));
  }
  return most;
}

/// A bound of the magnitudes of `sum`, from the shapes and codes of the linear
/// op that makes it; the largest i32 where there is none.
static int64_t boundOf(Value sum) {
  Operation *op = sum.getDefiningOp();
  if (!isa_and_nonnull<qs::MatmulOp, qs::Conv2DOp>(op))
    return INT32_MAX;
  auto rhs = cast<RankedTensorType>(op->getOperand(1).getType());
  auto matmul = dyn_cast<qs::MatmulOp>(op);
  QuantType left = QuantType::of(op->getOperand(0).getType());
  QuantType right = QuantType::of(rhs);
  if (!left || !right || !rhs.hasStaticShape())
    return INT32_MAX;
  int64_t columns = rhs.getDimSize(0);
  int64_t terms = columns == 0 ? 0 : rhs.getNumElements() / columns;
  if (matmul)
    terms = rhs.getDimSize(rhs.getRank() - (matmul.getTransposeRhs() ? 1 : 2));
  double bound =
      double(terms) * double(largestLevel(left)) * double(largestLevel(right));
  Value bias = matmul ? matmul.getBias() : cast<qs::Conv2DOp>(op).getBias();
  if (bias) {
    std::optional<std::vector<int32_t>> values = readInts(bias);
    if (!values)
      return INT32_MAX;
    double most = 0;
    for (int32_t value : *values)
      most = std::max(most, std::abs(double(value)));
    bound += most;
  }
  return bound < double(INT32_MAX) ? int64_t(bound) : INT32_MAX;
}

/// Steps are monotone, unless one leaves the floats.
static bool staysFinite(const std::vector<FloatStep> &steps, int32_t lo,
                        int32_t hi) {
  for (size_t i = 1; i <= steps.size(); ++i) {
    std::vector<FloatStep> first(steps.begin(), steps.begin() + i);
    if (!std::isfinite(num::applySteps(lo, first)) ||
        !std::isfinite(num::applySteps(hi, first)))
      return false;
  }
  return true;
}

/// Replaces the quantize where all its channels have thresholds.
static bool fold(QuantizeOp op) {
  if (!isa<RankedTensorType>(op.getInput().getType()))
    return false;
  std::optional<Chain> chain = getChain(op.getInput());
  if (!chain || chain->steps.empty())
    return false;
  std::optional<Quantizer> quantizer = getQuantizer(op);
  if (!quantizer || quantizer->levels == 0)
    return false;
  int64_t bound = boundOf(chain->sum);
  int32_t hi = int32_t(bound), lo = bound == INT32_MAX ? INT32_MIN : -hi;
  std::vector<int32_t> at;
  SmallVector<bool> falling;
  for (const std::vector<FloatStep> &steps : chain->steps) {
    if (!staysFinite(steps, lo, hi))
      return false;
    std::optional<num::Thresholds> found = num::findThresholds(
        [&](int32_t sum) { return (*quantizer)(num::applySteps(sum, steps)); },
        quantizer->base, unsigned(quantizer->levels), lo, hi);
    if (!found)
      return false;
    at.insert(at.end(), found->at.begin(), found->at.end());
    falling.push_back(found->falling);
  }
  OpBuilder b(op);
  Location loc = op.getLoc();
  Value thresholds =
      makeInts(b, loc, {int64_t(falling.size()), quantizer->levels}, at);
  DenseBoolArrayAttr turned;
  if (llvm::is_contained(falling, true))
    turned = b.getDenseBoolArrayAttr(falling);
  op.getResult().replaceAllUsesWith(
      ThresholdOp::create(b, loc, op.getType(), chain->sum, thresholds,
                          int32_t(quantizer->base), turned));
  op.erase();
  return true;
}

namespace {

struct FoldThresholds : qs::impl::FoldThresholdsBase<FoldThresholds> {
  void runOnOperation() override {
    SmallVector<QuantizeOp> work;
    getOperation()->walk([&](QuantizeOp op) { work.push_back(op); });
    for (QuantizeOp op : work) {
      Operation *chain = op.getInput().getDefiningOp();
      if (!fold(op))
        continue;
      ++numFolded;
      // The floats in between, where nothing else reads them.
      while (chain && isOpTriviallyDead(chain)) {
        SmallVector<Value> operands(chain->getOperands());
        chain->erase();
        chain = nullptr;
        for (Value operand : operands)
          if (Operation *next = operand.getDefiningOp();
              next && isOpTriviallyDead(next) && !chain)
            chain = next;
      }
    }
  }
};

} // namespace
