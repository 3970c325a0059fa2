//===- LayerChoices.h - the recipe's word on each op ------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_LIB_DIALECT_QS_TRANSFORMS_QUANTIZE_LAYERCHOICES_H
#define QS_LIB_DIALECT_QS_TRANSFORMS_QUANTIZE_LAYERCHOICES_H

#include "WeightCodes.h"
#include "qs/Dialect/QS/IR/QSOps.h"
#include "qs/Dialect/QS/Transforms/Utils/Roles.h"
#include "qs/Support/Recipe.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallSet.h"

namespace qs {

/// The recipe that a pass option names, the built-in one for an empty path; an
/// error at the module where the file is wrong.
llvm::FailureOr<Recipe> readRecipeOption(mlir::ModuleOp module,
                                         llvm::StringRef path);

/// How one op of the float network is quantized.
struct OpChoice {
  LayerChoice recipe;
  Role role = Role::None;
  /// Element type of the tensors that the op takes; null where it stays float.
  QuantType activation;
  /// Those are quantized in front of the op, by what they hold at run time, and
  /// need no range; `activation` says the code.
  bool dynamic = false;
  /// The code of `activation` stands for 1 and -1: linear ops take signs, and
  /// `dynamic` holds, as they need no range.
  bool signs = false;
  /// What the recipe wants of the sums of a linear op; null for nothing.
  AccumulatorAttr accumulator;
  /// Why it stays float.
  std::string reason;
};

/// Resolves the recipe for every op of a module, once.
class LayerChoices {
public:
  /// Fails with a diagnostic where a choice is not implemented.
  mlir::LogicalResult resolve(mlir::ModuleOp module, const Recipe &recipe);

  const OpChoice &of(mlir::Operation *op) const { return table.at(op); }
  bool isKnown(mlir::Operation *op) const { return table.count(op); }
  /// The type that `user` wants of a tensor that it takes; null where it leaves
  /// that to the producer, stays float, or quantizes by itself at run time.
  QuantType wanted(mlir::Operation *user) const {
    const OpChoice *choice = deciding(user, 0);
    return choice ? choice->activation : QuantType();
  }
  /// The type for the result of the layer behind `value`, where that layer is
  /// integer; else null.
  QuantType produced(mlir::Value value) const;
  /// True where `user` takes the real numbers and quantizes them at run time,
  /// perhaps behind ops that move elements.
  bool isDynamic(mlir::Operation *user) const { return isDynamic(user, 0); }
  /// The type that an observed tensor has at one use; null where it is float.
  QuantType usedAs(mlir::OpOperand &use, QuantType own) const {
    if (isDynamic(use.getOwner()))
      return {};
    QuantType type = wanted(use.getOwner());
    return type ? type : own;
  }
  /// What the recipe says of an observed tensor at one use: the layer that
  /// takes it decides, else the one that makes it; null where none does.
  const TensorChoice *activationsAs(mlir::OpOperand &use,
                                    mlir::Value value) const {
    const OpChoice *choice = deciding(use.getOwner(), 0);
    choice = choice ? choice : producing(value);
    return choice ? &choice->recipe.activations : nullptr;
  }
  /// How its range is chosen there.
  std::optional<CalibrationSpec> calibrationAs(mlir::OpOperand &use,
                                               mlir::Value value) const {
    const TensorChoice *choice = activationsAs(use, value);
    return choice ? choice->calibration : std::nullopt;
  }
  /// What the layer that makes the tensor says.
  std::optional<CalibrationSpec> calibrationOf(mlir::Value value) const {
    const OpChoice *choice = producing(value);
    return choice ? choice->recipe.activations.calibration : std::nullopt;
  }
  /// False for an observer in a network that quantizes at run time on one of
  /// its sides, where nothing asks for a range.
  bool needsRange(ObserveOp observe) const;
  /// Whether the weights are quantized by what the inputs are.
  InputUse inputUse(mlir::Operation *op) const;
  /// True where the recipe has a rule at `line` that some layer matched.
  bool matched(unsigned line) const { return lines.count(line); }

private:
  mlir::LogicalResult resolve(mlir::Operation *op, const Recipe &recipe);
  /// The choice of the layer that decides the type of what `user` takes.
  const OpChoice *deciding(mlir::Operation *user, unsigned depth) const;
  const OpChoice *producing(mlir::Value value) const;
  bool isDynamic(mlir::Operation *user, unsigned depth) const;

  llvm::DenseMap<mlir::Operation *, OpChoice> table;
  llvm::SmallSet<unsigned, 8> lines;
};

/// Warns of rules that match no layer, and of keys that a rule states and that
/// do nothing for a layer which multiplies by weights (one that stays float,
/// say) or for any layer of the rule, and of keys of the defaults that no layer
/// makes use of. An accumulator of the defaults that
/// passes a layer by is a remark.
void warnOfUnusedKeys(mlir::ModuleOp module, const Recipe &recipe,
                      const LayerChoices &choices);

/// Quantizes every observed activation of a function that an integer layer
/// takes or makes; all observers are gone afterwards.
unsigned quantizeActivations(mlir::Operation *function,
                             const LayerChoices &choices);

/// Quantizes what layers with dynamic activations take, in front of them:
/// qs.choose_params, qs.quantize, qs.dequantize. Comes after
/// quantizeActivations.
unsigned quantizeAtRunTime(mlir::Operation *function,
                           const LayerChoices &choices);

/// Signs in front of the layers that take them and the scales that the recipe
/// asks for behind. Comes before quantizeAtRunTime. Fails with a diagnostic.
llvm::FailureOr<unsigned> quantizeSigns(mlir::Operation *function,
                                        const LayerChoices &choices);

/// Quantizes the constant weight of a linear op. Fails with a diagnostic.
llvm::FailureOr<bool> quantizeWeights(mlir::Operation *op,
                                      const OpChoice &choice);

} // namespace qs

#endif // QS_LIB_DIALECT_QS_TRANSFORMS_QUANTIZE_LAYERCHOICES_H
