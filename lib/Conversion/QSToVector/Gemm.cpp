//===- Gemm.cpp - Generator of packed GEMM-like loops ---------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Conversion/QSToVector/Gemm.h"
#include "GemmEmitter.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace qs::vec {

using native::chooseTileRows;
using native::PackedLayout;
using native::Target;

GemmProblem GemmProblem::matmul(int64_t rows, GemmProblem weights) {
  GemmProblem problem = std::move(weights);
  const PackedLayout &layout = problem.layout;
  problem.rows = rows;
  problem.rowWidth = rows;
  problem.rowStrides = {0, layout.taps * layout.run};
  problem.resultRowStride = layout.columns;
  problem.resultBatchStride = rows * layout.columns;
  problem.batchStride = rows * layout.taps * layout.run;
  problem.outer[2] = layout.taps;
  problem.outerStrides[2] = layout.run;
  return problem;
}

bool GemmProblem::linearRows() const {
  return rowWidth >= rows || rowStrides[0] == rowWidth * rowStrides[1];
}

void GemmProblem::foldBatch() {
  if (batch == 1 || layout.groups != 1 || !linearRows() || hasBorder ||
      batchStride != rows * rowStrides[1] ||
      resultBatchStride != rows * resultRowStride)
    return;
  rows *= batch;
  rowWidth = rows;
  batch = 1;
}

/// Tiles of rows for each thread that make the work even.
static constexpr int64_t kSharedTiles = 8;

void GemmEmitter::emit() {
  forEach(b, loc, p.batch, 1, [&](Value batch) {
    forEach(b, loc, layout.groups, 1,
            [&](Value group) { emitGroup(batch, group); });
  });
}

/// Panels that a tile takes in side by side.
int64_t GemmEmitter::joined() const {
  // Large trees of selects are not multiplied.
  if (operands.scratch || (decoder && decoder->cost() > 16))
    return 1;
  int64_t panels =
      native::choosePanels(target, primitive, p.rows, layout.vectors);
  if (isInPlace(p.rows, layout.vectors))
    while (!isInPlace(p.rows, panels * layout.vectors))
      --panels;
  return panels;
}

/// Rows whose activations take half of the level-2 cache, a multiple of the
/// tile; the panel of weights and the result share the other half.
int64_t GemmEmitter::blockRows(int64_t tileRows) const {
  int64_t element = dot.rowElement().getIntOrFloatBitWidth() / 8;
  int64_t perRow = layout.taps * layout.run;
  if (p.rowStrides[1] > 0)
    perRow = std::min(perRow, p.rowStrides[1] * p.outer[0]);
  int64_t rows = target.l2Bytes / 2 / std::max<int64_t>(1, perRow * element);
  return std::max<int64_t>(1, rows / tileRows) * tileRows;
}

void GemmEmitter::emitGroup(Value batch, Value group) {
  rowBase = addIndex(b, loc, mulIndex(b, loc, batch, p.batchStride),
                     mulIndex(b, loc, group, p.groupStride));
  weightBase = mulIndex(b, loc, group, layout.groupElements());
  columnBase = mulIndex(b, loc, group, layout.columns);
  scaleBase = mulIndex(b, loc, group, layout.columnVectors() * layout.lanes);
  resultBase = addIndex(b, loc, mulIndex(b, loc, batch, p.resultBatchStride),
                        columnBase);
  if (usesTables())
    return emitTableRows();

  int64_t tileRows =
      chooseTileRows(target, primitive, p.rows, joined() * layout.vectors);
  int64_t block = blockRows(tileRows);
  int64_t full = p.rows / tileRows * tileRows;
  double products = double(p.rows) * layout.columns * layout.taps * layout.run;
  int64_t threads = threadsFor(products, p.threads), tileThreads = 1;
  if (operands.scratch) {
    // One decoded panel at a time, whose rows the threads share.
    tileThreads = threads;
    threads = 1;
  }
  // Threads take blocks of rows where these are many, otherwise panels.
  bool shareRows = threads > 1 && full / tileRows >= kSharedTiles * threads;
  if (!shareRows && (block >= p.rows || tileThreads > 1)) {
    emitPanels(threads, [&](const Panel &stored) {
      Panel panel = decodePanel(stored);
      int64_t mr = chooseTileRows(target, primitive, p.rows, panel.vectors);
      int64_t whole = p.rows / mr * mr;
      forEachShared(b, loc, whole, mr, tileThreads,
                    [&](Value row) { emitTile(panel, row, mr); });
      if (whole < p.rows)
        emitTile(panel, constIndex(b, loc, whole), p.rows - whole);
    });
    return;
  }
  // Blocks of rows outside, panels inside; the remainder of rows comes last.
  if (shareRows) {
    int64_t rounds = llvm::divideCeil(full, block * threads);
    block =
        llvm::divideCeil(llvm::divideCeil(full, rounds * threads), tileRows) *
        tileRows;
  }
  forEachShared(b, loc, full, block, shareRows ? threads : 1, [&](Value start) {
    Value end = arith::MinSIOp::create(b, loc, addIndex(b, loc, start, block),
                                       constIndex(b, loc, full));
    emitPanels(shareRows ? 1 : threads, [&](const Panel &stored) {
      Panel panel = decodePanel(stored);
      auto loop =
          scf::ForOp::create(b, loc, start, end, constIndex(b, loc, tileRows));
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(loop.getBody());
      emitTile(panel, loop.getInductionVar(), tileRows);
    });
  });
  if (full < p.rows)
    emitPanels(1, [&](const Panel &stored) {
      // A few rows decode in registers, unless terms come in another order.
      bool walks = numbers && !native::sumsInOrder(layout, *p.sums, isGrouped);
      emitTile(walks ? decodePanel(stored) : stored, constIndex(b, loc, full),
               p.rows - full);
    });
}

void GemmEmitter::emitPanels(int64_t threads,
                             llvm::function_ref<void(const Panel &)> body) {
  int64_t width = layout.vectors * layout.lanes;
  int64_t elements = layout.vectors * layout.vectorElements();
  int64_t whole = layout.columns / width;
  bool encoded = decoder.has_value();
  auto panels = [&](Value index, int64_t count) {
    body({operands.weights,
          addIndex(b, loc, weightBase, mulIndex(b, loc, index, elements)),
          encoded, mulIndex(b, loc, index, width), count * layout.vectors,
          count * width, layout.vectors});
  };
  int64_t grouped = whole / joined() * joined();
  forEachShared(b, loc, grouped, joined(), threads,
                [&](Value index) { panels(index, joined()); });
  if (grouped < whole)
    panels(constIndex(b, loc, grouped), whole - grouped);
  int64_t rest = layout.columns - whole * width;
  int64_t restVectors = (rest + layout.lanes - 1) / layout.lanes;
  if (rest > 0)
    body({operands.weights, addIndex(b, loc, weightBase, whole * elements),
          encoded, constIndex(b, loc, whole * width), restVectors, rest,
          restVectors});
}

void emitGemm(OpBuilder &b, Location loc, const Target &target,
              const GemmProblem &problem, const GemmOperands &operands) {
  GemmEmitter(b, loc, target, problem, operands).emit();
}

} // namespace qs::vec
