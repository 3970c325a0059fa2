//===- PrunedWeightsTest.cpp - Weights of which some were pruned ----------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Oracle.h"
#include "qs/Numerics/Groups.h"
#include "qs/Numerics/Stochastic.h"

#include <algorithm>
#include <gtest/gtest.h>

using namespace qs::num;

static std::unique_ptr<Code> make(const std::string &name) {
  std::string error;
  return makeCode(name, error);
}

/// Weights of which about `share` are 0.
static std::vector<float> makeWeights(oracle::Random &random, size_t n,
                                      double share) {
  std::vector<float> values;
  for (size_t i = 0; i < n; ++i) {
    auto x = static_cast<float>(random.normal() * 0.05);
    values.push_back(random.unit() < share ? 0.0f : x);
  }
  return values;
}

static WeightResult quantize(const std::vector<float> &values, const Code &code,
                             const std::string &method,
                             const WeightOptions &options) {
  std::string error;
  std::optional<WeightResult> result = quantizeWeights(
      {values.data(), values.size(), nullptr}, code, method, options, error);
  EXPECT_TRUE(result) << error;
  return result.value_or(WeightResult());
}

/// What a pattern stands for.
static float valueOf(const WeightResult &r, size_t i) {
  return static_cast<float>(r.codebook[r.patterns[i]]) * r.effectiveScale;
}

/// The least error with `levels` numbers for the values that are not 0, over
/// all ways to cut them into intervals.
static double bruteForce(const std::vector<float> &values, unsigned levels) {
  std::vector<std::pair<double, double>> left;
  for (float value : values)
    if (value != 0)
      left.push_back({value, 1});
  return oracle::leastIntervalError(left, levels);
}

// One word is for 0 alone, the others are as good as any can be.
TEST(PrunedWeights, CodebookEqualsBruteForce) {
  oracle::Random random(11);
  WeightOptions options;
  options.pruned = true;
  for (int trial = 0; trial < 60; ++trial) {
    std::vector<float> values = makeWeights(random, 8 + random.below(12), 0.5);
    for (const char *name : {"codebook1", "codebook2"}) {
      std::unique_ptr<Code> code = make(name);
      WeightResult r = quantize(values, *code, "kmeans", options);
      double best = bruteForce(values, code->parameterCount() - 1), sum = 0;
      ASSERT_EQ(r.codebook[0], 0.0);
      for (size_t i = 0; i < values.size(); ++i) {
        ASSERT_EQ(r.patterns[i] == 0, values[i] == 0) << trial << " " << i;
        double e = static_cast<double>(values[i]) - valueOf(r, i);
        sum += e * e;
      }
      EXPECT_NEAR(sum, best, 1e-7 * (best + 1e-6)) << trial << " " << name;
      EXPECT_NEAR(r.error, sum, 1e-9);
    }
  }
}

// For all starts and storages, and for runs in which nothing or all is 0.
TEST(PrunedWeights, ZeroIsExactInEveryStorage) {
  oracle::Random random(12);
  for (double share : {0.0, 0.3, 0.9, 1.0}) {
    std::vector<float> values = makeWeights(random, 300, share);
    for (CodebookStorage storage :
         {CodebookStorage::F32, CodebookStorage::F16, CodebookStorage::Int8})
      for (const char *name : {"codebook1", "codebook3", "codebook8"}) {
        double optimum = 0;
        for (const char *method :
             {"kmeans", "kmeans_linear", "kmeans_density", "kmeans_random"}) {
          WeightOptions options;
          options.pruned = true;
          options.codebookStorage = storage;
          WeightResult r = quantize(values, *make(name), method, options);
          ASSERT_EQ(r.codebook.size(), make(name)->parameterCount());
          ASSERT_EQ(r.codebook[0], 0.0);
          for (size_t i = 0; i < values.size(); ++i)
            ASSERT_EQ(r.patterns[i] == 0, values[i] == 0) << method << " " << i;
          optimum = method == std::string("kmeans") ? r.error : optimum;
          if (storage == CodebookStorage::F32) {
            EXPECT_GE(r.error, optimum * (1 - 1e-5)) << method;
          }
        }
      }
  }
}

