//===- RuntimeWeights.cpp - Weights that come at run time -----------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RuntimeWeights.h"
#include "Batches.h"
#include "Bytes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/TypeUtilities.h"
#include "qs/Dialect/QS/IR/LinearForms.h"
#include "qs/Dialect/QS/IR/PackedKernels.h"
#include "qs/Dialect/QS/Transforms/Utils/Constants.h"
#include "qs/Target/Native/Tile.h"

using namespace mlir;

namespace qs::pack {

/// Fewer rows do not pay for packing.
static constexpr int64_t kLeastRows = 4;

/// The numbers of one side: i16 less their zero points, or f32.
static bool fitsWords(Value codes, Value zero, int64_t &most,
                      std::string &why) {
  QuantType type = QuantType::of(codes.getType());
  if (!type)
    return true;
  num::LevelRange range{INT8_MIN, INT8_MAX};
  if (type.isInteger())
    range = levelsOf(type);
  else if (!type.getFixedPoint() || type.getBits() > 6) {
    why = "activations of the code " + type.getCode().getCodeName() +
          " have no packed kernel";
    return false;
  }
  bool none = !zero;
  if (zero)
    if (std::optional<std::vector<int32_t>> zeros = readInts(zero))
      none = llvm::all_of(*zeros, [](int32_t z) { return z == 0; });
  if (!none)
    range = {range.min - range.max, range.max - range.min};
  if (range.min < INT16_MIN || range.max > INT16_MAX) {
    why = "its operands are both activations, and less zero points one takes "
          "17 bits";
    return false;
  }
  most = std::max(-range.min, range.max);
  return true;
}

/// Those numbers. Zero points are scalars or lie along `axis`.
static Value toWords(OpBuilder &b, Value codes, Value zero, int64_t axis) {
  Location loc = codes.getLoc();
  QuantType type = QuantType::of(codes.getType());
  if (!type)
    return codes;
  Value words = toBytes(b, loc, codes, /*levels=*/true);
  auto tensor = cast<RankedTensorType>(words.getType());
  auto wide = tensor.clone(b.getI16Type());
  if (tensor != wide && type.isInteger() && type.getIntegerRange().first >= 0)
    words = arith::ExtUIOp::create(b, loc, wide, words);
  else if (tensor != wide)
    words = arith::ExtSIOp::create(b, loc, wide, words);
  if (!zero)
    return words;
  zero = limitedZeros(b, zero, codes);
  auto zeros = cast<RankedTensorType>(zero.getType());
  zero = arith::TruncIOp::create(b, loc, zeros.clone(b.getI16Type()), zero);
  SmallVector<int64_t> added;
  for (int64_t d = 0; d < wide.getRank(); ++d)
    if (zeros.getRank() == 0 || d != axis)
      added.push_back(d);
  Value init = tensor::EmptyOp::create(b, loc, wide.getShape(), b.getI16Type());
  Value all =
      linalg::BroadcastOp::create(b, loc, zero, init, added)->getResult(0);
  return arith::SubIOp::create(b, loc, words, all);
}

/// [batch, N, K] (or [batch, K, N]) padded and put into panels.
static Value toPanels(OpBuilder &b, Location loc, Value words,
                      const native::PackedLayout &layout, bool transposed) {
  Type element = getElementTypeOrSelf(words.getType());
  int64_t batch = layout.groups, width = layout.vectors * layout.lanes;
  int64_t panels = layout.columnVectors() / layout.vectors;
  int64_t steps = layout.steps();
  SmallVector<int64_t> sizes = {batch, layout.columns, layout.run};
  SmallVector<int64_t> padded = {batch, panels * width, steps * layout.k};
  SmallVector<int64_t> split = {batch, panels, width, steps, layout.k};
  SmallVector<int64_t> order = {0, 1, 3, 2, 4};
  if (!transposed) {
    std::swap(sizes[1], sizes[2]);
    std::swap(padded[1], padded[2]);
    split = {batch, steps, layout.k, panels, width};
    order = {0, 3, 1, 4, 2};
  }
  words = reshapeTo(b, loc, words, sizes);
  if (padded != sizes) {
    SmallVector<OpFoldResult> low(3, b.getIndexAttr(0)), high;
    for (int d = 0; d < 3; ++d)
      high.push_back(b.getIndexAttr(padded[d] - sizes[d]));
    Value zero = arith::ConstantOp::create(b, loc, b.getZeroAttr(element));
    words = tensor::PadOp::create(
        b, loc, RankedTensorType::get(padded, element), words, low, high, zero);
  }
  words = reshapeTo(b, loc, words, split);
  SmallVector<int64_t> to;
  for (int64_t d : order)
    to.push_back(split[d]);
  Value init = tensor::EmptyOp::create(b, loc, to, element);
  words = linalg::TransposeOp::create(b, loc, words, init, order)->getResult(0);
  return reshapeTo(b, loc, words, {ShapedType::getNumElements(to)});
}

/// Whether the weights are neither constant nor constants dequantized.
static bool comesAtRunTime(const Linear &linear) {
  if (!linear.isFloat())
    return !readWords(linear.weight);
  auto dequantize = linear.weight.getDefiningOp<DequantizeOp>();
  return !getConstantElements(linear.weight) &&
         !(dequantize && readWords(dequantize.getInput()));
}

bool packRuntimeWeights(const Linear &linear, const native::Target &target,
                        std::string &why) {
  ArrayRef<int64_t> shape = linear.weightShape;
  RankedTensorType input = linear.inputType(), result = linear.resultType();
  if (linear.isConv || linear.factor != 1 || !input.hasStaticShape() ||
      ShapedType::isDynamicShape(shape) || !result.hasStaticShape() ||
      result.getNumElements() == 0 || input.getNumElements() == 0 ||
      hasTooManyElements(cast<ShapedType>(linear.weight.getType())) ||
      !comesAtRunTime(linear))
    return false;
  if (linear.accumulator || linear.weightScale || linear.weightCodebook ||
      (linear.isFloat() && !input.getElementType().isF32())) {
    why = "its weights are not constant";
    return false;
  }
  int64_t batch = ShapedType::getNumElements(shape.drop_back(2));
  int64_t k = input.getShape().back(), n = result.getShape().back();
  int64_t m = result.getNumElements() / n / batch;
  if (m < kLeastRows) {
    why = "its weights are not constant, and packing them takes longer than " +
          std::to_string(m) + (m == 1 ? " row" : " rows");
    return false;
  }
  int64_t mostRow = 1, mostWeight = 1;
  if (!fitsWords(linear.input, linear.inputZp, mostRow, why) ||
      !fitsWords(linear.weight, linear.weightZp, mostWeight, why))
    return false;
  OpBuilder b(linear.op);
  Location loc = linear.op->getLoc();
  Value bias;
  if (linear.bias && !(bias = repeatBias(b, linear.bias, batch))) {
    why = "its weights and its bias are not constant, and have a batch";
    return false;
  }

  KernelOperands operands;
  native::DotPrimitive dot =
      linear.isFloat() ? target.floating : target.wordsOf(k);
  if (!linear.isFloat() && hasWideSums(linear.op)) {
    constexpr int64_t worthwhile = 16;
    int64_t terms = INT32_MAX / (mostRow * mostWeight);
    terms = terms < worthwhile ? 0 : terms;
    operands.wide = b.getI64IntegerAttr(terms);
    if (terms == 0)
      dot = dot.split();
  }
  // All panels have one width.
  int64_t columnVectors = llvm::divideCeil(n, int64_t(dot.lanes));
  int64_t vectors = native::chooseTile(target, dot, m, n).vectors;
  while (columnVectors % vectors != 0)
    --vectors;
  Type element = linear.isFloat() ? Type(b.getF32Type())
                                  : Type(QuantType::get(cast<CodeAttrInterface>(
                                        IntCodeAttr::get(b.getContext(), 16))));
  auto logical = RankedTensorType::get({batch * n, 1, 1, k}, element);
  auto layout = GemmLayoutAttr::get(
      b.getContext(), StringRef(target.name.data(), target.name.size()),
      /*axis=*/0, batch, /*taps=*/1, dot.lanes, vectors, dot.k,
      DenseArrayAttr(), Type(), /*narrow=*/0);
  Value words = toWords(b, linear.weight, linear.weightZp,
                        int64_t(shape.size()) - (linear.transposed ? 2 : 1));
  words = toPanels(b, loc, words, layout.getNative(logical), linear.transposed);
  operands.weights =
      PackedViewOp::create(b, loc,
                           PackedType::get(b.getContext(), logical,
                                           cast<LayoutAttrInterface>(layout)),
                           words);
  Value rows = toWords(b, linear.input, linear.inputZp, input.getRank() - 2);
  operands.input = reshapeTo(b, loc, exchangeOuter(b, loc, rows, batch, m, k),
                             {1, m, 1, batch * k});
  operands.bias = bias;
  operands.signedInput = !linear.isFloat();
  operands.init = tensor::EmptyOp::create(
      b, loc, ArrayRef<int64_t>{1, m, 1, batch * n}, result.getElementType());
  operands.epilogue =
      EpilogueAttr::get(b.getContext(), EpilogueKind::Store,
                        RoundingMode::HalfEven, 0, 0, 0, {}, {});
  Value sums = makePackedConv2D(b, loc, operands, {1, 1}, {1, 1}).getResult(0);
  linear.op->getResult(0).replaceAllUsesWith(reshapeTo(
      b, loc, exchangeOuter(b, loc, sums, m, batch, n), result.getShape()));
  linear.op->erase();
  return true;
}

} // namespace qs::pack
