//===- WeightQuantizerTest.cpp - Methods against their papers -------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Numerics/WeightQuantizer.h"
#include "Oracle.h"
#include "qs/Numerics/Affine.h"

#include <algorithm>
#include <cfloat>
#include <gtest/gtest.h>

using namespace qs::num;

static std::unique_ptr<Code> make(const std::string &name) {
  std::string error;
  return makeCode(name, error);
}

static std::vector<float> makeWeights(oracle::Random &random, size_t n,
                                      int shape = 0) {
  std::vector<float> values;
  for (size_t i = 0; i < n; ++i) {
    double x = random.normal() * 0.05;
    if (shape == 1)
      x = 40 * x * x * x + 0.01;
    values.push_back(static_cast<float>(x));
  }
  return values;
}

static WeightResult quantize(const std::vector<float> &values, const Code &code,
                             const char *method,
                             const WeightOptions &options = {},
                             const float *importance = nullptr) {
  std::string error;
  std::optional<WeightResult> result = quantizeWeights(
      {values.data(), values.size(), importance}, code, method, options, error);
  EXPECT_TRUE(result) << error;
  return result.value_or(WeightResult());
}

/// Every code that has a scale and needs no entries.
static std::vector<std::string> scaledCodes() {
  std::vector<std::string> names;
  for (const std::string &name : implementedCodes()) {
    std::unique_ptr<Code> code = make(name);
    if (code->isBound() && !code->isFloat())
      names.push_back(name);
  }
  return names;
}

// What the result says about itself holds, for every code, storage and method.
TEST(WeightQuantizer, ResultsAreConsistent) {
  oracle::Random random(1);
  std::vector<float> values = makeWeights(random, 64), importance;
  for (size_t i = 0; i < 64; ++i)
    importance.push_back(static_cast<float>(random.unit()));
  for (const std::string &name : implementedCodes()) {
    std::unique_ptr<Code> code = make(name);
    for (const std::string &method : weightMethods()) {
      if (!takesCode(method, *code))
        continue;
      for (ScaleStorage storage : {ScaleStorage::F32, ScaleStorage::F16,
                                   ScaleStorage::E8M0, ScaleStorage::E4M3})
        for (CodebookStorage table :
             {CodebookStorage::F32, CodebookStorage::F16,
              CodebookStorage::Int8}) {
          if (table != CodebookStorage::F32 && code->parameterCount() == 0)
            continue;
          WeightOptions options;
          options.storage = storage;
          options.codebookStorage = table;
          options.tensorScale = storage == ScaleStorage::E4M3 ? 0x1p-7f : 1.0f;
          WeightResult r = quantize(values, *code, method.c_str(), options,
                                    importance.data());
          ScaleStorage used = method == "nvfp4" ? ScaleStorage::E4M3 : storage;
          EXPECT_EQ(r.scale, storeScale(r.scale, used)) << name << method;
          EXPECT_TRUE(isLegalScale(r.scale));
          EXPECT_EQ(r.effectiveScale, r.scale * options.tensorScale);
          std::string error;
          std::unique_ptr<Code> bound =
              r.codebook.empty() ? make(name) : code->bind(r.codebook, error);
          ASSERT_EQ(r.codebook.size(), code->parameterCount());
          ASSERT_EQ(r.patterns.size(), values.size());
          double sum = 0;
          for (size_t i = 0; i < values.size(); ++i) {
            ASSERT_TRUE(bound->isLegal(r.patterns[i]));
            float back = static_cast<float>(bound->decode(r.patterns[i])) *
                         r.effectiveScale;
            sum += importance[i] * std::pow(double(values[i]) - back, 2);
          }
          EXPECT_NEAR(r.error, sum, 1e-6 * sum + 1e-15)
              << name << " " << method;
          for (double entry : r.codebook)
            if (table == CodebookStorage::Int8) {
              EXPECT_TRUE(entry == std::floor(entry) &&
                          std::fabs(entry) <= 127);
            }
        }
    }
  }
}

