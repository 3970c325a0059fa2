//===- Roles.h - what an op is to quantization ------------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

///
/// \file
/// Calibration, quantization and folding agree here on which values of a float
/// network are worth a range, and which ops go together as one layer.
///
///   conv -> clamp              one layer: only the clamp's result is observed
///   reduce_sum -> sum -> mul   one mean
///   x -> sigmoid -> mul(x, .)  one function of x
///   reshape, max_pool2d        move codes; their result needs no range
///
//===----------------------------------------------------------------------===//

#ifndef QS_DIALECT_QS_TRANSFORMS_UTILS_ROLES_H
#define QS_DIALECT_QS_TRANSFORMS_UTILS_ROLES_H

#include "mlir/IR/Operation.h"

namespace qs {

/// On a `qs.observe`: the quantized element type, a TypeAttr, whose levels its
/// range is chosen for. See the pass `qs-plan-observers`.
inline constexpr llvm::StringLiteral kObserveForAttr = "qs.observe_for";

/// On a `qs.observe`: the method that chooses its range, a StringAttr as
/// CalibrationSpec writes it, where that is not the method of the whole run.
inline constexpr llvm::StringLiteral kObserveByAttr = "qs.observe_by";

enum class Role {
  None,     ///< no integer form
  Linear,   ///< FloatLinear
  Binary,   ///< add, sub, mul of two tensors
  Function, ///< a function of one tensor
  Pool,     ///< averages and sums over space
  Clamp,    ///< a clamp by itself
  Movement, ///< codes move, none is new; max_pool2d too
  Concat,   ///< movement of several tensors under one scale
};

/// The role of a float op.
Role getRole(mlir::Operation *op);
/// The `op:` of recipes: conv, depthwise, matmul, add, mul, pool, lookup,
/// concat, other.
llvm::StringRef getRecipeKind(mlir::Operation *op);

/// True for a clamp that is the only use of a linear op, a binary op, a pool.
bool isFusedClamp(mlir::Operation *op);

/// True where `value` only exists inside one layer, so that it gets no range:
/// it goes to a fused clamp, the next step of a mean or a function.
bool isInsideLayer(mlir::Value value);

/// The op that gives the layer of `value` its name and kind: looks back
/// through fused clamps. Null for block arguments.
mlir::Operation *getLayerOp(mlir::Value value);

/// Operands that hold activations: float tensors that are not constants (for
/// linear ops not the weights and bias).
llvm::SmallVector<mlir::OpOperand *> getActivations(mlir::Operation *op);

} // namespace qs

#endif // QS_DIALECT_QS_TRANSFORMS_UTILS_ROLES_H
