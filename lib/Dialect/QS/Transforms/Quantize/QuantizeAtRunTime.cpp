//===- QuantizeAtRunTime.cpp - dynamic activations -----------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerChoices.h"
#include "qs/Dialect/QS/Transforms/Utils/Constants.h"
#include "qs/Dialect/QS/Transforms/Utils/FloatLinear.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;
using namespace qs;

/// The axis of the rows of a matrix product's left operand, where each has a
/// scale of its own: its size is known, and no batch shares the index.
static std::optional<int64_t> getRowAxis(RankedTensorType type) {
  int64_t rank = type.getRank();
  if (rank < 2 || type.isDynamicDim(rank - 2) ||
      llvm::any_of(
          type.getShape().drop_back(2), [](int64_t size) { return size != 1; }))
    return {};
  return rank - 2;
}

/// Numbers that are converted have no scale.
static bool isConverted(QuantType type) {
  return type.getCode().getArithmetic()->isFloat();
}

/// The type that `operand` of a linear op is quantized to.
static QuantType typeFor(const FloatLinear &linear, OpOperand &operand,
                         QuantType asked) {
  Value value = operand.get();
  if (isConverted(asked) || linear.isConv() || value != linear.input ||
      value == linear.weight)
    return asked;
  std::optional<int64_t> axis =
      getRowAxis(cast<RankedTensorType>(value.getType()));
  if (!axis)
    return asked;
  return asked.withScale(AxisScaleAttr::get(asked.getContext(), *axis,
                                            asked.getScale().getStorage()));
}

/// Signed integers are symmetric: their kernels need no zero points then.
static Value quantizeByContent(OpBuilder &b, Location loc, Value value,
                               QuantType type) {
  auto real = cast<RankedTensorType>(value.getType());
  if (isConverted(type)) {
    Value one = makeScales(b, loc, {}, 1.0f, type.getScale().getStorage());
    Value codes =
        QuantizeOp::create(b, loc, RankedTensorType::get(real.getShape(), type),
                           value, one, Value());
    return DequantizeOp::create(b, loc, real, codes, one, Value());
  }
  bool symmetric = type.isInteger() && type.getIntegerRange().first < 0;
  SmallVector<int64_t> shape;
  if (!type.getScale().isPerTensor())
    shape.push_back(real.getDimSize(type.getScale().getScaledAxis()));
  auto params = ChooseParamsOp::create(
      b, loc, RankedTensorType::get(shape, b.getF32Type()),
      RankedTensorType::get(shape, b.getI32Type()), value, type, symmetric);
  bool hasZeroPoint = type.isInteger() && !symmetric;
  Value zeroPoint = hasZeroPoint ? params.getZeroPoint() : Value();
  Value codes =
      QuantizeOp::create(b, loc, RankedTensorType::get(real.getShape(), type),
                         value, params.getScale(), zeroPoint);
  return DequantizeOp::create(b, loc, real, codes, params.getScale(),
                              zeroPoint);
}

unsigned qs::quantizeAtRunTime(Operation *function,
                               const LayerChoices &choices) {
  // Layers that share a tensor share its codes.
  llvm::MapVector<std::pair<Value, QuantType>, Value> forms;
  SmallVector<Operation *> ops;
  function->walk([&](Operation *op) {
    if (choices.isKnown(op) && choices.of(op).dynamic &&
        !choices.of(op).signs && choices.of(op).role == Role::Linear)
      ops.push_back(op);
  });
  for (Operation *op : ops) {
    FloatLinear linear = *FloatLinear::get(op);
    for (OpOperand *operand : getActivations(op)) {
      Value value = operand->get();
      QuantType type = typeFor(linear, *operand, choices.of(op).activation);
      Value &made = forms[{value, type}];
      if (!made) {
        OpBuilder b(op->getContext());
        b.setInsertionPointAfterValue(value);
        made = quantizeByContent(b, value.getLoc(), value, type);
      }
      operand->set(made);
    }
  }
  return forms.size();
}
