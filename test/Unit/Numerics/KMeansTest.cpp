//===- KMeansTest.cpp - Codebooks against brute force ---------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Numerics/KMeans.h"
#include "Oracle.h"

#include <algorithm>
#include <gtest/gtest.h>

using namespace qs::num;

namespace {
struct Data {
  std::vector<float> values, importance;
};
} // namespace

static Data makeData(oracle::Random &random, size_t n, int shape) {
  Data data;
  for (size_t i = 0; i < n; ++i) {
    double x = random.normal();
    if (shape == 1)
      x = x * x * x; // heavy tails
    if (shape == 2)
      x = x / 8 + (i % 2 ? 1 : -1); // two bells
    if (shape == 3)
      x = std::floor(x * 2); // few different values
    data.values.push_back(static_cast<float>(x));
    data.importance.push_back(static_cast<float>(random.unit() + 0.01));
  }
  return data;
}

/// The error by its definition.
static double errorOf(const Data &data, const std::vector<double> &entries,
                      bool weighted, bool excludeZero = false) {
  double sum = 0;
  for (size_t i = 0; i < data.values.size(); ++i) {
    if (excludeZero && data.values[i] == 0)
      continue;
    double least = 1e300;
    for (double entry : entries)
      least =
          std::min(least, (data.values[i] - entry) * (data.values[i] - entry));
    sum += least * (weighted ? data.importance[i] : 1.0f);
  }
  return sum;
}

TEST(KMeans, OptimumEqualsBruteForce) {
  oracle::Random random(1);
  for (int trial = 0; trial < 120; ++trial) {
    Data data = makeData(random, 5 + random.below(9), trial % 3);
    unsigned k = 1 + random.below(4);
    KMeansResult result = kMeans(data.values.data(), data.values.size(),
                                 data.importance.data(), k);
    std::vector<std::pair<double, double>> weighted;
    for (size_t i = 0; i < data.values.size(); ++i)
      weighted.push_back({data.values[i], data.importance[i]});
    double best = oracle::leastIntervalError(weighted, k);
    EXPECT_NEAR(result.error, best, 1e-9 * (1 + best)) << trial;
    EXPECT_NEAR(errorOf(data, result.entries, true), best, 1e-9 * (1 + best));
    EXPECT_TRUE(std::is_sorted(result.entries.begin(), result.entries.end()));
  }
}

TEST(KMeans, OptimumIsNeverWorseThanLloyd) {
  oracle::Random random(2);
  for (int trial = 0; trial < 60; ++trial) {
    Data data = makeData(random, 300 + random.below(500), trial % 4);
    unsigned k = 2u << random.below(5);
    const float *importance = trial % 2 ? data.importance.data() : nullptr;
    auto run = [&](KMeansMethod method, uint64_t seed) {
      KMeansOptions options;
      options.method = method;
      options.seed = seed;
      KMeansResult result = kMeans(data.values.data(), data.values.size(),
                                   importance, k, options);
      EXPECT_EQ(result.entries.size(), k);
      EXPECT_NEAR(result.error, errorOf(data, result.entries, importance),
                  1e-9 * (1 + result.error));
      return result.error;
    };
    double best = run(KMeansMethod::Exact, 0);
    for (KMeansMethod method :
         {KMeansMethod::Linear, KMeansMethod::Density, KMeansMethod::Random})
      for (uint64_t seed = 0; seed < 3; ++seed)
        EXPECT_LE(best, run(method, seed) * (1 + 1e-9)) << toString(method);
  }
}

// Entries after Lloyd are the means of their members: nothing is left to move.
TEST(KMeans, LloydEndsInAFixedPoint) {
  oracle::Random random(3);
  Data data = makeData(random, 2000, 0);
  KMeansOptions options;
  for (KMeansMethod method : {KMeansMethod::Linear, KMeansMethod::Density}) {
    options.method = method;
    std::vector<double> entries =
        kMeans(data.values.data(), 2000, nullptr, 8, options).entries;
    std::vector<double> sum(8), count(8);
    for (float x : data.values) {
      size_t near = 0;
      for (size_t j = 1; j < 8; ++j)
        if (std::fabs(x - entries[j]) < std::fabs(x - entries[near]))
          near = j;
      sum[near] += x;
      ++count[near];
    }
    for (size_t j = 0; j < 8; ++j)
      EXPECT_NEAR(entries[j], sum[j] / count[j], 1e-9);
  }
}

