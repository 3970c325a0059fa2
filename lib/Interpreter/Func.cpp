//===- Func.cpp - Calls between functions ---------------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Families.h"
#include "qs/Interpreter/Interpreter.h"

using namespace mlir;

namespace qs::interp {

static LogicalResult evalCall(func::CallOp op, Call &call) {
  auto callee = call.interpreter.symbols().lookup<func::FuncOp>(op.getCallee());
  if (!callee)
    return call.error() << "the module has no function @" << op.getCallee();
  SmallVector<Value> arguments(call.operands.begin(), call.operands.end());
  return call.interpreter.call(callee, arguments, call.results);
}

void registerFunc(Registry &registry) { registry.add<evalCall>(); }

} // namespace qs::interp
