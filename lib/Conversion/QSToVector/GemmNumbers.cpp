//===- GemmNumbers.cpp - Tiles whose sums are stated ----------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EmitUtils.h"
#include "GemmEmitter.h"

using namespace mlir;

namespace qs::vec {

/// Vectors between a step of a panel and the next, in elements.
int64_t GemmEmitter::stepElements(const Panel &panel) const {
  return panel.streamVectors * layout.lanes * layout.k;
}

GemmEmitter::Accumulators GemmEmitter::beginNumbers(size_t cells) {
  return Accumulators(cells, numbers->begin());
}

/// Where term `term` of a sum lies behind the start of a row; terms of a group
/// lie one after another.
Value GemmEmitter::termOffset(Value term) {
  if (isGrouped || layout.taps == 1)
    return term;
  Value length = constIndex(b, loc, layout.run);
  Value run = arith::DivUIOp::create(b, loc, term, length);
  Value offset = arith::RemUIOp::create(b, loc, term, length);
  for (size_t level = p.outer.size(); level-- > 0;) {
    if (p.outer[level] == 1)
      continue;
    Value count = constIndex(b, loc, p.outer[level]);
    Value index = run;
    if (level > 0) {
      index = arith::RemUIOp::create(b, loc, run, count);
      run = arith::DivUIOp::create(b, loc, run, count);
    }
    offset = addIndex(b, loc, offset,
                      mulIndex(b, loc, index, p.outerStrides[level]));
  }
  return offset;
}

/// The chunks of a run of terms in the order in which they lie, added to
/// `total`.
GemmEmitter::Accumulators GemmEmitter::sumChunks(const Panel &panel,
                                                 ArrayRef<Value> rows,
                                                 Value tap, Value weights,
                                                 Accumulators total) {
  const native::BitPlanes planes =
      panel.encoded ? layout.planes : native::BitPlanes();
  int64_t chunk = native::chunkOf(*p.sums, native::termsOf(layout, isGrouped));
  int64_t whole = layout.run / chunk, rest = layout.run % chunk;
  int64_t elements =
      chunk / planes.blockSteps() * planes.blockVectors() * stepElements(panel);
  auto add = [&](Value index, int64_t length, Accumulators in) {
    Accumulators part = reduceRun(
        panel, rows, addIndex(b, loc, tap, mulIndex(b, loc, index, chunk)),
        addIndex(b, loc, weights, mulIndex(b, loc, index, elements)), length,
        beginNumbers(in.size()));
    for (auto [cell, sum] : llvm::zip_equal(in, part))
      cell = numbers->join(cell, sum);
    return in;
  };
  total = forCarrying(b, loc, whole, 1, total,
                      [&](Value index, ValueRange carried) {
                        return add(index, chunk, Accumulators(carried));
                      });
  if (rest > 0)
    total = add(constIndex(b, loc, whole), rest, std::move(total));
  return total;
}

/// The sums of all chunks of plain weights, term by term.
GemmEmitter::Accumulators GemmEmitter::sumTerms(const Panel &panel,
                                                ArrayRef<Value> rows, Value tap,
                                                Value weights,
                                                ArrayRef<Value> seeds) {
  auto next = [&](Value term, const NumberSums::Draw &drawn,
                  MutableArrayRef<Value> in) {
    Value position = addIndex(b, loc, tap, termOffset(term));
    Value at =
        addIndex(b, loc, weights, mulIndex(b, loc, term, stepElements(panel)));
    SmallVector<Value> columns;
    for (int64_t v = 0; v < panel.vectors; ++v)
      columns.push_back(dot.loadWeights(
          panel.buffer, addIndex(b, loc, at, vectorOffset(panel, v))));
    NumberSums::Draw draw = drawn;
    for (auto [r, start] : llvm::enumerate(rows)) {
      Value row =
          dot.broadcastRow(operands.rows, addIndex(b, loc, start, position), 0);
      for (int64_t v = 0; v < panel.vectors; ++v) {
        size_t cell = r * panel.vectors + v;
        draw.seeds = seeds.empty() ? Value() : seeds[cell];
        in[cell] = numbers->take(in[cell], row, columns[v], draw);
      }
    }
  };
  return numbers->sumTerms(native::termsOf(layout, isGrouped),
                           rows.size() * panel.vectors, seeds, next);
}

/// The sums of a tile. Those of groups are scaled into f32 accumulators.
GemmEmitter::Accumulators
GemmEmitter::sumNumbers(const Panel &panel, ArrayRef<Value> rows, Value row) {
  size_t cells = rows.size() * panel.vectors;
  int64_t terms = native::termsOf(layout, isGrouped);
  bool chunked = native::chunkOf(*p.sums, terms) < terms;
  bool inOrder = native::sumsInOrder(layout, *p.sums, isGrouped);
  SmallVector<Value> seeds;
  if (numbers->isSeeded())
    for (size_t r = 0; r < rows.size(); ++r)
      for (int64_t v = 0; v < panel.vectors; ++v)
        seeds.push_back(numbers->elementSeeds(
            addIndex(b, loc, resultStart(panel, row),
                     int64_t(r) * p.resultRowStride + v * layout.lanes)));
  Value zero = constIndex(b, loc, 0);
  if (!isGrouped && !inOrder)
    return sumTerms(panel, rows, zero, panel.weights, seeds);
  Accumulators acc(cells, isGrouped ? splat(b, loc, dot.accType(), 0.0)
                                    : numbers->begin());
  return forEachRun(
      panel, std::move(acc),
      [&](Value tap, Value run, Value weights, Accumulators in) {
        if (!isGrouped)
          return chunked ? sumChunks(panel, rows, tap, weights, std::move(in))
                         : reduceRun(panel, rows, tap, weights, layout.run,
                                     std::move(in));
        Accumulators sums;
        if (!inOrder) {
          SmallVector<Value> own;
          for (Value seed : seeds)
            own.push_back(numbers->groupSeeds(seed, run));
          sums = sumTerms(panel, rows, tap, weights, own);
        } else if (chunked) {
          sums = sumChunks(panel, rows, tap, weights, beginNumbers(cells));
        } else {
          sums = reduceRun(panel, rows, tap, weights, layout.run,
                           beginNumbers(cells));
        }
        Value start = scales.start(addIndex(b, loc, scaleBase, panel.column),
                                   panel.streamVectors, run);
        return addScaled(panel, start, sums, std::move(in));
      });
}

} // namespace qs::vec
