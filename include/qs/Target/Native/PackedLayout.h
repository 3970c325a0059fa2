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
// Codes of fewer bits than an element of the dot are stored as bit planes
// (BitPlanes below): the steps of a run fall into blocks, and a block is a few
// vectors, each of which holds the bits of one plane for several steps:
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

namespace qs::native {

/// How words of `bits` bits share elements of `slot` bits (8 for the integer
/// dots, 32 for f32 and for signs). The word is cut into planes of 8, 4, 2 and
/// 1 bits, the widest first and in its low bits: 7 bits are 4 + 2 + 1. A slot
/// of a plane w bits wide holds slot / w consecutive steps, step t at bit t *
/// w, so that one shift brings the bits of a step of all lanes to the same
/// place.
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
  /// Width of the plane that holds word bit `from` and up; `from` is the sum of
  /// the widths of the planes below.
  unsigned width(unsigned from) const {
    unsigned left = bits - from, w = 8;
    while (w > left)
      w /= 2;
    return w;
  }
  /// Steps of a block: those that a slot of the narrowest plane holds.
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
  /// The vector of the block that holds `step` of the plane at `from`, and the
  /// bit where it starts there.
  int64_t vectorOf(unsigned from, int64_t step) const {
    return fives ? 0 : (from * blockSteps() + step * width(from)) / slot;
  }
  unsigned bitOf(unsigned from, int64_t step) const {
    return unsigned(step * width(from) % slot);
  }
  /// Words of one plane that stay in their bytes have sums for each place there.
  /// The fifth of five is decoded to the place of the fourth.
  int64_t places() const { return slot / bits; }
  int64_t placeOf(int64_t step) const {
    return std::min(step, places() - 1);
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
  /// the element that holds it, or the plane at word bit `from` of it.
  int64_t offset(int64_t group, int64_t column, int64_t tap, int64_t i,
                 unsigned from = 0) const {
    int64_t panel = column / (vectors * lanes);
    int64_t inPanel = column % (vectors * lanes);
    int64_t width =
        std::min(vectors, columnVectors() - panel * vectors) * lanes;
    int64_t vector = i / k;
    if (planes.packed())
      vector = i / k / planes.blockSteps() * planes.blockVectors() +
               planes.vectorOf(from, i / k % planes.blockSteps());
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
