//===- Reach.h - Which numbers a range is put on ----------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_NUMERICS_REACH_H
#define QS_NUMERICS_REACH_H

#include "qs/Numerics/Code.h"

namespace qs::num {

/// The numbers of a code that the ends of a range are scaled to.
struct Reach {
  double least = 0; ///< at most 0
  double most = 0;  ///< at least 0
};

/// The least and the greatest number of a bound code, but for codes that are
/// much finer in the middle (posits). On each side, with numbers v_i from v_0 =
/// 0 on, numbers spread evenly over [0, v_n] have, relative to v_n^2, the error
///
///   e_n = sum over i < n of (v_{i+1} - v_i)^3 / (12 v_n^3)
///
/// Where the last e is more than twice the least one, the number of that is
/// the reach: 16 for posit8, whose numbers go on to 2^24. Numbers beyond are
/// stored all the same.
Reach reachOf(const Code &code);

} // namespace qs::num

#endif // QS_NUMERICS_REACH_H
