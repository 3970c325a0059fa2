//===- Cases.cpp - What qs-bench measures, as data ------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Cases.h"
#include "qs/Numerics/Code.h"
#include <algorithm>

namespace qs::bench {

namespace {

struct MatmulRow {
  int64_t m, n, k;
  bool quick, signedToo, floatToo;
};

constexpr MatmulRow matmuls[] = {
    {256, 256, 256, true, true, true},    {1024, 1024, 1024, true, true, true},
    {128, 4096, 4096, true, true, false}, {384, 3072, 768, true, true, false},
    {384, 768, 768, false, true, false},  {16, 4096, 4096, false, true, false},
    {1, 4096, 4096, true, true, false},   {13, 100, 1000, false, true, true},
};

/// Name, input height = width, channels, output channels, window, stride,
/// groups; padded so that only the stride shrinks the image. Layers of
/// ResNet-50 and MobileNetV2.
struct ConvRow {
  const char *name;
  int64_t size, channels, columns, kernel, stride, groups;
  bool quick, floatToo;
};

constexpr ConvRow convs[] = {
    {"7x7s2_3_64", 224, 3, 64, 7, 2, 1, true, false},
    {"1x1_64_256", 56, 64, 256, 1, 1, 1, false, false},
    {"3x3_64", 56, 64, 64, 3, 1, 1, true, true},
    {"3x3_128", 28, 128, 128, 3, 1, 1, false, false},
    {"3x3_256", 14, 256, 256, 3, 1, 1, false, false},
    {"3x3_512", 7, 512, 512, 3, 1, 1, true, false},
    {"1x1s2_1024_2048", 14, 1024, 2048, 1, 2, 1, false, false},
    {"3x3_128_groups32", 28, 128, 128, 3, 1, 32, false, false},
    {"depthwise3x3_144", 56, 144, 144, 3, 1, 144, true, true},
    {"depthwise3x3s2_144", 56, 144, 144, 3, 2, 144, false, false},
    {"depthwise3x3_576", 14, 576, 576, 3, 1, 576, false, false},
};

/// Weights of few bits: with one scale for each column, or with groups.
struct LowBitRow {
  const char *code;
  int64_t bits, group;
  Activations activations;
  bool quick;
  bool fives = false;
  bool groupZeros = false;
};

constexpr LowBitRow lowBits[] = {
    {"int4", 4, 32, Activations::S8, true},
    {"int4", 4, 0, Activations::U8, true},
    {"uint4", 4, 32, Activations::S8, true, false, true},
    {"uint4", 4, 32, Activations::U8, false, false, true},
    {"int4", 4, 32, Activations::Dynamic, true},
    {"codebook4", 4, 32, Activations::S8, true},
    {"codebook4", 4, 0, Activations::U8, false},
    {"log2_4", 4, 32, Activations::S8, true},
    {"f4e2m1", 4, 32, Activations::S8, true},
    {"int2", 2, 32, Activations::S8, true},
    {"int2", 2, 0, Activations::U8, false},
    {"ternary", 2, 0, Activations::U8, true},
    {"ternary", 2, 0, Activations::U8, false, true},
    {"ternary", 2, 32, Activations::S8, false},
    {"binary", 1, 0, Activations::U8, true},
    {"binary", 1, 0, Activations::Bits, true},
    {"binary", 1, 32, Activations::S8, false},
    {"int3", 3, 32, Activations::S8, false},
    {"int3", 3, 0, Activations::U8, false},
    {"int6", 6, 32, Activations::S8, false},
    {"int8", 8, 32, Activations::S8, false},
    {"int12", 12, 0, Activations::S8, true},
    {"int12", 12, 32, Activations::S8, false},
    {"int8", 8, 0, Activations::S16, false},
    {"int12", 12, 0, Activations::S16, true},
    {"int16", 16, 0, Activations::S16, true},
    {"nf4", 4, 32, Activations::F32, true},
    {"codebook4", 4, 32, Activations::F32, false},
    {"codebook4", 4, 0, Activations::F32, false},
    {"int4", 4, 32, Activations::F32, false},
};

/// Sums in a stated format: rows and weights of one code with the bits of its
/// words, groups of scales, the accumulator and its short name.
struct NumberRow {
  const char *code;
  int64_t bits, group;
  const char *accumulator, *name;
};

constexpr NumberRow numbers[] = {
    {"f8e4m3", 8, 0, "f32", "f32"},
    {"f16", 16, 0, "f32", "f32"},
    {"bf16", 16, 0, "f32", "f32"},
    {"log2_4", 4, 0, "f32", "f32"},
    {"f8e4m3", 8, 0, "f16, chunk = 64", "f16_chunk64"},
    {"f8e4m3", 8, 0, "bf16", "bf16"},
    {"f8e4m3", 8, 32, "f32", "f32"},
};

struct LowBitShape {
  int64_t m, n, k;
};
constexpr LowBitShape lowBitShapes[] = {
    {1, 4096, 4096}, {16, 4096, 4096}, {128, 4096, 4096}, {1024, 1024, 1024}};

std::string matmulName(const Case &c) {
  return "matmul_" + c.activationsName() + "_" + c.weightsName() + "_" +
         std::to_string(c.width) + "x" + std::to_string(c.columns) + "x" +
         std::to_string(c.channels);
}

/// Weights of every row of the table of codes with scales of groups: beside
/// int8 rows where the code has levels, else beside f32 rows.
std::vector<Case> codeCases() {
  std::vector<Case> cases;
  for (const std::string &name : num::implementedCodes()) {
    std::string error;
    std::unique_ptr<num::Code> code = num::makeCode(name, error);
    if (code->bits() > 16)
      continue;
    bool hasLevels =
        code->bits() <= 8 && (code->parameterCount() > 0 || code->fixedPoint());
    for (const LowBitShape &shape : lowBitShapes) {
      Case c;
      c.quick = shape.m == 1 || shape.m == 128;
      c.activations = hasLevels ? Activations::S8 : Activations::F32;
      c.weightCode = name;
      c.weightBits = code->bits();
      c.group = 32;
      c.width = shape.m;
      c.channels = shape.k;
      c.columns = shape.n;
      c.name = matmulName(c);
      cases.push_back(c);
    }
  }
  return cases;
}

} // namespace

std::vector<Case> allCases(bool everyCode) {
  std::vector<Case> cases;
  for (const MatmulRow &row : matmuls)
    for (Activations a : {Activations::U8, Activations::S8, Activations::F32}) {
      if ((a == Activations::S8 && !row.signedToo) ||
          (a == Activations::F32 && !row.floatToo))
        continue;
      Case c;
      c.activations = a;
      c.quick = row.quick;
      c.width = row.m;
      c.channels = row.k;
      c.columns = row.n;
      c.name = "matmul_" + c.activationsName() + "_" + std::to_string(row.m) +
               "x" + std::to_string(row.n) + "x" + std::to_string(row.k);
      cases.push_back(c);
    }
  for (const LowBitRow &row : lowBits)
    for (const LowBitShape &shape : lowBitShapes) {
      Case c;
      c.quick = row.quick && shape.m != 16;
      c.activations = row.activations;
      c.weightCode = row.code;
      c.weightBits = row.bits;
      c.group = row.group;
      c.fives = row.fives;
      c.groupZeros = row.groupZeros;
      c.width = shape.m;
      c.channels = shape.k;
      c.columns = shape.n;
      c.name = matmulName(c);
      cases.push_back(c);
    }
  if (everyCode)
    for (Case &c : codeCases())
      if (std::none_of(cases.begin(), cases.end(),
                       [&](const Case &o) { return o.name == c.name; }))
        cases.push_back(std::move(c));
  for (const NumberRow &row : numbers)
    for (const LowBitShape &shape : lowBitShapes) {
      if (shape.m == 16)
        continue;
      Case c;
      c.quick = shape.m != 1024;
      c.activations = Activations::Numbers;
      c.rowCode = c.weightCode = row.code;
      c.rowBits = c.weightBits = row.bits;
      c.group = row.group;
      c.accumulator = row.accumulator;
      c.width = shape.m;
      c.channels = shape.k;
      c.columns = shape.n;
      c.name = "matmul_" + c.activationsName() + "_" + c.weightsName() +
               "_in_" + row.name + "_" + std::to_string(shape.m) + "x" +
               std::to_string(shape.n) + "x" + std::to_string(shape.k);
      cases.push_back(c);
    }
  for (const ConvRow &row : convs)
    for (Activations a :
         {Activations::U8, Activations::F32, Activations::Bits}) {
      bool fillsWords = row.channels % 32 == 0 && row.groups == 1;
      if ((a == Activations::F32 && !row.floatToo) ||
          (a == Activations::Bits && (!fillsWords || row.kernel == 1)))
        continue;
      Case c;
      c.isConv = true;
      c.activations = a;
      c.quick = row.quick;
      c.height = c.width = row.size;
      c.channels = row.channels;
      c.columns = row.columns;
      c.kernel = row.kernel;
      c.stride = row.stride;
      c.pad = row.kernel / 2;
      c.groups = row.groups;
      if (c.isBits()) {
        c.weightCode = "binary";
        c.weightBits = 1;
      }
      c.name = "conv_" + c.activationsName() + "_" + row.name + "_" +
               std::to_string(row.size);
      cases.push_back(c);
    }
  return cases;
}

} // namespace qs::bench