// Zeros have no say: the others are as if they were alone.
TEST(PrunedWeights, EveryMethodSeesTheOthersOnly) {
  oracle::Random random(13);
  std::vector<float> values = makeWeights(random, 200, 0.6), kept;
  for (float value : values)
    if (value != 0)
      kept.push_back(value);
  WeightOptions options, pruned;
  pruned.pruned = true;
  for (const std::string &name : implementedCodes()) {
    std::unique_ptr<Code> code = make(name);
    for (const std::string &method : weightMethods()) {
      if (!takesCode(method, *code) || !hasZero(*code) || !code->isBound())
        continue;
      WeightResult all = quantize(values, *code, method, pruned);
      WeightResult others = quantize(kept, *code, method, options);
      EXPECT_EQ(all.scale, others.scale) << name << " " << method;
      EXPECT_EQ(all.error, others.error) << name << " " << method;
      size_t next = 0;
      for (size_t i = 0; i < values.size(); ++i) {
        if (values[i] == 0)
          ASSERT_EQ(code->decode(all.patterns[i]), 0.0)
              << name << " " << method;
        else
          ASSERT_EQ(all.patterns[i], others.patterns[next++]);
      }
    }
  }
  // TWN's threshold and scale are means, which zeros would pull down.
  EXPECT_GT(quantize(values, *make("ternary"), "twn", pruned).scale,
            quantize(values, *make("ternary"), "twn", options).scale);
}

TEST(PrunedWeights, CodesWithoutZeroAreRefused) {
  std::vector<float> values = {0, 1, -1};
  WeightOptions options;
  options.pruned = true;
  std::string error;
  EXPECT_FALSE(quantizeWeights({values.data(), 3, nullptr}, *make("binary"),
                               "mean", options, error));
  EXPECT_EQ(error, "code 'binary' has no 0, which pruned weights are");
  std::string with = allowedCodes(hasZero);
  EXPECT_EQ(with.find("binary"), std::string::npos);
  for (const char *name :
       {"int1..int16", "ternary", "nf4", "codebook1..", "log2_2..", "f8e4m3"})
    EXPECT_NE(with.find(name), std::string::npos) << name;
}

// One codebook for all groups, and its scales.
TEST(PrunedWeights, SharedCodebook) {
  oracle::Random random(14);
  constexpr size_t n = 6, k = 48;
  for (CodebookStorage storage :
       {CodebookStorage::F32, CodebookStorage::F16, CodebookStorage::Int8})
    for (size_t group : {size_t(0), size_t(16)}) {
      std::vector<float> weights = makeWeights(random, n * k, 0.5);
      for (size_t i = 0; i < n * k; ++i)
        weights[i] *= static_cast<float>(1 << (i / k));
      GroupOptions options;
      options.groupSize = group;
      options.weights.pruned = true;
      options.weights.codebookStorage = storage;
      std::string error;
      std::optional<SharedCodebookResult> shared = quantizeSharedCodebook(
          weights.data(), n, k, *make("codebook3"), options, nullptr, error);
      ASSERT_TRUE(shared) << error;
      EXPECT_EQ(shared->codebook[0], 0.0);
      for (size_t i = 0; i < n * k; ++i) {
        EXPECT_EQ(shared->groups.patterns[i] == 0, weights[i] == 0);
        if (weights[i] == 0) {
          EXPECT_EQ(shared->groups.values[i], 0.0f);
        }
      }
    }
}

TEST(PrunedWeights, CodebookKeepsItsWord) {
  std::string error;
  std::unique_ptr<Code> code = make("codebook2");
  EXPECT_FALSE(makePrunedCodebook(*code, {1, 2, 3, 4}, error));
  EXPECT_EQ(error, "expected the entry 0 in front of those for weights that "
                   "are not pruned, found 1.000000");
  EXPECT_FALSE(makePrunedCodebook(*code, {0, 2, 3}, error));
  std::unique_ptr<Code> bound = makePrunedCodebook(*code, {0, 2, 3, -4}, error);
  ASSERT_TRUE(bound) << error;
  EXPECT_EQ(bound->encode(0, Rounding::HalfEven), 0u);
  EXPECT_EQ(bound->encode(0.01, Rounding::HalfEven), 1u);
  EXPECT_EQ(bound->encode(-0.01, Rounding::HalfEven), 1u);
  EXPECT_EQ(bound->encode(-3, Rounding::HalfEven), 3u);
  EXPECT_EQ(bound->maxMagnitude(), 4);
  // Rounded at random a weight still goes to a trained entry.
  for (uint64_t i = 0; i < 50; ++i) {
    uint32_t word = encodeStochastic(*bound, -1, randomBits(5, i));
    EXPECT_TRUE(word == 3 || word == 1) << word;
    EXPECT_EQ(encodeStochastic(*bound, 0, randomBits(5, i)), 0u);
  }
}
