//===- GemmTables.cpp - Sums of one row by look-up ------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// See TableSums.h. The tables of all words of a row lie in the scratch buffer,
// in the order of the words; sums are i16 for as long as they fit.
//
//===----------------------------------------------------------------------===//

#include "GemmEmitter.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "qs/Target/Native/TableSums.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace qs::vec {

using native::TableSums;

static constexpr int64_t kTableBytes = TableSums::entries * 2;
static constexpr int64_t kVectorBytes = TableSums::lanes * 2;

bool GemmEmitter::usesTables() const {
  return decoder && TableSums::uses(target, layout);
}

/// Whether the tables of a group hold sums of products by its levels, so that
/// neither the lowest level nor the distance of the two is left to the sums.
/// Zero points of groups are left to them.
bool GemmEmitter::foldsLevels() const {
  if (!isGrouped || !usesTables() || operands.groupZero)
    return false;
  int64_t low = decoder->level(0) - p.levelOffset;
  int64_t high = decoder->level(1) - p.levelOffset;
  return TableSums::words(layout) * TableSums::positions * 128 *
             std::max(std::abs(low), std::abs(high)) <=
         32767;
}

/// The lanes of a table whose index has `bit` set.
static Value selects(OpBuilder &b, Location loc, unsigned bit) {
  SmallVector<bool> lanes;
  for (int64_t i = 0; i < TableSums::lanes; ++i)
    lanes.push_back(i >> bit & 1);
  auto type = VectorType::get({TableSums::lanes}, b.getI1Type());
  return arith::ConstantOp::create(b, loc, DenseElementsAttr::get(type, lanes));
}

/// The tables of one word whose first `valid` positions start at element
/// `position` of the rows; the others are selected by no weight.
void GemmEmitter::makeTable(Value position, Value table, int64_t valid) {
  auto words = VectorType::get({TableSums::lanes}, b.getI16Type());
  auto bytes = VectorType::get({kVectorBytes}, b.getI8Type());
  bool folds = foldsLevels();
  int64_t low = folds ? decoder->level(0) - p.levelOffset : 0;
  int64_t distance = folds ? *decoder->multiple() : 1;
  auto constant = [&](int64_t value) -> Value {
    return arith::ConstantIntOp::create(b, loc, b.getI16Type(), value);
  };
  auto element = [&](unsigned bit) -> Value {
    int64_t offset = TableSums::positionOf(bit);
    if (offset >= valid)
      return constant(0);
    Value byte = memref::LoadOp::create(b, loc, operands.rows,
                                        addIndex(b, loc, position, offset));
    return arith::ExtSIOp::create(b, loc, b.getI16Type(), byte);
  };
  auto selected = [&](Value element) -> Value {
    if (distance != 1)
      element = arith::MulIOp::create(b, loc, element, constant(distance));
    return vector::BroadcastOp::create(b, loc, words, element);
  };
  auto store = [&](Value sums, int64_t vector) {
    vector::StoreOp::create(
        b, loc, vector::BitCastOp::create(b, loc, bytes, sums),
        operands.scratch, addIndex(b, loc, table, vector * kVectorBytes));
  };
  unsigned bit = 0;
  int64_t vector = 0;
  for (unsigned count : TableSums::indexBits) {
    SmallVector<Value> elements;
    Value none = constant(0);
    for (unsigned i = 0; i < count; ++i) {
      elements.push_back(element(bit + i));
      none = arith::AddIOp::create(b, loc, none, elements.back());
    }
    // What no bit selects counts by the lowest level.
    none = arith::MulIOp::create(b, loc, none, constant(low));
    Value sums = vector::BroadcastOp::create(b, loc, words, none);
    for (unsigned i = 0; i < std::min(count, 5u); ++i) {
      Value more = arith::AddIOp::create(b, loc, sums, selected(elements[i]));
      sums = arith::SelectOp::create(b, loc, selects(b, loc, i), more, sums);
    }
    store(sums, vector++);
    if (count > 5)
      store(arith::AddIOp::create(b, loc, sums, selected(elements[5])),
            vector++);
    bit += count;
  }
}

void GemmEmitter::makeTables(Value row) {
  int64_t words = TableSums::words(layout);
  int64_t whole = layout.run / TableSums::positions;
  Value start = rowStarts(row, 1)[0];
  forEach(b, loc, layout.taps, 1, [&](Value tap) {
    Value first = addIndex(b, loc, start, mulIndex(b, loc, tap, layout.run));
    Value table = mulIndex(b, loc, tap, words * kTableBytes);
    forEach(b, loc, whole, 1, [&](Value word) {
      makeTable(
          addIndex(b, loc, first, mulIndex(b, loc, word, TableSums::positions)),
          addIndex(b, loc, table, mulIndex(b, loc, word, kTableBytes)),
          TableSums::positions);
    });
    if (whole < words)
      makeTable(addIndex(b, loc, first, whole * TableSums::positions),
                addIndex(b, loc, table, whole * kTableBytes),
                layout.run - whole * TableSums::positions);
  });
}

