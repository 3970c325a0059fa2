//===- Kernel.h - A case as compiled code -----------------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_TOOLS_QS_BENCH_KERNEL_H
#define QS_TOOLS_QS_BENCH_KERNEL_H

#include "Data.h"
#include "mlir/IR/MLIRContext.h"
#include "qs/Target/Native/JIT.h"
#include "qs/Target/Native/Targets.h"

namespace qs::bench {

/// The qs ops of a case, with its weights: quantized matmul or conv2d and
/// requantize, or their f32 forms, on a function of code words.
mlir::OwningOpRef<mlir::ModuleOp> buildModule(mlir::MLIRContext &context,
                                              const Case &c, const Data &data);

/// Packs and compiles the case for `target`, as qs-compile does.
class Kernel {
public:
  static llvm::Expected<Kernel> create(mlir::MLIRContext &context,
                                       const Case &c, const Data &data,
                                       const native::Target &target,
                                       int threads,
                                       llvm::StringRef object = "");

  /// Whether it sums products in i16.
  bool isNarrow() const { return narrow; }

  void operator()(const void *input, void *output) const;

private:
  std::unique_ptr<native::JIT> jit;
  bool narrow = false;
};

} // namespace qs::bench

#endif // QS_TOOLS_QS_BENCH_KERNEL_H
