//===- TableCode.cpp - Codes that are a short table -----------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TableCode.h"

#include <algorithm>
#include <cmath>

using namespace qs::num;

void TableCode::setValues(std::vector<double> values) {
  byPattern = std::move(values);
  sorted.clear();
  for (uint32_t p = 0; p < byPattern.size(); ++p)
    if (!std::isnan(byPattern[p]))
      sorted.push_back(p);
  std::sort(sorted.begin(), sorted.end(), [&](uint32_t a, uint32_t b) {
    return byPattern[a] != byPattern[b] ? byPattern[a] < byPattern[b] : a < b;
  });
  sorted.erase(std::unique(sorted.begin(), sorted.end(),
                           [&](uint32_t a, uint32_t b) {
                             return byPattern[a] == byPattern[b];
                           }),
               sorted.end());
}

bool TableCode::isLegal(uint32_t pattern) const {
  return pattern < byPattern.size() && !std::isnan(byPattern[pattern]);
}

double TableCode::decode(uint32_t pattern) const {
  return pattern < byPattern.size() ? byPattern[pattern] : NAN;
}

uint32_t TableCode::encode(double x, Rounding rounding) const {
  if (x != x)
    return encode(0, Rounding::HalfEven);
  auto above = std::lower_bound(
      sorted.begin(), sorted.end(), x,
      [&](uint32_t p, double value) { return byPattern[p] < value; });
  if (above == sorted.end())
    return sorted.back();
  uint32_t greater = *above;
  if (above == sorted.begin() || byPattern[greater] == x)
    return greater;
  uint32_t lesser = *std::prev(above);
  double toLesser = x - byPattern[lesser], toGreater = byPattern[greater] - x;
  bool inward = rounding == Rounding::TowardZero;
  if (rounding == Rounding::Floor ||
      (inward && x > 0 && byPattern[lesser] >= 0))
    return lesser;
  if (rounding == Rounding::Ceil ||
      (inward && x < 0 && byPattern[greater] <= 0))
    return greater;
  if (toLesser != toGreater)
    return toLesser < toGreater ? lesser : greater;
  return takesGreater(lesser, greater, rounding) ? greater : lesser;
}
