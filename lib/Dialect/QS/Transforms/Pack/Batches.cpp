//===- Batches.cpp - Matrix products whose weights have a batch -----------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Batches.h"
#include "WeightReaders.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/TypeUtilities.h"
#include "qs/Dialect/QS/Transforms/Utils/Constants.h"

using namespace mlir;

namespace qs::pack {

Value reshapeTo(OpBuilder &b, Location loc, Value value, ArrayRef<int64_t> to) {
  auto type = cast<RankedTensorType>(value.getType());
  if (type.getShape() == to)
    return value;
  SmallVector<ReassociationIndices> all(1);
  for (int64_t d = 0; d < type.getRank(); ++d)
    all[0].push_back(d);
  auto flat =
      RankedTensorType::get({type.getNumElements()}, type.getElementType());
  if (type.getRank() > 1)
    value = tensor::CollapseShapeOp::create(b, loc, flat, value, all);
  if (to.size() == 1)
    return value;
  all[0].clear();
  for (int64_t d = 0; d < int64_t(to.size()); ++d)
    all[0].push_back(d);
  return tensor::ExpandShapeOp::create(b, loc, type.clone(to), value, all);
}

Value exchangeOuter(OpBuilder &b, Location loc, Value value, int64_t outer,
                    int64_t inner, int64_t size) {
  value = reshapeTo(b, loc, value, {outer, inner, size});
  if (outer == 1 || inner == 1)
    return value;
  Type element = getElementTypeOrSelf(value.getType());
  Value init = tensor::EmptyOp::create(
      b, loc, ArrayRef<int64_t>{inner, outer, size}, element);
  return linalg::TransposeOp::create(b, loc, value, init,
                                     ArrayRef<int64_t>{1, 0, 2})
      ->getResult(0);
}

Value repeatBias(OpBuilder &b, Value bias, int64_t batch) {
  if (batch == 1)
    return bias;
  auto type = cast<RankedTensorType>(bias.getType());
  std::vector<Attribute> values;
  if (ElementsAttr elements = getConstantElements(bias))
    if (auto found = elements.tryGetValues<Attribute>())
      values.assign((*found).begin(), (*found).end());
  if (values.empty())
    return {};
  size_t count = values.size();
  for (int64_t i = 1; i < batch; ++i)
    values.insert(values.end(), values.begin(), values.begin() + count);
  auto repeated =
      RankedTensorType::get({int64_t(values.size())}, type.getElementType());
  return arith::ConstantOp::create(b, bias.getLoc(),
                                   DenseElementsAttr::get(repeated, values));
}

namespace {
/// One product: its sizes, and where elements of its weights come from.
class Batches {
public:
  Batches(const Linear &linear)
      : b(linear.op), loc(linear.op->getLoc()), linear(linear),
        shape(linear.weightShape), transposed(linear.transposed) {
    batch = ShapedType::getNumElements(shape.drop_back(2));
    k = shape[shape.size() - (transposed ? 1 : 2)];
    n = shape[shape.size() - (transposed ? 2 : 1)];
    m = linear.inputType().getShape()[shape.size() - 2];
  }

  Conv2DOp convert(std::string &why);

private:
  /// Where element `i` of [batch, N, K] lies in the weights.
  int64_t sourceOf(int64_t i) const {
    if (transposed)
      return i;
    return i / (n * k) * n * k + i % k * n + i / k % n;
  }
  template <typename T> std::vector<T> arrange(const std::vector<T> &values) {
    std::vector<T> result(values.size());
    for (size_t i = 0; i < values.size(); ++i)
      result[i] = values[sourceOf(int64_t(i))];
    return result;
  }
  /// [N] once for each of the batch; single values as they are.
  template <typename T> std::vector<T> repeat(std::vector<T> values) const {
    size_t count = values.size();
    for (int64_t i = count == 1 ? batch : 1; i < batch; ++i)
      values.insert(values.end(), values.begin(), values.begin() + count);
    return values;
  }
  SmallVector<int64_t> filter() const { return {batch * n, 1, 1, k}; }

