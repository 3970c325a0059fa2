//===- LayerChoices.cpp - the recipe's word on each op -------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerChoices.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "qs/Dialect/QS/IR/Names.h"
#include "qs/Dialect/QS/Transforms/Utils/Constants.h"
#include "qs/Dialect/QS/Transforms/Utils/Fallback.h"
#include "qs/Dialect/QS/Transforms/Utils/FloatLinear.h"
#include "qs/Numerics/WeightQuantizer.h"

using namespace mlir;
using namespace qs;

FailureOr<Recipe> qs::readRecipeOption(ModuleOp module, StringRef path) {
  if (path.empty())
    return Recipe();
  llvm::Expected<Recipe> read = readRecipe(path);
  if (!read)
    return module.emitError() << llvm::toString(read.takeError());
  return std::move(*read);
}

static Type storageType(num::ScaleStorage storage, MLIRContext *ctx) {
  return parseScaleStorage(num::toString(storage), ctx);
}

/// Recipe errors name the layer; where a rule matched, they are at its line.
static InFlightDiagnostic recipeError(Operation *op, const Recipe &recipe,
                                      const LayerChoice &choice) {
  if (!choice.line)
    return op->emitError();
  StringRef file = recipe.file.empty() ? "recipe" : StringRef(recipe.file);
  return emitError(
      FileLineColLoc::get(op->getContext(), file, choice.line, /*column=*/1));
}

/// Whether a code has two words, for 1 and -1.
static bool isSigns(CodeAttrInterface code) {
  std::optional<num::FixedPoint> fixed = code.getArithmetic()->fixedPoint();
  return fixed && code.getArithmetic()->bits() == 1 && fixed->exponent == 0 &&
         fixed->levels[0] * fixed->levels[1] == -1;
}

LogicalResult LayerChoices::resolve(Operation *op, const Recipe &recipe) {
  OpChoice choice;
  choice.role = getRole(op);
  std::string name = getLayerName(op);
  choice.recipe = recipe.resolve(name, getRecipeKind(op));
  if (choice.recipe.line)
    lines.insert(choice.recipe.line);
  if (llvm::Error error = checkImplemented(choice.recipe, name))
    return recipeError(op, recipe, choice.recipe)
           << llvm::toString(std::move(error));

  const TensorChoice &activations = choice.recipe.activations;
  if (choice.role == Role::None) {
    choice.reason = "no integer form is known";
  } else if (activations.isFloat()) {
    choice.reason = "the recipe keeps its activations " + activations.code;
  } else if (choice.role == Role::Linear && choice.recipe.weights.isFloat() &&
             getActivations(op).size() == 1) {
    choice.reason =
        "the recipe keeps its weights " + choice.recipe.weights.code;
  } else {
    MLIRContext *ctx = op->getContext();
    CodeAttrInterface code =
        parseCodeName(!activations.autoCode() ? StringRef(activations.code)
                      : activations.dynamic   ? "int8"
                                              : "uint8",
                      ctx);
    if (!code)
      return recipeError(op, recipe, choice.recipe)
             << "layer '" << name << "': code '" << activations.code
             << "' of activations is not implemented, expected "
             << listCodeNames();
    if (code.getArithmetic()->parameterCount() > 0)
      return recipeError(op, recipe, choice.recipe)
             << "layer '" << name << "': code '" << activations.code
             << "' needs a codebook, which activations do not have, expected "
                "one of "
             << num::allowedCodes([](const num::Code &code) {
                  return code.parameterCount() == 0;
                });
    choice.signs = isSigns(code);
    // Numbers that are converted have no scale.
    bool converted = code.getArithmetic()->isFloat();
    if (activations.stochastic && (choice.signs || activations.dynamic))
      return recipeError(op, recipe, choice.recipe)
             << "layer '" << name << "': rounding: stochastic of activations "
             << "needs scales of calibration, found "
             << (choice.signs ? "the code '" + activations.code + "' of signs"
                              : std::string("dynamic: true"));
    if (!choice.signs && !activations.quantizer.empty() &&
        activations.quantizer != "none")
      return recipeError(op, recipe, choice.recipe)
             << "layer '" << name << "': quantizer '" << activations.quantizer
             << "' of activations needs a code of 1 and -1 (binary), found '"
             << activations.code
             << "', expected quantizer: none beside that code";
    if (choice.signs && activations.dynamic)
      return recipeError(op, recipe, choice.recipe)
             << "layer '" << name << "': dynamic: true of activations needs a "
             << "code of more numbers than 1 and -1, found '"
             << activations.code
             << "', expected quantizer: xnor for scales of run time, or one of "
             << num::allowedCodes([](const num::Code &code) {
                  return code.parameterCount() == 0 &&
                         (code.isInteger() || code.bits() > 1);
                });
    if (activations.scale.granularity != num::Granularity::Tensor &&
        !(converted && activations.scale.granularity == num::Granularity::None))
      return recipeError(op, recipe, choice.recipe)
             << "layer '" << name << "': scale '"
             << num::toString(activations.scale)
             << "' of activations is not implemented, expected 'tensor'"
             << (activations.dynamic
                     ? ", which dynamic: true makes one for each row"
                     : "");
    choice.activation = QuantType::get(
        code, cast<ScaleAttrInterface>(TensorScaleAttr::get(
                  ctx, storageType(activations.scale.storage, ctx))));
  }
  if (const std::optional<AccumulatorSpec> &spec = choice.recipe.accumulator;
      spec && choice.role == Role::Linear && choice.activation)
    choice.accumulator = AccumulatorAttr::get(
        op->getContext(), spec->type, spec->chunk,
        spec->strided ? SumOrder::Strided : SumOrder::Consecutive, spec->fused,
        spec->seed);
  if ((activations.dynamic || choice.signs) && choice.activation) {
    choice.dynamic = true;
    if (!choice.activation.getScale().getStorage().isF32())
      return recipeError(op, recipe, choice.recipe)
             << "layer '" << name << "': expected scales that are chosen at "
             << "run time to be stored as f32 (scale: tensor), found '"
             << num::toString(activations.scale) << "'";
    if (choice.role != Role::Linear && choice.role != Role::Movement) {
      choice.activation = {};
      // A clamp belongs to the layer in front of it; steps between sums and
      // signs become thresholds, and folding names those that do not.
      bool isStep =
          choice.signs &&
          isa<tosa::AddOp, tosa::SubOp, tosa::MulOp, tosa::ClampOp>(op) &&
          llvm::count_if(op->getOperands().take_front(2), [](Value operand) {
            return !getConstantElements(operand);
          }) == 1;
      if (!isFusedClamp(op) && !isStep)
        choice.reason =
            choice.signs
                ? "its activations are signs, which only matrix products and "
                  "convolutions take"
                : "its activations are dynamic, and only matrix products "
                  "and convolutions quantize at run time";
    }
  }
  table[op] = choice;
  return success();
}

