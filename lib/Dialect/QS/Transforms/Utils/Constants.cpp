//===- Constants.cpp - tensors known at compile time ---------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Dialect/QS/Transforms/Utils/Constants.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/Matchers.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace qs;

ElementsAttr qs::getConstantElements(Value value) {
  if (!value)
    return {};
  if (auto constant = value.getDefiningOp<tosa::ConstOp>())
    return constant.getValues();
  if (auto constant = value.getDefiningOp<arith::ConstantOp>())
    return dyn_cast<ElementsAttr>(constant.getValue());
  return {};
}

bool qs::hasTooManyElements(ShapedType type) {
  if (llvm::is_contained(type.getShape(), 0))
    return false;
  int64_t count = 1;
  for (int64_t size : type.getShape())
    if (llvm::MulOverflow(count, size, count))
      return true;
  return count > kMostElements;
}

/// The bytes of a resource that holds `count` elements of `width` bits.
static std::optional<ArrayRef<char>>
resourceBytes(DenseResourceElementsAttr a, size_t count, unsigned width) {
  AsmResourceBlob *blob = a.getRawHandle().getBlob();
  if (!blob || width % 8 != 0 || blob->getData().size() != count * (width / 8))
    return {};
  return blob->getData();
}

static float widen(const APFloat &value) {
  APFloat copy = value;
  bool lost = false;
  copy.convert(APFloat::IEEEsingle(), APFloat::rmNearestTiesToEven, &lost);
  return copy.convertToFloat();
}

std::optional<std::vector<float>> qs::readFloats(Value value) {
  ElementsAttr attr = getConstantElements(value);
  if (!attr || hasTooManyElements(attr.getShapedType()))
    return {};
  auto type = dyn_cast<FloatType>(attr.getElementType());
  if (!type)
    return {};
  size_t count = attr.getNumElements();
  std::vector<float> result;
  if (auto dense = dyn_cast<DenseElementsAttr>(attr)) {
    result.reserve(count);
    if (type.isF32())
      result.assign(dense.value_begin<float>(), dense.value_end<float>());
    else
      for (const APFloat &element : dense.getValues<APFloat>())
        result.push_back(widen(element));
    return result;
  }
  auto resource = dyn_cast<DenseResourceElementsAttr>(attr);
  if (!resource)
    return {};
  auto bytes = resourceBytes(resource, count, type.getWidth());
  if (!bytes)
    return {};
  result.resize(count);
  if (type.isF32()) {
    if (count)
      std::memcpy(result.data(), bytes->data(), bytes->size());
    return result;
  }
  unsigned size = type.getWidth() / 8;
  for (size_t i = 0; i < count; ++i) {
    uint64_t bits = 0;
    std::memcpy(&bits, bytes->data() + i * size, size);
    result[i] =
        widen(APFloat(type.getFloatSemantics(), APInt(type.getWidth(), bits)));
  }
  return result;
}

std::optional<float> qs::readSplatFloat(Value value) {
  auto dense = dyn_cast_or_null<DenseElementsAttr>(getConstantElements(value));
  if (dense && dense.isSplat() && dense.getElementType().isF32())
    return dense.getSplatValue<float>();
  std::optional<std::vector<float>> all = readFloats(value);
  if (!all || all->empty())
    return {};
  for (float x : *all)
    if (x != all->front())
      return {};
  return all->front();
}

std::optional<std::vector<int32_t>> qs::readInts(Value value) {
  ElementsAttr attr = getConstantElements(value);
  auto type = attr ? dyn_cast<IntegerType>(attr.getElementType()) : nullptr;
  if (!type || type.getWidth() > 32 ||
      hasTooManyElements(attr.getShapedType()))
    return {};
  std::vector<int32_t> result;
  result.reserve(attr.getNumElements());
  if (auto dense = dyn_cast<DenseElementsAttr>(attr)) {
    for (const APInt &element : dense.getValues<APInt>())
      result.push_back(static_cast<int32_t>(element.getSExtValue()));
    return result;
  }
  auto resource = dyn_cast<DenseResourceElementsAttr>(attr);
  if (!resource)
    return {};
  unsigned width = type.getWidth();
  auto bytes = resourceBytes(resource, attr.getNumElements(), width);
  if (!bytes)
    return {};
  for (size_t i = 0; i < bytes->size(); i += width / 8) {
    uint64_t bits = 0;
    std::memcpy(&bits, bytes->data() + i, width / 8);
    result.push_back(static_cast<int32_t>(APInt(width, bits).getSExtValue()));
  }
  return result;
}

std::optional<SmallVector<int64_t>> qs::readShape(Value value) {
  auto shape = value.getDefiningOp<tosa::ConstShapeOp>();
  if (!shape)
    return {};
  return llvm::to_vector(shape.getValues().getValues<int64_t>());
}

std::optional<std::vector<int32_t>> qs::readWords(Value value) {
  QuantType type = QuantType::of(value.getType());
  auto cast = value.getDefiningOp<StorageCastOp>();
  if (!type || !cast)
    return {};
  std::optional<std::vector<int32_t>> words = readInts(cast.getInput());
  if (!words || type.getIntegerRange().first < 0)
    return words;
  uint32_t mask = (1u << type.getBits()) - 1;
  for (int32_t &word : *words)
    word = static_cast<int32_t>(static_cast<uint32_t>(word) & mask);
  return words;
}

