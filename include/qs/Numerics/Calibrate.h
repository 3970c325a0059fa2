//===- Calibrate.h - From a histogram to a range ----------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Methods that choose the range of reals that a quantized tensor covers. All
/// are deterministic functions of a histogram, so they do not depend on the
/// order of batches either. Ranges come from finite values only, hold 0, and
/// never reach beyond the observed [min, max] widened to hold 0.
///
/// minmax      [min, max].
/// percentile  Symmetric: the least bin edge T with p % of all values inside
///             [-T, T]. Asymmetric: (100 - p) / 2 % may lie outside at each
///             end.
/// mse         The clip that minimises the sum of squared errors of the code at
///             hand, every bin standing for its centre. Candidates: both ends
///             scaled by k/128, k = 1..128; asymmetric ranges then improve the
///             lower and the upper end by themselves over the same grid. Ties
///             go to the wider range.
/// kl          The TensorRT threshold, see klThreshold().
/// pact        The clip of PACT (Choi et al., 2018), found in data instead of
///             trained: pactClip() of the values above zero with the steps of
///             the code. With values on both sides of zero, which PACT does not
///             have, it is that of |x| with half of the steps, on both sides.
///
/// mse, kl and pact need bins finer than levels; where they are not (codes of
/// more than some 10 bits), the range is [min, max], and the reason says so.
///
/// How kl treats signs: a symmetric range uses the histogram of |x| and the
/// levels above zero (128 for int8, zero included). An asymmetric one with
/// values on one side only uses that side and all levels (256 for 8 bits). With
/// values on both sides, the threshold T comes from |x| and half of the levels,
/// and the range is [max(min, -T), min(max, T)]. Exact zeros are left out:
/// every candidate represents them without error, and the many zeros behind a
/// ReLU would only pull T down by being spread over the first level.
///
//===----------------------------------------------------------------------===//

#ifndef QS_NUMERICS_CALIBRATE_H
#define QS_NUMERICS_CALIBRATE_H

#include "qs/Numerics/Code.h"
#include "qs/Numerics/Histogram.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace qs::num {

enum class CalibrationMethod : uint8_t { MinMax, Percentile, MSE, KL, PACT };

/// `minmax`, `percentile`, `mse`, `kl`, `pact`.
const char *toString(CalibrationMethod method);
std::optional<CalibrationMethod> parseCalibrationMethod(std::string_view text);
/// The names of all methods.
std::vector<std::string> calibrationMethods();

struct CalibrationOptions {
  CalibrationMethod method = CalibrationMethod::MinMax;
  /// For percentile: in (0, 100].
  double percentile = 99.99;
  /// Whether scale and zero point will be symmetric (zero point 0).
  bool symmetric = false;
  /// Levels of the code that will be used.
  LevelRange levels = {0, 255};
  /// In their place a code that is no integer, for mse; not owned.
  const Code *code = nullptr;
};

/// The chosen range, min <= 0 <= max; where symmetric, max = -min, except for
/// tensors without negative values, where min = 0.
struct CalibratedRange {
  float min = 0, max = 0;
  /// One line for reports: the method and what it found.
  std::string reason;
};

CalibratedRange calibrate(const Histogram &histogram,
                          const CalibrationOptions &options);

/// What klThreshold() found.
struct KLResult {
  /// Bins kept: the i that minimises the divergence.
  unsigned bins = 0;
  double divergence = 0;
};

/// The threshold of TensorRT (2017) on a histogram H of magnitudes with B bins
/// and L levels. For i = L..B:
///   P = H[0:i], the counts beyond added to P[i-1];
///   Q = H[0:i] without them, merged to L levels (bin j to level j*L / i), each
///       level's sum spread evenly over its bins with H > 0;
///   both normalised; D = sum P ln(P / Q) over P > 0.
/// i = B clips nothing and is a candidate. Traps, and what is done:
///   * H[i-1] = 0 while outliers make P[i-1] > 0: Q[i-1] is set to 10^-4 of one
///     count before normalising, which makes D large but finite.
///   * H[0:i] all zero: Q does not exist, i is no candidate.
///   * Ties go to the larger i: clipping needs a reason.
/// B <= L gives i = B. The clip is at (i + 1/2) * bin width. std::nullopt where
/// H is all zero. The cost is O(B L).
std::optional<KLResult> klThreshold(const std::vector<uint64_t> &counts,
                                    unsigned levels);

} // namespace qs::num

#endif // QS_NUMERICS_CALIBRATE_H
