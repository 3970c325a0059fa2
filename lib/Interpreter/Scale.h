//===- Scale.h - Fixed-point scaling that TOSA ops share ---------*- C++
//-*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_LIB_INTERPRETER_SCALE_H
#define QS_LIB_INTERPRETER_SCALE_H

#include <cstdint>

namespace qs::interp {

/// value / count as TOSA's integer average computes it: by a 32-bit reciprocal
/// of `count`, rounded once, ties up. Needs 0 < count < 2^31.
int64_t tosaDivide(int64_t value, int64_t count);

} // namespace qs::interp

#endif // QS_LIB_INTERPRETER_SCALE_H
