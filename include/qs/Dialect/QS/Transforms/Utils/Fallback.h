//===- Fallback.h - what stays float, and why -------------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

///
/// \file
/// An op that quantization or folding leaves in float carries the attribute
/// `qs.fallback = "reason"`, for the report, and gives a remark of the category
/// `qs` (`--remark-format=emitRemark --remarks-filter=qs`).
///
//===----------------------------------------------------------------------===//

#ifndef QS_DIALECT_QS_TRANSFORMS_UTILS_FALLBACK_H
#define QS_DIALECT_QS_TRANSFORMS_UTILS_FALLBACK_H

#include "mlir/IR/Operation.h"

namespace qs {

/// Name of the attribute.
inline constexpr llvm::StringLiteral kFallbackAttr = "qs.fallback";

/// On a linear op in QDQ form: why its weights have another scale than the
/// recipe's defaults ask for.
inline constexpr llvm::StringLiteral kScaleFallbackAttr = "qs.scale_fallback";
/// On a layer into whose weights factors were folded (those of a batch norm):
/// weights without scales lose them.
inline constexpr llvm::StringLiteral kFoldedGainAttr = "qs.folded_gain";

/// On float ops that compute scales at run time (XNOR-Net's map of them), which
/// are float by intent.
inline constexpr llvm::StringLiteral kScaleMapAttr = "qs.scale_map";

/// On a linear op: why the fold that the recipe asks for does not apply.
inline constexpr llvm::StringLiteral kEqualizeFallbackAttr =
    "qs.equalize_fallback";

/// Writes the attribute and emits the remark: layer, op, reason.
void markFallback(mlir::Operation *op, llvm::StringRef reason);
/// Emits the remark alone; `pass` names the remark.
void emitFallbackRemark(mlir::Operation *op, llvm::StringRef pass,
                        llvm::StringRef reason);

/// The second level of a weight's scales: the product of a dequantized constant
/// and a constant, which belongs to the weight.
bool isWeightScale(mlir::Operation *op);

/// True for ops that compute on floats: not constants, not the ops between
/// floats and codes (or accumulators), not terminators.
bool isFloatCompute(mlir::Operation *op);
/// True for ops that move elements and compute nothing: reshape, transpose,
/// slice, pad, concat, reverse, gather, tile and their like.
bool isMovement(mlir::Operation *op);

} // namespace qs

#endif // QS_DIALECT_QS_TRANSFORMS_UTILS_FALLBACK_H