TEST(WeightQuantizer, AbsMaxAsChooseSymmetric) {
  oracle::Random random(2);
  for (const char *name : {"int1", "int2", "int4", "int8", "int16", "ternary"})
    for (ScaleStorage storage :
         {ScaleStorage::F32, ScaleStorage::F16, ScaleStorage::E8M0}) {
      std::vector<float> values = makeWeights(random, 33);
      std::unique_ptr<Code> code = make(name);
      WeightOptions options;
      options.storage = storage;
      float most = 0;
      for (float w : values)
        most = std::max(most, std::fabs(w));
      AffineParams params = chooseSymmetric(most, code->levels(), storage);
      WeightResult r = quantize(values, *code, "absmax", options);
      EXPECT_EQ(r.scale, params.scale) << name;
      for (size_t i = 0; i < values.size(); ++i)
        EXPECT_EQ(code->decode(r.patterns[i]),
                  qs::num::quantize(values[i], params,
                                    restrictedRange(code->levels())));
    }
  // For other codes the largest magnitude lands on the largest value.
  for (const std::string &name : scaledCodes()) {
    std::unique_ptr<Code> code = make(name);
    std::vector<float> values = {0.25f, 0.75f, 0.125f};
    WeightResult r = quantize(values, *code, "absmax");
    if (name != "int1") {
      EXPECT_EQ(code->decode(r.patterns[1]),
                code->isInteger() ? code->maxLevel() : code->maxMagnitude())
          << name;
    }
  }
}

TEST(WeightQuantizer, MseIsNeverWorse) {
  oracle::Random random(3);
  for (const std::string &name : scaledCodes())
    for (int trial = 0; trial < 6; ++trial) {
      std::unique_ptr<Code> code = make(name);
      std::vector<float> values = makeWeights(random, 100, trial % 2);
      WeightOptions options;
      options.storage = trial < 3 ? ScaleStorage::F32 : ScaleStorage::E8M0;
      EXPECT_LE(quantize(values, *code, "mse", options).error,
                quantize(values, *code, "absmax", options).error)
          << name;
    }
}

// Against a fine scan of scales.
TEST(WeightQuantizer, MseFindsTheMinimum) {
  oracle::Random random(4);
  for (const char *name :
       {"int2", "int3", "int4", "nf4", "f4e2m1", "ternary", "binary", "apot_4"})
    for (int trial = 0; trial < 4; ++trial) {
      std::unique_ptr<Code> code = make(name);
      std::vector<float> values = makeWeights(random, 64, trial % 2);
      WeightResult r = quantize(values, *code, "mse");
      double least = 1e300;
      for (int i = 1; i <= 4000; ++i) {
        double scale = 2 * quantize(values, *code, "absmax").scale * i / 4000;
        double sum = 0;
        for (float w : values) {
          double x = std::max(w / scale, -code->maxValue());
          double e =
              w - scale * code->decode(code->encode(x, Rounding::HalfEven));
          sum += e * e;
        }
        least = std::min(least, sum);
      }
      EXPECT_LE(r.error, least * 1.02) << name << trial;
    }
}

// Codes whose numbers are densest far below the greatest one: as good as any
// scale of a fine scan over all of the code's range.
TEST(WeightQuantizer, MseSearchesTheWholeCode) {
  oracle::Random random(24);
  for (const char *name : {"posit4", "posit6", "posit8", "log2_4", "log2_8",
                           "logsqrt2_5", "f6e3m2", "apot_6", "nf4", "int8"})
    for (int trial = 0; trial < 2; ++trial) {
      std::unique_ptr<Code> code = make(name);
      std::vector<float> values = makeWeights(random, 48, trial);
      WeightResult r = quantize(values, *code, "mse");
      double first = quantize(values, *code, "absmax").scale, least = 1e300;
      for (int i = -6 * 16; i <= 60 * 16; ++i) {
        double scale = first * std::exp2(i / 16.0), sum = 0;
        for (float w : values) {
          double x = std::max(w / scale, -code->maxValue());
          double e =
              w - scale * code->decode(code->encode(x, Rounding::HalfEven));
          sum += e * e;
        }
        least = std::min(least, sum);
      }
      EXPECT_LE(r.error, least * 1.03) << name << trial;
    }
  // 8 bits of posit are worth 6 of a uniform code at least.
  std::vector<float> values = makeWeights(random, 500);
  double power = 0;
  for (float w : values)
    power += double(w) * w;
  EXPECT_LT(quantize(values, *make("posit8"), "mse").error, 0.001 * power);
}

