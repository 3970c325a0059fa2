//===- NumberKernelTest.cpp - packed kernels with stated sums -------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Matrix products and convolutions whose sums are made in a float format, with
// constant weights: every one becomes a packed kernel, whose bits are those of
// the interpreter on the op itself, on every target that this machine runs.
//
//===----------------------------------------------------------------------===//

#include "CompiledTest.h"
#include "qs/Interpreter/Interpreter.h"
#include "qs/Numerics/Code.h"
#include <cmath>
#include <cstring>
#include <random>

using namespace mlir;
using namespace qs;

namespace {

struct Case {
  std::string accumulator; ///< empty: none is given
  std::string rows, weights;
  int64_t m, n, k;
  int64_t group = 0;
  std::string storage = "e8m0";
  /// A convolution of k channels, m x m pixels and this many taps each way.
  int64_t kernel = 0, convGroups = 1;
  bool transposed = true, codebook = false;

  std::string name() const {
    return accumulator + " " + rows + " x " + weights + " " +
           std::to_string(m) + "x" + std::to_string(n) + "x" +
           std::to_string(k) + " group " + std::to_string(group) + " kernel " +
           std::to_string(kernel) + " groups " + std::to_string(convGroups);
  }
};

/// Words that stand for finite numbers, all kinds of them; f32 bits for "f32".
std::vector<uint32_t> makeWords(const std::string &code, int64_t count,
                                std::mt19937 &random) {
  std::vector<uint32_t> words;
  std::string error;
  auto made = num::makeCode(code, error);
  for (int64_t i = 0; i < count; ++i) {
    uint32_t word;
    do
      word = uint32_t(random() % made->numPatterns());
    while (!made->isLegal(word) ||
           (made->isBound() && !std::isfinite(made->decode(word))));
    words.push_back(word);
  }
  return words;
}

unsigned bitsOf(const std::string &code) {
  std::string error;
  return num::makeCode(code, error)->bits();
}

/// `dense` with the values nested as the shape is.
std::string literal(llvm::ArrayRef<std::string> values,
                    llvm::ArrayRef<int64_t> shape) {
  size_t next = 0;
  std::function<std::string(llvm::ArrayRef<int64_t>)> nest =
      [&](llvm::ArrayRef<int64_t> rest) -> std::string {
    if (rest.empty())
      return values[next++];
    std::string text = "[";
    for (int64_t i = 0; i < rest[0]; ++i)
      text += (i ? ", " : "") + nest(rest.drop_front());
    return text + "]";
  };
  return "dense<" + nest(shape) + ">";
}

std::string tensorOf(llvm::ArrayRef<int64_t> shape, const std::string &type) {
  std::string text = "tensor<";
  for (int64_t size : shape)
    text += std::to_string(size) + "x";
  return text + type + ">";
}

/// One module: the rows are its argument, everything else is constant.
class Source {
public:
  Source(const Case &c, std::mt19937 &random) : c(c), random(random) {
    weightShape = c.kernel ? std::vector<int64_t>{c.n, c.kernel, c.kernel, c.k}
                  : c.transposed ? std::vector<int64_t>{c.n, c.k}
                                 : std::vector<int64_t>{c.k, c.n};
    reduced = c.kernel ? 3 : c.transposed ? 1 : 0;
    rowShape = c.kernel ? std::vector<int64_t>{2, c.m, c.m, c.k * c.convGroups}
                        : std::vector<int64_t>{c.m, c.k};
  }

