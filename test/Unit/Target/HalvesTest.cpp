//===- HalvesTest.cpp - f16 to f32 and back, compiled ---------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// All f16, and f32 around every number and every middle of two, on each target:
// some have instructions for it, for others shifts and masks do it.
//
//===----------------------------------------------------------------------===//

#include "CompiledTest.h"
#include "qs/Numerics/Float16.h"
#include <cmath>
#include <cstring>
#include <limits>

using namespace qs;

namespace {

class HalvesTest : public test::TargetTest {
protected:
  /// A cast of `count` numbers.
  std::unique_ptr<native::JIT> cast(size_t count, const char *from,
                                    const char *to) {
    std::string n = "tensor<" + std::to_string(count) + "x";
    std::string in = n + from + ">", out = n + to + ">";
    return jit("func.func @f(%x: " + in + ") -> " + out +
                   " {\n  %y = tosa.cast %x : (" + in + ") -> " + out +
                   "\n  return %y : " + out + "\n}",
               targetOptions());
  }
};

TEST_P(HalvesTest, Widened) {
  std::vector<uint16_t> x(1 << 16);
  for (size_t i = 0; i < x.size(); ++i)
    x[i] = uint16_t(i);
  auto code = cast(x.size(), "f16", "f32");
  ASSERT_TRUE(code);
  std::vector<float> y = run<float>(*code, x.size(), x);
  for (size_t i = 0; i < x.size(); ++i) {
    float want = num::halfToFloat(x[i]);
    if (std::isnan(want))
      ASSERT_TRUE(std::isnan(y[i])) << i;
    else
      ASSERT_EQ(std::memcmp(&y[i], &want, 4), 0) << i << ": " << y[i];
  }
}

TEST_P(HalvesTest, Narrowed) {
  float inf = std::numeric_limits<float>::infinity();
  std::vector<float> x = {NAN, inf, 3.4e38f, 65519.996f, 65520.0f, 1e-45f};
  for (uint32_t word = 0; word < 0x7c00; ++word) {
    float a = num::halfToFloat(uint16_t(word));
    float b = word == 0x7bff ? 65536.0f : num::halfToFloat(uint16_t(word + 1));
    for (float y : {a, (a + b) / 2})
      x.insert(x.end(), {y, std::nextafter(y, inf), std::nextafter(y, -inf)});
  }
  for (size_t i = 0, e = x.size(); i < e; ++i)
    x.push_back(-x[i]);
  auto code = cast(x.size(), "f32", "f16");
  ASSERT_TRUE(code);
  std::vector<uint16_t> y = run<uint16_t>(*code, x.size(), x);
  for (size_t i = 0; i < x.size(); ++i) {
    if (std::isnan(x[i]))
      ASSERT_TRUE(std::isnan(num::halfToFloat(y[i])));
    else
      ASSERT_EQ(y[i], num::floatToHalf(x[i])) << x[i];
  }
}

QS_EVERY_TARGET(HalvesTest);

} // namespace
