//===- CodeTest.cpp - Every code against its contract ---------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MakeCode.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <set>

using namespace qs::num;
using oracle::make;

static constexpr Rounding kModes[] = {Rounding::HalfEven, Rounding::HalfAway,
                                      Rounding::HalfUp,   Rounding::Floor,
                                      Rounding::Ceil,     Rounding::TowardZero};
static constexpr Rounding kNearest[] = {Rounding::HalfEven, Rounding::HalfAway,
                                        Rounding::HalfUp};

/// The step of log2 |x| from one word to the next; 0 for codes whose nearest
/// value is the one at the least distance.
static double logStep(const std::string &name) {
  if (name.find("logsqrt2_") != std::string::npos)
    return 0.5;
  return name.find("log2_") != std::string::npos ? 1 : 0;
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
  // int and uint of 1 to 16 bits, and every name of the recipe's table.
  std::set<std::string> distinct(names.begin(), names.end());
  EXPECT_EQ(distinct.size(), names.size());
  for (const char *name :
       {"f32", "f16", "bf16", "f8e4m3", "f8e5m2", "f4e2m1", "int1", "int16",
        "uint1", "uint16", "ternary", "binary", "log2_4", "codebook8", "nf4"})
    EXPECT_TRUE(distinct.count(name)) << name;
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

/// Values of a code in increasing order, without doubles.
static std::vector<double> valuesOf(const Code &code) {
  std::vector<double> values;
  for (uint32_t p : patternsOf(code))
    if (code.isLegal(p))
      values.push_back(code.decode(p));
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  return values;
}

/// Every value, every point half way between neighbours, the doubles beside
/// both, and some outside: wherever a decision is made, exactly and just off.
static std::vector<double> probesOf(const std::vector<double> &values) {
  std::vector<double> probes = {0.0, -0.0, 1e-320, -1e-320, 1e300, -1e300};
  auto add = [&](double x) {
    probes.push_back(x);
    probes.push_back(std::nextafter(x, 1e308));
    probes.push_back(std::nextafter(x, -1e308));
  };
  for (size_t i = 0; i < values.size(); ++i) {
    add(values[i]);
    add(values[i] * 1.5);
    if (i + 1 < values.size())
      add(values[i] + (values[i + 1] - values[i]) / 2);
  }
  return probes;
}

// C4, against the neighbours among all values, up to 16 bits.
TEST(Code, NearestBySearch) {
  for (const std::string &name : implementedCodes()) {
    std::unique_ptr<Code> code = make(name);
    if (code->bits() > 16 || logStep(name) != 0)
      continue;
    std::vector<double> values = valuesOf(*code);
    for (double x : probesOf(values)) {
      auto above = std::lower_bound(values.begin(), values.end(), x);
      double least = 1e308;
      if (above != values.end())
        least = std::min(least, *above - x);
      if (above != values.begin())
        least = std::min(least, x - *std::prev(above));
      for (Rounding mode : kNearest)
        ASSERT_EQ(std::fabs(code->decode(code->encode(x, mode)) - x), least)
            << name << " " << x;
    }
  }
}

// Directed modes go to the next value on their side, and saturate.
TEST(Code, DirectedBySearch) {
  for (const std::string &name : implementedCodes()) {
    std::unique_ptr<Code> code = make(name);
    if (code->bits() > 16)
      continue;
    std::vector<double> values = valuesOf(*code);
    for (double x : probesOf(values)) {
      auto above = std::lower_bound(values.begin(), values.end(), x);
      double up = above == values.end() ? values.back() : *above;
      double down = above != values.end() && *above == x ? x
                    : above == values.begin()            ? values.front()
                                                         : *std::prev(above);
      auto got = [&](Rounding mode) {
        return code->decode(code->encode(x, mode));
      };
      ASSERT_EQ(got(Rounding::Floor), down) << name << " " << x;
      ASSERT_EQ(got(Rounding::Ceil), up) << name << " " << x;
      if (x > 0 && down >= 0)
        ASSERT_EQ(got(Rounding::TowardZero), down) << name << " " << x;
      if (x < 0 && up <= 0)
        ASSERT_EQ(got(Rounding::TowardZero), up) << name << " " << x;
    }
  }
}

// A greater number never gets a lesser value.
TEST(Code, Monotone) {
  for (const std::string &name : implementedCodes()) {
    std::unique_ptr<Code> code = make(name);
    if (code->bits() > 16)
      continue;
    std::vector<double> probes = probesOf(valuesOf(*code));
    std::sort(probes.begin(), probes.end());
    for (Rounding mode : kModes) {
      double last = -1e308;
      for (double x : probes) {
        double value = code->decode(code->encode(x, mode));
        ASSERT_GE(value, last) << name << " " << x;
        last = value;
      }
    }
  }
}

// The logarithmic family by its formula, in long double: C4 on the log scale.
TEST(Code, LogarithmsByFormula) {
  oracle::Random random(5);
  for (const std::string &name : implementedCodes()) {
    double step = logStep(name);
    if (step == 0)
      continue;
    std::unique_ptr<Code> code = make(name);
    bool isSigned = name[0] != 'u';
    int words = 1 << (code->bits() - isSigned);
    std::vector<double> probes = probesOf(valuesOf(*code));
    for (int i = 0; i < 20000; ++i)
      probes.push_back(
          (i % 2 ? 1 : -1) *
          std::exp2((random.unit() * (words + 4) - words - 1) * step));
    for (int m = 1; m < words; ++m) // just beside the switches
      for (double side : {-1e-14, 1e-14})
        probes.push_back(std::exp2((m - words + 0.5) * step) * (1 + side));
    for (double x : probes) {
      long double word = std::log2(std::fabs(static_cast<long double>(x))) /
                             static_cast<long double>(step) +
                         (words - 1);
      long double rounded = std::floor(word + 0.5L);
      if (x == 0 || rounded < 1 || (x < 0 && !isSigned))
        rounded = 0;
      else if (std::fabs(word - std::floor(word) - 0.5L) < 1e-15L)
        continue; // too near to a switch for this oracle
      rounded = std::min(rounded, static_cast<long double>(words - 1));
      auto expected = static_cast<uint32_t>(rounded);
      if (x < 0 && expected != 0)
        expected += words;
      for (Rounding mode : kNearest)
        ASSERT_EQ(code->encode(x, mode), expected) << name << " " << x;
    }
    for (int m = 1; m < words; ++m) {
      double value =
          std::exp2((m - (words - 1)) * static_cast<long double>(step));
      EXPECT_EQ(code->decode(m), value) << name << " " << m;
      EXPECT_EQ(isSigned, code->isLegal(words + m));
    }
    EXPECT_EQ(code->decode(0), 0.0);
    EXPECT_FALSE(isSigned && code->isLegal(words)); // no second zero
    EXPECT_EQ(code->maxValue(), 1.0);
  }
  // The switch from zero of log2_4: 2^-6 / sqrt(2), by its square.
  std::unique_ptr<Code> code = make("log2_4");
  double below = std::sqrt(0x1p-13);
  while (static_cast<long double>(below) * below > 0x1p-13L)
    below = std::nextafter(below, 0);
  EXPECT_EQ(code->encode(below, Rounding::HalfEven), 0u);
  EXPECT_EQ(code->encode(std::nextafter(below, 1), Rounding::HalfEven), 1u);
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

TEST(Code, TernaryAndBinary) {
  std::unique_ptr<Code> ternary = make("ternary"), binary = make("binary");
  EXPECT_EQ(ternary->decode(0), 0.0);
  EXPECT_EQ(ternary->decode(1), 1.0);
  EXPECT_FALSE(ternary->isLegal(2));
  EXPECT_EQ(ternary->decode(3), -1.0);
  EXPECT_EQ(ternary->levels(), (LevelRange{-1, 1}));
  EXPECT_EQ(ternary->encode(0.5, Rounding::HalfEven), 0u);
  EXPECT_EQ(ternary->encode(0.5, Rounding::HalfAway), 1u);
  EXPECT_EQ(ternary->encode(-0.5, Rounding::HalfUp), 0u);
  EXPECT_EQ(ternary->encode(-0.75, Rounding::HalfEven), 3u);
  EXPECT_EQ(binary->decode(0), 1.0);
  EXPECT_EQ(binary->decode(1), -1.0);
  EXPECT_FALSE(binary->isInteger());
  for (Rounding mode : kNearest) {
    EXPECT_EQ(binary->encode(0.0, mode), 0u);
    EXPECT_EQ(binary->encode(-0.0, mode), 0u);
    EXPECT_EQ(binary->encode(std::nan(""), mode), 0u);
    EXPECT_EQ(binary->encode(-1e-300, mode), 1u);
  }
}

// Li et al. 2020, b = 5: every sum of {0, 1, 1/4, 1/16} and {0, 1/2, 1/8,
// 1/32}.
TEST(Code, AdditivePowersOfTwo) {
  std::unique_ptr<Code> code = make("apot_5");
  const double first[] = {0, 1, 0.25, 0.0625};
  const double second[] = {0, 0.5, 0.125, 0.03125};
  for (int i = 0; i < 4; ++i)
    for (int j = 0; j < 4; ++j) {
      EXPECT_EQ(code->decode(4 * i + j), first[i] + second[j]);
      if (i + j > 0) {
        EXPECT_EQ(code->decode(16 + 4 * i + j), -first[i] - second[j]);
      }
    }
  EXPECT_FALSE(code->isLegal(16));
  // Half way between 1/2 and 9/16.
  const double tie = 17.0 / 32;
  auto value = [&](double x, Rounding mode) {
    return code->decode(code->encode(x, mode));
  };
  EXPECT_EQ(value(tie, Rounding::HalfEven), 0.5);
  EXPECT_EQ(value(-tie, Rounding::HalfEven), -0.5);
  EXPECT_EQ(value(tie, Rounding::HalfAway), 9.0 / 16);
  EXPECT_EQ(value(-tie, Rounding::HalfAway), -9.0 / 16);
  EXPECT_EQ(value(-tie, Rounding::HalfUp), -0.5);
  for (int bits = 3; bits <= 8; ++bits) {
    code = make("apot_" + std::to_string(bits));
    EXPECT_EQ(valuesOf(*code).size(), (size_t(1) << bits) - 1) << bits;
    EXPECT_EQ(code->maxValue(), 1.5);
  }
}

TEST(Code, CodebookTies) {
  std::string error;
  std::unique_ptr<Code> code =
      makeCode("codebook2", error)->bind({1, -1, 3, 1}, error);
  ASSERT_TRUE(code);
  EXPECT_EQ(code->encode(1, Rounding::HalfEven), 0u); // not the second 1
  EXPECT_EQ(code->encode(2, Rounding::HalfEven), 0u);
  EXPECT_EQ(code->encode(2, Rounding::HalfAway), 0u);
  EXPECT_EQ(code->encode(0, Rounding::HalfEven), 0u); // entry 0 before entry 1
  EXPECT_EQ(code->encode(std::nan(""), Rounding::HalfEven), 0u);
  EXPECT_EQ(code->decode(3), 1.0);
  EXPECT_EQ(code->maxValue(), 3.0);
  EXPECT_EQ(code->maxMagnitude(), 3.0);
  EXPECT_EQ(code->minValue(), -1.0);
  EXPECT_FALSE(makeCode("codebook2", error)->isBound());
}

// QLoRA: the mean of two sets of normal quantiles, 8 on the negative side and 9
// on the positive, the outermost at 0.9677083, scaled to 1.
TEST(Code, NF4FromQuantiles) {
  auto quantile = [](double p) {
    double lo = -10, hi = 10;
    for (int i = 0; i < 100; ++i) {
      double mid = (lo + hi) / 2;
      (0.5 * std::erfc(-mid / std::sqrt(2.0)) < p ? lo : hi) = mid;
    }
    return lo;
  };
  const double edge = 0.9677083;
  std::vector<double> expected = {0};
  for (int i = 0; i < 8; ++i)
    expected.push_back(quantile(edge + (0.5 - edge) * i / 8));
  for (int i = 0; i < 7; ++i)
    expected.push_back(-quantile(edge + (0.5 - edge) * i / 7));
  std::sort(expected.begin(), expected.end());
  std::unique_ptr<Code> code = make("nf4");
  for (uint32_t p = 0; p < 16; ++p) {
    EXPECT_NEAR(code->decode(p), expected[p] / expected.back(), 2e-6);
    EXPECT_EQ(code->decode(p), static_cast<float>(code->decode(p)));
  }
  EXPECT_EQ(code->decode(7), 0.0);
}
