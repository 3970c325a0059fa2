//===- Float16.cpp - IEEE binary16 ----------------------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Numerics/Float16.h"
#include "qs/Numerics/Round.h"

#include <cmath>
#include <cstring>

float qs::num::halfToFloat(uint16_t pattern) {
  unsigned exponent = (pattern >> 10) & 31, fraction = pattern & 1023;
  float magnitude;
  if (exponent == 31)
    magnitude = fraction ? NAN : INFINITY;
  else if (exponent == 0)
    magnitude = std::ldexp(static_cast<float>(fraction), -24);
  else
    magnitude = std::ldexp(static_cast<float>(fraction + 1024),
                           static_cast<int>(exponent) - 25);
  return pattern & 0x8000 ? -magnitude : magnitude;
}

uint16_t qs::num::floatToHalf(float x) {
  uint32_t bits;
  std::memcpy(&bits, &x, sizeof(bits));
  uint16_t sign = (bits >> 16) & 0x8000;
  if (x != x)
    return sign | 0x7e00;
  float magnitude = std::fabs(x);
  if (magnitude >= 65520.0f)
    return sign | 0x7c00;
  // The spacing of binary16 around x: 2^-24 for subnormals. The pattern of a
  // magnitude counts the steps from zero, so a carry into the exponent is
  // right.
  int exponent = magnitude < 0x1p-14f ? -14 : std::ilogb(magnitude);
  auto steps = static_cast<uint32_t>(
      roundToIntegral(std::ldexp(static_cast<double>(magnitude), 10 - exponent),
                      Rounding::HalfEven));
  return sign | static_cast<uint16_t>(
                    (static_cast<uint32_t>(exponent + 14) << 10) + steps);
}
