//===- RuntimeWeightTest.cpp - products of two activations ----------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Weights that come at run time are put into panels by the program itself.
//
//===----------------------------------------------------------------------===//

#include "PackedTest.h"

using namespace qs::test;

namespace {

class RuntimeWeights : public PackedTest {};
QS_EVERY_TARGET(RuntimeWeights);

LinearCase product(int64_t batch, int64_t m, int64_t n, int64_t k,
                   bool transposed) {
  LinearCase c;
  c.input = {m, k};
  if (batch > 0)
    c.input.insert(c.input.begin(), batch);
  c.weights = {n, k};
  c.batch = batch;
  c.transposed = transposed;
  c.dynamicWeights = true;
  return c;
}

/// Remainders of M, N and K, either order of the weights.
TEST_P(RuntimeWeights, Sizes) {
  for (int64_t size = 1; size <= 33; ++size) {
    LinearCase c = product(size % 3, 4 + size % 15, 1 + size * 9 % 131, size,
                           size % 2 == 0);
    c.rowCode = size % 3 ? "uint8" : "int8";
    c.weightCode = size % 5 ? "int8" : "int4";
    c.rowZero = size % 4 ? Zero::Constant : Zero::None;
    check(c, unsigned(size));
  }
}

TEST_P(RuntimeWeights, ZeroPoints) {
  for (Zero rows : {Zero::None, Zero::Argument, Zero::EachRow})
    for (Zero weights : {Zero::None, Zero::Argument, Zero::EachColumn})
      for (bool transposed : {false, true}) {
        LinearCase c = product(0, 5, 21, 19, transposed);
        c.weightCode = "uint8";
        c.rowZero = rows;
        c.weightZero = weights;
        check(c);
      }
}

TEST_P(RuntimeWeights, Codes) {
  for (const char *code : {"ternary", "binary", "log2_3", "int12", "int16"}) {
    LinearCase c = product(2, 6, 18, 11, true);
    c.rowCode = c.weightCode = code;
    c.result = c.weightCode == "int16" ? "i64" : "i32";
    c.accumulator = c.weightCode == "int16" ? "i60" : "";
    check(c);
  }
}

TEST_P(RuntimeWeights, Floats) {
  for (int64_t batch : {0, 1, 3})
    for (bool transposed : {false, true}) {
      LinearCase c = product(batch, 7, 37, 23, transposed);
      c.rowCode = c.weightCode = c.result = "f32";
      check(c);
    }
}

} // namespace
