//===- AffineTest.cpp - Quantize, dequantize, choosing parameters
//-------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Numerics/Affine.h"
#include "Oracle.h"
#include "qs/Numerics/Reach.h"

#include <cfloat>
#include <gtest/gtest.h>
#include <limits>

using namespace qs::num;

static constexpr LevelRange kInt8{-128, 127}, kUInt8{0, 255};
static constexpr float kInf = std::numeric_limits<float>::infinity();
static const float kNaN = std::nanf("");

TEST(Affine, TheExample) {
  const float x[] = {1.7f, -1.7f, 2.5f, 3.5f, 300.f, -300.f, 127.6f};
  const int expected[] = {2, -2, 2, 4, 127, -128, 127};
  for (int i = 0; i < 7; ++i)
    EXPECT_EQ(quantize(x[i], {1.0f, 0}, kInt8), expected[i]) << x[i];
}

TEST(Affine, OrderOfRoundingAndZeroPoint) {
  AffineParams params{1.0f, 1};
  EXPECT_EQ(
      quantize(0.5f, params, kInt8, Rounding::HalfEven, Order::RoundThenAdd),
      1);
  EXPECT_EQ(
      quantize(0.5f, params, kInt8, Rounding::HalfEven, Order::AddThenRound),
      2);
}

TEST(Affine, SpecialValues) {
  for (Order order : {Order::RoundThenAdd, Order::AddThenRound}) {
    auto q = [&](float x, AffineParams p) {
      return quantize(x, p, kUInt8, Rounding::HalfEven, order);
    };
    AffineParams params{0.5f, 37};
    EXPECT_EQ(q(kNaN, params), 37);
    EXPECT_EQ(q(kInf, params), 255);
    EXPECT_EQ(q(-kInf, params), 0);
    EXPECT_EQ(q(FLT_MAX, params), 255);
    EXPECT_EQ(q(FLT_TRUE_MIN, params), 37);
    EXPECT_EQ(q(kNaN, {0.5f, 300}), 255);
    EXPECT_EQ(q(-5.0f, {0.5f, INT32_MIN}), 0);
    EXPECT_EQ(q(FLT_MAX, {0.5f, INT32_MAX}), 255);
    // Scales that verifiers reject still have a result.
    EXPECT_EQ(q(0.0f, {0.0f, 37}), 37);
    EXPECT_EQ(q(1.0f, {0.0f, 37}), 255);
    EXPECT_EQ(q(-1.0f, {0.0f, 37}), 0);
    EXPECT_EQ(q(1.0f, {FLT_TRUE_MIN, 37}), 255);
  }
  EXPECT_EQ(fakeQuantize(kNaN, {0.5f, 37}, kUInt8), 0.0f);
  EXPECT_EQ(fakeQuantize(kInf, {0.5f, 37}, kUInt8), 109.0f);
}

// Scales that are powers of two make x / s exact, so the whole formula can be
// checked in fractions, for both orders and all modes.
TEST(Affine, AgainstFractions) {
  constexpr Rounding modes[] = {Rounding::HalfEven, Rounding::HalfAway,
                                Rounding::HalfUp,   Rounding::Floor,
                                Rounding::Ceil,     Rounding::TowardZero};
  for (Rounding mode : modes)
    for (int zero : {-3, 0, 1, 100})
      for (int i = -1200; i <= 1200; ++i) {
        float x = static_cast<float>(i) / 16.0f; // in steps of an eighth level
        AffineParams params{0.5f, zero};
        EXPECT_EQ(quantize(x, params, kInt8, mode, Order::RoundThenAdd),
                  oracle::clampTo(oracle::roundFraction(i, 8, mode) + zero,
                                  -128, 127));
        EXPECT_EQ(quantize(x, params, kInt8, mode, Order::AddThenRound),
                  oracle::clampTo(oracle::roundFraction(i + 8 * zero, 8, mode),
                                  -128, 127));
      }
}

// The f32 division itself is part of the contract; long double finds the
// correctly rounded quotient on its own.
TEST(Affine, DivisionIsF32) {
  oracle::Random random(3);
  for (int i = 0; i < 200000; ++i) {
    auto x = static_cast<float>(random.normal() * 50);
    auto s = static_cast<float>(0.01 + random.unit());
    auto ratio = static_cast<float>(static_cast<long double>(x) / s);
    long double expected = static_cast<long double>(oracle::roundFraction(
        oracle::scaled(ratio, 60), oracle::Wide(1) << 60, Rounding::HalfEven));
    EXPECT_EQ(quantize(x, {s, 0}, {-32768, 32767}),
              std::min(32767.0L, std::max(-32768.0L, expected)));
  }
}

TEST(Affine, QuantizeUndoesDequantize) {
  for (float scale : {0.1f, 1.0f, 0.00037f, 0x1p-126f, 3e36f})
    for (int zero : {0, 3, 255})
      for (int q = 0; q <= 255; ++q) {
        AffineParams params{scale, zero};
        float x = dequantize(q, params);
        if (std::isfinite(x)) {
          EXPECT_EQ(quantize(x, params, kUInt8), q);
        }
      }
  EXPECT_EQ(dequantize(INT32_MAX, {1.0f, INT32_MIN}), 4294967296.0f);
}

