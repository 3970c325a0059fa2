//===- Array.h - A plain tensor in memory -----------------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What .npy files hold and tools pass around: a type, a shape, and elements in
/// row-major order and the byte order of the machine.
///
//===----------------------------------------------------------------------===//

#ifndef QS_SUPPORT_ARRAY_H
#define QS_SUPPORT_ARRAY_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace qs {

enum class DType : uint8_t {
  Bool,
  I8,
  U8,
  I16,
  U16,
  I32,
  U32,
  I64,
  U64,
  F16,
  F32,
  F64
};

/// Bytes of one element; bool takes one, 0 or 1.
size_t sizeOf(DType type);
/// As numpy says it: `bool`, `int8`, `uint8`, ..., `float16`, `float32`.
llvm::StringRef toString(DType type);
std::optional<DType> parseDType(llvm::StringRef text);

/// The product of the dimensions; std::nullopt where one is negative or the
/// product, or the bytes of that many elements, exceed 2^62.
std::optional<int64_t> countElements(llvm::ArrayRef<int64_t> shape,
                                     size_t bytesPerElement = 1);
/// `2x3x4`; `scalar` for rank 0.
std::string shapeText(llvm::ArrayRef<int64_t> shape);

struct Array {
  DType dtype = DType::F32;
  std::vector<int64_t> shape;
  /// countElements(shape) * sizeOf(dtype) bytes.
  std::vector<char> data;

  Array() = default;
  /// All zero. The shape must be one that countElements() accepts.
  Array(DType dtype, llvm::ArrayRef<int64_t> shape);
  static Array of(llvm::ArrayRef<float> values, llvm::ArrayRef<int64_t> shape);
  static Array of(llvm::ArrayRef<int32_t> values,
                  llvm::ArrayRef<int64_t> shape);

  int64_t size() const { return *countElements(shape); }
  int64_t rank() const { return static_cast<int64_t>(shape.size()); }

  /// The elements where the type is known to be T; no conversion.
  template <typename T> llvm::ArrayRef<T> as() const {
    return {reinterpret_cast<const T *>(data.data()), data.size() / sizeof(T)};
  }
  template <typename T> llvm::MutableArrayRef<T> as() {
    return {reinterpret_cast<T *>(data.data()), data.size() / sizeof(T)};
  }

  /// One element as a double (integers beyond 2^53 are rounded).
  double get(int64_t index) const;
  /// One element as an integer; floats are cut, saturated, NaN is 0.
  int64_t getInt(int64_t index) const;
  /// All elements, converted.
  std::vector<double> toDoubles() const;
  std::vector<float> toFloats() const;

  bool operator==(const Array &o) const {
    return dtype == o.dtype && shape == o.shape && data == o.data;
  }
};

/// Rows [begin, end) along the first dimension; needs rank >= 1 and legal
/// bounds.
Array slice(const Array &array, int64_t begin, int64_t end);

} // namespace qs

#endif // QS_SUPPORT_ARRAY_H
