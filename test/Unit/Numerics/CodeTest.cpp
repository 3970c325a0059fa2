//===- CodeTest.cpp - Every code against its contract
//-------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Numerics/Code.h"
#include "Oracle.h"

#include <gtest/gtest.h>
#include <limits>

using namespace qs::num;

static constexpr Rounding kModes[] = {Rounding::HalfEven, Rounding::HalfAway,
                                      Rounding::HalfUp,   Rounding::Floor,
                                      Rounding::Ceil,     Rounding::TowardZero};
static constexpr Rounding kNearest[] = {Rounding::HalfEven, Rounding::HalfAway,
                                        Rounding::HalfUp};

static std::unique_ptr<Code> make(const std::string &name) {
  std::string error;
  std::unique_ptr<Code> code = makeCode(name, error);
  EXPECT_TRUE(code) << error;
  return code;
}

/// Some patterns of a code: all where there are few.
static std::vector<uint32_t> patternsOf(const Code &code) {
  std::vector<uint32_t> patterns;
  uint64_t count = code.numPatterns();
  uint64_t step = count > 65536 ? 65537 : 1;
  for (uint64_t p = 0; p < count; p += step)
    patterns.push_back(static_cast<uint32_t>(p));
  return patterns;
}

TEST(Code, Registry) {
  std::vector<std::string> names = implementedCodes();
  EXPECT_EQ(names.size(), 33u);
  for (const std::string &name : names)
    EXPECT_EQ(make(name)->name(), name);
}

// C1, C3: whatever comes in, a value of the code comes out.
TEST(Code, EncodeIsTotal) {
  double inf = std::numeric_limits<double>::infinity();
  for (const std::string &name : implementedCodes()) {
    std::unique_ptr<Code> code = make(name);
    double lowest = inf, highest = -inf, nearZero = inf;
    for (uint32_t p : patternsOf(*code)) {
      double value = code->decode(p);
      if (!code->isLegal(p)) {
        EXPECT_TRUE(std::isnan(value)); // C5
        continue;
      }
      lowest = std::min(lowest, value);
      highest = std::max(highest, value);
      nearZero = std::min(nearZero, std::fabs(value));
    }
    for (Rounding mode : kModes) {
      uint32_t fromNaN = code->encode(std::nan(""), mode);
      EXPECT_TRUE(code->isLegal(fromNaN));
      EXPECT_EQ(std::fabs(code->decode(fromNaN)), nearZero) << name;
      EXPECT_GE(code->decode(code->encode(inf, mode)), highest) << name;
      EXPECT_LE(code->decode(code->encode(-inf, mode)), lowest) << name;
      EXPECT_TRUE(code->isLegal(code->encode(inf, mode)));
      EXPECT_TRUE(code->isLegal(code->encode(1e300, mode)));
    }
  }
}

// C2: encoding a value of the code is exact in every mode.
TEST(Code, RoundTrip) {
  for (const std::string &name : implementedCodes()) {
    std::unique_ptr<Code> code = make(name);
    for (Rounding mode : kModes)
      for (uint32_t p : patternsOf(*code))
        if (code->isLegal(p)) {
          ASSERT_EQ(code->decode(code->encode(code->decode(p), mode)),
                    code->decode(p))
              << name << " " << p;
        }
  }
}

// C4, against a search through all values.
TEST(Code, NearestBySearch) {
  oracle::Random random(2);
  for (const std::string &name : implementedCodes()) {
    std::unique_ptr<Code> code = make(name);
    if (code->bits() > 8)
      continue;
    double reach = std::ldexp(1.0, static_cast<int>(code->bits()) + 1);
    for (int i = 0; i < 500; ++i) {
      double x = (random.unit() - 0.5) * 2 * reach;
      if (i % 2)
        x = std::floor(x) + 0.5;
      double least = 1e300;
      for (uint32_t p : patternsOf(*code))
        least = std::min(least, std::fabs(code->decode(p) - x));
      for (Rounding mode : kNearest)
        EXPECT_EQ(std::fabs(code->decode(code->encode(x, mode)) - x), least)
            << name << " " << x;
    }
  }
}

