//===- Pack.cpp - pack weights and fuse kernel epilogues ------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Dialect/QS/Transforms/Pack/Passes.h"
#include "Linear.h"
#include "qs/Dialect/QS/IR/Names.h"
#include "qs/Dialect/QS/Transforms/Utils/Constants.h"
#include "qs/Dialect/QS/Transforms/Utils/Fallback.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/Remarks.h"

namespace qs {
#define GEN_PASS_DEF_PACKPASS
#include "qs/Dialect/QS/Transforms/Pack/Passes.h.inc"
} // namespace qs

using namespace mlir;
using namespace qs;
using namespace qs::pack;

namespace {

/// What follows the sums and becomes part of the kernel.
struct Tail {
  /// The absorbed ops, from the linear op on; the result of the last one is what
  /// the kernel gives.
  SmallVector<Operation *> ops;
  EpilogueAttr epilogue;
  Value multiplier;
  /// Element type of the kernel's result.
  Type element;
  /// The bias, with a constant that is added behind the op.
  Value bias;
};

} // namespace

/// The only user of the op's result, or null.
static Operation *onlyUser(Operation *op) {
  return op->getResult(0).hasOneUse() ? *op->getResult(0).user_begin()
                                      : nullptr;
}

static Tail plainTail(const Linear &linear) {
  return {{linear.op},
          EpilogueAttr::get(linear.op->getContext(), EpilogueKind::Store,
                            RoundingMode::HalfEven, 0, 0, 0, {}, {}),
          {},
          linear.resultType().getElementType(),
          linear.bias};
}

/// One f32 for each column from a constant of one or of N elements.
static std::optional<std::vector<float>> readColumns(Value value,
                                                     int64_t columns) {
  std::optional<std::vector<float>> read = readFloats(value);
  if (!read)
    return {};
  ArrayRef<int64_t> shape = cast<ShapedType>(value.getType()).getShape();
  if (read->size() == 1)
    read->assign(columns, read->front());
  else if (int64_t(read->size()) != columns || shape.back() != columns)
    return {};
  return read;
}

/// Absorbs an added constant and a clamp; the bias is added last in either form,
/// so the rounding is the same.
static std::optional<Tail> floatTail(const Linear &linear, std::string &why) {
  Tail tail = plainTail(linear);
  OpBuilder b(linear.op);
  int64_t columns = linear.columns();
  if (linear.bias &&
      cast<ShapedType>(linear.bias.getType()).getNumElements() != columns) {
    std::optional<std::vector<float>> bias = readColumns(linear.bias, columns);
    if (!bias) {
      why = "its bias is not constant and not one for each channel";
      return {};
    }
    tail.bias = makeFloats(b, linear.op->getLoc(), {columns}, *bias);
  }
  auto add = dyn_cast_or_null<tosa::AddOp>(onlyUser(linear.op));
  if (!tail.bias && add && add.getType() == linear.resultType()) {
    Value other = add.getInput1() == linear.op->getResult(0) ? add.getInput2()
                                                             : add.getInput1();
    if (std::optional<std::vector<float>> bias = readColumns(other, columns)) {
      tail.bias = makeFloats(b, linear.op->getLoc(), {columns}, *bias);
      tail.ops.push_back(add);
    }
  }
  auto clamp = dyn_cast_or_null<tosa::ClampOp>(onlyUser(tail.ops.back()));
  if (!clamp || clamp.getNanMode() != tosa::NanPropagationMode::PROPAGATE)
    return tail;
  auto bound = [](Attribute attr) { return dyn_cast<FloatAttr>(attr); };
  FloatAttr min = bound(clamp.getMinVal()), max = bound(clamp.getMaxVal());
  if (!min || !max || min.getValue().isNaN() || max.getValue().isNaN())
    return tail;
  tail.epilogue = EpilogueAttr::get(clamp.getContext(), EpilogueKind::Store,
                                    RoundingMode::HalfEven, 0, 0, 0, min, max);
  tail.ops.push_back(clamp);
  return tail;
}

