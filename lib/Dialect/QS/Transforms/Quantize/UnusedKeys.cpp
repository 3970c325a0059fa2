//===- UnusedKeys.cpp - what a recipe says that does nothing --------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerChoices.h"
#include "qs/Dialect/QS/IR/Names.h"
#include "qs/Dialect/QS/Transforms/Utils/Constants.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SmallSet.h"

using namespace mlir;
using namespace qs;

/// Whether the weights of an op are brought into a code.
static bool codesWeights(Operation *op, const OpChoice &choice) {
  std::optional<FloatLinear> linear = FloatLinear::get(op);
  return linear && !choice.recipe.weights.isFloat() &&
         getConstantElements(linear->weight);
}

static bool hasCodebook(const TensorChoice &weights) {
  std::string error;
  std::unique_ptr<num::Code> code = num::makeCode(weights.code, error);
  return code && code->parameterCount() > 0;
}

/// Whether the tensor's numbers are converted, so that no scale serves.
static bool isConverted(const TensorChoice &choice) {
  std::string error;
  std::unique_ptr<num::Code> code = num::makeCode(choice.code, error);
  return code && code->isFloat();
}

namespace {
/// A key of a rule, and whether it does something for an op.
struct KeyUse {
  StringRef key;
  bool used;
};

/// The rules of a recipe, and what each of them states in vain.
class UnusedKeys {
public:
  UnusedKeys(ModuleOp module, const Recipe &recipe, const LayerChoices &choices)
      : module(module), recipe(recipe), choices(choices) {}

  void warn();

private:
  static SmallVector<KeyUse> keysOf(const LayerRule &rule, Operation *op,
                                    const OpChoice &choice);
  void warnOfUnmatched(const LayerRule &rule);
  void warnOfRule(const LayerRule &rule);
  void warnOfDefaults();
  void remarkOnDefaults();
  const LayerRule *ruleAt(unsigned line) const;
  InFlightDiagnostic warnAt(unsigned line);

  ModuleOp module;
  const Recipe &recipe;
  const LayerChoices &choices;
};
} // namespace

SmallVector<KeyUse> UnusedKeys::keysOf(const LayerRule &rule, Operation *op,
                                       const OpChoice &choice) {
  SmallVector<KeyUse> keys;
  auto add = [&](bool stated, StringRef key, bool used) {
    if (stated)
      keys.push_back({key, used});
  };
  bool coded = codesWeights(op, choice);
  const TensorChoice &weights = choice.recipe.weights;
  add(bool(rule.accumulator), "accumulator", bool(choice.accumulator));
  bool linear = choice.role == Role::Linear;
  add(rule.equalize && rule.equalize->method != num::Equalization::None,
      "equalize", linear);
  auto none = [](const std::optional<num::ScaleSpec> &scale) {
    return scale && scale->granularity == num::Granularity::None;
  };
  bool scale = rule.weights.scale || rule.weights.autoScale.value_or(false);
  add(rule.weights.code || scale || rule.weights.pattern, "weights", linear);
  // Of other ops the line above speaks.
  add(linear && scale, "weights.scale",
      coded && (!isConverted(weights) || none(rule.weights.scale)));
  add(linear && rule.weights.pattern, "weights.pattern", coded);
  add(bool(rule.weights.saliency), "weights.saliency",
      coded && !weights.pattern.isDense());
  add(rule.weights.pruned.value_or(false), "weights.pruned", coded);
  add(bool(rule.weights.quantizer), "weights.quantizer", coded);
  add(bool(rule.weights.codebook), "weights.codebook",
      coded && hasCodebook(weights));
  add(rule.weights.fives.value_or(false), "weights.packing", coded);
  add(rule.weights.stochastic.value_or(false), "weights.rounding", coded);
  add(bool(rule.weights.seed), "weights.seed", coded && weights.stochastic);
  add(bool(rule.activations.scale), "activations.scale",
      choice.activation && (!isConverted(choice.recipe.activations) ||
                            none(rule.activations.scale)));
  add(rule.activations.stochastic.value_or(false), "activations.rounding",
      bool(choice.activation));
  add(bool(rule.activations.seed), "activations.seed",
      choice.activation && choice.recipe.activations.stochastic);
  add(bool(rule.activations.calibration), "activations.calibration",
      choice.activation && !choice.dynamic);
  add(rule.activations.dynamic.value_or(false), "activations.dynamic",
      choice.dynamic && choice.role == Role::Linear);
  // `none` may be there to overrule the defaults.
  add(rule.activations.quantizer.value_or("none") != "none",
      "activations.quantizer", choice.signs && choice.activation);
  return keys;
}

