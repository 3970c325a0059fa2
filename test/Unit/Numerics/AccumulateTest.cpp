//===- AccumulateTest.cpp - Stated sums and stochastic rounding -----------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Numerics/Accumulate.h"
#include "Oracle.h"
#include "qs/Numerics/Float16.h"
#include "qs/Numerics/Stochastic.h"

#include <gtest/gtest.h>
#include <vector>

using namespace qs::num;

static std::vector<float> makeTerms(oracle::Random &random, size_t n) {
  std::vector<float> terms;
  for (size_t i = 0; i < n; ++i)
    terms.push_back(static_cast<float>(random.normal()));
  return terms;
}

static FloatFormat format(const char *name) {
  std::string error;
  return parseFloatFormat(name, error).value();
}

// f32 is what the machine does, in the same order.
TEST(Accumulate, F32AsTheMachine) {
  oracle::Random random(1);
  for (int trial = 0; trial < 50; ++trial) {
    size_t n = 1 + random.below(300);
    std::vector<float> a = makeTerms(random, n), b = makeTerms(random, n);
    for (size_t chunk : {0, 1, 7, 64})
      for (SumOrder order : {SumOrder::Consecutive, SumOrder::Strided})
        for (bool fused : {false, true}) {
          size_t length = chunk ? chunk : n, chunks = (n + length - 1) / length;
          std::vector<float> partial(chunks);
          std::vector<bool> started(chunks);
          for (size_t i = 0; i < n; ++i) {
            size_t c = order == SumOrder::Strided ? i % chunks : i / length;
            float product = a[i] * b[i];
            partial[c] = !started[c] ? product
                         : fused     ? std::fma(a[i], b[i], partial[c])
                                     : partial[c] + product;
            started[c] = true;
          }
          float total = partial[0];
          for (size_t c = 1; c < chunks; ++c)
            total = total + partial[c];
          Accumulation how;
          how.chunk = chunk;
          how.order = order;
          how.fused = fused;
          ASSERT_EQ(accumulateDot(a.data(), b.data(), n, how), total)
              << n << " " << chunk << " " << fused;
        }
  }
}

TEST(Accumulate, F16StepByStep) {
  oracle::Random random(2);
  std::vector<float> terms = makeTerms(random, 1000);
  // A sum of two halves is a float, so rounding it once is right.
  float sum = halfToFloat(floatToHalf(terms[0]));
  for (size_t i = 1; i < 1000; ++i)
    sum = halfToFloat(floatToHalf(sum + halfToFloat(floatToHalf(terms[i]))));
  Accumulation how;
  how.format = format("f16");
  EXPECT_EQ(accumulate(terms.data(), 1000, how), sum);
  std::vector<float> large(40, 60000.0f);
  EXPECT_EQ(accumulate(large.data(), 40, how), INFINITY);
  EXPECT_EQ(accumulate(large.data(), 0, how), 0.0);
}

// Exact fused sums: rounding by way of double would be wrong here.
TEST(Accumulate, FusedRoundsOnce) {
  // The sum is 1 + 2^-23 + 2^-24 - 2^-70, just below a tie whose even side is
  // above; a double drops the last term.
  const float a[] = {1 + 0x1p-23f, (1 + 0x1p-23f) * 0x1p-12f};
  const float b[] = {1.0f, (1 - 0x1p-23f) * 0x1p-12f};
  Accumulation how;
  how.fused = true;
  EXPECT_EQ(accumulateDot(a, b, 2, how), 1 + 0x1p-23);
  EXPECT_EQ(static_cast<float>(double(a[1]) * b[1] + a[0]), 1 + 0x1p-22f);
  how.format = format("e6m9");
  const float d[] = {1.0f, 0x1p-5f + 0x1p-28f}, e[] = {1.0f, 0x1p-5f};
  EXPECT_EQ(accumulateDot(d, e, 2, how), 1.0 + 0x1p-9); // above the tie
  how.fused = false;
  EXPECT_EQ(accumulateDot(d, e, 2, how), 1.0); // the product loses its tail
}

// Wang et al.: equal terms vanish into a long sum, chunks of 64 save it.
TEST(Accumulate, ChunksKeepSmallTerms) {
  oracle::Random random(3);
  std::vector<float> terms;
  double exact = 0;
  for (int i = 0; i < 4096; ++i) {
    terms.push_back(static_cast<float>(1 + 0.25 * random.normal()));
    exact += terms.back();
  }
  Accumulation how;
  how.format = format("e6m9");
  double whole = accumulate(terms.data(), 4096, how);
  how.chunk = 64;
  double chunked = accumulate(terms.data(), 4096, how);
  EXPECT_LT(std::fabs(chunked - exact), 0.02 * exact);
  EXPECT_GT(std::fabs(whole - exact), 0.3 * exact);
  // Stochastic rounding keeps them too, without chunks.
  how.chunk = 0;
  how.seed = 1;
  EXPECT_LT(std::fabs(accumulate(terms.data(), 4096, how) - exact),
            0.1 * exact);
}

