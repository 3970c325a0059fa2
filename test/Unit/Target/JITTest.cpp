//===- JITTest.cpp - compiled code against stated results -----------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Target/Native/JIT.h"
#include "CompiledTest.h"
#include "qs/Numerics/Affine.h"
#include "qs/Numerics/Requantize.h"
#include "llvm/Support/FileSystem.h"
#include <cmath>
#include <limits>
#include <random>

using namespace mlir;
using namespace qs;
using namespace qs::native;

namespace {

class JITTest : public qs::test::CompiledTest {};

constexpr const char *kQuantize = R"(
func.func @q(%x: tensor<7xf32>) -> tensor<7x!qs.q<int8, tensor>> {
  %s = arith.constant dense<1.0> : tensor<f32>
  %q = qs.quantize half_even round_then_add saturate %x scale %s
      : tensor<7xf32>, tensor<f32> -> tensor<7x!qs.q<int8, tensor>>
  return %q : tensor<7x!qs.q<int8, tensor>>
})";

TEST_F(JITTest, ClocksRunForward) {
  constexpr const char *text = R"(
func.func @main(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %w = arith.constant dense<0.5> : tensor<8x8xf32>
  %a = qs.matmul %x, %w : tensor<4x8xf32>, tensor<8x8xf32> -> tensor<4x8xf32> loc("first")
  %b = qs.matmul %a, %w : tensor<4x8xf32>, tensor<8x8xf32> -> tensor<4x8xf32> loc("second")
  return %b : tensor<4x8xf32>
})";
  CompileOptions options;
  options.clocks = true;
  std::unique_ptr<JIT> clocked = jit(text, options), plain = jit(text);
  ASSERT_TRUE(clocked && plain);
  std::vector<float> x(32, 1.0f);
  EXPECT_EQ(run<float>(*clocked, 32, x), run<float>(*plain, 32, x));
  EXPECT_TRUE(plain->clocks().empty());
  ArrayRef<std::string> names = clocked->clocks();
  ArrayRef<int64_t> ticks = clocked->ticks();
  ASSERT_GE(names.size(), 4u);
  ASSERT_EQ(names.size(), ticks.size());
  EXPECT_EQ(names[0], "");
  EXPECT_EQ(names[1], "clock");
  EXPECT_TRUE(llvm::is_contained(names, "first"));
  EXPECT_TRUE(llvm::is_contained(names, "second"));
  EXPECT_GT(ticks[0], 0);
  for (size_t i = 1; i < ticks.size(); ++i)
    EXPECT_GE(ticks[i], ticks[i - 1]) << i;
}

TEST(Machine, RunsHere) {
  for (const char *here : {"cpu", "cpu=host", "cpu=generic"}) {
    auto machine = resolveMachine(here);
    ASSERT_TRUE(bool(machine)) << llvm::toString(machine.takeError());
    EXPECT_TRUE(runsHere(*machine)) << here;
  }
  bool x86 = resolveMachine("cpu")->triple.rfind("x86_64", 0) == 0;
  auto other = resolveMachine(x86 ? "cpu=aarch64-linux-gnu" : "cpu=x86_64");
  ASSERT_TRUE(bool(other)) << llvm::toString(other.takeError());
  EXPECT_FALSE(runsHere(*other));
  // No CPU has both generations of Intel's AVX-512 and AMD's FMA4.
  Machine mixed = *resolveMachine("cpu");
  mixed.features += ",+fma4,+avx512vp2intersect,+amx-fp8";
  EXPECT_EQ(runsHere(mixed), !x86);
}

TEST_F(JITTest, QuantizeAtEveryLevel) {
  for (unsigned level = 0; level <= 3; ++level)
    for (const char *target : {"cpu", "cpu=avx2", "cpu=generic"}) {
      CompileOptions options;
      options.optLevel = level;
      options.target = target;
      auto code = jit(kQuantize, options);
      ASSERT_TRUE(code);
      std::vector<float> x = {1.7f, -1.7f, 2.5f, 3.5f, 300.f, -300.f, 127.6f};
      EXPECT_EQ((run<int8_t>(*code, 7, x)),
                (std::vector<int8_t>{2, -2, 2, 4, 127, -128, 127}))
          << target << " at level " << level;
      float inf = std::numeric_limits<float>::infinity();
      std::vector<float> odd = {NAN, inf, -inf, -0.0f, 1e-45f, 0.5f, 3.4e38f};
      EXPECT_EQ((run<int8_t>(*code, 7, odd)),
                (std::vector<int8_t>{0, 127, -128, 0, 0, 0, 127}))
          << target << " at level " << level;
    }
}

