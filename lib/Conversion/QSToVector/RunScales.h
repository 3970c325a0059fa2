//===- RunScales.h - Scales of runs along K ---------------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A group of weights that share a scale is a run of its own. An integer kernel
// sums the run in i32 (or i64) and adds f32(sum) * scale to f32 accumulators,
// groups in order; both the product and the sum are rounded. A float kernel
// multiplies the weights themselves.
//
//===----------------------------------------------------------------------===//

#ifndef QS_LIB_CONVERSION_QSTOVECTOR_RUNSCALES_H
#define QS_LIB_CONVERSION_QSTOVECTOR_RUNSCALES_H

#include "qs/Conversion/QSToVector/Gemm.h"

namespace qs::vec {

class RunScales {
public:
  RunScales(mlir::OpBuilder &b, mlir::Location loc, const GemmProblem &problem,
            const GemmOperands &operands)
      : b(b), loc(loc), p(problem), operands(operands) {}

  /// Where the scales of run `run` start for a panel whose first column, padded
  /// columns of earlier groups included, is `column`.
  mlir::Value start(mlir::Value column, int64_t panelVectors,
                    mlir::Value run) const;

  /// One scale for each lane of the vector at `offset` behind the start, as
  /// f32.
  mlir::Value load(mlir::Value start, int64_t offset) const;

  /// What the sums of a run start from: the group's bias, and what the zero
  /// points of the groups and the offset of the weights add for the row whose
  /// sum lies at `rowSum`.
  mlir::Value initial(mlir::Value start, int64_t offset,
                      mlir::Value rowSum) const;

  /// `sum` less the zero point of row `row` times the sums of the columns;
  /// `sum` where rows have none.
  mlir::Value lessRowZero(mlir::Value sum, mlir::Value start, int64_t offset,
                          mlir::Value row) const;

  /// What the offset of the weights adds for the run whose sum lies at
  /// `rowSum`.
  mlir::Value ofRow(mlir::Value rowSum) const;

  /// Zero points of the groups whose scales are at `at`, less the offset of the
  /// weights, times the sum of the run at `rowSum`.
  mlir::Value ofZeros(mlir::Value at, mlir::Value rowSum) const;

  /// `acc + f32(sum) * scale` for a sum of i32, i64 or f32.
  mlir::Value flush(mlir::Value acc, mlir::Value sum, mlir::Value scale) const;

private:
  mlir::OpBuilder &b;
  mlir::Location loc;
  /// i32 or i64, as the sums are.
  mlir::VectorType sumType() const;
  const GemmProblem &p;
  const GemmOperands &operands;
};

} // namespace qs::vec

#endif // QS_LIB_CONVERSION_QSTOVECTOR_RUNSCALES_H
