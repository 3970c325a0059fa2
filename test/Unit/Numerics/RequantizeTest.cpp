//===- RequantizeTest.cpp - All forms of requantization
//-----------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Numerics/Requantize.h"
#include "Oracle.h"

#include <gtest/gtest.h>
#include <limits>

using namespace qs::num;

static constexpr LevelRange kInt8{-128, 127};
static constexpr FixedRounding kForms[] = {
    FixedRounding::Single, FixedRounding::Double, FixedRounding::TFLite,
    FixedRounding::HalfEven};

//===----------------------------------------------------------------------===//
// The forms in 128 bits, from the texts that define them.
//===----------------------------------------------------------------------===//

static oracle::Wide power(int exponent) { return oracle::Wide(1) << exponent; }

static oracle::Wide floorDivide(oracle::Wide a, oracle::Wide b) {
  return oracle::roundFraction(a, b, Rounding::Floor);
}

static oracle::Wide naive(int32_t v, FixedMultiplier m, FixedRounding form) {
  oracle::Wide product = oracle::Wide(v) * m.mult;
  if (form == FixedRounding::HalfEven)
    return oracle::roundFraction(product, power(m.shift), Rounding::HalfEven);
  if (form == FixedRounding::TFLite) {
    oracle::Wide x = v;
    if (m.shift < 31)
      x = oracle::clampTo(x * power(31 - m.shift), INT32_MIN, INT32_MAX);
    oracle::Wide high =
        oracle::roundFraction(x * m.mult, power(31), Rounding::HalfUp);
    // gemmlowp's nudge for negative products is 1 - 2^30, then it cuts.
    if (x * m.mult < 0)
      high = (x * m.mult + 1 - power(30)) / power(31);
    high = oracle::clampTo(high, INT32_MIN, INT32_MAX);
    if (m.shift <= 31)
      return high;
    return oracle::roundFraction(high, power(m.shift - 31), Rounding::HalfAway);
  }
  oracle::Wide round = m.shift > 0 ? power(m.shift - 1) : 0;
  if (form == FixedRounding::Double && m.shift > 31)
    round += v >= 0 ? power(30) : -power(30);
  return floorDivide(product + round, power(m.shift));
}

TEST(Requantize, FixedFormsAgainst128Bits) {
  oracle::Random random(6);
  const int32_t edges[] = {INT32_MIN, INT32_MIN + 1, -1,       0, 1,
                           1 << 30,   INT32_MAX - 1, INT32_MAX};
  for (FixedRounding form : kForms) {
    for (int shift = 0; shift <= 62; ++shift) {
      for (int32_t v : edges)
        for (int32_t mult : edges) {
          FixedMultiplier m{mult, static_cast<int8_t>(shift)};
          EXPECT_EQ(scaleFixed(v, m, form),
                    static_cast<int64_t>(naive(v, m, form)))
              << v << " " << mult << " " << shift << " " << toString(form);
        }
      for (int i = 0; i < 500; ++i) {
        int32_t v = random.i32() >> random.below(31);
        FixedMultiplier m{random.i32(), static_cast<int8_t>(shift)};
        EXPECT_EQ(scaleFixed(v, m, form),
                  static_cast<int64_t>(naive(v, m, form)))
            << v << " " << m.mult << " " << shift << " " << toString(form);
      }
    }
  }
}

TEST(Requantize, ShiftsOutsideAreClamped) {
  for (FixedRounding form : kForms) {
    EXPECT_EQ(scaleFixed(77, {1 << 30, 63}, form),
              scaleFixed(77, {1 << 30, 62}, form));
    EXPECT_EQ(scaleFixed(77, {5, -1}, form), scaleFixed(77, {5, 0}, form));
  }
}

