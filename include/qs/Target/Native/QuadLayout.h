//===- QuadLayout.h - Depthwise weights, four taps a lane -------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A dot of four bytes can serve a depthwise convolution when the bytes of one
// lane are four neighbouring columns of one channel. Unpacking four vectors of
// channels, byte by byte and then word by word within each 128-bit part, gives
// four such vectors; vector j, part L, lane i holds channel 16 L + 4 j + i.
//
//   columns x0 x1 x2 x3 of channels 0..15          c0:x0x1x2x3 c1:x0x1x2x3 ..
//   (four loads)                       unpack ->   j = 0 holds c0..c3, j = 1 ..
//
// The four columns serve several outputs: those whose window lies in them. The
// weights of the output that is moved by s columns are stored moved by s, with
// zeros in front. For a window of 3 and stride 1 that makes two outputs from
// one unpacking.
//
//   [block of channels][output][KH][group of 4 columns][j][lane][4 columns]
//
// Blocks are 64 channels wide, the remainder 32 and 16; the last one is padded
// with zeros.
//
//===----------------------------------------------------------------------===//

#ifndef QS_TARGET_NATIVE_QUADLAYOUT_H
#define QS_TARGET_NATIVE_QUADLAYOUT_H

#include <cstdint>

namespace qs::native {

struct QuadLayout {
  int64_t channels = 0;
  int64_t kh = 1, kw = 1;
  /// Outputs that share one unpacking, `step` columns apart.
  int64_t outputs = 1;
  int64_t step = 1;

  /// As many outputs as fit into the columns that one window needs anyway.
  static int64_t chooseOutputs(int64_t kw, int64_t step) {
    int64_t columns = (kw + 3) / 4 * 4;
    return (columns - kw) / step + 1;
  }

  /// Groups of four columns.
  int64_t quads() const { return (kw + (outputs - 1) * step + 3) / 4; }
  /// First channel and width of the block that holds channel c.
  static int64_t blockWidth(int64_t left) {
    return left >= 64 ? 64 : left >= 32 ? 32 : 16;
  }
  int64_t blockOf(int64_t c, int64_t &width) const {
    int64_t first = 0;
    for (;;) {
      width = blockWidth(channels - first);
      if (c < first + width)
        return first;
      first += width;
    }
  }
  /// Bytes for each channel, padding included.
  int64_t channelBytes() const { return outputs * kh * quads() * 4; }
  int64_t paddedChannels() const { return (channels + 15) / 16 * 16; }
  int64_t bytes() const { return paddedChannels() * channelBytes(); }

  /// Where the weight of channel c at (y, x) lies for output o.
  int64_t offset(int64_t c, int64_t y, int64_t x, int64_t o) const {
    int64_t width;
    int64_t first = blockOf(c, width);
    int64_t inBlock = c - first;
    int64_t column = x + o * step;
    int64_t j = inBlock % 16 / 4;
    int64_t lane = inBlock / 16 * 4 + inBlock % 4;
    return first * channelBytes() +
           (((o * kh + y) * quads() + column / 4) * 4 + j) * width + lane * 4 +
           column % 4;
  }
};

} // namespace qs::native

#endif // QS_TARGET_NATIVE_QUADLAYOUT_H
