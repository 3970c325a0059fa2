//===- Data.h - Inputs of a case and what must come out ---------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_TOOLS_QS_BENCH_DATA_H
#define QS_TOOLS_QS_BENCH_DATA_H

#include "Cases.h"
#include <cstdlib>
#include <memory>
#include <random>

namespace qs::bench {

/// Memory that starts on a page.
struct Buffer {
  explicit Buffer(size_t bytes);
  template <typename T> T *as() const {
    return reinterpret_cast<T *>(memory.get());
  }
  size_t bytes;
  std::unique_ptr<char, decltype(&std::free)> memory;
};

/// Reproducible data of a case: activations NHWC, weights [column][window,
/// channel], bias, one multiplier for each column, zero points.
struct Data {
  explicit Data(const Case &c);

  Buffer input;
  /// Words of the code, and the levels that they stand for; the entries of a
  /// codebook.
  std::vector<int32_t> words;
  std::vector<int16_t> weights;
  std::vector<int8_t> codebook;
  /// The entries where the activations are f32.
  std::vector<float> floatCodebook;
  /// Scales of groups, [column][group].
  std::vector<float> groupScales;
  /// Their zero points; empty where all are 0.
  std::vector<int32_t> groupZeros;
  /// What rows of f32 are quantized to at run time, and their scales.
  std::vector<int8_t> rowCodes;
  std::vector<float> rowScales;
  /// f32 weights; those of numbers are what words stand for, without scales.
  std::vector<float> floatWeights;
  /// What words of numbers in the rows stand for.
  std::vector<float> floatRows;
  std::vector<int32_t> bias;
  std::vector<float> multipliers;
  int32_t inputZp = 0, outputZp = 0;

  /// What an integer row holds there, less the zero point.
  int32_t row(const Case &c, int64_t at) const {
    if (c.isWide())
      return int32_t(input.as<int16_t>()[at]) - inputZp;
    uint8_t byte = input.as<uint8_t>()[at];
    return c.isBits()     ? 1 - 2 * int32_t(byte)
           : c.isSigned() ? int32_t(int8_t(byte)) - inputZp
                          : int32_t(byte) - inputZp;
  }

private:
  void makeWeights(const Case &c, std::mt19937 &random);
  void quantizeRows(const Case &c);
  void makeNumbers(const Case &c, std::mt19937 &random);
};

/// Compares `output` with a naive evaluation of the case; counts the outputs
/// that were compared (all, or whole rows spread over the output where there
/// are many) and returns how many differ. Integers must be equal; floats may
/// differ by the rounding of a sum in another order.
int64_t countDifferences(const Case &c, const Data &data, const void *output,
                         int64_t &compared);

} // namespace qs::bench

#endif // QS_TOOLS_QS_BENCH_DATA_H
