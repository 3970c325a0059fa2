//===- FoldElementwise.cpp - add, mul, clamp -----------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Folders.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "qs/Dialect/QS/Transforms/Utils/Constants.h"

using namespace mlir;
using namespace qs;
using namespace qs::fold;

/// What fits i32 after the zero point is subtracted, exactly as f32 too.
static bool fitsProduct(const Source &a, const Source &b) {
  return a.type.getBits() + b.type.getBits() <= 30;
}

LogicalResult fold::foldBinary(Operation *op, OpBuilder &b, std::string &why) {
  Value lhs = op->getOperand(0), rhs = op->getOperand(1);
  std::optional<Source> x = getSource(lhs, why), y = getSource(rhs, why);
  // With a constant, with one tensor twice, or behind other functions of one
  // tensor, it is a function of one tensor.
  if (!x || !y || lhs == rhs) {
    std::string reason;
    if (succeeded(foldLookup(op, b, reason)))
      return success();
    if (!x || !y) {
      why = reason;
      return failure();
    }
  }
  std::optional<SmallVector<QuantizedUse>> uses =
      getQuantizedUses(op->getResult(0), why);
  if (!uses)
    return failure();
  bool isMul = isa<tosa::MulOp>(op);
  if (isMul && !fitsProduct(*x, *y)) {
    why = "its product needs more than 32 bits";
    return failure();
  }
  double sx = x->affine.scale, sy = y->affine.scale;
  for (QuantizedUse use : *uses) {
    b.setInsertionPoint(use.quantize);
    Location loc = op->getLoc();
    double so = use.target.affine.scale;
    Value xz = makeZeroPoint(b, loc, x->affine.zeroPoint);
    Value yz = makeZeroPoint(b, loc, y->affine.zeroPoint);
    Value oz = makeZeroPoint(b, loc, use.target.affine.zeroPoint);
    auto type = cast<RankedTensorType>(use.quantize.getType());
    RoundingMode rounding = use.quantize.getRounding();
    Overflow overflow = use.quantize.getOverflow();
    Value codes;
    if (isMul) {
      codes = qs::MulOp::create(b, loc, type, x->codes, y->codes,
                                makeMultiplier(b, loc, sx * sy / so), xz, yz,
                                oz, rounding, overflow);
    } else {
      double sign = isa<tosa::SubOp>(op) ? -1.0 : 1.0;
      codes = qs::AddOp::create(b, loc, type, x->codes, y->codes,
                                makeMultiplier(b, loc, sx / so),
                                makeMultiplier(b, loc, sign * sy / so), xz, yz,
                                oz, rounding, overflow);
    }
    replaceUse(b, use, codes);
  }
  return success();
}

/// The codes of `source` with the parameters of `use`.
static Value convertCodes(OpBuilder &b, const Source &source,
                          QuantizedUse use) {
  if (source == use.target)
    return source.codes;
  double m = double(source.affine.scale) / use.target.affine.scale;
  return makeRequantize(b, use, source.codes,
                        makeMultiplier(b, use.quantize.getLoc(), m),
                        source.affine.zeroPoint);
}

/// Quantization is monotone, so quantize(clamp(x, lo, hi)) is
/// clamp(quantize(x), quantize(lo), quantize(hi)).
LogicalResult fold::foldClamp(Operation *op, OpBuilder &b, std::string &why) {
  auto clamp = cast<tosa::ClampOp>(op);
  std::optional<Source> source = getSource(clamp.getInput(), why);
  if (!source)
    return failure();
  std::optional<SmallVector<QuantizedUse>> uses =
      getQuantizedUses(clamp.getResult(), why);
  if (!uses)
    return failure();
  float lo = cast<FloatAttr>(clamp.getMinVal()).getValue().convertToFloat();
  float hi = cast<FloatAttr>(clamp.getMaxVal()).getValue().convertToFloat();
  for (QuantizedUse use : *uses) {
    float least = use.lo, most = use.hi;
    use.lo = std::min(std::max(lo, least), most);
    use.hi = std::min(std::max(hi, least), most);
    b.setInsertionPoint(use.quantize);
    replaceUse(b, use, convertCodes(b, *source, use));
  }
  return success();
}

LogicalResult fold::foldQuantize(Operation *op, OpBuilder &b,
                                 std::string &why) {
  auto quantize = cast<QuantizeOp>(op);
  std::optional<Source> source =
      getSource(quantize.getInput(), why, /*anyCode=*/true);
  if (source && !source->type.isInteger()) {
    // A number of the code goes back to its word (another word for zero aside).
    auto scale = readFloats(quantize.getScale());
    if (source->type != QuantType::of(quantize.getType()) || !scale ||
        quantize.getRounding() == RoundingMode::Stochastic ||
        scale->size() != 1 || (*scale)[0] != source->affine.scale) {
      why = "its code is not an integer code";
      return failure();
    }
    quantize.getResult().replaceAllUsesWith(source->codes);
    return success();
  }
  std::optional<Params> target = getTarget(quantize, why);
  if (!source || !target)
    return failure();
  constexpr float inf = std::numeric_limits<float>::infinity();
  QuantizedUse use{quantize, *target, -inf, inf};
  b.setInsertionPoint(quantize);
  Value codes = convertCodes(b, *source, use);
  quantize.getResult().replaceAllUsesWith(codes);
  return success();
}
