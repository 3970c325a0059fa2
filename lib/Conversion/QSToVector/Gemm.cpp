//===- Gemm.cpp - Generator of packed GEMM-like loops ---------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Conversion/QSToVector/Gemm.h"
#include "ColumnTail.h"
#include "Decode.h"
#include "EmitUtils.h"
#include "RunScales.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "qs/Conversion/QSToVector/Dot.h"
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
        isGrouped(problem.scaleStorage && !isFloat),
        primitive(isFloat             ? target.floating
                  : problem.signs > 0 ? target.bits
                                      : target.integer),
        dot(b, loc, primitive, problem.signedRows),
        tail(b, loc, problem.epilogue, operands, problem.bias,
             isFloat || isGrouped, problem.layout.lanes, problem.signs),
        scales(b, loc, problem, operands) {
    if (p.table)
      decoder.emplace(b, loc, target, layout, p.table, p.levelOffset);
    if (isGrouped)
      primitive.accumulators = 2;
  }

  void emit();

private:
  /// One panel or several side by side: where the weights of the first start in
  /// which buffer, whether they are still to be decoded, its first column (over
  /// all groups), the width of all in vectors, the columns they have, and the
  /// width of each. Each is a stream of its own through memory.
  struct Panel {
    Value buffer;
    Value weights;
    bool encoded;
    Value column;
    int64_t vectors;
    int64_t columns;
    int64_t streamVectors;
    /// What decoded weights of a run are multiplied by; empty for 1.
    SmallVector<Value> scales = {};
  };
  using Accumulators = SmallVector<Value>;

  void emitGroup(Value batch, Value group);
  void emitPanels(int64_t threads,
                  llvm::function_ref<void(const Panel &)> body);
  void emitTile(const Panel &panel, Value row, int64_t rows);
  SmallVector<Value> rowStarts(Value row, int64_t rows);
  Accumulators initialAccumulators(const Panel &panel, int64_t rows);
  Panel decodePanel(const Panel &panel);
  Panel scaled(const Panel &panel, Value run);
  Value decoded(const Panel &panel, DecodeEmitter::Block &block, int64_t v,
                int64_t step);
  Accumulators reduceGroup(const Panel &panel, ArrayRef<Value> rows, Value tap,
                           Value weights, Value run, Accumulators acc);
  void decodeBlock(const Panel &panel, Value from, Value to, int64_t steps);
  Accumulators reduceCounts(const Panel &panel, ArrayRef<Value> rows,
                            Value tap, Value weights, Accumulators acc);
  Accumulators reduceRun(const Panel &panel, ArrayRef<Value> rows, Value tap,
                         Value weights, int64_t run, Accumulators acc);
  Accumulators reduceBlock(const Panel &panel, ArrayRef<Value> rows, Value tap,
                           Value weights, int64_t steps, int64_t drop,
                           Accumulators acc);
  Accumulators step(const Panel &panel, ArrayRef<Value> rows, Value position,
                    ArrayRef<Value> columns, int64_t drop, Accumulators acc);
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
  int64_t joined() {
    // Large trees of selects are not multiplied.
    if (operands.scratch || (decoder && decoder->cost() > 16))
      return 1;
    return native::choosePanels(target, primitive, p.rows, layout.vectors);
  }

  OpBuilder &b;
  Location loc;
  const Target &target;
  const GemmProblem &p;
  const PackedLayout &layout;
  const GemmOperands &operands;
  bool isFloat;
  /// Sums of runs are scaled into f32 accumulators.
  bool isGrouped;
  native::DotPrimitive primitive;
  DotEmitter dot;
  ColumnTail tail;
  RunScales scales;
  std::optional<DecodeEmitter> decoder;
  /// Offsets of the current batch and group.
  Value rowBase, weightBase, columnBase, resultBase, scaleBase;
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
  scaleBase = mulIndex(b, loc, group, layout.columnVectors() * layout.lanes);
  resultBase = addIndex(b, loc, mulIndex(b, loc, batch, p.resultBatchStride),
                        columnBase);

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
    emitPanels(1, [&](const Panel &panel) {
      emitTile(panel, constIndex(b, loc, full), p.rows - full);
    });
}

