//===- GptqTest.cpp - Error feedback, AWQ, equalization -------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Numerics/Gptq.h"
#include "Oracle.h"
#include "qs/Numerics/Equalize.h"

#include <gtest/gtest.h>

using namespace qs::num;

namespace {
struct Layer {
  size_t n, k, rows;
  std::vector<float> weights, inputs;
  Hessian hessian;

  /// Inputs that share `shared` of a common signal; channel c has size 1 + c
  /// % 5.
  Layer(uint64_t seed, size_t n, size_t k, size_t rows, double shared)
      : n(n), k(k), rows(rows), hessian(k) {
    oracle::Random random(seed);
    for (size_t i = 0; i < n * k; ++i)
      weights.push_back(static_cast<float>(random.normal()));
    for (size_t r = 0; r < rows; ++r) {
      double signal = random.normal();
      for (size_t j = 0; j < k; ++j)
        inputs.push_back(static_cast<float>(
            static_cast<double>(1 + j % 5) *
            (shared * signal + (1 - shared) * random.normal())));
    }
    hessian.add(inputs.data(), rows / 2);
    hessian.add(inputs.data() + rows / 2 * k, rows - rows / 2);
  }

  /// |X (W - Q)^T|^2 by its definition.
  double error(const std::vector<float> &q) const {
    double sum = 0;
    for (size_t r = 0; r < rows; ++r)
      for (size_t o = 0; o < n; ++o) {
        double y = 0;
        for (size_t j = 0; j < k; ++j)
          y += inputs[r * k + j] *
               (static_cast<double>(weights[o * k + j]) - q[o * k + j]);
        sum += y * y;
      }
    return sum;
  }
};
} // namespace

static std::unique_ptr<Code> make(const std::string &name) {
  std::string error;
  return makeCode(name, error);
}

TEST(Gptq, HessianIsTheOutputError) {
  Layer layer(1, 3, 7, 20, 0.5);
  std::vector<float> zero(21, 0.0f);
  double expected = layer.error(zero);
  EXPECT_NEAR(outputError(layer.hessian, layer.weights.data(), zero.data(), 3),
              expected, 1e-9 * expected);
  double entry = 0;
  for (size_t r = 0; r < 20; ++r)
    entry += 2.0 * layer.inputs[r * 7 + 2] * layer.inputs[r * 7 + 5];
  EXPECT_NEAR(layer.hessian(2, 5), entry, 1e-9);
  EXPECT_EQ(layer.hessian(2, 5), layer.hessian(5, 2));
}

TEST(Gptq, CholeskyOfInverse) {
  // Several panels of columns, the first one short.
  for (size_t k : {1, 12, 32, 70, 97}) {
    Layer layer(2, 1, k, 3 * k, 0.3);
    std::vector<double> h = layer.hessian.full();
    std::vector<double> u = choleskyOfInverse(h, k).value();
    // U^T U H = 1, and U is upper triangular.
    std::vector<double> uh(k * k, 0.0);
    for (size_t a = 0; a < k; ++a)
      for (size_t b = a; b < k; ++b)
        for (size_t j = 0; j < k; ++j)
          uh[a * k + j] += u[a * k + b] * h[b * k + j];
    for (size_t i = 0; i < k; ++i)
      for (size_t j = 0; j < k; ++j) {
        double sum = 0;
        for (size_t a = 0; a <= i; ++a)
          sum += u[a * k + i] * uh[a * k + j];
        EXPECT_NEAR(sum, i == j, 1e-8);
        if (j < i) {
          EXPECT_EQ(u[i * k + j], 0.0);
        }
      }
  }
  EXPECT_FALSE(choleskyOfInverse({1, 2, 2, 1}, 2));
  EXPECT_FALSE(choleskyOfInverse({NAN}, 1));
}

TEST(Gptq, BeatsRoundingOnCorrelatedInputs) {
  std::string error;
  for (const char *name :
       {"int3", "int4", "nf4", "ternary", "f4e2m1", "log2_4", "apot_4"})
    for (size_t group : {0, 16}) {
      std::unique_ptr<Code> code = make(name);
      Layer layer(3, 8, 64, 200, 0.6);
      GptqOptions options;
      options.groups.groupSize = group;
      options.groups.method = "mse";
      GroupResult rounded = quantizeGroups(layer.weights.data(), 8, 64, *code,
                                           options.groups, nullptr, error)
                                .value();
      GroupResult result = quantizeGptq(layer.weights.data(), 8, layer.hessian,
                                        *code, options, error)
                               .value();
      EXPECT_LT(layer.error(result.values), 0.8 * layer.error(rounded.values))
          << name << group;
      size_t groups = group ? 64 / group : 1;
      ASSERT_EQ(result.scales.size(), 8 * groups);
      for (size_t i = 0; i < 8 * 64; ++i) {
        float scale =
            result.scales[i / 64 * groups + (group ? i % 64 / group : 0)];
        EXPECT_EQ(result.values[i],
                  static_cast<float>(code->decode(result.patterns[i])) * scale);
      }
    }
}

