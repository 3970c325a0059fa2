//===- FlattenEmptyArguments.cpp - buffers without elements ---------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "qs/Target/Native/Passes.h"

namespace qs::native {
#define GEN_PASS_DEF_QSFLATTENEMPTYARGUMENTS
#include "qs/Target/Native/Passes.h.inc"
} // namespace qs::native

using namespace mlir;
using namespace qs::native;

namespace {

struct FlattenEmptyArguments
    : qs::native::impl::QSFlattenEmptyArgumentsBase<FlattenEmptyArguments> {
  using QSFlattenEmptyArgumentsBase::QSFlattenEmptyArgumentsBase;

  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (function.isDeclaration())
      return;
    OpBuilder b = OpBuilder::atBlockBegin(&function.front());
    for (BlockArgument argument : function.getArguments()) {
      auto type = dyn_cast<MemRefType>(argument.getType());
      if (!type || !type.hasStaticShape() || type.getNumElements() != 0 ||
          type.getRank() < 2 || !type.getLayout().isIdentity())
        continue;
      argument.setType(MemRefType::get({0}, type.getElementType(),
                                       MemRefLayoutAttrInterface(),
                                       type.getMemorySpace()));
      if (argument.use_empty())
        continue;
      // Nothing is read from it or written to it: only its shape counts. (A
      // reinterpret_cast would have to name strides that such a type lacks.)
      argument.replaceAllUsesWith(
          memref::AllocaOp::create(b, argument.getLoc(), type));
    }
    function.setFunctionType(b.getFunctionType(
        function.front().getArgumentTypes(), function.getResultTypes()));
  }
};

} // namespace