/// Adds what the words of all vectors of a panel select to i16 sums.
GemmEmitter::Accumulators GemmEmitter::addWords(const Panel &panel,
                                                Value weights, Value table,
                                                Accumulators sums) {
  auto words = VectorType::get({TableSums::lanes}, b.getI16Type());
  auto bytes = VectorType::get({kVectorBytes}, b.getI8Type());
  auto load = [&](Value buffer, Value at, int64_t offset) -> Value {
    Value loaded = vector::LoadOp::create(b, loc, bytes, buffer,
                                          addIndex(b, loc, at, offset));
    return vector::BitCastOp::create(b, loc, words, loaded);
  };
  auto call = [&](StringRef name, ValueRange values) {
    return LLVM::CallIntrinsicOp::create(b, loc, words, b.getStringAttr(name),
                                         values)
        .getResult(0);
  };
  SmallVector<Value> tables;
  for (int64_t i = 0; i < TableSums::entries / TableSums::lanes; ++i)
    tables.push_back(load(operands.scratch, table, i * kVectorBytes));
  for (int64_t v = 0; v < panel.vectors; ++v) {
    Value word = load(panel.buffer, weights, vectorOffset(panel, v));
    unsigned bit = 0;
    size_t next = 0;
    for (unsigned count : TableSums::indexBits) {
      // What lies above the index is not looked at.
      Value index = word;
      if (bit > 0)
        index = arith::ShRUIOp::create(b, loc, word,
                                       splat(b, loc, words, int64_t(bit)));
      Value found = count > 5 ? call("llvm.x86.avx512.vpermi2var.hi.512",
                                     {tables[next], index, tables[next + 1]})
                              : call("llvm.x86.avx512.permvar.hi.512",
                                     {tables[next], index});
      sums[v] = arith::AddIOp::create(b, loc, sums[v], found);
      next += count > 5 ? 2 : 1;
      bit += count;
    }
  }
  return sums;
}

GemmEmitter::Accumulators GemmEmitter::sumTables(const Panel &panel, Value tap,
                                                 Value weights,
                                                 Accumulators initial) {
  int64_t words = TableSums::words(layout);
  int64_t multiple = foldsLevels() ? 1 : *decoder->multiple();
  auto narrow = VectorType::get({TableSums::lanes}, b.getI16Type());
  auto wide = narrow.clone(b.getI32Type());
  int64_t wordElements = panel.streamVectors * layout.lanes * layout.k;
  Value tables = constIndex(b, loc, 0);
  if (layout.taps > 1)
    tables = mulIndex(
        b, loc,
        arith::DivUIOp::create(b, loc, tap, constIndex(b, loc, layout.run)),
        words * kTableBytes);
  // `count` words from `first` on, whose sums fit.
  auto piece = [&](Value first, int64_t count, Accumulators in) {
    Accumulators sums(panel.vectors, splat(b, loc, narrow, 0));
    int64_t unroll = count % 4 == 0 ? 4 : count % 2 == 0 ? 2 : 1;
    sums = forCarrying(
        b, loc, count, unroll, sums, [&](Value index, ValueRange carried) {
          Accumulators next(carried);
          Value word = addIndex(b, loc, first, index);
          for (int64_t u = 0; u < unroll; ++u)
            next = addWords(panel,
                            addIndex(b, loc, weights,
                                     mulIndex(b, loc, addIndex(b, loc, word, u),
                                              wordElements)),
                            addIndex(b, loc, tables,
                                     mulIndex(b, loc, addIndex(b, loc, word, u),
                                              kTableBytes)),
                            std::move(next));
          return next;
        });
    for (auto [cell, sum] : llvm::zip_equal(in, sums))
      cell = arith::AddIOp::create(b, loc, cell,
                                   arith::ExtSIOp::create(b, loc, wide, sum));
    return in;
  };
  Accumulators acc = initial;
  if (multiple != 1)
    acc.assign(initial.size(), splat(b, loc, wide, 0));
  int64_t whole = words / TableSums::wordsPerSum;
  int64_t rest = words % TableSums::wordsPerSum;
  acc = forCarrying(b, loc, whole, 1, acc, [&](Value i, ValueRange carried) {
    return piece(mulIndex(b, loc, i, TableSums::wordsPerSum),
                 TableSums::wordsPerSum, Accumulators(carried));
  });
  if (rest > 0)
    acc = piece(constIndex(b, loc, whole * TableSums::wordsPerSum), rest,
                std::move(acc));
  if (multiple == 1)
    return acc;
  for (auto [cell, sum] : llvm::zip_equal(initial, acc)) {
    sum = arith::MulIOp::create(b, loc, sum, splat(b, loc, wide, multiple));
    cell = arith::AddIOp::create(b, loc, cell, sum);
  }
  return initial;
}

void GemmEmitter::emitTableRows() {
  double products = double(layout.columns) * layout.taps * layout.run;
  forEach(b, loc, p.rows, 1, [&](Value row) {
    makeTables(row);
    emitPanels(threadsFor(products, p.threads),
               [&](const Panel &panel) { emitTile(panel, row, 1); });
  });
}

} // namespace qs::vec
