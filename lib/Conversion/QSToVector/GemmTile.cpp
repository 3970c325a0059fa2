//===- GemmTile.cpp - One tile of a GEMM-like loop ------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EmitUtils.h"
#include "GemmEmitter.h"

using namespace mlir;

namespace qs::vec {

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

GemmEmitter::Accumulators
GemmEmitter::initialAccumulators(const Panel &panel, Value row, int64_t rows) {
  Value start = scales.start(addIndex(b, loc, scaleBase, panel.column),
                             panel.streamVectors, constIndex(b, loc, 0));
  Accumulators first;
  for (int64_t v = 0; v < panel.vectors; ++v)
    first.push_back(
        operands.groupBias && !isGrouped
            ? scales.initial(start, scaleOffset(panel, v), Value())
            : tail.initial(columnOf(panel, v), validColumns(panel, v)));
  Accumulators acc;
  for (int64_t r = 0; r < rows; ++r) {
    acc.append(first);
    if (isGrouped)
      continue;
    Value index = addIndex(b, loc, row, r);
    auto cells = MutableArrayRef(acc).take_back(panel.vectors);
    if (operands.rowSums && p.levelOffset != 0) {
      Value offset = scales.ofRow(index);
      for (Value &cell : cells)
        cell = arith::AddIOp::create(b, loc, cell, offset);
    }
    for (auto [v, cell] : llvm::enumerate(cells))
      cell = scales.lessRowZero(cell, start, scaleOffset(panel, v), index);
  }
  return acc;
}

void GemmEmitter::step(const Panel &panel, ArrayRef<Value> rows, Value position,
                       ArrayRef<Value> columns, int64_t drop,
                       MutableArrayRef<Value> cells) {
  for (auto [r, start] : llvm::enumerate(rows)) {
    Value row = dot.broadcastRow(operands.rows,
                                 addIndex(b, loc, start, position), drop);
    for (auto [v, column] : llvm::enumerate(columns)) {
      Value &cell = cells[r * columns.size() + v];
      cell = numbers ? numbers->take(cell, row, column)
                     : dot.dotInto(cell, row, column);
    }
  }
}

/// `steps` steps of a block of weights (one step where they are plain). The
/// last one lacks `drop` elements: it reads the last k of the run and shifts.
/// Words left in place have accumulators for each step of a block.
GemmEmitter::Accumulators GemmEmitter::reduceBlock(const Panel &panel,
                                                   ArrayRef<Value> rows,
                                                   Value tap, Value weights,
                                                   int64_t steps, int64_t drop,
                                                   Accumulators acc) {
  DecodeEmitter::Block block(panel.buffer, weights, panel.streamVectors);
  size_t cells = rows.size() * panel.vectors * parts();
  bool inPlace = acc.size() > cells;
  auto column = [&](int64_t v, int64_t s) {
    int64_t offset = vectorOffset(panel, v);
    if (inPlace)
      return decoder->inPlace(block, v, offset, s);
    if (panel.encoded)
      return dot.widenWeights(decoded(panel, block, v, s));
    return dot.loadWeights(panel.buffer, addIndex(b, loc, weights, offset));
  };
  for (int64_t s = 0; s < steps; ++s) {
    SmallVector<Value> columns;
    for (int64_t v = 0; v < panel.vectors; ++v) {
      columns.push_back(column(v, s));
      if (parts() == 1)
        continue;
      auto [high, low] = dot.splitWeights(columns.pop_back_val());
      if (!panel.zeros.empty()) {
        high = arith::SubIOp::create(b, loc, high, panel.zeros[v].first);
        low = arith::SubIOp::create(b, loc, low, panel.zeros[v].second);
      }
      columns.append({high, low});
    }
    int64_t missing = s == steps - 1 ? drop : 0;
    step(panel, rows, addIndex(b, loc, tap, s * layout.k - missing), columns,
         missing,
         MutableArrayRef(acc).slice(
             inPlace ? layout.planes.placeOf(s) * cells : 0, cells));
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
  int64_t dots = int64_t(rows.size()) * panel.vectors * parts() * steps;
  if (panel.encoded)
    dots *= decoder->cost();
  if (numbers)
    dots *= primitive.instructions;
  int64_t unroll = std::clamp<int64_t>(32 / dots, 1, 4);
  // Sums of several steps would be added up first, in registers of their own.
  if (primitive.kind == native::Dot::PMaddUbSw && dots >= 8)
    unroll = 1;
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

/// The sum over a run, added to `initial`.
GemmEmitter::Accumulators GemmEmitter::sumRun(const Panel &panel,
                                              ArrayRef<Value> rows, Value tap,
                                              Value weights,
                                              Accumulators initial) {
  if (usesTables())
    return sumTables(panel, tap, weights, std::move(initial));
  if (panel.encoded && isInPlace(int64_t(rows.size()), panel.vectors))
    return sumPlaces(panel, rows, tap, weights, std::move(initial));
  if (keepsParts())
    return sumInParts(panel, rows, tap, weights, std::move(initial));
  if (primitive.flushSteps > 0)
    return reduceCounts(panel, rows, tap, weights, std::move(initial));
  return reduceRun(panel, rows, tap, weights, layout.run, std::move(initial));
}

/// Fewer steps do not pay for counts of their own.
static constexpr int64_t kFewSteps = 3;

bool GemmEmitter::keepsCounts(unsigned level) const {
  int64_t steps = layout.steps();
  for (size_t l = level; l < p.outer.size(); ++l)
    steps *= p.outer[l];
  return primitive.flushSteps > 0 && !isGrouped && !inParts &&
         steps >= kFewSteps && steps <= int64_t(primitive.flushSteps);
}

/// One run in pieces whose narrow counts cannot wrap.
GemmEmitter::Accumulators GemmEmitter::reduceCounts(const Panel &panel,
                                                    ArrayRef<Value> rows,
                                                    Value tap, Value weights,
                                                    Accumulators acc) {
  const native::BitPlanes planes =
      panel.encoded ? layout.planes : native::BitPlanes();
  int64_t block = planes.blockSteps();
  int64_t longest = primitive.flushSteps / block * block;
  if (longest < kFewSteps && primitive.kind == native::Dot::PMaddUbSw)
    return reduceRun(panel, rows, tap, weights, layout.run, std::move(acc));
  int64_t pieces = llvm::divideCeil(layout.steps(), longest);
  int64_t blocks =
      llvm::divideCeil(llvm::divideCeil(layout.steps(), pieces), block);
  int64_t piece = blocks * block * layout.k;
  int64_t whole = layout.run / piece, rest = layout.run % piece;
  int64_t stored = blocks * planes.blockVectors() * panel.streamVectors *
                   layout.lanes * layout.k;
  auto count = [&](Value index, int64_t length, Accumulators in) {
    Accumulators counts(in.size(), splat(b, loc, dot.countType(), 0));
    counts = reduceRun(
        panel, rows, addIndex(b, loc, tap, mulIndex(b, loc, index, piece)),
        addIndex(b, loc, weights, mulIndex(b, loc, index, stored)), length,
        std::move(counts));
    for (auto [cell, narrow] : llvm::zip_equal(in, counts))
      cell = dot.flushInto(cell, narrow);
    return in;
  };
  acc =
      forCarrying(b, loc, whole, 1, acc, [&](Value index, ValueRange carried) {
        return count(index, piece, Accumulators(carried));
      });
  if (rest > 0)
    acc = count(constIndex(b, loc, whole), rest, std::move(acc));
  return acc;
}

/// One group: the exact sum of its run, scaled into f32 accumulators.
GemmEmitter::Accumulators
GemmEmitter::reduceGroup(const Panel &panel, ArrayRef<Value> rows, Value tap,
                         Value weights, Value run, Accumulators acc) {
  Value start = scales.start(addIndex(b, loc, scaleBase, panel.column),
                             panel.streamVectors, run);
  // Narrow sums start from nothing: what they are added to can wait.
  bool waits = primitive.flushSteps > 0;
  Accumulators initial,
      sums(rows.size() * panel.vectors, splat(b, loc, dot.accType(), 0));
  if (waits)
    sums = sumRun(withZeros(panel, start), rows, tap, weights, std::move(sums));
  for (auto [r, row] : llvm::enumerate(rows)) {
    Value rowSum;
    if (operands.rowSums && !foldsLevels()) {
      // Rows and taps start at whole runs.
      Value length = constIndex(b, loc, layout.run);
      rowSum = addIndex(b, loc, arith::DivUIOp::create(b, loc, row, length),
                        arith::DivUIOp::create(b, loc, tap, length));
    }
    for (int64_t v = 0; v < panel.vectors; ++v) {
      int64_t offset = scaleOffset(panel, v);
      initial.push_back(scales.lessRowZero(
          scales.initial(start, offset, rowSum), start, offset,
          addIndex(b, loc, tileRow, int64_t(r))));
    }
  }
  if (!waits)
    sums = sumRun(withZeros(panel, start), rows, tap, weights,
                  std::move(initial));
  else
    for (auto [sum, first] : llvm::zip_equal(sums, initial))
      sum = arith::AddIOp::create(b, loc, sum, first);
  return addScaled(panel, start, sums, std::move(acc));
}

GemmEmitter::Accumulators GemmEmitter::addScaled(const Panel &panel,
                                                 Value start,
                                                 ArrayRef<Value> sums,
                                                 Accumulators acc) {
  for (int64_t v = 0; v < panel.vectors; ++v) {
    Value scale = scales.load(start, scaleOffset(panel, v));
    for (size_t cell = v; cell < acc.size(); cell += panel.vectors)
      acc[cell] = scales.flush(acc[cell], sums[cell], scale);
  }
  return acc;
}

/// Three nested loops over runs, of which `body` takes what lies behind the
/// start of a row, the number and the weights.
GemmEmitter::Accumulators GemmEmitter::forEachRun(
    const Panel &panel, Accumulators acc,
    llvm::function_ref<Accumulators(Value, Value, Value, Accumulators)> body) {
  int64_t elements = runElements(panel);
  // `run` counts all of them. Parts are added up behind the outermost loop that
  // they take in; `inParts` is inside of it.
  std::function<Accumulators(unsigned, Value, Value, Accumulators)> runs =
      [&](unsigned level, Value tap, Value run, Accumulators in) {
        int64_t terms = layout.run;
        for (size_t l = level; l < p.outer.size(); ++l)
          terms *= p.outer[l];
        if (keepsParts() && !isGrouped && !inParts && terms <= termsInParts()) {
          inParts = true;
          Accumulators sums =
              runs(level, tap, run, emptyParts(int64_t(in.size())));
          inParts = false;
          return addParts(std::move(in), sums);
        }
        if (keepsCounts(level)) {
          inParts = true;
          Accumulators counts(in.size(), splat(b, loc, dot.countType(), 0));
          counts = runs(level, tap, run, std::move(counts));
          inParts = false;
          for (auto [cell, narrow] : llvm::zip_equal(in, counts))
            cell = dot.flushInto(cell, narrow);
          return in;
        }
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
        return body(tap, run, weights, std::move(in));
      };
  Value zero = constIndex(b, loc, 0);
  return runs(0, zero, zero, std::move(acc));
}

void GemmEmitter::emitTile(const Panel &stored, Value row, int64_t rows) {
  SmallVector<Value> starts = rowStarts(row, rows);
  tileRow = row;
  Panel panel = stored;
  if (!isGrouped)
    panel = withZeros(
        stored, scales.start(addIndex(b, loc, scaleBase, stored.column),
                             stored.streamVectors, constIndex(b, loc, 0)));
  if (numbers)
    return emitEpilogue(panel, row, rows, sumNumbers(panel, starts, row));
  Accumulators acc = initialAccumulators(panel, row, rows);
  acc = forEachRun(panel, std::move(acc),
                   [&](Value tap, Value run, Value weights, Accumulators in) {
                     if (isGrouped)
                       return reduceGroup(panel, starts, tap, weights, run,
                                          std::move(in));
                     if (inParts)
                       return reduceRun(panel, starts, tap, weights, layout.run,
                                        std::move(in));
                     return sumRun(isFloat ? scaled(panel, run) : panel, starts,
                                   tap, weights, std::move(in));
                   });
  emitEpilogue(panel, row, rows, acc);
}

/// Where a tile's first result lies.
Value GemmEmitter::resultStart(const Panel &panel, Value row) {
  return addIndex(
      b, loc,
      addIndex(b, loc, resultBase, mulIndex(b, loc, row, p.resultRowStride)),
      panel.column);
}

void GemmEmitter::emitEpilogue(const Panel &panel, Value row, int64_t rows,
                               const Accumulators &acc) {
  // What every row of the tile shares.
  SmallVector<ColumnTail::Columns> columns;
  for (int64_t v = 0; v < panel.vectors; ++v)
    columns.push_back(tail.load(columnOf(panel, v), validColumns(panel, v)));
  Value start = resultStart(panel, row);
  for (int64_t r = 0; r < rows; ++r) {
    ColumnTail::Row own =
        tail.loadRow(addIndex(b, loc, row, r), layout.groups * layout.columns);
    for (int64_t v = 0; v < panel.vectors; ++v)
      tail.store(
          acc[r * panel.vectors + v], columns[v],
          addIndex(b, loc, start, r * p.resultRowStride + v * layout.lanes),
          own);
  }
}

} // namespace qs::vec
