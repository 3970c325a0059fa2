//===- Pack.cpp - qs constants in the layout of a target ------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Families.h"
#include "QSSupport.h"
#include "qs/Interpreter/Interpreter.h"

using namespace mlir;

namespace qs::interp {

/// The value of packed data is its bytes.
static LogicalResult evalPackedConstant(PackedConstantOp op, Call &call) {
  auto bytes = call.interpreter.constant(op.getBytes(), op.getLoc());
  if (failed(bytes))
    return failure();
  call.result(std::move(*bytes));
  return success();
}

void registerPack(Registry &registry) { registry.add<evalPackedConstant>(); }

} // namespace qs::interp
