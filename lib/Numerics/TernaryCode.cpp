//===- TernaryCode.cpp - -1, 0 and +1 -------------------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Numerics/Code.h"
#include "qs/Numerics/Round.h"

#include <cmath>

using namespace qs::num;

namespace {
/// Two bits, two's complement: 01 is +1, 00 is 0, 11 is -1; 10 is illegal. An
/// integer code of the levels -1..1, so all integer arithmetic takes it. Ties
/// are those of integers: half_even sends 1/2 to 0.
class TernaryCode : public Code {
public:
  std::string name() const override { return "ternary"; }
  unsigned bits() const override { return 2; }
  bool isInteger() const override { return true; }
  LevelRange levels() const override { return {-1, 1}; }
  bool isLegal(uint32_t pattern) const override {
    return pattern < 4 && pattern != 2;
  }
  double decode(uint32_t pattern) const override {
    if (!isLegal(pattern))
      return NAN;
    return pattern == 3 ? -1.0 : pattern;
  }
  uint32_t encode(double x, Rounding rounding) const override {
    return static_cast<uint32_t>(roundAndSaturate(x, rounding, -1, 1)) & 3;
  }
};
} // namespace

std::unique_ptr<Code> qs::num::makeTernaryCode(unsigned) {
  return std::make_unique<TernaryCode>();
}
