//===- WeightJob.h - the weight of one layer on its way ---------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_LIB_DIALECT_QS_TRANSFORMS_QUANTIZE_WEIGHTJOB_H
#define QS_LIB_DIALECT_QS_TRANSFORMS_QUANTIZE_WEIGHTJOB_H

#include "WeightCodes.h"
#include "qs/Dialect/QS/Transforms/Utils/FloatLinear.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace qs {

/// The weight of one layer and how the recipe wants it stored.
struct WeightJob {
  FloatLinear linear;
  TensorChoice wanted;
  QuantType type;
  std::vector<float> values;
  llvm::SmallVector<int64_t> paramShape;
  /// The scale that each element uses, of `numParams` many.
  std::vector<int64_t> scaleOf;
  size_t numParams = 0;
  /// Why the scale is another than the recipe's; empty where it is not.
  std::string scaleNote;

  /// The job of a linear op with constant weights. A group scale whose size
  /// does not divide the reduction gives way to `axis`, or is an error where
  /// the recipe asks `byName`. Errors are emitted at the op.
  static llvm::FailureOr<WeightJob>
  make(const FloatLinear &linear, const TensorChoice &wanted, bool byName);

  std::unique_ptr<num::Code> code() const {
    return type.getCode().getArithmetic();
  }
  /// Weights are converted, not scaled.
  bool hasNoScale(const num::Code &code) const {
    return code.isBound() && (code.isFloat() || wanted.scale.granularity ==
                                                    num::Granularity::None);
  }
  /// A weight that was pruned, and stays 0 whatever other weights lose.
  bool isPruned(int64_t flat) const {
    return wanted.pruned && values[size_t(flat)] == 0;
  }
  /// Affine integers, with a range of their own.
  bool isAffine(const num::Code &code) const;
  /// The least scale for which the layer's bias stays in range in units of the
  /// accumulator, for each scale; empty for codes that are no integers.
  std::vector<float> leastScales() const;
};

/// Scales by the recipe's method, weights at the nearest values. Nothing, with
/// the reason in `why`, where the method does not take the code.
std::optional<WeightCodes> codeNearest(const WeightJob &job, std::string &why);

/// The code that an element of scale `param` has: bound to its codebook, seen
/// through its zero point.
std::unique_ptr<num::Code> codeOf(const WeightJob &job,
                                  const WeightCodes &codes, size_t param);

/// What the weights stand for.
std::vector<float> realWeights(const WeightJob &job, const WeightCodes &codes);

/// Rounds the weights anew, at random, on the scales and codebooks that `codes`
/// has: r(seed, i) of docs/Numerics.md for element i, row major.
void roundAtRandom(const WeightJob &job, uint64_t seed, WeightCodes &codes);

/// GPTQ on the scales of codeNearest(), with H from calibration. An output
/// whose error on those data would grow keeps its nearest values. Nothing, with
/// the reason in `why`, without H.
std::optional<WeightCodes> codeWithFeedback(const WeightJob &job,
                                            std::string &why);

} // namespace qs

#endif // QS_LIB_DIALECT_QS_TRANSFORMS_QUANTIZE_WEIGHTJOB_H
