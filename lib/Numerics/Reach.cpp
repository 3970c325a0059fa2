//===- Reach.cpp - Which numbers a range is put on ------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Numerics/Reach.h"

#include <algorithm>
#include <vector>

using namespace qs::num;

/// The reach of the positive numbers among `sign` times those of the code.
static double reachOn(const Code &code, double sign) {
  std::vector<double> numbers;
  for (uint64_t p = 0; p < code.numPatterns(); ++p) {
    auto pattern = static_cast<uint32_t>(p);
    if (code.isLegal(pattern) && sign * code.decode(pattern) > 0)
      numbers.push_back(sign * code.decode(pattern));
  }
  std::sort(numbers.begin(), numbers.end());
  double sum = 0, before = 0, last = 0, least = 0, best = 0;
  for (double number : numbers) {
    double step = number - before;
    sum += step * step * step;
    last = sum / (number * number * number);
    if (before == 0 || last < least) {
      least = last;
      best = number;
    }
    before = number;
  }
  return last > 2 * least ? best : before;
}

Reach qs::num::reachOf(const Code &code) {
  // Floats and integers are as fine at their ends, and may have many numbers.
  if (code.floatFormat() || code.isInteger())
    return {std::min(code.minValue(), 0.0), std::max(code.maxValue(), 0.0)};
  return {-reachOn(code, -1), reachOn(code, 1)};
}
