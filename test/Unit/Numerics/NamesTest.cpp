//===- NamesTest.cpp - Spellings of enums, scales, patterns
//-------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Numerics/Enums.h"
#include "qs/Numerics/Pattern.h"
#include "qs/Numerics/Scale.h"

#include <gtest/gtest.h>

using namespace qs::num;

TEST(Names, Enums) {
  for (int i = 0; i < 6; ++i)
    EXPECT_EQ(parseRounding(toString(static_cast<Rounding>(i))),
              static_cast<Rounding>(i));
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(parseOrder(toString(static_cast<Order>(i))),
              static_cast<Order>(i));
    EXPECT_EQ(parseOverflow(toString(static_cast<Overflow>(i))),
              static_cast<Overflow>(i));
  }
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(parseFixedRounding(toString(static_cast<FixedRounding>(i))),
              static_cast<FixedRounding>(i));
    EXPECT_EQ(parseScaleStorage(toString(static_cast<ScaleStorage>(i))),
              static_cast<ScaleStorage>(i));
  }
  EXPECT_FALSE(parseRounding("HalfEven"));
  EXPECT_FALSE(parseOrder(""));
  EXPECT_STREQ(toString(Rounding::TowardZero), "toward_zero");
  EXPECT_STREQ(toString(Order::AddThenRound), "add_then_round");
}

TEST(Names, Scales) {
  std::string error;
  for (const char *good :
       {"none", "tensor", "axis", "group32", "group1", "tensor:f16",
        "axis:e8m0", "group32:e8m0", "group128:e4m3"}) {
    std::optional<ScaleSpec> spec = parseScale(good, error);
    ASSERT_TRUE(spec) << good;
    EXPECT_EQ(toString(*spec), good);
  }
  EXPECT_EQ(toString(*parseScale("tensor:f32", error)), "tensor");
  EXPECT_EQ(parseScale("group32:f16", error)->groupSize, 32u);
  for (const char *bad :
       {"", "group", "group0", "group032", "tensor:", "axis:f8", "none:f32",
        "axis0", "group99999999999", "Tensor"}) {
    EXPECT_FALSE(parseScale(bad, error)) << bad;
    EXPECT_EQ(error,
              "unknown scale '" + std::string(bad) +
                  "', expected one of none, tensor, axis, groupG (G elements), "
                  "with an optional suffix :f32, :f16, :e8m0 or :e4m3");
  }
}

TEST(Names, Patterns) {
  std::string error;
  for (const char *good :
       {"dense", "channel", "2:4", "1:16", "4:4", "2:4x32", "block4x1"}) {
    std::optional<PatternSpec> spec = parsePattern(good, error);
    ASSERT_TRUE(spec) << good;
    EXPECT_EQ(toString(*spec), good);
  }
  EXPECT_EQ(parsePattern("2:4x32", error)->vector, 32u);
  EXPECT_TRUE(parsePattern("block4x1", error)->needsSparsity());
  EXPECT_FALSE(parsePattern("2:4", error)->needsSparsity());
  EXPECT_FALSE(parsePattern("2:4", error)->isImplemented());
  for (const char *bad : {"", "5:4", "0:4", "2:", ":4", "2:4x", "2:4x0",
                          "block4", "block4x", "dense ", "2:4x8x"}) {
    EXPECT_FALSE(parsePattern(bad, error)) << bad;
    EXPECT_NE(error.find("expected one of dense, N:M"), std::string::npos);
  }
}