TEST(KMeans, BinnedIsNearTheOptimum) {
  oracle::Random random(4);
  Data data = makeData(random, 6000, 0);
  KMeansOptions options;
  double best = kMeans(data.values.data(), 6000, nullptr, 16, options).error;
  options.maxPoints = 512;
  KMeansResult binned = kMeans(data.values.data(), 6000, nullptr, 16, options);
  EXPECT_LE(best, binned.error * (1 + 1e-12));
  EXPECT_LE(binned.error, best * 1.01);
  options.maxPoints = 1; // more entries than bins would hold
  EXPECT_EQ(
      kMeans(data.values.data(), 6000, nullptr, 16, options).entries.size(),
      16u);
}

TEST(KMeans, ZeroAndFewValues) {
  oracle::Random random(5);
  Data data = makeData(random, 400, 0);
  for (size_t i = 0; i < 400; i += 2)
    data.values[i] = 0;
  KMeansOptions options;
  double with = errorOf(
      data, kMeans(data.values.data(), 400, nullptr, 4).entries, false, true);
  options.excludeZero = true;
  KMeansResult without = kMeans(data.values.data(), 400, nullptr, 4, options);
  EXPECT_LT(without.error, with);
  EXPECT_NEAR(without.error, errorOf(data, without.entries, false, true), 1e-9);
  for (double entry : without.entries)
    EXPECT_GT(std::fabs(entry), 0.1); // nothing pulls an entry to zero
  const float few[] = {1, 2, 1, 2, 1};
  EXPECT_EQ(kMeans(few, 5, nullptr, 4).entries,
            (std::vector<double>{1, 2, 2, 2}));
  EXPECT_EQ(kMeans(few, 0, nullptr, 2).entries, (std::vector<double>{0, 0}));
  const float zeros[] = {0, 0};
  EXPECT_EQ(kMeans(zeros, 2, nullptr, 2, options).entries,
            (std::vector<double>{0, 0}));
  const float none[] = {0, 0, 0, 0, 0};
  EXPECT_EQ(kMeans(few, 5, none, 1).entries,
            kMeans(few, 5, nullptr, 1).entries);
}

TEST(KMeans, RandomDependsOnTheSeedAlone) {
  oracle::Random random(6);
  Data data = makeData(random, 500, 1);
  KMeansOptions options;
  options.method = KMeansMethod::Random;
  auto entries = [&](uint64_t seed) {
    options.seed = seed;
    return kMeans(data.values.data(), 500, nullptr, 16, options).entries;
  };
  EXPECT_EQ(entries(7), entries(7));
  EXPECT_NE(entries(7), entries(8));
}

TEST(KMeans, StoreCodebook) {
  std::vector<double> entries = {-1.27, 0.1, 0.63499};
  std::vector<double> copy = entries;
  float scale = storeCodebook(copy, CodebookStorage::Int8);
  EXPECT_FLOAT_EQ(scale, 0.01f);
  EXPECT_EQ(copy, (std::vector<double>{-127, 10, 63}));
  copy = {0.1, 1e9};
  EXPECT_EQ(storeCodebook(copy, CodebookStorage::F16), 1.0f);
  EXPECT_EQ(copy, (std::vector<double>{0.0999755859375, 65504}));
  copy = {0.1};
  storeCodebook(copy, CodebookStorage::F32);
  EXPECT_EQ(copy[0], 0.1f);
  copy = {0, 0};
  EXPECT_EQ(storeCodebook(copy, CodebookStorage::Int8), 1.0f);
}

TEST(KMeans, Names) {
  for (const char *name : {"exact", "linear", "density", "random"})
    EXPECT_STREQ(toString(*parseKMeansMethod(name)), name);
  for (const char *name : {"f32", "f16", "i8"})
    EXPECT_STREQ(toString(*parseCodebookStorage(name)), name);
  EXPECT_EQ(parseCodebookStorage("int8"), CodebookStorage::Int8);
  EXPECT_FALSE(parseKMeansMethod("lloyd"));
  EXPECT_FALSE(parseCodebookStorage("int4"));
}
