//===- Scf.cpp - Structured control flow ----------------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Families.h"
#include "qs/Interpreter/Interpreter.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace qs::interp {

static LogicalResult evalIf(scf::IfOp op, Call &call) {
  Region &chosen = call.scalar(0).i ? op.getThenRegion() : op.getElseRegion();
  if (chosen.empty())
    return success();
  return call.interpreter.region(chosen, {}, call.results);
}

static LogicalResult evalFor(scf::ForOp op, Call &call) {
  int64_t lower = call.scalar(0).i, upper = call.scalar(1).i,
          step = call.scalar(2).i;
  if (step <= 0)
    return call.error() << "step " << step << " is not positive";
  SmallVector<Value> carried(call.operands.begin() + 3, call.operands.end());
  ElementType type = call.scalar(0).type;
  for (int64_t i = lower; i < upper;) {
    SmallVector<Value> arguments = {Scalar::ofInt(type, i)};
    arguments.append(carried.begin(), carried.end());
    carried.clear();
    if (failed(call.interpreter.region(op.getRegion(), arguments, carried)))
      return failure();
    if (llvm::AddOverflow(i, step, i))
      break;
  }
  call.results.append(carried.begin(), carried.end());
  return success();
}

void registerScf(Registry &registry) {
  registry.add<evalIf>();
  registry.add<evalFor>();
}

} // namespace qs::interp
