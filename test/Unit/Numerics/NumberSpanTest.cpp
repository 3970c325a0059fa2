//===- NumberSpanTest.cpp - what numbers have in common -------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Spans against rounding itself: a format holds a span exactly where it rounds
// no number of a code. Tables of small floats against the codes.
//
//===----------------------------------------------------------------------===//

#include "qs/Numerics/NumberSpan.h"
#include "qs/Target/Native/FloatTable.h"
#include "gtest/gtest.h"
#include <cmath>
#include <vector>

using namespace qs::num;
using qs::native::findFloatTable;

namespace {

std::unique_ptr<Code> code(const std::string &name) {
  std::string error;
  return makeCode(name, error);
}

std::vector<float> numbersOf(const std::string &name) {
  auto made = code(name);
  std::vector<float> numbers;
  for (uint32_t word = 0; word < made->numPatterns(); ++word)
    numbers.push_back(float(made->decode(word)));
  return numbers;
}

TEST(NumberSpan, FoundBits) {
  SpanFinder finder;
  for (double x : {0.0, 6.0, -0.75, 1e300 * 1e300})
    finder.add(x);
  NumberSpan span = finder.span();
  EXPECT_EQ(span.bits, 2);      // 11 times a power of two
  EXPECT_EQ(span.exponent, -2); // 3/4
  EXPECT_EQ(span.limit, 3);     // 6 < 8
}

TEST(NumberSpan, ProductsFitWhereRoundingKeepsThem) {
  for (const char *name : {"f8e4m3", "f8e5m2", "f4e2m1", "log2_4", "int8"})
    for (FloatFormat format : {ieeeFormat(8, 23), ieeeFormat(5, 10),
                               ieeeFormat(8, 7), ieeeFormat(4, 3)}) {
      std::vector<float> numbers = numbersOf(name);
      bool kept = true;
      for (float a : numbers)
        for (float b : numbers)
          if (double p = double(a) * b; std::isfinite(p))
            kept &= format.round(p) == p;
      NumberSpan span = spanOf(*code(name)).times(spanOf(*code(name)));
      // A span that fits is a proof; one that does not may be too careful.
      if (span.fits(format))
        EXPECT_TRUE(kept) << name;
      if (format == ieeeFormat(8, 23))
        EXPECT_TRUE(span.fits(format)) << name;
    }
  EXPECT_FALSE(spanOf(*code("bf16"))
                   .times(spanOf(*code("bf16")))
                   .fits(ieeeFormat(8, 23)));
  EXPECT_TRUE(
      spanOf(*code("f16")).times(spanOf(*code("f16"))).fits(ieeeFormat(8, 23)));
}

TEST(FloatTable, FindsSmallFloats) {
  for (const char *name : {"f8e4m3", "f8e5m2", "f6e2m3", "f6e3m2", "f4e2m1"}) {
    std::vector<float> table = numbersOf(name);
    auto found = findFloatTable(table.data(), uint32_t(table.size()));
    ASSERT_TRUE(found) << name;
    EXPECT_EQ(found->mantissa, code(name)->floatFormat()->mantissaBits) << name;
    for (uint32_t m = 0; m < found->special; ++m)
      EXPECT_EQ(found->number(m), table[m]) << name << " " << m;
    // Words that are infinite or NaN in the formats are NaN in the codes.
    uint32_t rest = uint32_t(table.size()) / 2 - found->special;
    EXPECT_EQ(rest, name == std::string("f8e4m3")   ? 1u
                    : name == std::string("f8e5m2") ? 4u
                                                    : 0u);
    EXPECT_FALSE(found->hasInfinity);
  }
}

TEST(FloatTable, KeepsInfinities) {
  std::vector<float> table = numbersOf("f8e5m2");
  table[0x7c] = INFINITY;
  table[0xfc] = -INFINITY;
  auto found = findFloatTable(table.data(), 256);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->special, 0x7cu);
  EXPECT_TRUE(found->hasInfinity);
}

TEST(FloatTable, FindsNothingElse) {
  for (const char *name : {"posit8", "logsqrt2_5", "nf4", "int8"}) {
    std::vector<float> table = numbersOf(name);
    EXPECT_FALSE(findFloatTable(table.data(), uint32_t(table.size()))) << name;
  }
  // A single entry that is off.
  std::vector<float> table = numbersOf("f8e4m3");
  table[200] += 1;
  EXPECT_FALSE(findFloatTable(table.data(), 256));
}

} // namespace
