//===- FoldBatchNorms.cpp - affine maps into weights ---------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/IR/Iterators.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "qs/Dialect/QS/IR/QSOps.h"
#include "qs/Dialect/QS/Transforms/Fold/Passes.h"
#include "qs/Dialect/QS/Transforms/Utils/Constants.h"
#include "qs/Dialect/QS/Transforms/Utils/Fallback.h"
#include "qs/Dialect/QS/Transforms/Utils/FloatLinear.h"
#include <cmath>

namespace qs {
#define GEN_PASS_DEF_FOLDBATCHNORMS
#include "qs/Dialect/QS/Transforms/Fold/Passes.h.inc"
} // namespace qs

using namespace mlir;
using namespace qs;

namespace {

/// x * scale + shift for each channel; an empty vector stands for all ones or
/// all zeros.
struct Affine {
  std::vector<double> scale, shift;
};

} // namespace

/// The constant operand of an op on `other` and that constant: one element for
/// each of `channels` on the last axis, or one for all.
static std::optional<std::vector<double>> channelConstant(Value value,
                                                          int64_t channels) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (!type || !type.hasStaticShape())
    return {};
  bool perChannel = type.getNumElements() == channels && type.getRank() > 0 &&
                    type.getShape().back() == channels;
  if (type.getNumElements() != 1 && !perChannel)
    return {};
  std::optional<std::vector<float>> values = readFloats(value);
  if (!values)
    return {};
  std::vector<double> result(values->begin(), values->end());
  if (result.size() == 1)
    result.assign(channels, result[0]);
  return result;
}

/// `op` as an affine map of its operand `x`.
static std::optional<Affine> getAffine(Operation *op, Value x,
                                       int64_t channels) {
  if (!isa<tosa::AddOp, tosa::SubOp, tosa::MulOp>(op) ||
      op->getResult(0).getType() != x.getType())
    return {};
  bool first = op->getOperand(0) == x;
  auto c = channelConstant(op->getOperand(first ? 1 : 0), channels);
  if (!c)
    return {};
  Affine affine;
  if (isa<tosa::MulOp>(op)) {
    affine.scale = std::move(*c);
  } else {
    affine.shift = std::move(*c);
    if (isa<tosa::SubOp>(op)) {
      if (first)
        for (double &v : affine.shift)
          v = -v;
      else
        affine.scale.assign(channels, -1.0);
    }
  }
  return affine;
}

//===----------------------------------------------------------------------===//
// Constants among themselves
//===----------------------------------------------------------------------===//

/// Elementwise ops on small f32 constants; exporters leave them where a batch
/// norm was written out.
static void foldConstants(Operation *op, OpBuilder &b) {
  if (!isa<tosa::AddOp, tosa::SubOp, tosa::MulOp, tosa::RsqrtOp,
           tosa::ReciprocalOp, tosa::ReshapeOp>(op))
    return;
  auto type = dyn_cast<RankedTensorType>(op->getResult(0).getType());
  if (!type || !type.hasStaticShape() || !type.getElementType().isF32())
    return;
  bool binary = isa<tosa::AddOp, tosa::SubOp, tosa::MulOp>(op);
  std::optional<std::vector<float>> x = readFloats(op->getOperand(0));
  std::optional<std::vector<float>> y =
      binary ? readFloats(op->getOperand(1)) : std::vector<float>{};
  if (!x || !y)
    return;
  ArrayRef<int64_t> shape = type.getShape();
  // Row-major index into an operand that broadcasts along axes of size 1.
  auto indexIn = [&](Value operand, int64_t flat) {
    ArrayRef<int64_t> own = cast<ShapedType>(operand.getType()).getShape();
    int64_t index = 0, stride = 1;
    for (int64_t axis = int64_t(shape.size()) - 1; axis >= 0; --axis) {
      int64_t i = flat % shape[axis];
      flat /= shape[axis];
      index += (own[axis] == 1 ? 0 : i) * stride;
      stride *= own[axis];
    }
    return index;
  };
  std::vector<float> result(type.getNumElements());
  for (int64_t i = 0; i < int64_t(result.size()); ++i) {
    if (isa<tosa::ReshapeOp>(op)) {
      result[i] = (*x)[i];
      continue;
    }
    float a = (*x)[indexIn(op->getOperand(0), i)];
    float c = binary ? (*y)[indexIn(op->getOperand(1), i)] : 0.0f;
    result[i] = isa<tosa::AddOp>(op)     ? a + c
                : isa<tosa::SubOp>(op)   ? a - c
                : isa<tosa::MulOp>(op)   ? a * c
                : isa<tosa::RsqrtOp>(op) ? 1.0f / std::sqrt(a)
                                         : 1.0f / a;
  }
  b.setInsertionPoint(op);
  op->getResult(0).replaceAllUsesWith(
      makeWeights(b, op->getLoc(), shape, result));
}

//===----------------------------------------------------------------------===//
// Affine maps into weights
//===----------------------------------------------------------------------===//

