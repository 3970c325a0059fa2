//===- Results.h - One line of the table ------------------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_TOOLS_QS_BENCH_RESULTS_H
#define QS_TOOLS_QS_BENCH_RESULTS_H

#include "Timing.h"
#include "llvm/Support/raw_ostream.h"
#include <array>
#include <optional>

namespace qs::bench {

struct Row {
  std::string name, engine, weights, activations;
  /// M, N, K of a matrix multiply; the shape of others stands in the name.
  std::optional<std::array<int64_t, 3>> shape;
  double macs = 0;
  int threads = 1;
  Time time;
  /// What binds: `dot`, `fma` or `read`; and the time that it allows, measured
  /// in turn with the case.
  std::string limit;
  Time limitTime;
  /// Without commas.
  std::string note;

  double gmacs() const { return macs / time.medianUs / 1e3; }
  double share() const { return limitTime.medianUs / time.medianUs; }
  double bestShare() const { return limitTime.minUs / time.minUs; }
};

void writeCsvHeader(llvm::raw_ostream &os);
void writeCsv(llvm::raw_ostream &os, const Row &row);
/// For people, in columns.
void writeText(llvm::raw_ostream &os, const Row &row);

} // namespace qs::bench

#endif // QS_TOOLS_QS_BENCH_RESULTS_H
