//===- GemmInPlace.cpp - Sums over words that stay in their slots ---------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where words stand for equidistant levels and the dot takes the weights as its
// unsigned bytes, a mask is all the decoding that they need: a word at bit b of
// its byte counts 2^b times. Each place in the byte has sums of its own, which
// are multiples of 2^b and are shifted back behind the run. A word costs one
// logical operation, which any vector pipe takes, and its dot.
//
//===----------------------------------------------------------------------===//

#include "GemmEmitter.h"

using namespace mlir;

namespace qs::vec {

/// 65536 products of a byte by one of up to 252 are below 2^30 in each place:
/// those of larger words are fewer.
static constexpr int64_t kLongestRun = 1 << 16;

bool GemmEmitter::isInPlace(int64_t rows, int64_t vectors) const {
  return decoder && !isFloat && !p.wide && !operands.scratch && p.signedRows &&
         primitive.kind == native::Dot::VpDpBusd &&
         native::fitsInPlace(layout.planes.places(), groupBlocks(), rows,
                             vectors) &&
         layout.run <= kLongestRun && decoder->multiple();
}

/// Bits from a place to the next one.
Value GemmEmitter::distance(int64_t place) {
  const native::BitPlanes &planes = layout.planes;
  return splat(b, loc, dot.accType(),
               int64_t(planes.placeBit(place + 1) - planes.placeBit(place)));
}

/// The sum over a short run, place by place from the highest: one accumulator
/// takes in all of them and is shifted in between.
GemmEmitter::Accumulators GemmEmitter::sumGroupPlaces(const Panel &panel,
                                                      ArrayRef<Value> rows,
                                                      Value tap, Value weights,
                                                      Accumulators sums) {
  int64_t places = layout.planes.places();
  int64_t vector = panel.streamVectors * layout.lanes * layout.k;
  std::vector<DecodeEmitter::Block> blocks;
  for (int64_t i = 0; i < layout.storedSteps(); ++i)
    blocks.emplace_back(panel.buffer, addIndex(b, loc, weights, i * vector),
                        panel.streamVectors);
  for (int64_t place = places - 1; place >= 0; --place) {
    for (Value &sum : sums)
      if (place < places - 1)
        sum = arith::ShRSIOp::create(b, loc, sum, distance(place));
    for (int64_t s = 0; s < layout.steps(); ++s) {
      int64_t inBlock = s % layout.planes.blockSteps();
      if (layout.planes.placeOf(inBlock) != place)
        continue;
      SmallVector<Value> columns;
      for (int64_t v = 0; v < panel.vectors; ++v)
        columns.push_back(
            decoder->inPlace(blocks[s / layout.planes.blockSteps()], v,
                             vectorOffset(panel, v), inBlock));
      int64_t missing =
          s == layout.steps() - 1 ? layout.steps() * layout.k - layout.run : 0;
      step(panel, rows, addIndex(b, loc, tap, s * layout.k - missing), columns,
           missing, sums);
    }
  }
  return sums;
}

GemmEmitter::Accumulators GemmEmitter::sumPlaces(const Panel &panel,
                                                 ArrayRef<Value> rows,
                                                 Value tap, Value weights,
                                                 Accumulators initial) {
  size_t cells = initial.size();
  int64_t places = layout.planes.places();
  int64_t multiple = *decoder->multiple();
  auto constant = [&](int64_t value) {
    return splat(b, loc, dot.accType(), value);
  };
  Value zero = constant(0);
  Accumulators sums;
  if (places > 1 && native::inPlaceSums(places, groupBlocks(), rows.size(),
                                        panel.vectors) == int64_t(cells)) {
    sums.assign(cells, zero);
    Value above = constant(layout.planes.placeBit(places - 1));
    for (size_t c = 0; c < cells && multiple == 1; ++c)
      sums[c] = arith::ShLIOp::create(b, loc, initial[c], above);
    sums = sumGroupPlaces(panel, rows, tap, weights, std::move(sums));
    if (multiple == 1)
      return sums;
  } else {
    sums = reduceRun(panel, rows, tap, weights, layout.run,
                     Accumulators(places * cells, zero));
    for (size_t c = 0; c < cells; ++c) {
      Value sum = sums[(places - 1) * cells + c];
      for (int64_t place = places - 2; place >= 0; --place) {
        sum = arith::ShRSIOp::create(b, loc, sum, distance(place));
        sum = arith::AddIOp::create(b, loc, sum, sums[place * cells + c]);
      }
      sums[c] = sum;
    }
  }
  for (size_t c = 0; c < cells; ++c) {
    Value sum = sums[c];
    if (multiple != 1)
      sum = arith::MulIOp::create(b, loc, sum, constant(multiple));
    initial[c] = arith::AddIOp::create(b, loc, initial[c], sum);
  }
  return initial;
}

} // namespace qs::vec
