//===- Dot.h - One dot primitive as IR --------------------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_CONVERSION_QSTOVECTOR_DOT_H
#define QS_CONVERSION_QSTOVECTOR_DOT_H

#include "qs/Target/Native/Targets.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"

namespace qs::vec {

/// Plain integer weights: 8 or 16 bits each, of either kind.
struct StoredWeights {
  unsigned bits = 8;
  bool isUnsigned = false;
};

/// Emits the three things that differ between dot primitives: how weights are
/// loaded, how k elements of a row are broadcast, and how both are multiplied
/// into accumulators.
class DotEmitter {
public:
  /// `weights` is how plain integer weights are stored.
  DotEmitter(mlir::OpBuilder &b, mlir::Location loc,
             const native::DotPrimitive &dot, bool signedRows,
             StoredWeights weights = {})
      : b(b), loc(loc), dot(dot), signedRows(signedRows), stored(weights) {}

  /// Vector that dots add to: i32 or f32, `lanes` long.
  mlir::VectorType accType() const;
  /// Vector that dots count into where the primitive has narrow counts
  /// (`flushSteps`); accType where it has none.
  mlir::VectorType countType() const;
  /// Element types of the buffers.
  mlir::Type rowElement() const;
  mlir::Type weightElement() const;

  mlir::Value loadWeights(mlir::Value weights, mlir::Value index) const;
  /// Elements of one vector in the form that dotInto takes.
  mlir::Value widenWeights(mlir::Value packed) const;
  /// Widened weights as `256 * first + second`, the second from 0 to 255.
  std::pair<mlir::Value, mlir::Value> splitWeights(mlir::Value weights) const;

  /// A zero point in each i32 lane, split in the same way: what is taken off
  /// the halves of the weights of its lane.
  std::pair<mlir::Value, mlir::Value> splitZeros(mlir::Value zeros) const;

  /// k consecutive elements of a row in every lane. With `drop` > 0 the first
  /// `drop` of the elements read are shifted out and zeros come in behind.
  mlir::Value broadcastRow(mlir::Value rows, mlir::Value index,
                           int64_t drop) const;

  /// `acc` has countType; a dot that sums in i16 takes accType, too.
  mlir::Value dotInto(mlir::Value acc, mlir::Value row,
                      mlir::Value weights) const;
  /// Narrow counts added to accumulators.
  mlir::Value flushInto(mlir::Value acc, mlir::Value counts) const;
  /// `acc` + 2^`shift` times i32 sums, in the type of `acc` (i32 or i64).
  mlir::Value addSums(mlir::Value acc, mlir::Value sums, int64_t shift) const;

private:
  mlir::OpBuilder &b;
  mlir::Location loc;
  native::DotPrimitive dot;
  bool signedRows;
  StoredWeights stored;
  mlir::Value extended(mlir::Value weights, mlir::Type element) const;
};

} // namespace qs::vec

#endif // QS_CONVERSION_QSTOVECTOR_DOT_H
