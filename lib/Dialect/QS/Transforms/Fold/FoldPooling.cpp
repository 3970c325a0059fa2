//===- FoldPooling.cpp - pools and means ---------------------------------===//
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

/// `dequantize` of `codes` with the parameters of the dequantize at `like`.
static Value redequantize(OpBuilder &b, Operation *op, Value like,
                          Value codes) {
  auto dequantize = like.getDefiningOp<DequantizeOp>();
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  return DequantizeOp::create(b, op->getLoc(), type, codes,
                              dequantize.getScale(), dequantize.getZeroPoint());
}

/// Dequantization is monotone (scales are positive), so the maximum of the
/// reals is the real of the maximum.
LogicalResult fold::foldMaxPool(Operation *op, OpBuilder &b, std::string &why) {
  auto pool = cast<tosa::MaxPool2dOp>(op);
  std::optional<Source> source =
      getSource(pool.getInput(), why, /*anyCode=*/true);
  if (!source)
    return failure();
  if (!source->type.isInteger())
    return moveAsFloat(op, b, *source,
                       "words of the code " +
                           source->type.getCode().getCodeName() +
                           " are not ordered as their numbers");
  b.setInsertionPoint(op);
  auto type = RankedTensorType::get(cast<ShapedType>(pool.getType()).getShape(),
                                    source->type);
  Value codes = qs::MaxPool2DOp::create(b, op->getLoc(), type, source->codes,
                                        pool.getKernel(), pool.getStride(),
                                        pool.getPad());
  pool.getResult().replaceAllUsesWith(
      redequantize(b, op, pool.getInput(), codes));
  return success();
}

/// Sums of (q - z) over windows of `kernel`, times s_in / (count s_out).
static void makeAverage(OpBuilder &b, Operation *op, const Source &source,
                        ArrayRef<QuantizedUse> uses, ArrayRef<int64_t> kernel,
                        ArrayRef<int64_t> stride, double factor) {
  b.setInsertionPointAfter(op);
  Location loc = op->getLoc();
  auto out = cast<ShapedType>(op->getResult(0).getType());
  auto type = RankedTensorType::get(out.getShape(), b.getI32Type());
  int64_t pad[] = {0, 0, 0, 0};
  Value sum = SumPool2DOp::create(
      b, loc, type, source.codes,
      makeZeroPoint(b, loc, source.affine.zeroPoint), kernel, stride, pad);
  for (QuantizedUse use : uses) {
    b.setInsertionPoint(use.quantize);
    Value m = makeMultiplier(
        b, loc, factor * source.affine.scale / use.target.affine.scale);
    replaceUse(b, use, makeRequantize(b, use, sum, m));
  }
}

/// A sum of `count` codes of `type` stays within i32.
static bool sumFits(const Source &source, int64_t count, std::string &why) {
  num::LevelRange levels = levelsOf(source.type);
  int64_t most = std::max(levels.max - int64_t(source.affine.zeroPoint),
                          source.affine.zeroPoint - int64_t(levels.min));
  if (count <= INT32_MAX / std::max<int64_t>(most, 1))
    return true;
  why = "the sum over a window of " + std::to_string(count) + " can leave i32";
  return false;
}

LogicalResult fold::foldAvgPool(Operation *op, OpBuilder &b, std::string &why) {
  auto pool = cast<tosa::AvgPool2dOp>(op);
  std::optional<Source> source = getSource(pool.getInput(), why);
  if (!source)
    return failure();
  std::optional<SmallVector<QuantizedUse>> uses =
      getQuantizedUses(pool.getResult(), why);
  if (!uses)
    return failure();
  if (llvm::any_of(pool.getPad(), [](int64_t p) { return p != 0; })) {
    why = "windows at the padded border average fewer elements";
    return failure();
  }
  int64_t count = pool.getKernel()[0] * pool.getKernel()[1];
  if (!sumFits(*source, count, why))
    return failure();
  makeAverage(b, op, *source, *uses, pool.getKernel(), pool.getStride(),
              1.0 / double(count));
  return success();
}

/// reduce_sum over H and W of an NHWC tensor, one after the other, perhaps
/// scaled by a constant: the mean over an image.
LogicalResult fold::foldReduceSum(Operation *op, OpBuilder &b,
                                  std::string &why) {
  // The last op of the chain is the one that is quantized.
  double factor = 1.0;
  Value value = op->getResult(0);
  if (auto mul = dyn_cast<tosa::MulOp>(op)) {
    std::optional<float> constant = readSplatFloat(mul.getInput2());
    value = mul.getInput1();
    if (!constant) {
      constant = readSplatFloat(mul.getInput1());
      value = mul.getInput2();
    }
    if (!constant || *constant <= 0) {
      why = "it is not scaled by one positive constant";
      return failure();
    }
    factor = *constant;
  }
  bool axes[2] = {false, false};
  while (auto sum = value.getDefiningOp<tosa::ReduceSumOp>()) {
    int64_t axis = sum.getAxis();
    if (cast<ShapedType>(sum.getInput().getType()).getRank() != 4 || axis < 1 ||
        axis > 2) {
      why = "it sums over an axis that is not a spatial one";
      return failure();
    }
    axes[axis - 1] = true;
    value = sum.getInput();
  }
  if (!axes[0] && !axes[1]) {
    why = "it is no sum";
    return failure();
  }
  std::optional<Source> source = getSource(value, why);
  if (!source)
    return failure();
  std::optional<SmallVector<QuantizedUse>> uses =
      getQuantizedUses(op->getResult(0), why);
  if (!uses)
    return failure();
  ArrayRef<int64_t> shape = cast<ShapedType>(value.getType()).getShape();
  int64_t kernel[] = {axes[0] ? shape[1] : 1, axes[1] ? shape[2] : 1};
  int64_t stride[] = {1, 1};
  if (!sumFits(*source, kernel[0] * kernel[1], why))
    return failure();
  makeAverage(b, op, *source, *uses, kernel, stride, factor);
  return success();
}
