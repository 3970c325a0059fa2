//===- Sqnr.cpp - Signal to quantization noise ----------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Numerics/Sqnr.h"

#include <algorithm>
#include <cmath>

using namespace qs::num;

void Sqnr::add(double reference, double value) {
  ++pairs;
  bool bothNaN = reference != reference && value != value;
  if (bothNaN)
    return;
  if (!std::isfinite(reference) || !std::isfinite(value)) {
    if (reference != value)
      noise = worstError = INFINITY;
    return;
  }
  double error = std::fabs(reference - value);
  signal += reference * reference;
  noise += error * error;
  worstError = std::max(worstError, error);
}

void Sqnr::add(const float *reference, const float *value, size_t count) {
  for (size_t i = 0; i < count; ++i)
    add(static_cast<double>(reference[i]), static_cast<double>(value[i]));
}

double Sqnr::db() const {
  if (noise == 0)
    return kExactDb;
  if (signal == 0 || !std::isfinite(noise))
    return -kExactDb;
  return std::clamp(10.0 * std::log10(signal / noise), -kExactDb, kExactDb);
}

double qs::num::sqnrDb(const float *reference, const float *value,
                       size_t count) {
  Sqnr sqnr;
  sqnr.add(reference, value, count);
  return sqnr.db();
}
