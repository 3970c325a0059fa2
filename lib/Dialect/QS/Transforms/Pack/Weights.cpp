//===- Weights.cpp - Constant weights as kernels store them ---------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WeightReaders.h"
#include "mlir/IR/TypeUtilities.h"
#include "qs/Dialect/QS/IR/Names.h"
#include "qs/Dialect/QS/Transforms/Utils/Constants.h"
#include "qs/Target/Native/FloatTable.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>
#include <set>

using namespace mlir;

namespace qs::pack {

void Weights::padChannels(const Linear &linear, int64_t count) {
  SmallVector<int64_t> shape(logical.getShape());
  // Words that stand for 0.
  auto zero = [&](int64_t column) {
    return plainZeros ? uint32_t(zeros[column].front()) & 0xffff : 0;
  };
  if (!linear.isConv && !linear.transposed) {
    for (int64_t i = 0; i < count; ++i)
      for (int64_t column = 0; column < shape[1]; ++column)
        words.push_back(zero(column));
    shape[0] += count;
  } else {
    std::vector<uint32_t> wider;
    int64_t ofColumn = linear.weightElements() / linear.columns();
    for (int64_t i = 0; i < int64_t(words.size()); i += shape.back()) {
      wider.insert(wider.end(), words.begin() + i,
                   words.begin() + i + shape.back());
      wider.insert(wider.end(), count, zero(i / ofColumn));
    }
    words = std::move(wider);
    shape.back() += count;
  }
  logical = RankedTensorType::get(shape, logical.getElementType());
}

bool Weights::isSorted() const {
  auto levels = dyn_cast_or_null<DenseI8ArrayAttr>(table);
  if (!levels || levels.size() > 128)
    return false;
  ArrayRef<int8_t> entries = levels.asArrayRef();
  for (size_t w = 1; w < entries.size(); ++w)
    if (entries[w] - entries[w - 1] != entries[1] - entries[0])
      return false;
  return entries[1] > entries[0] && entries[0] <= 0;
}

void Weights::sortWords() {
  auto levels8 = dyn_cast_or_null<DenseI8ArrayAttr>(table);
  if (!levels8 || levels8.size() > 128)
    return;
  ArrayRef<int8_t> entries = levels8.asArrayRef();
  std::set<int64_t> known(entries.begin(), entries.end());
  if (known.size() < 2)
    return;
  int64_t least = *known.begin(), step = *std::next(known.begin()) - least;
  SmallVector<int8_t> sorted;
  for (size_t w = 0; w < entries.size(); ++w) {
    int64_t level = least + int64_t(w) * step;
    if (level > 127 || (w < known.size() && !known.count(level)))
      return;
    sorted.push_back(int8_t(level));
  }
  for (uint32_t &word : words)
    word = uint32_t((entries[word] - least) / step);
  table = DenseI8ArrayAttr::get(table.getContext(), sorted);
}

QuantType kernelType(const Linear &linear, CodeAttrInterface code,
                     int64_t group, Type storage) {
  MLIRContext *context = code.getContext();
  if (!storage)
    return QuantType::get(code);
  if (group > 0)
    return QuantType::get(code,
                          cast<ScaleAttrInterface>(GroupScaleAttr::get(
                              context, linear.reducedAxis(), group, storage)));
  return QuantType::get(code, cast<ScaleAttrInterface>(AxisScaleAttr::get(
                                  context, linear.columnAxis(), storage)));
}

//===----------------------------------------------------------------------===//
// f32 dots
//===----------------------------------------------------------------------===//

namespace {
/// What a constant qs.dequantize stands for.
struct Dequantized {
  QuantType type;
  std::vector<int32_t> words, zeros;
  std::vector<float> scales;
  /// Entries of one or of many codebooks.
  std::vector<double> entries;
  std::vector<int64_t> scaleOf; ///< index of each element's scale
  float factor = 1;             ///< of every number, see Linear

  /// The number of a word under scale `index`, before the scale.
  float number(uint32_t word, int64_t index) const {
    if (type.isInteger())
      return float(arithmetic->decode(word) - zeros[index]);
    if (entries.empty())
      return float(arithmetic->decode(word));
    int64_t count = type.getParameterCount();
    bool shared = int64_t(entries.size()) == count;
    return float(entries[(shared ? 0 : index * count) + word]);
  }
  bool hasOneTable() const {
    return type.getBits() <= 8 && llvm::all_equal(zeros) &&
           entries.size() <= type.getParameterCount();
  }
  /// Whether looking up the only table takes many instructions.
  bool isCostly(const native::Target &target) const {
    const native::LookupPrimitive &primitive = target.floatTable;
    unsigned largest = primitive.entries * (primitive.pairs ? 2 : 1);
    if ((1u << type.getBits()) <= 16 * largest || type.isInteger())
      return false;
    std::vector<float> table;
    for (uint32_t word = 0; word < 1u << type.getBits(); ++word)
      table.push_back(number(word, 0));
    return !native::findFloatTable(table.data(), uint32_t(table.size()));
  }

