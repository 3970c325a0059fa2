//===- GemmEmitter.h - Generator of GEMM-like loops -------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Gemm.cpp has the loops over panels and rows, GemmPanels.cpp the decoding of a
// panel, GemmTile.cpp one tile: its runs, steps and epilogue, GemmWords.cpp
// sums of words that are kept in parts, GemmInPlace.cpp and GemmTables.cpp the
// sums of few rows, GemmNumbers.cpp sums in a stated format and order.
//
//===----------------------------------------------------------------------===//

#ifndef QS_LIB_CONVERSION_QSTOVECTOR_GEMMEMITTER_H
#define QS_LIB_CONVERSION_QSTOVECTOR_GEMMEMITTER_H

#include "ColumnTail.h"
#include "Decode.h"
#include "EmitUtils.h"
#include "NumberSums.h"
#include "RunScales.h"
#include "qs/Conversion/QSToVector/Dot.h"
#include "qs/Conversion/QSToVector/Gemm.h"
#include <optional>

namespace qs::vec {

/// Emits one kernel at the insertion point of `b`.
class GemmEmitter {
public:
  GemmEmitter(mlir::OpBuilder &b, mlir::Location loc,
              const native::Target &target, const GemmProblem &problem,
              const GemmOperands &operands)
      : b(b), loc(loc), target(target), p(problem), layout(problem.layout),
        operands(operands),
        isFloat(mlir::isa<mlir::FloatType>(
            mlir::cast<mlir::MemRefType>(operands.rows.getType())
                .getElementType())),
        isGrouped(problem.scaleStorage && (!isFloat || problem.sums)),
        primitive(choosePrimitive()),
        dot(b, loc, primitive, problem.signedRows, problem.stored),
        tail(b, loc, problem.epilogue, operands, problem.bias,
             isFloat || isGrouped, problem.layout.lanes, problem.signs,
             problem.wide.has_value()),
        scales(b, loc, problem, operands) {
    if (p.table)
      decoder.emplace(b, loc, target, layout, p.table, p.levelOffset);
    else if (p.element)
      decoder.emplace(b, loc, target, layout, p.element);
    if (isGrouped)
      primitive.accumulators = 2;
    if (parts() > 1)
      primitive = primitive.split();
    if (!p.sums)
      return;
    int64_t terms = native::termsOf(layout, isGrouped);
    numbers.emplace(b, loc, target, layout.lanes, *p.sums, p.product, terms);
    primitive =
        native::dotOfSums(primitive, *p.sums, p.product,
                          isGrouped || native::chunkOf(*p.sums, terms) < terms);
  }

  void emit();

private:
  /// One panel or several side by side: where the weights of the first start in
  /// which buffer, whether they are still to be decoded, its first column (over
  /// all groups), the width of all in vectors, the columns they have, and the
  /// width of each. Each is a stream of its own through memory.
  struct Panel {
    mlir::Value buffer;
    mlir::Value weights;
    bool encoded;
    mlir::Value column;
    int64_t vectors;
    int64_t columns;
    int64_t streamVectors;
    /// What decoded weights of a run are multiplied by; empty for 1.
    llvm::SmallVector<mlir::Value> scales = {};
    /// What is taken off the parts of plain words; empty for nothing.
    llvm::SmallVector<std::pair<mlir::Value, mlir::Value>> zeros = {};
  };
  using Accumulators = llvm::SmallVector<mlir::Value>;

