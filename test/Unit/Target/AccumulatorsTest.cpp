//===- AccumulatorsTest.cpp - sums in a stated format, compiled -----------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Matrix products with float accumulators in compiled code against
// num::accumulateDot, bit for bit: formats on both sides of every limit that
// decides how the sums are computed, chunks that divide K and that do not.
//
//===----------------------------------------------------------------------===//

#include "CompiledTest.h"
#include "mlir/AsmParser/AsmParser.h"
#include "qs/Dialect/QS/IR/QSDialect.h"
#include "qs/Numerics/Stochastic.h"
#include <cmath>
#include <cstring>
#include <random>

using namespace mlir;
using namespace qs;

namespace {

struct Case {
  std::string accumulator, lhs, rhs; ///< codes, or f32
  int64_t k;
};

class AccumulatorsTest : public test::CompiledTest {
protected:
  void check(const Case &c);
};

constexpr int64_t kRows = 3, kColumns = 19;

/// An operand: its words as they lie in memory, and the numbers.
struct Data {
  std::vector<char> bytes;
  std::vector<float> numbers;
};

/// Words of every kind that stand for finite numbers, or floats of exponents
/// from 2^-`spread` to 2^`spread`.
Data makeData(const std::string &code, int64_t count, int spread,
              std::mt19937 &random) {
  Data data;
  auto append = [&](const void *from, size_t size) {
    data.bytes.insert(data.bytes.end(), static_cast<const char *>(from),
                      static_cast<const char *>(from) + size);
  };
  std::string error;
  std::unique_ptr<num::Code> made;
  if (code != "f32")
    made = num::makeCode(code, error);
  for (int64_t i = 0; i < count; ++i) {
    if (!made) {
      float x = std::ldexp(float(int(random() % (1 << 24)) - (1 << 23)),
                           int(random() % (2 * spread + 1)) - spread - 23);
      append(&x, sizeof x);
      data.numbers.push_back(x);
      continue;
    }
    uint32_t word;
    do
      word = uint32_t(random() % made->numPatterns());
    while (!std::isfinite(made->decode(word)));
    append(&word, made->bits() > 8 ? 2 : 1);
    data.numbers.push_back(float(made->decode(word)));
  }
  return data;
}

std::string typeOf(const std::string &code, int64_t rows, int64_t columns) {
  std::string element = code == "f32" ? code : "!qs.q<" + code + ", tensor>";
  return "tensor<" + std::to_string(rows) + "x" + std::to_string(columns) +
         "x" + element + ">";
}

void AccumulatorsTest::check(const Case &c) {
  SCOPED_TRACE(c.accumulator + " of " + c.lhs + " x " + c.rhs +
               ", k = " + std::to_string(c.k));
  std::string a = typeOf(c.lhs, kRows, c.k), b = typeOf(c.rhs, kColumns, c.k),
              result = typeOf("f32", kRows, kColumns);
  std::string attr = "#qs.accumulator<" + c.accumulator + ">";
  std::string text =
      "func.func @f(%a: " + a + ", %b: " + b + ") -> " + result +
      " {\n  %c = qs.matmul %a, %b transpose_rhs {accumulator = " + attr +
      "} : " + a + ", " + b + " -> " + result + "\n  return %c : " + result +
      "\n}\n";
  auto parsed =
      dyn_cast_or_null<AccumulatorAttr>(parseAttribute(attr, &context));
  ASSERT_TRUE(parsed);
  num::Accumulation how = parsed.getAccumulation();

  std::mt19937 random(7);
  Data lhs = makeData(c.lhs, kRows * c.k, 8, random);
  Data rhs = makeData(c.rhs, kColumns * c.k, 8, random);
  native::CompileOptions options;
  options.optLevel = 1;
  std::unique_ptr<native::JIT> code = jit(text, options);
  ASSERT_TRUE(code);
  std::vector<float> out =
      run<float>(*code, kRows * kColumns, lhs.bytes, rhs.bytes);
  std::optional<uint64_t> seed = how.seed;
  for (int64_t i = 0; i < kRows * kColumns; ++i) {
    if (seed)
      how.seed = num::randomBits(*seed, uint64_t(i));
    auto want = float(num::accumulateDot(
        lhs.numbers.data() + i / kColumns * c.k,
        rhs.numbers.data() + i % kColumns * c.k, size_t(c.k), how));
    uint32_t wantBits, gotBits;
    std::memcpy(&wantBits, &want, 4);
    std::memcpy(&gotBits, &out[i], 4);
    if (std::isnan(want) && std::isnan(out[i]))
      continue; // Which NaN, neither says.
    ASSERT_EQ(gotBits, wantBits)
        << "element " << i << ": " << out[i] << " instead of " << want;
  }
}

TEST_F(AccumulatorsTest, Formats) {
  for (const char *format :
       {"f32", "f16", "bf16", "e5m2", "e4m3", "e2m1", "e6m9", "e8m1", "e6m10",
        "e6m11", "e4m12", "e8m22", "e5m23"})
    for (const char *code : {"f32", "f8e4m3", "log2_5"})
      check({format, code, code, 65});
}

TEST_F(AccumulatorsTest, Codes) {
  const char *pairs[][2] = {{"f16", "f16"},           {"f8e5m2", "f8e4m3"},
                            {"bf16", "nf4"},          {"log2_8", "log2_8"},
                            {"logsqrt2_4", "f8e4m3"}, {"f4e2m1", "f4e2m1"},
                            {"posit8", "int8"},       {"uint16", "f16"}};
  for (auto &pair : pairs)
    for (const char *format : {"f32", "f16", "e6m9", "bf16"})
      check({format, pair[0], pair[1], 40});
}

TEST_F(AccumulatorsTest, Chunks) {
  for (int64_t k : {0, 1, 7, 8, 9, 64, 65, 130})
    for (const char *chunk :
         {"chunk = 1", "chunk = 8", "chunk = 64", "chunk = 8, order = strided",
          "chunk = 64, order = strided"})
      for (const char *format : {"f32", "f16"})
        check({std::string(format) + ", " + chunk, "f8e4m3", "f8e4m3", k});
}

TEST_F(AccumulatorsTest, Fused) {
  for (const char *format : {"f32", "f16", "e6m9", "e8m22"})
    for (const char *code : {"f32", "f8e4m3", "f16"}) {
      check({std::string(format) + ", fused", code, code, 65});
      check({std::string(format) + ", chunk = 16, fused", code, code, 65});
    }
}

TEST_F(AccumulatorsTest, Stochastic) {
  for (const char *format : {"f32", "f16", "e6m9", "e4m3", "bf16"})
    for (const char *rest :
         {"", ", chunk = 16", ", chunk = 16, order = strided", ", fused",
          ", chunk = 16, fused"})
      for (const char *code : {"f32", "f8e4m3"})
        check({std::string(format) + rest + ", seed = 12345", code, code, 65});
}

} // namespace
