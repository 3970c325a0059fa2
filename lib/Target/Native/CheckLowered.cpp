//===- CheckLowered.cpp - nothing but the LLVM dialect --------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/OpenMP/OpenMPDialect.h"
#include "qs/Target/Native/Passes.h"

namespace qs::native {
#define GEN_PASS_DEF_QSCHECKLOWERED
#include "qs/Target/Native/Passes.h.inc"
} // namespace qs::native

using namespace mlir;
using namespace qs::native;

namespace {

struct CheckLowered : qs::native::impl::QSCheckLoweredBase<CheckLowered> {
  using QSCheckLoweredBase::QSCheckLoweredBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    WalkResult result = module.walk<WalkOrder::PreOrder>([&](Operation *op) {
      if (op == module ||
          isa_and_nonnull<LLVM::LLVMDialect, omp::OpenMPDialect>(
              op->getDialect()))
        return WalkResult::advance();
      op->emitError() << "cannot be lowered: expected ops of the LLVM dialect "
                         "only, found '"
                      << op->getName() << "'";
      return WalkResult::interrupt();
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }
};

} // namespace
