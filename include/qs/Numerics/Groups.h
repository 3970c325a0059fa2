//===- Groups.h - Matrices with a scale for each group ----------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// A weight matrix [N, K], row major, one row for each output channel, whose
/// rows are cut into groups that have a scale of their own; and codebooks that
/// all groups of a tensor share.
///
//===----------------------------------------------------------------------===//

#ifndef QS_NUMERICS_GROUPS_H
#define QS_NUMERICS_GROUPS_H

#include "qs/Numerics/WeightQuantizer.h"

namespace qs::num {

struct GroupOptions {
  /// Weights of a row that share a scale; 0 for the whole row. The last group
  /// of a row may be shorter.
  size_t groupSize = 0;
  /// A method of WeightQuantizer.h whose weights go to their nearest values, or
  /// `none` for scale 1.
  std::string method = "absmax";
  WeightOptions weights;
};

struct GroupResult {
  /// [N, ceil(K / groupSize)]: stored scales, to be multiplied by the tensor
  /// scale.
  std::vector<float> scales;
  std::vector<uint32_t> patterns; ///< [N, K]
  std::vector<float> values;      ///< [N, K], what the weights stand for
};

/// Every group to its nearest values (round to nearest, RTN). `importance` is
/// [K] or null. std::nullopt and a text in `error` as quantizeWeights(), and
/// for codes without values and methods that code by thresholds (twn, ttq,
/// kmeans).
std::optional<GroupResult> quantizeGroups(const float *weights, size_t n,
                                          size_t k, const Code &code,
                                          const GroupOptions &options,
                                          const float *importance,
                                          std::string &error);

struct SharedCodebookResult {
  /// As stored: integers of -127..127 for int8.
  std::vector<double> codebook;
  GroupResult groups;
  /// The sum of importance * (w - value)^2.
  double error = 0;
};

/// One codebook for all groups of a tensor. Weights, divided by the largest
/// magnitude of their group, train it by k-means, with the square of what they
/// were divided by as importance; scales follow by the method in `options`
/// (absmax, mse, ...); then both steps once more with the scales found, and the
/// better of the two results is taken. `code` is a codebook, bound or not;
/// `options.weights` holds the options of k-means and the storage of entries.
/// `importance` is [K] or null. Pruned weights (0) keep the value 0 where
/// kmeans.excludeZero is set. std::nullopt as quantizeGroups().
std::optional<SharedCodebookResult>
quantizeSharedCodebook(const float *weights, size_t n, size_t k,
                       const Code &code, const GroupOptions &options,
                       const float *importance, std::string &error);

} // namespace qs::num

#endif // QS_NUMERICS_GROUPS_H
