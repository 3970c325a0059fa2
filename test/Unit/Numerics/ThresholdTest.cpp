//===- ThresholdTest.cpp - thresholds against the steps they stand for ----===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Numerics/Threshold.h"
#include "qs/Numerics/Affine.h"
#include "qs/Numerics/Requantize.h"
#include "gtest/gtest.h"
#include <cmath>
#include <limits>
#include <random>

using namespace qs::num;

namespace {

using Kind = FloatStep::Kind;

/// Thresholds over lo..hi agree with the function for every sum of the range.
void expectEqual(const std::function<int64_t(int32_t)> &function, int64_t base,
                 unsigned levels, int32_t lo, int32_t hi) {
  std::optional<Thresholds> t = findThresholds(function, base, levels, lo, hi);
  ASSERT_TRUE(t.has_value());
  ASSERT_EQ(t->at.size(), levels);
  EXPECT_TRUE(std::is_sorted(t->at.begin(), t->at.end()));
  for (int64_t x = lo; x <= hi; ++x)
    ASSERT_EQ(base + t->count(int32_t(x)), function(int32_t(x))) << x;
}

/// Batch norm as TOSA writes it, on the sums of a layer with weights +-alpha.
std::vector<FloatStep> batchNorm(std::mt19937 &random, float gain) {
  std::uniform_real_distribution<float> real(-40, 40);
  return {{Kind::Multiply, 0.03125f + 0.001f * float(random() % 100)},
          {Kind::Add, -real(random)},
          {Kind::Multiply, gain},
          {Kind::Add, real(random)}};
}

/// Signs (word 1 is -1) and quantizers of 2 to 16 levels, all gains, over the
/// whole range of sums of 2^17 products.
TEST(Threshold, EqualsBatchNormAndQuantizer) {
  std::mt19937 random(5);
  constexpr int32_t most = 1 << 17;
  std::string error;
  std::unique_ptr<Code> binary = makeCode("binary", error);
  for (float gain : {1.0f, 0.37f, -0.37f, 3e-6f, -1e5f, 0.0f, -0.0f}) {
    std::vector<FloatStep> steps = batchNorm(random, gain);
    expectEqual(
        [&](int32_t x) {
          return binary->encode(applySteps(x, steps) / 1.0f,
                                Rounding::HalfEven);
        },
        0, 1, -most, most);
    for (unsigned bits : {1, 2, 4}) {
      AffineParams params{0.1f + 0.01f * float(random() % 100),
                          int32_t(random() % (1u << bits))};
      LevelRange levels{0, (1 << bits) - 1};
      expectEqual(
          [&](int32_t x) {
            return quantize(applySteps(x, steps), params, levels);
          },
          0, (1u << bits) - 1, -most, most);
      LevelRange around{-(1 << (bits - 1)), (1 << (bits - 1)) - 1};
      steps.push_back({Kind::Clamp, -1, 0.55f});
      expectEqual(
          [&](int32_t x) {
            return quantize(applySteps(x, steps), {params.scale, 0}, around);
          },
          around.min, (1u << bits) - 1, -most, most);
      steps.pop_back();
    }
  }
}

/// The requantization of the dialect, over 2^22 sums.
TEST(Threshold, EqualsRequantize) {
  for (float m : {0.0f, 1e-6f, 0.01f, 0.7f})
    expectEqual([&](int32_t x) { return requantize(x, m, 3, {0, 15}); }, 0, 15,
                -(1 << 21), 1 << 21);
}

/// Beyond 2^24 not every sum is an f32: the steps still are monotone, and the
/// thresholds lie where the rounded ones do.
TEST(Threshold, LargeSums) {
  std::vector<FloatStep> steps = {{Kind::Multiply, 0.1f}, {Kind::Add, -2.1e8f}};
  auto sign = [&](int32_t x) { return int64_t(applySteps(x, steps) >= 0); };
  std::optional<Thresholds> t =
      findThresholds(sign, 0, 1, INT32_MIN, INT32_MAX - 1);
  ASSERT_TRUE(t);
  for (int64_t x = int64_t(t->at[0]) - 3000; x < int64_t(t->at[0]) + 3000; ++x)
    if (x <= INT32_MAX) {
      EXPECT_EQ(t->count(int32_t(x)), sign(int32_t(x))) << x;
    }
  EXPECT_EQ(t->count(INT32_MIN), 0);
  EXPECT_EQ(t->count(INT32_MAX), 1);
}

/// In exact arithmetic the threshold is the least integer at or above the root.
TEST(Threshold, IsTheCeilingOfTheRoot) {
  for (float bias : {-7.5f, -7.0f, 7.25f, 0.0f}) {
    std::vector<FloatStep> steps = {{Kind::Multiply, 0.5f}, {Kind::Add, bias}};
    auto step = [&](int32_t x) { return int64_t(applySteps(x, steps) >= 0); };
    std::optional<Thresholds> t = findThresholds(step, 0, 1, -100, 100);
    ASSERT_TRUE(t);
    EXPECT_EQ(t->at[0], int32_t(std::ceil(-double(bias) / 0.5)));
    EXPECT_FALSE(t->falling);
  }
}

TEST(Threshold, ConstantsAndEnds) {
  auto always = [](int32_t) { return int64_t(2); };
  std::optional<Thresholds> t = findThresholds(always, 0, 3, -5, 5);
  ASSERT_TRUE(t);
  EXPECT_EQ(t->at, (std::vector<int32_t>{INT32_MIN, INT32_MIN, 6}));
  // Values outside of base..base + levels, and a threshold that no i32 holds.
  EXPECT_FALSE(findThresholds(always, 0, 1, -5, 5));
  EXPECT_FALSE(findThresholds(always, 3, 2, -5, 5));
  EXPECT_FALSE(findThresholds(always, 0, 3, -5, INT32_MAX));
  auto down = [](int32_t x) { return int64_t(x < -4); };
  t = findThresholds(down, 0, 1, -5, 5);
  ASSERT_TRUE(t);
  EXPECT_TRUE(t->falling);
  EXPECT_EQ(t->at, std::vector<int32_t>{-4});
}

TEST(Threshold, StepsKeepNaN) {
  std::vector<FloatStep> steps = {
      {Kind::Multiply, std::numeric_limits<float>::infinity()},
      {Kind::Clamp, -1, 1}};
  EXPECT_TRUE(std::isnan(applySteps(0, steps)));
  EXPECT_EQ(applySteps(-3, steps), -1);
  EXPECT_EQ(applySteps(3, {{Kind::SubtractFrom, 10}}), 7);
}

} // namespace
