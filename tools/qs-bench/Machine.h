//===- Machine.h - Measured limits of this machine --------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_TOOLS_QS_BENCH_MACHINE_H
#define QS_TOOLS_QS_BENCH_MACHINE_H

#include "Jit.h"
#include "Timing.h"
#include "mlir/IR/MLIRContext.h"
#include <map>
#include <string>

namespace qs::bench {

/// A bound, ready to be measured in turn with what it bounds.
struct Limit {
  std::string name;
  Contender contender;
  /// Units of work of one call, and 1e9 of them a second when it was made.
  double units = 0, rate = 0;
};

/// What one core can do, measured by generated code in this process.
class Machine {
public:
  Machine(mlir::MLIRContext &context, const native::Target &target,
          double seconds)
      : context(context), target(target), seconds(seconds) {}

  /// The target's dot primitive over rows of one kind with all operands in
  /// registers; its unit is one multiply-accumulate.
  enum class Products { Integer, Narrow, Words, Float, Signs };
  llvm::Expected<const Limit *> dot(Products products);

  /// Reading `bytes` of memory again and again with the target's vectors, in
  /// one or four streams, whichever is faster; its unit is one byte.
  llvm::Expected<const Limit *> read(int64_t bytes);

private:
  llvm::Error makeRead(Limit &limit, int64_t bytes, int64_t streams);
  llvm::Error measure(Limit &limit, std::string name, double units,
                      std::function<void()> call);

  mlir::MLIRContext &context;
  const native::Target &target;
  double seconds;
  std::map<Products, Limit> dots;
  std::map<int64_t, Limit> reads;
};

} // namespace qs::bench

#endif // QS_TOOLS_QS_BENCH_MACHINE_H
