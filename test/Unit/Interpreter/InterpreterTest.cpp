//===- InterpreterTest.cpp - Interpreter against a naive oracle
//---------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Interpreter/Interpreter.h"
#include "qs/Dialect/QS/IR/QSOps.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

#include <random>

using namespace qs::interp;

namespace {

struct Case {
  int64_t n, h, w, c, o, kh, kw, groups;
  int64_t pad[4], stride[2], dilation[2];
};

/// Seven loops over the definition, in i64.
std::vector<int64_t> naiveConv(const Case &k, const std::vector<int64_t> &x,
                               const std::vector<int64_t> &w, int64_t zx,
                               const std::vector<int64_t> &zw,
                               const std::vector<int64_t> &bias, int64_t oh,
                               int64_t ow) {
  std::vector<int64_t> y;
  int64_t cg = k.c / k.groups, og = k.o / k.groups;
  for (int64_t n = 0; n < k.n; ++n)
    for (int64_t i = 0; i < oh; ++i)
      for (int64_t j = 0; j < ow; ++j)
        for (int64_t o = 0; o < k.o; ++o) {
          int64_t sum = bias[o];
          for (int64_t a = 0; a < k.kh; ++a)
            for (int64_t b = 0; b < k.kw; ++b)
              for (int64_t c = 0; c < cg; ++c) {
                int64_t r = i * k.stride[0] + a * k.dilation[0] - k.pad[0];
                int64_t s = j * k.stride[1] + b * k.dilation[1] - k.pad[2];
                if (r < 0 || s < 0 || r >= k.h || s >= k.w)
                  continue;
                int64_t xv =
                    x[((n * k.h + r) * k.w + s) * k.c + (o / og) * cg + c];
                int64_t wv = w[((o * k.kh + a) * k.kw + b) * cg + c];
                sum += (xv - zx) * (wv - zw[o]);
              }
          y.push_back(sum);
        }
  return y;
}

std::string list(const int64_t *values, int n) {
  std::string text = "[";
  for (int i = 0; i < n; ++i)
    text += (i ? ", " : "") + std::to_string(values[i]);
  return text + "]";
}

std::string dims(std::initializer_list<int64_t> shape) {
  std::string text;
  for (int64_t d : shape)
    text += std::to_string(d) + "x";
  return text;
}

class LinearTest : public testing::Test {
protected:
  LinearTest() {
    context.loadDialect<qs::QSDialect, mlir::func::FuncDialect>();
  }

  std::vector<int64_t> random(int64_t count, int64_t lo, int64_t hi) {
    std::uniform_int_distribution<int64_t> pick(lo, hi);
    std::vector<int64_t> out;
    for (int64_t i = 0; i < count; ++i)
      out.push_back(pick(engine));
    return out;
  }

  Tensor tensor(ElementType type, llvm::ArrayRef<int64_t> shape,
                const std::vector<int64_t> &values) {
    Tensor t(type, shape);
    for (size_t i = 0; i < values.size(); ++i)
      t.setInt(i, values[i]);
    return t;
  }

  std::vector<int64_t> run(const std::string &source,
                           llvm::ArrayRef<Tensor> arguments) {
    auto module = mlir::parseSourceString<mlir::ModuleOp>(source, &context);
    EXPECT_TRUE(module) << source;
    if (!module)
      return {};
    Interpreter interpreter(*module);
    auto results = interpreter.run("main", arguments);
    if (!results) {
      ADD_FAILURE() << llvm::toString(results.takeError());
      return {};
    }
    return (*results)[0].to<int64_t>();
  }