LogicalResult LayerChoices::resolve(ModuleOp module, const Recipe &recipe) {
  WalkResult result = module.walk([&](Operation *op) {
    return isFloatCompute(op) && failed(resolve(op, recipe))
               ? WalkResult::interrupt()
               : WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

/// Chains of movement longer than this end in float.
constexpr unsigned kMaxDepth = 64;

bool LayerChoices::isDynamic(Operation *user, unsigned depth) const {
  if (!isKnown(user))
    return false;
  const OpChoice &choice = of(user);
  if (choice.role != Role::Movement)
    return choice.dynamic && choice.role == Role::Linear;
  // Codes pass through where somebody behind takes them as they are.
  if (depth >= kMaxDepth || wanted(user))
    return false;
  return llvm::any_of(user->getResult(0).getUsers(), [&](Operation *next) {
    return isDynamic(next, depth + 1);
  });
}

const OpChoice *LayerChoices::deciding(Operation *user, unsigned depth) const {
  if (!isKnown(user))
    return {};
  const OpChoice &choice = of(user);
  if (!choice.activation || (choice.dynamic && choice.role == Role::Linear))
    return {};
  // Codes pass through; what takes them on the other side decides.
  if (choice.role == Role::Movement) {
    if (depth < kMaxDepth)
      for (Operation *next : user->getResult(0).getUsers())
        if (const OpChoice *found = deciding(next, depth + 1))
          return found;
    return {};
  }
  // Operands of a concatenation take the parameters of its result.
  if (choice.role == Role::Concat)
    return {};
  return &choice;
}

const OpChoice *LayerChoices::producing(Value value) const {
  Operation *op = getLayerOp(value);
  return op && isKnown(op) && !of(op).dynamic ? &of(op) : nullptr;
}

QuantType LayerChoices::produced(Value value) const {
  const OpChoice *choice = producing(value);
  return choice ? choice->activation : QuantType();
}

InputUse LayerChoices::inputUse(Operation *op) const {
  if (!isKnown(op) || of(op).role != Role::Linear)
    return InputUse::None;
  const TensorChoice &weights = of(op).recipe.weights;
  std::string error;
  std::unique_ptr<num::Code> code = num::makeCode(weights.code, error);
  if (!code || weights.isFloat() ||
      !getConstantElements(FloatLinear::get(op)->weight))
    return InputUse::None;
  return qs::inputUse(weights, *code);
}

bool LayerChoices::needsRange(ObserveOp observe) const {
  Value value = observe.getInput();
  QuantType own = produced(value);
  Operation *producer = getLayerOp(value);
  auto isKnownDynamic = [&](Operation *op) {
    return isKnown(op) && of(op).dynamic;
  };
  // Float by the recipe's wish, not for a reason that folding may lift.
  auto isKnownFloat = [&](Operation *op) {
    return isKnown(op) && of(op).recipe.activations.isFloat();
  };
  bool dynamic = producer && isKnownDynamic(producer);
  bool isFloat = producer && isKnownFloat(producer);
  for (OpOperand &use : observe->getUses()) {
    if (usedAs(use, own))
      return true;
    dynamic |= isKnownDynamic(use.getOwner());
    isFloat |= isKnownFloat(use.getOwner());
  }
  return !dynamic && (own || !isFloat);
}