TEST(Requantize, FixedSaturatesWithZeroPoint) {
  for (FixedRounding form : kForms) {
    FixedMultiplier half{1 << 30, 31};
    EXPECT_EQ(requantizeFixed(20, half, 3, kInt8, form), 13);
    EXPECT_EQ(requantizeFixed(INT32_MAX, half, INT32_MAX, kInt8, form), 127);
    EXPECT_EQ(requantizeFixed(INT32_MIN, half, INT32_MIN, kInt8, form), -128);
  }
  // A tie tells three of the forms apart: 2.5 and -2.5.
  FixedMultiplier half{1 << 30, 31};
  EXPECT_EQ(scaleFixed(5, half, FixedRounding::HalfEven), 2);
  EXPECT_EQ(scaleFixed(5, half, FixedRounding::Single), 3);
  EXPECT_EQ(scaleFixed(-5, half, FixedRounding::Single), -2);
  EXPECT_EQ(scaleFixed(-5, half, FixedRounding::HalfEven), -2);
}

TEST(Requantize, RealForm) {
  EXPECT_EQ(requantize(5, 0.5f, 0, kInt8), 2);
  EXPECT_EQ(requantize(7, 0.5f, 0, kInt8), 4);
  EXPECT_EQ(requantize(5, 0.5f, 1, kInt8), 3);
  EXPECT_EQ(
      requantize(5, 0.5f, 1, kInt8, Rounding::HalfEven, Order::AddThenRound),
      4);
  EXPECT_EQ(requantize(5, 0.5f, 0, kInt8, Rounding::HalfAway), 3);
  EXPECT_EQ(requantize(INT32_MIN, 1.0f, 0, kInt8), -128);
  // 2^24 + 1 is no f32: the accumulator is rounded before the product.
  EXPECT_EQ(requantize(16777217, 1.0f, 0, {0, INT32_MAX}), 16777216);
  float inf = std::numeric_limits<float>::infinity();
  EXPECT_EQ(requantize(0, inf, 5, kInt8), 5);
  EXPECT_EQ(requantize(1, inf, 5, kInt8), 127);
  // The product against the correctly rounded one.
  oracle::Random random(7);
  for (int i = 0; i < 100000; ++i) {
    int32_t acc = random.i32() >> random.below(24);
    auto m = static_cast<float>(random.unit() * 0x1p-8);
    auto product = static_cast<float>(
        static_cast<long double>(static_cast<float>(acc)) * m);
    oracle::Wide rounded = oracle::roundFraction(oracle::scaled(product, 80),
                                                 power(80), Rounding::HalfEven);
    EXPECT_EQ(requantize(acc, m, -3, {-32768, 32767}),
              oracle::clampTo(rounded - 3, -32768, 32767));
  }
}

TEST(Requantize, DoubleAgainstSingle) {
  // TOSA's two roundings differ where the 2^30 that the first one adds crosses
  // an edge of 2^shift: in one of 2^(shift - 30) accumulators, which is 0.4 to
  // 0.8 % for multipliers around 2^-7.
  oracle::Random random(8);
  for (int shift = 32; shift <= 40; ++shift) {
    int differ = 0, total = 500000;
    for (int i = 0; i < total; ++i) {
      int32_t mult = (1 << 30) | static_cast<int32_t>(random.bits() >> 2);
      FixedMultiplier m{mult, static_cast<int8_t>(shift)};
      int32_t acc = random.i32() >> 4;
      differ += scaleFixed(acc, m, FixedRounding::Single) !=
                scaleFixed(acc, m, FixedRounding::Double);
    }
    double expected = std::ldexp(1.0, 30 - shift);
    EXPECT_NEAR(static_cast<double>(differ) / total, expected, 0.1 * expected)
        << shift;
  }
  // Up to 2^31 there is one rounding only.
  for (int i = 0; i < 100000; ++i) {
    FixedMultiplier m{random.i32(), static_cast<int8_t>(random.below(32))};
    int32_t acc = random.i32();
    EXPECT_EQ(scaleFixed(acc, m, FixedRounding::Single),
              scaleFixed(acc, m, FixedRounding::Double));
  }
}

