//===- Timing.h - Median and minimum of repeated calls ----------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_TOOLS_QS_BENCH_TIMING_H
#define QS_TOOLS_QS_BENCH_TIMING_H

#include <algorithm>
#include <chrono>
#include <vector>

namespace qs::bench {

struct Time {
  double medianUs = 0, minUs = 0;
};

/// Calls `body` for `seconds`, at least 5 times after one call that is not
/// counted. Calls too short for the clock are timed in bundles.
template <typename Body> Time measure(Body body, double seconds) {
  using Clock = std::chrono::steady_clock;
  auto since = [](Clock::time_point start) {
    return std::chrono::duration<double, std::micro>(Clock::now() - start)
        .count();
  };
  body();
  Clock::time_point start = Clock::now();
  body();
  double once = std::max(since(start), 0.01);
  int bundle = once < 20 ? int(20 / once) + 1 : 1;
  std::vector<double> times;
  start = Clock::now();
  while (times.size() < 5 || since(start) < seconds * 1e6) {
    Clock::time_point begin = Clock::now();
    for (int i = 0; i < bundle; ++i)
      body();
    times.push_back(since(begin) / bundle);
  }
  std::sort(times.begin(), times.end());
  return {times[times.size() / 2], times.front()};
}

} // namespace qs::bench

#endif // QS_TOOLS_QS_BENCH_TIMING_H
