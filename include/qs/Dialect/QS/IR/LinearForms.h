//===- LinearForms.h - Which sum a linear operation makes -------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// `qs.matmul` and `qs.conv2d` sum levels exactly, f32 numbers in an order that
/// engines may choose, or numbers as an accumulator says. docs/Spec.md has the
/// forms; passes ask here which one an op has.
///
//===----------------------------------------------------------------------===//

#ifndef QS_DIALECT_QS_IR_LINEARFORMS_H
#define QS_DIALECT_QS_IR_LINEARFORMS_H

#include "qs/Dialect/QS/IR/QSOps.h"

namespace qs {

/// On a float linear op in QDQ form: the accumulator that its folded form is to
/// have, an AccumulatorAttr.
inline constexpr llvm::StringLiteral kAccumulatorAttr = "qs.accumulator";

/// On a linear op, a unit: qs-pack is to put its weights five in a byte.
inline constexpr llvm::StringLiteral kFivesAttr = "qs.fives";
/// On a float linear op whose weights were pruned before: those that were 0
/// are.
inline constexpr llvm::StringLiteral kPrunedAttr = "qs.pruned";

/// Whether words of the code stand for integer levels, which linear operations
/// sum exactly. A codebook does where its entries are i8.
bool hasLevels(QuantType type);

/// How a `qs.matmul` or `qs.conv2d` sums numbers: its float accumulator, or f32
/// in order of k where its operands are quantized and its result is the f32 sum
/// of what they stand for. Null for sums of levels and for f32 operands without
/// an accumulator, and for other ops.
AccumulatorAttr getFloatAccumulator(mlir::Operation *op);
/// Whether the sums of levels of a qs.matmul or qs.conv2d, or with scales of
/// groups those of each group, take i64.
bool hasWideSums(mlir::Operation *op);

/// The accumulator that a linear op has or is to have; null for none.
AccumulatorAttr getWantedAccumulator(mlir::Operation *op);

} // namespace qs

#endif // QS_DIALECT_QS_IR_LINEARFORMS_H
