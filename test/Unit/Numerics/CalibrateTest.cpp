//===- CalibrateTest.cpp - Ranges against naive definitions
//----------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Numerics/Calibrate.h"
#include "Oracle.h"
#include "qs/Numerics/Affine.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <limits>

using namespace qs::num;

static CalibrationOptions options(CalibrationMethod method, bool symmetric,
                                  LevelRange levels) {
  CalibrationOptions o;
  o.method = method;
  o.symmetric = symmetric;
  o.levels = levels;
  return o;
}
static constexpr LevelRange kInt8{-128, 127}, kUInt8{0, 255};

//===----------------------------------------------------------------------===//
// KL, step by step as the formula says
//===----------------------------------------------------------------------===//

static double naiveKL(const std::vector<uint64_t> &h, size_t i, size_t levels) {
  std::vector<long double> p(h.begin(), h.begin() + i), q(i, 0.0L);
  for (size_t j = i; j < h.size(); ++j)
    p[i - 1] += h[j];
  for (size_t level = 0; level < levels; ++level) {
    long double sum = 0, nonZero = 0;
    for (size_t j = 0; j < i; ++j)
      if (j * levels / i == level && h[j] != 0) {
        sum += h[j];
        ++nonZero;
      }
    for (size_t j = 0; j < i; ++j)
      if (j * levels / i == level && h[j] != 0)
        q[j] = sum / nonZero;
  }
  if (p[i - 1] > 0 && q[i - 1] == 0)
    q[i - 1] = 1e-4L;
  long double sumP = 0, sumQ = 0, d = 0;
  for (size_t j = 0; j < i; ++j) {
    sumP += p[j];
    sumQ += q[j];
  }
  for (size_t j = 0; j < i; ++j)
    if (p[j] > 0)
      d += p[j] / sumP * std::log((p[j] / sumP) / (q[j] / sumQ));
  return static_cast<double>(d);
}

TEST(KL, AgainstTheFormula) {
  oracle::Random random(13);
  for (int round = 0; round < 12; ++round) {
    size_t bins = 200 + random.below(200), levels = 16 + random.below(20);
    std::vector<uint64_t> h(bins);
    for (int i = 0; i < 3000; ++i) {
      double x = std::fabs(random.normal()) * 40;
      if (round % 3 == 1)
        x = x * x / 40; // a long tail
      if (round % 3 == 2 && random.below(3) != 0)
        x = 150 + random.below(3); // a spike far out
      ++h[std::min<size_t>(bins - 1, static_cast<size_t>(x))];
    }
    double best = std::numeric_limits<double>::infinity();
    for (size_t i = levels; i <= bins; ++i)
      if (std::any_of(h.begin(), h.begin() + i, [](auto c) { return c != 0; }))
        best = std::min(best, naiveKL(h, i, levels));
    std::optional<KLResult> found = klThreshold(h, levels);
    ASSERT_TRUE(found);
    EXPECT_GE(found->bins, levels);
    EXPECT_LE(found->bins, bins);
    EXPECT_NEAR(found->divergence, naiveKL(h, found->bins, levels), 1e-9);
    EXPECT_NEAR(found->divergence, best, 1e-9);
  }
}

TEST(KL, Traps) {
  EXPECT_FALSE(klThreshold(std::vector<uint64_t>(500), 128));
  // Fewer bins than levels: nothing to clip.
  EXPECT_EQ(klThreshold({1, 2, 3}, 128)->bins, 3u);
  // All mass in the last bin: no candidate but the whole has any counts.
  std::vector<uint64_t> last(500);
  last.back() = 9;
  EXPECT_EQ(klThreshold(last, 128)->bins, 500u);
  // H[i-1] = 0 with outliers behind it: large, not infinite.
  std::vector<uint64_t> gap(500);
  gap[0] = 1000;
  gap[499] = 1000;
  EXPECT_EQ(klThreshold(gap, 128)->bins, 500u);
  EXPECT_NEAR(klThreshold(gap, 128)->divergence, 0.0, 1e-12);
}