// No correlation, no feedback: plain rounding, bit for bit.
TEST(Gptq, DiagonalHessianIsRounding) {
  std::string error;
  std::vector<float> inputs(10 * 10, 0.0f);
  for (size_t j = 0; j < 9; ++j) // input 9 is never used
    inputs[j * 10 + j] = static_cast<float>(j + 1);
  Hessian hessian(10);
  hessian.add(inputs.data(), 10);
  Layer layer(4, 5, 10, 1, 0);
  for (const char *name : {"int4", "nf4", "binary"}) {
    GptqOptions options;
    options.groups.groupSize = 4; // the last group is shorter
    options.damping = 0;
    GroupResult a = quantizeGroups(layer.weights.data(), 5, 10, *make(name),
                                   options.groups, nullptr, error)
                        .value();
    GroupResult b = quantizeGptq(layer.weights.data(), 5, hessian, *make(name),
                                 options, error)
                        .value();
    EXPECT_EQ(a.patterns, b.patterns);
    EXPECT_EQ(a.scales, b.scales);
    EXPECT_EQ(a.values, b.values);
    EXPECT_EQ(a.scales.size(), 15u);
  }
}

// The first two columns by hand: the minimiser over the second weight, given
// the rounding of the first.
TEST(Gptq, FeedbackIsTheMinimiser) {
  std::string error;
  Layer layer(5, 4, 2, 30, 0.8);
  GptqOptions options;
  options.damping = 0;
  options.groups.method = "none";
  GroupResult result = quantizeGptq(layer.weights.data(), 4, layer.hessian,
                                    *make("int8"), options, error)
                           .value();
  for (size_t r = 0; r < 4; ++r) {
    double w0 = layer.weights[2 * r], w1 = layer.weights[2 * r + 1];
    double q0 = std::nearbyint(w0);
    double free = w1 + layer.hessian(0, 1) / layer.hessian(1, 1) * (w0 - q0);
    EXPECT_EQ(result.values[2 * r], q0);
    EXPECT_EQ(result.values[2 * r + 1], std::nearbyint(free));
  }
}

TEST(Gptq, Errors) {
  std::string error;
  Layer layer(6, 1, 2, 3, 0);
  GptqOptions options;
  auto refusal = [&](const char *name, const char *method) {
    options.groups.method = method;
    EXPECT_FALSE(quantizeGptq(layer.weights.data(), 1, layer.hessian,
                              *make(name), options, error));
    return error;
  };
  EXPECT_EQ(refusal("codebook2", "absmax"), "code 'codebook2' has no entries");
  EXPECT_EQ(refusal("ternary", "twn"),
            "method 'twn' does not code by nearest values, expected one of "
            "none, absmax, mse, mx, nvfp4, twn_exact, absmean, mean");
  EXPECT_EQ(refusal("int4", "best"),
            "unknown method 'best', expected one of " + allowedWeightMethods());
  layer.inputs.assign(6, NAN);
  layer.hessian.add(layer.inputs.data(), 3);
  EXPECT_EQ(refusal("int4", "absmax"),
            "the damped Hessian is not positive definite, expected finite "
            "inputs and more damping");
}

// Sums over batches in any order and any cut; the triangle is what is kept.
TEST(Gptq, HessianOfBatches) {
  Layer layer(9, 1, 9, 30, 0.4);
  Hessian whole(9), parts(9);
  whole.add(layer.inputs.data(), 30);
  for (size_t first : {20, 0, 13, 7}) {
    size_t rows = first == 20 ? 10 : first == 13 ? 7 : first == 7 ? 6 : 7;
    parts.add(layer.inputs.data() + first * 9, rows);
  }
  EXPECT_EQ(whole.packed().size(), Hessian::numbersFor(9));
  std::vector<double> full = whole.full();
  for (size_t i = 0; i < 9; ++i)
    for (size_t j = 0; j < 9; ++j) {
      EXPECT_NEAR(whole(i, j), parts(i, j), 1e-12 * whole(i, i) + 1e-12);
      EXPECT_EQ(whole(i, j), full[i * 9 + j]);
    }
  Hessian copy(9, whole.packed());
  EXPECT_EQ(copy(3, 7), whole(7, 3));
}