/// Floats of every magnitude, ties among them.
std::vector<float> sampleFloats(size_t count) {
  std::mt19937 random(1);
  std::vector<float> x(count);
  for (size_t i = 0; i < count; ++i) {
    uint32_t bits = random();
    std::memcpy(&x[i], &bits, 4);
    if (i % 2)
      x[i] = float(int32_t(random() % 1200) - 600) / 4;
  }
  return x;
}

TEST_F(JITTest, QuantizeEqualsNumerics) {
  struct Mode {
    const char *text;
    num::Rounding rounding;
  };
  const Mode modes[] = {{"half_even", num::Rounding::HalfEven},
                        {"half_away", num::Rounding::HalfAway},
                        {"half_up", num::Rounding::HalfUp},
                        {"floor", num::Rounding::Floor},
                        {"ceil", num::Rounding::Ceil},
                        {"toward_zero", num::Rounding::TowardZero}};
  std::vector<float> x = sampleFloats(4096);
  for (const Mode &mode : modes)
    for (bool addFirst : {false, true})
      for (int zero : {0, 5}) {
        std::string text = R"(
func.func @q(%x: tensor<4096xf32>, %s: tensor<f32>, %z: tensor<i32>) -> tensor<4096x!qs.q<uint4, tensor>> {
  %q = qs.quantize )" + std::string(mode.text) +
                           (addFirst ? " add_then_round" : " round_then_add") +
                           R"( saturate %x scale %s zero_point %z
      : tensor<4096xf32>, tensor<f32>, tensor<i32> -> tensor<4096x!qs.q<uint4, tensor>>
  return %q : tensor<4096x!qs.q<uint4, tensor>>
})";
        auto code = jit(text);
        ASSERT_TRUE(code);
        std::vector<float> scale = {0.5f};
        std::vector<int32_t> zp = {zero};
        std::vector<uint8_t> q = run<uint8_t>(*code, 4096, x, scale, zp);
        for (size_t i = 0; i < x.size(); ++i)
          ASSERT_EQ(int(q[i]),
                    num::quantize(x[i], {0.5f, zero}, {0, 15}, mode.rounding,
                                  addFirst ? num::Order::AddThenRound
                                           : num::Order::RoundThenAdd))
              << x[i] << " " << mode.text << " " << addFirst << " " << zero;
      }
}

TEST_F(JITTest, RequantizeFixedEqualsNumerics) {
  struct Mode {
    const char *text;
    num::FixedRounding rounding;
  };
  const Mode modes[] = {{"single", num::FixedRounding::Single},
                        {"double", num::FixedRounding::Double},
                        {"tflite", num::FixedRounding::TFLite},
                        {"half_even", num::FixedRounding::HalfEven}};
  std::mt19937 random(2);
  std::vector<int32_t> x(4096);
  for (size_t i = 0; i < x.size(); ++i)
    x[i] = int32_t(random()) >> (random() % 32);
  x[0] = INT32_MIN;
  x[1] = INT32_MAX;
  for (const Mode &mode : modes) {
    std::string text = R"(
func.func @q(%x: tensor<4096xi32>, %m: tensor<i32>, %s: tensor<i8>) -> tensor<4096x!qs.q<int16, tensor>> {
  %z = arith.constant dense<-7> : tensor<i32>
  %q = qs.requantize_fixed )" +
                       std::string(mode.text) +
                       R"( saturate %x multiplier %m shift %s zero_point %z
      : tensor<4096xi32>, tensor<i32>, tensor<i8>, tensor<i32> -> tensor<4096x!qs.q<int16, tensor>>
  return %q : tensor<4096x!qs.q<int16, tensor>>
})";
    auto code = jit(text);
    ASSERT_TRUE(code);
    for (int shift : {0, 1, 30, 31, 32, 36, 45, 62})
      for (int32_t multiplier : {1, 1 << 30, INT32_MAX, 1431655765}) {
        std::vector<int32_t> m = {multiplier};
        std::vector<int8_t> s = {int8_t(shift)};
        std::vector<int16_t> q = run<int16_t>(*code, 4096, x, m, s);
        for (size_t i = 0; i < x.size(); ++i)
          ASSERT_EQ(int(q[i]),
                    num::requantizeFixed(x[i], {multiplier, int8_t(shift)}, -7,
                                         {-32768, 32767}, mode.rounding))
              << x[i] << " " << mode.text << " " << multiplier << " " << shift;
      }
  }
}