  std::string text() {
    std::string rows = rowType(), weights = weightType();
    std::string body = constants();
    int64_t size = (c.m + 2 - c.kernel) + 1; // pads of 1, stride 1
    std::vector<int64_t> resultShape =
        c.kernel ? std::vector<int64_t>{2, size, size, c.n}
                 : std::vector<int64_t>{c.m, c.n};
    std::string result = tensorOf(resultShape, "f32");
    std::string attributes;
    if (!c.accumulator.empty())
      attributes = "{accumulator = #qs.accumulator<" + c.accumulator + ">} ";
    std::string operands;
    if (c.group)
      operands = std::string(c.kernel ? "weight" : "rhs") +
                 "_scale(%s : " + scaleType() + ") ";
    if (c.codebook)
      operands += std::string(c.kernel ? "weight" : "rhs") +
                  "_codebook(%book : tensor<" +
                  std::to_string(1 << bitsOf(c.weights)) + "xf32>) ";
    std::string op =
        c.kernel ? "qs.conv2d %x, %w pad [1, 1, 1, 1] stride [1, 1] dilation "
                   "[1, 1] " +
                       (c.convGroups > 1
                            ? "groups " + std::to_string(c.convGroups) + " "
                            : std::string())
                 : std::string("qs.matmul %x, %w ") +
                       (c.transposed ? "transpose_rhs " : "");
    return "func.func @f(%x: " + rows + ") -> " + result + " {\n" + body +
           "  %y = " + op + operands + attributes + ": " + rows + ", " +
           weights + " -> " + result + "\n  return %y : " + result + "\n}\n";
  }

  std::vector<int64_t> rowShape, weightShape;

private:
  std::string rowType() const {
    return tensorOf(rowShape, "!qs.q<" + c.rows + ", tensor>");
  }
  std::string weightType() const {
    std::string scale = "tensor";
    if (c.group)
      scale = "group(" + std::to_string(reduced) + ", " +
              std::to_string(c.group) + "):" + c.storage;
    return tensorOf(weightShape, "!qs.q<" + c.weights + ", " + scale + ">");
  }
  std::string scaleType() const {
    std::vector<int64_t> shape = weightShape;
    shape[reduced] /= c.group;
    return tensorOf(shape, c.storage == "e8m0"   ? "f8E8M0FNU"
                           : c.storage == "e4m3" ? "f8E4M3FN"
                                                 : c.storage);
  }

  std::string constants() {
    int64_t count = 1;
    for (int64_t size : weightShape)
      count *= size;
    std::vector<std::string> words, scales, book;
    unsigned bits = bitsOf(c.weights);
    for (uint32_t word : makeWords(c.weights, count, random)) {
      int64_t value = word;
      if (word >> (bits - 1))
        value -= int64_t(1) << bits;
      words.push_back(bits == 1 ? (word ? "true" : "false")
                                : std::to_string(value));
    }
    std::string stored = tensorOf(weightShape, "i" + std::to_string(bits));
    std::string text = "  %words = arith.constant " +
                       literal(words, weightShape) + " : " + stored +
                       "\n  %w = qs.storage_cast %words : " + stored + " -> " +
                       weightType() + "\n";
    if (c.group) {
      std::vector<int64_t> shape = weightShape;
      shape[reduced] /= c.group;
      for (int64_t i = 0; i < count / c.group; ++i)
        scales.push_back(std::to_string(std::ldexp(
            c.storage == "e8m0" ? 1.0 : 1.125, int(random() % 7) - 3)));
      text += "  %s = arith.constant " + literal(scales, shape) + " : " +
              scaleType() + "\n";
    }
    if (c.codebook) {
      for (int i = 0; i < 1 << bits; ++i)
        book.push_back(std::to_string(float(int(random() % 4096) - 2048) / 7));
      std::vector<int64_t> shape = {int64_t(book.size())};
      text += "  %book = arith.constant " + literal(book, shape) + " : " +
              tensorOf(shape, "f32") + "\n";
    }
    return text;
  }

