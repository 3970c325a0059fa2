//===- Folders.cpp - what the folders share ------------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Folders.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "qs/Dialect/QS/Transforms/Utils/Constants.h"
#include "qs/Dialect/QS/Transforms/Utils/Fallback.h"
#include <cmath>
#include <limits>

using namespace mlir;
using namespace qs;
using namespace qs::fold;

/// Scale and zero point where both are one constant.
static std::optional<Params> constantParams(QuantType type, Value scale,
                                            Value zeroPoint, std::string &why,
                                            bool anyCode = false) {
  if (anyCode && type.getParameterCount() > 0) {
    why = "an activation has a codebook";
    return {};
  }
  if (!anyCode && !type.isInteger()) {
    why = "the code " + type.getCode().getCodeName() +
          " of an activation is not an integer code";
    return {};
  }
  if (!type.getScale().isPerTensor()) {
    why = "an activation has more than one scale";
    return {};
  }
  std::optional<std::vector<float>> s = readFloats(scale);
  if (!s || s->size() != 1) {
    why = "a scale is known at run time only";
    return {};
  }
  Params params{type, {(*s)[0], 0}};
  if (zeroPoint) {
    std::optional<std::vector<int32_t>> z = readInts(zeroPoint);
    if (!z || z->size() != 1) {
      why = "a zero point is known at run time only";
      return {};
    }
    params.affine.zeroPoint = (*z)[0];
  }
  return params;
}

std::optional<Source> fold::getSource(Value value, std::string &why,
                                      bool anyCode) {
  auto dequantize = value.getDefiningOp<DequantizeOp>();
  if (!dequantize) {
    why = "an operand is not quantized";
    return {};
  }
  std::optional<Params> params = constantParams(
      QuantType::of(dequantize.getInput().getType()), dequantize.getScale(),
      dequantize.getZeroPoint(), why, anyCode);
  if (!params)
    return {};
  Source source;
  static_cast<Params &>(source) = *params;
  source.codes = dequantize.getInput();
  return source;
}

LogicalResult fold::moveAsFloat(Operation *op, OpBuilder &b,
                                const Source &source, StringRef reason) {
  markFallback(op, reason);
  b.setInsertionPointAfter(op);
  Location loc = op->getLoc();
  Value moved = op->getResult(0);
  auto type = cast<RankedTensorType>(moved.getType());
  auto like = op->getOperand(0).getDefiningOp<DequantizeOp>();
  auto codes = QuantizeOp::create(
      b, loc, RankedTensorType::get(type.getShape(), source.type), moved,
      like.getScale(), like.getZeroPoint());
  Value real = DequantizeOp::create(b, loc, type, codes, like.getScale(),
                                    like.getZeroPoint());
  moved.replaceAllUsesExcept(real, codes);
  return success();
}

std::optional<Params> fold::getTarget(QuantizeOp op, std::string &why) {
  if (op.getRounding() == RoundingMode::Stochastic) {
    why = "its result is rounded at random";
    return {};
  }
  if (op.getOrder() != RoundingOrder::RoundThenAdd) {
    why = "its result is quantized with add_then_round";
    return {};
  }
  return constantParams(QuantType::of(op.getType()), op.getScale(),
                        op.getZeroPoint(), why);
}

num::LevelRange QuantizedUse::clampedLevels() const {
  num::LevelRange levels = levelsOf(target.type);
  return {num::quantize(lo, target.affine, levels),
          num::quantize(hi, target.affine, levels)};
}

/// Collects the quantizes of `value`, which passed clamps to [lo, hi].
static bool collectUses(Value value, float lo, float hi,
                        SmallVectorImpl<QuantizedUse> &uses, std::string &why) {
  for (Operation *user : value.getUsers()) {
    if (auto quantize = dyn_cast<QuantizeOp>(user)) {
      std::optional<Params> target = getTarget(quantize, why);
      if (!target)
        return false;
      uses.push_back({quantize, *target, lo, hi});
      continue;
    }
    auto clamp = dyn_cast<tosa::ClampOp>(user);
    if (!clamp) {
      why = ("its result is used as float by " + user->getName().getStringRef())
                .str();
      return false;
    }
    auto bound = [](Attribute attr) {
      return cast<FloatAttr>(attr).getValue().convertToFloat();
    };
    float cl = bound(clamp.getMinVal()), ch = bound(clamp.getMaxVal());
    if (!collectUses(clamp.getResult(), std::min(std::max(lo, cl), ch),
                     std::min(std::max(hi, cl), ch), uses, why))
      return false;
  }
  return true;
}

std::optional<SmallVector<QuantizedUse>>
fold::getQuantizedUses(Value value, std::string &why) {
  constexpr float inf = std::numeric_limits<float>::infinity();
  SmallVector<QuantizedUse> uses;
  if (!collectUses(value, -inf, inf, uses, why))
    return {};
  if (uses.empty()) {
    why = "its result is not quantized";
    return {};
  }
  return uses;
}

void fold::replaceUse(OpBuilder &b, QuantizedUse use, Value codes) {
  num::LevelRange levels = levelsOf(use.target.type);
  num::LevelRange clamped = use.clampedLevels();
  if (clamped != levels)
    codes = qs::ClampOp::create(b, use.quantize.getLoc(), codes.getType(),
                                codes, clamped.min, clamped.max);
  use.quantize.getResult().replaceAllUsesWith(codes);
  use.quantize.erase();
}

Value fold::makeZeroPoint(OpBuilder &b, Location loc, int32_t zp) {
  return zp ? makeInts(b, loc, {}, zp) : Value();
}

Value fold::makeMultiplier(OpBuilder &b, Location loc, double m) {
  return makeFloats(b, loc, {}, static_cast<float>(m));
}

Value fold::makeRequantize(OpBuilder &b, QuantizedUse use, Value input,
                           Value multiplier, int32_t inputZp) {
  Location loc = use.quantize.getLoc();
  Value zeroPoint = makeZeroPoint(b, loc, use.target.affine.zeroPoint);
  return RequantizeOp::create(b, loc, use.quantize.getType(), input, multiplier,
                              makeZeroPoint(b, loc, inputZp), zeroPoint,
                              use.quantize.getRounding(),
                              use.quantize.getOverflow());
}