  void check(const Case &k) {
    auto extent = [&](int64_t size, int d, int64_t kernel) {
      return (size + k.pad[2 * d] + k.pad[2 * d + 1] -
              k.dilation[d] * (kernel - 1) - 1) /
                 k.stride[d] +
             1;
    };
    int64_t oh = extent(k.h, 0, k.kh), ow = extent(k.w, 1, k.kw);
    int64_t cg = k.c / k.groups;
    auto x = random(k.n * k.h * k.w * k.c, 0, 255);
    auto w = random(k.o * k.kh * k.kw * cg, -128, 127);
    auto zx = random(1, 0, 255), zw = random(k.o, -128, 127),
         bias = random(k.o, -100000, 100000);
    std::string o = dims({k.o}), xt = "tensor<" + dims({k.n, k.h, k.w, k.c}),
                wt = "tensor<" + dims({k.o, k.kh, k.kw, cg}),
                yt = "tensor<" + dims({k.n, oh, ow, k.o}),
                attributes = " pad " + list(k.pad, 4) + " stride " +
                             list(k.stride, 2) + " dilation " +
                             list(k.dilation, 2) + " groups " +
                             std::to_string(k.groups);
    std::string source =
        "func.func @main(%x: " + xt + "!qs.q<uint8>>, %w: " + wt +
        "!qs.q<int8>>, %zx: tensor<i32>, %zw: tensor<" + o +
        "i32>, %b: tensor<" + o + "i32>) -> " + yt +
        "i32> {\n  %y = qs.conv2d %x, %w" + attributes +
        " input_zp(%zx : tensor<i32>) weight_zp(%zw : tensor<" + o +
        "i32>) bias(%b : tensor<" + o + "i32>) : " + xt + "!qs.q<uint8>>, " +
        wt + "!qs.q<int8>> -> " + yt + "i32>\n  return %y : " + yt + "i32>\n}";
    auto i32 = ElementType::i32();
    auto found =
        run(source,
            {tensor(ElementType::integer(8, false), {k.n, k.h, k.w, k.c}, x),
             tensor(ElementType::integer(8, true), {k.o, k.kh, k.kw, cg}, w),
             tensor(i32, {}, zx), tensor(i32, {k.o}, zw),
             tensor(i32, {k.o}, bias)});
    EXPECT_EQ(found, naiveConv(k, x, w, zx[0], zw, bias, oh, ow)) << source;

    // Small integers are exact in f32 whatever the order of the sum.
    auto fx = random(x.size(), -8, 8), fw = random(w.size(), -8, 8);
    std::string floats =
        "func.func @main(%x: " + xt + "f32>, %w: " + wt + "f32>, %b: tensor<" +
        o + "f32>) -> " + yt + "f32> {\n  %y = qs.conv2d %x, %w" + attributes +
        " bias(%b : tensor<" + o + "f32>) : " + xt + "f32>, " + wt +
        "f32> -> " + yt + "f32>\n  return %y : " + yt + "f32>\n}";
    auto f32 = ElementType::f32();
    found = run(floats, {tensor(f32, {k.n, k.h, k.w, k.c}, fx),
                         tensor(f32, {k.o, k.kh, k.kw, cg}, fw),
                         tensor(f32, {k.o}, bias)});
    EXPECT_EQ(found, naiveConv(k, fx, fw, 0, std::vector<int64_t>(k.o, 0), bias,
                               oh, ow))
        << floats;
  }

