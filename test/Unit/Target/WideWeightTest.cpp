//===- WideWeightTest.cpp - weights of 17 bits, groups of i64 -------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Words of 16 bits less zero points of any size, one for all, for each column
// or for each scale; sums of groups that only i64 holds.
//
//===----------------------------------------------------------------------===//

#include "PackedTest.h"

using namespace qs::test;

namespace {

class WideWeights : public PackedTest {};
QS_EVERY_TARGET(WideWeights);

void setWide(LinearCase &c, bool wide) {
  if (c.group == 0)
    c.result = wide ? "i64" : "i32";
  c.accumulator = wide ? "i60" : "";
}

/// Rows of bytes fit i32 as long as there are few; of words they need i64.
TEST_P(WideWeights, Matmul) {
  unsigned seed = 0;
  for (const char *weights : {"uint16", "int16"})
    for (Zero zero : {Zero::Constant, Zero::EachColumn})
      for (int64_t k : {1, 2, 3, 33, 64, 300})
        for (int64_t m : {1, 2, 11}) {
          LinearCase c;
          c.input = {m, k};
          c.weights = {1 + int64_t(seed) * 13 % 70, k};
          c.weightCode = weights;
          c.weightZero = zero;
          c.rowZero = seed % 2 ? Zero::Constant : Zero::None;
          c.rowCode = "uint8";
          setWide(c, k > 40);
          check(c, ++seed);
          c.rowCode = seed % 2 ? "int16" : "uint16";
          setWide(c, true);
          check(c, ++seed);
        }
}

TEST_P(WideWeights, Convolutions) {
  unsigned seed = 0;
  for (int64_t groups : {1, 2, 4, 8})
    for (const char *rows : {"int8", "uint16"}) {
      LinearCase c;
      c.input = {1, 6, 7, 8};
      c.weights = {groups == 8 ? 8 : 20, 3, 3, 8 / groups};
      c.groups = groups;
      c.pad = 1;
      c.stride = groups == 2 ? 2 : 1;
      c.rowCode = rows;
      c.weightCode = groups == 4 ? "int16" : "uint16";
      c.rowZero = Zero::Constant;
      c.weightZero = Zero::EachColumn;
      setWide(c, true);
      check(c, ++seed);
    }
  // Channels that a dot needs more of are added in front of the zero point.
  LinearCase c;
  c.input = {1, 5, 5, 1};
  c.weights = {5, 2, 2, 1};
  c.dilation = 2;
  c.pad = 1;
  c.rowZero = Zero::Constant;
  c.weightCode = "uint16";
  c.weightZero = Zero::EachColumn;
  check(c, ++seed);
}

/// Depthwise sums of i32, where they fit.
TEST_P(WideWeights, Depthwise) {
  LinearCase c;
  c.input = {1, 5, 6, 19};
  c.weights = {19, 3, 3, 1};
  c.groups = 19;
  c.pad = 1;
  c.weightCode = "uint16";
  c.weightZero = Zero::EachColumn;
  check(c);
}

TEST_P(WideWeights, ZerosOfGroups) {
  unsigned seed = 0;
  for (int64_t group : {1, 2, 3, 8, 21})
    for (int64_t m : {1, 2, 13})
      for (const char *rows : {"uint8", "int16"}) {
        LinearCase c;
        c.input = {m, 3 * group};
        c.weights = {37, 3 * group};
        c.group = group;
        c.result = "f32";
        c.rowCode = rows;
        c.weightCode = "uint16";
        c.weightZero = Zero::EachScale;
        c.rowZero = Zero::Constant;
        setWide(c, c.rowCode == "int16");
        check(c, ++seed);
      }
}

/// Sums of groups in i64, in pieces of what i32 holds.
TEST_P(WideWeights, WideGroups) {
  unsigned seed = 0;
  for (int64_t group : {2, 16, 33, 128, 600})
    for (int64_t m : {1, 2, 9})
      for (const char *weights : {"int16", "int12", "int8", "uint16"}) {
        LinearCase c;
        c.input = {m, 2 * group};
        c.weights = {21, 2 * group};
        c.group = group;
        c.result = "f32";
        c.rowCode = seed % 2 ? "int16" : "uint16";
        c.weightCode = weights;
        c.rowZero = seed % 3 ? Zero::Constant : Zero::None;
        setWide(c, true);
        check(c, ++seed);
      }
}

TEST_P(WideWeights, WideGroupsOfChannels) {
  LinearCase c;
  c.input = {1, 6, 5, 64};
  c.weights = {18, 3, 3, 64};
  c.group = 32;
  c.pad = 1;
  c.result = "f32";
  c.rowCode = c.weightCode = "int16";
  setWide(c, true);
  check(c);
}

} // namespace