  Value makeWords(Value words, ScaleAttrInterface scale, std::string &why);
  Value makeDequantized(DequantizeOp op, std::string &why);
  Value makeWeights(std::string &why);
  OpBuilder b;
  Location loc;
  const Linear &linear;
  ArrayRef<int64_t> shape;
  bool transposed;
  int64_t batch, m, n, k;
};
} // namespace

Value Batches::makeWords(Value value, ScaleAttrInterface scale,
                         std::string &why) {
  std::optional<std::vector<int32_t>> words = readWords(value);
  if (!words) {
    why = "its weights are not constant";
    return {};
  }
  QuantType type = QuantType::of(value.getType());
  auto storage =
      RankedTensorType::get(filter(), b.getIntegerType(type.getBits()));
  SmallVector<APInt> elements;
  for (int32_t word : arrange(*words))
    elements.push_back(APInt(type.getBits(), uint32_t(word) & wordMask(type)));
  Value constant = arith::ConstantOp::create(
      b, loc, DenseElementsAttr::get(storage, elements));
  return StorageCastOp::create(b, loc, storage.clone(type.withScale(scale)),
                               constant);
}

/// The constant with one scale for each column or run, where it had several.
Value Batches::makeDequantized(DequantizeOp op, std::string &why) {
  auto tensor = cast<RankedTensorType>(op.getInput().getType());
  QuantType type = QuantType::of(tensor);
  ScaleAttrInterface scale = type.getScale();
  std::optional<std::vector<float>> scales = readFloats(op.getScale());
  std::optional<std::vector<int32_t>> zeros = std::vector<int32_t>();
  if (op.getZeroPoint())
    zeros = readInts(op.getZeroPoint());
  Value codebook = op.getCodebook();
  if (!scales || !zeros ||
      (codebook && cast<ShapedType>(codebook.getType()).getRank() != 1)) {
    why = "scales, zero points or codebooks of its batched weights are not "
          "constant, or codebooks not the same for all";
    return {};
  }
  SmallVector<int64_t> ofScales;
  if (!scale.isPerTensor()) {
    std::vector<int64_t> indexOf(tensor.getNumElements());
    forEachScaled(tensor.getShape(), scale,
                  [&](int64_t i, int64_t index) { indexOf[i] = index; });
    indexOf = arrange(indexOf);
    int64_t run = k;
    if (auto group = dyn_cast<GroupScaleAttr>(scale))
      if (group.getAxis() == int64_t(shape.size()) - (transposed ? 1 : 2))
        run = group.getGroup();
    std::vector<float> own;
    std::vector<int32_t> ownZeros;
    for (size_t i = 0; i < indexOf.size(); ++i) {
      int64_t first = int64_t(i) / run * run;
      if (indexOf[i] != indexOf[first]) {
        why = "scales of its batched weights differ inside of a column";
        return {};
      }
      if (int64_t(i) != first)
        continue;
      own.push_back((*scales)[indexOf[i]]);
      if (!zeros->empty())
        ownZeros.push_back((*zeros)[indexOf[i]]);
    }
    scales = own;
    zeros = ownZeros;
    MLIRContext *context = b.getContext();
    if (run == k) {
      ofScales = {batch * n};
      scale = cast<ScaleAttrInterface>(
          AxisScaleAttr::get(context, 0, scale.getStorage()));
    } else {
      ofScales = {batch * n, 1, 1, k / run};
      scale = cast<ScaleAttrInterface>(
          GroupScaleAttr::get(context, 3, run, scale.getStorage()));
    }
  }
  Value words = makeWords(op.getInput(), scale, why);
  if (!words)
    return {};
  // An operand of the code: its zero points or its codebook.
  Value param = zeros->empty() ? codebook : makeInts(b, loc, ofScales, *zeros);
  return DequantizeOp::create(
      b, loc, RankedTensorType::get(filter(), b.getF32Type()), words,
      makeScales(b, loc, ofScales, *scales, scale.getStorage()), param);
}

Value Batches::makeWeights(std::string &why) {
  if (!linear.isFloat()) {
    if (linear.weightCodebook &&
        cast<ShapedType>(linear.weightCodebook.getType()).getRank() != 1) {
      why = "its batched weights have several codebooks";
      return {};
    }
    return makeWords(linear.weight,
                     cast<ScaleAttrInterface>(
                         TensorScaleAttr::get(b.getContext(), b.getF32Type())),
                     why);
  }
  if (auto dequantize = linear.weight.getDefiningOp<DequantizeOp>())
    return makeDequantized(dequantize, why);
  std::optional<std::vector<float>> values = readFloats(linear.weight);
  if (values)
    return makeFloats(b, loc, filter(), arrange(*values));
  why = "its weights are not constant";
  return {};
}

Conv2DOp Batches::convert(std::string &why) {
  if (linear.accumulator && linear.accumulator.getAccumulation().seed) {
    why = "its weights have a batch, and a seed counts its results in order";
    return {};
  }
  Value zero = linear.weightZp;
  if (zero && cast<ShapedType>(zero.getType()).getRank() == 1) {
    std::optional<std::vector<int32_t>> zeros = readInts(zero);
    if (!zeros) {
      why = "the zero point of its weights is not constant";
      return {};
    }
    zero = makeInts(b, loc, {batch * n}, repeat(*zeros));
  }
  Value bias;
  if (linear.bias)
    bias = repeatBias(b, linear.bias, batch);
  if (linear.bias && !bias) {
    why = "its weights have a batch and its bias is not constant";
    return {};
  }
  Value weights = makeWeights(why);
  if (!weights)
    return {};
  Value rows = linear.input;
  QuantType type = QuantType::of(rows.getType());
  auto image = RankedTensorType::get({1, m, 1, batch * k},
                                     linear.inputType().getElementType());
  if (type)
    rows = StorageCastOp::create(
        b, loc, linear.inputType().clone(type.getStorageType()), rows);
  rows = reshapeTo(b, loc, exchangeOuter(b, loc, rows, batch, m, k),
                   image.getShape());
  if (type)
    rows = StorageCastOp::create(b, loc, image, rows);
  RankedTensorType result = linear.resultType();
  auto conv = Conv2DOp::create(
      b, loc,
      RankedTensorType::get({1, m, 1, batch * n}, result.getElementType()),
      rows, weights, linear.inputZp, zero, bias, /*weight_scale=*/Value(),
      linear.weightCodebook, ArrayRef<int64_t>{0, 0, 0, 0},
      ArrayRef<int64_t>{1, 1}, ArrayRef<int64_t>{1, 1}, batch,
      linear.op->getAttrOfType<AccumulatorAttr>("accumulator"));
  Value sums = exchangeOuter(b, loc, conv.getResult(), m, batch, n);
  linear.op->getResult(0).replaceAllUsesWith(
      reshapeTo(b, loc, sums, result.getShape()));
  linear.op->erase();
  return conv;
}

Conv2DOp groupBatches(const Linear &linear, std::string &why) {
  ArrayRef<int64_t> input = linear.inputType().getShape();
  if (linear.isConv || linear.weightShape.size() < 3 ||
      input.size() != linear.weightShape.size() ||
      !linear.inputType().hasStaticShape() ||
      ShapedType::isDynamicShape(linear.weightShape) ||
      !linear.resultType().hasStaticShape() ||
      linear.inputType().getNumElements() == 0 ||
      linear.weightElements() == 0 || linear.weightScale ||
      hasTooManyElements(cast<ShapedType>(linear.weight.getType())))
    return {};
  return Batches(linear).convert(why);
}

} // namespace qs::pack