  const Case &c;
  std::mt19937 &random;
  int64_t reduced;
};

class NumberKernels : public test::TargetTest {
protected:
  void expectEqual(const Case &c);
};

/// Equal bits, or both NaN.
void compare(llvm::ArrayRef<float> found, llvm::ArrayRef<float> wanted) {
  ASSERT_EQ(found.size(), wanted.size());
  for (size_t i = 0; i < found.size(); ++i) {
    if (std::isnan(found[i]) && std::isnan(wanted[i]))
      continue;
    uint32_t a, b;
    std::memcpy(&a, &found[i], 4);
    std::memcpy(&b, &wanted[i], 4);
    ASSERT_EQ(a, b) << "element " << i << ": " << found[i] << " instead of "
                    << wanted[i];
  }
}

void NumberKernels::expectEqual(const Case &c) {
  SCOPED_TRACE(c.name());
  std::mt19937 random(11);
  Source source(c, random);
  std::string text = source.text();
  auto module = parseSourceString<ModuleOp>(text, &context);
  ASSERT_TRUE(module) << text;

  int64_t count = 1;
  for (int64_t size : source.rowShape)
    count *= size;
  std::vector<uint32_t> words = makeWords(c.rows, count, random);
  unsigned bytes = bitsOf(c.rows) > 8 ? 2 : 1;
  std::vector<char> raw;
  for (uint32_t word : words)
    raw.insert(raw.end(), reinterpret_cast<char *>(&word),
               reinterpret_cast<char *>(&word) + bytes);
  auto function = *module->getOps<func::FuncOp>().begin();
  Type element =
      cast<RankedTensorType>(function.getArgumentTypes()[0]).getElementType();
  interp::Tensor rows(*interp::ElementType::get(element), source.rowShape);
  for (int64_t i = 0; i < count; ++i)
    rows.setInt(i, words[i]);

  auto wanted = interp::Interpreter(*module).run("f", {rows});
  ASSERT_TRUE(bool(wanted)) << llvm::toString(wanted.takeError());
  std::vector<float> sums = (*wanted)[0].to<float>();

  pack(*module);
  auto twin = interp::Interpreter(*module).run("f", {rows});
  ASSERT_TRUE(bool(twin)) << llvm::toString(twin.takeError());
  compare((*twin)[0].to<float>(), sums);

  native::CompileOptions options = targetOptions();
  options.optLevel = 1;
  std::unique_ptr<native::JIT> code = jit(*module, options);
  ASSERT_TRUE(code);
  std::vector<float> out(sums.size());
  call(*code, {raw.data()}, {out.data()});
  compare(out, sums);
}

Case matmul(std::string accumulator, std::string rows, std::string weights,
            int64_t m, int64_t n, int64_t k, int64_t group = 0) {
  Case c;
  c.accumulator = std::move(accumulator);
  c.rows = std::move(rows);
  c.weights = std::move(weights);
  c.m = m;
  c.n = n;
  c.k = k;
  c.group = group;
  return c;
}

Case conv(std::string accumulator, std::string rows, std::string weights,
          int64_t size, int64_t kernel, int64_t channels, int64_t n,
          int64_t group = 0, int64_t convGroups = 1) {
  Case c = matmul(std::move(accumulator), std::move(rows), std::move(weights),
                  size, n, channels, group);
  c.kernel = kernel;
  c.convGroups = convGroups;
  return c;
}

/// Rows, columns and reductions around the sizes of tiles and blocks.
TEST_P(NumberKernels, Remainders) {
  for (auto [m, n, k] : {std::array<int64_t, 3>{1, 1, 1},
                         {1, 17, 5},
                         {2, 33, 31},
                         {5, 16, 32},
                         {9, 65, 37},
                         {27, 97, 66},
                         {1, 130, 128}})
    for (const char *accumulator : {"", "f16", "f32, fused"})
      expectEqual(matmul(accumulator, "f8e4m3", "f8e4m3", m, n, k));
}

TEST_P(NumberKernels, Codes) {
  const char *pairs[][2] = {
      {"f16", "f16"},       {"bf16", "bf16"},     {"f8e5m2", "f8e4m3"},
      {"log2_5", "log2_5"}, {"posit8", "int8"},   {"uint16", "f16"},
      {"int8", "f8e4m3"},   {"nf4", "log2_4"},    {"posit6", "posit5"},
      {"int12", "f4e2m1"},  {"f6e2m3", "binary"}, {"f4e2m1", "nf4"}};
  for (auto &pair : pairs)
    for (const char *accumulator : {"f32", "bf16", "e6m9"}) {
      expectEqual(matmul(accumulator, pair[0], pair[1], 9, 21, 19));
      expectEqual(matmul(accumulator, pair[0], pair[1], 1, 40, 35));
    }
}

TEST_P(NumberKernels, Chunks) {
  for (const char *chunk :
       {"chunk = 1", "chunk = 8", "chunk = 64", "chunk = 7",
        "chunk = 8, order = strided", "chunk = 64, order = strided"})
    for (const char *format : {"f32", "f16", "e6m9"})
      for (int64_t m : {1, 9})
        expectEqual(matmul(std::string(format) + ", " + chunk, "f8e4m3",
                           format[0] == 'e' ? "f16"
                           : m == 1         ? "nf4"
                                            : "f8e4m3",
                           m, 21, 130));
  // Sums that stay small are rounded by fewer steps.
  for (const char *format : {"f16", "bf16", "f16, chunk = 16", "e6m9"})
    expectEqual(matmul(format, "f4e2m1", "f4e2m1", 9, 21, 130));
}

TEST_P(NumberKernels, Fused) {
  for (const char *format : {"f32", "f16", "e6m9", "e8m22"})
    for (const char *code : {"f8e4m3", "bf16"}) {
      expectEqual(
          matmul(std::string(format) + ", fused", code, code, 5, 20, 33));
      expectEqual(matmul(std::string(format) + ", chunk = 16, fused", code,
                         code, 1, 20, 33));
    }
}

TEST_P(NumberKernels, Stochastic) {
  for (const char *format : {"f32", "f16", "e4m3"})
    for (const char *rest :
         {"", ", chunk = 16", ", chunk = 16, order = strided, fused"})
      for (int64_t m : {1, 6})
        expectEqual(matmul(std::string(format) + rest + ", seed = 12345",
                           "f8e4m3", "f8e4m3", m, 20, 40));
}

TEST_P(NumberKernels, Groups) {
  for (const char *accumulator :
       {"", "f16", "bf16, chunk = 8", "f32, chunk = 16, order = strided",
        "f16, seed = 5"})
    for (const char *weights : {"f4e2m1", "f6e3m2", "f8e4m3", "int4"}) {
      // Levels of both sides are summed exactly unless a format is stated.
      expectEqual(matmul(accumulator, "f8e4m3", weights, 1, 35, 96, 32));
      expectEqual(matmul(accumulator, "f8e4m3", weights, 9, 35, 96, 32));
    }
  Case c = matmul("f32", "int8", "f4e2m1", 9, 18, 48, 16);
  for (const char *storage : {"f32", "f16", "e4m3", "e8m0"}) {
    c.storage = storage;
    c.transposed = !c.transposed;
    expectEqual(c);
  }
}

TEST_P(NumberKernels, Codebook) {
  Case c = matmul("f16", "f8e4m3", "codebook4", 9, 18, 48);
  c.codebook = true;
  expectEqual(c);
  c.group = 16;
  c.accumulator = "f32";
  expectEqual(c);
}

TEST_P(NumberKernels, Convolutions) {
  for (const char *accumulator :
       {"", "f16", "f16, chunk = 9", "f32, chunk = 6", "e6m9, chunk = 64",
        "f16, chunk = 8, order = strided", "f16, seed = 3"}) {
    expectEqual(conv(accumulator, "f8e4m3", "f8e4m3", 5, 3, 6, 19));
    expectEqual(conv(accumulator, "f8e4m3", "nf4", 4, 3, 4, 6, 0, 2));
    expectEqual(conv(accumulator, "f8e4m3", "f4e2m1", 4, 3, 32, 17, 16));
  }
}

TEST_P(NumberKernels, Depthwise) {
  for (const char *accumulator : {"", "f16", "e6m9, fused"})
    for (int64_t channels : {3, 21})
      expectEqual(conv(accumulator, "f8e4m3", "f8e4m3", 6, 3, 1, channels, 0,
                       channels));
}

QS_EVERY_TARGET(NumberKernels);

} // namespace
