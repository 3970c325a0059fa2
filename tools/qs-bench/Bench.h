//===- Bench.h - Measures one case beside its limit and peers ----*- C++
//-*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_TOOLS_QS_BENCH_BENCH_H
#define QS_TOOLS_QS_BENCH_BENCH_H

#include "Machine.h"
#include "Peers.h"
#include "Results.h"
#include <set>

namespace qs::bench {

/// What all cases share.
class Bench {
public:
  /// `table` may be null. Each contender of a case is timed for `seconds`. A
  /// non-empty `object` names a file that gets the object code of kernels.
  Bench(mlir::MLIRContext &context, const native::Target &target,
        Machine &machine, const std::vector<std::unique_ptr<Peer>> &peers,
        llvm::raw_ostream *table, int threads, double seconds,
        std::string object)
      : context(context), target(target), machine(machine), peers(peers),
        table(table), threads(threads), seconds(seconds),
        object(std::move(object)) {}

  /// Compiles, checks and times a case and writes its rows. An error is one
  /// that the case cannot run or computes something else.
  llvm::Error run(const Case &c);
  llvm::Error run(const NetworkCase &c);

private:
  /// The tighter bound of `macs` products that read `bytes` of weights once.
  llvm::Expected<const Limit *> limitOf(Machine::Products products,
                                        double macs, int64_t bytes);
  llvm::Error measure(Row row, const Limit &limit, double units,
                      std::vector<Contender> contenders);
  /// Says, once, what a peer does not run.
  void leaveOut(const Peer &peer, llvm::Error why);

  mlir::MLIRContext &context;
  const native::Target &target;
  Machine &machine;
  const std::vector<std::unique_ptr<Peer>> &peers;
  llvm::raw_ostream *table;
  int threads;
  double seconds;
  std::string object;
  std::set<std::string> said;
};

} // namespace qs::bench

#endif // QS_TOOLS_QS_BENCH_BENCH_H
