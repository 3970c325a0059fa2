//===- FloatTable.h - Tables that are small floats --------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where the entries of a table are what its words are as small floats (a sign,
// an exponent and a fraction, subnormals included), two shifts and a product
// give them, and no table needs to be looked up.
//
//===----------------------------------------------------------------------===//

#ifndef QS_TARGET_NATIVE_FLOATTABLE_H
#define QS_TARGET_NATIVE_FLOATTABLE_H

#include <cmath>
#include <cstdint>
#include <cstring>
#include <optional>

namespace qs::native {

struct FloatTable {
  /// Bits of a word below its sign, and those of the fraction.
  unsigned magnitudeBits = 0, mantissa = 0;
  /// A magnitude, moved so that its fraction is that of an f32, is the number
  /// times 2^-shift.
  int shift = 0;
  /// Magnitudes from here on are NaN, but for the first where `hasInfinity`.
  uint32_t special = 0;
  bool hasInfinity = false;

  /// The number of a magnitude that is not special.
  float number(uint32_t magnitude) const {
    uint32_t bits = magnitude << (23 - mantissa);
    float small;
    std::memcpy(&small, &bits, sizeof small);
    return std::ldexp(small, shift);
  }
};

/// The format that a table of `count` = 2^B numbers (4 at least) is, if it is
/// one.
inline std::optional<FloatTable> findFloatTable(const float *table,
                                                uint32_t count) {
  FloatTable found;
  while ((2u << found.magnitudeBits) < count)
    ++found.magnitudeBits;
  uint32_t half = count / 2;
  if (found.magnitudeBits < 2 || !(table[1] > 0) || !std::isfinite(table[1]))
    return {};
  for (found.mantissa = 0; found.mantissa < found.magnitudeBits;
       ++found.mantissa) {
    found.shift = 0;
    int top, own;
    if (std::frexp(table[1], &top) != std::frexp(found.number(1), &own))
      continue;
    found.shift = top - own;
    if (found.shift < -126 || found.shift > 127)
      continue;
    auto isNumber = [&](uint32_t word) {
      float wanted = found.number(word % half);
      return table[word] == (word < half ? wanted : -wanted) &&
             std::signbit(table[word]) == (word >= half);
    };
    found.special = 0;
    while (found.special < half && isNumber(found.special) &&
           isNumber(found.special + half))
      ++found.special;
    bool rest = found.special > 0;
    found.hasInfinity = found.special < half && std::isinf(table[found.special]);
    for (uint32_t m = found.special; m < half; ++m)
      for (uint32_t word : {m, m + half})
        rest &= found.hasInfinity && m == found.special
                    ? std::isinf(table[word]) &&
                          std::signbit(table[word]) == (word >= half)
                    : std::isnan(table[word]);
    if (rest)
      return found;
  }
  return {};
}

} // namespace qs::native

#endif // QS_TARGET_NATIVE_FLOATTABLE_H
