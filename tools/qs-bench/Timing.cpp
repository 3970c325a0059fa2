//===- Timing.cpp - Median and minimum of repeated calls ------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Timing.h"
#include <algorithm>
#include <ctime>

namespace qs::bench {

/// Rounds of timeInTurn.
static constexpr int kRounds = 8;

static double microsecondsNow(int threads) {
  timespec now;
  clock_gettime(threads == 1 ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC, &now);
  return double(now.tv_sec) * 1e6 + double(now.tv_nsec) * 1e-3;
}

Time Samples::time() const {
  if (us.empty())
    return {};
  std::vector<double> sorted = us;
  std::sort(sorted.begin(), sorted.end());
  return {sorted[sorted.size() / 2], sorted.front()};
}

Contender timeCalls(std::string engine, std::function<void()> body,
                    int threads) {
  auto sample = [body = std::move(body), threads](double seconds,
                                                  Samples &samples) {
    double before = microsecondsNow(threads);
    body();
    double once = std::max(microsecondsNow(threads) - before, 0.01);
    int bundle = once < 50 ? int(50 / once) + 1 : 1;
    double start = microsecondsNow(threads), now = start;
    do {
      double begin = now;
      for (int i = 0; i < bundle; ++i)
        body();
      now = microsecondsNow(threads);
      samples.us.push_back((now - begin) / bundle);
    } while (now - start < seconds * 1e6);
    return llvm::Error::success();
  };
  return {std::move(engine), "", std::move(sample)};
}

llvm::Expected<std::vector<Time>>
timeInTurn(llvm::ArrayRef<const Contender *> contenders, double seconds) {
  std::vector<Samples> samples(contenders.size());
  for (int round = 0; round < kRounds; ++round)
    for (size_t i = 0; i < contenders.size(); ++i)
      if (llvm::Error error =
              contenders[i]->sample(seconds / kRounds, samples[i]))
        return std::move(error);
  std::vector<Time> times;
  for (const Samples &s : samples)
    times.push_back(s.time());
  return times;
}

} // namespace qs::bench
