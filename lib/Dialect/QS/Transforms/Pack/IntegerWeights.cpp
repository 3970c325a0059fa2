//===- IntegerWeights.cpp - Constant weights for sums of levels -----------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WeightReaders.h"
#include "qs/Dialect/QS/Transforms/Utils/Constants.h"
#include <cmath>

using namespace mlir;

namespace qs::pack {

/// What the words of a code of less than 8 bits stand for, less the zero point;
/// null where a signed byte does not hold them all, or where the words mean
/// something else from scale to scale.
static DenseArrayAttr levelTable(const Linear &linear, QuantType type,
                                 int32_t zero) {
  if (type.getBits() > 7)
    return {};
  SmallVector<int8_t> table;
  if (type.getParameterCount() > 0) {
    std::optional<std::vector<int32_t>> entries =
        readInts(linear.weightCodebook);
    if (!entries || entries->size() != type.getParameterCount())
      return {};
    for (int32_t entry : *entries)
      table.push_back(int8_t(entry));
  } else if (!type.isInteger()) {
    std::optional<num::FixedPoint> fixed = type.getFixedPoint();
    if (!fixed)
      return {};
    table.assign(fixed->levels.begin(), fixed->levels.end());
  } else {
    std::unique_ptr<num::Code> code = type.getCode().getArithmetic();
    for (uint32_t word = 0; word < code->numPatterns(); ++word) {
      // A word that stands for nothing (ternary has one) does not occur.
      double level = code->isLegal(word) ? code->decode(word) - zero : 0;
      if (!(level >= -128 && level <= 127))
        return {};
      table.push_back(int8_t(level));
    }
  }
  return DenseI8ArrayAttr::get(type.getContext(), table);
}

/// Bytes as words of a table, for kernels that need one.
static DenseArrayAttr byteTable(MLIRContext *context) {
  SmallVector<int8_t> table;
  for (int word = 0; word < 256; ++word)
    table.push_back(int8_t(word));
  return DenseI8ArrayAttr::get(context, table);
}

/// Where the parameter of a group lies among `count`, in the weights' order.
static int64_t groupAt(const Linear &linear, int64_t count, int64_t column,
                       int64_t run) {
  int64_t columns = linear.columns();
  return linear.columnAxis() == 0 ? column * (count / columns) + run
                                  : run * columns + column;
}

bool readGroupScales(const Linear &linear, Weights &weights, std::string &why) {
  std::optional<std::vector<float>> scales = readFloats(linear.weightScale);
  if (!scales ||
      !llvm::all_of(*scales, [](float s) { return std::isfinite(s); })) {
    why = "the scales of its weights are not constant";
    return false;
  }
  int64_t count = scales->size(), runs = count / linear.columns();
  weights.scales.assign(linear.columns(), std::vector<float>(runs));
  for (int64_t column = 0; column < linear.columns(); ++column)
    for (int64_t run = 0; run < runs; ++run)
      weights.scales[column][run] =
          (*scales)[groupAt(linear, count, column, run)];
  return true;
}

/// The zero point of an element: that of all, of its column or of its group.
static int32_t zeroAt(const Linear &linear, const std::vector<int32_t> &zeros,
                      int64_t column, int64_t reduced) {
  if (zeros.size() == 1)
    return zeros[0];
  if (cast<ShapedType>(linear.weightZp.getType()).getRank() == 1)
    return zeros[column];
  return zeros[groupAt(linear, zeros.size(), column,
                       reduced / linear.scaleGroup())];
}

/// What kernels subtract from the levels of groups (or columns), less `shift`.
static std::vector<std::vector<int32_t>>
arrangeZeros(const Linear &linear, const std::vector<int32_t> &zeros,
             int32_t shift) {
  int64_t columns = linear.columns(), group = linear.scaleGroup();
  if (group == 0)
    group = linear.weightElements() / columns;
  int64_t runs = linear.weightElements() / columns / group;
  std::vector<std::vector<int32_t>> arranged(columns,
                                             std::vector<int32_t>(runs));
  for (int64_t column = 0; column < columns; ++column)
    for (int64_t run = 0; run < runs; ++run)
      arranged[column][run] =
          zeroAt(linear, zeros, column, run * group) - shift;
  return arranged;
}

num::LevelRange weightRange(const Linear &linear) {
  num::LevelRange range = {INT8_MIN, INT8_MAX};
  QuantType type = QuantType::of(linear.weight.getType());
  // Levels of other codes fit a byte, and so do those of narrow ones without
  // zero points.
  if (!type.isInteger() || (type.getBits() < 8 && !linear.weightZp) ||
      hasTooManyElements(cast<ShapedType>(linear.weight.getType())))
    return range;
  std::optional<std::vector<int32_t>> levels =
      readLevels(linear.weight, linear.weightCodebook);
  std::optional<std::vector<int32_t>> zeros = std::vector<int32_t>{0};
  if (linear.weightZp)
    zeros = readInts(linear.weightZp);
  if (!levels || !zeros || levels->empty())
    return range;
  range = {INT64_MAX, INT64_MIN};
  forEachColumn(linear.weightShape, linear.columnAxis(),
                [&](int64_t i, int64_t column, int64_t reduced) {
                  int64_t level = int64_t((*levels)[i]) -
                                  zeroAt(linear, *zeros, column, reduced);
                  range.min = std::min(range.min, level);
                  range.max = std::max(range.max, level);
                });
  return range;
}

/// The narrowest code of whole bytes for levels in `range`; null without.
CodeAttrInterface plainCode(MLIRContext *context, num::LevelRange range) {
  for (unsigned bits : {8, 16}) {
    int64_t most = int64_t(1) << (bits - 1);
    if (range.min >= -most && range.max < most)
      return cast<CodeAttrInterface>(IntCodeAttr::get(context, bits));
    if (range.min >= 0 && range.max < 2 * most)
      return cast<CodeAttrInterface>(UIntCodeAttr::get(context, bits));
  }
  return {};
}

std::optional<Weights> readIntegers(const Linear &linear, Storage lies,
                                    std::string &why) {
  Weights weights;
  std::optional<std::vector<int32_t>> words = readWords(linear.weight);
  std::optional<std::vector<int32_t>> levels =
      readLevels(linear.weight, linear.weightCodebook);
  if (!words || !levels) {
    why = "its weights are not constant";
    return {};
  }
  std::vector<int32_t> zeros = {0};
  if (linear.weightZp) {
    std::optional<std::vector<int32_t>> read = readInts(linear.weightZp);
    if (!read) {
      why = "the zero point of its weights is not constant";
      return {};
    }
    zeros = std::move(*read);
  }
  MLIRContext *context = linear.op->getContext();
  QuantType type = QuantType::of(linear.weight.getType());
  CodeAttrInterface code = type.getCode();
  // Behind scales of groups zero points are the kernel's: the words stand for
  // levels, those of unsigned bytes less 128.
  bool isUnsignedByte = type.isInteger() && levelsOf(type).max == 255;
  bool ofGroups = !lies.plain && linear.weightScale &&
                  (isUnsignedByte || !llvm::all_equal(zeros));
  int32_t shift = ofGroups && isUnsignedByte ? 128 : 0;
  num::LevelRange range = {INT8_MIN, INT8_MAX};
  if (ofGroups)
    weights.zeros = arrangeZeros(linear, zeros, shift);
  if (lies.plain)
    range = weightRange(linear);
  else if (lies.tables && (ofGroups || llvm::all_equal(zeros)))
    weights.table = levelTable(linear, type, ofGroups ? shift : zeros[0]);
  bool keepsWords = bool(weights.table);
  if (!keepsWords) {
    code = plainCode(context, range);
    if (!code) {
      // Of 17 bits: the kernel takes zero points off the words.
      code = type.getCode();
      weights.plainZeros = ofGroups = true;
      weights.zeros = arrangeZeros(linear, zeros, 0);
      range = levelsOf(type);
    }
    if (linear.weightScale && !lies.plain)
      weights.table = byteTable(context);
  }
  int64_t group = linear.scaleGroup();
  uint32_t wordBits = keepsWords ? wordMask(type) : (1u << code.getBits()) - 1;
  weights.sums.assign(linear.columns(), 0);
  weights.levels.resize(levels->size());
  weights.words.resize(levels->size());
  bool fits = true;
  forEachColumn(
      linear.weightShape, linear.columnAxis(),
      [&](int64_t i, int64_t column, int64_t reduced) {
        int32_t zero =
            ofGroups ? shift : zeroAt(linear, zeros, column, reduced);
        int64_t level = int64_t((*levels)[i]) - zero;
        if (fits && (level < range.min || level > range.max)) {
          why = "a weight less its zero point is " + std::to_string(level) +
                ", which no signed byte holds";
          fits = false;
        }
        weights.levels[i] = int32_t(level);
        if (ofGroups)
          weights.levels[i] -=
              weights.zeros[column][group > 0 ? reduced / group : 0];
        weights.sums[column] += weights.levels[i];
        weights.words[i] =
            uint32_t(keepsWords ? (*words)[i] : int32_t(level)) & wordBits;
      });
  if (!fits)
    return {};
  Type storage;
  if (linear.weightScale) {
    storage = type.getScale().getStorage();
    if (!readGroupScales(linear, weights, why))
      return {};
  }
  weights.logical = RankedTensorType::get(
      linear.weightShape, kernelType(linear, code, group, storage));
  return weights;
}

} // namespace qs::pack
