//===- HistogramTest.cpp - Order independence, exact counts
//----------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Numerics/Histogram.h"
#include "Oracle.h"

#include <algorithm>
#include <cfloat>
#include <gtest/gtest.h>
#include <map>

using namespace qs::num;

/// Values over many magnitudes, zeros and special values among them.
static std::vector<float> wildData(oracle::Random &random, size_t count) {
  std::vector<float> data;
  for (size_t i = 0; i < count; ++i) {
    int exponent = static_cast<int>(random.below(60)) - 40;
    auto x = static_cast<float>(std::ldexp(random.normal(), exponent));
    switch (random.below(20)) {
    case 0:
      x = random.below(2) ? 0.0f : -0.0f;
      break;
    case 1:
      x = random.below(2) ? INFINITY : -INFINITY;
      break;
    case 2:
      x = NAN;
      break;
    }
    data.push_back(x);
  }
  return data;
}

TEST(Histogram, AnySplitAnyOrderAnyTree) {
  oracle::Random random(11);
  for (int round = 0; round < 30; ++round) {
    std::vector<float> data = wildData(random, 3000);
    Histogram whole;
    whole.add(data.data(), data.size());
    for (size_t i = data.size(); i > 1; --i)
      std::swap(data[i - 1], data[random.below(static_cast<uint32_t>(i))]);
    std::vector<Histogram> parts;
    for (size_t at = 0; at < data.size();) {
      size_t size = std::min<size_t>(1 + random.below(400), data.size() - at);
      parts.emplace_back();
      parts.back().add(data.data() + at, size);
      at += size;
    }
    while (parts.size() > 1) {
      size_t a = random.below(static_cast<uint32_t>(parts.size()));
      std::swap(parts[a], parts.back());
      Histogram last = parts.back();
      parts.pop_back();
      size_t b = random.below(static_cast<uint32_t>(parts.size()));
      EXPECT_TRUE(parts[b].merge(last));
    }
    EXPECT_EQ(parts[0], whole);
    Histogram single;
    for (float x : data)
      single.add(x);
    EXPECT_EQ(single, whole);
  }
}

TEST(Histogram, CountsAgainstDirectBinning) {
  oracle::Random random(12);
  std::vector<float> data = wildData(random, 5000);
  Histogram h(8);
  h.add(data.data(), data.size());
  double width = h.binWidth();
  std::map<size_t, uint64_t> above, below;
  uint64_t zeros = 0, nans = 0, infs = 0;
  float lo = FLT_MAX, hi = -FLT_MAX;
  for (float x : data) {
    if (std::isnan(x))
      ++nans;
    else if (std::isinf(x))
      ++infs;
    else if (x == 0)
      ++zeros;
    else
      ++(x > 0 ? above : below)[static_cast<size_t>(
          std::floor(std::fabs(static_cast<long double>(x)) / width))];
    if (std::isfinite(x)) {
      lo = std::min(lo, x);
      hi = std::max(hi, x);
    }
  }
  EXPECT_EQ(h.zeroCount(), zeros);
  EXPECT_EQ(h.nanCount(), nans);
  EXPECT_EQ(h.infCount(), infs);
  EXPECT_EQ(h.min(), lo);
  EXPECT_EQ(h.max(), hi);
  EXPECT_EQ(h.finiteCount() + nans + infs, data.size());
  for (size_t i = 0; i < h.binCount(); ++i) {
    EXPECT_EQ(h.positive()[i], above[i]);
    EXPECT_EQ(h.negative()[i], below[i]);
  }
  // The width is the least that holds the largest magnitude.
  EXPECT_LT(h.amax(), width * h.binCount());
  EXPECT_GE(h.amax(), width * h.binCount() / 2);
  EXPECT_GE(h.usedBins(), h.binCount() / 2);
}

TEST(Histogram, Ends) {
  Histogram empty, other;
  EXPECT_EQ(empty.usedBins(), 0u);
  EXPECT_EQ(empty.min(), 0.0f);
  EXPECT_EQ(empty.binWidth(), 0.0);
  EXPECT_TRUE(empty.merge(other));
  EXPECT_EQ(empty, other);
  Histogram extremes;
  extremes.add(FLT_TRUE_MIN);
  EXPECT_EQ(extremes.positive()[2048], 1u);
  extremes.add(-FLT_MAX);
  extremes.add(FLT_MAX);
  EXPECT_EQ(extremes.positive()[0], 1u);
  EXPECT_EQ(extremes.positive()[4095], 1u);
  EXPECT_EQ(extremes.negative()[4095], 1u);
  EXPECT_EQ(extremes.min(), -FLT_MAX);
  Histogram coarse(4);
  coarse.add(1.0f);
  EXPECT_FALSE(coarse.merge(extremes));
  EXPECT_EQ(coarse.finiteCount(), 1u);
  Histogram negative;
  negative.add(-2.0f);
  EXPECT_EQ(negative.max(), -2.0f);
  EXPECT_EQ(negative.amax(), 2.0f);
}
