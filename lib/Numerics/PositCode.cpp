//===- PositCode.cpp - Posits -----------------------------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Posit Standard (2022): sign, a run of equal bits (the regime), two bits of
// exponent, fraction; what does not fit is left out from the right. Negative
// numbers are the two's complement. 10..0 is no number. Encoding goes to the
// number nearest by distance like other codes here, so that small numbers become
// 0; the standard's own conversions cut the bit string and never give 0.
//
//===----------------------------------------------------------------------===//

#include "TableCode.h"

#include <cmath>

using namespace qs::num;

/// The number of a positive pattern below 2^(bits - 1).
static double decodePositive(uint32_t pattern, unsigned bits) {
  int at = int(bits) - 2;
  auto next = [&] { return at >= 0 ? (pattern >> at--) & 1 : 0; };
  uint32_t first = (pattern >> at) & 1;
  int run = 0;
  while (at >= 0 && ((pattern >> at) & 1) == first) {
    ++run;
    --at;
  }
  next(); // The bit that ends the run.
  int regime = first ? run - 1 : -run;
  int exponent = int(next() << 1);
  exponent += int(next());
  double fraction = 1, step = 0.5;
  for (int bit = at; bit >= 0; --bit, step /= 2)
    if ((pattern >> bit) & 1)
      fraction += step;
  return std::ldexp(fraction, 4 * regime + exponent);
}

namespace {
class PositCode final : public TableCode {
public:
  explicit PositCode(unsigned bits) : width(bits) {
    uint32_t sign = 1u << (bits - 1);
    std::vector<double> values(2 * sign, NAN);
    values[0] = 0;
    for (uint32_t p = 1; p < sign; ++p) {
      values[p] = decodePositive(p, bits);
      values[2 * sign - p] = -values[p];
    }
    setValues(std::move(values));
  }
  std::string name() const override { return "posit" + std::to_string(width); }
  unsigned bits() const override { return width; }

protected:
  /// Patterns follow the order of their numbers; ties go to the even one.
  bool takesGreater(uint32_t, uint32_t greater, Rounding rounding) const
      override {
    if (rounding == Rounding::HalfEven)
      return greater % 2 == 0;
    bool positive = decode(greater) > 0;
    return rounding == Rounding::HalfUp || positive;
  }

private:
  unsigned width;
};
} // namespace

std::unique_ptr<Code> qs::num::makePositCode(unsigned bits) {
  return std::make_unique<PositCode>(bits);
}