static Tail integerTail(const Linear &linear) {
  Tail tail = plainTail(linear);
  auto requantize = dyn_cast_or_null<RequantizeOp>(onlyUser(linear.op));
  if (!requantize || requantize.getOverflow() != Overflow::Saturate ||
      requantize.getInputZp())
    return tail;
  int32_t zeroPoint = 0;
  if (Value operand = requantize.getZeroPoint()) {
    std::optional<std::vector<int32_t>> zero = readInts(operand);
    if (!zero)
      return tail;
    zeroPoint = zero->front();
  }
  QuantType type = QuantType::of(requantize.getType());
  auto [lower, upper] = type.getIntegerRange();
  tail.ops.push_back(requantize);
  if (auto clamp = dyn_cast_or_null<ClampOp>(onlyUser(requantize))) {
    // The accessors are unsigned, the attributes are not.
    lower = std::max<int64_t>(lower, int32_t(clamp.getMin()));
    upper = std::min<int64_t>(upper, int32_t(clamp.getMax()));
    tail.ops.push_back(clamp);
  }
  tail.multiplier = requantize.getMultiplier();
  tail.epilogue = EpilogueAttr::get(
      requantize.getContext(), EpilogueKind::Requantize,
      requantize.getRounding(), zeroPoint, lower, upper, {}, {});
  tail.element =
      IntegerType::get(requantize.getContext(), type.getBits() > 8 ? 16 : 8);
  return tail;
}

/// Code words of `value` in whole bytes.
static Value toBytes(OpBuilder &b, Location loc, Value value) {
  QuantType type = QuantType::of(value.getType());
  if (!type)
    return value;
  auto tensor = cast<RankedTensorType>(value.getType());
  Value words = StorageCastOp::create(
      b, loc, tensor.clone(type.getStorageType()), value);
  if (type.getBits() == 8)
    return words;
  auto bytes = tensor.clone(b.getI8Type());
  if (type.getIntegerRange().first < 0)
    return arith::ExtSIOp::create(b, loc, bytes, words);
  return arith::ExtUIOp::create(b, loc, bytes, words);
}

/// Inverse of toBytes for a kernel's result.
static Value fromBytes(OpBuilder &b, Location loc, Value value, Type type) {
  QuantType quant = QuantType::of(type);
  if (!quant)
    return value;
  Type words = QuantType::toStorage(type);
  if (words != value.getType())
    value = arith::TruncIOp::create(b, loc, words, value);
  return StorageCastOp::create(b, loc, type, value);
}

/// The bias with everything that zero points and the conversion of the rows
/// ask for: bias - (zero point + shift) * column sums, modulo 2^32 like the
/// sums themselves.
static Value makeIntegerBias(OpBuilder &b, const Linear &linear,
                             const Weights &weights, const Rows &rows) {
  Location loc = linear.op->getLoc();
  int64_t columns = linear.columns();
  auto type = RankedTensorType::get({columns}, b.getI32Type());
  int64_t offset = rows.shift + rows.zeroPoint.value_or(0);
  std::vector<int32_t> corrected(columns);
  std::optional<std::vector<int32_t>> known;
  if (linear.bias)
    known = readInts(linear.bias);
  for (int64_t c = 0; c < columns; ++c)
    corrected[c] = int32_t(uint32_t((known ? (*known)[c] : 0) -
                                    offset * weights.sums[c]));
  bool unknownBias = linear.bias && !known;
  bool none = llvm::all_of(corrected, [](int32_t x) { return x == 0; });
  if (none && rows.zeroPoint)
    return unknownBias ? linear.bias : Value();
  Value bias = makeInts(b, loc, {columns}, corrected);
  if (unknownBias)
    bias = arith::AddIOp::create(b, loc, bias, linear.bias);
  if (rows.zeroPoint)
    return bias;
  std::vector<int32_t> sums(weights.sums.begin(), weights.sums.end());
  Value zero = tensor::ExtractOp::create(b, loc, linear.inputZp, ValueRange{});
  Value product = arith::MulIOp::create(
      b, loc, tensor::SplatOp::create(b, loc, type, zero),
      makeInts(b, loc, {columns}, sums));
  return arith::SubIOp::create(b, loc, bias, product);
}

/// The activations as the kernel reads them.
static Value makeRows(OpBuilder &b, const Linear &linear, const Rows &rows) {
  Location loc = linear.op->getLoc();
  Value input = toBytes(b, loc, linear.input);
  if (!linear.hasPadding() && rows.channelPad == 0 &&
      rows.conversion == RowConversion::Copy)
    return input;
  auto type = cast<RankedTensorType>(input.getType());
  SmallVector<int64_t> shape(type.getShape());
  if (linear.hasPadding()) {
    shape[1] += linear.pad[0] + linear.pad[1];
    shape[2] += linear.pad[2] + linear.pad[3];
  }
  shape.back() += rows.channelPad;
  Type element = type.getElementType();
  if (rows.conversion == RowConversion::SignExtend ||
      rows.conversion == RowConversion::ZeroExtend)
    element = b.getI16Type();
  Value init = tensor::EmptyOp::create(b, loc, shape, element);
  int64_t fill = linear.isFloat() ? 0 : *rows.zeroPoint + rows.shift;
  if (!linear.hasPadding())
    fill = 0;
  return PrepareRowsOp::create(b, loc, TypeRange{init.getType()}, input, init,
                               rows.conversion, linear.pad, rows.channelPad,
                               fill)
      .getResult(0);
}

