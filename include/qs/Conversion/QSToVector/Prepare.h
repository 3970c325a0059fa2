//===- Prepare.h - Copies of activations that kernels can read --*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_CONVERSION_QSTOVECTOR_PREPARE_H
#define QS_CONVERSION_QSTOVECTOR_PREPARE_H

#include "mlir/IR/Builders.h"
#include "qs/Dialect/QS/IR/QSDialect.h"
#include "qs/Target/Native/Targets.h"
#include <array>
#include <cstdint>

namespace qs::vec {

/// A copy of an NHWC tensor, padded and with its elements in the form that a
/// dot primitive wants: as many of them, or 32 packed into each i32. A matrix
/// is one image row: height 1, width = rows.
struct PrepareProblem {
  int64_t batch = 1, height = 1, width = 0, channels = 0;
  /// Top, bottom, left, right.
  std::array<int64_t, 4> pad = {0, 0, 0, 0};
  int64_t channelPad = 0;
  /// What the padding holds, after the conversion.
  double fill = 0;
  RowConversion convert = RowConversion::Copy;
  /// What words become numbers by, under `Decode`: a table of f32, or the type
  /// that they are numbers of (less `zeroPoint`).
  mlir::DenseF32ArrayAttr table;
  mlir::Type element;
  int64_t zeroPoint = 0;
  const native::Target *target = nullptr;
};

/// Emits the copy at the insertion point; both memrefs are flat. No load or
/// store leaves its buffer.
void emitPrepare(mlir::OpBuilder &b, mlir::Location loc,
                 const PrepareProblem &problem, mlir::Value input,
                 mlir::Value output);

/// Emits `count` sums (i32) of `run` integers each, which are signed unless
/// `unsignedBytes` says otherwise.
void emitSumRuns(mlir::OpBuilder &b, mlir::Location loc, int64_t count,
                 int64_t run, bool unsignedBytes, mlir::Value input,
                 mlir::Value output);

/// Rows of f32 of `length` elements each that become codes from `lower` to
/// `upper`, or words of `type` where that is there, with a scale for each row.
struct QuantizeProblem {
  int64_t rows = 0, length = 0;
  int32_t lower = -128, upper = 127;
  QuantType type;
};

/// Emits a pass over each row for its scale and one for its codes; all memrefs
/// are flat: f32, i8 and one f32 for each row.
void emitQuantizeRows(mlir::OpBuilder &b, mlir::Location loc,
                      const QuantizeProblem &problem, mlir::Value input,
                      mlir::Value codes, mlir::Value scales);

} // namespace qs::vec

#endif // QS_CONVERSION_QSTOVECTOR_PREPARE_H
