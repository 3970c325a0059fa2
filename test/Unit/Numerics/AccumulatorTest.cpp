//===- AccumulatorTest.cpp - Bounds against all inputs --------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Numerics/Accumulator.h"
#include "Oracle.h"

#include <algorithm>
#include <gtest/gtest.h>

using namespace qs::num;

// Every input of a small range, every order of the sum.
TEST(Accumulator, BoundsAreReached) {
  oracle::Random random(1);
  for (int trial = 0; trial < 60; ++trial) {
    size_t k = 1 + random.below(4);
    LevelRange range{-static_cast<int64_t>(random.below(4)), random.below(4)};
    if (trial % 3 == 0)
      range = {2, 4}; // the zero point is no level
    int64_t bias = static_cast<int64_t>(random.below(21)) - 10;
    std::vector<int32_t> weights(2 * k);
    for (int32_t &w : weights)
      w = static_cast<int32_t>(random.below(15)) - 7;
    AccumulatorBound bound =
        boundAccumulator(weights.data(), k, 2, range, bias);
    int64_t least = INT64_MAX, most = INT64_MIN, low = 0, high = 0;
    int64_t levels = range.max - range.min + 1, inputs = 1;
    for (size_t i = 0; i < k; ++i)
      inputs *= levels;
    for (int64_t input = 0; input < inputs; ++input) {
      int64_t sum = bias, rest = input;
      std::vector<int64_t> terms;
      for (size_t i = 0; i < k; ++i, rest /= levels)
        terms.push_back((range.min + rest % levels) * weights[2 * i]);
      for (int64_t term : terms)
        sum += term;
      least = std::min(least, sum);
      most = std::max(most, sum);
      // Partial sums: every subset, with and without the bias.
      for (unsigned set = 0; set < 2u << k; ++set) {
        int64_t partial = set & 1 ? bias : 0;
        for (size_t i = 0; i < k; ++i)
          if (set >> (i + 1) & 1)
            partial += terms[i];
        low = std::min(low, partial);
        high = std::max(high, partial);
      }
    }
    EXPECT_EQ(bound.sum, (LevelRange{least, most}));
    EXPECT_EQ(bound.partial, (LevelRange{low, high}));
  }
}

TEST(Accumulator, OutputsAreJoined) {
  const int32_t weights[] = {1, 2, -3, 4};
  const int64_t bias[] = {10, -100};
  AccumulatorBound bound = boundAccumulators(weights, 2, 2, {0, 255}, bias);
  EXPECT_EQ(bound.sum, (LevelRange{-865, 920}));
  EXPECT_EQ(bound.partial, (LevelRange{-865, 1020}));
  EXPECT_EQ(boundAccumulators(weights, 0, 2, {0, 255}).sum, (LevelRange{0, 0}));
}

TEST(Accumulator, BitsByTheFormula) {
  for (int64_t min = -600; min <= 0; min += 3)
    for (int64_t max = 0; max <= 600; ++max) {
      auto widest = static_cast<double>(std::max(-min, 1 + max));
      EXPECT_EQ(accumulatorBits({min, max}),
                static_cast<unsigned>(std::ceil(std::log2(widest))) + 1)
          << min << " " << max;
    }
  EXPECT_EQ(accumulatorBits({INT64_MIN, 0}), 64u);
  EXPECT_EQ(accumulatorBits({0, INT32_MAX}), 32u);
  EXPECT_EQ(accumulatorBits({0, int64_t(INT32_MAX) + 1}), 33u);
}

// Weights within A2Q's norm fit; the bound is met by u8 activations.
TEST(Accumulator, A2Q) {
  oracle::Random random(2);
  for (unsigned accumulator : {12u, 16u, 20u})
    for (bool isSigned : {false, true}) {
      LevelRange range = isSigned ? LevelRange{-128, 127} : LevelRange{0, 255};
      double most = a2qNormBound(accumulator, 8, isSigned);
      for (int trial = 0; trial < 50; ++trial) {
        std::vector<int32_t> weights;
        double norm = 0;
        for (;;) {
          int32_t w = static_cast<int32_t>(random.below(255)) - 127;
          if (norm + std::abs(w) > most)
            break;
          norm += std::abs(w);
          weights.push_back(w);
        }
        AccumulatorBound bound =
            boundAccumulator(weights.data(), weights.size(), 1, range);
        EXPECT_LE(accumulatorBits(bound.partial), accumulator);
      }
    }
  EXPECT_EQ(a2qNormBound(16, 8, false), 32767.0 / 256);
  EXPECT_EQ(a2qNormBound(16, 8, true), 32767.0 / 128);
}

/// The sums of all choices of an activation from `choices` for each weight.
static LevelRange enumerate(const std::vector<int32_t> &weights, size_t from,
                            size_t to, const std::vector<int64_t> &choices) {
  if (from == to)
    return {0, 0};
  LevelRange rest = enumerate(weights, from + 1, to, choices), all = rest;
  for (int64_t a : choices) {
    all.min = std::min(all.min, rest.min + a * weights[from]);
    all.max = std::max(all.max, rest.max + a * weights[from]);
  }
  return all;
}

// Against all windows of steps and all activations at the ends of the range or
// 0, in which every sum of a part of the terms is among the choices.
TEST(Accumulator, StepsWithin) {
  oracle::Random random(5);
  for (LevelRange range :
       {LevelRange{0, 3}, LevelRange{-2, 1}, LevelRange{1, 2}})
    for (size_t perStep : {1, 2, 3})
      for (unsigned bits : {4u, 5u, 6u})
        for (int trial = 0; trial < 40; ++trial) {
          std::vector<int32_t> weights(1 + random.below(9));
          for (int32_t &w : weights)
            w = static_cast<int32_t>(random.below(9)) - 4;
          size_t steps = (weights.size() + perStep - 1) / perStep, expected = 0;
          auto fits = [&](size_t length) {
            for (size_t at = 0; at + length <= steps; ++at)
              if (accumulatorBits(enumerate(
                      weights, at * perStep,
                      std::min(weights.size(), (at + length) * perStep),
                      {0, range.min, range.max})) > bits)
                return false;
            return true;
          };
          while (expected < steps && fits(expected + 1))
            ++expected;
          EXPECT_EQ(stepsWithin(weights, perStep, range, bits), expected);
        }
}

// The edges of 16 bits are reached, and one more is one too many.
TEST(Accumulator, StepsWithinReachesTheEdge) {
  std::vector<int32_t> weights(38, 127);
  weights[36] = 109;
  weights[37] = 0; // 7 * (36 * 127 + 109) = 32767
  EXPECT_EQ(stepsWithin(weights, 2, {0, 7}, 16), 19u);
  weights[37] = 1;
  EXPECT_EQ(stepsWithin(weights, 2, {0, 7}, 16), 18u);
  EXPECT_EQ(stepsWithin({128, 128}, 2, {-128, 127}, 16), 1u);
  EXPECT_EQ(stepsWithin({128, 129}, 2, {-128, 127}, 16), 0u);
  EXPECT_EQ(stepsWithin({64, 64}, 2, {0, 255}, 16), 1u);
  EXPECT_EQ(stepsWithin({65, 64}, 2, {0, 255}, 16), 0u);
}
