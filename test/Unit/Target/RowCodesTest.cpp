//===- RowCodesTest.cpp - rows quantized at run time, compiled ------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A scale for each row and the words under it, for every code without
// parameters that is no integer code, against num::chooseScale and num::Code.
//
//===----------------------------------------------------------------------===//

#include "CompiledTest.h"
#include "qs/Numerics/Affine.h"
#include <cfloat>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>

using namespace mlir;
using namespace qs;

namespace {

constexpr size_t kRows = 9, kLength = 83; // Five vectors and three lanes.

/// Rows of different sizes; of zeros, one sign, tiny, NaN and infinite numbers.
std::vector<float> makeRows() {
  std::mt19937 random(3);
  std::normal_distribution<float> normal;
  std::vector<float> x;
  for (size_t row = 0; row < kRows; ++row)
    for (size_t i = 0; i < kLength; ++i)
      x.push_back(normal(random) * std::ldexp(1.0f, int(row) * 7 - 20));
  auto row = [&](size_t r) { return x.data() + r * kLength; };
  for (size_t i = 0; i < kLength; ++i) {
    row(0)[i] = 0;
    row(1)[i] = std::abs(row(1)[i]);
    row(2)[i] = -std::abs(row(2)[i]);
    row(3)[i] *= 1e-38f;
  }
  row(4)[7] = NAN;
  row(4)[80] = -0.0f;
  row(5)[82] = std::numeric_limits<float>::infinity();
  row(6)[0] = -std::numeric_limits<float>::infinity();
  row(8)[33] = FLT_MAX;
  return x;
}

std::string programFor(const std::string &name) {
  std::string shape = std::to_string(kRows) + "x" + std::to_string(kLength);
  std::string code = "!qs.q<" + name + ", axis(0)>";
  std::string real = "tensor<" + shape + "xf32>";
  std::string rows = "tensor<" + std::to_string(kRows) + "xf32>";
  std::string words = "tensor<" + shape + "x" + code + ">";
  return "func.func @f(%x: " + real + ") -> (" + words + ", " + rows +
         ") {\n  %s, %z = qs.choose_params %x as " + code + " : " + real +
         " -> " + rows + ", tensor<" + std::to_string(kRows) +
         "xi32>\n  %q = qs.quantize half_even round_then_add saturate %x "
         "scale %s : " +
         real + ", " + rows + " -> " + words + "\n  return %q, %s : " + words +
         ", " + rows + "\n}\n";
}

class RowCodesTest : public test::TargetTest {};

TEST_P(RowCodesTest, WordsAndScalesEqualNumerics) {
  std::vector<float> x = makeRows();
  for (const std::string &name : num::implementedCodes()) {
    std::string error;
    std::unique_ptr<num::Code> code = num::makeCode(name, error);
    if (!code->isBound() || code->isInteger() || code->bits() > 16)
      continue;
    native::CompileOptions options = targetOptions();
    options.optLevel = 1;
    auto compiled = jit(programFor(name), options);
    ASSERT_TRUE(compiled) << name;
    size_t width = code->bits() > 8 ? 2 : 1;
    std::vector<uint8_t> bytes(x.size() * width);
    std::vector<float> scales(kRows);
    call(*compiled, {x.data()}, {bytes.data(), scales.data()});
    for (size_t r = 0; r < kRows; ++r) {
      float lo = 0, hi = 0;
      for (size_t i = r * kLength; i < (r + 1) * kLength; ++i) {
        lo = std::fmin(lo, x[i]);
        hi = std::fmax(hi, x[i]);
      }
      float scale = num::chooseScale(lo, hi, *code);
      ASSERT_EQ(scales[r], scale) << name << " row " << r;
      for (size_t i = r * kLength; i < (r + 1) * kLength; ++i) {
        uint32_t word = 0;
        std::memcpy(&word, &bytes[i * width], width);
        ASSERT_EQ(word & uint32_t(code->numPatterns() - 1),
                  code->encode(x[i] / scale, num::Rounding::HalfEven))
            << name << " row " << r << " x = " << x[i];
      }
    }
  }
}

QS_EVERY_TARGET(RowCodesTest);

} // namespace
