//===- Enums.h - How numbers are rounded ------------------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The choices that a quantized operation has to spell out. The spellings of
/// toString() and the numbers of the enumerators are those of the IR, so both
/// convert by a cast. Nothing here knows of MLIR.
///
//===----------------------------------------------------------------------===//

#ifndef QS_NUMERICS_ENUMS_H
#define QS_NUMERICS_ENUMS_H

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace qs::num {

/// How a real number becomes an integer. The first three go to the nearest
/// integer and differ at ties only.
enum class Rounding : uint8_t {
  HalfEven,   ///< `half_even`: ties to the even integer (IEEE, ONNX)
  HalfAway,   ///< `half_away`: ties away from zero (C round())
  HalfUp,     ///< `half_up`: ties toward plus infinity (floor(x + 1/2))
  Floor,      ///< `floor`: toward minus infinity
  Ceil,       ///< `ceil`: toward plus infinity
  TowardZero, ///< `toward_zero`: truncation
};

/// Whether the zero point joins before or after rounding.
enum class Order : uint8_t {
  RoundThenAdd, ///< `round_then_add`: sat(rnd(x/s) + z) (ONNX)
  AddThenRound, ///< `add_then_round`: rnd(sat(x/s + z)) (StableHLO)
};

/// How `acc * multiplier * 2^-shift` becomes an integer; see Requantize.h.
enum class FixedRounding : uint8_t {
  Single,   ///< `single`: one rounding, ties up (TOSA SINGLE_ROUND)
  Double,   ///< `double`: two roundings (TOSA DOUBLE_ROUND)
  TFLite,   ///< `tflite`: doubling high multiply, then rounding divide
  HalfEven, ///< `half_even`: one rounding, ties to even
};

/// What becomes of an integer outside the levels of a code.
enum class Overflow : uint8_t {
  Saturate, ///< `saturate`: the nearest level
  Wrap,     ///< `wrap`: modulo the number of levels
};

/// How a scale is stored; see Affine.h for the rounding of each.
enum class ScaleStorage : uint8_t {
  F32,  ///< `f32`
  F16,  ///< `f16`: IEEE binary16
  E8M0, ///< `e8m0`: a power of two
  E4M3, ///< `e4m3`: an 8-bit float up to 448, below a scale of the tensor
};

const char *toString(Rounding value);
const char *toString(Order value);
const char *toString(FixedRounding value);
const char *toString(Overflow value);
const char *toString(ScaleStorage value);

/// Inverse of toString(); std::nullopt for any other text.
std::optional<Rounding> parseRounding(std::string_view text);
std::optional<Order> parseOrder(std::string_view text);
std::optional<FixedRounding> parseFixedRounding(std::string_view text);
std::optional<Overflow> parseOverflow(std::string_view text);
std::optional<ScaleStorage> parseScaleStorage(std::string_view text);

} // namespace qs::num

#endif // QS_NUMERICS_ENUMS_H
