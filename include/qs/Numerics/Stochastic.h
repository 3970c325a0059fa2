//===- Stochastic.h - Seeded stochastic rounding ----------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Rounding to one of the two neighbours with a probability that makes the
/// expected value the number itself: P(up) is the fraction that is discarded.
/// The random number belongs to (seed, index of the element) and to nothing
/// else, so results repeat in any order and on any number of threads.
///
//===----------------------------------------------------------------------===//

#ifndef QS_NUMERICS_STOCHASTIC_H
#define QS_NUMERICS_STOCHASTIC_H

#include "qs/Numerics/Code.h"

namespace qs::num {

/// 64 random bits for an element: mix(mix(seed) + index * 0x9e3779b97f4a7c15)
/// modulo 2^64, where mix is the finalizer of SplitMix64 (Steele, Lea, Flood:
/// Fast Splittable Pseudorandom Number Generators, 2014):
///   z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9
///   z = (z ^ z >> 27) * 0x94d049bb133111eb
///   z = z ^ z >> 31
uint64_t randomBits(uint64_t seed, uint64_t index);

/// True with probability p in [0, 1]: the upper 53 bits are below p * 2^53.
bool isBelow(uint64_t random, double p);

/// The integer below or above x; x of less than 2^52 in magnitude.
double roundStochastic(double x, uint64_t random);

/// A number of the format next to x. Beyond the greatest finite one as
/// FloatFormat::round(); numbers that the format holds and NaN stay.
double roundStochastic(double x, const FloatFormat &format, uint64_t random);

/// The pattern of a value next to x among those of a bound code; saturates, and
/// NaN goes to the value nearest to zero.
uint32_t encodeStochastic(const Code &code, double x, uint64_t random);

} // namespace qs::num

#endif // QS_NUMERICS_STOCHASTIC_H
