//===- Scalar.h - Scalar arithmetic of the lowering -------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What stands inside the bodies: rounding, saturation, extension of codes.
/// Everything here vectorizes on every target: no calls, no branches.
///
//===----------------------------------------------------------------------===//

#ifndef QS_CONVERSION_QSTOLINALG_SCALAR_H
#define QS_CONVERSION_QSTOLINALG_SCALAR_H

#include "mlir/IR/Builders.h"
#include "qs/Dialect/QS/IR/QSDialect.h"
#include <optional>

namespace qs::lowering {

/// Short forms of the arith ops, on scalars or on vectors of `lanes` of them;
/// types are given as scalars.
class Scalars {
public:
  Scalars(mlir::OpBuilder &b, mlir::Location loc, int64_t lanes = 0)
      : b(b), loc(loc), lanes(lanes) {}

  /// The vector of a scalar type, or the type itself.
  mlir::Type shaped(mlir::Type element) const;

  mlir::Value real(double value, mlir::Type type);
  mlir::Value integer(int64_t value, unsigned bits = 32);

  mlir::Value add(mlir::Value x, mlir::Value y);
  mlir::Value sub(mlir::Value x, mlir::Value y);
  mlir::Value mul(mlir::Value x, mlir::Value y);
  mlir::Value div(mlir::Value x, mlir::Value y);
  /// Signed bounds; floats: x > lo ? x : lo, so a NaN becomes lo.
  mlir::Value max(mlir::Value x, mlir::Value lo);
  mlir::Value min(mlir::Value x, mlir::Value hi);
  mlir::Value select(mlir::Value condition, mlir::Value x, mlir::Value y);
  /// x, or 0 where x is NaN.
  mlir::Value zeroNaN(mlir::Value x);
  /// Signed integer resize.
  mlir::Value resize(mlir::Value x, unsigned bits);
  /// Any float to f32 or f64 `type` (f8E8M0FNU, f8E4M3FN too, which LLVM
  /// lacks).
  mlir::Value widen(mlir::Value x, mlir::Type type);
  /// f32 or f64 to any float type.
  mlir::Value narrow(mlir::Value x, mlir::Type type);
  mlir::Value toReal(mlir::Value x, mlir::Type type);

  /// The code value in a storage word, as i32.
  mlir::Value loadCode(mlir::Value word, QuantType type);
  /// A zero point (i32, or null for none) limited to the range of its code;
  /// constants lie in it already.
  mlir::Value limitZeroPoint(mlir::Value zeroPoint, QuantType type);
  /// A storage word of a code value that lies in range.
  mlir::Value storeCode(mlir::Value value, QuantType type);

  /// The i32 that `mode` gives; |x| < 2^22, not NaN.
  mlir::Value roundSmall(mlir::Value x, RoundingMode mode);
  /// The i64 that `mode` gives; |x| <= 2^40, not NaN.
  mlir::Value roundLarge(mlir::Value x, RoundingMode mode);

  mlir::OpBuilder &b;
  mlir::Location loc;
  /// 0 for scalars.
  int64_t lanes;
};

/// A real number to a code: the tail of quantize, requantize, add and mul.
struct RealToCode {
  RoundingMode rounding = RoundingMode::HalfEven;
  RoundingOrder order = RoundingOrder::RoundThenAdd;
  Overflow overflow = Overflow::Saturate;
  QuantType type;
  /// False where the real is known not to be NaN.
  bool mayBeNaN = true;
};

/// `zeroPoint` is an i32 scalar or null; a constant one gives shorter code.
mlir::Value emitRealToCode(Scalars &s, mlir::Value real, mlir::Value zeroPoint,
                           const RealToCode &to);

/// An exact i64 to a code, after the zero point (or null) is added.
mlir::Value emitIntegerToCode(Scalars &s, mlir::Value value,
                              mlir::Value zeroPoint, Overflow overflow,
                              QuantType type);

/// The value of an integer constant, if it is one.
std::optional<int64_t> constantInt(mlir::Value value);

/// i8 for codes of up to 8 bits, else i16.
mlir::Type storageOf(QuantType type);

} // namespace qs::lowering

#endif // QS_CONVERSION_QSTOLINALG_SCALAR_H
