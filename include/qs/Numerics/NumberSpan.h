//===- NumberSpan.h - What numbers have in common ---------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Bounds on the bits of numbers, from which follows whether a float format
/// holds them, or their products, without rounding.
///
//===----------------------------------------------------------------------===//

#ifndef QS_NUMERICS_NUMBERSPAN_H
#define QS_NUMERICS_NUMBERSPAN_H

#include "qs/Numerics/Code.h"
#include "qs/Numerics/FloatFormat.h"

namespace qs::num {

/// Each finite number is an integer of at most `bits` bits times 2^exponent or
/// a greater power of two, and below 2^limit in magnitude.
struct NumberSpan {
  int bits = 1, exponent = 0, limit = 0;

  /// The span of all products of one number of either.
  NumberSpan times(const NumberSpan &other) const {
    return {bits + other.bits, exponent + other.exponent, limit + other.limit};
  }
  /// Whether the format has every number of the span.
  bool fits(const FloatFormat &format) const {
    return bits <= int(format.mantissaBits) + 1 && isWholeIn(format) &&
           limit - 1 <= format.maxExponent();
  }
  /// Whether all numbers are multiples of the least positive one of the format,
  /// and so are their sums.
  bool isWholeIn(const FloatFormat &format) const {
    return exponent >= format.minExponent() - int(format.mantissaBits);
  }
};

/// Collects numbers; zeros, infinities and NaN count for nothing.
class SpanFinder {
public:
  void add(double number);
  NumberSpan span() const;

private:
  bool any = false;
  NumberSpan found;
};

/// The span of all numbers of a code that is bound, each as f32.
NumberSpan spanOf(const Code &code);

} // namespace qs::num

#endif // QS_NUMERICS_NUMBERSPAN_H
