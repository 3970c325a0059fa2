//===- ApotCode.cpp - Sums of two powers of two ---------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
// Y. Li, X. Dong, W. Wang: Additive Powers-of-Two Quantization, 2020.
//
//===----------------------------------------------------------------------===//

#include "TableCode.h"

#include <cmath>

using namespace qs::num;

namespace {
/// The top bit is the sign, then two words of k0 = ceil((B - 1) / 2) and k1 =
/// floor((B - 1) / 2) bits. The value is +-(p0 + p1) with
///
///   p_i = 0 for word 0, else 2^-(i + 2 (word - 1))
///
/// so the first term takes even exponents (1, 1/4, 1/16, ...), the second odd
/// ones (1/2, 1/8, ...), and no two patterns give the same sum. The largest
/// value is 3/2; the paper's normalisation to 1 is part of the scale. Sign 1
/// with both words 0 is illegal. Ties of half_even go to the smaller magnitude.
class ApotCode : public TableCode {
public:
  explicit ApotCode(unsigned width) : width(width) {
    unsigned second = (width - 1) / 2;
    std::vector<double> table;
    for (uint32_t p = 0; p < numPatterns(); ++p) {
      uint32_t magnitude = p & ((uint32_t(1) << (width - 1)) - 1);
      double value = term(magnitude >> second, 0) +
                     term(magnitude & ((uint32_t(1) << second) - 1), 1);
      table.push_back(p == magnitude ? value : magnitude ? -value : NAN);
    }
    setValues(std::move(table));
  }

  std::string name() const override { return "apot_" + std::to_string(width); }
  unsigned bits() const override { return width; }

private:
  static double term(uint32_t word, int first) {
    return word ? std::ldexp(1.0, -first - 2 * static_cast<int>(word - 1)) : 0;
  }

  bool takesGreater(uint32_t lesser, uint32_t greater,
                    Rounding rounding) const override {
    if (rounding == Rounding::HalfUp)
      return true;
    bool greaterIsFar = std::fabs(decode(greater)) > std::fabs(decode(lesser));
    return greaterIsFar == (rounding == Rounding::HalfAway);
  }

  unsigned width;
};
} // namespace

std::unique_ptr<Code> qs::num::makeApotCode(unsigned bits) {
  return std::make_unique<ApotCode>(bits);
}
