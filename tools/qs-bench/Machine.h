//===- Machine.h - Measured limits of this machine --------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_TOOLS_QS_BENCH_MACHINE_H
#define QS_TOOLS_QS_BENCH_MACHINE_H

#include "Jit.h"
#include "mlir/IR/MLIRContext.h"
#include <map>
#include <string>

namespace qs::bench {

/// What one core can do, measured by generated code in this process.
class Machine {
public:
  Machine(mlir::MLIRContext &context, const native::Target &target,
          double seconds)
      : context(context), target(target), seconds(seconds) {}

  /// Multiply-accumulates a second, in 1e9, of the target's dot primitive with
  /// all operands in registers.
  llvm::Expected<double> peak(bool isFloat);

  /// Bytes a second, in 1e9, of reading `bytes` of memory again and again with
  /// the target's vectors, in order.
  llvm::Expected<double> readBandwidth(int64_t bytes);

private:
  mlir::MLIRContext &context;
  const native::Target &target;
  double seconds;
  std::map<bool, double> peaks;
  std::map<int64_t, double> bandwidths;
};

} // namespace qs::bench

#endif // QS_TOOLS_QS_BENCH_MACHINE_H
