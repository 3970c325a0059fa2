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

/// Bits: the code binary, whose words lie in bytes.
enum class Activations { U8, S8, F32, Bits };

/// One row of the table. A matrix multiply is a convolution of a 1 x M image
/// with K channels by 1 x 1 windows, so that both share one description.
struct Case {
  std::string name;
  bool isConv = false;
  Activations activations = Activations::U8;
  /// Weights: a code of the table of codes, with the bits of its words; without
  /// one int8 or f32, like the activations. Matrix multiplies may have scales of
  /// `group` weights along K, stored as f16; their results are f32.
  std::string weightCode;
  int64_t weightBits = 8;
  int64_t group = 0;
  /// Part of `--quick`.
  bool quick = false;
  int64_t height = 1, width = 1, channels = 1, columns = 1;
  int64_t kernel = 1, stride = 1, dilation = 1, pad = 0, groups = 1;

  bool isFloat() const { return activations == Activations::F32; }
  bool isBits() const { return activations == Activations::Bits; }
  bool isSigned() const { return activations == Activations::S8; }
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
  const char *activationsName() const {
    return isFloat()    ? "f32"
           : isBits()   ? "binary"
           : isSigned() ? "int8"
                        : "uint8";
  }
  std::string codeName() const {
    return !weightCode.empty() ? weightCode : isFloat() ? "f32" : "int8";
  }
  std::string weightsName() const {
    return codeName() + (group > 0 ? "_group" + std::to_string(group) : "");
  }
  /// Bytes of the weights and of their scales, without padding.
  int64_t weightBytes() const {
    int64_t bits = isFloat() && weightCode.empty() ? 32 : weightBits;
    return weightElements() * bits / 8 +
           (group > 0 ? weightElements() / group * 2 : 0);
  }
  bool hasFloatResult() const { return isFloat() || group > 0; }
  int64_t resultBytes() const {
    return outputElements() * (hasFloatResult() ? 4 : 1);
  }
};

/// All kernels.
std::vector<Case> allCases();

} // namespace qs::bench

#endif // QS_TOOLS_QS_BENCH_CASES_H
