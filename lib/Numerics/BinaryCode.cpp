//===- BinaryCode.cpp - -1 and +1 -----------------------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Numerics/Code.h"

#include <cmath>

using namespace qs::num;

namespace {
/// One bit, the sign: 0 is +1, 1 is -1, so that a word is the sign bits of its
/// floats and the dot product of n elements is n - 2 popcount(x xor w). There
/// is no zero. sign(0) = +1 for both zeros, in every nearest mode, and NaN, to
/// which both values are equally near, gives +1 too. toward_zero is the sign as
/// well: nothing lies between a number below 1 and zero.
class BinaryCode : public Code {
public:
  std::string name() const override { return "binary"; }
  unsigned bits() const override { return 1; }
  double decode(uint32_t pattern) const override {
    return pattern == 0 ? 1.0 : pattern == 1 ? -1.0 : NAN;
  }
  uint32_t encode(double x, Rounding rounding) const override {
    if (rounding == Rounding::Floor)
      return x < 1;
    if (rounding == Rounding::Ceil)
      return x <= -1;
    return x < 0;
  }
};
} // namespace

std::unique_ptr<Code> qs::num::makeBinaryCode(unsigned) {
  return std::make_unique<BinaryCode>();
}
