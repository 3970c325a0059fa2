//===- TableSums.h - Sums of one row by look-up -----------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Weights of one bit select which elements of a row are added. Sixteen of one
// column are a word of 16 bits, cut into indices of 5, 5 and 6 bits, and a table
// for each index holds the sums of the elements that its bits select: three
// look-ups add up 16 weights in each of 32 columns. The tables are made of the
// row, once for all columns. A GemmLayout of 32 lanes and k = 2 holds such words:
// its block of 8 steps has bit s of byte j of a column for position 2 s + j.
//
//===----------------------------------------------------------------------===//

#ifndef QS_TARGET_NATIVE_TABLESUMS_H
#define QS_TARGET_NATIVE_TABLESUMS_H

#include "qs/Target/Native/PackedLayout.h"
#include "qs/Target/Native/Targets.h"
#include <array>

namespace qs::native {

struct TableSums {
  /// Columns of a vector, and bytes of a word.
  static constexpr int64_t lanes = 32;
  static constexpr int64_t k = 2;
  /// Weights of one word.
  static constexpr int64_t positions = 16;
  /// Bits of the indices, the low ones first.
  static constexpr std::array<unsigned, 3> indexBits = {5, 5, 6};
  /// i16 entries of the tables for one word.
  static constexpr int64_t entries = 32 + 32 + 64;
  /// Words whose sums an i16 holds, whatever the (signed) bytes of the row.
  static constexpr int64_t wordsPerSum = 16;
  /// Width of a panel in vectors: as many share the tables of a word.
  static constexpr int64_t vectors = 8;
  /// Fewer columns do not pay for the tables.
  static constexpr int64_t minColumns = 512;

  /// Which of the word's positions bit `bit` stands for.
  static constexpr int64_t positionOf(unsigned bit) {
    return bit < 8 ? 2 * bit : 2 * (bit - 8) + 1;
  }
  /// Words of a run, the last one padded.
  static int64_t words(const PackedLayout &layout) {
    return (layout.run + positions - 1) / positions;
  }
  /// Bytes of the tables for one row.
  static int64_t bytes(const PackedLayout &layout) {
    return layout.taps * words(layout) * entries * 2;
  }
  /// Whether sums by look-up are faster than dots for so many results.
  static bool serves(const Target &target, int64_t bits, int64_t rows,
                     int64_t columns) {
    return target.wordTable.kind == Lookup::VPermW && bits == 1 && rows == 1 &&
           columns >= minColumns;
  }
  /// Whether kernels over weights in this layout look sums up.
  static bool uses(const Target &target, const PackedLayout &layout) {
    return target.wordTable.kind == Lookup::VPermW && layout.lanes == lanes &&
           layout.k == k && layout.planes.bits == 1 && layout.planes.slot == 8;
  }
};

} // namespace qs::native

#endif // QS_TARGET_NATIVE_TABLESUMS_H
