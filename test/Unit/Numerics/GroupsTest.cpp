//===- GroupsTest.cpp - Groups and shared codebooks -----------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Numerics/Groups.h"
#include "Oracle.h"

#include <algorithm>
#include <gtest/gtest.h>

using namespace qs::num;

static constexpr size_t kN = 6, kK = 40;

/// Rows of very different sizes.
static std::vector<float> makeWeights(uint64_t seed) {
  oracle::Random random(seed);
  std::vector<float> weights;
  for (size_t i = 0; i < kN * kK; ++i)
    weights.push_back(static_cast<float>(random.normal() * std::exp2(i / kK)));
  return weights;
}

static std::unique_ptr<Code> make(const char *name) {
  std::string error;
  return makeCode(name, error);
}

// A group is what quantizeWeights() makes of it.
TEST(Groups, EachByItself) {
  std::string error;
  std::vector<float> weights = makeWeights(1);
  for (const char *name : {"int4", "nf4", "log2_4", "binary"}) {
    GroupOptions options;
    options.groupSize = 16; // 16, 16 and 8
    options.method = "mse";
    GroupResult all = quantizeGroups(weights.data(), kN, kK, *make(name),
                                     options, nullptr, error)
                          .value();
    ASSERT_EQ(all.scales.size(), kN * 3);
    for (size_t row = 0; row < kN; ++row)
      for (size_t g = 0; g < 3; ++g) {
        size_t at = row * kK + g * 16, count = g == 2 ? 8 : 16;
        WeightResult one =
            quantizeWeights({weights.data() + at, count, nullptr}, *make(name),
                            "mse", options.weights, error)
                .value();
        EXPECT_EQ(all.scales[row * 3 + g], one.scale);
        for (size_t i = 0; i < count; ++i)
          EXPECT_EQ(all.patterns[at + i], one.patterns[i]);
      }
  }
}

TEST(Groups, SharedCodebook) {
  std::string error;
  std::vector<float> weights = makeWeights(2);
  for (CodebookStorage storage :
       {CodebookStorage::F32, CodebookStorage::F16, CodebookStorage::Int8})
    for (const char *method : {"absmax", "mse"}) {
      GroupOptions options;
      options.groupSize = 20;
      options.method = method;
      options.weights.codebookStorage = storage;
      std::unique_ptr<Code> code = make("codebook3");
      SharedCodebookResult r =
          quantizeSharedCodebook(weights.data(), kN, kK, *code, options,
                                 nullptr, error)
              .value();
      std::unique_ptr<Code> bound = code->bind(r.codebook, error);
      double sum = 0;
      for (size_t i = 0; i < weights.size(); ++i) {
        float scale = r.groups.scales[i / kK * 2 + i % kK / 20];
        float value =
            static_cast<float>(bound->decode(r.groups.patterns[i])) * scale;
        EXPECT_EQ(r.groups.values[i], value);
        sum += std::pow(double(weights[i]) - value, 2);
      }
      EXPECT_NEAR(r.error, sum, 1e-6 * sum);
      EXPECT_EQ(bound->fixedPoint().has_value(),
                storage == CodebookStorage::Int8);
      // A table fitted to the data beats the uniform code of as many bits.
      GroupResult uniform =
          quantizeGroups(weights.data(), kN, kK, *make("int3"), options,
                         nullptr, error)
              .value();
      double other = 0;
      for (size_t i = 0; i < weights.size(); ++i)
        other += std::pow(double(weights[i]) - uniform.values[i], 2);
      EXPECT_LT(r.error, other) << method;
    }
}

// Errors count in real units: a group of large weights outweighs many small.
TEST(Groups, LargeGroupsTrainTheCodebook) {
  std::string error;
  std::vector<float> weights = {100, 40};
  for (int i = 0; i < 10; ++i)
    weights.insert(weights.end(), {1.0f, 0.2f});
  GroupOptions options;
  SharedCodebookResult r =
      quantizeSharedCodebook(weights.data(), 11, 2, *make("codebook1"), options,
                             nullptr, error)
          .value();
  EXPECT_NEAR(r.codebook[0], (0.4 * 10000 + 0.2 * 10) / 10010, 1e-6);
  EXPECT_EQ(r.codebook[1], 1.0);
}

TEST(Groups, PrunedWeightsStayZero) {
  std::string error;
  std::vector<float> weights = makeWeights(3);
  for (size_t i = 0; i < weights.size(); i += 2)
    weights[i] = 0;
  GroupOptions options;
  options.method = "mse";
  std::unique_ptr<Code> code = make("codebook2");
  SharedCodebookResult with =
      quantizeSharedCodebook(weights.data(), kN, kK, *code, options, nullptr,
                             error)
          .value();
  options.weights.kmeans.excludeZero = true;
  SharedCodebookResult without =
      quantizeSharedCodebook(weights.data(), kN, kK, *code, options, nullptr,
                             error)
          .value();
  EXPECT_LT(without.error, with.error);
  for (size_t i = 0; i < weights.size(); i += 2)
    EXPECT_EQ(without.groups.values[i], 0.0f);
}

TEST(Groups, Errors) {
  std::string error;
  std::vector<float> weights = makeWeights(4);
  GroupOptions options;
  EXPECT_FALSE(quantizeSharedCodebook(weights.data(), kN, kK, *make("int4"),
                                      options, nullptr, error));
  EXPECT_EQ(error, "expected a codebook, found 'int4'");
  options.method = "kmeans";
  EXPECT_FALSE(quantizeSharedCodebook(
      weights.data(), kN, kK, *make("codebook4"), options, nullptr, error));
  EXPECT_NE(error.find("does not code by nearest values"), std::string::npos);
  weights[3] = INFINITY;
  EXPECT_FALSE(quantizeSharedCodebook(
      weights.data(), kN, kK, *make("codebook4"), options, nullptr, error));
  EXPECT_EQ(error, "expected finite weights, found inf at 3");
}
