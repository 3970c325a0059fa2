//===- RoundTest.cpp - Rounding, casts, half floats
//---------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Numerics/Round.h"
#include "Oracle.h"
#include "qs/Numerics/Float16.h"

#include <gtest/gtest.h>
#include <limits>

using namespace qs::num;

static constexpr Rounding kModes[] = {Rounding::HalfEven, Rounding::HalfAway,
                                      Rounding::HalfUp,   Rounding::Floor,
                                      Rounding::Ceil,     Rounding::TowardZero};

TEST(Round, EighthsAgainstFractions) {
  for (Rounding mode : kModes)
    for (int i = -4000; i <= 4000; ++i) {
      auto expected = static_cast<double>(oracle::roundFraction(i, 8, mode));
      EXPECT_EQ(roundToIntegral(i / 8.0, mode), expected)
          << i << "/8 " << toString(mode);
      EXPECT_EQ(roundToIntegral(static_cast<float>(i) / 8.0f, mode), expected);
    }
}

TEST(Round, NextToTies) {
  // The neighbours of a tie are not ties, also where x - floor(x) is inexact.
  for (Rounding mode : kModes)
    for (double tie : {0.5, 1.5, 2.5, 1234.5, 4194303.5}) {
      for (double sign : {1.0, -1.0}) {
        for (double x : {std::nextafter(tie, 0.0), std::nextafter(tie, 1e9)}) {
          auto expected = static_cast<double>(oracle::roundFraction(
              oracle::scaled(sign * x, 60), oracle::Wide(1) << 60, mode));
          EXPECT_EQ(roundToIntegral(sign * x, mode), expected);
        }
      }
    }
  EXPECT_EQ(roundToIntegral(-0x1p-60, Rounding::Floor), -1.0);
  EXPECT_EQ(roundToIntegral(-0x1p-60, Rounding::Ceil), 0.0);
  EXPECT_EQ(roundToIntegral(0x1p-1074, Rounding::Ceil), 1.0);
}

TEST(Round, LargeAndSpecialPassThrough) {
  double inf = std::numeric_limits<double>::infinity();
  for (Rounding mode : kModes) {
    EXPECT_EQ(roundToIntegral(inf, mode), inf);
    EXPECT_EQ(roundToIntegral(-inf, mode), -inf);
    EXPECT_TRUE(std::isnan(roundToIntegral(std::nan(""), mode)));
    EXPECT_EQ(roundToIntegral(0x1p60, mode), 0x1p60);
    EXPECT_EQ(roundToIntegral(-4503599627370497.0, mode), -4503599627370497.0);
  }
}

TEST(Round, SaturatingCast) {
  double inf = std::numeric_limits<double>::infinity();
  EXPECT_EQ(saturatingCast(3.9, -10, 10), 3);
  EXPECT_EQ(saturatingCast(-3.9, -10, 10), -3);
  EXPECT_EQ(saturatingCast(inf, -10, 10), 10);
  EXPECT_EQ(saturatingCast(-inf, -10, 10), -10);
  EXPECT_EQ(saturatingCast(std::nan(""), -10, 10, 7), 7);
  EXPECT_EQ(saturatingCast(0x1p63, INT64_MIN, INT64_MAX), INT64_MAX);
  EXPECT_EQ(saturatingCast(-0x1p63, INT64_MIN, INT64_MAX), INT64_MIN);
  EXPECT_EQ(saturatingCast(1e300, INT64_MIN, INT64_MAX), INT64_MAX);
}

TEST(Round, ShiftRight) {
  oracle::Random random(1);
  for (Rounding mode : kModes) {
    for (int64_t value = -70; value <= 70; ++value)
      for (int shift = 0; shift <= 8; ++shift)
        EXPECT_EQ(shiftRight(value, shift, mode),
                  static_cast<int64_t>(oracle::roundFraction(
                      value, oracle::Wide(1) << shift, mode)));
    for (int i = 0; i < 2000; ++i) {
      int64_t value = static_cast<int64_t>(random.i32()) * random.i32();
      int shift = static_cast<int>(random.below(63));
      EXPECT_EQ(shiftRight(value, shift, mode),
                static_cast<int64_t>(oracle::roundFraction(
                    value, oracle::Wide(1) << shift, mode)))
          << value << " >> " << shift;
    }
  }
}

TEST(Float16, EveryPattern) {
  for (uint32_t p = 0; p < 65536; ++p) {
    auto pattern = static_cast<uint16_t>(p);
    float value = halfToFloat(pattern);
    if (value != value) {
      uint16_t back = floatToHalf(value);
      EXPECT_EQ(back & 0x7c00, 0x7c00);
      EXPECT_NE(back & 0x3ff, 0);
      continue;
    }
    EXPECT_EQ(floatToHalf(value), pattern);
    _Float16 native;
    static_assert(sizeof(native) == 2);
    __builtin_memcpy(&native, &pattern, 2);
    EXPECT_EQ(static_cast<float>(native), value);
  }
}

TEST(Float16, BetweenPatterns) {
  for (uint16_t p = 0; p < 0x7bff; ++p) {
    float low = halfToFloat(p), high = halfToFloat(p + 1);
    float tie = low + (high - low) / 2;
    EXPECT_EQ(floatToHalf(tie), p % 2 == 0 ? p : p + 1);
    EXPECT_EQ(floatToHalf(std::nextafterf(tie, low)), p);
    EXPECT_EQ(floatToHalf(-std::nextafterf(tie, high)), (p + 1) | 0x8000);
  }
  EXPECT_EQ(floatToHalf(65519.9f), 0x7bff);
  EXPECT_EQ(floatToHalf(65520.0f), 0x7c00);
  EXPECT_EQ(floatToHalf(3e38f), 0x7c00);
}
