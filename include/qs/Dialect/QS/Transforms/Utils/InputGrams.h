//===- InputGrams.h - statistics of a layer on its op -----------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Quantizers with error feedback (Gptq.h) need H = 2 X^T X of the inputs of a
/// layer. Between the stages it is an attribute of the layer's op, f64
/// [matrices, K (K + 1) / 2]: the upper triangle, row by row, of each matrix of
/// a FloatLinear; columns are in the order of FloatLinear::columnOf().
///
//===----------------------------------------------------------------------===//

#ifndef QS_DIALECT_QS_TRANSFORMS_UTILS_INPUTGRAMS_H
#define QS_DIALECT_QS_TRANSFORMS_UTILS_INPUTGRAMS_H

#include "qs/Dialect/QS/Transforms/Utils/FloatLinear.h"
#include "qs/Numerics/Gptq.h"

namespace qs {

/// On a linear op, a StringAttr: calibration is to collect H of its inputs, and
/// whether it fails where it cannot.
inline constexpr llvm::StringLiteral kCollectInputsAttr = "qs.collect_inputs";
inline constexpr llvm::StringLiteral kInputsNeeded = "needed";
inline constexpr llvm::StringLiteral kInputsWanted = "wanted";
/// True where the op is marked as needing them.
bool needsInputs(mlir::Operation *op);
/// On a linear op: what it collected.
inline constexpr llvm::StringLiteral kInputGramAttr = "qs.input_gram";

/// Bytes of H for this layer; nothing where 64 bits do not count them.
std::optional<uint64_t> gramBytes(const FloatLinear &linear);

/// One matrix for each of FloatLinear::matrices().
void writeGrams(mlir::Operation *op, llvm::ArrayRef<num::Hessian> grams);
/// Nothing where the op has none, or one of another shape or elided data.
std::optional<std::vector<num::Hessian>> readGrams(const FloatLinear &linear);

} // namespace qs

#endif // QS_DIALECT_QS_TRANSFORMS_UTILS_INPUTGRAMS_H
