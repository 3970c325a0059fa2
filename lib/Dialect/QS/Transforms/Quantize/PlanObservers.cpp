//===- PlanObservers.cpp - which codes each range is for ------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerChoices.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "qs/Dialect/QS/IR/Names.h"
#include "qs/Dialect/QS/Transforms/Quantize/Passes.h"
#include "qs/Dialect/QS/Transforms/Quantize/Quantize.h"
#include "qs/Dialect/QS/Transforms/Utils/Constants.h"
#include "qs/Dialect/QS/Transforms/Utils/InputGrams.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringSet.h"
#include <cmath>

namespace qs {
#define GEN_PASS_DEF_PLANOBSERVERS
#include "qs/Dialect/QS/Transforms/Quantize/Passes.h.inc"
} // namespace qs

using namespace mlir;
using namespace qs;

namespace {

/// One range: the code it is chosen for and how, and the uses that take it.
struct Form {
  QuantType type;
  std::optional<CalibrationSpec> calibration;
  SmallVector<OpOperand *> uses;
};

class Planner {
public:
  Planner(ModuleOp module, const LayerChoices &choices) : choices(choices) {
    module.walk([&](ObserveOp op) { taken.insert(op.getName()); });
  }
  void plan(ObserveOp observe);

private:
  const LayerChoices &choices;
  llvm::StringSet<> taken;
};

} // namespace

void Planner::plan(ObserveOp observe) {
  QuantType own = choices.produced(observe.getInput());
  // By code and method: scales of another storage share a range.
  llvm::MapVector<std::pair<Attribute, Attribute>, Form> forms;
  auto formOf = [&](QuantType type,
                    std::optional<CalibrationSpec> by) -> Form & {
    auto method =
        StringAttr::get(type.getContext(), by ? by->toString() : std::string());
    Form &form = forms[{type.getCode(), method}];
    form.type = type;
    form.calibration = by;
    return form;
  };
  SmallVector<OpOperand *> uses;
  for (OpOperand &use : observe->getUses())
    // A concatenation takes whatever form there is.
    if (!isa<tosa::ConcatOp>(use.getOwner()))
      uses.push_back(&use);
  // The first op that takes the tensor keeps the name, in whatever order uses
  // are stored.
  Block *block = observe->getBlock();
  llvm::sort(uses, [&](OpOperand *a, OpOperand *b) {
    Operation *first = block->findAncestorOpInBlock(*a->getOwner());
    Operation *second = block->findAncestorOpInBlock(*b->getOwner());
    if (first == second)
      return a->getOperandNumber() < b->getOperandNumber();
    return first->isBeforeInBlock(second);
  });
  for (OpOperand *use : uses) {
    QuantType type = choices.usedAs(*use, own);
    if (!type)
      continue;
    formOf(type, choices.calibrationAs(*use, observe.getInput()))
        .uses.push_back(use);
  }
  if (forms.empty() && own)
    formOf(own, choices.calibrationOf(observe.getInput()));
  ObserveOp current = observe;
  for (auto &entry : forms) {
    Form &form = entry.second;
    if (current != observe || observe->hasAttr(kObserveForAttr)) {
      OpBuilder b(observe->getContext());
      b.setInsertionPointAfter(current);
      std::string base =
          (observe.getName() + "#" + form.type.getCode().getCodeName()).str();
      std::string name = base;
      for (unsigned n = 2; !taken.insert(name).second; ++n)
        name = base + "#" + std::to_string(n);
      current = ObserveOp::create(b, observe.getLoc(), observe.getType(),
                                  observe.getInput(), name, RangeAttr());
      for (OpOperand *use : form.uses)
        use->set(current.getResult());
    }
    current->setAttr(kObserveForAttr, TypeAttr::get(form.type));
    if (form.calibration)
      current->setAttr(
          kObserveByAttr,
          StringAttr::get(observe->getContext(), form.calibration->toString()));
  }
}

/// Weights to be quantized that are not finite, found before a calibration sees
/// what they make of the activations behind them.
static LogicalResult checkWeights(ModuleOp module,
                                  const LayerChoices &choices) {
  WalkResult result = module.walk([&](Operation *op) {
    std::optional<FloatLinear> linear = FloatLinear::get(op);
    if (!linear || !choices.isKnown(op) ||
        choices.of(op).recipe.weights.isFloat())
      return WalkResult::advance();
    std::optional<std::vector<float>> values = readFloats(linear->weight);
    for (float value : values.value_or(std::vector<float>()))
      if (!std::isfinite(value)) {
        op->emitError() << "layer '" << getLayerName(op)
                        << "': expected finite weights, found " << value;
        return WalkResult::interrupt();
      }
    return WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

LogicalResult qs::planObservers(ModuleOp module, const Recipe &recipe) {
  LayerChoices choices;
  if (failed(choices.resolve(module, recipe)) ||
      failed(checkWeights(module, choices)))
    return failure();
  SmallVector<ObserveOp> observers;
  module.walk([&](ObserveOp op) {
    // A range that is there was chosen for what it was chosen for.
    if (!op.getRange() && !op->hasAttr(kObserveForAttr))
      observers.push_back(op);
  });
  module.walk([&](Operation *op) {
    InputUse use = choices.inputUse(op);
    if (use != InputUse::None && !op->hasAttr(kInputGramAttr))
      op->setAttr(kCollectInputsAttr,
                  StringAttr::get(op->getContext(), use == InputUse::Needed
                                                        ? kInputsNeeded
                                                        : kInputsWanted));
  });
  Planner planner(module, choices);
  for (ObserveOp observe : observers) {
    if (choices.needsRange(observe)) {
      planner.plan(observe);
      continue;
    }
    observe.getResult().replaceAllUsesWith(observe.getInput());
    observe.erase();
  }
  return success();
}

namespace {

struct PlanObservers : qs::impl::PlanObserversBase<PlanObservers> {
  using PlanObserversBase::PlanObserversBase;

  void runOnOperation() override {
    FailureOr<Recipe> parsed = readRecipeOption(getOperation(), recipe);
    if (failed(parsed))
      return signalPassFailure();
    if (failed(planObservers(getOperation(), *parsed)))
      signalPassFailure();
  }
};

} // namespace
