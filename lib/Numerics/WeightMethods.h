//===- WeightMethods.h - What the methods for weights share -----*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_LIB_NUMERICS_WEIGHTMETHODS_H
#define QS_LIB_NUMERICS_WEIGHTMETHODS_H

#include "qs/Numerics/WeightQuantizer.h"

namespace qs::num {

/// One run, its code and options; turns scales into results and errors.
class WeightProblem {
public:
  WeightProblem(const WeightRun &run, const Code &code,
                const WeightOptions &options);

  const WeightRun &run;
  const Code &code;
  const WeightOptions &options;

  double weight(size_t i) const { return uniform ? 1.0 : run.importance[i]; }
  float absMax() const;
  /// What absMax() is divided by; at least one value has this magnitude.
  double reach() const { return largest; }
  /// The weighted mean of |w|.
  double meanMagnitude() const;

  /// The stored scale nearest to an effective one.
  float store(double effective) const;
  float effective(float stored) const { return stored * options.tensorScale; }
  /// Each weight at its nearest value; `with` is the code that decodes.
  uint32_t encode(float w, float effective, const Code &with) const;
  double errorOf(float stored) const;
  /// Everything about a stored scale, weights at their nearest values.
  WeightResult finish(float stored) const { return finish(stored, code); }
  WeightResult finish(float stored, const Code &with) const;
  /// The same for patterns that are chosen already.
  WeightResult finish(float stored, const Code &with,
                      std::vector<uint32_t> patterns) const;

private:
  bool uniform;
  double largest;
};

/// absMax() / reach() in f32, as chooseSymmetric() has it; 1 for all-zero runs.
float absMaxScale(const WeightProblem &problem);

/// Entries trained by k-means, in front of them the 0 of pruned weights where
/// the options say so; one for each of the code's parameters.
std::vector<double> trainEntries(const WeightRun &run, const Code &code,
                                 const WeightOptions &options);
/// The code with its entries, which for pruned weights begin with a 0.
std::unique_ptr<Code> bindEntries(const Code &code,
                                  const std::vector<double> &entries,
                                  const WeightOptions &options,
                                  std::string &error);

/// Turns real entries into those of a stored codebook, and gives the stored
/// scale they are multiples of: for int8 the greatest magnitude / 127, for
/// floats the greatest magnitude where `normalise` is set, else 1.
std::unique_ptr<Code> bindStored(const WeightProblem &problem,
                                 std::vector<double> &entries, bool normalise,
                                 float &stored);

/// What `method` makes of the weights that are not 0, and the word of 0 for
/// the others. The code has a 0.
WeightResult quantizePruned(const WeightRun &run, const Code &code,
                            const WeightOptions &options,
                            WeightResult (*method)(const WeightProblem &));

/// The methods. They need a code that takesCode() accepts and finite weights.
WeightResult quantizeAbsMax(const WeightProblem &problem);
WeightResult quantizeMSE(const WeightProblem &problem);
WeightResult quantizeMX(const WeightProblem &problem);
WeightResult quantizeTwoLevel(const WeightProblem &problem);
WeightResult quantizeTWN(const WeightProblem &problem);
WeightResult quantizeTWNExact(const WeightProblem &problem);
WeightResult quantizeMean(const WeightProblem &problem);
WeightResult quantizeTTQ(const WeightProblem &problem);
WeightResult quantizeKMeans(const WeightProblem &problem);
WeightResult quantizeKMeansLinear(const WeightProblem &problem);
WeightResult quantizeKMeansDensity(const WeightProblem &problem);
WeightResult quantizeKMeansRandom(const WeightProblem &problem);

} // namespace qs::num

#endif // QS_LIB_NUMERICS_WEIGHTMETHODS_H
