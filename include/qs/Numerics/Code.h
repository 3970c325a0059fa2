//===- Code.h - What number a few bits stand for ----------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// A code gives every pattern of a few bits a number. It is one of the three
/// independent facts about a stored tensor; the other two (scale, pattern of
/// positions) never show up here, so a code never sees a scale or zero point.
///
///   code        pattern   number        legal patterns
///   int4        0b1111    -1            all 16
///   uint4       0b1111    15            all 16
///   ternary     0b11      -1            3 of 4
///   log2_4      0b0001    2^-6          15 of 16, one of them means 0
///   codebook4   0b1111    table[15]     all 16
///
/// The rules that every code obeys, and that the tests check for each one in
/// the registry:
///   C1  decode(encode(x, r)) is a value of the code for every x, NaN included.
///   C2  encode(decode(p), r) decodes to decode(p) for every legal pattern p.
///   C3  encode saturates; NaN goes to the value nearest to zero.
///   C4  encode with a nearest rounding goes to a nearest value. Near is by
///       distance, but for the logarithmic family, whose own file states its
///       metric (distance of logarithms).
///   C5  decode of an illegal pattern is NaN.
///
/// Codes whose numbers are data (codebooks) take them from outside, because
/// data is no part of a type. makeCode() gives the structure: parameterCount()
/// says how many numbers are missing, and bind() gives the code that has them.
/// A code without parameters is its own bound form. Only a bound code decodes
/// and encodes; isBound() tells.
///
/// A new code is one file that derives from Code and one row in
/// lib/Numerics/CodeRegistry.cpp.
///
//===----------------------------------------------------------------------===//

#ifndef QS_NUMERICS_CODE_H
#define QS_NUMERICS_CODE_H

#include "qs/Numerics/Enums.h"
#include "qs/Numerics/FloatFormat.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace qs::num {

/// The integers that an integer code represents, both ends included.
struct LevelRange {
  int64_t min = 0;
  int64_t max = 0;
  bool operator==(const LevelRange &o) const {
    return min == o.min && max == o.max;
  }
  bool operator!=(const LevelRange &o) const { return !(*this == o); }
};

/// A signed range without its lowest level, so that it is symmetric:
/// [-128, 127] becomes [-127, 127]. Other ranges come back as they are, as
/// does int1, which would have no level left but 0.
LevelRange restrictedRange(LevelRange range);

/// `value` brought into the levels; needs a range that is not empty.
int32_t fitLevel(int64_t value, LevelRange levels, Overflow overflow);

/// A code seen as small integers: decode(p) == levels[p] * 2^exponent for every
/// legal pattern p, exactly; illegal patterns have level 0. Kernels multiply
/// the levels as s8 and put the exponent into the scale.
struct FixedPoint {
  int exponent = 0;
  std::vector<int8_t> levels;
};

class Code {
public:
  virtual ~Code();

  /// As in recipes and in the IR, e.g. `int8`.
  virtual std::string name() const = 0;
  /// Bits of one stored element.
  virtual unsigned bits() const = 0;
  /// True where decode() gives consecutive integers, so that sums of products
  /// are integer arithmetic and a zero point makes sense.
  virtual bool isInteger() const { return false; }
  /// True where some value is negative.
  virtual bool isSigned() const { return true; }
  /// True where storing is a plain conversion of the float, with no scale.
  virtual bool isFloat() const { return false; }
  /// Lowest and highest level; only for integer codes, {0, 0} for others.
  virtual LevelRange levels() const { return {}; }
  int32_t minLevel() const { return levels().min; }
  int32_t maxLevel() const { return levels().max; }

  /// 2^bits; patterns are 0 .. numPatterns() - 1.
  uint64_t numPatterns() const { return uint64_t(1) << bits(); }
  /// Whether encode() may give the pattern. Bits above bits() must be zero.
  virtual bool isLegal(uint32_t pattern) const {
    return pattern < numPatterns();
  }
  /// The number that a pattern stands for; NaN for an illegal one.
  virtual double decode(uint32_t pattern) const = 0;
  /// The pattern for `x`, saturated. Rounding is among the code's own values:
  /// half_even prefers the even level of an integer code.
  virtual uint32_t encode(double x, Rounding rounding) const = 0;