  mlir::MLIRContext context;
  std::mt19937 engine{1};
};

TEST_F(LinearTest, ConvolutionShapes) {
  check({1, 5, 5, 3, 8, 3, 3, 1, {1, 1, 1, 1}, {1, 1}, {1, 1}});
  check({2, 7, 6, 4, 9, 3, 2, 1, {0, 1, 2, 0}, {2, 1}, {1, 2}});
  check({1, 1, 1, 17, 5, 1, 1, 1, {0, 0, 0, 0}, {1, 1}, {1, 1}});
  check({1, 9, 4, 2, 16, 5, 1, 1, {2, 2, 0, 0}, {3, 2}, {1, 1}});
  check({1, 4, 4, 6, 4, 2, 2, 2, {1, 0, 1, 0}, {1, 1}, {1, 1}});
  // Depthwise, with one and with two outputs a channel; a window that only
  // partly meets the input.
  check({1, 6, 6, 5, 5, 3, 3, 5, {1, 1, 1, 1}, {2, 2}, {1, 1}});
  check({1, 6, 5, 3, 6, 3, 3, 3, {1, 1, 1, 1}, {1, 1}, {1, 1}});
  check({1, 2, 2, 1, 1, 3, 3, 1, {2, 2, 2, 2}, {1, 1}, {1, 1}});
}

TEST_F(LinearTest, RandomConvolutions) {
  for (int i = 0; i < 40; ++i) {
    auto r = [&](int64_t lo, int64_t hi) { return random(1, lo, hi)[0]; };
    Case k;
    k.groups = r(1, 3);
    k.n = r(1, 2);
    k.h = r(5, 9);
    k.w = r(5, 9);
    k.c = k.groups * r(1, 5);
    k.o = k.groups * r(1, 10);
    k.kh = r(1, 3);
    k.kw = r(1, 3);
    for (int64_t &p : k.pad)
      p = r(0, 2);
    for (int d = 0; d < 2; ++d) {
      k.stride[d] = r(1, 3);
      k.dilation[d] = r(1, 2);
    }
    check(k);
  }
}

TEST(ElementTypeTest, WrapsAndLimits) {
  ElementType i4 = ElementType::integer(4, true);
  EXPECT_EQ(i4.minInt(), -8);
  EXPECT_EQ(i4.maxInt(), 7);
  EXPECT_EQ(i4.wrap(8), -8);
  EXPECT_EQ(i4.wrap(-9), 7);
  EXPECT_EQ(ElementType::integer(12, false).maxInt(), 4095);
  EXPECT_EQ(ElementType::integer(12, false).wrap(-1), 4095);
  EXPECT_EQ(ElementType::i64().minInt(), INT64_MIN);
  EXPECT_EQ(ElementType::i64().maxInt(), INT64_MAX);
  EXPECT_EQ(ElementType({Storage::F16, 16}).round(2049.0), 2048.0);
  EXPECT_EQ(ElementType({Storage::BF16, 16}).round(257.0), 256.0);
}

TEST(TensorTest, CopiesShareUntilWritten) {
  Tensor a = Tensor::ofFloats({2}, {1.0f, 2.0f});
  Tensor b = a.reshaped({2, 1});
  EXPECT_EQ(a.rawData().data(), b.rawData().data());
  b.setFloat(0, 5.0);
  EXPECT_EQ(a.getFloat(0), 1.0);
  EXPECT_EQ(b.getFloat(0), 5.0);
}

TEST_F(LinearTest, HookSeesEveryOp) {
  auto module = mlir::parseSourceString<mlir::ModuleOp>(
      R"(func.func @main(%x: tensor<2x!qs.q<int8>>) -> tensor<2x!qs.q<int8>> {
           %y = qs.clamp %x min -1 max 1 : tensor<2x!qs.q<int8>>
           %z = qs.clamp %y min 0 max 1 : tensor<2x!qs.q<int8>>
           return %z : tensor<2x!qs.q<int8>>
         })",
      &context);
  ASSERT_TRUE(module);
  std::vector<int64_t> seen;
  Options options;
  options.hook = [&](mlir::Operation *, llvm::ArrayRef<Value> operands,
                     llvm::ArrayRef<Value> results) {
    seen.push_back(operands[0].tensor().getInt(0));
    seen.push_back(results[0].tensor().getInt(0));
  };
  Interpreter interpreter(*module, options);
  auto type = ElementType::integer(8, true);
  auto results = interpreter.run("main", {tensor(type, {2}, {-5, 5})});
  ASSERT_TRUE(bool(results));
  EXPECT_EQ(seen, (std::vector<int64_t>{-5, -1, -1, 0}));
  auto wrong = interpreter.run("main", {tensor(type, {2, 1}, {0, 0})});
  EXPECT_FALSE(bool(wrong));
  llvm::consumeError(wrong.takeError());
}

} // namespace
