//===- QuantizeActivations.cpp - observers to quantize, dequantize -------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerChoices.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "qs/Dialect/QS/Transforms/Utils/Constants.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;
using namespace qs;

namespace {

class Quantizer {
public:
  explicit Quantizer(const LayerChoices &choices) : choices(choices) {}

  void observed(ObserveOp observe);
  void concatenation(tosa::ConcatOp concat);
  unsigned numQuantized = 0;

private:
  /// The type that `user` wants of a tensor it takes; null for float.
  QuantType wanted(Operation *user, unsigned depth = 0) const;
  /// The type for the result of the layer behind `value`, where that layer is
  /// integer.
  QuantType produced(Value value) const;
  /// dequantize(quantize(value)) over the range.
  Value quantized(OpBuilder &b, Location loc, Value value, QuantType type,
                  RangeAttr range);

  const LayerChoices &choices;
};

} // namespace

/// Chains of movement longer than this end in float.
constexpr unsigned kMaxDepth = 64;

QuantType Quantizer::wanted(Operation *user, unsigned depth) const {
  if (!choices.isKnown(user))
    return {};
  const OpChoice &choice = choices.of(user);
  if (!choice.activation)
    return {};
  // Codes pass through; what takes them on the other side decides.
  if (choice.role == Role::Movement) {
    if (depth < kMaxDepth)
      for (Operation *next : user->getResult(0).getUsers())
        if (QuantType type = wanted(next, depth + 1))
          return type;
    return {};
  }
  // Operands of a concatenation take the parameters of its result.
  if (choice.role == Role::Concat)
    return {};
  return choice.activation;
}

QuantType Quantizer::produced(Value value) const {
  Operation *op = getLayerOp(value);
  if (!op || !choices.isKnown(op))
    return {};
  return choices.of(op).activation;
}

Value Quantizer::quantized(OpBuilder &b, Location loc, Value value,
                           QuantType type, RangeAttr range) {
  num::AffineParams params = num::chooseAsymmetric(
      float(range.getMinValue()), float(range.getMaxValue()), levelsOf(type),
      storageOf(type.getScale().getStorage()));
  Value scale =
      makeScales(b, loc, {}, params.scale, type.getScale().getStorage());
  Value zeroPoint;
  if (params.zeroPoint)
    zeroPoint = makeInts(b, loc, {}, params.zeroPoint);
  auto real = cast<RankedTensorType>(value.getType());
  Value codes =
      QuantizeOp::create(b, loc, RankedTensorType::get(real.getShape(), type),
                         value, scale, zeroPoint);
  ++numQuantized;
  return DequantizeOp::create(b, loc, real, codes, scale, zeroPoint);
}

void Quantizer::observed(ObserveOp observe) {
  OpBuilder b(observe);
  Value value = observe.getInput();
  RangeAttr range = observe.getRangeAttr();
  QuantType own = produced(value);
  // A tensor in each form that is asked for; the null type is float.
  llvm::MapVector<QuantType, Value> forms;
  auto form = [&](QuantType type) {
    if (!type)
      type = own;
    if (!type)
      return value;
    Value &made = forms[type];
    if (!made)
      made = quantized(b, observe.getLoc(), value, type, range);
    return made;
  };
  SmallVector<OpOperand *> concats;
  for (OpOperand &use : llvm::make_early_inc_range(observe->getUses())) {
    if (isa<tosa::ConcatOp>(use.getOwner()))
      concats.push_back(&use);
    else
      use.set(form(wanted(use.getOwner())));
  }
  // A form that exists is requantized; otherwise the concatenation quantizes.
  for (OpOperand *use : concats)
    use->set(forms.empty() ? value : forms.begin()->second);
  observe.erase();
}

/// One set of parameters for all operands: those of the observed result.
void Quantizer::concatenation(tosa::ConcatOp concat) {
  if (!concat->hasOneUse() || !choices.isKnown(concat))
    return;
  auto observe = dyn_cast<ObserveOp>(*concat->user_begin());
  QuantType type = choices.of(concat).activation;
  if (!observe || !type)
    return;
  for (Operation *user : observe->getUsers())
    if (QuantType asked = wanted(user)) {
      type = asked;
      break;
    }
  OpBuilder b(concat);
  for (OpOperand &operand : concat->getOpOperands())
    operand.set(quantized(b, concat.getLoc(), operand.get(), type,
                          observe.getRangeAttr()));
}

unsigned qs::quantizeActivations(Operation *function,
                                 const LayerChoices &choices) {
  Quantizer quantizer(choices);
  SmallVector<Operation *> ops;
  function->walk([&](Operation *op) {
    if (isa<ObserveOp, tosa::ConcatOp>(op))
      ops.push_back(op);
  });
  for (Operation *op : ops) {
    if (auto concat = dyn_cast<tosa::ConcatOp>(op))
      quantizer.concatenation(concat);
    else
      quantizer.observed(cast<ObserveOp>(op));
  }
  return quantizer.numQuantized;
}
