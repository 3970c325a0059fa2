//===- Accumulate.h - Sums in a stated format and order ---------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Sums whose every addition is rounded to a float format, in chunks: terms are
/// added one by one into the partial sum of their chunk, then the partial sums
/// one by one in their order. The rounding error of a sum of N terms then grows
/// as N / L + L for chunks of L, not as N (Wang et al.: Training Deep Neural
/// Networks with 8-bit Floating Point Numbers, 2018, with L = 64 and the format
/// e6m9).
///
///   consecutive   chunk c is the terms c L .. c L + L - 1
///   strided       with C = ceil(N / L) chunks, chunk c is c, c + C, c + 2 C,
///   ...
///
/// Every partial sum starts with its first term (no addition to zero).
///
//===----------------------------------------------------------------------===//

#ifndef QS_NUMERICS_ACCUMULATE_H
#define QS_NUMERICS_ACCUMULATE_H

#include "qs/Numerics/FloatFormat.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace qs::num {

enum class SumOrder : uint8_t { Consecutive, Strided };

struct Accumulation {
  FloatFormat format; ///< f32 unless said otherwise
  size_t chunk = 0;   ///< terms of a chunk; 0 for one chunk
  SumOrder order = SumOrder::Consecutive;
  /// Products join the sum exactly, with one rounding for both (fma); otherwise
  /// they are rounded to the format first.
  bool fused = false;
  /// Stochastic instead of nearest-even rounding of the additions and products.
  /// Term i draws index 2 i for its product and 2 i + 1 for its addition, chunk
  /// c draws 2 (N + c) + 1.
  std::optional<uint64_t> seed;
};

/// `f32`, `f16`, `bf16`, or `eXmY` with 2..8 bits of exponent and 1..23 of
/// mantissa, infinities included. std::nullopt and a text in `error` for
/// others.
std::optional<FloatFormat> parseFloatFormat(std::string_view text,
                                            std::string &error);

/// The sum of n terms, each rounded to the format first. 0 for none. Overflow
/// is infinite, as in FloatFormat::round().
double accumulate(const float *terms, size_t n, const Accumulation &how);

/// The sum of a[i] * b[i].
double accumulateDot(const float *a, const float *b, size_t n,
                     const Accumulation &how);

} // namespace qs::num

#endif // QS_NUMERICS_ACCUMULATE_H