TEST(WeightQuantizer, AffineSearch) {
  oracle::Random random(25);
  for (int bits : {2, 4, 8})
    for (int trial = 0; trial < 4; ++trial) {
      std::vector<float> values = makeWeights(random, 64, trial % 2);
      LevelRange levels = {0, (1 << bits) - 1};
      auto errorOf = [&](AffineParams params) {
        double sum = 0;
        for (float w : values)
          sum += std::pow(double(w) - fakeQuantize(w, params, levels), 2);
        return sum;
      };
      float lo = *std::min_element(values.begin(), values.end());
      float hi = *std::max_element(values.begin(), values.end());
      AffineParams found = searchAffine({values.data(), 64, nullptr}, levels);
      EXPECT_LE(errorOf(found), errorOf(chooseAsymmetric(lo, hi, levels)));
      for (int k = 1; k <= 32; ++k)
        EXPECT_LE(errorOf(found),
                  errorOf(chooseAsymmetric(lo * k / 32, hi * k / 32, levels)));
    }
}

/// The error of ternary weights {-a, 0, a}, each at its nearest value.
static double ternaryError(const std::vector<float> &values, double a) {
  double sum = 0;
  for (double w : values)
    sum += std::min(w * w, std::pow(std::fabs(w) - a, 2));
  return sum;
}

TEST(WeightQuantizer, NamesOfQuantizers) {
  EXPECT_EQ(parseQuantizer("mse")->method, "mse");
  EXPECT_FALSE(parseQuantizer("mse")->feedback);
  EXPECT_TRUE(parseQuantizer("gptq")->feedback);
  EXPECT_EQ(parseQuantizer("gptq")->method, "");
  EXPECT_EQ(parseQuantizer("gptq:kmeans")->method, "kmeans");
  for (const char *name : {"", "best", "gptq:", "gptq:gptq", "gptqmse"})
    EXPECT_FALSE(parseQuantizer(name)) << name;
}

TEST(WeightQuantizer, TernaryWeightNetworks) {
  oracle::Random random(5);
  std::unique_ptr<Code> code = make("ternary");
  for (int trial = 0; trial < 40; ++trial) {
    std::vector<float> values =
        makeWeights(random, 3 + random.below(60), trial % 2);
    WeightResult rule = quantize(values, *code, "twn");
    double mean = 0, sum = 0, members = 0;
    for (float w : values)
      mean += std::fabs(w) / static_cast<double>(values.size());
    for (size_t i = 0; i < values.size(); ++i) {
      bool member = std::fabs(values[i]) > 0.7 * mean;
      EXPECT_EQ(code->decode(rule.patterns[i]), !member         ? 0
                                                : values[i] > 0 ? 1
                                                                : -1);
      sum += member ? std::fabs(values[i]) : 0;
      members += member;
    }
    EXPECT_FLOAT_EQ(rule.scale, static_cast<float>(sum / members));
    WeightResult exact = quantize(values, *code, "twn_exact");
    EXPECT_LE(exact.error, rule.error * (1 + 1e-6));
    EXPECT_LE(exact.error, quantize(values, *code, "mse").error * (1 + 1e-6));
    // Brute force: every threshold, its best scale.
    double least = 1e300;
    for (float threshold : values) {
      double total = 0, n = 0;
      for (float w : values)
        if (std::fabs(w) >= std::fabs(threshold)) {
          total += std::fabs(w);
          ++n;
        }
      least = std::min(least, ternaryError(values, total / n));
    }
    EXPECT_NEAR(exact.error, least, 1e-5 * least + 1e-12);
    WeightResult bitnet = quantize(values, *code, "absmean");
    EXPECT_FLOAT_EQ(bitnet.scale, static_cast<float>(mean));
    EXPECT_EQ(
        code->decode(bitnet.patterns[0]),
        std::clamp(std::nearbyint(values[0] / bitnet.scale), -1.0f, 1.0f));
  }
}