  /// How many numbers bind() needs; 0 for codes fixed by their name.
  virtual unsigned parameterCount() const { return 0; }
  virtual bool isBound() const { return parameterCount() == 0; }
  /// The code with its parameters; null and a text in `error` where they are
  /// not legal (wrong count, NaN). Unbound codes override this.
  virtual std::unique_ptr<Code> bind(const std::vector<double> &parameters,
                                     std::string &error) const;

  /// The greatest and the least value of a bound code (by C3).
  double maxValue() const;
  double minValue() const;
  /// The greatest magnitude of a value: what absmax scaling divides by.
  double maxMagnitude() const;

  /// The code as small integers, where it has at most 8 bits and all values are
  /// integers of -128..127 times one power of two; the greatest such power, but
  /// at most 1 for integer codes and for a code that is all zero. std::nullopt
  /// for others (uint8 has levels above 127) and for unbound codes.
  std::optional<FixedPoint> fixedPoint() const;

  /// The layout of a code that is a small float; std::nullopt for others.
  virtual std::optional<FloatFormat> floatFormat() const {
    return std::nullopt;
  }
};

/// The code of a name such as `int8`; null and a text in `error` for a name
/// that is no code (the text lists what is allowed).
std::unique_ptr<Code> makeCode(std::string_view name, std::string &error);

/// Whether makeCode() would give a code, without making it.
bool isCodeName(std::string_view name);

/// All spellings, for error texts: "f32, f16, ..., int1..int16, ...".
/// Those with words of at most `maxBits`.
std::string allowedCodes(unsigned maxBits = 32);
/// The same of the families whose narrowest code `takes` holds for.
std::string allowedCodes(bool (*takes)(const Code &code));
/// The names of all codes; tests run over them. Codebooks come unbound.
std::vector<std::string> implementedCodes();

/// `uintB` seen through a zero point: decode(p) = p - zeroPoint, so that real
/// numbers over the scale go to patterns as in affine quantization. It has no
/// name in recipes. `zeroPoint` is one of the levels of `uintB`.
std::unique_ptr<Code> makeOffsetCode(unsigned bits, int32_t zeroPoint);

/// Factories of the families, used by the registry. Families of one code ignore
/// the width.
std::unique_ptr<Code> makeIntCode(unsigned bits);
std::unique_ptr<Code> makeUIntCode(unsigned bits);
std::unique_ptr<Code> makeF32Code(unsigned bits);
std::unique_ptr<Code> makeF16Code(unsigned bits);
std::unique_ptr<Code> makeBF16Code(unsigned bits);
std::unique_ptr<Code> makeF8E4M3Code(unsigned bits);
std::unique_ptr<Code> makeF8E5M2Code(unsigned bits);
std::unique_ptr<Code> makeF6E2M3Code(unsigned bits);
std::unique_ptr<Code> makeF6E3M2Code(unsigned bits);
std::unique_ptr<Code> makeF4E2M1Code(unsigned bits);
std::unique_ptr<Code> makeTernaryCode(unsigned bits);
std::unique_ptr<Code> makeBinaryCode(unsigned bits);
std::unique_ptr<Code> makeLog2Code(unsigned bits);
std::unique_ptr<Code> makeULog2Code(unsigned bits);
std::unique_ptr<Code> makeLogSqrt2Code(unsigned bits);
std::unique_ptr<Code> makeULogSqrt2Code(unsigned bits);
std::unique_ptr<Code> makeApotCode(unsigned bits);
std::unique_ptr<Code> makeCodebookCode(unsigned bits);
std::unique_ptr<Code> makeNF4Code(unsigned bits);
std::unique_ptr<Code> makePositCode(unsigned bits);

} // namespace qs::num

#endif // QS_NUMERICS_CODE_H
