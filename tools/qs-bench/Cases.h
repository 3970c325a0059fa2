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

enum class Activations { U8, S8, F32 };

/// One row of the table. A matrix multiply is a convolution of a 1 x M image
/// with K channels by 1 x 1 windows, so that both share one description.
struct Case {
  std::string name;
  bool isConv = false;
  Activations activations = Activations::U8;
  /// Integer weights: bits of a word, and its sign.
  int64_t weightBits = 8;
  bool unsignedWeights = false;
  /// Part of `--quick`.
  bool quick = false;
  int64_t height = 1, width = 1, channels = 1, columns = 1;
  int64_t kernel = 1, stride = 1, dilation = 1, pad = 0, groups = 1;

  bool isFloat() const { return activations == Activations::F32; }
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
    return isFloat() ? "f32" : isSigned() ? "int8" : "uint8";
  }
  std::string weightsName() const {
    if (isFloat())
      return "f32";
    return (unsignedWeights ? "uint" : "int") + std::to_string(weightBits);
  }
  /// Bytes of the weights without padding.
  int64_t weightBytes() const {
    return isFloat() ? 4 * weightElements() : weightElements() * weightBits / 8;
  }
};

/// All kernels.
std::vector<Case> allCases();

} // namespace qs::bench

#endif // QS_TOOLS_QS_BENCH_CASES_H
