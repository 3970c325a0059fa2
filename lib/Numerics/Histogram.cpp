//===- Histogram.cpp - A mergeable histogram of reals ---------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Numerics/Histogram.h"

#include <algorithm>
#include <cfloat>
#include <cmath>

using namespace qs::num;

Histogram::Histogram(unsigned log2Bins)
    : bins(1u << std::clamp(log2Bins, 1u, 20u)), above(bins), below(bins) {}

int Histogram::exponentFor(float magnitude) const {
  int top; // magnitude < 2^top
  std::frexp(magnitude, &top);
  return top - std::ilogb(static_cast<double>(bins));
}

/// Where bin `i` goes when the width grows by 2^by.
static size_t coarser(size_t i, int by) { return by < 32 ? i >> by : 0; }

static void coarsen(std::vector<uint64_t> &counts, int by) {
  for (size_t i = 1; i < counts.size(); ++i) {
    uint64_t count = counts[i];
    counts[i] = 0;
    counts[coarser(i, by)] += count;
  }
}

void Histogram::widen(int wanted) {
  if (wanted <= exponent)
    return;
  if (exponent != kNone) {
    coarsen(above, wanted - exponent);
    coarsen(below, wanted - exponent);
  }
  exponent = wanted;
}

void Histogram::add(const float *data, size_t count) {
  bool first = finite == 0;
  float low = INFINITY, high = -INFINITY;
  for (size_t i = 0; i < count; ++i) {
    // Adding 0 turns -0 into +0, so that equal data gives equal histograms.
    float x = data[i] + 0.0f;
    if (!(std::fabs(x) <= FLT_MAX)) {
      ++(x != x ? nans : infs);
      continue;
    }
    low = std::min(low, x);
    high = std::max(high, x);
    ++finite;
    zeros += x == 0;
  }
  if (low > high) // nothing finite
    return;
  minimum = first ? low : std::min(minimum, low);
  maximum = first ? high : std::max(maximum, high);
  float amax = std::max(-low, high);
  if (amax == 0)
    return;
  widen(exponentFor(amax));
  double perWidth = std::ldexp(1.0, -exponent);
  for (size_t i = 0; i < count; ++i) {
    float x = data[i];
    float magnitude = std::fabs(x);
    if (!(magnitude <= FLT_MAX) || x == 0)
      continue;
    // Exact: a float times a power of two is a double.
    auto bin = static_cast<size_t>(static_cast<double>(magnitude) * perWidth);
    ++(x > 0 ? above : below)[bin];
  }
}

bool Histogram::merge(const Histogram &other) {
  if (other.bins != bins)
    return false;
  if (other.finite != 0) {
    minimum = finite ? std::min(minimum, other.minimum) : other.minimum;
    maximum = finite ? std::max(maximum, other.maximum) : other.maximum;
  }
  nans += other.nans;
  infs += other.infs;
  zeros += other.zeros;
  finite += other.finite;
  if (other.exponent == kNone)
    return true;
  widen(other.exponent);
  int by = exponent - other.exponent;
  for (size_t i = 0; i < bins; ++i) {
    above[coarser(i, by)] += other.above[i];
    below[coarser(i, by)] += other.below[i];
  }
  return true;
}

double Histogram::binWidth() const {
  return exponent == kNone ? 0.0 : std::ldexp(1.0, exponent);
}

unsigned Histogram::usedBins() const {
  for (unsigned i = bins; i != 0; --i)
    if (above[i - 1] != 0 || below[i - 1] != 0)
      return i;
  return 0;
}

bool Histogram::operator==(const Histogram &o) const {
  return bins == o.bins && exponent == o.exponent && min() == o.min() &&
         max() == o.max() && nans == o.nans && infs == o.infs &&
         zeros == o.zeros && finite == o.finite && above == o.above &&
         below == o.below;
}
