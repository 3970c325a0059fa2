//===- Cases.h - What qs-bench measures, as data ----------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_TOOLS_QS_BENCH_CASES_H
#define QS_TOOLS_QS_BENCH_CASES_H

#include <cstdint>
#include <string>
#include <vector>

namespace qs::bench {

/// Bits: the code binary, whose words lie in bytes. f32 rows that are quantized
/// to int8 at run time, each with a scale of its own, are Dynamic. Sums of S16
/// are i64. Numbers are words of `rowCode` whose products are summed in a
/// stated format.
enum class Activations { U8, S8, S16, F32, Bits, Dynamic, Numbers };

/// One row of the table. A matrix multiply is a convolution of a 1 x M image
/// with K channels by 1 x 1 windows, so that both share one description.
struct Case {
  std::string name;
  bool isConv = false;
  Activations activations = Activations::U8;
  /// Weights: a code of the table of codes, with the bits of its words; without
  /// one int8 or f32, like the activations. Matrix multiplies may have scales
  /// of `group` weights along K, stored as f16; their results are f32. Weights
  /// of f32 activations without groups have an f32 scale for each column.
  std::string weightCode;
  /// What every byte of the input is, and every word of the weights; below 0
  /// they are random.
  int inputByte = -1, weightWord = -1;
  int64_t weightBits = 8;
  int64_t group = 0;
  /// Of numbers: the code of the rows, the bits of its words, and what is
  /// stated of the sums.
  std::string rowCode;
  int64_t rowBits = 8;
  std::string accumulator;
  /// Ternary weights five in a byte.
  bool fives = false;
  /// Groups have zero points of their own (unsigned codes of few bits).
  bool groupZeros = false;
  /// Part of `--quick`.
  bool quick = false;
  int64_t height = 1, width = 1, channels = 1, columns = 1;
  int64_t kernel = 1, stride = 1, dilation = 1, pad = 0, groups = 1;

  bool isFloat() const { return activations == Activations::F32; }
  bool isBits() const { return activations == Activations::Bits; }
  bool isDynamic() const { return activations == Activations::Dynamic; }
  bool isWide() const { return activations == Activations::S16; }
  bool isNumbers() const { return activations == Activations::Numbers; }
  bool isSigned() const {
    return activations == Activations::S8 || isWide() || isDynamic();
  }
  /// Rows or weights take more than a byte.
  bool hasWords() const {
    return isWide() || (weightBits > 8 && activations == Activations::S8);
  }
  int64_t outHeight() const { return outSize(height); }
  int64_t outWidth() const { return outSize(width); }
  int64_t outSize(int64_t size) const {
    return (size + 2 * pad - dilation * (kernel - 1) - 1) / stride + 1;
  }
  /// M, N and K of the multiply that it amounts to.
  int64_t rows() const { return outHeight() * outWidth(); }
  int64_t reduction() const { return kernel * kernel * channels / groups; }
  double macs() const { return double(rows()) * columns * reduction(); }
  int64_t inputElements() const { return height * width * channels; }
  int64_t weightElements() const { return columns * reduction(); }
  int64_t outputElements() const { return rows() * columns; }
  std::string activationsName() const {
    return isNumbers()   ? rowCode
           : isFloat()   ? "f32"
           : isBits()    ? "binary"
           : isDynamic() ? "dynamic"
           : isWide()    ? "int16"
           : isSigned()  ? "int8"
                         : "uint8";
  }
  std::string codeName() const {
    return !weightCode.empty() ? weightCode : isFloat() ? "f32" : "int8";
  }
  std::string weightsName() const {
    return codeName() + (fives ? "_fives" : "") +
           (group > 0 ? "_group" + std::to_string(group) : "") +
           (groupZeros ? "_zeros" : "");
  }
  /// Bytes of the weights and of their scales, without padding.
  int64_t weightBytes() const {
    int64_t bits = isFloat() && weightCode.empty() ? 32 : weightBits;
    int64_t bytes =
        fives ? (weightElements() + 4) / 5 : weightElements() * bits / 8;
    int64_t ofGroup = groupZeros ? 3 : 2;
    return bytes + (group > 0 ? weightElements() / group * ofGroup : 0);
  }
  /// Weights along the reduction that share a scale.
  int64_t scaleGroup() const { return group > 0 ? group : reduction(); }
  int64_t inputBytes() const {
    return inputElements() * (isFloat() || isDynamic()                   ? 4
                              : isWide() || (isNumbers() && rowBits > 8) ? 2
                                                                         : 1);
  }
  bool hasFloatResult() const {
    return isFloat() || isDynamic() || isNumbers() || group > 0;
  }
  int64_t resultBytes() const {
    return outputElements() * (hasFloatResult() ? 4 : 1);
  }
};

/// All kernels. Of the codes only some have cases, others where `everyCode` is
/// set.
std::vector<Case> allCases(bool everyCode);

} // namespace qs::bench

#endif // QS_TOOLS_QS_BENCH_CASES_H
