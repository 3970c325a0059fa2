//===- BatchKernelTest.cpp - weights with a batch -------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Matrix products of constant weights [batch, N, K].
//
//===----------------------------------------------------------------------===//

#include "PackedTest.h"

using namespace qs::test;

namespace {

class Batches : public PackedTest {};
QS_EVERY_TARGET(Batches);

TEST_P(Batches, Integers) {
  unsigned seed = 0;
  for (int64_t batch : {1, 2, 5})
    for (int64_t m : {1, 7})
      for (int64_t k : {1, 2, 3, 17})
        for (const char *code : {"int8", "uint8", "int4", "uint16"}) {
          LinearCase c;
          c.input = {batch, m, k};
          c.weights = {19, k};
          c.batch = batch;
          c.weightCode = code;
          c.rowZero = seed % 2 ? Zero::Constant : Zero::None;
          c.weightZero = seed % 3 ? Zero::EachColumn : Zero::None;
          if (c.weightCode == "int4")
            c.weightZero = Zero::None;
          check(c, ++seed);
        }
}

TEST_P(Batches, Numbers) {
  for (const char *code : {"f8e4m3", "log2_4", "f4e2m1"}) {
    LinearCase c;
    c.input = {3, 5, 12};
    c.weights = {9, 12};
    c.batch = 3;
    c.rowCode = "f8e4m3";
    c.weightCode = code;
    c.result = "f32";
    c.accumulator = "f32, chunk = 4";
    check(c);
  }
}

} // namespace
