//===- QSSupport.h - What the families of qs ops share -----------*- C++
//-*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_LIB_INTERPRETER_QSSUPPORT_H
#define QS_LIB_INTERPRETER_QSSUPPORT_H

#include "qs/Dialect/QS/IR/QSOps.h"
#include "qs/Interpreter/Registry.h"
#include "qs/Numerics/Affine.h"
#include "qs/Numerics/Requantize.h"
#include "qs/Numerics/Round.h"
#include <optional>

namespace qs::interp {

inline num::Rounding toNum(RoundingMode mode) {
  return static_cast<num::Rounding>(mode);
}
inline num::Order toNum(RoundingOrder order) {
  return static_cast<num::Order>(order);
}
inline num::FixedRounding toNum(FixedRounding mode) {
  return static_cast<num::FixedRounding>(mode);
}

/// The levels that a result is computed in: those of the code, or for `wrap`
/// all integers, of which the store keeps the low bits.
inline num::LevelRange levelsOf(QuantType type, Overflow overflow) {
  if (overflow == Overflow::Wrap)
    return {INT64_MIN, INT64_MAX};
  auto [min, max] = type.getIntegerRange();
  return {min, max};
}

/// A zero point as it counts: one given at run time may lie outside of its
/// code, and is first limited to it.
inline int64_t limitZeroPoint(int64_t zeroPoint, QuantType type) {
  auto [min, max] = type.getIntegerRange();
  return num::saturate(zeroPoint, min, max);
}

/// The values that the operands of one op stand for; an optional operand that
/// is absent reads as null.
class Operands {
public:
  explicit Operands(Call &call) : call(call) {}
  const Tensor *get(mlir::Value operand) const {
    if (!operand)
      return nullptr;
    for (unsigned i = 0; i < call.operands.size(); ++i)
      if (call.op->getOperand(i) == operand)
        return &call.tensor(i);
    return nullptr;
  }
  /// The zero point in an optional rank-0 operand of words with `type`, 0
  /// where it is absent.
  int64_t zeroPoint(mlir::Value operand, QuantType type) const {
    const Tensor *t = get(operand);
    return t ? limitZeroPoint(t->getInt(0), type) : 0;
  }
  /// All zero points of words with `type`; none where the operand is absent.
  std::optional<Tensor> zeroPoints(mlir::Value operand, QuantType type) const {
    const Tensor *t = get(operand);
    if (!t)
      return std::nullopt;
    Tensor limited = *t;
    for (int64_t i = 0; i < t->size(); ++i)
      limited.setInt(i, limitZeroPoint(t->getInt(i), type));
    return limited;
  }

private:
  Call &call;
};

/// Calls fn(element, parameter) with linear indices into a tensor of `shape`
/// and into its scales.
template <typename Fn>
void forEachParameter(QuantType type, llvm::ArrayRef<int64_t> shape, Fn fn) {
  ScaleAttrInterface scale = type.getScale();
  int64_t count = countElements(shape);
  if (scale.isPerTensor()) {
    for (int64_t i = 0; i < count; ++i)
      fn(i, int64_t(0));
    return;
  }
  int64_t i = 0;
  for (IndexIterator it(shape); !it.done(); it.next(), ++i)
    fn(i, scale.getParamIndex(shape, *it));
}

/// The code of each parameter of a tensor: one for all where it needs no
/// codebook, else bound to its entries.
class BoundCodes {
public:
  BoundCodes(QuantType type, const Tensor *codebook);
  /// The code of the elements that use scale `parameter`.
  const num::Code &at(int64_t parameter) const {
    return *codes[codes.size() == 1 ? 0 : parameter];
  }

private:
  std::vector<std::unique_ptr<num::Code>> codes;
};

/// The integer levels that the words of a fixed-point code stand for, as i32;
/// integers are their own levels. A codebook of i8 gives the levels itself.
/// Words without a meaning count as 0.
Tensor levelsOf(QuantType type, const Tensor &words, const Tensor *codebook);

/// The numbers that words stand for without their scales, as f32: integer codes
/// less their zero points (none, one, or one for each index along `axis`),
/// other codes decoded.
Tensor numbersOf(QuantType type, const Tensor &words, const Tensor *codebook,
                 const Tensor *zeroPoints, int64_t axis);

} // namespace qs::interp

#endif // QS_LIB_INTERPRETER_QSSUPPORT_H
