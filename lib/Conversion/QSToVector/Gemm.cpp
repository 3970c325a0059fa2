//===- Gemm.cpp - Generator of packed GEMM-like loops ---------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Conversion/QSToVector/Gemm.h"
#include "qs/Conversion/QSToVector/Dot.h"
#include "ColumnTail.h"
#include "EmitUtils.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace qs::vec {

using native::chooseTileRows;
using native::PackedLayout;
using native::Target;

GemmProblem GemmProblem::matmul(int64_t rows, PackedLayout layout) {
  GemmProblem problem;
  problem.rows = rows;
  problem.rowWidth = rows;
  problem.rowStrides = {0, layout.run};
  problem.resultRowStride = layout.columns;
  problem.resultBatchStride = rows * layout.columns;
  problem.batchStride = rows * layout.run;
  problem.layout = layout;
  return problem;
}

bool GemmProblem::linearRows() const {
  return rowWidth >= rows || rowStrides[0] == rowWidth * rowStrides[1];
}

void GemmProblem::foldBatch() {
  if (batch == 1 || layout.groups != 1 || !linearRows() ||
      batchStride != rows * rowStrides[1] ||
      resultBatchStride != rows * resultRowStride)
    return;
  rows *= batch;
  rowWidth = rows;
  batch = 1;
}

namespace {

/// Tiles of rows for each thread that make the work even.
constexpr int64_t kSharedTiles = 8;

class GemmEmitter {
public:
  GemmEmitter(OpBuilder &b, Location loc, const Target &target,
              const GemmProblem &problem, const GemmOperands &operands)
      : b(b), loc(loc), target(target), p(problem), layout(problem.layout),
        operands(operands),
        isFloat(isa<FloatType>(
            cast<MemRefType>(operands.rows.getType()).getElementType())),
        primitive(isFloat ? target.floating : target.integer),
        dot(b, loc, primitive, problem.signedRows),
        tail(b, loc, problem.epilogue, operands, problem.bias, isFloat,
             problem.layout.lanes) {}

  void emit();

private:
  /// One panel or several side by side: where the weights of the first start,
  /// its first column (over all groups), the width of all in vectors, the columns
  /// they have, and the width of each. Each is a stream of its own through
  /// memory.
  struct Panel {
    Value weights;
    Value column;
    int64_t vectors;
    int64_t columns;
    int64_t streamVectors;
  };
  using Accumulators = SmallVector<Value>;

  void emitGroup(Value batch, Value group);
  void emitPanels(int64_t threads,
                  llvm::function_ref<void(const Panel &)> body);
  void emitTile(const Panel &panel, Value row, int64_t rows);
  SmallVector<Value> rowStarts(Value row, int64_t rows);
  Accumulators initialAccumulators(const Panel &panel, int64_t rows);
  Accumulators reduceRun(const Panel &panel, ArrayRef<Value> rows, Value tap,
                         Value weights, Accumulators acc);
  Accumulators step(const Panel &panel, ArrayRef<Value> rows, Value position,
                    Value weights, int64_t drop, Accumulators acc);
  void emitEpilogue(const Panel &panel, Value row, int64_t rows,
                    const Accumulators &acc);
  Value columnOf(const Panel &panel, int64_t vector) {
    return addIndex(b, loc, addIndex(b, loc, columnBase, panel.column),
                    vector * layout.lanes);
  }
  int64_t validColumns(const Panel &panel, int64_t vector) const {
    return std::min<int64_t>(layout.lanes,
                             panel.columns - vector * layout.lanes);
  }
  int64_t blockRows(int64_t tileRows) const;
  int64_t joined() const {
    return native::choosePanels(target, primitive, p.rows, layout.vectors);
  }

