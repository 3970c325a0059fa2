//===- CodeFormsTest.cpp - Codes as integers, names, bindings -------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MakeCode.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace qs::num;
using oracle::make;

TEST(Code, FixedPoint) {
  for (const std::string &name : implementedCodes()) {
    std::unique_ptr<Code> code = make(name);
    std::optional<FixedPoint> fixed = code->fixedPoint();
    if (!fixed)
      continue;
    ASSERT_EQ(fixed->levels.size(), code->numPatterns()) << name;
    bool anyOdd = false;
    for (uint32_t p = 0; p < code->numPatterns(); ++p) {
      int level = fixed->levels[p];
      anyOdd |= level % 2 != 0;
      EXPECT_EQ(std::ldexp(level, fixed->exponent),
                code->isLegal(p) ? code->decode(p) : 0.0)
          << name << " " << p;
    }
    EXPECT_TRUE(anyOdd) << name << ": a greater exponent would do";
  }
  auto exponent = [](const char *name) {
    std::optional<FixedPoint> fixed = make(name)->fixedPoint();
    return fixed ? fixed->exponent : 99;
  };
  for (const char *name : {"int1", "int4", "int8", "uint1", "uint7", "ternary",
                           "binary", "log2_2", "ulog2_2"})
    EXPECT_EQ(exponent(name), strcmp(name, "ulog2_2") ? 0 : -2) << name;
  EXPECT_EQ(exponent("log2_3"), -2);
  EXPECT_EQ(exponent("log2_4"), -6);
  EXPECT_EQ(exponent("ulog2_3"), -6);
  EXPECT_EQ(exponent("apot_3"), -1);
  EXPECT_EQ(exponent("apot_5"), -5);
  EXPECT_EQ(exponent("f4e2m1"), -1);
  EXPECT_EQ(exponent("f6e2m3"), -3);
  for (const char *name : {"uint8", "int9", "nf4", "f8e4m3", "f8e5m2", "f6e3m2",
                           "logsqrt2_3", "log2_5", "log2_8", "apot_6", "f32"})
    EXPECT_EQ(exponent(name), 99) << name;
  std::string error;
  auto bound = [&](std::vector<double> entries) {
    return makeCode("codebook1", error)->bind(entries, error)->fixedPoint();
  };
  EXPECT_FALSE(makeCode("codebook1", error)->fixedPoint());
  EXPECT_EQ(bound({-128, 127})->exponent, 0);
  EXPECT_EQ(bound({-128, 64})->exponent, 6);
  EXPECT_EQ(bound({0, 0})->exponent, 0);
  EXPECT_EQ(bound({0.75, 0})->exponent, -2);
  EXPECT_FALSE(bound({128, 1}));
  EXPECT_FALSE(bound({0.1, 1}));
}

TEST(Code, NamesAndErrors) {
  std::string error;
  for (const char *bad :
       {"int0", "int17", "uint", "int08", "int8 ", "i8", "", "float32",
        "log2_9", "ulog2_8", "codebook0", "f321", "apot_2", "log2", "nf5"}) {
    EXPECT_FALSE(makeCode(bad, error)) << bad;
    EXPECT_FALSE(isCodeName(bad)) << bad;
    EXPECT_EQ(error, "unknown code '" + std::string(bad) +
                         "', expected one of " + allowedCodes());
  }
  EXPECT_TRUE(isCodeName("int8") && isCodeName("codebook4"));
  // A new code adds itself behind these.
  EXPECT_EQ(allowedCodes().find("f32, f16, bf16, f8e4m3, f8e5m2, "), 0u);
  EXPECT_NE(allowedCodes().find("int1..int16, uint1..uint16, ternary, binary, "
                                "log2_2..log2_8, "),
            std::string::npos);
  EXPECT_EQ(allowedCodes(16).find("f16, bf16, "), 0u);
}

TEST(Code, Bind) {
  std::string error;
  std::unique_ptr<Code> code = make("int8");
  EXPECT_TRUE(code->isBound());
  EXPECT_EQ(code->bind({}, error)->name(), "int8");
  EXPECT_FALSE(code->bind({1.0, 2.0}, error));
  EXPECT_EQ(error, "code 'int8' takes no parameters, found 2");
  code = makeCode("codebook1", error);
  EXPECT_EQ(code->parameterCount(), 2u);
  EXPECT_FALSE(code->bind({1.0}, error));
  EXPECT_EQ(error, "code 'codebook1' takes 2 entries, found 1");
  EXPECT_FALSE(code->bind({1.0, NAN}, error));
  EXPECT_EQ(error, "code 'codebook1' takes finite entries, found nan at 1");
  EXPECT_TRUE(code->bind({1.0, 2.0}, error)->bind({3.0, 4.0}, error));
}

TEST(Code, RestrictedRange) {
  EXPECT_EQ(restrictedRange({-128, 127}), (LevelRange{-127, 127}));
  EXPECT_EQ(restrictedRange({-2, 1}), (LevelRange{-1, 1}));
  EXPECT_EQ(restrictedRange({0, 255}), (LevelRange{0, 255}));
  EXPECT_EQ(restrictedRange({-1, 0}), (LevelRange{-1, 0}));
}

TEST(Code, FitLevel) {
  for (LevelRange range : {LevelRange{-128, 127}, LevelRange{0, 15}}) {
    int64_t count = range.max - range.min + 1;
    for (int64_t x = -700; x <= 700; ++x) {
      int64_t wrapped = x;
      while (wrapped < range.min)
        wrapped += count;
      while (wrapped > range.max)
        wrapped -= count;
      EXPECT_EQ(fitLevel(x, range, Overflow::Wrap), wrapped);
      EXPECT_EQ(fitLevel(x, range, Overflow::Saturate),
                std::min<int64_t>(std::max<int64_t>(x, range.min), range.max));
    }
    EXPECT_EQ(fitLevel(INT64_MAX, {-128, 127}, Overflow::Wrap), -1);
    EXPECT_EQ(fitLevel(INT64_MIN, {-128, 127}, Overflow::Wrap), 0);
  }
}

// uintB through a zero point: the levels of affine quantization.
TEST(Code, OffsetIntegers) {
  for (int32_t zeroPoint : {0, 5, 15}) {
    std::unique_ptr<Code> code = makeOffsetCode(4, zeroPoint);
    EXPECT_EQ(code->levels(), (LevelRange{-zeroPoint, 15 - zeroPoint}));
    EXPECT_EQ(code->isSigned(), zeroPoint > 0);
    for (uint32_t p = 0; p < 16; ++p) {
      EXPECT_EQ(code->decode(p), static_cast<double>(p) - zeroPoint);
      EXPECT_EQ(code->encode(code->decode(p), Rounding::HalfEven), p);
    }
    EXPECT_EQ(code->encode(100, Rounding::HalfEven), 15u);
    EXPECT_EQ(code->encode(-100, Rounding::HalfEven), 0u);
    EXPECT_TRUE(std::isnan(code->decode(16)));
  }
}
