//===- InlineScopes.cpp - allocation scopes that allocate nothing ---------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Pass/Pass.h"
#include "qs/Target/Native/Passes.h"

namespace qs::native {
#define GEN_PASS_DEF_QSINLINESCOPES
#include "qs/Target/Native/Passes.h.inc"
} // namespace qs::native

using namespace mlir;

namespace {

struct InlineScopes : qs::native::impl::QSInlineScopesBase<InlineScopes> {
  using QSInlineScopesBase::QSInlineScopesBase;

  void runOnOperation() override {
    SmallVector<memref::AllocaScopeOp> scopes;
    getOperation().walk([&](memref::AllocaScopeOp scope) {
      bool allocates =
          scope.walk([](memref::AllocaOp) { return WalkResult::interrupt(); })
              .wasInterrupted();
      if (!allocates && scope.getBodyRegion().hasOneBlock())
        scopes.push_back(scope);
    });
    for (memref::AllocaScopeOp scope : scopes) {
      Block &body = scope.getBodyRegion().front();
      Operation *end = body.getTerminator();
      scope->replaceAllUsesWith(end->getOperands());
      end->erase();
      scope->getBlock()->getOperations().splice(scope->getIterator(),
                                                body.getOperations());
      scope->erase();
    }
  }
};

} // namespace