constexpr const char *kNetwork = R"(
func.func @main(%x: tensor<1x8x8x4xf32> {qs.name = "image"}) -> (tensor<1x10xf32> {qs.name = "scores"}) {
  %w = "tosa.const"() {values = dense<0.5> : tensor<8x3x3x4xf32>} : () -> tensor<8x3x3x4xf32>
  %b = "tosa.const"() {values = dense<[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]> : tensor<8xf32>} : () -> tensor<8xf32>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %c = tosa.conv2d %x, %w, %b, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>} : (tensor<1x8x8x4xf32>, tensor<8x3x3x4xf32>, tensor<8xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x8x8x8xf32>
  %r = tosa.clamp %c {min_val = 0.0 : f32, max_val = 3.4028235e38 : f32} : (tensor<1x8x8x8xf32>) -> tensor<1x8x8x8xf32>
  %p = tosa.max_pool2d %r {kernel = array<i64: 8, 8>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 8, 8>} : (tensor<1x8x8x8xf32>) -> tensor<1x1x1x8xf32>
  %s = tosa.const_shape {values = dense<[1, 1, 8]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %f = tosa.reshape %p, %s : (tensor<1x1x1x8xf32>, !tosa.shape<3>) -> tensor<1x1x8xf32>
  %m = "tosa.const"() {values = dense<0.25> : tensor<1x8x10xf32>} : () -> tensor<1x8x10xf32>
  %g = tosa.matmul %f, %m, %z, %z : (tensor<1x1x8xf32>, tensor<1x8x10xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x10xf32>
  %s2 = tosa.const_shape {values = dense<[1, 10]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %h = tosa.reshape %g, %s2 : (tensor<1x1x10xf32>, !tosa.shape<2>) -> tensor<1x10xf32>
  %o = qs.observe %h "scores" : tensor<1x10xf32>
  return %o : tensor<1x10xf32>
})";

TEST_F(JITTest, FloatNetwork) {
  for (bool pack : {false, true}) {
    CompileOptions options;
    options.observe = true;
    options.pack = pack;
    auto code = jit(kNetwork, options);
    ASSERT_TRUE(code);
    const Signature *signature = code->find("main");
    ASSERT_TRUE(signature);
    EXPECT_EQ(signature->inputs[0].name, "image");
    EXPECT_EQ(signature->outputs[0].name, "scores");
    EXPECT_EQ(signature->outputs[0].shape, (std::vector<int64_t>{1, 10}));
    std::string name;
    std::vector<float> seen;
    code->setObserver([&](StringRef observed, ArrayRef<float> values) {
      name = observed.str();
      seen.assign(values.begin(), values.end());
    });
    // The largest sum is in the middle of the image: 36 * 0.5 + bias.
    std::vector<float> y =
        run<float>(*code, 10, std::vector<float>(8 * 8 * 4, 1.0f));
    float expected = 0;
    for (int i = 1; i <= 8; ++i)
      expected += 0.25f * (18.0f + i);
    for (float v : y)
      EXPECT_EQ(v, expected);
    EXPECT_EQ(name, "scores");
    EXPECT_EQ(seen, y);
  }
}

/// An integer layer of N columns, or a convolution of four pixels with two
/// groups of N columns, with the epilogue that gives `type` elements.
std::string columnsModule(int n, bool grouped, const std::string &type) {
  std::string rows = grouped ? "1x1x4x" : "1x";
  std::string columns = std::to_string(grouped ? 2 * n : n);
  std::string weights = grouped ? columns + "x1x1x4x" : "4x" + columns + "x";
  std::string in = "tensor<" + rows + (grouped ? "8" : "4") + "x!qs.q<uint8>>";
  std::string sums = "tensor<" + rows + columns + "xi32>";
  std::string out = "tensor<" + rows + columns + "x" + type + ">";
  std::string text =
      "func.func @main(%x: " + in + ") -> " + out +
      " {\n  %ww = arith.constant dense<2> : tensor<" + weights +
      "i8>\n  %w = qs.storage_cast %ww : tensor<" + weights + "i8> -> tensor<" +
      weights + "!qs.q<int8>>\n  %c = " +
      (grouped ? "qs.conv2d %x, %w pad [0, 0, 0, 0] stride [1, 1] "
                 "dilation [1, 1] groups 2 : "
               : "qs.matmul %x, %w : ") +
      in + ", tensor<" + weights + "!qs.q<int8>> -> " + sums + "\n";
  if (type == "i32")
    return text + "  return %c : " + out + "\n}";
  if (type == "f32")
    return text + "  %f = tosa.cast %c : (" + sums + ") -> " + out +
           "\n  return %f : " + out + "\n}";
  return text +
         "  %m = arith.constant dense<0.75> : tensor<f32>\n"
         "  %q = qs.requantize half_even saturate %c multiplier %m : " +
         sums + ", tensor<f32> -> " + out + "\n  return %q : " + out + "\n}";
}

template <typename T>
void expectNothingBehind(JIT &code, int n, int expected,
                         const std::string &what) {
  constexpr size_t kBehind = 96;
  std::vector<uint8_t> x(32);
  for (size_t i = 0; i < x.size(); ++i)
    x[i] = i % 4 + 1;
  std::vector<unsigned char> out(n * sizeof(T) + kBehind, 0xA5);
  const void *inputs[] = {x.data()};
  void *outputs[] = {out.data()};
  llvm::Error error = code.run("", inputs, outputs);
  ASSERT_FALSE(bool(error)) << llvm::toString(std::move(error));
  for (int i = 0; i < n; ++i) {
    T value;
    std::memcpy(&value, &out[i * sizeof(T)], sizeof(T));
    EXPECT_EQ(value, T(expected)) << what << " element " << i;
  }
  for (size_t i = n * sizeof(T); i < out.size(); ++i)
    ASSERT_EQ(out[i], 0xA5)
        << what << " byte " << i - n * sizeof(T) << " behind the result";
}

/// Tails of every width, of which LLVM 22 gets a single lane wrong.
TEST_F(JITTest, WritesNothingBehindTheResult) {
  for (bool grouped : {false, true})
    for (int n = 1; n <= (grouped ? 35 : 70); ++n)
      for (std::string type :
           {"!qs.q<int8>", "!qs.q<uint8>", "!qs.q<int16>", "i32", "f32"}) {
        auto code = jit(columnsModule(n, grouped, type));
        ASSERT_TRUE(code);
        std::string what = type + (grouped ? " conv x " : " matmul x ");
        what += std::to_string(n);
        int count = grouped ? 8 * n : n;
        if (type == "i32")
          expectNothingBehind<int32_t>(*code, count, 20, what);
        else if (type == "f32")
          expectNothingBehind<float>(*code, count, 20, what);
        else if (type == "!qs.q<int16>")
          expectNothingBehind<int16_t>(*code, count, 15, what);
        else
          expectNothingBehind<int8_t>(*code, count, 15, what);
      }
}

TEST_F(JITTest, SharedObject) {
  auto module = parseSourceString<ModuleOp>(kNetwork, &context);
  ASSERT_TRUE(module);
  auto compiled = compile(*module);
  ASSERT_TRUE(bool(compiled)) << llvm::toString(compiled.takeError());
  llvm::SmallString<64> path;
  ASSERT_FALSE(llvm::sys::fs::createTemporaryFile("qs", "so", path));
  llvm::Error written = compiled->writeShared(path);
  ASSERT_FALSE(bool(written)) << llvm::toString(std::move(written));
  auto loaded = JIT::load(path);
  ASSERT_TRUE(bool(loaded)) << llvm::toString(loaded.takeError());
  llvm::sys::fs::remove(path);
  EXPECT_EQ((*loaded)->signatures()[0].symbol, "qs_main");
  EXPECT_EQ((*loaded)->signatures()[0].inputs[0].type, "tensor<1x8x8x4xf32>");
  std::vector<float> y =
      run<float>(**loaded, 10, std::vector<float>(8 * 8 * 4, 1.0f));
  EXPECT_EQ(y[0], 0.25f * (8 * 18.0f + 36.0f));
}

TEST_F(JITTest, Targets) {
  EXPECT_EQ(llvm::cantFail(resolveMachine("cpu=avx2")).kernels, "avx2");
  EXPECT_EQ(llvm::cantFail(resolveMachine("cpu=generic")).kernels, "generic");
  EXPECT_EQ(llvm::cantFail(resolveMachine("cpu=avx512vnni")).kernels,
            "avx512vnni");
  EXPECT_EQ(llvm::cantFail(resolveMachine("cpu=x86-64-v3")).kernels, "avx2");
  Machine arm = llvm::cantFail(resolveMachine("cpu=aarch64-generic"));
  EXPECT_EQ(arm.triple, "aarch64-unknown-linux-gnu");
  EXPECT_EQ(arm.kernels, "generic");
  auto wrong = resolveMachine("cpu=pentagon");
  ASSERT_FALSE(bool(wrong));
  EXPECT_NE(llvm::toString(wrong.takeError()).find("found 'pentagon'"),
            std::string::npos);
  auto noCPU = resolveMachine("gpu");
  ASSERT_FALSE(bool(noCPU));
  llvm::consumeError(noCPU.takeError());
}

TEST_F(JITTest, Signatures) {
  Signature signature;
  signature.name = "a-b";
  signature.symbol = toSymbol("a-b");
  signature.inputs.push_back({"x", "u8", "tensor<2x3x!qs.q<uint8>>", {2, 3}});
  signature.workspaceBytes = 64;
  Signature back = llvm::cantFail(parseSignature(toJSON(signature)));
  EXPECT_EQ(back.symbol, "a_b");
  EXPECT_EQ(back.inputs[0].bytes(), 6);
  EXPECT_EQ(back.workspaceBytes, 64);
  auto broken = parseSignature("{}");
  ASSERT_FALSE(bool(broken));
  llvm::consumeError(broken.takeError());
  EXPECT_NE(writeHeader({signature}, "net")
                .find("void a_b(const uint8_t *in0, void *workspace);"),
            std::string::npos);
}

} // namespace
