//===- LogCode.cpp - Powers of 2 and of sqrt(2) ---------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
// D. Miyashita, E. Lee, B. Murmann: Convolutional Neural Networks using
// Logarithmic Data Representation, 2016. Here zero has a word of its own.
//
//===----------------------------------------------------------------------===//

#include "qs/Numerics/Code.h"

#include <algorithm>
#include <cmath>

using namespace qs::num;

/// 2^(1/4), 2^(1/2), 2^(3/4): the least double at or above each. They are
/// irrational, so a double is above the root if and only if it is not below
/// these.
static constexpr double kRoot1 = 0x1.306fe0a31b716p+0;
static constexpr double kRoot2 = 0x1.6a09e667f3bcdp+0;
static constexpr double kRoot3 = 0x1.ae89f995ad3aep+0;

namespace {
/// The top bit is the sign (signed codes), the rest a word m:
///
///   m = 0                 0, with sign bit 0; sign bit 1 is illegal
///   m = 1 .. M            base^(m - M), M = 2^(bits of m) - 1
///
/// so the largest value is 1 and the full-scale range is the scale. Powers of
/// sqrt(2) with an odd exponent are the nearest double.
///
/// Nearest means on the log scale: the word is M + round(log_base |x|), and 0
/// from there down, so zero counts as base^-M, one step below the smallest
/// value. Base 2 switches where the mantissa of x is sqrt(2), and |x| becomes 0
/// exactly below 2^(1 - M - 1/2); base sqrt(2) switches at 2^(1/4) and
/// 2^(3/4), and gives 0 below 2^((1 - M - 1/2) / 2). No double lies on a
/// switch, so there are no ties. Directed modes compare values: toward_zero
/// takes the next smaller magnitude, 0 included. Unsigned codes send negative
/// numbers to 0.
class LogCode : public Code {
public:
  LogCode(unsigned width, bool isSignedCode, bool isRoot)
      : width(width), isSignedCode(isSignedCode), isRoot(isRoot),
        top((1 << (width - isSignedCode)) - 1) {}

  std::string name() const override {
    return std::string(isSignedCode ? "" : "u") +
           (isRoot ? "logsqrt2_" : "log2_") + std::to_string(width);
  }
  unsigned bits() const override { return width; }
  bool isSigned() const override { return isSignedCode; }
  bool isLegal(uint32_t pattern) const override {
    return pattern < numPatterns() && (pattern == 0 || word(pattern) != 0);
  }

  double decode(uint32_t pattern) const override {
    if (!isLegal(pattern))
      return NAN;
    double magnitude = magnitudeOf(word(pattern));
    return word(pattern) == static_cast<int>(pattern) ? magnitude : -magnitude;
  }

  uint32_t encode(double x, Rounding rounding) const override {
    if (x != x || x == 0)
      return 0;
    bool negative = x < 0;
    if (negative && !isSignedCode)
      return 0;
    int m = wordOf(std::fabs(x), negative, rounding);
    return static_cast<uint32_t>(negative && m ? m + top + 1 : m);
  }

private:
  int word(uint32_t pattern) const { return static_cast<int>(pattern) & top; }

  double magnitudeOf(int m) const {
    if (m == 0)
      return 0;
    int exponent = m - top;
    if (!isRoot)
      return std::ldexp(1.0, exponent);
    // Floor division: odd exponents are sqrt(2) times the power below.
    int half = exponent >> 1;
    return std::ldexp(exponent & 1 ? kRoot2 : 1.0, half);
  }

  int wordOf(double magnitude, bool negative, Rounding rounding) const {
    if (magnitude >= 1)
      return top;
    int exponent = std::ilogb(magnitude);
    double mantissa = std::ldexp(magnitude, -exponent);
    bool directed = rounding == Rounding::Floor || rounding == Rounding::Ceil ||
                    rounding == Rounding::TowardZero;
    if (directed) {
      int below = isRoot ? 2 * exponent + (mantissa >= kRoot2) : exponent;
      below = std::max(below + top, 0);
      bool outward = rounding == (negative ? Rounding::Floor : Rounding::Ceil);
      return outward && magnitudeOf(below) < magnitude ? below + 1 : below;
    }
    int nearest =
        isRoot ? 2 * exponent + (mantissa >= kRoot1) + (mantissa >= kRoot3)
               : exponent + (mantissa >= kRoot2);
    return std::max(nearest + top, 0);
  }

  unsigned width;
  bool isSignedCode, isRoot;
  int top;
};
} // namespace

std::unique_ptr<Code> qs::num::makeLog2Code(unsigned bits) {
  return std::make_unique<LogCode>(bits, true, false);
}
std::unique_ptr<Code> qs::num::makeULog2Code(unsigned bits) {
  return std::make_unique<LogCode>(bits, false, false);
}
std::unique_ptr<Code> qs::num::makeLogSqrt2Code(unsigned bits) {
  return std::make_unique<LogCode>(bits, true, true);
}
std::unique_ptr<Code> qs::num::makeULogSqrt2Code(unsigned bits) {
  return std::make_unique<LogCode>(bits, false, true);
}
