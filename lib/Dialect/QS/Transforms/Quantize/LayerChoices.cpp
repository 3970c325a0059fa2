//===- LayerChoices.cpp - the recipe's word on each op -------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerChoices.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "qs/Dialect/QS/IR/Names.h"
#include "qs/Dialect/QS/Transforms/Utils/Constants.h"
#include "qs/Dialect/QS/Transforms/Utils/Fallback.h"

using namespace mlir;
using namespace qs;

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
    CodeAttrInterface code = parseCodeName(
        activations.autoCode() ? "uint8" : StringRef(activations.code), ctx);
    if (!code || !code.isInteger())
      return recipeError(op, recipe, choice.recipe)
             << "layer '" << name << "': code '" << activations.code
             << "' of activations is not implemented, expected "
             << listCodeNames();
    if (activations.dynamic)
      return recipeError(op, recipe, choice.recipe)
             << "layer '" << name
             << "': activations that are quantized at run time are not "
                "implemented";
    if (activations.scale.granularity != num::Granularity::Tensor)
      return recipeError(op, recipe, choice.recipe)
             << "layer '" << name << "': scale '"
             << num::toString(activations.scale)
             << "' of activations is not implemented, expected 'tensor'";
    choice.activation = QuantType::get(
        code, cast<ScaleAttrInterface>(TensorScaleAttr::get(
                  ctx, storageType(activations.scale.storage, ctx))));
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

QuantType LayerChoices::wanted(Operation *user, unsigned depth) const {
  if (!isKnown(user))
    return {};
  const OpChoice &choice = of(user);
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

QuantType LayerChoices::produced(Value value) const {
  Operation *op = getLayerOp(value);
  if (!op || !isKnown(op))
    return {};
  return of(op).activation;
}
