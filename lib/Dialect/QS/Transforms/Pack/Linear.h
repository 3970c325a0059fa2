//===- Linear.h - What packing needs to know of an op -----------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_LIB_DIALECT_QS_TRANSFORMS_PACK_LINEAR_H
#define QS_LIB_DIALECT_QS_TRANSFORMS_PACK_LINEAR_H

#include "qs/Dialect/QS/IR/QSOps.h"
#include "qs/Dialect/QS/Transforms/Utils/FloatLinear.h"
#include "qs/Numerics/NumberSpan.h"
#include "qs/Target/Native/Targets.h"
#include <optional>
#include <string>
#include <vector>

namespace qs::pack {

/// A qs.matmul or qs.conv2d, or an f32 matrix multiply or convolution of TOSA,
/// alike.
struct Linear {
  mlir::Operation *op;
  mlir::Value input, weight, inputZp, weightZp, bias, weightScale,
      weightCodebook;
  bool isConv = false;
  bool transposed = false;
  llvm::SmallVector<int64_t> pad = {0, 0, 0, 0}, stride = {1, 1},
                             dilation = {1, 1};
  int64_t groups = 1;
  /// How numbers are summed; null for levels, and for f32 in whatever order.
  AccumulatorAttr accumulator;
  /// Shape of the weights as the qs op takes them.
  llvm::SmallVector<int64_t> weightShape;
  /// TOSA's op, whose weights lie in another order.
  std::optional<FloatLinear> tosa;
  /// Power of two by which dequantized weights are multiplied: scales of two
  /// levels (NVFP4) have it behind those of the groups.
  float factor = 1;

  /// Nothing for an op of another kind.
  static std::optional<Linear> get(mlir::Operation *op);

  mlir::RankedTensorType inputType() const;
  int64_t weightElements() const;
  mlir::RankedTensorType resultType() const;
  bool isFloat() const;
  /// Kernels read rows of f32: those of the op, or the numbers of its words.
  bool takesFloatRows() const { return isFloat() || accumulator; }
  bool hasPadding() const;
  /// A convolution with one channel in and out of each group, whose kernel has
  /// one multiplier a channel: scales inside of the sum are the general one's.
  bool isDepthwise() const;
  /// Axes of the weights as the qs op takes them.
  int64_t columnAxis() const;
  int64_t reducedAxis() const;
  /// Weights that share a scale along the reduction; 0 without such groups.
  int64_t scaleGroup() const;
  int64_t columns() const { return resultType().getShape().back(); }
  /// Results in one group and column: pixels of an image, or rows.
  int64_t rows() const;
};

/// Constant weights after their zero points are subtracted.
struct Weights {
  /// f32, an integer code of 8 or 16 bits without zero point, a code of fewer
  /// bits with a table of what its words stand for, or one as wide as
  /// `element`.
  mlir::RankedTensorType logical;
  mlir::DenseArrayAttr table;
  /// The type that words of whole elements are numbers of, for f32 rows.
  mlir::Type element;
  /// Code words or float bits, row major.
  std::vector<uint32_t> words;
  /// Integer weights: what the words stand for, and their sum in each output
  /// column.
  std::vector<int32_t> levels;
  std::vector<int64_t> sums;
  /// Scales that the kernel applies, by column and run (or one for each
  /// column); empty where there are none.
  std::vector<std::vector<float>> scales;
  /// What the kernel subtracts from the numbers of the words of a group, by
  /// column and run; empty where it subtracts nothing. From bytes that are
  /// bytes; where `plainZeros` they belong to plain words of 16 bits.
  std::vector<std::vector<int32_t>> zeros;
  bool plainZeros = false;
  /// What the numbers of a stated sum have in common, before scales.
  std::optional<num::NumberSpan> span;

  /// Whether the words lie in the order of levels that are equidistant.
  bool isSorted() const;
  /// Puts words of at most 7 bits in the order of their levels where these are
  /// equidistant, so that kernels need no look-up. A word that stands for
  /// nothing gets what is left. Kernels over rows of bits need the words as
  /// they are.
  void sortWords();
  /// Adds `count` zeros behind the last input channel (or the last row of K).
  void padChannels(const Linear &linear, int64_t count);
};

/// How packed weights lie: with `tables` words of few bits stay as they are,
/// with `plain` they become integers of a byte or a word, signed or not.
struct Storage {
  bool tables = false;
  bool plain = false;
};

/// Reads the weights, or says in `why` what stands in the way.
std::optional<Weights> readWeights(const Linear &linear,
                                   const native::Target &target,
                                   Storage storage,
                                   std::string &why);

/// The least and the greatest level of constant integer weights less their zero
/// points, or what their code has.
num::LevelRange weightRange(const Linear &linear);

/// How the activations are presented to the kernel.
struct Rows {
  RowConversion conversion = RowConversion::Copy;
  bool isSigned = false;
  int64_t channelPad = 0;
  /// The kernel reads the sums of their runs, as the weights are its unsigned
  /// side.
  bool needSums = false;
  /// The kernel reads the words of a code of one bit, 32 in an i32.
  bool isBits() const { return conversion == RowConversion::PackBits; }
  /// The span of decoded numbers, if it is known.
  std::optional<num::NumberSpan> span;
  /// What the conversion adds to every code value.
  int64_t shift = 0;
  /// The zero point where it is a constant (0 if absent).
  std::optional<int64_t> zeroPoint = 0;
  /// The kernel takes the zero points of the rows, or the only one, off its
  /// sums; `zeroPoint` is 0 then.
  bool zerosInKernel = false;
};

/// A layout and the rows it needs, or the reason why there is none.
struct Plan {
  LayoutAttrInterface layout;
  Rows rows;
  /// Weights lie as plain integers, in bytes or words, signed or not.
  bool plain = false;
  /// The layout is that of the target's narrow dot.
  bool narrow = false;
  /// Sums are i64: the terms that i32 holds (0: hardly any).
  std::optional<int64_t> wide = {};
};
/// `group`: weights along the reduction that share a scale of the kernel, 0
/// without such scales. With `narrow` the target's narrow dot is taken where
/// the kernel is one over bytes.
std::optional<Plan> planKernel(const Linear &linear,
                               const native::Target &target, int64_t group,
                               bool narrow, std::string &why);

/// Steps of a column whose sums fit i16 in a planned kernel with the narrow
/// dot, from the weights as it packs them; 0 where one step may not.
int64_t stepsOfNarrowSums(const Linear &linear, const Plan &plan,
                          const Weights &weights);

} // namespace qs::pack

#endif // QS_LIB_DIALECT_QS_TRANSFORMS_PACK_LINEAR_H