  void emitGroup(mlir::Value batch, mlir::Value group);
  void emitPanels(int64_t threads,
                  llvm::function_ref<void(const Panel &)> body);
  void emitTile(const Panel &panel, mlir::Value row, int64_t rows);
  llvm::SmallVector<mlir::Value> rowStarts(mlir::Value row, int64_t rows);
  Accumulators initialAccumulators(const Panel &panel, mlir::Value row,
                                   int64_t rows);
  Panel decodePanel(const Panel &panel);
  Panel scaled(const Panel &panel, mlir::Value run);
  Panel withZeros(const Panel &panel, mlir::Value start);
  mlir::Value decoded(const Panel &panel, DecodeEmitter::Block &block,
                      int64_t v, int64_t step);
  Accumulators
  forEachRun(const Panel &panel, Accumulators acc,
             llvm::function_ref<Accumulators(mlir::Value, mlir::Value,
                                             mlir::Value, Accumulators)>
                 body);
  mlir::Value resultStart(const Panel &panel, mlir::Value row);
  int64_t stepElements(const Panel &panel) const;
  Accumulators beginNumbers(size_t cells);
  mlir::Value termOffset(mlir::Value term);
  Accumulators sumNumbers(const Panel &panel, llvm::ArrayRef<mlir::Value> rows,
                          mlir::Value row);
  Accumulators sumChunks(const Panel &panel, llvm::ArrayRef<mlir::Value> rows,
                         mlir::Value tap, mlir::Value weights,
                         Accumulators total);
  Accumulators sumTerms(const Panel &panel, llvm::ArrayRef<mlir::Value> rows,
                        mlir::Value tap, mlir::Value weights,
                        llvm::ArrayRef<mlir::Value> seeds);
  Accumulators reduceGroup(const Panel &panel, llvm::ArrayRef<mlir::Value> rows,
                           mlir::Value tap, mlir::Value weights,
                           mlir::Value run, Accumulators acc);
  /// Sums of a group times its scales, which begin at `start`, added to f32.
  Accumulators addScaled(const Panel &panel, mlir::Value start,
                         llvm::ArrayRef<mlir::Value> sums, Accumulators acc);
  Accumulators sumRun(const Panel &panel, llvm::ArrayRef<mlir::Value> rows,
                      mlir::Value tap, mlir::Value weights,
                      Accumulators initial);
  Accumulators sumPlaces(const Panel &panel, llvm::ArrayRef<mlir::Value> rows,
                         mlir::Value tap, mlir::Value weights,
                         Accumulators initial);
  mlir::Value distance(int64_t place);
  bool usesTables() const;
  bool foldsLevels() const;
  void emitTableRows();
  void makeTables(mlir::Value row);
  void makeTable(mlir::Value position, mlir::Value table, int64_t valid);
  Accumulators sumTables(const Panel &panel, mlir::Value tap,
                         mlir::Value weights, Accumulators initial);
  Accumulators addWords(const Panel &panel, mlir::Value weights,
                        mlir::Value table, Accumulators sums);
  Accumulators sumGroupPlaces(const Panel &panel,
                              llvm::ArrayRef<mlir::Value> rows, mlir::Value tap,
                              mlir::Value weights, Accumulators sums);
  /// Bytes, words of 16 bits, signs or f32, as the rows are.
  native::DotPrimitive choosePrimitive() const;
  /// Whether sums of i32 are kept apart for a while: to be widened, or because
  /// the weights are split into bytes. There are `parts` of each then.
  bool keepsParts() const { return p.wide || parts() > 1; }
  int64_t parts() const {
    bool splits = (p.wide && *p.wide == 0) ||
                  (p.stored.bits == 16 && p.stored.isUnsigned) ||
                  operands.subtractsZeros();
    return !isFloat && splits ? 2 : 1;
  }
  /// Whether all runs inside of `outer` loops from `level` on are summed in
  /// narrow counts, which are flushed behind them.
  bool keepsCounts(unsigned level) const;
  /// Terms whose parts fit i32.
  int64_t termsInParts() const;
  Accumulators emptyParts(int64_t cells) const;
  Accumulators addParts(Accumulators acc, const Accumulators &sums) const;
  Accumulators sumInParts(const Panel &panel, llvm::ArrayRef<mlir::Value> rows,
                          mlir::Value tap, mlir::Value weights,
                          Accumulators acc);
  /// Vectors of a group in each strip; 0 without groups.
  int64_t groupBlocks() const { return isGrouped ? layout.storedSteps() : 0; }
  bool isInPlace(int64_t rows, int64_t vectors) const;
  void decodeBlock(const Panel &panel, mlir::Value from, mlir::Value to,
                   int64_t steps);
  Accumulators reduceCounts(const Panel &panel,
                            llvm::ArrayRef<mlir::Value> rows, mlir::Value tap,
                            mlir::Value weights, Accumulators acc);
  Accumulators reduceRun(const Panel &panel, llvm::ArrayRef<mlir::Value> rows,
                         mlir::Value tap, mlir::Value weights, int64_t run,
                         Accumulators acc);
  Accumulators reduceBlock(const Panel &panel, llvm::ArrayRef<mlir::Value> rows,
                           mlir::Value tap, mlir::Value weights, int64_t steps,
                           int64_t drop, Accumulators acc);
  void step(const Panel &panel, llvm::ArrayRef<mlir::Value> rows,
            mlir::Value position, llvm::ArrayRef<mlir::Value> columns,
            int64_t drop, llvm::MutableArrayRef<mlir::Value> cells);
  /// Elements of one run of a panel.
  int64_t runElements(const Panel &panel) const {
    return (panel.encoded ? layout.storedSteps() : layout.steps()) *
           panel.streamVectors * layout.lanes * layout.k;
  }
  /// Elements from the start of a block to what vector `v` has in it.
  int64_t vectorOffset(const Panel &panel, int64_t v) const {
    return v / panel.streamVectors * panel.streamVectors *
               layout.vectorElements() +
           v % panel.streamVectors * layout.lanes * layout.k;
  }
  /// The same for its scale.
  int64_t scaleOffset(const Panel &panel, int64_t v) const {
    return (v / panel.streamVectors * panel.streamVectors * p.scaleRuns +
            v % panel.streamVectors) *
           layout.lanes;
  }
  void emitEpilogue(const Panel &panel, mlir::Value row, int64_t rows,
                    const Accumulators &acc);
  mlir::Value columnOf(const Panel &panel, int64_t vector) {
    return addIndex(b, loc, addIndex(b, loc, columnBase, panel.column),
                    vector * layout.lanes);
  }
  int64_t validColumns(const Panel &panel, int64_t vector) const {
    return std::min<int64_t>(layout.lanes,
                             panel.columns - vector * layout.lanes);
  }
  int64_t blockRows(int64_t tileRows) const;
  int64_t joined() const;

  mlir::OpBuilder &b;
  mlir::Location loc;
  const native::Target &target;
  const GemmProblem &p;
  const native::PackedLayout &layout;
  const GemmOperands &operands;
  bool isFloat;
  /// Sums of runs are scaled into f32 accumulators.
  bool isGrouped;
  /// What is emitted is inside of the loop whose sums are kept in parts.
  bool inParts = false;
  native::DotPrimitive primitive;
  DotEmitter dot;
  ColumnTail tail;
  RunScales scales;
  std::optional<DecodeEmitter> decoder;
  std::optional<NumberSums> numbers;
  /// The first row of the current tile.
  mlir::Value tileRow;
  /// Offsets of the current batch and group.
  mlir::Value rowBase, weightBase, columnBase, resultBase, scaleBase;
};

} // namespace qs::vec

#endif // QS_LIB_CONVERSION_QSTOVECTOR_GEMMEMITTER_H
