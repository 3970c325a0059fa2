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
// (K of a matrix multiply; C, or KW * C, of a convolution); `taps` counts the
// runs of one output.
//
//===----------------------------------------------------------------------===//

#ifndef QS_TARGET_NATIVE_PACKEDLAYOUT_H
#define QS_TARGET_NATIVE_PACKEDLAYOUT_H

#include <algorithm>
#include <cstdint>

namespace qs::native {

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

  /// Steps of `k` in a run, the last one padded.
  int64_t steps() const { return (run + k - 1) / k; }
  /// Vectors that hold all columns of a group.
  int64_t columnVectors() const { return (columns + lanes - 1) / lanes; }
  int64_t fullPanels() const { return columnVectors() / vectors; }
  /// Vectors of the last, narrower panel; 0 if there is none.
  int64_t tailVectors() const { return columnVectors() % vectors; }
  /// Elements that one vector-wide column strip takes.
  int64_t vectorElements() const { return taps * steps() * lanes * k; }
  int64_t groupElements() const { return columnVectors() * vectorElements(); }
  int64_t elements() const { return groups * groupElements(); }

  /// Where the weight of output `column` (within `group`) for position `i` of
  /// run `tap` lies.
  int64_t offset(int64_t group, int64_t column, int64_t tap, int64_t i) const {
    int64_t panel = column / (vectors * lanes);
    int64_t inPanel = column % (vectors * lanes);
    int64_t width =
        std::min(vectors, columnVectors() - panel * vectors) * lanes;
    return group * groupElements() + panel * vectors * vectorElements() +
           ((tap * steps() + i / k) * width + inPanel) * k + i % k;
  }
};

} // namespace qs::native

#endif // QS_TARGET_NATIVE_PACKEDLAYOUT_H
