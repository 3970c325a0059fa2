//===- RowZeroTest.cpp - zero points of rows and of run time --------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Rows with a zero point each, and zero points that are known at run time only,
// beside scales of groups, i64 sums and padding.
//
//===----------------------------------------------------------------------===//

#include "PackedTest.h"

using namespace qs::test;

namespace {

class RowZeros : public PackedTest {};
QS_EVERY_TARGET(RowZeros);

/// Every remainder of the tile in M, N and K.
TEST_P(RowZeros, EachRow) {
  const char *codes[] = {"int8", "int4", "ternary", "uint8", "int2", "binary"};
  for (int64_t size = 1; size <= 33; ++size) {
    LinearCase c;
    c.input = {1 + size % 17, size};
    c.weights = {1 + size * 9 % 131, size};
    c.rowCode = size % 3 ? "uint8" : "int8";
    c.weightCode = codes[size % 6];
    c.rowZero = Zero::EachRow;
    check(c, unsigned(size));
  }
}

/// One row of few bits: words that stay in place, and sums by look-up.
TEST_P(RowZeros, OneRow) {
  for (const char *code : {"int4", "int2", "ternary", "binary", "int8"})
    for (Zero zero : {Zero::EachRow, Zero::Argument}) {
      LinearCase c;
      c.input = {1, 128};
      c.weights = {530, 128};
      c.weightCode = code;
      c.rowZero = zero;
      check(c);
    }
}

TEST_P(RowZeros, Words) {
  for (int64_t m : {1, 2, 9})
    for (const char *rows : {"uint8", "int16", "uint16"})
      for (const char *weights : {"int8", "uint16"}) {
        LinearCase c;
        c.input = {m, 37};
        c.weights = {35, 37};
        c.rowCode = rows;
        c.weightCode = weights;
        c.result = "i64";
        c.accumulator = "i60";
        for (Zero zero : {Zero::EachRow, Zero::Argument}) {
          c.rowZero = zero;
          check(c, unsigned(m));
        }
      }
}

TEST_P(RowZeros, Groups) {
  for (int64_t group : {1, 8, 32})
    for (int64_t m : {1, 2, 9})
      for (const char *code : {"int4", "int8", "uint8", "binary", "int12"})
        for (Zero zero : {Zero::EachRow, Zero::Argument}) {
          LinearCase c;
          c.input = {m, 3 * group};
          c.weights = {37, 3 * group};
          c.group = group;
          c.result = "f32";
          c.rowCode = m == 2 ? "int8" : "uint8";
          c.weightCode = code;
          c.rowZero = zero;
          if (c.weightCode == "uint8")
            c.weightZero = Zero::EachScale;
          check(c, unsigned(group));
        }
}

TEST_P(RowZeros, Convolutions) {
  unsigned seed = 0;
  for (int64_t pad : {0, 1})
    for (int64_t groups : {1, 2, 8})
      for (int64_t group : {0, 4}) {
        LinearCase c;
        c.input = {2, 6, 7, 8};
        c.weights = {groups == 8 ? 8 : 10, 3, 3, 8 / groups};
        c.groups = groups;
        c.pad = pad;
        c.rowZero = Zero::Argument;
        if (group > 0 && groups == 8)
          continue;
        c.group = group;
        c.result = group > 0 ? "f32" : "i32";
        for (const char *rows : {"uint8", "int8", "int5"}) {
          c.rowCode = rows;
          check(c, ++seed);
        }
        if (group > 0)
          continue;
        c.rowCode = "int16";
        c.result = "i64";
        c.accumulator = "i60";
        check(c, ++seed);
      }
}

} // namespace