TEST(Equalize, PowersOfTwo) {
  EXPECT_EQ(nearestPowerOfTwo(1.4f), 1.0f);
  EXPECT_EQ(nearestPowerOfTwo(1.5f), 2.0f);
  EXPECT_EQ(nearestPowerOfTwo(0.3f), 0.25f);
  for (Equalization method : {Equalization::None, Equalization::CrossLayer,
                              Equalization::SmoothQuant, Equalization::AWQ})
    EXPECT_EQ(parseEqualization(toString(method)), method);
  EXPECT_FALSE(parseEqualization("cle"));
}

// Factors that are powers of two, and any rounding.
TEST(Equalize, AwqWithExactFactors) {
  std::string error;
  Layer layer(14, 8, 32, 100, 0.3);
  for (size_t r = 0; r < 100; ++r)
    layer.inputs[r * 32 + 3] *= 30;
  layer.hessian = Hessian(32);
  layer.hessian.add(layer.inputs.data(), 100);
  std::vector<float> mean(32, 0.0f);
  for (size_t i = 0; i < 3200; ++i)
    mean[i % 32] += std::fabs(layer.inputs[i]) / 100;
  AwqOptions options;
  options.exact = true;
  auto round = [&](const std::vector<float> &scaled,
                   std::vector<float> &rounded, std::string &why) {
    GroupResult q =
        quantizeGroups(scaled.data(), 8, 32, *make("int4"), {}, nullptr, why)
            .value();
    rounded = q.values;
    return true;
  };
  AwqResult awq = searchAwq(layer.weights.data(), 8, layer.hessian, mean, round,
                            options, error)
                      .value();
  EXPECT_LT(awq.error, awq.plainError);
  for (float factor : awq.factors)
    EXPECT_EQ(factor, nearestPowerOfTwo(factor));
  auto refuse = [](const std::vector<float> &, std::vector<float> &,
                   std::string &why) {
    why = "no";
    return false;
  };
  EXPECT_FALSE(searchAwq(layer.weights.data(), 8, layer.hessian, mean, refuse,
                         options, error));
  EXPECT_EQ(error, "no");
}

TEST(Equalize, AwqIsNeverWorse) {
  std::string error;
  for (int trial = 0; trial < 5; ++trial) {
    Layer layer(10 + trial, 8, 32, 100, 0.3);
    // A few inputs carry most of the signal.
    for (size_t r = 0; r < 100; ++r)
      layer.inputs[r * 32 + 3] *= 30;
    layer.hessian = Hessian(32);
    layer.hessian.add(layer.inputs.data(), 100);
    std::vector<float> mean(32, 0.0f);
    for (size_t i = 0; i < 3200; ++i)
      mean[i % 32] += std::fabs(layer.inputs[i]) / 100;
    GroupOptions options;
    AwqResult awq = searchAwq(layer.weights.data(), 8, layer.hessian, mean,
                              *make("int4"), options, error)
                        .value();
    EXPECT_LT(awq.error, 0.9 * awq.plainError);
    EXPECT_GT(awq.alpha, 0);
    // The error is what the definition says.
    std::vector<float> scaled = layer.weights;
    for (size_t i = 0; i < scaled.size(); ++i)
      scaled[i] *= awq.factors[i % 32];
    GroupResult q = quantizeGroups(scaled.data(), 8, 32, *make("int4"), options,
                                   nullptr, error)
                        .value();
    for (size_t i = 0; i < scaled.size(); ++i)
      q.values[i] /= awq.factors[i % 32];
    EXPECT_NEAR(layer.error(q.values), awq.error, 1e-6 * awq.error);
    GroupResult plain = quantizeGroups(layer.weights.data(), 8, 32,
                                       *make("int4"), options, nullptr, error)
                            .value();
    EXPECT_NEAR(layer.error(plain.values), awq.plainError,
                1e-6 * awq.plainError);
  }
}

