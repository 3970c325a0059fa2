//===- Stochastic.cpp - Seeded stochastic rounding ------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Numerics/Stochastic.h"

#include <cmath>

using namespace qs::num;

static uint64_t mix(uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

uint64_t qs::num::randomBits(uint64_t seed, uint64_t index) {
  return mix(mix(seed) + index * 0x9e3779b97f4a7c15u);
}

bool qs::num::isBelow(uint64_t random, double p) {
  return static_cast<double>(random >> 11) < std::ldexp(p, 53);
}

/// One of two neighbours of x, `lo` < x < `hi`.
static bool goesUp(double x, double lo, double hi, uint64_t random) {
  return isBelow(random, (x - lo) / (hi - lo));
}

double qs::num::roundStochastic(double x, uint64_t random) {
  double lo = std::floor(x);
  return lo != x && goesUp(x, lo, lo + 1, random) ? lo + 1 : lo;
}

double qs::num::roundStochastic(double x, const FloatFormat &format,
                                uint64_t random) {
  if (!(std::fabs(x) < format.maxFinite()))
    return format.round(x);
  double lo = format.roundSaturated(x, Rounding::Floor);
  double hi = format.roundSaturated(x, Rounding::Ceil);
  return lo != hi && goesUp(x, lo, hi, random) ? hi : lo;
}

uint32_t qs::num::encodeStochastic(const Code &code, double x,
                                   uint64_t random) {
  if (x != x)
    return code.encode(x, Rounding::HalfEven);
  uint32_t below = code.encode(x, Rounding::Floor);
  uint32_t above = code.encode(x, Rounding::Ceil);
  double lo = code.decode(below), hi = code.decode(above);
  return lo < x && x < hi && goesUp(x, lo, hi, random) ? above : below;
}
