//===- PackedTest.h - Linear ops packed, compiled, compared -----*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// A matrix multiply or convolution of codes, made of random words: the
/// interpreter evaluates the op and the packed kernel, and the kernel is
/// compiled. All three have to give the same bits.
///
//===----------------------------------------------------------------------===//

#ifndef QS_TEST_UNIT_TARGET_PACKEDTEST_H
#define QS_TEST_UNIT_TARGET_PACKEDTEST_H

#include "CompiledTest.h"
#include <random>
#include <string>

namespace qs::test {

/// Where the zero points of one side come from.
enum class Zero { None, Constant, Argument, EachRow, EachColumn, EachScale };

struct LinearCase {
  /// [rows..., K] by [N, K], or an image [n, h, w, c] by [O, kh, kw, c /
  /// groups].
  std::vector<int64_t> input, weights;
  std::string rowCode = "uint8", weightCode = "int8";
  Zero rowZero = Zero::None, weightZero = Zero::None;
  /// Weights that share a scale; 0 without scales.
  int64_t group = 0;
  /// As in `accumulator`; empty without.
  std::string accumulator;
  std::string result = "i32";
  bool bias = true;
  int64_t pad = 0, stride = 1, dilation = 1, groups = 1;
  /// Rows stay near their zero point where sums would not fit else.
  int64_t most = 0;
  /// Weights are [batch, N, K], or come at run time.
  int64_t batch = 0;
  bool dynamicWeights = false;
  /// Those of a matrix product lie as [K, N] where not.
  bool transposed = true;

  bool isConv() const { return weights.size() == 4; }
};

/// The function `f` of a case.
std::string toText(const LinearCase &c, std::mt19937 &random);

class PackedTest : public TargetTest {
protected:
  /// Fails where an engine differs, or where general loops are left.
  void check(const LinearCase &c, unsigned seed = 1);
};

} // namespace qs::test

#endif // QS_TEST_UNIT_TARGET_PACKEDTEST_H
