//===- Epilogue.h - What happens to a tile of accumulators ------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_CONVERSION_QSTOVECTOR_EPILOGUE_H
#define QS_CONVERSION_QSTOVECTOR_EPILOGUE_H

#include "qs/Dialect/QS/IR/QSDialect.h"
#include "mlir/IR/Builders.h"
#include <cstdint>
#include <optional>

namespace qs::vec {

/// The fused tail of a kernel, applied to every accumulator before it is
/// stored. Source: docs/Spec.md, requantize (real form) and dequantize.
struct Epilogue {
  /// Store: the accumulators themselves (i32 or f32). Requantize:
  /// clamp(round(f32(acc) * m) + zeroPoint), integer. Dequantize:
  /// f32(acc) * m, then + bias where there is one, f32. Quantize: as
  /// Dequantize, then clamp(round(y / s) + zeroPoint), integer. Threshold:
  /// zeroPoint + how many of the column's thresholds the sum has reached.
  using Kind = EpilogueKind;
  Kind kind = Kind::Store;
  RoundingMode round = RoundingMode::HalfEven;
  /// One multiplier for each column (a vector), or one for all.
  bool perColumn = false;
  /// The multiplier may be NaN or infinite: 0 * m then counts as 0.
  bool anyMultiplier = false;
  int32_t zeroPoint = 0;
  /// Bounds of the result, zero point included, within `bits`.
  int32_t lower = 0;
  int32_t upper = 0;
  /// Thresholds of each of `columns`, as operands in rows of these.
  int64_t thresholds = 0, columns = 0;
  /// Width of the stored integer: 8, 16 or 32.
  unsigned bits = 8;
  /// Bounds of an f32 result.
  std::optional<float> lowerF, upperF;
};

/// The tail that `attr` describes, for a result of `bits` bits.
Epilogue makeEpilogue(EpilogueAttr attr, bool perColumn, unsigned bits);

/// `acc` (vector of i32) through a Requantize epilogue; `m` is a vector of f32
/// of the same shape. Returns a vector of integers of `bits` bits.
mlir::Value emitRequantize(mlir::OpBuilder &b, mlir::Location loc,
                           mlir::Value acc, mlir::Value m, const Epilogue &e);

/// `x` (vector of f32) rounded, moved by the zero point and clamped to the
/// integer bounds of `e`; where `e.anyMultiplier`, NaN gives the zero point.
/// Returns a vector of integers of `bits` bits.
mlir::Value emitCode(mlir::OpBuilder &b, mlir::Location loc, mlir::Value x,
                     const Epilogue &e);

/// `value` (vector of f32) clamped to the f32 bounds of `e`.
mlir::Value emitClamp(mlir::OpBuilder &b, mlir::Location loc, mlir::Value value,
                      const Epilogue &e);

} // namespace qs::vec

#endif // QS_CONVERSION_QSTOVECTOR_EPILOGUE_H
