//===- ShortGroupTest.cpp - groups that no dot of the target fills --------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Scales of one to seven weights and convolutions of few channels in a group:
// dots of fewer elements, or of one widened, take them.
//
//===----------------------------------------------------------------------===//

#include "PackedTest.h"
#include "qs/Numerics/Code.h"

using namespace qs::test;

namespace {

class ShortGroups : public PackedTest {};
QS_EVERY_TARGET(ShortGroups);

/// Every code of integers or other levels, one row and many.
TEST_P(ShortGroups, Matmul) {
  const char *codes[] = {"int8",  "uint8",   "int4",   "uint3",  "int1",
                         "int12", "ternary", "binary", "log2_3", "uint16",
                         "int2",  "pot4",    "uint1"};
  unsigned seed = 0;
  for (const char *code : codes) {
    std::string error;
    if (!qs::num::makeCode(code, error))
      continue;
    for (int64_t group : {1, 2, 3, 5, 6})
      for (int64_t m : {1, 2, 9}) {
        LinearCase c;
        c.input = {m, 3 * group};
        c.weights = {1 + int64_t(seed) * 7 % 67, 3 * group};
        c.rowCode = seed % 2 ? "int8" : "uint8";
        c.weightCode = code;
        c.group = group;
        c.rowZero = seed % 3 ? Zero::Constant : Zero::None;
        c.result = "f32";
        check(c, ++seed);
      }
  }
}

/// Words on both sides, and zero points of the groups.
TEST_P(ShortGroups, Words) {
  for (int64_t group : {1, 2, 3, 7})
    for (int64_t m : {1, 5}) {
      LinearCase c;
      c.input = {m, 4 * group};
      c.weights = {37, 4 * group};
      c.group = group;
      c.result = "f32";
      c.rowCode = "int12";
      c.weightCode = "int12";
      check(c, unsigned(group));
      c.rowCode = "uint8";
      c.weightCode = "uint8";
      c.weightZero = Zero::EachScale;
      check(c, unsigned(group));
      c.weightCode = "uint4";
      check(c, unsigned(group));
    }
}

TEST_P(ShortGroups, Convolutions) {
  unsigned seed = 0;
  for (int64_t group : {1, 2, 3})
    for (int64_t groups : {1, 2}) {
      LinearCase c;
      c.input = {1, 6, 7, 2 * group * groups};
      c.weights = {6 * groups, 3, 3, 2 * group};
      c.groups = groups;
      c.group = group;
      c.pad = 1;
      c.result = "f32";
      c.rowZero = Zero::Constant;
      for (const char *code : {"int8", "int4", "uint8", "ternary"}) {
        c.weightCode = code;
        check(c, ++seed);
      }
    }
}

/// One weight for each scale, one channel in each group of channels.
TEST_P(ShortGroups, Depthwise) {
  LinearCase c;
  c.input = {1, 5, 6, 9};
  c.weights = {9, 3, 3, 1};
  c.groups = 9;
  c.group = 1;
  c.pad = 1;
  c.result = "f32";
  c.rowCode = "int8";
  for (const char *code : {"int8", "int4"}) {
    c.weightCode = code;
    check(c);
  }
}

/// Convolutions whose groups have few channels, without scales.
TEST_P(ShortGroups, ThinConvolutions) {
  unsigned seed = 0;
  for (int64_t channels : {1, 2, 3})
    for (const char *rows : {"uint8", "int8", "int16"})
      for (const char *weights : {"int8", "uint8", "int4", "int16"}) {
        LinearCase c;
        c.input = {1, 5, 6, 3 * channels};
        // Two outputs a group: not depthwise.
        c.weights = {6, 3, 3, channels};
        c.groups = 3;
        c.pad = 1;
        c.stride = 1 + int64_t(seed % 2);
        c.rowCode = rows;
        c.weightCode = weights;
        c.result = std::string(rows) == "int16" ? "i64" : "i32";
        c.accumulator = c.result == "i64" ? "i48" : "";
        check(c, ++seed);
      }
}

} // namespace
