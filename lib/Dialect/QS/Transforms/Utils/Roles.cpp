//===- Roles.cpp - what an op is to quantization -------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Dialect/QS/Transforms/Utils/Roles.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"
#include "qs/Dialect/QS/Transforms/Utils/Constants.h"
#include "qs/Dialect/QS/Transforms/Utils/Fallback.h"
#include "qs/Dialect/QS/Transforms/Utils/FloatLinear.h"
#include "qs/Dialect/QS/Transforms/Utils/ScalarFunctions.h"

using namespace mlir;
using namespace qs;

static bool isF32(Value value) {
  return isa<RankedTensorType>(value.getType()) &&
         getElementTypeOrSelf(value.getType()).isF32();
}

/// A sum over space, or the constant factor behind one.
static bool isMeanStep(Operation *op) {
  if (isa<tosa::ReduceSumOp>(op))
    return true;
  auto mul = dyn_cast<tosa::MulOp>(op);
  if (!mul)
    return false;
  for (int i : {0, 1})
    if (op->getOperand(i).getDefiningOp<tosa::ReduceSumOp>() &&
        readSplatFloat(op->getOperand(1 - i)))
      return true;
  return false;
}

bool qs::isFusedClamp(Operation *op) {
  auto clamp = dyn_cast<tosa::ClampOp>(op);
  if (!clamp || !clamp.getInput().hasOneUse())
    return false;
  Operation *producer = clamp.getInput().getDefiningOp();
  if (!producer)
    return false;
  if (FloatLinear::get(producer) || isa<tosa::AvgPool2dOp>(producer) ||
      isMeanStep(producer))
    return true;
  // Of two tensors; with a constant it is a function like the clamp itself.
  return isa<tosa::AddOp, tosa::SubOp, tosa::MulOp>(producer) &&
         producer->getOperand(0) != producer->getOperand(1) &&
         !getConstantElements(producer->getOperand(0)) &&
         !getConstantElements(producer->getOperand(1));
}

Role qs::getRole(Operation *op) {
  if (op->getNumResults() != 1 || !isF32(op->getResult(0)) ||
      op->hasTrait<OpTrait::ConstantLike>() || isWeightScale(op))
    return Role::None;
  if (FloatLinear::get(op))
    return Role::Linear;
  if (isa<tosa::ConcatOp>(op))
    return Role::Concat;
  if (isa<tosa::ReshapeOp, tosa::TransposeOp, tosa::SliceOp, tosa::PadOp,
          tosa::ReverseOp, tosa::TileOp, tosa::IdentityOp, tosa::MaxPool2dOp>(
          op))
    return Role::Movement;
  if (isa<tosa::AvgPool2dOp>(op) || isMeanStep(op))
    return Role::Pool;
  if (isa<tosa::ClampOp>(op))
    return Role::Clamp;
  if (getFunctionLeaf(op))
    return Role::Function;
  if (isa<tosa::AddOp, tosa::SubOp, tosa::MulOp>(op))
    return Role::Binary;
  return Role::None;
}

StringRef qs::getRecipeKind(Operation *op) {
  if (isa<tosa::MaxPool2dOp>(op))
    return "pool";
  switch (getRole(op)) {
  case Role::Linear:
    return FloatLinear::get(op)->opName();
  case Role::Binary:
    return isa<tosa::MulOp>(op) ? "mul" : "add";
  case Role::Pool:
    return "pool";
  case Role::Function:
  case Role::Clamp:
    return "lookup";
  case Role::Concat:
    return "concat";
  case Role::Movement:
  case Role::None:
    return "other";
  }
  llvm_unreachable("unknown role");
}

bool qs::isInsideLayer(Value value) {
  Operation *op = value.getDefiningOp();
  if (!op || value.use_empty())
    return false;
  if (value.hasOneUse()) {
    Operation *user = *value.user_begin();
    if (isFusedClamp(user) || (isa<tosa::ReduceSumOp>(op) && isMeanStep(user)))
      return true;
  }
  // A step of a function: every use belongs to a function of the same tensor.
  Value leaf = getFunctionLeaf(op);
  return leaf && llvm::all_of(value.getUsers(), [&](Operation *user) {
           return getScalarFunction(user) && getFunctionLeaf(user) == leaf;
         });
}

Operation *qs::getLayerOp(Value value) {
  Operation *op = value.getDefiningOp();
  while (op && isFusedClamp(op))
    op = op->getOperand(0).getDefiningOp();
  return op;
}

SmallVector<OpOperand *> qs::getActivations(Operation *op) {
  SmallVector<OpOperand *> result;
  std::optional<FloatLinear> linear = FloatLinear::get(op);
  for (OpOperand &operand : op->getOpOperands()) {
    if (!isF32(operand.get()) || getConstantElements(operand.get()))
      continue;
    // The second operand of a product may be an activation; biases are not.
    if (linear && operand.get() != linear->input &&
        operand.get() != linear->weight)
      continue;
    result.push_back(&operand);
  }
  return result;
}
