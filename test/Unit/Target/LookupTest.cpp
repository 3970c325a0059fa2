//===- LookupTest.cpp - compiled look-ups of bytes ------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every byte through random tables, signed and unsigned, for lengths around the
// vectors of each target, against the table itself.
//
//===----------------------------------------------------------------------===//

#include "CompiledTest.h"
#include <random>

namespace {

/// `[1, 2, 3]` of numbers as int8.
std::string list(const std::vector<int8_t> &values) {
  std::string text = "[";
  for (size_t i = 0; i < values.size(); ++i)
    text += (i ? ", " : "") + std::to_string(values[i]);
  return text + "]";
}

std::string lookup(const char *from, const char *to, int64_t n,
                   const std::vector<int8_t> &table) {
  std::string words = "tensor<" + std::to_string(n) + "xi8>";
  auto typed = [&](const char *type, int64_t count) {
    return "tensor<" + std::to_string(count) + "x!qs.q<" + type + ", tensor>>";
  };
  std::string in = typed(from, n), out = typed(to, n);
  return "func.func @main(%x: " + words + ") -> " + words +
         " {\n  %t = arith.constant dense<" + list(table) +
         "> : tensor<256xi8>\n  %tq = qs.storage_cast %t : tensor<256xi8> -> " +
         typed(to, 256) + "\n  %q = qs.storage_cast %x : " + words + " -> " +
         in + "\n  %r = qs.lookup %q in %tq : " + in + ", " + typed(to, 256) +
         " -> " + out + "\n  %y = qs.storage_cast %r : " + out + " -> " +
         words + "\n  return %y : " + words + "\n}";
}

class LookupTest : public qs::test::TargetTest {};

TEST_P(LookupTest, EveryLength) {
  std::mt19937 random(5);
  std::vector<int8_t> table(256);
  for (int8_t &entry : table)
    entry = int8_t(random());
  for (const char *from : {"int8", "uint8"})
    for (int64_t n : {1, 2, 15, 16, 17, 63, 64, 65, 127, 128, 129, 300}) {
      auto code = jit(lookup(from, "uint8", n, table), targetOptions());
      ASSERT_TRUE(code);
      std::vector<int8_t> x(n);
      for (int64_t i = 0; i < n; ++i)
        x[i] = int8_t(n == 300 ? i : random());
      std::vector<int8_t> y = run<int8_t>(*code, size_t(n), x);
      for (int64_t i = 0; i < n; ++i) {
        int64_t entry = from[0] == 'u' ? uint8_t(x[i]) : x[i] + 128;
        ASSERT_EQ(y[i], table[entry]) << from << " " << n << " element " << i;
      }
    }
}

QS_EVERY_TARGET(LookupTest);

} // namespace
