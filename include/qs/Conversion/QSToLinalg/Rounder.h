//===- Rounder.h - Rounding to a float format, in the IR --------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The additions and roundings of num::Accumulation as integer and float steps
/// that vectorize on every target: no calls, no branches, and no instruction
/// that only some formats have.
///
//===----------------------------------------------------------------------===//

#ifndef QS_CONVERSION_QSTOLINALG_ROUNDER_H
#define QS_CONVERSION_QSTOLINALG_ROUNDER_H

#include "qs/Conversion/QSToLinalg/Scalar.h"
#include "qs/Numerics/Accumulate.h"
#include "qs/Numerics/NumberSpan.h"

namespace qs::lowering {

using num::NumberSpan;

/// The span of what the words of a type stand for (without scales); nothing for
/// other types and for codebooks that are no constant of the tensor.
std::optional<NumberSpan> spanOf(QuantType type, mlir::Value codebook,
                                 bool hasZeroPoint);

/// Rounds one accumulation, of scalars or of vectors as `Scalars` says. Real
/// numbers are f32 where that gives the same bits, else f64; they come and go
/// as f32.
class Rounder {
public:
  /// `product` is the span of the products, if it is known. With `halves` the
  /// target converts between f32 and f16 in one instruction each way. A sum has
  /// at most `terms` terms; 0 where that is not known.
  Rounder(const num::Accumulation &how, std::optional<NumberSpan> product,
          bool halves = false, int64_t terms = 0);

  /// Whether an f32 fused multiply-add takes one term in, or a product and an
  /// addition of f32 do.
  bool takesFma() const;
  bool takesMulAdd() const;
  /// The real type to compute in.
  mlir::Type realType(mlir::MLIRContext *ctx) const;
  /// a * b as it joins the sum; `random` is null without a seed.
  mlir::Value product(Scalars &s, mlir::Value a, mlir::Value b,
                      mlir::Value random) const;
  mlir::Value sum(Scalars &s, mlir::Value a, mlir::Value b,
                  mlir::Value random) const;

private:
  mlir::Value round(Scalars &s, mlir::Value x, mlir::Value random) const;
  mlir::Value roundNearest(Scalars &s, mlir::Value x) const;
  mlir::Value roundStochastic(Scalars &s, mlir::Value x,
                              mlir::Value random) const;

  static bool isSingle(const num::FloatFormat &format) {
    return format == num::ieeeFormat(8, 23);
  }

  mlir::Value roundBounded(Scalars &s, mlir::Value x) const;
  /// Words, not numbers, of the real type.
  mlir::Value limited(Scalars &s, mlir::Value bits) const;

  num::Accumulation how;
  /// In f64; products need no rounding, or none but to infinity; they are not
  /// rounded although they would need it; the format has all numbers below its
  /// least normal one that occur; f16 instructions round; sums stay so small
  /// that neither the format nor an f32 that rounds them overflows.
  bool isDouble, keepsProducts, limitsProducts, isFused, isWhole, usesHalves,
      isBounded;
};

/// num::randomBits() of i64 values.
mlir::Value emitRandomBits(Scalars &s, mlir::Value seed, mlir::Value index);

/// num::isBelow(): true (i1) with the probability p, an f64.
mlir::Value emitIsBelow(Scalars &s, mlir::Value random, mlir::Value p);

} // namespace qs::lowering

#endif // QS_CONVERSION_QSTOLINALG_ROUNDER_H
