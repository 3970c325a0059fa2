//===- FloatFormat.h - Floats of a few bits ---------------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Floats of (e, m) bits: a sign, e bits of exponent, m of mantissa, subnormals
/// where the exponent field is 0. What the topmost patterns mean differs:
///
///   format   e  m   bias  topmost exponent                      largest
///   f16      5  10  15    inf and NaN                           65504
///   bf16     8  7   127   inf and NaN                           3.39e38
///   f8e5m2   5  2   15    inf and NaN                           57344
///   f8e4m3   4  3   7     numbers, but for the last (NaN)       448
///   f6e2m3   2  3   1     numbers                               7.5
///   f6e3m2   3  2   3     numbers                               28
///   f4e2m1   2  1   1     numbers                               6
///
/// Sources: IEEE 754 (f16, f32), OCP 8-bit Floating Point Specification (f8),
/// OCP Microscaling Formats (f6, f4). Everything is computed in integer steps
/// of the format, so nothing is rounded twice.
///
//===----------------------------------------------------------------------===//

#ifndef QS_NUMERICS_FLOATFORMAT_H
#define QS_NUMERICS_FLOATFORMAT_H

#include "qs/Numerics/Enums.h"

#include <cstdint>

namespace qs::num {

struct FloatFormat {
  unsigned exponentBits = 8, mantissaBits = 23; ///< 2..8 and 0..23
  int bias = 127;
  /// The topmost exponent stands for infinity (mantissa 0) and NaN.
  bool hasInfinity = true;
  /// Some pattern is NaN. Without infinities it is the one of all ones.
  bool hasNaN = true;

  bool operator==(const FloatFormat &o) const {
    return exponentBits == o.exponentBits && mantissaBits == o.mantissaBits &&
           bias == o.bias && hasInfinity == o.hasInfinity && hasNaN == o.hasNaN;
  }

  unsigned bits() const { return 1 + exponentBits + mantissaBits; }
  /// The exponent of the smallest normal number; subnormals share its steps.
  int minExponent() const { return 1 - bias; }
  /// The exponent of the greatest finite number.
  int maxExponent() const;
  double maxFinite() const;
  /// Whether the pattern is a finite number. False for bits above bits().
  bool isFinite(uint32_t pattern) const;
  /// The number; NaN where the pattern is NaN or has bits above bits().
  double decode(uint32_t pattern) const;
  /// The pattern of a finite number that the format holds; the sign of zero is
  /// kept.
  uint32_t patternOf(double value) const;
  /// The number of the format for `x`, saturated to the finite ones. NaN stays
  /// NaN. Ties of half_even go to the even mantissa; the sign of zero is kept.
  double roundSaturated(double x, Rounding rounding) const;
  /// As IEEE conversions do it, nearest even: from half a step above the
  /// greatest finite number on infinity (NaN in formats that have none; the
  /// greatest number in formats that have neither).
  double round(double x) const;
};

/// e bits of exponent and m of mantissa as IEEE would have it: bias
/// 2^(e-1) - 1, infinities and NaN.
FloatFormat ieeeFormat(unsigned exponentBits, unsigned mantissaBits);

} // namespace qs::num

#endif // QS_NUMERICS_FLOATFORMAT_H
