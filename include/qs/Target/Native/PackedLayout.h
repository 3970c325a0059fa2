//===- PackedLayout.h - Where a packed weight lies --------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The layout that the native kernels stream:
//
//   [group][panel][tap][ceil(run / k)][column in the panel][k]
//
// A panel is `vectors * lanes` output columns wide; the last one has only as
// many vectors as its columns need. Positions past the last column or past the
// end of a run hold zero. `run` is what lies contiguously in an activation row
// (K of a matrix multiply; C, or KW * C, of a convolution; a group of scales
// within either); `taps` counts the runs of one output.
//
// Codes of fewer bits than an element of the dot share its bits (BitPlanes
// below): the steps of a run fall into blocks, and a block is a few vectors,
// each of which holds the words of several steps, or pieces of them:
//
//   [group][panel][tap][block][vector of the block][column in the panel][k]
//
// The last block of a run is padded with words of zero. Words of one bit in
// slots of 32 are the weights of kernels over rows of signs: one i32 for each
// column and 32 consecutive positions of the run.
//
//===----------------------------------------------------------------------===//

#ifndef QS_TARGET_NATIVE_PACKEDLAYOUT_H
#define QS_TARGET_NATIVE_PACKEDLAYOUT_H

#include <algorithm>
#include <cstdint>
#include <vector>

namespace qs::native {

/// How words of `bits` bits share elements of `slot` bits (8 for the integer
/// dots, 32 for f32 and for signs). A block is the fewest vectors whose bits its
/// words fill. Its first steps lie whole, slot / bits of them in each vector,
/// the first in the low bits, so that one shift (or none) brings a step of all
/// lanes to the same place. What is left over at the top of the slots holds the
/// last steps in pieces, the high bits of a word first: as many whole left-overs
/// as fit, which end where the word ends, and the rest of all these words one
/// after the other in the left-overs that remain, from the top down.
///
/// Words of 0, 1 and 2 may lie five in a byte instead: the steps of a block are
/// digits of base 3, the first the lowest.
struct BitPlanes {
  /// 0: elements are stored whole, in `slot` bits.
  unsigned bits = 0;
  unsigned slot = 8;
  /// Five words in a byte; bits is 2.
  bool fives = false;

  bool packed() const { return bits != 0; }
  /// Words that lie whole in a slot, and the bits that they leave over.
  int64_t whole() const { return slot / bits; }
  unsigned left() const { return slot % bits; }
  int64_t blockSteps() const {
    if (fives)
      return 5;
    return packed() ? int64_t(slot / (bits & (0u - bits))) : 1;
  }
  int64_t blockVectors() const {
    if (fives)
      return 1;
    return packed() ? blockSteps() * bits / slot : 1;
  }

  /// Bits [from, from + width) of a word: in which vector of the block, and
  /// where they start in its slots.
  struct Piece {
    unsigned from, width;
    int64_t vector;
    unsigned bit;
  };
  /// The word of `step` of a block, its high bits first; not for fives.
  std::vector<Piece> pieces(int64_t step) const {
    if (step < whole() * blockVectors())
      return {{0, bits, step / whole(), unsigned(step % whole()) * bits}};
    int64_t word = step - whole() * blockVectors();
    int64_t words = blockSteps() - whole() * blockVectors();
    unsigned above = bits / left(), rest = bits % left(), from = bits;
    std::vector<Piece> result;
    for (unsigned i = 0; i < above; ++i) {
      from -= left();
      result.push_back({from, left(), word * above + i, slot - left()});
    }
    for (int64_t at = word * rest; from > 0;) {
      unsigned used = unsigned(at % left());
      unsigned width = std::min(from, left() - used);
      from -= width;
      result.push_back(
          {from, width, words * above + at / left(), slot - used - width});
      at += width;
    }
    return result;
  }

  /// Where words start that stay in their slots: those that lie whole as they
  /// do, those in pieces at the end of the slot. Each place has sums of its own.
  /// The fifth of five is decoded to the place of the fourth.
  int64_t places() const { return whole() + (left() != 0); }
  unsigned placeBit(int64_t place) const {
    return place < whole() ? unsigned(place) * bits : slot - bits;
  }
  int64_t placeOf(int64_t step) const {
    if (fives)
      return std::min(step, places() - 1);
    return step < whole() * blockVectors() ? step % whole() : whole();
  }
};

struct PackedLayout {
  int64_t groups = 1;
  /// Output columns of one group.
  int64_t columns = 0;
  int64_t taps = 1;
  int64_t run = 0;
  int64_t lanes = 1;
  /// Vectors of a full panel.
  int64_t vectors = 1;
  int64_t k = 1;
  BitPlanes planes;

  /// Steps of `k` in a run, the last one padded.
  int64_t steps() const { return (run + k - 1) / k; }
  /// Vectors that a run takes in each vector-wide strip of columns.
  int64_t storedSteps() const {
    int64_t block = planes.blockSteps();
    return (steps() + block - 1) / block * planes.blockVectors();
  }
  /// Vectors that hold all columns of a group.
  int64_t columnVectors() const { return (columns + lanes - 1) / lanes; }
  int64_t fullPanels() const { return columnVectors() / vectors; }
  /// Vectors of the last, narrower panel; 0 if there is none.
  int64_t tailVectors() const { return columnVectors() % vectors; }
  /// Elements that one vector-wide column strip takes.
  int64_t vectorElements() const { return taps * storedSteps() * lanes * k; }
  int64_t groupElements() const { return columnVectors() * vectorElements(); }
  int64_t elements() const { return groups * groupElements(); }

  /// Where position `i` of run `tap` lies for output `column` (within `group`):
  /// the element that holds it, or a piece of it in vector `vector` of its block.
  int64_t offset(int64_t group, int64_t column, int64_t tap, int64_t i,
                 int64_t vector = 0) const {
    int64_t panel = column / (vectors * lanes);
    int64_t inPanel = column % (vectors * lanes);
    int64_t width =
        std::min(vectors, columnVectors() - panel * vectors) * lanes;
    vector += i / k / planes.blockSteps() * planes.blockVectors();
    return group * groupElements() + panel * vectors * vectorElements() +
           ((tap * storedSteps() + vector) * width + inPanel) * k + i % k;
  }

  /// Columns of all groups, each group padded to whole vectors.
  int64_t paddedColumns() const { return groups * columnVectors() * lanes; }
  /// Where the scale (or another number) of a run lies for a column:
  /// [group][panel][run][column in the panel], with `runs` of them.
  int64_t scaleOffset(int64_t group, int64_t column, int64_t scaleRun,
                      int64_t runs) const {
    int64_t width = vectors * lanes, panel = column / width;
    int64_t inPanel =
        std::min(width, columnVectors() * lanes - panel * width);
    return (group * columnVectors() * lanes + panel * width) * runs +
           scaleRun * inPanel + column % width;
  }

  /// The same panels as whole elements of a slot each, of which a run has as
  /// many as hold its words: what a kernel over rows of signs reads.
  PackedLayout slots() const {
    PackedLayout whole = *this;
    whole.run = storedSteps() * k;
    whole.planes = {};
    return whole;
  }

  /// The same panels with whole elements: what a panel decodes to.
  PackedLayout decoded() const {
    PackedLayout plain = *this;
    plain.planes = {};
    return plain;
  }
};

} // namespace qs::native

#endif // QS_TARGET_NATIVE_PACKEDLAYOUT_H