void GemmEmitter::emitPanels(int64_t threads,
                             llvm::function_ref<void(const Panel &)> body) {
  int64_t width = layout.vectors * layout.lanes;
  int64_t elements = layout.vectors * layout.vectorElements();
  int64_t whole = layout.columns / width;
  bool encoded = layout.planes.packed();
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

SmallVector<Value> GemmEmitter::rowStarts(Value row, int64_t rows) {
  SmallVector<Value> starts;
  if (p.linearRows()) {
    Value start =
        addIndex(b, loc, rowBase, mulIndex(b, loc, row, p.rowStrides[1]));
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

GemmEmitter::Accumulators GemmEmitter::initialAccumulators(const Panel &panel,
                                                           int64_t rows) {
  Accumulators first;
  for (int64_t v = 0; v < panel.vectors; ++v)
    first.push_back(tail.initial(columnOf(panel, v), validColumns(panel, v)));
  Accumulators acc;
  for (int64_t r = 0; r < rows; ++r)
    acc.append(first);
  return acc;
}

/// The panel with the scales of a run, which its weights are multiplied by.
GemmEmitter::Panel GemmEmitter::scaled(const Panel &panel, Value run) {
  Panel result = panel;
  if (!p.scaleStorage || !panel.encoded)
    return result;
  Value start = scales.start(addIndex(b, loc, scaleBase, panel.column),
                             panel.streamVectors, run);
  for (int64_t v = 0; v < panel.vectors; ++v)
    result.scales.push_back(scales.load(start, scaleOffset(panel, v)));
  return result;
}

Value GemmEmitter::decoded(const Panel &panel, DecodeEmitter::Block &block,
                           int64_t v, int64_t step) {
  Value level = decoder->decode(block, v, vectorOffset(panel, v), step);
  if (panel.scales.empty())
    return level;
  return arith::MulFOp::create(b, loc, level, panel.scales[v]);
}

/// Decodes `steps` steps of a block that starts at element `from` of a panel to
/// element `to` of the scratch buffer.
void GemmEmitter::decodeBlock(const Panel &panel, Value from, Value to,
                              int64_t steps) {
  DecodeEmitter::Block block(panel.buffer, from, panel.streamVectors);
  int64_t vector = layout.lanes * layout.k;
  for (int64_t s = 0; s < steps; ++s)
    for (int64_t v = 0; v < panel.vectors; ++v)
      vector::StoreOp::create(
          b, loc, decoded(panel, block, v, s), operands.scratch,
          addIndex(b, loc, to, (s * panel.vectors + v) * vector));
}

/// The panel as plain elements, where there is a buffer for them.
GemmEmitter::Panel GemmEmitter::decodePanel(const Panel &panel) {
  if (!panel.encoded || !operands.scratch)
    return panel;
  Panel plain = panel;
  plain.encoded = false;
  plain.buffer = operands.scratch;
  plain.weights = constIndex(b, loc, 0);
  plain.scales.clear();
  int64_t vectors = panel.vectors * layout.lanes * layout.k;
  int64_t perBlock = layout.planes.blockSteps();
  int64_t whole = layout.steps() / perBlock, rest = layout.steps() % perBlock;
  int64_t fromBlock = layout.planes.blockVectors() * vectors;
  int64_t toBlock = perBlock * vectors;
  forEach(b, loc, layout.taps, 1, [&](Value tap) {
    Value from = addIndex(b, loc, panel.weights,
                          mulIndex(b, loc, tap, runElements(panel)));
    Value to = mulIndex(b, loc, tap, runElements(plain));
    Panel run = isFloat ? scaled(panel, tap) : panel;
    forEach(b, loc, whole, 1, [&](Value block) {
      decodeBlock(
          run, addIndex(b, loc, from, mulIndex(b, loc, block, fromBlock)),
          addIndex(b, loc, to, mulIndex(b, loc, block, toBlock)), perBlock);
    });
    if (rest > 0)
      decodeBlock(run, addIndex(b, loc, from, whole * fromBlock),
                  addIndex(b, loc, to, whole * toBlock), rest);
  });
  return plain;
}

GemmEmitter::Accumulators
GemmEmitter::step(const Panel &panel, ArrayRef<Value> rows, Value position,
                  ArrayRef<Value> columns, int64_t drop, Accumulators acc) {
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

/// `steps` steps of a block of weights (one step where they are plain). The
/// last one lacks `drop` elements: it reads the last k of the run and shifts.
GemmEmitter::Accumulators GemmEmitter::reduceBlock(const Panel &panel,
                                                   ArrayRef<Value> rows,
                                                   Value tap, Value weights,
                                                   int64_t steps, int64_t drop,
                                                   Accumulators acc) {
  DecodeEmitter::Block block(panel.buffer, weights, panel.streamVectors);
  for (int64_t s = 0; s < steps; ++s) {
    SmallVector<Value> columns;
    for (int64_t v = 0; v < panel.vectors; ++v)
      columns.push_back(
          panel.encoded ? dot.widenWeights(decoded(panel, block, v, s))
                        : dot.loadWeights(panel.buffer,
                                          addIndex(b, loc, weights,
                                                   vectorOffset(panel, v))));
    int64_t missing = s == steps - 1 ? drop : 0;
    acc = step(panel, rows, addIndex(b, loc, tap, s * layout.k - missing),
               columns, missing, std::move(acc));
  }
  return acc;
}

/// `run` contiguous elements: whole blocks in an unrolled loop, then the
/// remainder.
GemmEmitter::Accumulators
GemmEmitter::reduceRun(const Panel &panel, ArrayRef<Value> rows, Value tap,
                       Value weights, int64_t run, Accumulators acc) {
  const native::BitPlanes planes =
      panel.encoded ? layout.planes : native::BitPlanes();
  int64_t steps = planes.blockSteps();
  int64_t allSteps = llvm::divideCeil(run, layout.k);
  int64_t whole = run / layout.k / steps;
  int64_t blockElements =
      planes.blockVectors() * panel.streamVectors * layout.lanes * layout.k;
  int64_t dots = int64_t(rows.size()) * panel.vectors * steps;
  if (panel.encoded)
    dots *= decoder->cost();
  int64_t unroll = std::clamp<int64_t>(32 / dots, 1, 4);
  // A group is short and has no loop of its own.
  if (whole < 2 * unroll || (isGrouped && whole * dots <= 256))
    unroll = whole;
  int64_t looped = unroll > 0 ? whole / unroll * unroll : 0;
  auto at = [&](Value index, int64_t extra, int64_t count, int64_t drop,
                Accumulators in) {
    Value position = addIndex(
        b, loc,
        addIndex(b, loc, tap, mulIndex(b, loc, index, steps * layout.k)),
        extra * steps * layout.k);
    Value w = addIndex(
        b, loc,
        addIndex(b, loc, weights, mulIndex(b, loc, index, blockElements)),
        extra * blockElements);
    return reduceBlock(panel, rows, position, w, count, drop, std::move(in));
  };
  if (looped > 0)
    acc = forCarrying(b, loc, looped, unroll, acc,
                      [&](Value index, ValueRange carried) {
                        Accumulators in(carried);
                        for (int64_t u = 0; u < unroll; ++u)
                          in = at(index, u, steps, 0, std::move(in));
                        return in;
                      });
  for (int64_t s = looped; s < whole; ++s)
    acc = at(constIndex(b, loc, s), 0, steps, 0, std::move(acc));
  int64_t drop = allSteps * layout.k - run;
  if (int64_t rest = allSteps - whole * steps)
    acc = at(constIndex(b, loc, whole), 0, rest, drop, std::move(acc));
  return acc;
}

/// One group: the exact sum of its run, scaled into f32 accumulators.
GemmEmitter::Accumulators
GemmEmitter::reduceGroup(const Panel &panel, ArrayRef<Value> rows, Value tap,
                         Value weights, Value run, Accumulators acc) {
  Value start = scales.start(addIndex(b, loc, scaleBase, panel.column),
                             panel.streamVectors, run);
  Accumulators sums;
  for (Value row : rows) {
    Value rowSum;
    if (operands.rowSums) {
      // Rows and taps start at whole runs.
      Value length = constIndex(b, loc, layout.run);
      rowSum = addIndex(b, loc, arith::DivUIOp::create(b, loc, row, length),
                        arith::DivUIOp::create(b, loc, tap, length));
    }
    for (int64_t v = 0; v < panel.vectors; ++v)
      sums.push_back(scales.initial(start, scaleOffset(panel, v), rowSum));
  }
  sums = reduceRun(panel, rows, tap, weights, layout.run, std::move(sums));
  for (int64_t v = 0; v < panel.vectors; ++v) {
    Value scale = scales.load(start, scaleOffset(panel, v));
    for (size_t r = 0; r < rows.size(); ++r) {
      size_t cell = r * panel.vectors + v;
      acc[cell] = scales.flush(acc[cell], sums[cell], scale);
    }
  }
  return acc;
}

/// One run in pieces whose narrow counts cannot wrap.
GemmEmitter::Accumulators
GemmEmitter::reduceCounts(const Panel &panel, ArrayRef<Value> rows, Value tap,
                          Value weights, Accumulators acc) {
  int64_t longest = int64_t(primitive.flushSteps) * layout.k;
  int64_t piece =
      llvm::divideCeil(layout.run, llvm::divideCeil(layout.run, longest));
  int64_t whole = layout.run / piece, rest = layout.run % piece;
  int64_t vector = panel.streamVectors * layout.lanes;
  auto count = [&](Value index, int64_t length, Accumulators in) {
    Accumulators counts(in.size(), splat(b, loc, dot.countType(), 0));
    counts = reduceRun(
        panel, rows, addIndex(b, loc, tap, mulIndex(b, loc, index, piece)),
        addIndex(b, loc, weights, mulIndex(b, loc, index, piece * vector)),
        length, std::move(counts));
    for (auto [cell, narrow] : llvm::zip_equal(in, counts))
      cell = dot.flushInto(cell, narrow);
    return in;
  };
  acc = forCarrying(b, loc, whole, 1, acc,
                    [&](Value index, ValueRange carried) {
                      return count(index, piece, Accumulators(carried));
                    });
  if (rest > 0)
    acc = count(constIndex(b, loc, whole), rest, std::move(acc));
  return acc;
}

void GemmEmitter::emitTile(const Panel &panel, Value row, int64_t rows) {
  SmallVector<Value> starts = rowStarts(row, rows);
  Accumulators acc = initialAccumulators(panel, rows);
  int64_t elements = runElements(panel);
  // Three nested loops over runs; `run` counts all of them.
  std::function<Accumulators(unsigned, Value, Value, Accumulators)> runs =
      [&](unsigned level, Value tap, Value run, Accumulators in) {
        if (level < p.outer.size())
          return Accumulators(forCarrying(
              b, loc, p.outer[level], 1, in, [&](Value i, ValueRange carried) {
                Value inner = addIndex(
                    b, loc, tap, mulIndex(b, loc, i, p.outerStrides[level]));
                Value count =
                    addIndex(b, loc, mulIndex(b, loc, run, p.outer[level]), i);
                return runs(level + 1, inner, count, Accumulators(carried));
              }));
        Value weights =
            addIndex(b, loc, panel.weights, mulIndex(b, loc, run, elements));
        if (isGrouped)
          return reduceGroup(panel, starts, tap, weights, run, std::move(in));
        if (primitive.flushSteps > 0)
          return reduceCounts(panel, starts, tap, weights, std::move(in));
        return reduceRun(isFloat ? scaled(panel, run) : panel, starts, tap,
                         weights, layout.run, std::move(in));
      };
  Value zero = constIndex(b, loc, 0);
  emitEpilogue(panel, row, rows, runs(0, zero, zero, std::move(acc)));
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
  for (int64_t r = 0; r < rows; ++r) {
    ColumnTail::Row own = tail.loadRow(addIndex(b, loc, row, r),
                                       layout.groups * layout.columns);
    for (int64_t v = 0; v < panel.vectors; ++v)
      tail.store(
          acc[r * panel.vectors + v], columns[v],
          addIndex(b, loc, start, r * p.resultRowStride + v * layout.lanes),
          own);
  }
}

} // namespace

void emitGemm(OpBuilder &b, Location loc, const Target &target,
              const GemmProblem &problem, const GemmOperands &operands) {
  GemmEmitter(b, loc, target, problem, operands).emit();
}

} // namespace qs::vec