void qs::forEachScaled(ArrayRef<int64_t> shape, ScaleAttrInterface scale,
                       llvm::function_ref<void(int64_t, int64_t)> fn) {
  SmallVector<int64_t> index(shape.size(), 0);
  int64_t count = ShapedType::getNumElements(shape);
  for (int64_t flat = 0; flat < count; ++flat) {
    fn(flat, scale.isPerTensor() ? 0 : scale.getParamIndex(shape, index));
    for (int64_t axis = int64_t(shape.size()) - 1; axis >= 0; --axis) {
      if (++index[axis] < shape[axis])
        break;
      index[axis] = 0;
    }
  }
}

std::optional<std::vector<int32_t>> qs::readLevels(Value value,
                                                   Value codebook) {
  QuantType type = QuantType::of(value.getType());
  std::optional<std::vector<int32_t>> words = readWords(value);
  if (!words || type.isInteger())
    return words;
  int64_t entries = type.getParameterCount();
  if (entries == 0) {
    std::optional<num::FixedPoint> fixed = type.getFixedPoint();
    if (!fixed)
      return {};
    for (int32_t &word : *words)
      word = fixed->levels[word];
    return words;
  }
  std::optional<std::vector<int32_t>> table;
  if (codebook)
    table = readInts(codebook);
  if (!table)
    return {};
  bool shared = int64_t(table->size()) == entries;
  forEachScaled(llvm::cast<RankedTensorType>(value.getType()).getShape(),
                type.getScale(), [&](int64_t flat, int64_t scale) {
                  int32_t &word = (*words)[flat];
                  word = (*table)[(shared ? 0 : scale * entries) + word];
                });
  return words;
}

Value qs::makeFloats(OpBuilder &builder, Location loc, ArrayRef<int64_t> shape,
                     ArrayRef<float> values) {
  auto type = RankedTensorType::get(shape, builder.getF32Type());
  return arith::ConstantOp::create(builder, loc,
                                   DenseElementsAttr::get(type, values));
}

Value qs::makeInts(OpBuilder &builder, Location loc, ArrayRef<int64_t> shape,
                   ArrayRef<int32_t> values) {
  auto type = RankedTensorType::get(shape, builder.getI32Type());
  return arith::ConstantOp::create(builder, loc,
                                   DenseElementsAttr::get(type, values));
}

/// Constants above this many elements become resources, which are neither
/// hashed nor printed as numbers.
constexpr size_t kLargeConstant = 256;

Value qs::makeWeights(OpBuilder &builder, Location loc, ArrayRef<int64_t> shape,
                      ArrayRef<float> values) {
  auto type = RankedTensorType::get(shape, builder.getF32Type());
  ElementsAttr attr = DenseElementsAttr();
  if (values.size() > kLargeConstant)
    attr = DenseResourceElementsAttr::get(
        type, "weights",
        HeapAsmResourceBlob::allocateAndCopyInferAlign(values));
  else
    attr = DenseElementsAttr::get(type, values);
  return tosa::ConstOp::create(builder, loc, type, attr);
}

Value qs::makeScales(OpBuilder &builder, Location loc, ArrayRef<int64_t> shape,
                     ArrayRef<float> values, Type storage) {
  if (storage.isF32())
    return makeFloats(builder, loc, shape, values);
  std::vector<APFloat> stored;
  stored.reserve(values.size());
  for (float value : values) {
    APFloat element(value);
    bool lost = false;
    element.convert(cast<FloatType>(storage).getFloatSemantics(),
                    APFloat::rmNearestTiesToEven, &lost);
    stored.push_back(element);
  }
  auto type = RankedTensorType::get(shape, storage);
  return arith::ConstantOp::create(builder, loc,
                                   DenseElementsAttr::get(type, stored));
}

Value qs::makeLevels(OpBuilder &builder, Location loc, RankedTensorType type,
                     ArrayRef<int32_t> levels) {
  auto storage = cast<RankedTensorType>(QuantType::toStorage(type));
  unsigned width = storage.getElementTypeBitWidth();
  DenseElementsAttr attr;
  if (width == 8) {
    std::vector<int8_t> words(levels.begin(), levels.end());
    attr = DenseElementsAttr::get(storage, ArrayRef<int8_t>(words));
  } else if (width == 16) {
    std::vector<int16_t> words(levels.begin(), levels.end());
    attr = DenseElementsAttr::get(storage, ArrayRef<int16_t>(words));
  } else {
    std::vector<APInt> words;
    words.reserve(levels.size());
    for (int32_t level : levels)
      words.push_back(APInt(32, static_cast<uint32_t>(level)).trunc(width));
    attr = DenseElementsAttr::get(storage, words);
  }
  Value words = arith::ConstantOp::create(builder, loc, attr);
  return StorageCastOp::create(builder, loc, type, words);
}

num::LevelRange qs::levelsOf(QuantType type) {
  auto [lo, hi] = type.getIntegerRange();
  return {static_cast<int32_t>(lo), static_cast<int32_t>(hi)};
}

num::ScaleStorage qs::storageOf(Type type) {
  if (type.isF16())
    return num::ScaleStorage::F16;
  if (isa<Float8E8M0FNUType>(type))
    return num::ScaleStorage::E8M0;
  if (isa<Float8E4M3FNType>(type))
    return num::ScaleStorage::E4M3;
  return num::ScaleStorage::F32;
}