TEST(Accumulate, Formats) {
  std::string error;
  EXPECT_EQ(format("e6m9"), ieeeFormat(6, 9));
  EXPECT_EQ(format("f16"), ieeeFormat(5, 10));
  for (const char *bad : {"", "e9m3", "e1m3", "e5m24", "e5", "f64", "e05m2"}) {
    EXPECT_FALSE(parseFloatFormat(bad, error));
    EXPECT_EQ(error, "unknown float format '" + std::string(bad) +
                         "', expected one of f32, f16, bf16, eXmY (X of 2..8, "
                         "Y of 1..23)");
  }
}

// The generator by its definition with the published first output of
// SplitMix64 for state 0, which is mix(0x9e3779b97f4a7c15).
// One term is rounded as FloatFormat::round() does it, which knows no bits.
TEST(Accumulate, RoundsAsTheFormat) {
  oracle::Random random(5);
  for (const char *name : {"f32", "f16", "bf16", "e2m1", "e4m3", "e5m2", "e6m9",
                           "e8m1", "e8m22", "e5m23"}) {
    Accumulation how;
    how.format = format(name);
    auto check = [&](float x) {
      double want = how.format.round(x), got = accumulate(&x, 1, how);
      ASSERT_EQ(got, want) << name << " of " << x;
      ASSERT_EQ(std::signbit(got), std::signbit(want)) << name << " of " << x;
    };
    double most = how.format.maxFinite();
    double least = std::ldexp(1.0, how.format.minExponent());
    for (double at : {0.0, least, least / 2, most, 2 * most})
      for (double step : {0.0, 1.0, 1.25, 0.5, 0.75})
        for (double sign : {-1.0, 1.0})
          check(static_cast<float>(
              sign *
              (at + step * std::ldexp(at == 0 ? least : at,
                                      -int(how.format.mantissaBits) - 1))));
    for (int trial = 0; trial < 20000; ++trial)
      check(static_cast<float>(
          std::ldexp(random.normal(), int(random.below(280)) - 150)));
    float nan = NAN;
    EXPECT_TRUE(std::isnan(accumulate(&nan, 1, how)));
  }
}

TEST(Stochastic, Generator) {
  EXPECT_EQ(randomBits(0, 1), 0xe220a8397b1dcdafu);
  EXPECT_EQ(randomBits(0, 2), 0x6e789e6aa1b965f4u);
  EXPECT_NE(randomBits(1, 1), randomBits(0, 1));
  double sum = 0;
  for (uint64_t i = 0; i < 100000; ++i)
    sum += isBelow(randomBits(42, i), 0.3);
  EXPECT_NEAR(sum / 100000, 0.3, 0.006); // four standard deviations
  EXPECT_FALSE(isBelow(0, 0));
  EXPECT_TRUE(isBelow(~uint64_t(0), 1));
}

// Unbiased, and only neighbours come out.
TEST(Stochastic, MeanIsTheNumber) {
  std::string error;
  for (const char *name : {"int4", "f8e4m3", "f4e2m1", "log2_4", "bf16"}) {
    std::unique_ptr<Code> code = makeCode(name, error);
    for (double x : {0.3, -0.7, 0.9, 2.4, -0.01}) {
      if (std::fabs(x) > code->maxMagnitude())
        continue;
      double lo = code->decode(code->encode(x, Rounding::Floor));
      double hi = code->decode(code->encode(x, Rounding::Ceil));
      double sum = 0;
      const int count = 20000;
      for (int i = 0; i < count; ++i) {
        double value = code->decode(encodeStochastic(
            *code, x, randomBits(7, static_cast<uint64_t>(i))));
        ASSERT_TRUE(value == lo || value == hi) << name << x;
        sum += value;
      }
      EXPECT_NEAR(sum / count, x, 2.5 * (hi - lo) / std::sqrt(count)) << name;
    }
    for (uint32_t p = 0; p < code->numPatterns(); ++p)
      if (code->isLegal(p)) {
        ASSERT_EQ(code->decode(encodeStochastic(*code, code->decode(p), ~0u)),
                  code->decode(p));
      }
    EXPECT_EQ(code->decode(encodeStochastic(*code, 1e300, 0)),
              code->maxValue());
    EXPECT_EQ(code->decode(encodeStochastic(*code, NAN, ~0ull)), 0.0);
  }
  FloatFormat half = ieeeFormat(5, 10);
  EXPECT_EQ(roundStochastic(1 + 0x1p-12, half, ~uint64_t(0)), 1.0);
  EXPECT_EQ(roundStochastic(1 + 0x1p-12, half, 0), 1 + 0x1p-10);
  EXPECT_EQ(roundStochastic(1e9, half, 0), INFINITY);
  EXPECT_EQ(roundStochastic(2.25, ~uint64_t(0)), 2.0);
  EXPECT_EQ(roundStochastic(2.25, 0), 3.0);
  EXPECT_EQ(roundStochastic(-2.25, 0), -2.0);
  EXPECT_EQ(roundStochastic(5.0, 0), 5.0);
}