TEST(Affine, ChooseAsymmetric) {
  EXPECT_EQ(chooseAsymmetric(0, 255, kUInt8), (AffineParams{1.0f, 0}));
  EXPECT_EQ(chooseAsymmetric(-128, 127, kInt8), (AffineParams{1.0f, 0}));
  // 2/255 is rounded up to f32, so the zero point of 127.49999 is 127, not 128.
  EXPECT_EQ(chooseAsymmetric(-1, 1, kUInt8).zeroPoint, 127);
  // Widened to hold zero on either side.
  EXPECT_EQ(chooseAsymmetric(5, 255, kUInt8), (AffineParams{1.0f, 0}));
  EXPECT_EQ(chooseAsymmetric(-255, -9, kUInt8), (AffineParams{1.0f, 255}));
  // Nothing but zero.
  EXPECT_EQ(chooseAsymmetric(0, 0, kUInt8), (AffineParams{1.0f, 0}));
  EXPECT_EQ(chooseAsymmetric(kNaN, kNaN, kUInt8), (AffineParams{1.0f, 0}));
}

TEST(Affine, ChooseAcrossTheWholeFloatRange) {
  // max - min overflows, the scale does not.
  AffineParams params = chooseAsymmetric(-FLT_MAX, FLT_MAX, kUInt8);
  EXPECT_FLOAT_EQ(params.scale, FLT_MAX / 127.5f);
  EXPECT_NEAR(params.zeroPoint, 127, 1);
}

TEST(Affine, ChosenParametersAreLegal) {
  const float bounds[] = {0.0f, FLT_TRUE_MIN, 1e-42f, FLT_MIN, 1e-37f,  1e-3f,
                          1.0f, 123.456f,     1e20f,  1e38f,   FLT_MAX, kInf};
  for (LevelRange levels : {kInt8, kUInt8, LevelRange{-1, 0}, LevelRange{0, 1},
                            LevelRange{-32768, 32767}})
    for (ScaleStorage storage :
         {ScaleStorage::F32, ScaleStorage::F16, ScaleStorage::E8M0})
      for (float low : bounds)
        for (float high : bounds) {
          AffineParams p = chooseAsymmetric(-low, high, levels, storage);
          EXPECT_TRUE(isLegalScale(p.scale)) << low << " " << high;
          EXPECT_GE(p.zeroPoint, levels.min);
          EXPECT_LE(p.zeroPoint, levels.max);
          EXPECT_EQ(storeScale(p.scale, storage), p.scale);
          p = chooseSymmetric(std::max(low, high), levels, storage);
          EXPECT_TRUE(isLegalScale(p.scale));
          EXPECT_EQ(p.zeroPoint, 0);
        }
}

TEST(Affine, ChosenRangeIsCovered) {
  oracle::Random random(4);
  for (int i = 0; i < 20000; ++i) {
    float low = static_cast<float>(-random.unit() * 10);
    float high = static_cast<float>(random.unit() * 10);
    AffineParams p = chooseAsymmetric(low, high, kUInt8);
    // Both ends are represented to within a step: half for the rounding of the
    // zero point and half for that of the value.
    EXPECT_NEAR(fakeQuantize(low, p, kUInt8), low, p.scale * 1.001);
    EXPECT_NEAR(fakeQuantize(high, p, kUInt8), high, p.scale * 1.001);
    EXPECT_EQ(fakeQuantize(0.0f, p, kUInt8), 0.0f);
  }
}

TEST(Affine, ChooseSymmetric) {
  EXPECT_EQ(chooseSymmetric(127, kInt8), (AffineParams{1.0f, 0}));
  EXPECT_EQ(chooseSymmetric(-254, kInt8), (AffineParams{2.0f, 0}));
  EXPECT_EQ(chooseSymmetric(0, kInt8), (AffineParams{1.0f, 0}));
  EXPECT_EQ(chooseSymmetric(0, kUInt8), (AffineParams{1.0f, 0}));
  EXPECT_EQ(chooseSymmetric(510, kUInt8), (AffineParams{2.0f, 0}));
  EXPECT_EQ(chooseSymmetric(3, {-1, 0}), (AffineParams{3.0f, 0}));
  EXPECT_EQ(chooseSymmetric(FLT_MIN, kInt8), (AffineParams{FLT_MIN, 0}));
  EXPECT_EQ(chooseSymmetric(FLT_TRUE_MIN, kInt8), (AffineParams{FLT_MIN, 0}));
}

