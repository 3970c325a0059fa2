//===- Results.h - One line of the table ------------------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_TOOLS_QS_BENCH_RESULTS_H
#define QS_TOOLS_QS_BENCH_RESULTS_H

#include "Cases.h"
#include "Timing.h"
#include "llvm/Support/raw_ostream.h"

namespace qs::bench {

/// What bounds a case on this machine.
struct Limit {
  std::string name;
  /// Time that the bound allows.
  double us = 0;
};

struct Row {
  const Case *c = nullptr;
  std::string engine;
  int threads = 1;
  Time time;
  Limit limit;
  std::string note;

  double gmacs() const { return c->macs() / time.medianUs / 1e3; }
  /// The limits are the best of many measurements, so the best is what they are
  /// held against.
  double share() const { return limit.us / time.minUs; }
};

void writeCsvHeader(llvm::raw_ostream &os);
void writeCsv(llvm::raw_ostream &os, const Row &row);
/// For people, in columns.
void writeText(llvm::raw_ostream &os, const Row &row);

} // namespace qs::bench

#endif // QS_TOOLS_QS_BENCH_RESULTS_H
