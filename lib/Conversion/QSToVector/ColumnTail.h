//===- ColumnTail.h - Bias, multiplier and store of a tile ------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_LIB_CONVERSION_QSTOVECTOR_COLUMNTAIL_H
#define QS_LIB_CONVERSION_QSTOVECTOR_COLUMNTAIL_H

#include "qs/Conversion/QSToVector/Gemm.h"

namespace qs::vec {

/// The per-column part of a kernel: what accumulators start from, and what
/// happens to them at the end.
class ColumnTail {
public:
  ColumnTail(mlir::OpBuilder &b, mlir::Location loc, const Epilogue &epilogue,
             const GemmOperands &operands, bool bias, bool isFloat,
             int64_t lanes, int64_t signs = 0, bool isWide = false)
      : b(b), loc(loc), e(epilogue), operands(operands), lanes(lanes),
        signs(signs), isFloat(isFloat), isWide(isWide),
        biasLast(bias && (isFloat || e.kind == EpilogueKind::Dequantize ||
                          e.kind == EpilogueKind::Quantize)),
        biasFirst(bias && !biasLast) {}

  /// Accumulators for the columns from `column` on: the bias or zero. Those of
  /// signs count the unequal ones.
  mlir::Value initial(mlir::Value column, int64_t valid) const;

  /// Loads what the epilogue needs for one vector of columns.
  struct Columns {
    mlir::Value multiplier, bias, resultScale;
    /// The sum of signs that are all equal.
    mlir::Value most;
    llvm::SmallVector<mlir::Value> thresholds;
    mlir::Value falling;
    mlir::Value column;
    int64_t valid;
  };
  Columns load(mlir::Value column, int64_t valid) const;

  /// What one row adds to the epilogue: its scale in every lane, and where its
  /// border sums start; null where there are none.
  struct Row {
    mlir::Value scale, border;
  };
  /// `columns` are those of the result.
  Row loadRow(mlir::Value row, int64_t columns) const;

  /// Applies the epilogue and stores at `index` of the result.
  void store(mlir::Value acc, const Columns &columns, mlir::Value index,
             const Row &row = {}) const;

private:
  mlir::OpBuilder &b;
  mlir::Location loc;
  const Epilogue &e;
  const GemmOperands &operands;
  int64_t lanes;
  /// Products of a sum of signs, else 0.
  int64_t signs;
  /// Accumulators are f32, or else i64.
  bool isFloat, isWide;
  bool biasLast, biasFirst;
  mlir::Value countThresholds(mlir::Value sum, const Columns &columns) const;
  mlir::Value broadcast(mlir::Value buffer, mlir::Value index) const;
};

} // namespace qs::vec

#endif // QS_LIB_CONVERSION_QSTOVECTOR_COLUMNTAIL_H
