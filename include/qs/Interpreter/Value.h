//===- Value.h - What an SSA value stands for -------------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_INTERPRETER_VALUE_H
#define QS_INTERPRETER_VALUE_H

#include "qs/Interpreter/Tensor.h"

#include <variant>

namespace qs::interp {

/// One number: an integer in the stored form of its type (wrapped to its
/// width), or a float already rounded to its type.
struct Scalar {
  ElementType type;
  union {
    int64_t i;
    double f;
  };

  Scalar() : type(ElementType::i64()), i(0) {}
  static Scalar ofInt(ElementType type, int64_t value) {
    Scalar s;
    s.type = type;
    s.i = type.wrap(value);
    return s;
  }
  static Scalar ofFloat(ElementType type, double value) {
    Scalar s;
    s.type = type;
    s.f = type.round(value);
    return s;
  }
  /// The integer read as unsigned in the width of its type.
  uint64_t asUnsigned() const {
    return type.bits >= 64 ? uint64_t(i)
                           : uint64_t(i) & ((uint64_t(1) << type.bits) - 1);
  }
};

/// A scalar or a tensor. Packed data is a tensor of bytes; its layout is in
/// the type of the SSA value.
class Value {
public:
  Value() = default;
  Value(Tensor t) : data(std::move(t)) {}
  Value(Scalar s) : data(s) {}

  bool isTensor() const { return std::holds_alternative<Tensor>(data); }
  const Tensor &tensor() const { return std::get<Tensor>(data); }
  Tensor &tensor() { return std::get<Tensor>(data); }
  const Scalar &scalar() const { return std::get<Scalar>(data); }

private:
  std::variant<Scalar, Tensor> data;
};

/// Whether the interpreter can hold values of this SSA type.
bool isRepresentable(mlir::Type type);

/// Element `i` of a tensor as a scalar, and back.
Scalar loadScalar(const Tensor &t, int64_t i);
void storeScalar(Tensor &t, int64_t i, const Scalar &s);

} // namespace qs::interp

#endif // QS_INTERPRETER_VALUE_H