TEST(Requantize, Decompose) {
  EXPECT_EQ(decomposeMultiplier(0.5), (FixedMultiplier{1 << 30, 31}));
  EXPECT_EQ(decomposeMultiplier(1.0), (FixedMultiplier{1 << 30, 30}));
  EXPECT_EQ(decomposeMultiplier(0x1p30), (FixedMultiplier{1 << 30, 0}));
  EXPECT_EQ(decomposeMultiplier(0x1p-32), (FixedMultiplier{1 << 30, 62}));
  EXPECT_EQ(decomposeMultiplier(0x1p-33), (FixedMultiplier{1 << 29, 62}));
  EXPECT_EQ(decomposeMultiplier(0x1p-80), (FixedMultiplier{0, 62}));
  EXPECT_EQ(decomposeMultiplier(0.0), (FixedMultiplier{0, 62}));
  // M0 rounds up to 1.
  EXPECT_EQ(decomposeMultiplier(1 - 0x1p-50), (FixedMultiplier{1 << 30, 30}));
  for (double bad : {0x1p31, -1.0, 2147483647.9, std::nan(""),
                     std::numeric_limits<double>::infinity()})
    EXPECT_FALSE(decomposeMultiplier(bad)) << bad;
  oracle::Random random(9);
  for (int i = 0; i < 100000; ++i) {
    // Any f32 in range is exact.
    float m =
        std::ldexp(1.0f + static_cast<float>(random.bits() >> 9) * 0x1p-23f,
                   static_cast<int>(random.below(63)) - 32);
    FixedMultiplier f = *decomposeMultiplier(m);
    EXPECT_GE(f.mult, 1 << 30);
    EXPECT_EQ(std::ldexp(static_cast<double>(f.mult), -f.shift), m);
  }
}

//===----------------------------------------------------------------------===//
// Equality by transition points
//===----------------------------------------------------------------------===//

TEST(Requantize, TransitionsAgainstScan) {
  for (FixedRounding form : kForms) {
    auto fn = [&](int32_t acc) -> int32_t {
      return requantizeFixed(acc, *decomposeMultiplier(0.0123), 4, kInt8, form);
    };
    std::vector<Transition> scanned;
    for (int32_t acc = -20000; acc <= 20000; ++acc)
      if (scanned.empty() || scanned.back().value != fn(acc))
        scanned.push_back({acc, fn(acc)});
    EXPECT_EQ(transitionPoints(fn, -20000, 20000), scanned);
    std::vector<Transition> all = transitionPoints(fn);
    EXPECT_EQ(all.size(), 256u);
    EXPECT_EQ(all.front().first, INT32_MIN);
    for (size_t i = 1; i < all.size(); ++i) {
      EXPECT_EQ(fn(all[i].first), all[i].value);
      EXPECT_NE(fn(all[i].first - 1), all[i].value);
    }
  }
}

TEST(Requantize, FirstDifference) {
  FixedMultiplier m = *decomposeMultiplier(0.0123);
  auto fixed = [&](FixedRounding form) {
    return [=](int32_t acc) { return requantizeFixed(acc, m, 0, kInt8, form); };
  };
  EXPECT_FALSE(firstDifference(fixed(FixedRounding::Single),
                               fixed(FixedRounding::Single)));
  // Half: ties only, of which the lowest inside the range is -127.5.
  FixedMultiplier half{1 << 30, 31};
  auto single = [&](int32_t acc) {
    return requantizeFixed(acc, half, 0, kInt8, FixedRounding::Single);
  };
  auto even = [&](int32_t acc) {
    return requantizeFixed(acc, half, 0, kInt8, FixedRounding::HalfEven);
  };
  std::optional<int32_t> found = firstDifference(single, even);
  ASSERT_TRUE(found);
  EXPECT_EQ(*found, -255);
  EXPECT_NE(single(*found), even(*found));
  for (int32_t acc = -2000; acc < *found; ++acc)
    EXPECT_EQ(single(acc), even(acc));
  // A difference at the last accumulator, and one of constant functions.
  auto zero = [](int32_t) { return 0; };
  auto last = [](int32_t acc) { return acc == INT32_MAX ? 1 : 0; };
  EXPECT_EQ(firstDifference(zero, last), INT32_MAX);
  EXPECT_EQ(firstDifference(last, zero), INT32_MAX);
  EXPECT_EQ(firstDifference(zero, [](int32_t) { return 1; }), INT32_MIN);
}
