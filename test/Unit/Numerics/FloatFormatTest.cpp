//===- FloatFormatTest.cpp - Small floats against APFloat -----------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Numerics/FloatFormat.h"
#include "Oracle.h"
#include "qs/Numerics/Code.h"
#include "qs/Numerics/Float16.h"
#include "llvm/ADT/APFloat.h"

#include <cmath>
#include <gtest/gtest.h>

using namespace qs::num;
using llvm::APFloat;
using llvm::APInt;

namespace {
struct Format {
  const char *name;
  const llvm::fltSemantics &semantics;
};
} // namespace

static const Format kFormats[] = {
    {"f16", APFloat::IEEEhalf()},        {"bf16", APFloat::BFloat()},
    {"f8e4m3", APFloat::Float8E4M3FN()}, {"f8e5m2", APFloat::Float8E5M2()},
    {"f6e2m3", APFloat::Float6E2M3FN()}, {"f6e3m2", APFloat::Float6E3M2FN()},
    {"f4e2m1", APFloat::Float4E2M1FN()},
};

static std::unique_ptr<Code> make(const char *name) {
  std::string error;
  return makeCode(name, error);
}

static double viaAPFloat(double x, const llvm::fltSemantics &semantics,
                         APFloat::roundingMode mode) {
  APFloat value(x);
  bool inexact;
  value.convert(semantics, mode, &inexact);
  value.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven, &inexact);
  return value.convertToDouble();
}

static bool same(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) ||
         (a == b && std::signbit(a) == std::signbit(b));
}

TEST(FloatFormat, DecodeEveryPattern) {
  for (const Format &f : kFormats) {
    std::unique_ptr<Code> code = make(f.name);
    FloatFormat format = *code->floatFormat();
    unsigned bits = APFloat::getSizeInBits(f.semantics);
    ASSERT_EQ(code->bits(), bits);
    for (uint32_t p = 0; p < code->numPatterns(); ++p) {
      APFloat value(f.semantics, APInt(bits, p));
      bool inexact;
      bool isFinite = value.isFinite();
      value.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven,
                    &inexact);
      ASSERT_TRUE(same(format.decode(p), value.convertToDouble()))
          << f.name << " " << p;
      ASSERT_EQ(code->isLegal(p), isFinite);
      ASSERT_EQ(std::isnan(code->decode(p)), !isFinite);
      if (isFinite) {
        ASSERT_EQ(code->encode(value.convertToDouble(), Rounding::HalfEven),
                  value.isZero() ? 0 : p);
      }
    }
    EXPECT_FALSE(format.isFinite(static_cast<uint32_t>(code->numPatterns())));
  }
}

TEST(FloatFormat, EncodeAsAPFloat) {
  const std::pair<Rounding, APFloat::roundingMode> modes[] = {
      {Rounding::HalfEven, APFloat::rmNearestTiesToEven},
      {Rounding::HalfAway, APFloat::rmNearestTiesToAway},
      {Rounding::Floor, APFloat::rmTowardNegative},
      {Rounding::Ceil, APFloat::rmTowardPositive},
      {Rounding::TowardZero, APFloat::rmTowardZero},
  };
  oracle::Random random(9);
  for (const Format &f : kFormats) {
    std::unique_ptr<Code> code = make(f.name);
    FloatFormat format = *code->floatFormat();
    double most = format.maxFinite();
    std::vector<double> probes;
    auto add = [&](double x) {
      for (double y : {x, std::nextafter(x, 1e300), std::nextafter(x, -1e300)})
        if (std::fabs(y) <= most)
          probes.push_back(y);
    };
    for (uint32_t p = 0; p + 1 < code->numPatterns(); ++p)
      if (code->isLegal(p) && code->isLegal(p + 1)) {
        add(code->decode(p));
        add((code->decode(p) + code->decode(p + 1)) / 2);
      }
    for (int i = 0; i < 20000; ++i)
      add((random.unit() - 0.5) * 2 *
          std::exp2(format.minExponent() - 12 +
                    random.unit() *
                        (format.maxExponent() - format.minExponent() + 12)));
    for (double x : probes)
      for (auto [ours, theirs] : modes)
        // A code has one word for zero, whatever the sign.
        ASSERT_EQ(code->decode(code->encode(x, ours)),
                  viaAPFloat(x, f.semantics, theirs))
            << f.name << " " << x;
    EXPECT_EQ(code->decode(code->encode(most * 1.0001, Rounding::Ceil)), most);
    EXPECT_EQ(code->encode(std::nan(""), Rounding::HalfEven), 0u);
  }
}

// Conversions that overflow to infinity or NaN, for accumulators.
TEST(FloatFormat, RoundOverflows) {
  FloatFormat half = ieeeFormat(5, 10);
  EXPECT_EQ(half.round(65519.999), 65504.0);
  EXPECT_EQ(half.round(65520), INFINITY);
  EXPECT_EQ(half.round(-1e9), -INFINITY);
  EXPECT_TRUE(std::isnan(half.round(NAN)));
  EXPECT_TRUE(std::isnan(make("f8e4m3")->floatFormat()->round(1000)));
  EXPECT_EQ(make("f4e2m1")->floatFormat()->round(1000), 6.0);
  oracle::Random random(3);
  for (int i = 0; i < 100000; ++i) {
    auto x = static_cast<float>((random.unit() - 0.5) *
                                std::exp2(random.unit() * 50 - 30));
    EXPECT_EQ(half.round(x), halfToFloat(floatToHalf(x)));
    EXPECT_EQ(ieeeFormat(8, 23).round(x), x);
  }
  // (1, 6, 9) of Wang et al. 2018 is a format like any other.
  FloatFormat wide = ieeeFormat(6, 9);
  EXPECT_EQ(wide.bits(), 16u);
  EXPECT_EQ(wide.round(1 + 0x1p-10), 1.0);
  EXPECT_EQ(wide.round(1 + 3 * 0x1p-10), 1 + 0x1p-8);
  EXPECT_EQ(wide.maxExponent(), 31);
}