static Value makeConstant(OpBuilder &b, Location loc, const Weights &weights,
                          LayoutAttrInterface layout) {
  SmallVector<char> bytes = layout.pack(weights.logical, weights.words);
  auto type = RankedTensorType::get({int64_t(bytes.size())}, b.getI8Type());
  return PackedConstantOp::create(
      b, loc, PackedType::get(b.getContext(), weights.logical, layout),
      DenseElementsAttr::getFromRawBuffer(type, bytes));
}

/// Replaces the op and its tail by a packed kernel, or gives the reason why
/// not. The op stays for the caller to erase.
static LogicalResult packLinear(const Linear &linear,
                                const native::Target &target,
                                std::string &why) {
  std::optional<Plan> plan = planKernel(linear, target, why);
  if (!plan)
    return failure();
  auto gemm = dyn_cast<GemmLayoutAttr>(plan->layout);
  // Channels that are added hold zero, which not every code has a word for.
  bool tables = gemm && plan->rows.channelPad == 0;
  std::optional<Weights> weights = readWeights(linear, tables, why);
  if (!weights)
    return failure();
  if (weights->table)
    plan->layout = cast<LayoutAttrInterface>(gemm.withTable(weights->table));
  std::optional<Tail> found =
      linear.isFloat() ? floatTail(linear, why) : integerTail(linear);
  if (!found)
    return failure();
  Tail &tail = *found;

  // All operands of the tail are there where its last op is.
  OpBuilder b(tail.ops.back());
  Location loc = linear.op->getLoc();
  Value bias = linear.isFloat()
                   ? tail.bias
                   : makeIntegerBias(b, linear, *weights, plan->rows);
  if (plan->rows.channelPad > 0)
    weights->padChannels(linear, plan->rows.channelPad);
  Value rows = makeRows(b, linear, plan->rows);
  Value packed = makeConstant(b, loc, *weights, plan->layout);
  Value init = tensor::EmptyOp::create(
      b, loc, linear.resultType().getShape(), tail.element);
  Value result;
  if (linear.isConv)
    result = PackedConv2DOp::create(b, loc, TypeRange{init.getType()}, rows,
                                    packed, bias, tail.multiplier, Value(),
                                    Value(), Value(), Value(), Value(), Value(),
                                    init, tail.epilogue, plan->rows.isSigned,
                                    linear.stride, linear.dilation)
                 .getResult(0);
  else
    result = PackedMatmulOp::create(b, loc, TypeRange{init.getType()}, rows,
                                    packed, bias, tail.multiplier, Value(),
                                    Value(), Value(), Value(), Value(), Value(),
                                    init, tail.epilogue, plan->rows.isSigned)
                 .getResult(0);
  Value old = tail.ops.back()->getResult(0);
  old.replaceAllUsesWith(fromBytes(b, loc, result, old.getType()));

  for (Operation *op : llvm::reverse(tail.ops))
    op->erase();
  return success();
}

namespace {

struct Pack : qs::impl::PackPassBase<Pack> {
  using PackPassBase::PackPassBase;

  void runOnOperation() override {
    const native::Target *chosen = resolveTarget(target);
    if (!chosen) {
      getOperation()->emitError()
          << "unknown target " << target
          << ", expected avx512vnni, avx2, generic or host";
      return signalPassFailure();
    }
    SmallVector<Operation *> work;
    getOperation()->walk([&](Operation *op) {
      if (Linear::get(op))
        work.push_back(op);
    });
    for (Operation *op : work) {
      // Read late: packing an op replaces the input of the next.
      std::string why;
      if (succeeded(packLinear(*Linear::get(op), *chosen, why))) {
        ++numPacked;
        continue;
      }
      ++numLeft;
      emitFallbackRemark(op, "qs-pack", why);
    }
  }
};

} // namespace
