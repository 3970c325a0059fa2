//===- F32Code.cpp - Plain f32 --------------------------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Numerics/Code.h"

#include <cfloat>
#include <cmath>
#include <cstring>

using namespace qs::num;

namespace {
/// Marks a tensor that stays float. Values are stored as they are, so the
/// legal patterns are those of finite numbers.
class F32Code : public Code {
public:
  std::string name() const override { return "f32"; }
  unsigned bits() const override { return 32; }
  bool isFloat() const override { return true; }

  bool isLegal(uint32_t pattern) const override {
    return ((pattern >> 23) & 255) != 255;
  }

  double decode(uint32_t pattern) const override {
    if (!isLegal(pattern))
      return NAN;
    float value;
    std::memcpy(&value, &pattern, sizeof(value));
    return value;
  }

  uint32_t encode(double x, Rounding rounding) const override {
    float value = nearest(x);
    if (value != x)
      value = adjust(value, x, rounding);
    uint32_t pattern;
    std::memcpy(&pattern, &value, sizeof(pattern));
    return pattern;
  }

  std::optional<FloatFormat> floatFormat() const override {
    return ieeeFormat(8, 23);
  }

private:
  static float nearest(double x) {
    if (x != x)
      return 0;
    if (x >= FLT_MAX)
      return FLT_MAX;
    return x <= -FLT_MAX ? -FLT_MAX : static_cast<float>(x);
  }

  /// Moves the nearest float to the neighbour that a directed mode asks for.
  /// Ties are IEEE ties; the nearest modes do not differ by anything else.
  static float adjust(float value, double x, Rounding rounding) {
    bool wantDown = rounding == Rounding::Floor ||
                    (rounding == Rounding::TowardZero && x > 0);
    bool wantUp = rounding == Rounding::Ceil ||
                  (rounding == Rounding::TowardZero && x < 0);
    if (wantDown && value > x && value > -FLT_MAX)
      return std::nextafter(value, -FLT_MAX);
    if (wantUp && value < x && value < FLT_MAX)
      return std::nextafter(value, FLT_MAX);
    return value;
  }
};
} // namespace

std::unique_ptr<Code> qs::num::makeF32Code(unsigned bits) {
  return std::make_unique<F32Code>();
}