TEST(WeightQuantizer, BinaryMeanIsTheOptimum) {
  oracle::Random random(6);
  std::unique_ptr<Code> code = make("binary");
  std::vector<float> values = makeWeights(random, 50), importance;
  for (size_t i = 0; i < 50; ++i)
    importance.push_back(static_cast<float>(random.unit()));
  for (const float *h : {static_cast<const float *>(nullptr),
                         static_cast<const float *>(importance.data())}) {
    WeightResult r = quantize(values, *code, "mean", {}, h);
    for (size_t i = 0; i < 50; ++i)
      EXPECT_EQ(code->decode(r.patterns[i]), values[i] < 0 ? -1 : 1);
    for (double factor : {0.9, 0.99, 1.01, 1.1}) {
      double sum = 0;
      for (size_t i = 0; i < 50; ++i)
        sum += (h ? h[i] : 1) *
               std::pow(std::fabs(values[i]) - factor * r.scale, 2);
      EXPECT_GT(sum, r.error);
    }
  }
}

TEST(WeightQuantizer, TwoScalesOfTTQ) {
  std::unique_ptr<Code> code = make("codebook2");
  std::vector<float> values = {1.0f, 0.5f, 0.04f, -0.04f, -0.2f, -0.3f, 0.0f};
  WeightResult r = quantize(values, *code, "ttq");
  EXPECT_EQ(r.patterns, (std::vector<uint32_t>{1, 1, 0, 0, 3, 3, 0}));
  EXPECT_FLOAT_EQ(r.scale, 0.75f);
  EXPECT_EQ(r.codebook[0], 0.0);
  EXPECT_EQ(r.codebook[1], 1.0);
  EXPECT_NEAR(r.codebook[3] * r.scale, -0.25, 1e-6);
  WeightOptions options;
  options.codebookStorage = CodebookStorage::Int8;
  r = quantize(values, *code, "ttq", options);
  EXPECT_EQ(r.codebook, (std::vector<double>{0, 127, 0, -42}));
  std::vector<float> positive = {1.0f, 2.0f, 0.0f};
  r = quantize(positive, *code, "ttq");
  EXPECT_EQ(r.codebook[3], 0.0);
}

TEST(WeightQuantizer, MicroscalingExponents) {
  WeightOptions options;
  options.storage = ScaleStorage::E8M0;
  // floor(log2 5) = 2; emax of each element format.
  std::vector<float> values = {5.0f, -0.3f, 1.0f};
  auto scale = [&](const char *name) {
    return quantize(values, *make(name), "mx", options).scale;
  };
  EXPECT_EQ(scale("f4e2m1"), 1.0f);
  EXPECT_EQ(scale("f6e2m3"), 1.0f);
  EXPECT_EQ(scale("f6e3m2"), 0x1p-2f);
  EXPECT_EQ(scale("f8e4m3"), 0x1p-6f);
  EXPECT_EQ(scale("f8e5m2"), 0x1p-13f);
  EXPECT_EQ(scale("int8"), 0x1p-4f);
  // 7.9 clips at 6 * 1.
  WeightResult r = quantize({7.9f, 1.0f}, *make("f4e2m1"), "mx", options);
  EXPECT_EQ(make("f4e2m1")->decode(r.patterns[0]) * r.scale, 6.0);
  values = {FLT_MIN / 4};
  EXPECT_EQ(scale("f8e5m2"), 0x1p-126f);
}

