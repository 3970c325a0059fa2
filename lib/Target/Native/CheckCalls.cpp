//===- CheckCalls.cpp - what the inliner left -----------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Interfaces/CallInterfaces.h"
#include "qs/Target/Native/Passes.h"

namespace qs::native {
#define GEN_PASS_DEF_QSCHECKCALLS
#include "qs/Target/Native/Passes.h.inc"
} // namespace qs::native

using namespace mlir;
using namespace qs::native;

namespace {

struct CheckCalls : qs::native::impl::QSCheckCallsBase<CheckCalls> {
  using QSCheckCallsBase::QSCheckCallsBase;

  static LogicalResult check(ModuleOp module, Operation *op) {
    if (isa<ModuleOp>(op) && op != module)
      return op->emitError("modules in modules are not supported");
    if (!isa<CallOpInterface>(op))
      return success();
    auto call = dyn_cast<func::CallOp>(op);
    if (!call)
      return op->emitError("calls are not supported: expected a call of a "
                           "function by its name");
    auto callee = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(
        call, call.getCalleeAttr());
    InFlightDiagnostic error = op->emitError("calls are not supported: '")
                               << call.getCallee() << "' ";
    if (callee && callee.isDeclaration())
      error << "has no body";
    else
      error << "could not be inlined, as one that is recursive";
    return error;
  }

  void runOnOperation() override {
    bool failed = false;
    getOperation().walk([&](Operation *op) {
      failed |= mlir::failed(check(getOperation(), op));
    });
    if (failed)
      signalPassFailure();
  }
};

} // namespace
