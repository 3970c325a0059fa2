//===- Quantize.h - quantization by recipe, as a function -------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_DIALECT_QS_TRANSFORMS_QUANTIZE_QUANTIZE_H
#define QS_DIALECT_QS_TRANSFORMS_QUANTIZE_QUANTIZE_H

#include "mlir/IR/BuiltinOps.h"
#include "qs/Support/Recipe.h"

namespace qs {

/// Name of the module's attribute with the provenance: a dictionary of
/// `recipe` (text), `recipe_hash`, `method`, `data_hash` (strings).
inline constexpr llvm::StringLiteral kProvenanceAttr = "qs.provenance";

/// What applyRecipe did.
struct QuantizeCounts {
  unsigned activations = 0, weights = 0, floatLayers = 0;
};

/// Brings `module` into QDQ form; see the pass `qs-apply-recipe`. Fails, with a
/// diagnostic, on observers without a range and on choices that are not
/// implemented.
mlir::LogicalResult applyRecipe(mlir::ModuleOp module, const Recipe &recipe,
                                QuantizeCounts *counts = nullptr);

/// Says on every observer without a range which type it will be quantized to
/// (`kObserveForAttr`); see the pass `qs-plan-observers`. Fails, with a
/// diagnostic, on choices that are not implemented.
mlir::LogicalResult planObservers(mlir::ModuleOp module, const Recipe &recipe);

} // namespace qs

#endif // QS_DIALECT_QS_TRANSFORMS_QUANTIZE_QUANTIZE_H
