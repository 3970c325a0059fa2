//===- Tail.h - What follows a linear op and joins its kernel ---*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_LIB_DIALECT_QS_TRANSFORMS_PACK_TAIL_H
#define QS_LIB_DIALECT_QS_TRANSFORMS_PACK_TAIL_H

#include "Linear.h"

namespace qs::pack {

/// What follows the sums and becomes part of the kernel.
struct Tail {
  /// The absorbed ops, from the linear op on; the result of the last one is
  /// what the kernel gives.
  llvm::SmallVector<mlir::Operation *> ops;
  EpilogueAttr epilogue;
  mlir::Value multiplier;
  /// Element type of the kernel's result.
  mlir::Type element;
  /// The bias, with a constant that is added behind the op.
  mlir::Value bias;
  /// Scales of rows and of a quantized result.
  mlir::Value rowScale, resultScale;
  /// Of i32 sums that are counted against thresholds.
  mlir::Value thresholds, falling;
};

/// Of an f32 op: an added constant, then a clamp.
std::optional<Tail> floatTail(const Linear &linear, std::string &why);
/// Of i32 sums: thresholds, or a requantization, then a clamp.
Tail integerTail(const Linear &linear);
/// Of i32 sums that become f32: factors, an added constant, a clamp, a
/// quantization; nothing where no factor follows. The op's own bias stays part
/// of the sums.
std::optional<Tail> realTail(const Linear &linear);
/// Of sums scaled by groups: factors (constant, and of rows), an added constant,
/// a clamp, a quantization.
Tail groupTail(const Linear &linear);

} // namespace qs::pack

#endif // QS_LIB_DIALECT_QS_TRANSFORMS_PACK_TAIL_H
