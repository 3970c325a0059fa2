//===- NarrowSumsTest.cpp - products summed in 16 bits --------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Matrix products whose sums of i16 reach their edges: rows all at one end of
// their code, weights that leave no room for one more. Results are compared
// with sums of i64, and the steps that packing proved with those expected.
//
//===----------------------------------------------------------------------===//

#include "CompiledTest.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "qs/Dialect/QS/IR/QSOps.h"
#include <functional>
#include <random>

using namespace mlir;
using namespace qs;

namespace {

/// Rows of a code from `least` to `most` by int8 weights [k, columns].
struct Product {
  std::string code;
  int64_t least, most;
  int64_t rows, columns, k;
  std::function<int64_t(int64_t k, int64_t column)> weight;
};

class NarrowSums : public test::TargetTest {
protected:
  std::string text(const Product &p) {
    auto shape = [](int64_t a, int64_t b) {
      return "tensor<" + std::to_string(a) + "x" + std::to_string(b) + "x";
    };
    std::string x = shape(p.rows, p.k) + "!qs.q<" + p.code + ", tensor>>";
    std::string bytes = shape(p.k, p.columns) + "i8>";
    std::string w = shape(p.k, p.columns) + "!qs.q<int8, tensor>>";
    std::string y = shape(p.rows, p.columns) + "i32>";
    std::string dense = "[";
    for (int64_t k = 0; k < p.k; ++k)
      for (int64_t n = 0; n < p.columns; ++n)
        dense += std::string(n   ? ", "
                             : k ? "], ["
                                 : "[") +
                 std::to_string(p.weight(k, n));
    dense += "]]";
    return "func.func @main(%x: " + x + ") -> " + y +
           " {\n  %b = arith.constant dense<" + dense + "> : " + bytes +
           "\n  %w = qs.storage_cast %b : " + bytes + " -> " + w +
           "\n  %y = qs.matmul %x, %w : " + x + ", " + w + " -> " + y +
           "\n  return %y : " + y + "\n}\n";
  }

  /// The steps that packing proved; 0 where it took another dot.
  int64_t provedSteps(const Product &p) {
    auto module = parseSourceString<ModuleOp>(text(p), &context);
    PassManager manager(&context);
    if (!module ||
        failed(parsePassPipeline(
            "func.func(qs-pack{target=" + std::string(target().name) + "})",
            manager)) ||
        failed(manager.run(*module))) {
      ADD_FAILURE() << "no packed module";
      return -1;
    }
    int64_t steps = -1;
    module->walk([&](PackedConstantOp op) {
      steps = cast<GemmLayoutAttr>(op.getType().getLayout()).getNarrow();
    });
    return steps;
  }

  /// Compares all sums for rows at either end, at random ends and anywhere.
  void expectExact(const Product &p) {
    SCOPED_TRACE(p.code + " " + std::to_string(p.rows) + "x" +
                 std::to_string(p.columns) + "x" + std::to_string(p.k));
    std::unique_ptr<native::JIT> code = jit(text(p), targetOptions());
    ASSERT_TRUE(code);
    std::mt19937 random(3);
    for (int kind = 0; kind < 4; ++kind) {
      std::vector<int8_t> x(p.rows * p.k);
      for (int8_t &value : x)
        value = int8_t(
            kind == 0   ? p.most
            : kind == 1 ? p.least
            : kind == 2 ? (random() & 1 ? p.most : p.least)
                        : p.least + int64_t(random() % (p.most - p.least + 1)));
      auto y = run<int32_t>(*code, p.rows * p.columns, x);
      for (int64_t m = 0; m < p.rows; ++m)
        for (int64_t n = 0; n < p.columns; ++n) {
          int64_t sum = 0;
          for (int64_t k = 0; k < p.k; ++k)
            sum += (p.least < 0 ? int64_t(x[m * p.k + k])
                                : int64_t(uint8_t(x[m * p.k + k]))) *
                   p.weight(k, n);
          ASSERT_EQ(y[m * p.columns + n], sum)
              << "rows " << kind << ", at " << m << ", " << n;
        }
    }
  }
};

/// Position k in the lane that takes the first pair of every step of 4; the
/// other lane holds zeros.
bool inFirstLane(int64_t k) { return k % 4 < 2; }

TEST_P(NarrowSums, ReachTheirEdge) {
  // 7 (36 * 127 + 109) = 32767 in the 19 steps of column 5, of either sign.
  for (int sign : {1, -1})
    for (int64_t rows : {1, 13}) {
      Product p{"uint3", 0, 7, rows, 9, 76, {}};
      int64_t last = 0;
      p.weight = [&](int64_t k, int64_t n) -> int64_t {
        if (n != 5 || !inFirstLane(k))
          return 0;
        return sign * (k < 72 ? 127 : k == 72 ? 109 : last);
      };
      if (target().narrow.lanes > 0)
        EXPECT_EQ(provedSteps(p), 19);
      expectExact(p);
      last = 1;
      if (target().narrow.lanes > 0)
        EXPECT_EQ(provedSteps(p), 18);
      expectExact(p);
    }
}

TEST_P(NarrowSums, TakeNoPairThatSaturates) {
  // 255 (64 + 64) fits, 255 (65 + 64) does not.
  for (int64_t greatest : {64, 65}) {
    Product p{"uint8", 0, 255, 7, 17, 37, {}};
    p.weight = [&](int64_t k, int64_t n) {
      return n == 16 && k == 21 ? greatest : n % 2 ? int64_t(-64) : 64;
    };
    if (target().narrow.lanes > 0)
      EXPECT_EQ(provedSteps(p), greatest == 64 ? 1 : 0);
    expectExact(p);
  }
}

TEST_P(NarrowSums, FlushInTime) {
  // Weights of equal sign: w 255 2 n <= 32767.
  std::mt19937 random(9);
  for (int64_t most : {1, 2, 5, 10, 20, 32})
    for (int64_t rows : {1, 6, 17})
      for (int64_t k : {3, 7, 64, 301}) {
        Product p{"uint8", 0, 255, rows, 19, k, {}};
        std::vector<int64_t> weights(19 * k);
        for (int64_t i = 0; i < 19 * k; ++i)
          weights[i] = i % 19 == 3 ? most
                       : i % 19 == 4
                           ? -most
                           : int64_t(random() % (2 * most + 1)) - most;
        p.weight = [&](int64_t i, int64_t n) { return weights[i * 19 + n]; };
        int64_t steps = std::min((k + 3) / 4, 32767 / (510 * most));
        if (target().narrow.lanes > 0)
          EXPECT_GE(provedSteps(p), steps);
        if (target().narrow.lanes > 0 && k % 4 == 0)
          EXPECT_EQ(provedSteps(p), steps);
        expectExact(p);
      }
}

TEST_P(NarrowSums, TakeSignedRows) {
  // Moved up by 128, rows are from 0 to 255, those of int4 from 120 to 135.
  for (auto [code, least, most, steps] :
       {std::tuple("int8", -128, 127, 6), {"int4", -8, 7, 12}}) {
    Product p{code, least, most, 8, 10, 256, {}};
    p.weight = [](int64_t k, int64_t n) -> int64_t { return n % 2 ? 10 : -10; };
    if (target().narrow.lanes > 0)
      EXPECT_EQ(provedSteps(p), steps);
    expectExact(p);
  }
}

QS_EVERY_TARGET(NarrowSums);

} // namespace