  std::unique_ptr<num::Code> arithmetic;
};
} // namespace

/// The entries of a constant codebook.
static bool readEntries(Value codebook, std::vector<double> &entries) {
  if (auto ints = readInts(codebook))
    entries.assign(ints->begin(), ints->end());
  else if (auto floats = readFloats(codebook))
    entries.assign(floats->begin(), floats->end());
  else
    return false;
  return true;
}

/// The index of the scale of each element of a quantized tensor.
static std::vector<int64_t> scaleIndices(RankedTensorType tensor) {
  std::vector<int64_t> indices(tensor.getNumElements());
  forEachScaled(tensor.getShape(), QuantType::of(tensor).getScale(),
                [&](int64_t i, int64_t scale) { indices[i] = scale; });
  return indices;
}

/// Reads a constant operand of qs.dequantize; nothing where a part of it is not
/// constant.
static std::optional<Dequantized> readDequantize(DequantizeOp op) {
  Dequantized d;
  auto tensor = cast<RankedTensorType>(op.getInput().getType());
  d.type = QuantType::of(tensor);
  std::optional<std::vector<int32_t>> words = readWords(op.getInput());
  std::optional<std::vector<float>> scales = readFloats(op.getScale());
  if (!words || !scales || !op.getType().getElementType().isF32())
    return {};
  d.words = std::move(*words);
  d.scales = std::move(*scales);
  d.zeros.assign(d.scales.size(), 0);
  if (op.getZeroPoint()) {
    std::optional<std::vector<int32_t>> zeros = readInts(op.getZeroPoint());
    if (!zeros)
      return {};
    d.zeros = std::move(*zeros);
  }
  if (Value codebook = op.getCodebook();
      codebook && !readEntries(codebook, d.entries))
    return {};
  d.arithmetic = d.type.getCode().getArithmetic();
  d.scaleOf = scaleIndices(tensor);
  return d;
}

/// Scales of columns, or of runs of `group` in them; false where the elements
/// of one have several.
static bool arrangeScales(const Linear &linear, const Dequantized &d,
                          ArrayRef<int64_t> sourceOf, int64_t group,
                          ColumnRuns &scales) {
  int64_t columns = linear.columns();
  int64_t reduction = linear.weightElements() / columns;
  int64_t run = group > 0 ? group : reduction;
  std::vector<std::vector<int64_t>> known(
      columns, std::vector<int64_t>(reduction / run, -1));
  bool equal = true;
  forEachColumn(linear.weightShape, linear.columnAxis(),
                [&](int64_t i, int64_t column, int64_t reduced) {
                  int64_t &scale = known[column][reduced / run];
                  int64_t found = d.scaleOf[sourceOf[i]];
                  equal &= scale == -1 || scale == found;
                  scale = found;
                });
  if (!equal)
    return false;
  scales.assign(columns, std::vector<float>(reduction / run));
  for (int64_t c = 0; c < columns; ++c)
    for (int64_t r = 0; r < reduction / run; ++r)
      scales[c][r] = d.scales[known[c][r]];
  return true;
}

/// The code whose words are numbers of an element type.
static CodeAttrInterface elementCode(Type element) {
  MLIRContext *context = element.getContext();
  unsigned width = element.getIntOrFloatBitWidth();
  if (element.isUnsignedInteger())
    return cast<CodeAttrInterface>(UIntCodeAttr::get(context, width));
  if (isa<IntegerType>(element))
    return cast<CodeAttrInterface>(IntCodeAttr::get(context, width));
  // Small floats are called alike on both sides.
  std::string name;
  llvm::raw_string_ostream(name) << element;
  return parseCodeName(name, context);
}

/// Whole elements of the narrowest type that has all numbers before the scales;
/// false where there is none, or where scales do not lie so.
static bool packElements(const Linear &linear, const Dequantized &d,
                         ArrayRef<int64_t> sourceOf, Weights &weights) {
  MLIRContext *context = linear.op->getContext();
  ScaleAttrInterface scale = d.type.getScale();
  int64_t group = linear.scaleGroup();
  Type storage;
  if (d.factor != 1 ||
      llvm::any_of(d.scales, [](float s) { return s != 1; })) {
    if (scale.isPerTensor())
      weights.scales.assign(linear.columns(), {d.scales[0]});
    else if (!arrangeScales(linear, d, sourceOf, group, weights.scales))
      return false;
    // Small storages may not hold what the factor makes of their scales.
    bool isWide = scale.isPerTensor() || d.factor != 1;
    storage = isWide ? Type(Float32Type::get(context)) : scale.getStorage();
    for (std::vector<float> &column : weights.scales)
      for (float &value : column)
        value *= d.factor;
  }
  for (Type element : GemmLayoutAttr::getElementTypes(context)) {
    bool fits = true;
    for (size_t i = 0; fits && i < sourceOf.size(); ++i) {
      int64_t from = sourceOf[i];
      std::optional<uint32_t> word = GemmLayoutAttr::getWord(
          element, d.number(uint32_t(d.words[from]) & wordMask(d.type),
                            d.scaleOf[from]));
      fits = word.has_value();
      weights.words[i] = word.value_or(0);
    }
    if (!fits)
      continue;
    weights.element = element;
    weights.logical = RankedTensorType::get(
        linear.weightShape,
        kernelType(linear, elementCode(element), group, storage));
    return true;
  }
  return false;
}

/// Infinities and NaN of a small float that no weight is become what the bits
/// around them would make of them, so that kernels need not look for them.
static void replaceUnused(SmallVectorImpl<float> &table, const Dequantized &d) {
  std::optional<native::FloatTable> floats =
      native::findFloatTable(table.data(), uint32_t(table.size()));
  uint32_t half = uint32_t(table.size()) / 2;
  if (!floats || llvm::any_of(d.words, [&](int32_t word) {
        return (uint32_t(word) & (half - 1)) >= floats->special;
      }))
    return;
  for (uint32_t m = floats->special; m < half; ++m) {
    table[m] = floats->number(m);
    table[m + half] = -table[m];
  }
}

/// Words and a table of f32, or else elements that f32 are made of, or, where
/// scales or zero points do not lie so, the numbers themselves.
static Weights packDequantized(const Linear &linear, const Dequantized &d,
                               bool tables, bool costly = false) {
  Weights weights;
  MLIRContext *context = linear.op->getContext();
  std::vector<int64_t> sourceOf(d.words.size());
  for (size_t i = 0; i < d.words.size(); ++i)
    sourceOf[linear.tosa ? linear.tosa->qsIndexOf(i) : i] = int64_t(i);
  int64_t group = linear.scaleGroup();
  bool perTensor = d.type.getScale().isPerTensor();
  weights.words.resize(d.words.size());
  if (tables && !costly && d.hasOneTable() &&
      (perTensor ||
       arrangeScales(linear, d, sourceOf, group, weights.scales))) {
    SmallVector<float> table;
    for (uint32_t word = 0; word <= wordMask(d.type); ++word) {
      float number = d.number(word, 0) * d.factor;
      table.push_back(perTensor ? number * d.scales[0] : number);
    }
    replaceUnused(table, d);
    weights.table = DenseF32ArrayAttr::get(context, table);
    for (size_t i = 0; i < sourceOf.size(); ++i)
      weights.words[i] = uint32_t(d.words[sourceOf[i]]) & wordMask(d.type);
    weights.logical = RankedTensorType::get(
        linear.weightShape,
        kernelType(linear, d.type.getCode(), group,
                   perTensor ? Type() : d.type.getScale().getStorage()));
    return weights;
  }
  weights.scales.clear();
  if (tables && packElements(linear, d, sourceOf, weights))
    return weights;
  weights.scales.clear();
  for (size_t i = 0; i < sourceOf.size(); ++i) {
    int64_t from = sourceOf[i], scale = d.scaleOf[from];
    float number = d.number(uint32_t(d.words[from]) & wordMask(d.type), scale);
    weights.words[i] =
        llvm::bit_cast<uint32_t>(number * d.scales[scale] * d.factor);
  }
  weights.logical =
      RankedTensorType::get(linear.weightShape, Float32Type::get(context));
  return weights;
}

static std::optional<Weights> readFloatWeights(const Linear &linear,
                                               bool tables, std::string &why) {
  if (auto dequantize = linear.weight.getDefiningOp<DequantizeOp>())
    if (std::optional<Dequantized> d = readDequantize(dequantize)) {
      d->factor = linear.factor;
      return packDequantized(linear, *d, tables);
    }
  Weights weights;
  std::optional<std::vector<float>> values = readFloats(linear.weight);
  Type element = getElementTypeOrSelf(linear.weight.getType());
  if (!values || !element.isF32()) {
    why = "its weights are not constants of f32";
    return {};
  }
  weights.logical = RankedTensorType::get(linear.weightShape, element);
  weights.words.resize(values->size());
  for (size_t i = 0; i < values->size(); ++i)
    weights.words[linear.tosa ? linear.tosa->qsIndexOf(i) : i] =
        llvm::bit_cast<uint32_t>((*values)[i]);
  return weights;
}

//===----------------------------------------------------------------------===//
// Numbers
//===----------------------------------------------------------------------===//

/// The words of a linear op as numbers without scales; its zero points are
/// those of the columns.
static std::optional<Dequantized> readCoded(const Linear &linear,
                                            std::string &why) {
  Dequantized d;
  d.type = QuantType::of(linear.weight.getType());
  std::optional<std::vector<int32_t>> words = readWords(linear.weight);
  std::optional<std::vector<int32_t>> zeros = std::vector<int32_t>{0};
  if (linear.weightZp)
    zeros = readInts(linear.weightZp);
  if (!words || !zeros) {
    why = "its weights or their zero points are not constant";
    return {};
  }
  if (linear.weightCodebook && !readEntries(linear.weightCodebook, d.entries)) {
    why = "the codebook of its weights is not constant";
    return {};
  }
  d.words = std::move(*words);
  d.zeros = std::move(*zeros);
  d.arithmetic = d.type.getCode().getArithmetic();
  d.scaleOf.assign(d.words.size(), 0);
  bool books = d.entries.size() > d.type.getParameterCount();
  if (books) {
    // A codebook for each scale has the same index as the scale.
    d.scaleOf = scaleIndices(cast<RankedTensorType>(linear.weight.getType()));
    if (d.zeros.size() > 1) {
      why = "its weights have zero points and codebooks for each scale";
      return {};
    }
    d.zeros.resize(d.entries.size() / d.type.getParameterCount(),
                   d.zeros.front());
  } else if (linear.weightScale && d.zeros.size() > 1 &&
             cast<ShapedType>(linear.weightZp.getType()).getRank() > 1) {
    d.scaleOf = scaleIndices(cast<RankedTensorType>(linear.weight.getType()));
  } else if (d.zeros.size() > 1) {
    forEachColumn(
        linear.weightShape, linear.columnAxis(),
        [&](int64_t i, int64_t column, int64_t) { d.scaleOf[i] = column; });
  }
  d.scales.assign(d.zeros.size(), 1.0f);
  return d;
}

/// Weights of a stated sum: as those of f32 dots, with scales of groups beside.
static std::optional<Weights> readNumbers(const Linear &linear,
                                          const native::Target &target,
                                          bool tables, std::string &why) {
  if (linear.isFloat()) {
    // Their scales would be taken for those of groups of terms.
    std::optional<Weights> weights = readFloatWeights(linear, tables, why);
    if (weights && !weights->scales.empty())
      weights = readFloatWeights(linear, false, why);
    return weights;
  }
  std::optional<Dequantized> d = readCoded(linear, why);
  if (!d)
    return {};
  QuantType type = d->type;
  num::SpanFinder finder;
  for (size_t i = 0; i < d->words.size(); ++i)
    finder.add(double(
        d->number(uint32_t(d->words[i]) & wordMask(type), d->scaleOf[i])));
  Type storage;
  if (linear.weightScale)
    storage = type.getScale().getStorage();
  d->type = QuantType::get(type.getCode());
  Weights weights = packDequantized(linear, *d, tables,
                                    d->hasOneTable() && !linear.weightScale &&
                                        d->isCostly(target));
  weights.span = finder.span();
  if (!storage)
    return weights;
  if (!weights.table && !weights.element) {
    why = "its weights have scales of groups, and no table or element of two "
          "bytes holds their numbers";
    return {};
  }
  QuantType packed = QuantType::of(weights.logical);
  weights.logical = RankedTensorType::get(
      linear.weightShape,
      kernelType(linear, packed.getCode(), linear.scaleGroup(), storage));
  if (!readGroupScales(linear, weights, why))
    return {};
  return weights;
}

std::optional<Weights> readWeights(const Linear &linear,
                                   const native::Target &target,
                                   Storage storage, std::string &why) {
  if (hasTooManyElements(cast<ShapedType>(linear.weight.getType()))) {
    why = "it has more than " + std::to_string(kMostElements) + " weights";
    return {};
  }
  if (linear.accumulator)
    return readNumbers(linear, target, storage.tables, why);
  return linear.isFloat() ? readFloatWeights(linear, storage.tables, why)
                          : readIntegers(linear, storage, why);
}

} // namespace qs::pack
