//===- LayerChoices.h - the recipe's word on each op ------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_LIB_DIALECT_QS_TRANSFORMS_QUANTIZE_LAYERCHOICES_H
#define QS_LIB_DIALECT_QS_TRANSFORMS_QUANTIZE_LAYERCHOICES_H

#include "qs/Dialect/QS/IR/QSOps.h"
#include "qs/Dialect/QS/Transforms/Utils/Roles.h"
#include "qs/Support/Recipe.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallSet.h"

namespace qs {

/// How one op of the float network is quantized.
struct OpChoice {
  LayerChoice recipe;
  Role role = Role::None;
  /// Element type of the tensors that the op takes; null where it stays float.
  QuantType activation;
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
  /// that to the producer or stays float.
  QuantType wanted(mlir::Operation *user) const { return wanted(user, 0); }
  /// The type for the result of the layer behind `value`, where that layer is
  /// integer; else null.
  QuantType produced(mlir::Value value) const;
  /// True where the recipe has a rule at `line` that some layer matched.
  bool matched(unsigned line) const { return lines.count(line); }

private:
  mlir::LogicalResult resolve(mlir::Operation *op, const Recipe &recipe);
  QuantType wanted(mlir::Operation *user, unsigned depth) const;

  llvm::DenseMap<mlir::Operation *, OpChoice> table;
  llvm::SmallSet<unsigned, 8> lines;
};

/// Quantizes every observed activation of a function that an integer layer
/// takes or makes; all observers are gone afterwards.
unsigned quantizeActivations(mlir::Operation *function,
                             const LayerChoices &choices);

/// Quantizes the constant weight of a linear op. Fails with a diagnostic.
llvm::FailureOr<bool> quantizeWeights(mlir::Operation *op,
                                      const OpChoice &choice);

} // namespace qs

#endif // QS_LIB_DIALECT_QS_TRANSFORMS_QUANTIZE_LAYERCHOICES_H
