//===- Float16.h - IEEE binary16 --------------------------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Conversions between binary16 patterns and float, in integer arithmetic.
///
//===----------------------------------------------------------------------===//

#ifndef QS_NUMERICS_FLOAT16_H
#define QS_NUMERICS_FLOAT16_H

#include <cstdint>

namespace qs::num {

/// The value of a binary16 pattern; exact. NaN stays NaN.
float halfToFloat(uint16_t pattern);

/// The nearest binary16, ties to even; from 65520 on infinity, NaN stays NaN.
uint16_t floatToHalf(float x);

} // namespace qs::num

#endif // QS_NUMERICS_FLOAT16_H
