//===- Timing.h - Median and minimum of repeated calls ----------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_TOOLS_QS_BENCH_TIMING_H
#define QS_TOOLS_QS_BENCH_TIMING_H

#include <algorithm>
#include <ctime>
#include <vector>

namespace qs::bench {

struct Time {
  double medianUs = 0, minUs = 0;
};

/// Seconds of this thread's processor time where `threads` is 1, so that other
/// programs on the machine do not count; of the wall clock otherwise.
inline double secondsNow(int threads) {
  timespec now;
  clock_gettime(threads == 1 ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC, &now);
  return double(now.tv_sec) + double(now.tv_nsec) * 1e-9;
}

/// As `threads`: the wall clock also for one thread.
inline constexpr int wallClock = 0;

/// Calls `body` for `seconds`, at least 5 times after one call that is not
/// counted. Calls too short for the clock are timed in bundles.
template <typename Body>
Time measure(Body body, double seconds, int threads = 1) {
  auto since = [&](double start) {
    return (secondsNow(threads) - start) * 1e6;
  };
  body();
  double start = secondsNow(threads);
  body();
  double once = std::max(since(start), 0.01);
  int bundle = once < 50 ? int(50 / once) + 1 : 1;
  std::vector<double> times;
  start = secondsNow(threads);
  while (times.size() < 5 || since(start) < seconds * 1e6) {
    double begin = secondsNow(threads);
    for (int i = 0; i < bundle; ++i)
      body();
    times.push_back(since(begin) / bundle);
  }
  std::sort(times.begin(), times.end());
  return {times[times.size() / 2], times.front()};
}

} // namespace qs::bench

#endif // QS_TOOLS_QS_BENCH_TIMING_H