namespace {

/// A linear op with its constants in double while maps are folded into them.
struct Constants {
  std::vector<double> weight, bias;
  bool hasBias = false;
  /// Some weight was multiplied by another factor than 1.
  bool hasGain = false;
  void noteGain(const Affine &affine) {
    hasGain |= llvm::any_of(affine.scale, [](double s) { return s != 1; });
  }
};

struct FoldBatchNorms : qs::impl::FoldBatchNormsBase<FoldBatchNorms> {
  void runOnOperation() override {
    folded = 0;
    OpBuilder b(&getContext());
    // Both only replace uses and add ops in front of `op`.
    getOperation().walk<WalkOrder::PreOrder>(
        [&](Operation *op) { foldConstants(op, b); });
    getOperation().walk<WalkOrder::PreOrder>([&](Operation *op) {
      if (std::optional<FloatLinear> linear = FloatLinear::get(op))
        foldInto(*linear, b);
    });
    numFolded += folded;
    getOperation().walk<WalkOrder::PostOrder, mlir::ReverseIterator>(
        [](Operation *op) {
          if (isOpTriviallyDead(op))
            op->erase();
        });
  }

  /// Nothing for weights that are not finite, too: quantizing refuses them, and
  /// names them as they are if no map has made them another.
  static std::optional<Constants> readConstants(const FloatLinear &linear) {
    std::optional<std::vector<float>> w = readFloats(linear.weight);
    if (!w || !llvm::all_of(*w, [](float x) { return std::isfinite(x); }))
      return {};
    Constants constants;
    constants.weight.assign(w->begin(), w->end());
    constants.bias.assign(linear.outputChannels(), 0.0);
    if (linear.bias) {
      std::optional<std::vector<float>> bias = readFloats(linear.bias);
      if (!bias)
        return {};
      for (size_t c = 0; c < constants.bias.size(); ++c)
        constants.bias[c] = (*bias)[bias->size() == 1 ? 0 : c];
      constants.hasBias = true;
    }
    return constants;
  }

  unsigned folded = 0;

  void foldInto(FloatLinear linear, OpBuilder &b) {
    std::optional<Constants> constants = readConstants(linear);
    if (!constants)
      return;
    // Statistics count nothing in builds of LLVM without them.
    unsigned before = folded;
    Value input = foldInputs(linear, *constants);
    Value last = foldOutputs(linear, *constants);
    if (folded == before)
      return;
    std::vector<float> weight(constants->weight.begin(),
                              constants->weight.end());
    std::vector<float> bias;
    if (constants->hasBias)
      bias.assign(constants->bias.begin(), constants->bias.end());
    linear.op->replaceUsesOfWith(linear.input, input);
    linear.input = input;
    if (constants->hasGain)
      linear.op->setAttr(kFoldedGainAttr, b.getUnitAttr());
    bool isOwn = last == linear.op->getResult(0);
    Value result = linear.replaceConstants(b, weight, bias);
    if (!isOwn)
      last.replaceAllUsesWith(result);
  }

  /// Maps behind the op; returns the value that the op's result replaces.
  Value foldOutputs(const FloatLinear &linear, Constants &constants) {
    Value last = linear.op->getResult(0);
    int64_t channels = linear.outputChannels();
    while (last.hasOneUse()) {
      Operation *user = *last.user_begin();
      std::optional<Affine> affine = getAffine(user, last, channels);
      if (!affine)
        break;
      for (size_t i = 0; i < constants.weight.size(); ++i)
        if (!affine->scale.empty())
          constants.weight[i] *= affine->scale[linear.channelOf(i) % channels];
      for (int64_t c = 0; c < channels; ++c) {
        if (!affine->scale.empty())
          constants.bias[c] *= affine->scale[c];
        if (!affine->shift.empty())
          constants.bias[c] += affine->shift[c];
      }
      constants.noteGain(*affine);
      constants.hasBias |= !affine->shift.empty();
      last = user->getResult(0);
      ++folded;
    }
    return last;
  }

  /// Maps in front of the op; returns the operand that is left.
  Value foldInputs(const FloatLinear &linear, Constants &constants) {
    Value input = linear.input;
    int64_t channels = linear.inputChannels();
    // One weight for every matrix of a batch keeps indices simple.
    if (!linear.isConv() && linear.qsWeightShape().size() > 2)
      return input;
    while (input.hasOneUse()) {
      Operation *op = input.getDefiningOp();
      if (!op || !isa<tosa::AddOp, tosa::SubOp, tosa::MulOp>(op))
        break;
      Value x = op->getOperand(0);
      std::optional<Affine> affine = getAffine(op, x, channels);
      if (!affine) {
        x = op->getOperand(1);
        affine = getAffine(op, x, channels);
      }
      if (!affine || (!affine->shift.empty() && linear.hasPadding()))
        break;
      int64_t outputs = linear.outputChannels();
      for (size_t i = 0; i < constants.weight.size(); ++i) {
        int64_t c = linear.inputChannelOf(i);
        if (!affine->shift.empty())
          constants.bias[linear.channelOf(i) % outputs] +=
              constants.weight[i] * affine->shift[c];
        if (!affine->scale.empty())
          constants.weight[i] *= affine->scale[c];
      }
      constants.noteGain(*affine);
      constants.hasBias |= !affine->shift.empty();
      input = x;
      ++folded;
    }
    return input;
  }
};

} // namespace
