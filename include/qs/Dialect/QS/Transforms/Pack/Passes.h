//===- Passes.h - packing for a target --------------------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_DIALECT_QS_TRANSFORMS_PACK_PASSES_H
#define QS_DIALECT_QS_TRANSFORMS_PACK_PASSES_H

#include "qs/Dialect/QS/IR/QSDialect.h"
#include "qs/Target/Native/Targets.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"

namespace qs {

/// The best row of Targets.h whose features this machine has.
const native::Target &hostTarget();

/// The row called `name`, `host` included; null for an unknown name.
const native::Target *resolveTarget(llvm::StringRef name);

/// Lets one-shot bufferization turn the packed kernels from tensors to memrefs.
void registerPackBufferization(mlir::DialectRegistry &registry);

#define GEN_PASS_DECL
#include "qs/Dialect/QS/Transforms/Pack/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "qs/Dialect/QS/Transforms/Pack/Passes.h.inc"

} // namespace qs

#endif // QS_DIALECT_QS_TRANSFORMS_PACK_PASSES_H
