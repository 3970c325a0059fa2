//===- Accumulator.h - How wide a sum can get -------------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The least and the greatest value that an integer accumulator can take, from
/// the actual weights: sum of a_k w_k + bias with every a_k anywhere in a
/// range. Each term is least or greatest at one end of the range, independently
/// of the others, so the bounds of the sum are reached.
///
//===----------------------------------------------------------------------===//

#ifndef QS_NUMERICS_ACCUMULATOR_H
#define QS_NUMERICS_ACCUMULATOR_H

#include "qs/Numerics/Code.h"

#include <cstddef>
#include <vector>

namespace qs::num {

struct AccumulatorBound {
  /// Of the whole sum, bias included. Both are reached.
  LevelRange sum;
  /// Of every partial sum in any order, beginning with the bias or with 0:
  /// holds `sum`, the bias and 0.
  LevelRange partial;
};

/// One output: weights `weights[k * stride]` for k < count, less their zero
/// point where they have one, as are the activations. Products and sums need to
/// stay below 2^63, as they do for 16-bit codes and count < 2^28.
AccumulatorBound boundAccumulator(const int32_t *weights, size_t count,
                                  size_t stride, LevelRange activations,
                                  int64_t bias = 0);

/// The union of the bounds of N outputs; weights are [N, K], row major, and
/// `bias` is [N] or null.
AccumulatorBound boundAccumulators(const int32_t *weights, size_t n, size_t k,
                                   LevelRange activations,
                                   const int64_t *bias = nullptr);

/// The greatest n for which the sum of the products of any n consecutive steps
/// stays in a two's complement integer of `bits` bits, in any order and for any
/// activations in a range (0 counts as one, too): a step is `perStep` of the
/// weights, the last one may be short. As many as there are steps where nothing
/// leads out of it, 0 where a single step does.
size_t stepsWithin(const std::vector<int32_t> &weights, size_t perStep,
                   LevelRange activations, unsigned bits);

/// Bits of the least two's complement integer that holds the range:
/// ceil(log2(max(-min, 1 + max))) + 1, and at least 1.
unsigned accumulatorBits(LevelRange range);

/// The greatest sum of |w| with which an accumulator of `accumulator` bits
/// cannot overflow for activations of `activation` bits (Colbert, Pappalardo,
/// Petri- Koenig: A2Q, 2023): (2^(P-1) - 1) / 2^(N - signed).
double a2qNormBound(unsigned accumulator, unsigned activation,
                    bool signedActivations);

} // namespace qs::num

#endif // QS_NUMERICS_ACCUMULATOR_H
