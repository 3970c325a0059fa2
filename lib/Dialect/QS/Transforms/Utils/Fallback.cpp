//===- Fallback.cpp - what stays float, and why --------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Dialect/QS/Transforms/Utils/Fallback.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/Remarks.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "qs/Dialect/QS/IR/Names.h"
#include "qs/Dialect/QS/IR/QSOps.h"

using namespace mlir;
using namespace qs;

void qs::emitFallbackRemark(Operation *op, StringRef pass, StringRef reason) {
  using remark::RemarkOpts;
  std::string function;
  if (auto parent = op->getParentOfType<FunctionOpInterface>())
    function = parent.getName().str();
  std::string layer = getLayerName(op);
  using Arg = remark::detail::Remark::Arg;
  remark::missed(op->getLoc(),
                 RemarkOpts::name(pass).category("qs").function(function))
      << Arg("Layer", layer) << Arg("Op", op->getName().getStringRef())
      << Arg("Reason", reason);
}

void qs::markFallback(Operation *op, StringRef reason) {
  op->setAttr(kFallbackAttr, StringAttr::get(op->getContext(), reason));
  emitFallbackRemark(op, "fallback", reason);
}

static bool isFloatTensor(Type type) {
  return isa<FloatType>(getElementTypeOrSelf(type));
}

/// A scale of run time, perhaps in another shape.
static bool isRuntimeScale(Value value) {
  while (auto expand = value.getDefiningOp<tensor::ExpandShapeOp>())
    value = expand.getSrc();
  if (Operation *op = value.getDefiningOp();
      op && (isa<ChooseParamsOp>(op) || op->hasAttr(kScaleMapAttr)))
    return true;
  return llvm::any_of(value.getUsers(), [&](Operation *user) {
    if (auto quantize = dyn_cast<QuantizeOp>(user))
      return quantize.getScale() == value;
    auto dequantize = dyn_cast<DequantizeOp>(user);
    return dequantize && dequantize.getScale() == value;
  });
}

/// What folding makes where an integer layer gives floats: the layer's sums (of
/// groups, as f32), or f32(sum); then * unit; then * the scale of each row;
/// then + bias; then the clamp that belongs to the layer.
static bool isAccumulatorDequantize(Operation *op) {
  if (!op)
    return false;
  if (isa<qs::MatmulOp, qs::Conv2DOp>(op))
    return bool(QuantType::of(op->getOperand(0).getType()));
  if (isa<tosa::CastOp>(op)) {
    Type sums = getElementTypeOrSelf(op->getOperand(0).getType());
    return sums.isInteger(32) || sums.isInteger(64);
  }
  if (isa<tensor::ExpandShapeOp>(op))
    return isRuntimeScale(op->getResult(0)) ||
           isAccumulatorDequantize(op->getOperand(0).getDefiningOp());
  if (isa<tosa::ClampOp>(op))
    return isAccumulatorDequantize(op->getOperand(0).getDefiningOp());
  return isa<tosa::MulOp, tosa::AddOp>(op) &&
         (matchPattern(op->getOperand(1), m_Constant()) ||
          isRuntimeScale(op->getOperand(1))) &&
         isAccumulatorDequantize(op->getOperand(0).getDefiningOp());
}

/// What only shapes or starts a result, and the scalars of an op's body, which
/// are not ops of their own to the user.
static bool isPartOfLinalg(Operation *op) {
  return isa<tensor::EmptyOp, linalg::FillOp>(op) ||
         isa_and_nonnull<linalg::LinalgDialect>(
             op->getParentOp() ? op->getParentOp()->getDialect() : nullptr);
}

bool qs::isWeightScale(Operation *op) {
  auto mul = dyn_cast<tosa::MulOp>(op);
  auto dequantize =
      mul ? mul.getInput1().getDefiningOp<DequantizeOp>() : DequantizeOp();
  auto cast = dequantize
                  ? dequantize.getInput().getDefiningOp<StorageCastOp>()
                  : StorageCastOp();
  return cast && matchPattern(cast.getInput(), m_Constant()) &&
         matchPattern(mul.getInput2(), m_Constant());
}

bool qs::isFloatCompute(Operation *op) {
  if (isWeightScale(op) || op->hasAttr(kScaleMapAttr))
    return false;
  if (op->hasTrait<OpTrait::ConstantLike>() ||
      op->hasTrait<OpTrait::IsTerminator>() || op->getNumResults() == 0)
    return false;
  if (isa<QuantizeOp, DequantizeOp, ObserveOp, ChooseParamsOp, RequantizeOp,
          RequantizeFixedOp, AddOp, MulOp, FunctionOpInterface,
          tosa::ConstShapeOp>(op) ||
      isPartOfLinalg(op) || isAccumulatorDequantize(op))
    return false;
  return llvm::any_of(op->getOperandTypes(), isFloatTensor) ||
         llvm::any_of(op->getResultTypes(), isFloatTensor);
}

bool qs::isMovement(Operation *op) {
  return isa<tosa::ReshapeOp, tosa::TransposeOp, tosa::SliceOp, tosa::PadOp,
             tosa::ConcatOp, tosa::ReverseOp, tosa::TileOp, tosa::GatherOp,
             tosa::IdentityOp, tensor::CollapseShapeOp, tensor::ExpandShapeOp,
             tensor::CastOp, tensor::ReshapeOp, tensor::ExtractSliceOp,
             tensor::ConcatOp>(op);
}