InFlightDiagnostic UnusedKeys::warnAt(unsigned line) {
  return emitWarning(FileLineColLoc::get(
      module.getContext(), recipe.file.empty() ? "recipe" : recipe.file, line,
      1));
}

const LayerRule *UnusedKeys::ruleAt(unsigned line) const {
  for (const LayerRule &rule : recipe.layers)
    if (rule.line == line)
      return &rule;
  return nullptr;
}

void UnusedKeys::warnOfUnmatched(const LayerRule &rule) {
  InFlightDiagnostic diag = warnAt(rule.line);
  diag << "the rule for";
  if (!rule.match.empty())
    diag << " '" << rule.match << "'";
  if (!rule.op.empty())
    diag << " op '" << rule.op << "'";
  diag << " matches no layer";
}

/// Why a key does nothing, beside that the op has no use for it.
static std::string whyUnused(const OpChoice &choice) {
  return choice.reason.empty() ? "" : ", " + choice.reason;
}

/// Names each layer that multiplies by weights and for which a key does
/// nothing; of other ops, which a glob may well match by the way, only says so
/// where the key does nothing for any of them.
void UnusedKeys::warnOfRule(const LayerRule &rule) {
  llvm::MapVector<StringRef, bool> usedAnywhere;
  llvm::SmallSet<StringRef, 4> named;
  std::string match =
      rule.match.empty() ? "op '" + rule.op + "'" : "'" + rule.match + "'";
  module.walk([&](Operation *op) {
    if (!choices.isKnown(op) || choices.of(op).recipe.line != rule.line)
      return;
    const OpChoice &choice = choices.of(op);
    for (auto [key, used] : keysOf(rule, op, choice)) {
      usedAnywhere[key] |= used;
      if (used || choice.role != Role::Linear)
        continue;
      named.insert(key);
      warnAt(rule.line) << "layer '" << getLayerName(op)
                        << "' makes no use of the "
                        << "key '" << key << "'" << whyUnused(choice);
    }
  });
  for (auto [key, used] : usedAnywhere)
    if (!used && !named.contains(key))
      warnAt(rule.line) << "the rule for " << match << " states the key '"
                        << key << "', which none of its layers makes use of";
}

/// Keys of the defaults that no layer makes use of: it stays float, say, or its
/// rule overrules them. The code is always there for layers to come.
void UnusedKeys::warnOfDefaults() {
  LayerRule defaults;
  defaults.weights = recipe.weightDefaults;
  defaults.activations = recipe.activationDefaults;
  llvm::MapVector<StringRef, bool> usedAnywhere;
  module.walk([&](Operation *op) {
    if (!choices.isKnown(op))
      return;
    const OpChoice &choice = choices.of(op);
    SmallVector<KeyUse> own;
    if (const LayerRule *rule = ruleAt(choice.recipe.line))
      own = keysOf(*rule, op, choice);
    for (const KeyUse &use : keysOf(defaults, op, choice)) {
      bool overruled = llvm::any_of(
          own, [&](const KeyUse &other) { return other.key == use.key; });
      usedAnywhere[use.key] |= use.used && !overruled;
    }
  });
  for (auto [key, used] : usedAnywhere)
    if (!used && key != "weights")
      warnAt(recipe.defaultsLine) << "the defaults state the key '" << key
                                  << "', which no layer makes use of";
}

/// What the defaults say of sums holds where it can; a layer that they pass by
/// is told in a remark.
void UnusedKeys::remarkOnDefaults() {
  if (!recipe.accumulatorDefault)
    return;
  module.walk([&](Operation *op) {
    if (!choices.isKnown(op))
      return;
    const OpChoice &choice = choices.of(op);
    if (choice.role != Role::Linear || choice.accumulator)
      return;
    // A rule that speaks of sums itself has been looked at.
    const LayerRule *rule = ruleAt(choice.recipe.line);
    if (rule && rule->accumulator)
      return;
    op->emitRemark() << "layer '" << getLayerName(op) << "' makes no use of "
                     << "the key 'accumulator' of the defaults"
                     << whyUnused(choice);
  });
}

void UnusedKeys::warn() {
  for (const LayerRule &rule : recipe.layers) {
    if (choices.matched(rule.line))
      warnOfRule(rule);
    else
      warnOfUnmatched(rule);
  }
  warnOfDefaults();
  remarkOnDefaults();
}

void qs::warnOfUnusedKeys(ModuleOp module, const Recipe &recipe,
                          const LayerChoices &choices) {
  UnusedKeys(module, recipe, choices).warn();
}
