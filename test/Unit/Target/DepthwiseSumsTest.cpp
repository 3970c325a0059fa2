//===- DepthwiseSumsTest.cpp - depthwise sums in stated formats -----------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Depthwise convolutions whose sums have chunks, an order or a seed.
//
//===----------------------------------------------------------------------===//

#include "PackedTest.h"

using namespace qs::test;

namespace {

class DepthwiseSums : public PackedTest {};
QS_EVERY_TARGET(DepthwiseSums);

TEST_P(DepthwiseSums, Formats) {
  const char *accumulators[] = {"f16, chunk = 4",
                                "f32, chunk = 2, order = strided",
                                "bf16, chunk = 5, order = strided",
                                "e6m9, fused, chunk = 3",
                                "f16, seed = 7",
                                "f16, chunk = 4, seed = 99",
                                "f16"};
  unsigned seed = 0;
  for (const char *accumulator : accumulators)
    for (int64_t channels : {3, 16, 21}) {
      LinearCase c;
      c.input = {2, 6, 9, channels};
      c.weights = {channels, 3, 3, 1};
      c.groups = channels;
      c.pad = 1;
      c.stride = 1 + int64_t(seed % 2);
      c.rowCode = "f8e4m3";
      c.weightCode = seed % 3 ? "f8e4m3" : "log2_4";
      c.result = "f32";
      c.accumulator = accumulator;
      check(c, ++seed);
    }
}

} // namespace