  OpBuilder &b;
  Location loc;
  const Target &target;
  const GemmProblem &p;
  const PackedLayout &layout;
  const GemmOperands &operands;
  bool isFloat;
  native::DotPrimitive primitive;
  DotEmitter dot;
  ColumnTail tail;
  /// Offsets of the current batch and group.
  Value rowBase, weightBase, columnBase, resultBase;
};

void GemmEmitter::emit() {
  forEach(b, loc, p.batch, 1, [&](Value batch) {
    forEach(b, loc, layout.groups, 1,
            [&](Value group) { emitGroup(batch, group); });
  });
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
  resultBase = addIndex(b, loc, mulIndex(b, loc, batch, p.resultBatchStride),
                        columnBase);

  int64_t tileRows = chooseTileRows(target, primitive, p.rows,
                                    joined() * layout.vectors);
  int64_t block = blockRows(tileRows);
  int64_t full = p.rows / tileRows * tileRows;
  double products = double(p.rows) * layout.columns * layout.taps * layout.run;
  int64_t threads = threadsFor(products, p.threads);
  // Threads take blocks of rows where these are many, otherwise panels.
  bool shareRows = threads > 1 && full / tileRows >= kSharedTiles * threads;
  if (!shareRows && block >= p.rows) {
    emitPanels(threads, [&](const Panel &panel) {
      int64_t mr =
          chooseTileRows(target, primitive, p.rows, panel.vectors);
      int64_t whole = p.rows / mr * mr;
      forEach(b, loc, whole, mr,
              [&](Value row) { emitTile(panel, row, mr); });
      if (whole < p.rows)
        emitTile(panel, constIndex(b, loc, whole), p.rows - whole);
    });
    return;
  }
  // Blocks of rows outside, panels inside; the remainder of rows comes last.
  if (shareRows) {
    int64_t rounds = llvm::divideCeil(full, block * threads);
    block = llvm::divideCeil(llvm::divideCeil(full, rounds * threads),
                             tileRows) *
            tileRows;
  }
  forEachShared(b, loc, full, block, shareRows ? threads : 1, [&](Value start) {
    Value end = arith::MinSIOp::create(b, loc, addIndex(b, loc, start, block),
                                       constIndex(b, loc, full));
    emitPanels(shareRows ? 1 : threads, [&](const Panel &panel) {
      auto loop = scf::ForOp::create(b, loc, start, end,
                                     constIndex(b, loc, tileRows));
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(loop.getBody());
      emitTile(panel, loop.getInductionVar(), tileRows);
    });
  });
  if (full < p.rows)
    emitPanels(1, [&](const Panel &panel) {
      emitTile(panel, constIndex(b, loc, full), p.rows - full);
    });
}

void GemmEmitter::emitPanels(int64_t threads,
                             llvm::function_ref<void(const Panel &)> body) {
  int64_t width = layout.vectors * layout.lanes;
  int64_t elements = layout.vectors * layout.vectorElements();
  int64_t whole = layout.columns / width;
  auto panels = [&](Value index, int64_t count) {
    body({addIndex(b, loc, weightBase, mulIndex(b, loc, index, elements)),
          mulIndex(b, loc, index, width), count * layout.vectors,
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
    body({addIndex(b, loc, weightBase, whole * elements),
          constIndex(b, loc, whole * width), restVectors, rest, restVectors});
}

SmallVector<Value> GemmEmitter::rowStarts(Value row, int64_t rows) {
  SmallVector<Value> starts;
  if (p.linearRows()) {
    Value start = addIndex(b, loc, rowBase,
                           mulIndex(b, loc, row, p.rowStrides[1]));
    for (int64_t r = 0; r < rows; ++r)
      starts.push_back(addIndex(b, loc, start, r * p.rowStrides[1]));
    return starts;
  }
  for (int64_t r = 0; r < rows; ++r) {
    Value index = addIndex(b, loc, row, r);
    Value width = constIndex(b, loc, p.rowWidth);
    Value outer = arith::DivUIOp::create(b, loc, index, width);
    Value inner = arith::RemUIOp::create(b, loc, index, width);
    Value offset = addIndex(b, loc, mulIndex(b, loc, outer, p.rowStrides[0]),
                            mulIndex(b, loc, inner, p.rowStrides[1]));
    starts.push_back(addIndex(b, loc, rowBase, offset));
  }
  return starts;
}

GemmEmitter::Accumulators
GemmEmitter::initialAccumulators(const Panel &panel, int64_t rows) {
  Accumulators first;
  for (int64_t v = 0; v < panel.vectors; ++v)
    first.push_back(
        tail.initial(columnOf(panel, v), validColumns(panel, v)));
  Accumulators acc;
  for (int64_t r = 0; r < rows; ++r)
    acc.append(first);
  return acc;
}

GemmEmitter::Accumulators
GemmEmitter::step(const Panel &panel, ArrayRef<Value> rows, Value position,
                  Value weights, int64_t drop, Accumulators acc) {
  SmallVector<Value> columns;
  for (int64_t v = 0; v < panel.vectors; ++v) {
    int64_t stream = v / panel.streamVectors, inStream = v % panel.streamVectors;
    int64_t offset = stream * panel.streamVectors * layout.vectorElements() +
                     inStream * layout.lanes * layout.k;
    columns.push_back(dot.loadWeights(operands.weights,
                                      addIndex(b, loc, weights, offset)));
  }
  for (auto [r, start] : llvm::enumerate(rows)) {
    Value row = dot.broadcastRow(operands.rows,
                                 addIndex(b, loc, start, position), drop);
    for (int64_t v = 0; v < panel.vectors; ++v) {
      Value &cell = acc[r * panel.vectors + v];
      cell = dot.dotInto(cell, row, columns[v]);
    }
  }
  return acc;
}

/// One contiguous run: whole steps in an unrolled loop, then the remainder.
GemmEmitter::Accumulators
GemmEmitter::reduceRun(const Panel &panel, ArrayRef<Value> rows, Value tap,
                       Value weights, Accumulators acc) {
  int64_t whole = layout.run / layout.k;
  int64_t stepElements = panel.streamVectors * layout.lanes * layout.k;
  int64_t dots = int64_t(rows.size()) * panel.vectors;
  int64_t unroll = std::clamp<int64_t>(32 / dots, 1, 4);
  if (whole < 2 * unroll)
    unroll = whole;
  int64_t looped = unroll > 0 ? whole / unroll * unroll : 0;
  auto at = [&](Value index, int64_t extra, Accumulators in) {
    Value position = addIndex(
        b, loc, addIndex(b, loc, tap, mulIndex(b, loc, index, layout.k)),
        extra * layout.k);
    Value w = addIndex(
        b, loc,
        addIndex(b, loc, weights, mulIndex(b, loc, index, stepElements)),
        extra * stepElements);
    return step(panel, rows, position, w, 0, std::move(in));
  };
  if (looped > 0)
    acc = forCarrying(b, loc, looped, unroll, acc,
                      [&](Value index, ValueRange carried) {
                        Accumulators in(carried);
                        for (int64_t u = 0; u < unroll; ++u)
                          in = at(index, u, std::move(in));
                        return in;
                      });
  for (int64_t s = looped; s < whole; ++s)
    acc = at(constIndex(b, loc, s), 0, std::move(acc));
  if (layout.run % layout.k != 0) {
    int64_t drop = layout.k - layout.run % layout.k;
    acc = step(panel, rows, addIndex(b, loc, tap, layout.run - layout.k),
               addIndex(b, loc, weights, whole * stepElements), drop,
               std::move(acc));
  }
  return acc;
}

void GemmEmitter::emitTile(const Panel &panel, Value row, int64_t rows) {
  SmallVector<Value> starts = rowStarts(row, rows);
  Accumulators acc = initialAccumulators(panel, rows);
  int64_t runElements =
      layout.steps() * panel.streamVectors * layout.lanes * layout.k;
  acc = forCarrying(
      b, loc, p.outer[0], 1, acc, [&](Value y, ValueRange outerAcc) {
        Value rowOffset = mulIndex(b, loc, y, p.outerStrides[0]);
        Value w = addIndex(
            b, loc, panel.weights,
            mulIndex(b, loc, y, p.outer[1] * runElements));
        return forCarrying(
            b, loc, p.outer[1], 1, outerAcc, [&](Value x, ValueRange carried) {
              Value tap = addIndex(b, loc, rowOffset,
                                   mulIndex(b, loc, x, p.outerStrides[1]));
              Value at = addIndex(b, loc, w, mulIndex(b, loc, x, runElements));
              return reduceRun(panel, starts, tap, at, Accumulators(carried));
            });
      });
  emitEpilogue(panel, row, rows, acc);
}

void GemmEmitter::emitEpilogue(const Panel &panel, Value row, int64_t rows,
                               const Accumulators &acc) {
  // What every row of the tile shares.
  SmallVector<ColumnTail::Columns> columns;
  for (int64_t v = 0; v < panel.vectors; ++v)
    columns.push_back(tail.load(columnOf(panel, v), validColumns(panel, v)));
  Value start = addIndex(
      b, loc,
      addIndex(b, loc, resultBase, mulIndex(b, loc, row, p.resultRowStride)),
      panel.column);
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t v = 0; v < panel.vectors; ++v)
      tail.store(acc[r * panel.vectors + v], columns[v],
                 addIndex(b, loc, start,
                          r * p.resultRowStride + v * layout.lanes));
}

} // namespace

void emitGemm(OpBuilder &b, Location loc, const Target &target,
              const GemmProblem &problem, const GemmOperands &operands) {
  GemmEmitter(b, loc, target, problem, operands).emit();
}

} // namespace qs::vec
