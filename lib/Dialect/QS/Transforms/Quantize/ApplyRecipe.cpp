//===- ApplyRecipe.cpp - a network into QDQ form -------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerChoices.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "qs/Dialect/QS/IR/LinearForms.h"
#include "qs/Dialect/QS/Transforms/Quantize/Passes.h"
#include "qs/Dialect/QS/Transforms/Quantize/Quantize.h"
#include "qs/Dialect/QS/Transforms/Utils/Constants.h"
#include "qs/Dialect/QS/Transforms/Utils/Fallback.h"
#include "qs/Dialect/QS/Transforms/Utils/FloatLinear.h"
#include "qs/Dialect/QS/Transforms/Utils/InputGrams.h"
#include "qs/Numerics/Hash.h"

namespace qs {
#define GEN_PASS_DEF_APPLYRECIPE
#include "qs/Dialect/QS/Transforms/Quantize/Passes.h.inc"
} // namespace qs

using namespace mlir;
using namespace qs;

/// Every observer must have a range, of one calibration, unless what it sees is
/// quantized at run time only.
static LogicalResult checkRanges(ModuleOp module, const LayerChoices &choices) {
  WalkResult result = module.walk([&](ObserveOp observe) {
    if (observe.getRange() || !choices.needsRange(observe))
      return WalkResult::advance();
    observe.emitError() << "expected observer '" << observe.getName()
                        << "' to have a range, calibrate first";
    return WalkResult::interrupt();
  });
  return failure(result.wasInterrupted());
}

/// The recipe, and the calibration that the ranges name.
static void attachProvenance(ModuleOp module, const Recipe &recipe) {
  Builder b(module.getContext());
  SmallVector<NamedAttribute> entries;
  auto add = [&](StringRef name, StringRef text) {
    entries.push_back(b.getNamedAttr(name, b.getStringAttr(text)));
  };
  add("recipe", recipe.text);
  add("recipe_hash",
      num::hashText(num::hashBytes(recipe.text.data(), recipe.text.size())));
  module.walk([&](ObserveOp observe) {
    if (!observe.getRange())
      return WalkResult::advance();
    add("method", observe.getRange()->getMethod());
    add("data_hash", observe.getRange()->getDataHash());
    return WalkResult::interrupt();
  });
  module->setAttr(kProvenanceAttr, b.getDictionaryAttr(entries));
}

LogicalResult qs::applyRecipe(ModuleOp module, const Recipe &recipe,
                              QuantizeCounts *counts) {
  QuantizeCounts own;
  QuantizeCounts &count = counts ? *counts : own;
  LayerChoices choices;
  if (failed(choices.resolve(module, recipe)) ||
      failed(checkRanges(module, choices)))
    return failure();
  warnOfUnusedKeys(module, recipe, choices);
  attachProvenance(module, recipe);
  for (auto function : module.getOps<FunctionOpInterface>()) {
    count.activations += quantizeActivations(function, choices);
    FailureOr<unsigned> signs = quantizeSigns(function, choices);
    if (failed(signs))
      return failure();
    count.activations += *signs;
    count.activations += quantizeAtRunTime(function, choices);
  }

  // Weights come second: their scales depend on those of the activations.
  SmallVector<Operation *> ops;
  module.walk([&](Operation *op) {
    if (choices.isKnown(op))
      ops.push_back(op);
  });
  for (Operation *op : ops) {
    const OpChoice &choice = choices.of(op);
    if (choice.accumulator)
      op->setAttr(kAccumulatorAttr, choice.accumulator);
    FailureOr<bool> quantized = quantizeWeights(op, choice);
    if (failed(quantized))
      return failure();
    count.weights += *quantized;
    if (!choice.reason.empty()) {
      markFallback(op, choice.reason);
      ++count.floatLayers;
    }
  }
  module.walk<WalkOrder::PostOrder>([](Operation *op) {
    op->removeAttr(kInputGramAttr);
    op->removeAttr(kCollectInputsAttr);
    op->removeAttr(kFoldedGainAttr);
    if (op->hasTrait<OpTrait::ConstantLike>() && isOpTriviallyDead(op))
      op->erase();
  });
  return success();
}

namespace {

struct ApplyRecipe : qs::impl::ApplyRecipeBase<ApplyRecipe> {
  using ApplyRecipeBase::ApplyRecipeBase;

  void runOnOperation() override {
    FailureOr<Recipe> parsed = readRecipeOption(getOperation(), recipe);
    if (failed(parsed))
      return signalPassFailure();
    QuantizeCounts counts;
    if (failed(applyRecipe(getOperation(), *parsed, &counts)))
      return signalPassFailure();
    numActivations += counts.activations;
    numWeights += counts.weights;
    numFloat += counts.floatLayers;
  }
};

} // namespace