TEST(Calibrate, KLClipsOutliersOnly) {
  oracle::Random random(14);
  Histogram h;
  for (int i = 0; i < 100000; ++i)
    h.add(static_cast<float>(random.normal()));
  h.add(60.0f); // one outlier that would waste nine tenths of the levels
  CalibratedRange range =
      calibrate(h, options(CalibrationMethod::KL, true, kInt8));
  EXPECT_GT(range.max, 2.5f);
  EXPECT_LT(range.max, 12.0f);
  EXPECT_EQ(range.min, -range.max);
  EXPECT_NE(range.reason.find("kl: bin"), std::string::npos);
  // Uniform data gives no reason to clip.
  Histogram uniform;
  for (int i = 0; i < 100000; ++i)
    uniform.add(static_cast<float>(random.unit()));
  range = calibrate(uniform, options(CalibrationMethod::KL, false, kUInt8));
  EXPECT_EQ(range.min, 0.0f);
  EXPECT_GT(range.max, 0.95f);
  EXPECT_LE(range.max, uniform.max());
}

TEST(Calibrate, KLBehindReLU) {
  // Zeros must not change the threshold.
  oracle::Random random(15);
  Histogram without, with;
  for (int i = 0; i < 100000; ++i) {
    auto x = static_cast<float>(std::fabs(random.normal()));
    without.add(x);
    with.add(x);
    with.add(0.0f);
  }
  CalibrationOptions o = options(CalibrationMethod::KL, false, kUInt8);
  CalibratedRange range = calibrate(with, o);
  EXPECT_EQ(range.max, calibrate(without, o).max);
  EXPECT_EQ(range.min, 0.0f);
  EXPECT_GT(range.max, 2.0f);
  // Two-sided asymmetric: the short side keeps its end.
  Histogram leaky;
  for (int i = 0; i < 100000; ++i) {
    double x = random.normal();
    leaky.add(static_cast<float>(x < 0 ? x / 10 : x));
  }
  range = calibrate(leaky, o);
  EXPECT_EQ(range.min, leaky.min());
  EXPECT_GT(range.max, 1.5f);
}

TEST(Calibrate, MinMax) {
  Histogram h;
  for (float x : {-1.0f, 0.5f, 3.0f})
    h.add(x);
  CalibratedRange range =
      calibrate(h, options(CalibrationMethod::MinMax, false, kUInt8));
  EXPECT_EQ(range.min, -1.0f);
  EXPECT_EQ(range.max, 3.0f);
  range = calibrate(h, options(CalibrationMethod::MinMax, true, kInt8));
  EXPECT_EQ(range.min, -3.0f);
  EXPECT_EQ(range.max, 3.0f);
}

TEST(Calibrate, PercentileAgainstSorting) {
  oracle::Random random(16);
  std::vector<float> data;
  Histogram h;
  for (int i = 0; i < 50000; ++i) {
    data.push_back(static_cast<float>(random.normal() + 1));
    h.add(data.back());
  }
  double width = h.binWidth();
  for (double p : {50.0, 90.0, 99.0, 99.99, 100.0}) {
    CalibrationOptions o = options(CalibrationMethod::Percentile, true, kInt8);
    o.percentile = p;
    CalibratedRange symmetric = calibrate(h, o);
    std::vector<float> sorted(data);
    for (float &x : sorted)
      x = std::fabs(x);
    std::sort(sorted.begin(), sorted.end());
    auto rank = static_cast<size_t>(std::ceil(p / 100 * 50000)) - 1;
    EXPECT_NEAR(symmetric.max, sorted[rank], width * 1.01) << p;
    EXPECT_GE(symmetric.max, sorted[rank]);
    o.symmetric = false;
    CalibratedRange range = calibrate(h, o);
    sorted = data;
    std::sort(sorted.begin(), sorted.end());
    auto high = static_cast<size_t>(std::ceil((1 + p / 100) / 2 * 50000)) - 1;
    EXPECT_NEAR(range.max, sorted[high], width * 1.01);
    EXPECT_NEAR(range.min, std::min(sorted[49999 - high], 0.0f), width * 1.01);
  }
}

