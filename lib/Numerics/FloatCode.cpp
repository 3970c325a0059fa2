//===- FloatCode.cpp - f16, bf16, f8, f6, f4 ------------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Numerics/Code.h"

using namespace qs::num;

namespace {
/// A float of at most 16 bits. The legal patterns are those of finite numbers;
/// encode() gives zero one pattern, that of +0, also for NaN and -0: a number
/// of a code has one word on every engine.
class SmallFloatCode : public Code {
public:
  SmallFloatCode(const char *text, FloatFormat format)
      : text(text), format(format) {}

  std::string name() const override { return text; }
  unsigned bits() const override { return format.bits(); }
  /// Those of 16 bits are stored like f32, without a scale. The smaller ones
  /// span too little for that.
  bool isFloat() const override { return bits() == 16; }
  bool isLegal(uint32_t pattern) const override {
    return format.isFinite(pattern);
  }
  double decode(uint32_t pattern) const override {
    // Infinities are patterns that encode() never gives.
    return format.isFinite(pattern) ? format.decode(pattern) : kNaN;
  }
  uint32_t encode(double x, Rounding rounding) const override {
    double rounded = x != x ? 0 : format.roundSaturated(x, rounding);
    return rounded == 0 ? 0 : format.patternOf(rounded);
  }
  std::optional<FloatFormat> floatFormat() const override { return format; }

private:
  static constexpr double kNaN = __builtin_nan("");
  const char *text;
  FloatFormat format;
};
} // namespace

static std::unique_ptr<Code> make(const char *name, FloatFormat format) {
  return std::make_unique<SmallFloatCode>(name, format);
}

std::unique_ptr<Code> qs::num::makeF16Code(unsigned) {
  return make("f16", ieeeFormat(5, 10));
}
std::unique_ptr<Code> qs::num::makeBF16Code(unsigned) {
  return make("bf16", ieeeFormat(8, 7));
}
std::unique_ptr<Code> qs::num::makeF8E5M2Code(unsigned) {
  return make("f8e5m2", ieeeFormat(5, 2));
}
std::unique_ptr<Code> qs::num::makeF8E4M3Code(unsigned) {
  return make("f8e4m3", {4, 3, 7, /*hasInfinity=*/false, /*hasNaN=*/true});
}
std::unique_ptr<Code> qs::num::makeF6E2M3Code(unsigned) {
  return make("f6e2m3", {2, 3, 1, /*hasInfinity=*/false, /*hasNaN=*/false});
}
std::unique_ptr<Code> qs::num::makeF6E3M2Code(unsigned) {
  return make("f6e3m2", {3, 2, 3, /*hasInfinity=*/false, /*hasNaN=*/false});
}
std::unique_ptr<Code> qs::num::makeF4E2M1Code(unsigned) {
  return make("f4e2m1", {2, 1, 1, /*hasInfinity=*/false, /*hasNaN=*/false});
}
