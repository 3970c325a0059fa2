//===- GemmWords.cpp - Sums that are kept in parts for a while ------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Dots of words add products of up to 31 bits to lanes of i32. Where the sums
// need more, so many terms as i32 holds are summed there and then added to
// lanes of i64. Where that would be a few terms only, or the weights are
// unsigned words, which no dot takes, each weight is split into `256 * high +
// low`, and both halves have sums of their own: two dots for one, but hundreds
// of terms between two additions to wider lanes. Words less a zero point may
// need 17 bits; their halves less those of the zero point fit i16 all the same.
//
//===----------------------------------------------------------------------===//

#include "EmitUtils.h"
#include "GemmEmitter.h"
#include <limits>

using namespace mlir;

namespace qs::vec {

/// Terms of a word by a byte of either half (at most 255) below 2^31.
static constexpr int64_t kSplitTerms = 256;

native::DotPrimitive GemmEmitter::choosePrimitive() const {
  if (isFloat)
    return target.floating;
  if (p.signs > 0)
    return target.bits;
  Type rows = cast<MemRefType>(operands.rows.getType()).getElementType();
  if (rows.isInteger(16))
    return target.wordsOf(layout.k);
  if (p.narrow == 0)
    return target.integer;
  native::DotPrimitive narrow = target.narrow;
  narrow.flushSteps = unsigned(p.narrow);
  return narrow;
}

int64_t GemmEmitter::termsInParts() const {
  if (!p.wide) // i32 wraps, which is as good: no more is asked of it.
    return std::numeric_limits<int64_t>::max();
  return *p.wide == 0 ? kSplitTerms : *p.wide;
}

/// The panel with the zero points whose vectors lie from `start` on.
GemmEmitter::Panel GemmEmitter::withZeros(const Panel &panel, Value start) {
  Panel result = panel;
  if (!operands.subtractsZeros())
    return result;
  auto type = VectorType::get({layout.lanes}, b.getI32Type());
  for (int64_t v = 0; v < panel.vectors; ++v)
    result.zeros.push_back(dot.splitZeros(vector::LoadOp::create(
        b, loc, type, operands.groupZero,
        addIndex(b, loc, start, scaleOffset(panel, v)))));
  return result;
}

GemmEmitter::Accumulators GemmEmitter::emptyParts(int64_t cells) const {
  return Accumulators(cells * parts(), splat(b, loc, dot.accType(), 0));
}

GemmEmitter::Accumulators
GemmEmitter::addParts(Accumulators acc, const Accumulators &sums) const {
  for (auto [i, cell] : llvm::enumerate(acc)) {
    if (parts() == 1) {
      cell = dot.addSums(cell, sums[i], 0);
      continue;
    }
    cell = dot.addSums(cell, sums[2 * i], 8);
    cell = dot.addSums(cell, sums[2 * i + 1], 0);
  }
  return acc;
}

/// One run in pieces whose sums i32 holds.
GemmEmitter::Accumulators GemmEmitter::sumInParts(const Panel &panel,
                                                  ArrayRef<Value> rows,
                                                  Value tap, Value weights,
                                                  Accumulators acc) {
  int64_t piece = std::min(termsInParts(), layout.run);
  if (piece < layout.run)
    piece = std::max<int64_t>(1, piece / layout.k) * layout.k;
  int64_t whole = layout.run / piece, rest = layout.run % piece;
  int64_t vector = panel.streamVectors * layout.lanes;
  auto add = [&](Value index, int64_t length, Accumulators in) {
    Accumulators sums = emptyParts(int64_t(in.size()));
    sums = reduceRun(
        panel, rows, addIndex(b, loc, tap, mulIndex(b, loc, index, piece)),
        addIndex(b, loc, weights, mulIndex(b, loc, index, piece * vector)),
        length, std::move(sums));
    return addParts(std::move(in), sums);
  };
  acc =
      forCarrying(b, loc, whole, 1, acc, [&](Value index, ValueRange carried) {
        return add(index, piece, Accumulators(carried));
      });
  if (rest > 0)
    acc = add(constIndex(b, loc, whole), rest, std::move(acc));
  return acc;
}

} // namespace qs::vec
