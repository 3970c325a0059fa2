//===- Sqnr.h - Signal to quantization noise --------------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// How far a result is from its reference: 10 log10(sum ref^2 / sum error^2),
/// summed in double in the order given.
///
//===----------------------------------------------------------------------===//

#ifndef QS_NUMERICS_SQNR_H
#define QS_NUMERICS_SQNR_H

#include <cstddef>
#include <cstdint>

namespace qs::num {

class Sqnr {
public:
  /// An exact result has no noise; it is given as this many dB, which is more
  /// than f32 can tell, so that reports hold a number. Likewise -kExactDb for
  /// noise without a signal, or a non-finite value on one side only.
  static constexpr double kExactDb = 200.0;

  /// Pairs that are bitwise the same special value (two NaNs, the same
  /// infinity) agree and add nothing.
  void add(double reference, double value);
  void add(const float *reference, const float *value, size_t count);

  /// In [-kExactDb, kExactDb]; kExactDb where nothing was added.
  double db() const;
  /// The largest |reference - value|; infinite where one side only is
  /// non-finite.
  double worst() const { return worstError; }
  uint64_t count() const { return pairs; }

private:
  double signal = 0, noise = 0, worstError = 0;
  uint64_t pairs = 0;
};

/// db() of one pair of arrays.
double sqnrDb(const float *reference, const float *value, size_t count);

} // namespace qs::num

#endif // QS_NUMERICS_SQNR_H