TEST(Equalize, SmoothQuant) {
  std::vector<float> input = {100, 1, 0, 4}, weight = {1, 1, 3, 0};
  std::vector<float> s = smoothQuantFactors(input, weight);
  EXPECT_EQ(s, (std::vector<float>{10, 1, 1, 1}));
  EXPECT_FLOAT_EQ(input[0] / s[0], weight[0] * s[0]);
  // alpha 1 puts all difficulty into the weights.
  EXPECT_FLOAT_EQ(smoothQuantFactors(input, weight, 1)[0], 100);
  EXPECT_FLOAT_EQ(smoothQuantFactors(input, weight, 0)[0], 1);
  const float matrix[] = {1, -5, 2, 3};
  EXPECT_EQ(columnMax(matrix, 2, 2), (std::vector<float>{2, 5}));
}

// relu(x W1^T + b1) W2^T does not change, and the ranges meet.
TEST(Equalize, CrossLayer) {
  oracle::Random random(7);
  const size_t in = 5, mid = 6, out = 3;
  std::vector<float> w1, b1, w2, x;
  auto fill = [&](std::vector<float> &v, size_t n) {
    for (size_t i = 0; i < n; ++i)
      v.push_back(
          static_cast<float>(random.normal() * std::exp2(random.below(7))));
  };
  fill(w1, mid * in);
  fill(b1, mid);
  fill(w2, out * mid);
  fill(x, in);
  auto run = [&] {
    std::vector<double> y(out);
    for (size_t c = 0; c < mid; ++c) {
      double h = b1[c];
      for (size_t i = 0; i < in; ++i)
        h += static_cast<double>(w1[c * in + i]) * x[i];
      for (size_t o = 0; o < out; ++o)
        y[o] += std::max(h, 0.0) * w2[o * mid + c];
    }
    return y;
  };
  auto rowMax = [&] {
    std::vector<float> most(mid);
    for (size_t i = 0; i < mid * in; ++i)
      most[i / in] = std::max(most[i / in], std::fabs(w1[i]));
    return most;
  };
  std::vector<double> before = run();
  std::vector<float> s =
      equalizationFactors(rowMax(), columnMax(w2.data(), out, mid));
  for (size_t i = 0; i < mid * in; ++i)
    w1[i] /= s[i / in];
  for (size_t c = 0; c < mid; ++c)
    b1[c] /= s[c];
  for (size_t i = 0; i < out * mid; ++i)
    w2[i] *= s[i % mid];
  std::vector<double> after = run();
  for (size_t o = 0; o < out; ++o)
    EXPECT_NEAR(after[o], before[o], 1e-5 * (1 + std::fabs(before[o])));
  std::vector<float> first = rowMax(), second = columnMax(w2.data(), out, mid);
  for (size_t c = 0; c < mid; ++c)
    EXPECT_NEAR(first[c], second[c], 1e-5 * first[c]);
  EXPECT_EQ(equalizationFactors({0, 2}, {1, 0}), (std::vector<float>{1, 1}));
}

TEST(Equalize, PactClip) {
  oracle::Random random(8);
  std::vector<uint64_t> counts(256, 0);
  for (int i = 0; i < 20000; ++i)
    ++counts[std::min<size_t>(
        static_cast<size_t>(std::fabs(random.normal()) * 40), 255)];
  ++counts[255]; // an outlier
  auto loss = [&](double clip, unsigned bits, double penalty) {
    double steps = std::ldexp(1.0, static_cast<int>(bits)) - 1, sum = 0, n = 0;
    for (size_t i = 0; i < 256; ++i) {
      double x = (static_cast<double>(i) + 0.5) / 40;
      double y =
          std::nearbyint(std::min(x, clip) / clip * steps) / steps * clip;
      sum += static_cast<double>(counts[i]) * (x - y) * (x - y);
      n += static_cast<double>(counts[i]);
    }
    return sum + penalty * n * clip * clip;
  };
  double last = 0;
  for (unsigned bits : {1, 2, 3, 4, 8}) {
    double clip = pactClip(counts, 1.0 / 40, bits);
    for (int edge = 1; edge <= 256; ++edge)
      EXPECT_LE(loss(clip, bits, 0), loss(edge / 40.0, bits, 0) * (1 + 1e-6));
    EXPECT_GE(clip, last); // more levels clip less
    last = clip;
  }
  EXPECT_LT(pactClip(counts, 1.0 / 40, 4, 0.01), pactClip(counts, 1.0 / 40, 4));
  EXPECT_EQ(pactClip({0, 0}, 1, 4), 0.0);
  EXPECT_EQ(pactClip({0, 1}, 1, 1), 2.0); // 1.5 is as far from 1 as from 2
}
