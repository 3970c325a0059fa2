//===- CodesTest.cpp - every code of the table, compiled ------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Quantizing and dequantizing in compiled code against num::Code, for every row
// of the table: a new code is tested here without a word.
//
//===----------------------------------------------------------------------===//

#include "CompiledTest.h"
#include "qs/Numerics/Code.h"
#include "qs/Numerics/Stochastic.h"
#include <cmath>
#include <cstring>
#include <limits>
#include <random>

using namespace mlir;
using namespace qs;

namespace {

/// Entries that a codebook of `count` may have: uneven, one of them twice.
std::vector<double> entriesFor(unsigned count) {
  std::vector<double> entries;
  for (unsigned i = 0; i < count; ++i)
    entries.push_back(std::ldexp(double(int(i) - int(count) / 3), -3) *
                      (1 + i));
  if (count > 2)
    entries[1] = entries[2];
  return entries;
}

std::unique_ptr<num::Code> boundCode(const std::string &name) {
  std::string error;
  std::unique_ptr<num::Code> code = num::makeCode(name, error);
  if (unsigned count = code->parameterCount())
    code = code->bind(entriesFor(count), error);
  EXPECT_TRUE(code) << error;
  return code;
}

/// Every value of the code, the middles between neighbours, the floats next to
/// both, and all kinds of other floats.
std::vector<float> samplesFor(const num::Code &code) {
  std::vector<float> x = {0.0f, -0.0f, NAN, 1e-45f, -1e-45f, 3.4e38f, -3.4e38f};
  float inf = std::numeric_limits<float>::infinity();
  x.push_back(inf);
  x.push_back(-inf);
  std::vector<double> values;
  for (uint64_t p = 0; p < code.numPatterns(); ++p)
    if (double value = code.decode(uint32_t(p)); std::isfinite(value))
      values.push_back(value);
  std::sort(values.begin(), values.end());
  size_t step = values.size() / 512 + 1;
  for (size_t i = 0; i + step < values.size(); i += step) {
    double a = values[i], b = values[i + 1];
    for (double middle : {a, (a + b) / 2, std::sqrt(std::abs(a * b))})
      for (float y : {float(middle), std::nextafter(float(middle), inf),
                      std::nextafter(float(middle), -inf)}) {
        x.push_back(y);
        x.push_back(-y);
      }
  }
  std::mt19937 random(7);
  for (int i = 0; i < 200; ++i) {
    uint32_t bits = uint32_t(random());
    float y;
    std::memcpy(&y, &bits, 4);
    x.push_back(y);
  }
  return x;
}

/// What `programFor` computes.
struct Results {
  std::vector<uint32_t> words;
  std::vector<float> reals;
};

class CodesTest : public test::CompiledTest,
                  public ::testing::WithParamInterface<std::string> {
protected:
  /// Quantizes `x` in compiled code and back, rounding to even or at random.
  Results compute(const num::Code &code, const std::vector<float> &x,
                  bool random);
};

/// `quantize` with scale 0.5 and `dequantize` of its words with scale 3.
std::string programFor(const num::Code &code, const std::string &name,
                       size_t count, bool random = false) {
  std::string n = std::to_string(count), codebook, codebookType, constant;
  std::string type = "tensor<" + n + "x!qs.q<" + name + ", tensor>>";
  std::string error;
  if (unsigned entries = num::makeCode(name, error)->parameterCount()) {
    codebook = " codebook %c";
    codebookType = ", tensor<" + std::to_string(entries) + "xf32>";
    constant = "  %c = arith.constant dense<[";
    char text[32];
    for (double entry : entriesFor(entries)) {
      std::snprintf(text, sizeof text, "%.9e", entry);
      constant += std::string(constant.back() == '[' ? "" : ", ") + text;
    }
    constant += "]> : tensor<" + std::to_string(entries) + "xf32>\n";
  }
  return "func.func @f(%x: tensor<" + n + "xf32>) -> (" + type + ", tensor<" +
         n + "xf32>) {\n  %s = arith.constant dense<0.5> : tensor<f32>\n" +
         "  %t = arith.constant dense<3.0> : tensor<f32>\n" + constant +
         "  %q = qs.quantize " + (random ? "stochastic" : "half_even") +
         " round_then_add saturate %x scale %s" + codebook +
         (random ? " {seed = 99}" : "") + " : tensor<" + n +
         "xf32>, tensor<f32>" + codebookType + " -> " + type +
         "\n  %d = qs.dequantize %q scale %t" + codebook + " : " + type +
         ", tensor<f32>" + codebookType + " -> tensor<" + n +
         "xf32>\n  return %q, %d : " + type + ", tensor<" + n + "xf32>\n}\n";
}

Results CodesTest::compute(const num::Code &code, const std::vector<float> &x,
                           bool random) {
  native::CompileOptions options;
  options.optLevel = 1;
  auto compiled = jit(programFor(code, GetParam(), x.size(), random), options);
  size_t width = code.bits() > 8 ? 2 : 1;
  std::vector<uint8_t> bytes(x.size() * width);
  Results results{std::vector<uint32_t>(x.size()),
                  std::vector<float>(x.size())};
  if (!compiled)
    return results;
  call(*compiled, {x.data()}, {bytes.data(), results.reals.data()});
  for (size_t i = 0; i < x.size(); ++i) {
    std::memcpy(&results.words[i], &bytes[i * width], width);
    results.words[i] &= uint32_t(code.numPatterns() - 1);
  }
  return results;
}

TEST_P(CodesTest, CompiledEqualsNumerics) {
  std::unique_ptr<num::Code> code = boundCode(GetParam());
  std::vector<float> x = samplesFor(*code);
  Results got = compute(*code, x, /*random=*/false);
  for (size_t i = 0; i < x.size(); ++i) {
    uint32_t want = code->encode(x[i] / 0.5f, num::Rounding::HalfEven);
    ASSERT_EQ(got.words[i], want) << "x = " << x[i];
    ASSERT_EQ(got.reals[i], float(code->decode(want)) * 3.0f) << "x = " << x[i];
  }
}

TEST_P(CodesTest, CompiledRoundsAtRandomAsNumerics) {
  std::unique_ptr<num::Code> code = boundCode(GetParam());
  std::vector<float> x = samplesFor(*code);
  Results got = compute(*code, x, /*random=*/true);
  for (size_t i = 0; i < x.size(); ++i)
    ASSERT_EQ(got.words[i],
              num::encodeStochastic(*code, x[i] / 0.5f, num::randomBits(99, i)))
        << "x = " << x[i];
}

std::vector<std::string> storedCodes() {
  std::vector<std::string> names;
  std::string error;
  for (const std::string &name : num::implementedCodes())
    if (num::makeCode(name, error)->bits() <= 16)
      names.push_back(name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(Table, CodesTest, ::testing::ValuesIn(storedCodes()),
                         [](const auto &info) { return info.param; });

} // namespace