TEST(Code, IntegersOfEveryWidth) {
  for (int bits = 1; bits <= 16; ++bits) {
    std::unique_ptr<Code> s = make("int" + std::to_string(bits));
    std::unique_ptr<Code> u = make("uint" + std::to_string(bits));
    int64_t count = int64_t(1) << bits;
    EXPECT_EQ(s->minLevel(), -count / 2);
    EXPECT_EQ(s->maxLevel(), count / 2 - 1);
    EXPECT_EQ(u->minLevel(), 0);
    EXPECT_EQ(u->maxLevel(), count - 1);
    EXPECT_TRUE(s->isSigned() && s->isInteger() && !u->isSigned());
    for (int64_t p = 0; p < count; ++p) {
      auto pattern = static_cast<uint32_t>(p);
      // Two's complement by its definition: the top bit weighs -2^(b-1).
      int64_t top = p >> (bits - 1), rest = p - (top << (bits - 1));
      ASSERT_EQ(s->decode(pattern),
                static_cast<double>(rest - top * count / 2));
      ASSERT_EQ(u->decode(pattern), static_cast<double>(p));
    }
    EXPECT_TRUE(std::isnan(s->decode(static_cast<uint32_t>(count))));
    // Every tie between two levels, and the ones beyond the ends.
    for (int64_t level = s->minLevel() - 2; level <= s->maxLevel() + 1; ++level)
      for (Rounding mode : kModes) {
        int64_t expected =
            oracle::clampTo(oracle::roundFraction(2 * level + 1, 2, mode),
                            s->minLevel(), s->maxLevel());
        ASSERT_EQ(s->decode(s->encode(static_cast<double>(level) + 0.5, mode)),
                  static_cast<double>(expected));
      }
  }
  EXPECT_EQ(make("int1")->decode(1), -1.0);
  EXPECT_EQ(make("int1")->decode(0), 0.0);
}

TEST(Code, DirectedRoundingOfF32) {
  std::unique_ptr<Code> f32 = make("f32");
  double x = 1.0 + 0x1p-30;
  auto value = [&](double v, Rounding mode) {
    return f32->decode(f32->encode(v, mode));
  };
  EXPECT_EQ(value(x, Rounding::HalfEven), 1.0);
  EXPECT_EQ(value(x, Rounding::Floor), 1.0);
  EXPECT_EQ(value(x, Rounding::Ceil), 1.0 + 0x1p-23);
  EXPECT_EQ(value(-x, Rounding::Floor), -1.0 - 0x1p-23);
  EXPECT_EQ(value(-x, Rounding::TowardZero), -1.0);
}

TEST(Code, NamesAndErrors) {
  std::string error;
  for (const char *bad : {"int0", "int17", "uint", "int08", "int8 ", "i8", "",
                          "float32", "log2_9", "codebook0", "f321"}) {
    EXPECT_FALSE(makeCode(bad, error)) << bad;
    EXPECT_EQ(codeStatus(bad), NameStatus::Unknown) << bad;
    EXPECT_EQ(error, "unknown code '" + std::string(bad) +
                         "', expected one of f32, f16, bf16, f8e4m3, f8e5m2, "
                         "f4e2m1, int1..int16, uint1..uint16, ternary, binary, "
                         "log2_2..log2_8, codebook1..codebook8, nf4");
  }
  for (const char *planned :
       {"f16", "bf16", "ternary", "binary", "log2_4", "codebook4", "nf4"}) {
    EXPECT_FALSE(makeCode(planned, error));
    EXPECT_EQ(codeStatus(planned), NameStatus::Planned);
    EXPECT_EQ(error,
              "code '" + std::string(planned) + "' is not implemented yet");
  }
  EXPECT_EQ(codeStatus("int8"), NameStatus::Implemented);
}

TEST(Code, Bind) {
  std::string error;
  std::unique_ptr<Code> code = make("int8");
  EXPECT_TRUE(code->isBound());
  EXPECT_EQ(code->bind({}, error)->name(), "int8");
  EXPECT_FALSE(code->bind({1.0, 2.0}, error));
  EXPECT_EQ(error, "code 'int8' takes no parameters, found 2");
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
