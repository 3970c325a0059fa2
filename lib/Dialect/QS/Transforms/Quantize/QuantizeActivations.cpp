//===- QuantizeActivations.cpp - observers to quantize, dequantize -------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerChoices.h"
#include "ScaleLimits.h"
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
  /// dequantize(quantize(value)) over the range that `observe` saw; rounded at
  /// random where there is a seed.
  Value quantized(OpBuilder &b, Location loc, Value value, QuantType type,
                  ObserveOp observe, std::optional<uint64_t> seed);

  const LayerChoices &choices;
};

} // namespace

/// Scale and zero point of a range. Codes that are no integers have their least
/// or greatest number at its end, whichever asks for the larger scale; floats
/// that are stored by conversion have none.
static num::AffineParams chooseParams(QuantType type, RangeAttr range,
                                      num::ScaleStorage storage) {
  auto min = float(range.getMinValue()), max = float(range.getMaxValue());
  if (type.isInteger())
    return num::chooseAsymmetric(min, max, levelsOf(type), storage);
  std::unique_ptr<num::Code> code = type.getCode().getArithmetic();
  if (code->isFloat())
    return {};
  return {num::chooseScale(min, max, *code, storage), 0};
}

Value Quantizer::quantized(OpBuilder &b, Location loc, Value value,
                           QuantType type, ObserveOp observe,
                           std::optional<uint64_t> seed) {
  Type storage = type.getScale().getStorage();
  RangeAttr range = observe.getRangeAttr();
  num::AffineParams params = chooseParams(type, range, storageOf(storage));
  num::AffineParams exact = chooseParams(type, range, num::ScaleStorage::F32);
  warnOfLostRange(observe.getLoc(), observe.getName(), storage, exact.scale);
  Value scale = makeScales(b, loc, {}, params.scale, storage);
  Value zeroPoint;
  if (params.zeroPoint)
    zeroPoint = makeInts(b, loc, {}, params.zeroPoint);
  auto real = cast<RankedTensorType>(value.getType());
  auto codes =
      QuantizeOp::create(b, loc, RankedTensorType::get(real.getShape(), type),
                         value, scale, zeroPoint);
  if (seed) {
    codes.setRounding(RoundingMode::Stochastic);
    codes.setSeed(int64_t(*seed));
  }
  ++numQuantized;
  return DequantizeOp::create(b, loc, real, codes, scale, zeroPoint);
}

void Quantizer::observed(ObserveOp observe) {
  OpBuilder b(observe);
  Value value = observe.getInput();
  QuantType own = choices.produced(value);
  // A tensor in each form that is asked for; the null type is float. Who wants
  // it rounded at random, by whatever seed, shares no form with the others.
  llvm::MapVector<std::pair<QuantType, Attribute>, Value> forms;
  auto form = [&](OpOperand &use) {
    QuantType type = choices.usedAs(use, own);
    if (!type)
      return value;
    const TensorChoice *choice = choices.activationsAs(use, value);
    std::optional<uint64_t> seed =
        choice ? choice->seedFor(observe.getName()) : std::nullopt;
    Attribute rounding =
        seed ? b.getI64IntegerAttr(int64_t(*seed)) : IntegerAttr();
    Value &made = forms[{type, rounding}];
    if (!made)
      made = quantized(b, observe.getLoc(), value, type, observe, seed);
    return made;
  };
  SmallVector<OpOperand *> concats;
  for (OpOperand &use : llvm::make_early_inc_range(observe->getUses())) {
    if (isa<tosa::ConcatOp>(use.getOwner()))
      concats.push_back(&use);
    else
      use.set(form(use));
  }
  // A form that exists is requantized; otherwise the concatenation quantizes.
  for (OpOperand *use : concats)
    use->set(forms.empty() ? value : forms.begin()->second);
  observe.erase();
}

/// One set of parameters for all operands: those of the observed result.
void Quantizer::concatenation(tosa::ConcatOp concat) {
  if (!choices.isKnown(concat))
    return;
  // Where it is stored in several codes, the operands take the first.
  ObserveOp observe;
  for (Operation *user : concat->getUsers()) {
    auto found = dyn_cast<ObserveOp>(user);
    if (!found)
      return;
    if (!observe || found->isBeforeInBlock(observe))
      observe = found;
  }
  QuantType type = choices.of(concat).activation;
  if (!observe || !type)
    return;
  for (Operation *user : observe->getUsers())
    if (QuantType asked = choices.wanted(user)) {
      type = asked;
      break;
    }
  OpBuilder b(concat);
  const TensorChoice &own = choices.of(concat).recipe.activations;
  for (OpOperand &operand : concat->getOpOperands())
    operand.set(quantized(b, concat.getLoc(), operand.get(), type, observe,
                          own.seedFor((observe.getName() + "#" +
                                       Twine(operand.getOperandNumber()))
                                          .str())));
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