// The ends of the code, but for posits of some bits, which are fine about 1
// only.
TEST(Affine, ReachOfCodes) {
  std::string error;
  for (const std::string &name : implementedCodes()) {
    std::unique_ptr<Code> code = makeCode(name, error);
    if (!code->isBound() || code->bits() > 16)
      continue;
    Reach reach = reachOf(*code);
    double most = std::max(code->maxValue(), 0.0);
    double least = std::min(code->minValue(), 0.0);
    if (name.substr(0, 5) == "posit" && code->bits() > 4) {
      EXPECT_LT(reach.most, most) << name;
      EXPECT_EQ(reach.least, -reach.most) << name;
    } else {
      EXPECT_EQ(reach.most, most) << name;
      EXPECT_EQ(reach.least, least) << name;
    }
  }
  EXPECT_EQ(reachOf(*makeCode("posit8", error)).most, 16);
}

/// Every number of the range lies within the code's, and no smaller scale does.
TEST(Affine, ChooseScaleOfCodes) {
  std::string error;
  for (const std::string &name : implementedCodes()) {
    std::unique_ptr<Code> code = makeCode(name, error);
    if (!code->isBound() || code->bits() > 16)
      continue;
    EXPECT_EQ(chooseScale(0, 0, *code), 1.0f) << name;
    for (auto [lo, hi] : {std::pair(-3.0f, 1.5f), {-0.25f, 7.0f}, {-2, 0}}) {
      float scale = chooseScale(lo, hi, *code);
      auto [least, most] = reachOf(*code);
      double wanted =
          std::max(most > 0 ? hi / most : 0.0, least < 0 ? lo / least : 0.0);
      // Subnormal quotients (bf16) are raised.
      EXPECT_FLOAT_EQ(
          scale, wanted > 0 ? float(std::max<double>(wanted, FLT_MIN)) : 1.0f)
          << name;
    }
    EXPECT_TRUE(isLegalScale(chooseScale(-INFINITY, INFINITY, *code))) << name;
    EXPECT_TRUE(isLegalScale(chooseScale(-1e-45f, 1e-45f, *code))) << name;
    EXPECT_EQ(chooseScale(NAN, NAN, *code), 1.0f) << name;
  }
  EXPECT_EQ(chooseScale(-896, 10, *makeCode("f8e4m3", error)), 2.0f);
  EXPECT_EQ(
      chooseScale(-896, 10, *makeCode("f8e4m3", error), ScaleStorage::E8M0),
      2.0f);
  EXPECT_EQ(chooseScale(-5, 3, *makeCode("ulog2_4", error)), 3.0f);
}

TEST(Affine, StoredScales) {
  EXPECT_EQ(storeScale(0.1f, ScaleStorage::F32), 0.1f);
  EXPECT_EQ(storeScale(0.1f, ScaleStorage::F16), 0.0999755859375f);
  EXPECT_EQ(storeScale(1e9f, ScaleStorage::F16), 65504.0f);
  EXPECT_EQ(storeScale(65510.0f, ScaleStorage::F16), 65504.0f);
  EXPECT_EQ(storeScale(1e-9f, ScaleStorage::F16), 0x1p-24f);
  EXPECT_EQ(storeScale(0x1.01p-24f, ScaleStorage::F16), 0x1p-23f);
  EXPECT_EQ(storeScale(0x1.ffep-15f, ScaleStorage::F16), 0x1p-14f);
  EXPECT_EQ(storeScale(0.1f, ScaleStorage::E8M0), 0.125f);
  EXPECT_EQ(storeScale(0.125f, ScaleStorage::E8M0), 0.125f);
  EXPECT_EQ(storeScale(std::nextafterf(0.125f, 1.0f), ScaleStorage::E8M0),
            0.25f);
  EXPECT_EQ(storeScale(FLT_MAX, ScaleStorage::E8M0), 0x1p127f);
  EXPECT_EQ(storeScale(FLT_MIN, ScaleStorage::E8M0), FLT_MIN);
  for (ScaleStorage storage :
       {ScaleStorage::F32, ScaleStorage::F16, ScaleStorage::E8M0}) {
    EXPECT_EQ(storeScale(0.0f, storage), 1.0f);
    EXPECT_EQ(storeScale(-1.0f, storage), 1.0f);
    EXPECT_EQ(storeScale(kNaN, storage), 1.0f);
  }
  for (ScaleStorage storage : {ScaleStorage::F32, ScaleStorage::F16,
                               ScaleStorage::E8M0, ScaleStorage::E4M3}) {
    ScaleLimits limits = scaleLimits(storage);
    EXPECT_EQ(storeScale(limits.min, storage), limits.min);
    EXPECT_EQ(storeScale(limits.max, storage), limits.max);
    EXPECT_EQ(storeScale(FLT_MAX, storage), limits.max);
    EXPECT_EQ(storeScale(FLT_TRUE_MIN, storage), limits.min);
  }
  // e8m0 never clips.
  oracle::Random random(5);
  for (int i = 0; i < 10000; ++i) {
    auto amax = static_cast<float>(random.unit() * 100);
    AffineParams p = chooseSymmetric(amax, kInt8, ScaleStorage::E8M0);
    EXPECT_LE(amax, p.scale * 127.5f);
  }
}
