//===- WeightScale.cpp - absmax, mx and nvfp4 -----------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WeightMethods.h"

#include <algorithm>
#include <cfloat>
#include <cmath>

using namespace qs::num;

float qs::num::absMaxScale(const WeightProblem &problem) {
  float most = problem.absMax();
  return most > 0
             ? std::max(most / static_cast<float>(problem.reach()), FLT_MIN)
             : 1.0f;
}

WeightResult qs::num::quantizeAbsMax(const WeightProblem &problem) {
  return problem.finish(problem.store(absMaxScale(problem)));
}

/// Shared exponent floor(log2 max|w|) - floor(log2 largest value), for any
/// storage that holds powers of two; kept where f32 is normal. The largest
/// magnitude can clip, by less than a factor of two in scale.
WeightResult qs::num::quantizeMX(const WeightProblem &problem) {
  float most = problem.absMax();
  if (most == 0)
    return problem.finish(problem.store(1));
  int exponent = std::ilogb(most) - std::ilogb(problem.reach());
  return problem.finish(
      problem.store(std::ldexp(1.0, std::clamp(exponent, -126, 127))));
}

WeightResult qs::num::quantizeTwoLevel(const WeightProblem &problem) {
  WeightOptions options = problem.options;
  options.storage = ScaleStorage::E4M3;
  WeightProblem stored(problem.run, problem.code, options);
  return stored.finish(stored.store(absMaxScale(stored)));
}