TEST(WeightQuantizer, TwoLevels) {
  oracle::Random random(7);
  std::unique_ptr<Code> code = make("f4e2m1");
  std::vector<float> tensor = makeWeights(random, 256);
  float amax = 0;
  for (float w : tensor)
    amax = std::max(amax, std::fabs(w));
  WeightOptions options;
  options.tensorScale = twoLevelTensorScale(amax, *code);
  EXPECT_FLOAT_EQ(options.tensorScale, amax / (448 * 6));
  float greatest = 0;
  for (size_t g = 0; g < 256; g += 16) {
    std::vector<float> group(tensor.begin() + g, tensor.begin() + g + 16);
    WeightResult r = quantize(group, *code, "nvfp4", options);
    greatest = std::max(greatest, r.scale);
    float most = 0;
    for (float w : group)
      most = std::max(most, std::fabs(w));
    EXPECT_EQ(r.scale,
              storeScale(most / 6 / options.tensorScale, ScaleStorage::E4M3));
    // Half a step of e4m3 on the scale, and half a step of e2m1.
    EXPECT_LE(std::sqrt(r.error / 16), most / 6 * (1 + 0.0625 * 6));
  }
  EXPECT_EQ(greatest, 448.0f);
  EXPECT_EQ(twoLevelTensorScale(0, *code), 1.0f);
}

TEST(WeightQuantizer, StoreScaleE4M3) {
  EXPECT_EQ(storeScale(1.0f, ScaleStorage::E4M3), 1.0f);
  EXPECT_EQ(storeScale(1.0625f, ScaleStorage::E4M3), 1.0f); // tie to even
  EXPECT_EQ(storeScale(1.1875f, ScaleStorage::E4M3), 1.25f);
  EXPECT_EQ(storeScale(1e9f, ScaleStorage::E4M3), 448.0f);
  EXPECT_EQ(storeScale(1e-9f, ScaleStorage::E4M3), 0x1p-9f);
}

TEST(WeightQuantizer, CodebooksKeepThePrunedApart) {
  oracle::Random random(8);
  std::unique_ptr<Code> code = make("codebook3");
  std::vector<float> values = makeWeights(random, 400);
  for (size_t i = 0; i < 400; i += 2)
    values[i] = 0;
  WeightOptions options;
  double with = quantize(values, *code, "kmeans", options).error;
  options.kmeans.excludeZero = true;
  WeightResult without = quantize(values, *code, "kmeans", options);
  EXPECT_LT(without.error, with);
  for (const char *method :
       {"kmeans_linear", "kmeans_density", "kmeans_random"})
    EXPECT_GE(quantize(values, *code, method, options).error,
              without.error * (1 - 1e-5));
}

TEST(WeightQuantizer, ZerosAndErrors) {
  std::vector<float> zeros(5, 0.0f);
  for (const std::string &name : implementedCodes()) {
    std::unique_ptr<Code> code = make(name);
    for (const std::string &method : weightMethods())
      if (takesCode(method, *code)) {
        WeightResult r = quantize(zeros, *code, method.c_str());
        EXPECT_EQ(r.scale, 1.0f) << name << " " << method;
        EXPECT_EQ(r.error, name == "binary" ? 5.0 : 0.0)
            << name << " " << method;
      }
  }
  std::string error;
  std::vector<float> values = {1, 2};
  auto refusal = [&](const char *name, const char *method,
                     WeightOptions options = {}) {
    EXPECT_FALSE(quantizeWeights({values.data(), 2}, *make(name), method,
                                 options, error));
    return error;
  };
  EXPECT_EQ(refusal("int8", "best"),
            "unknown method 'best', expected one of " + allowedWeightMethods());
  EXPECT_EQ(refusal("int8", "twn"),
            "method 'twn' expects ternary, found 'int8'");
  EXPECT_EQ(refusal("codebook4", "absmax"),
            "method 'absmax' expects a code with a scale, found 'codebook4' "
            "without entries");
  EXPECT_EQ(refusal("f16", "mse"),
            "method 'mse' expects a code with a scale, found 'f16'");
  WeightOptions options;
  options.tensorScale = 0;
  EXPECT_EQ(refusal("int8", "mse", options),
            "expected a positive and finite tensor scale, found 0.000000");
  values[1] = NAN;
  EXPECT_EQ(refusal("int8", "mse"), "expected finite weights, found nan at 1");
}

TEST(WeightQuantizer, ThreeWords) {
  std::string error;
  for (const std::string &name : implementedCodes()) {
    bool three = hasThreeWords(*makeCode(name, error));
    EXPECT_EQ(three, name == "ternary" || name == "log2_2" ||
                         name == "logsqrt2_2")
        << name;
  }
}
