//===- GroupUtils.h - What plain and GPTQ rounding share --------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_LIB_NUMERICS_GROUPUTILS_H
#define QS_LIB_NUMERICS_GROUPUTILS_H

#include "WeightMethods.h"
#include "qs/Numerics/Groups.h"

namespace qs::num {

/// Whether the code has values and the method codes by nearest ones.
bool checkGroups(const Code &code, const GroupOptions &options,
                 std::string &error);

/// The stored scale for a run.
std::optional<float> chooseGroupScale(const WeightRun &run, const Code &code,
                                      const GroupOptions &options,
                                      std::string &error);

/// A weight at the nearest value of a scaled code.
struct NearestValue {
  const Code &code;
  const WeightOptions &options;
  WeightRun none;
  WeightProblem problem{none, code, options};

  NearestValue(const Code &code, const WeightOptions &options)
      : code(code), options(options) {}

  float operator()(float w, float stored, uint32_t &pattern) const {
    float scale = problem.effective(stored);
    pattern = problem.encode(w, scale, code);
    return static_cast<float>(code.decode(pattern)) * scale;
  }
};

} // namespace qs::num

#endif // QS_LIB_NUMERICS_GROUPUTILS_H
