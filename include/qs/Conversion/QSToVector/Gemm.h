//===- Gemm.h - Generator of packed GEMM-like loops -------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One generator for every op that is a sum of products over packed weights:
// matrix multiplies and convolutions (implicit GEMM: nothing is copied to
// columns; a row of the tile is an output pixel, given by where its window
// starts in the input).
//
//   for batch, for group
//     for a block of rows that stays in the level-2 cache
//       for a panel of columns (N), or a few side by side where rows are few
//         decode the panel to a buffer              where many rows read it
//         for a tile of MR rows
//           accumulators = bias or 0                  MR x NV vectors
//           for outer taps, for steps of k in a run   weights streamed in order
//             dot
//           (stated sums take their terms in the stated order and rounding;
//           with scales of groups the steps of a run have i32 accumulators of
//           their own, which are scaled into f32 ones; dots that count in bytes
//           or i16 have narrow ones, which are added to i32 ones before they
//           wrap)
//           epilogue, store
//
// Remainders in M and N are narrower tiles of the same loop with masked loads
// and stores; a remainder in K reads the last k elements of the run and shifts
// them, so that no load leaves the buffer.
//
//===----------------------------------------------------------------------===//

#ifndef QS_CONVERSION_QSTOVECTOR_GEMM_H
#define QS_CONVERSION_QSTOVECTOR_GEMM_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "qs/Conversion/QSToVector/Dot.h"
#include "qs/Conversion/QSToVector/Epilogue.h"
#include "qs/Target/Native/PackedLayout.h"
#include "qs/Target/Native/SumOrder.h"
#include "qs/Target/Native/Tile.h"
#include <array>
#include <optional>

namespace qs::vec {

/// Geometry of one problem; all strides in elements.
struct GemmProblem {
  int64_t batch = 1;
  int64_t batchStride = 0;
  int64_t groupStride = 0;
  /// Rows (output pixels) of one batch element.
  int64_t rows = 0;
  /// Row r starts at (r / rowWidth) * rowStrides[0] + (r % rowWidth) *
  /// rowStrides[1].
  int64_t rowWidth = 1;
  std::array<int64_t, 2> rowStrides = {0, 0};
  /// Runs of one output: rows of the window, its columns, groups of scales in
  /// either, `outerStrides` apart. Their product is `layout.taps`.
  std::array<int64_t, 3> outer = {1, 1, 1};
  std::array<int64_t, 3> outerStrides = {0, 0, 0};
  /// The result: consecutive columns are adjacent.
  int64_t resultBatchStride = 0;
  int64_t resultRowStride = 0;
  native::PackedLayout layout;
  /// What the words of packed weights stand for; null where they are plain.
  mlir::DenseArrayAttr table;
  /// The type that whole words are widened from to f32, in its place.
  mlir::Type element;
  /// How plain integer weights are stored.
  StoredWeights stored;
  /// Sums of bytes are made in i16, which hold those of any so many consecutive
  /// steps; 0 where they are made in i32.
  int64_t narrow = 0;
  /// Sums are i64, and i32 holds the sum of any so many terms (0: of too few
  /// to be worth it).
  std::optional<int64_t> wide;
  /// Loops of enough work are shared by as many threads (scf.parallel).
  int64_t threads = 1;
  /// Rows hold signed bytes (only read where the target takes either sign).
  bool signedRows = false;
  /// Where rows and weights hold signs, 32 in each element: the products of
  /// each sum (of which bits that pad a word are none); else 0.
  int64_t signs = 0;
  /// There are border sums, by the place in the batch element.
  bool hasBorder = false;
  bool bias = false;
  /// Float type of the scales of weights, null without. There are `scaleRuns`
  /// for each column: one for each run, or a single one (f32 rows only).
  mlir::Type scaleStorage;
  int64_t scaleRuns = 1;
  /// What is added to the levels of the weights where the rows are signed and
  /// the dot primitive takes one unsigned side.
  int64_t levelOffset = 0;
  /// How f32 rows and weights are summed where that is stated, and what all
  /// their products have in common, if it is known. Scales of runs then belong
  /// to the sums of runs.
  std::optional<num::Accumulation> sums;
  std::optional<num::NumberSpan> product;
  Epilogue epilogue;

  /// A plain [rows, run] x packed product by the layout and the weights that
  /// `weights` describes.
  static GemmProblem matmul(int64_t rows, GemmProblem weights);
  /// Makes the batch part of the rows where the memory allows it.
  void foldBatch();
  /// Row starts are one stride apart.
  bool linearRows() const;
};

/// Flat rank-1 memrefs. `bias` holds i32, or i64 for wide sums (f32 for a float
/// or a dequantizing kernel), `multiplier` f32: one a column or a single one.
/// Weights with a table or element type are bytes. `weightScale` and
/// `groupBias` (i32 or i64, what the sum of a group starts from) lie in panel
/// order, as does `groupZero` (i8, the zero point of the levels of a group; i32
/// that of plain words of 16 bits, which is taken off as they are loaded).
/// `rowZero` (i32, one for each row or a single one) times `columnSums` (i32 or
/// i64, in panel order) is taken off the sums. `rowSums` (i32) holds the sums
/// of the runs of each row, `rowScale` one f32 for each row and `resultScale` a
/// single one. `borderClass` (i32) gives each row of a batch element the row of
/// `borderSums` (i32, [classes][columns]) that is added to its sums.
/// `thresholds` are i32, [thresholds][columns], `falling` -1 or 0 a column.
/// `scratch`, of the element type of decoded weights, takes a whole panel of
/// them; without it weights are decoded in registers.
struct GemmOperands {
  mlir::Value rows, weights, bias, multiplier, weightScale, groupBias,
      groupZero, rowSums, rowZero, columnSums, rowScale, resultScale,
      borderSums, borderClass, thresholds, falling, scratch, result;

  /// Whether `groupZero` is taken off plain words.
  bool subtractsZeros() const {
    return groupZero && mlir::cast<mlir::MemRefType>(groupZero.getType())
                            .getElementType()
                            .isInteger(32);
  }
};

/// Emits the loops at the insertion point.
void emitGemm(mlir::OpBuilder &b, mlir::Location loc,
              const native::Target &target, const GemmProblem &problem,
              const GemmOperands &operands);

} // namespace qs::vec

#endif // QS_CONVERSION_QSTOVECTOR_GEMM_H
