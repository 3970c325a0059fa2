//===- Accumulate.cpp - Sums in a stated format and order -----------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Numerics/Accumulate.h"
#include "qs/Numerics/Stochastic.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

using namespace qs::num;

std::optional<FloatFormat> qs::num::parseFloatFormat(std::string_view text,
                                                     std::string &error) {
  if (text == "f32")
    return ieeeFormat(8, 23);
  if (text == "f16")
    return ieeeFormat(5, 10);
  if (text == "bf16")
    return ieeeFormat(8, 7);
  for (unsigned e = 2; e <= 8; ++e)
    for (unsigned m = 1; m <= 23; ++m)
      if (text == "e" + std::to_string(e) + "m" + std::to_string(m))
        return ieeeFormat(e, m);
  error = "unknown float format '" + std::string(text) +
          "', expected one of f32, f16, bf16, eXmY (X of 2..8, Y of 1..23)";
  return std::nullopt;
}

/// a + b rounded to odd: where the sum is inexact, the neighbour with an odd
/// last bit. Rounding that again to at most 51 bits gives what rounding the
/// exact sum gives (Boldo and Melquiond, 2008).
static double addToOdd(double a, double b) {
  double sum = a + b;
  // The exact error of the addition (Knuth's TwoSum).
  double part = sum - a;
  double error = (a - (sum - part)) + (b - part);
  uint64_t bits;
  std::memcpy(&bits, &sum, sizeof(bits));
  if (error == 0 || !std::isfinite(sum) || bits % 2 != 0)
    return sum;
  bits += (error > 0) == (sum > 0) ? 1 : -1;
  std::memcpy(&sum, &bits, sizeof(bits));
  return sum;
}

namespace {
/// FloatFormat::round() for formats as IEEE has them, from the bits of x: those
/// behind the mantissa are rounded off, and the carry runs into the exponent.
class NearestEven {
public:
  explicit NearestEven(const FloatFormat &format)
      : shift(52 - format.mantissaBits),
        leastNormal(std::ldexp(1.0, format.minExponent())),
        // Added to a subnormal number, it leaves no bits below its steps.
        magic(std::ldexp(1.0, format.minExponent() + static_cast<int>(shift))),
        most(format.maxFinite()) {}

  double operator()(double x) const {
    double magnitude = std::fabs(x);
    if (magnitude < leastNormal) {
      magnitude = (magnitude + magic) - magic;
    } else {
      uint64_t bits;
      std::memcpy(&bits, &magnitude, sizeof(bits));
      bits += (uint64_t(1) << (shift - 1)) - 1 + ((bits >> shift) & 1);
      bits &= ~((uint64_t(1) << shift) - 1);
      if (x == x)
        std::memcpy(&magnitude, &bits, sizeof(bits));
      if (magnitude > most)
        magnitude = std::numeric_limits<double>::infinity();
    }
    return std::copysign(magnitude, x);
  }

private:
  unsigned shift;
  double leastNormal, magic, most;
};

class Summation {
public:
  Summation(size_t n, const Accumulation &how)
      : n(n), how(how), nearest(how.format) {}

  double round(double x, uint64_t index) const {
    return how.seed
               ? roundStochastic(x, how.format, randomBits(*how.seed, index))
           : how.format.hasInfinity ? nearest(x)
                                    : how.format.round(x);
  }

  /// `term(i)` is exact; `exact` terms are not rounded before they are added.
  template <typename Term> double run(Term term, bool exact) const {
    if (n == 0)
      return 0;
    size_t chunk = how.chunk == 0 ? n : std::min(how.chunk, n);
    size_t chunks = (n + chunk - 1) / chunk;
    bool strided = how.order == SumOrder::Strided;
    double total = 0;
    for (size_t c = 0; c < chunks; ++c) {
      size_t first = strided ? c : c * chunk, step = strided ? chunks : 1;
      size_t last = strided ? n : std::min(n, first + chunk);
      double sum = round(term(first), 2 * first);
      for (size_t i = first + step; i < last; i += step) {
        double x = exact ? term(i) : round(term(i), 2 * i);
        sum = round(addToOdd(sum, x), 2 * i + 1);
      }
      total = c == 0 ? sum : round(addToOdd(total, sum), 2 * (n + c) + 1);
    }
    return total;
  }

private:
  size_t n;
  const Accumulation &how;
  NearestEven nearest;
};
} // namespace

double qs::num::accumulate(const float *terms, size_t n,
                           const Accumulation &how) {
  return Summation(n, how).run(
      [&](size_t i) { return static_cast<double>(terms[i]); }, false);
}

double qs::num::accumulateDot(const float *a, const float *b, size_t n,
                              const Accumulation &how) {
  // The product of two floats is a double.
  return Summation(n, how).run(
      [&](size_t i) { return static_cast<double>(a[i]) * b[i]; }, how.fused);
}
