//===- IntCode.cpp - int1..int16 and uint1..uint16 ------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Numerics/Code.h"
#include "qs/Numerics/Round.h"

#include <cmath>

using namespace qs::num;

namespace {
/// Patterns count up from -zeroPoint.
class OffsetCode : public Code {
public:
  OffsetCode(unsigned width, int32_t zeroPoint)
      : width(width), zeroPoint(zeroPoint) {}

  std::string name() const override {
    return "uint" + std::to_string(width) + " - " + std::to_string(zeroPoint);
  }
  unsigned bits() const override { return width; }
  bool isInteger() const override { return true; }
  bool isSigned() const override { return zeroPoint > 0; }
  LevelRange levels() const override {
    return {-zeroPoint, (int64_t(1) << width) - 1 - zeroPoint};
  }
  double decode(uint32_t pattern) const override {
    return isLegal(pattern) ? static_cast<double>(pattern) - zeroPoint : NAN;
  }
  uint32_t encode(double x, Rounding rounding) const override {
    return static_cast<uint32_t>(
        roundAndSaturate(x, rounding, minLevel(), maxLevel()) + zeroPoint);
  }

private:
  unsigned width;
  int32_t zeroPoint;
};

/// Two's complement of `width` bits, or the plain number where unsigned.
class IntegerCode : public Code {
public:
  IntegerCode(unsigned width, bool isSignedCode)
      : width(width), isSignedCode(isSignedCode) {}

  std::string name() const override {
    return (isSignedCode ? "int" : "uint") + std::to_string(width);
  }
  unsigned bits() const override { return width; }
  bool isInteger() const override { return true; }
  bool isSigned() const override { return isSignedCode; }

  LevelRange levels() const override {
    int32_t count = int32_t(1) << width;
    if (isSignedCode)
      return {-count / 2, count / 2 - 1};
    return {0, count - 1};
  }

  double decode(uint32_t pattern) const override {
    if (!isLegal(pattern))
      return NAN;
    auto level = static_cast<int64_t>(pattern);
    if (level > maxLevel())
      level -= int64_t(1) << width;
    return static_cast<double>(level);
  }

  uint32_t encode(double x, Rounding rounding) const override {
    int64_t level = roundAndSaturate(x, rounding, minLevel(), maxLevel());
    return static_cast<uint32_t>(level) & ((uint32_t(1) << width) - 1);
  }

private:
  unsigned width;
  bool isSignedCode;
};
} // namespace

std::unique_ptr<Code> qs::num::makeIntCode(unsigned bits) {
  return std::make_unique<IntegerCode>(bits, /*isSignedCode=*/true);
}

std::unique_ptr<Code> qs::num::makeUIntCode(unsigned bits) {
  return std::make_unique<IntegerCode>(bits, /*isSignedCode=*/false);
}

std::unique_ptr<Code> qs::num::makeOffsetCode(unsigned bits,
                                              int32_t zeroPoint) {
  return std::make_unique<OffsetCode>(bits, zeroPoint);
}
