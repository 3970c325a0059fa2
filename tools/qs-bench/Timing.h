//===- Timing.h - Things to time, and how ------------------------*- C++
//-*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_TOOLS_QS_BENCH_TIMING_H
#define QS_TOOLS_QS_BENCH_TIMING_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"
#include <functional>
#include <string>
#include <vector>

namespace qs::bench {

struct Time {
  double medianUs = 0, minUs = 0;
};

/// Times of single calls, in microseconds.
struct Samples {
  std::vector<double> us;
  /// Zero where there are none.
  Time time() const;
};

/// Something that is timed beside others: a kernel, a network, a limit of the
/// machine, another library.
struct Contender {
  /// As the column `engine` says it.
  std::string engine;
  std::string note;
  /// Adds what it measures in about `seconds` (at least one call).
  std::function<llvm::Error(double seconds, Samples &samples)> sample;
};

/// A contender that calls a function of this process. On one thread its clock
/// is the thread's processor time, so that other programs on the machine do
/// not count; on several the wall clock. Calls that are too short for the
/// clock are timed in bundles. Each round begins with a call that is not
/// counted.
Contender timeCalls(std::string engine, std::function<void()> body,
                    int threads);

/// Samples all contenders in turn, several rounds each, `seconds` in all for
/// each: what the machine does meanwhile is done to all of them.
llvm::Expected<std::vector<Time>>
timeInTurn(llvm::ArrayRef<const Contender *> contenders, double seconds);

} // namespace qs::bench

#endif // QS_TOOLS_QS_BENCH_TIMING_H
