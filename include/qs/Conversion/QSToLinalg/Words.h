//===- Words.h - Reals to words without tables ------------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// num::Code::encode() in scalar or vector arithmetic, for codes that are no
/// integers: no loads, no branches, so everything here vectorizes.
///
//===----------------------------------------------------------------------===//

#ifndef QS_CONVERSION_QSTOLINALG_WORDS_H
#define QS_CONVERSION_QSTOLINALG_WORDS_H

#include "qs/Conversion/QSToLinalg/Scalar.h"
#include "qs/Numerics/Code.h"

namespace qs::lowering {

/// Every number at which encode() passes from one word to the next:
/// `words[i]` for x in [starts[i - 1], starts[i]).
struct CodeSteps {
  std::vector<double> starts;
  std::vector<uint32_t> words;
};

/// The steps of a bound code for reals of f64 (`isWide`) or f32.
CodeSteps findSteps(const num::Code &code, num::Rounding rounding, bool isWide);

/// The word, an integer of `bits`, of a real that is not NaN: a comparison for
/// each step.
mlir::Value emitStepWord(Scalars &s, mlir::Value x, const CodeSteps &steps,
                         unsigned bits);

/// The word, an integer of `bits`, of an f32 that is not NaN in a format of at
/// most 16 bits: nearest even, saturated, 0 without a sign.
mlir::Value emitFloatWord(Scalars &s, mlir::Value x,
                          const num::FloatFormat &format, unsigned bits);

/// How f32 numbers become words of one bound code, to nearest (half even).
class WordEncoder {
public:
  explicit WordEncoder(const num::Code &code)
      : format(code.floatFormat()),
        steps(format ? CodeSteps()
                     : findSteps(code, num::Rounding::HalfEven, false)) {}

  mlir::Value encode(Scalars &s, mlir::Value x, unsigned bits) const {
    x = s.zeroNaN(x);
    return format ? emitFloatWord(s, x, *format, bits)
                  : emitStepWord(s, x, steps, bits);
  }

private:
  std::optional<num::FloatFormat> format;
  CodeSteps steps;
};

} // namespace qs::lowering

#endif // QS_CONVERSION_QSTOLINALG_WORDS_H
