//===- Pooling.cpp - largest and average of windows -----------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Raise.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "qs/Dialect/QS/Transforms/Utils/Constants.h"
#include <limits>

using namespace mlir;
using namespace qs;
using namespace qs::raise;

namespace {

struct Pool {
  bool max, channelsFirst;
  SmallVector<int64_t> kernel, strides, dilations;
};

} // namespace

static std::optional<Pool> poolOf(Operation *op) {
  auto with = [](auto pool, bool max, bool channelsFirst) {
    ArrayRef<int64_t> window = typeOf(pool.getInputs()[1]).getShape();
    return Pool{
        max, channelsFirst, SmallVector<int64_t>(window),
        llvm::to_vector(pool.getStrides().template getValues<int64_t>()),
        llvm::to_vector(pool.getDilations().template getValues<int64_t>())};
  };
  if (auto pool = dyn_cast<linalg::PoolingNhwcMaxOp>(op))
    return with(pool, true, false);
  if (auto pool = dyn_cast<linalg::PoolingNchwMaxOp>(op))
    return with(pool, true, true);
  if (auto pool = dyn_cast<linalg::PoolingNhwcSumOp>(op))
    return with(pool, false, false);
  if (auto pool = dyn_cast<linalg::PoolingNchwSumOp>(op))
    return with(pool, false, true);
  return {};
}

bool raise::isPooling(Operation *op) {
  return isa<linalg::PoolingNhwcMaxOp, linalg::PoolingNchwMaxOp,
             linalg::PoolingNhwcSumOp, linalg::PoolingNchwSumOp>(op);
}

/// Nothing is smaller among numbers: what a maximum starts from.
static bool isLeast(float x) {
  return x == -std::numeric_limits<float>::infinity() ||
         x == std::numeric_limits<float>::lowest();
}

/// The TOSA pool of `op`; the average where it sums.
static Value build(linalg::LinalgOp op, Context &c, Pool pool) {
  Value input = op->getOperand(0), result = op->getResult(0);
  if (!isStaticF32(input) || !isStaticF32(result))
    return c.fail("only f32 of static shape is raised");
  if (llvm::any_of(pool.dilations, [](int64_t d) { return d != 1; }))
    return c.fail("its windows are dilated, which TOSA has not");
  std::optional<Operand> init = resolve(c, op.getDpsInits().front());
  if (!init || !init->scalar ||
      !(pool.max ? isLeast(*init->scalar) : *init->scalar == 0.0f))
    return c.fail(pool.max ? "its maximum does not start from the least value"
                           : "its accumulator does not start from zero");
  // Averages count padded zeros, which those of TOSA do not: their padding
  // stays an op of its own.
  SmallVector<int64_t> pad(4, 0);
  int64_t height = pool.channelsFirst ? 2 : 1;
  Value inner = input;
  if (pool.max)
    if (auto taken = takePadding(inner, {height, height + 1}, isLeast))
      if (llvm::all_of(llvm::enumerate(*taken), [&](auto width) {
            return width.value() < pool.kernel[width.index() / 2];
          })) {
        pad = *taken;
        input = inner;
      }
  SmallVector<int64_t> shape(typeOf(result).getShape());
  if (pool.channelsFirst) {
    input = makeTranspose(c, input, {0, 2, 3, 1});
    shape = {shape[0], shape[2], shape[3], shape[1]};
  }
  // TOSA's windows end at the last row; what is behind them is cut off.
  int64_t kept[2];
  for (int64_t i : {0, 1}) {
    int64_t size = typeOf(input).getDimSize(1 + i);
    int64_t surplus = size + pad[2 * i] + pad[2 * i + 1] -
                      ((shape[1 + i] - 1) * pool.strides[i] + pool.kernel[i]);
    if (surplus < 0)
      return c.fail("its windows leave its input");
    int64_t fromPad = std::min(surplus, pad[2 * i + 1]);
    pad[2 * i + 1] -= fromPad;
    kept[i] = size - (surplus - fromPad);
  }
  input = makeCrop(c, input, kept[0], kept[1]);
  RankedTensorType type = typeOf(result).clone(shape);
  Value built;
  if (pool.max) {
    built = tosa::MaxPool2dOp::create(
        c.b, c.loc, type, input, c.b.getDenseI64ArrayAttr(pool.kernel),
        c.b.getDenseI64ArrayAttr(pool.strides), c.b.getDenseI64ArrayAttr(pad),
        tosa::NanPropagationModeAttr::get(c.b.getContext(),
                                          tosa::NanPropagationMode::PROPAGATE));
  } else {
    Value zero = makeFloats(c.b, c.loc, {1}, 0.0f);
    built = tosa::AvgPool2dOp::create(c.b, c.loc, type, input, zero, zero,
                                      c.b.getDenseI64ArrayAttr(pool.kernel),
                                      c.b.getDenseI64ArrayAttr(pool.strides),
                                      c.b.getDenseI64ArrayAttr(pad),
                                      TypeAttr::get(c.b.getF32Type()));
  }
  return pool.channelsFirst ? makeTranspose(c, built, {0, 3, 1, 2}) : built;
}

Value raise::raisePooling(linalg::LinalgOp op, Context &c) {
  Pool pool = *poolOf(op);
  if (!pool.max)
    return c.fail("its sum is not divided by the size of its window");
  return build(op, c, pool);
}

Value raise::raiseAverage(linalg::LinalgOp op, Context &c) {
  Block *body = op.getBlock();
  Operation *step = body->getTerminator()->getOperand(0).getDefiningOp();
  if (!isa_and_nonnull<arith::DivFOp, arith::MulFOp>(step) ||
      step->getBlock() != body || op->getNumResults() != 1)
    return {};
  OpOperand *sum = nullptr;
  std::optional<float> factor;
  for (Value operand : step->getOperands()) {
    auto argument = dyn_cast<BlockArgument>(operand);
    if (!argument || argument.getOwner() != body) {
      factor = constantScalar(operand);
      continue;
    }
    OpOperand *use = op.getMatchingOpOperand(argument);
    AffineMap map = op.getMatchingIndexingMap(use);
    Operation *producer = use->get().getDefiningOp();
    if (producer && isPooling(producer) && !poolOf(producer)->max &&
        map.isIdentity())
      sum = use;
    else if (auto constant = resolve(c, use->get(), map))
      factor = constant->scalar;
  }
  bool divides = isa<arith::DivFOp>(step);
  if (!sum || !factor || step->getOperand(0) == step->getOperand(1) ||
      (divides && op.getMatchingBlockArgument(sum) != step->getOperand(0)) ||
      !op.getMatchingIndexingMap(op.getDpsInitOperand(0)).isIdentity() ||
      llvm::any_of(op->getResultTypes(),
                   [&](Type t) { return t != sum->get().getType(); }))
    return {};
  Operation *producer = sum->get().getDefiningOp();
  Pool pool = *poolOf(producer);
  float count = float(pool.kernel[0] * pool.kernel[1]);
  if (*factor != (divides ? count : 1.0f / count))
    return {};
  return build(cast<linalg::LinalgOp>(producer), c, pool);
}