TEST(Calibrate, MSEBeatsOtherClips) {
  oracle::Random random(17);
  for (bool symmetric : {true, false}) {
    LevelRange levels = symmetric ? LevelRange{-8, 7} : LevelRange{0, 15};
    std::vector<float> data;
    Histogram h;
    for (int i = 0; i < 20000; ++i) {
      double x = random.normal();
      data.push_back(static_cast<float>(x * x * x));
      h.add(data.back());
    }
    auto error = [&](float lo, float hi) {
      AffineParams p = symmetric ? chooseSymmetric(std::max(-lo, hi), levels)
                                 : chooseAsymmetric(lo, hi, levels);
      double sum = 0;
      for (float x : data) {
        double e = x - fakeQuantize(x, p, levels);
        sum += e * e;
      }
      return sum;
    };
    CalibratedRange range =
        calibrate(h, options(CalibrationMethod::MSE, symmetric, levels));
    double best = error(range.min, range.max);
    EXPECT_LT(best, 0.8 * error(h.min(), h.max()));
    for (int k = 1; k <= 40; ++k)
      EXPECT_LE(best, 1.02 * error(h.min() * k / 40, h.max() * k / 40)) << k;
  }
}

TEST(Calibrate, DegenerateData) {
  Histogram empty, zeros, special, constant;
  for (int i = 0; i < 10; ++i) {
    zeros.add(0.0f);
    special.add(NAN);
    special.add(INFINITY);
    constant.add(-7.0f);
  }
  for (int m = 0; m < 5; ++m)
    for (bool symmetric : {false, true}) {
      auto method = static_cast<CalibrationMethod>(m);
      CalibrationOptions o = options(method, symmetric, kInt8);
      for (const Histogram *h : {&empty, &zeros, &special}) {
        CalibratedRange range = calibrate(*h, o);
        EXPECT_EQ(range.min, 0.0f);
        EXPECT_EQ(range.max, 0.0f);
        EXPECT_FALSE(range.reason.empty());
      }
      CalibratedRange range = calibrate(constant, o);
      EXPECT_EQ(range.min, -7.0f) << toString(method);
      EXPECT_EQ(range.max, symmetric ? 7.0f : 0.0f) << toString(method);
      EXPECT_EQ(parseCalibrationMethod(toString(method)), method);
    }
  EXPECT_FALSE(parseCalibrationMethod("entropy"));
}

// PACT's function y = round(clip(x, 0, a) (2^k - 1) / a) a / (2^k - 1), whose a
// has the least error on the data; found on the values, not on bins.
TEST(Calibrate, PactClipsBehindReLU) {
  oracle::Random random(21);
  Histogram h;
  std::vector<double> values;
  for (int i = 0; i < 20000; ++i) {
    double x = random.normal();
    values.push_back(std::max(i % 1000 ? x : 5 * x, 0.0));
    h.add(static_cast<float>(values.back()));
  }
  for (int bits : {2, 4}) {
    double steps = std::exp2(bits) - 1;
    auto loss = [&](double clip) {
      double sum = 0;
      for (double x : values)
        sum += std::pow(x - std::nearbyint(std::min(x, clip) * steps / clip) *
                                clip / steps,
                        2);
      return sum;
    };
    CalibratedRange range =
        calibrate(h, options(CalibrationMethod::PACT, false,
                             {0, static_cast<int64_t>(steps)}));
    EXPECT_EQ(range.min, 0.0f);
    EXPECT_LT(range.max, 0.9f * h.max());
    EXPECT_EQ(range.reason.rfind("pact: clip ", 0), 0u);
    for (int i = 1; i <= 300; ++i)
      EXPECT_LE(loss(range.max), loss(h.max() * i / 300) * 1.01) << bits;
  }
  // Both signs: half of the steps on each side.
  Histogram both;
  for (int i = 0; i < 20000; ++i)
    both.add(static_cast<float>(random.normal() * (i % 1000 ? 1 : 5)));
  CalibratedRange range =
      calibrate(both, options(CalibrationMethod::PACT, false, {-8, 7}));
  EXPECT_EQ(range.min, -range.max);
  EXPECT_LT(range.max, 0.9f * both.amax());
}

TEST(Calibrate, WideCodesUseMinMax) {
  oracle::Random random(18);
  Histogram h;
  for (int i = 0; i < 1000; ++i)
    h.add(static_cast<float>(random.normal()));
  for (CalibrationMethod method :
       {CalibrationMethod::KL, CalibrationMethod::MSE,
        CalibrationMethod::PACT}) {
    CalibratedRange range =
        calibrate(h, options(method, false, {-32768, 32767}));
    EXPECT_EQ(range.min, h.min());
    EXPECT_EQ(range.max, h.max());
    EXPECT_NE(range.reason.find("using minmax"), std::string::npos);
  }
}
