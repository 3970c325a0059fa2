//===- Array.cpp - A plain tensor in memory -------------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Support/Array.h"
#include "qs/Numerics/Float16.h"
#include "qs/Numerics/Round.h"

#include <cassert>
#include <cstring>

using namespace qs;

namespace {
struct TypeRow {
  const char *name;
  size_t size;
};
} // namespace

// In the order of the enumerators.
static constexpr TypeRow kTypes[] = {
    {"bool", 1},   {"int8", 1},    {"uint8", 1},   {"int16", 2},
    {"uint16", 2}, {"int32", 4},   {"uint32", 4},  {"int64", 8},
    {"uint64", 8}, {"float16", 2}, {"float32", 4}, {"float64", 8}};

size_t qs::sizeOf(DType type) { return kTypes[static_cast<int>(type)].size; }

llvm::StringRef qs::toString(DType type) {
  return kTypes[static_cast<int>(type)].name;
}

std::optional<DType> qs::parseDType(llvm::StringRef text) {
  for (int i = 0; i < 12; ++i)
    if (text == kTypes[i].name)
      return static_cast<DType>(i);
  return std::nullopt;
}

std::optional<int64_t> qs::countElements(llvm::ArrayRef<int64_t> shape,
                                         size_t bytesPerElement) {
  int64_t count = 1, limit = (int64_t(1) << 62) / int64_t(bytesPerElement);
  // A zero anywhere makes the product zero, but must not hide an overflow of
  // the others: strides are products of those.
  bool empty = false;
  for (int64_t dim : shape) {
    if (dim < 0)
      return std::nullopt;
    empty |= dim == 0;
    if (dim > 0 && count > limit / dim)
      return std::nullopt;
    count *= dim > 0 ? dim : 1;
  }
  return empty ? 0 : count;
}

std::string qs::shapeText(llvm::ArrayRef<int64_t> shape) {
  std::string text;
  for (int64_t dim : shape)
    text += (text.empty() ? "" : "x") + std::to_string(dim);
  return shape.empty() ? "scalar" : text;
}

Array::Array(DType dtype, llvm::ArrayRef<int64_t> dims)
    : dtype(dtype), shape(dims.begin(), dims.end()) {
  std::optional<int64_t> count = countElements(dims, sizeOf(dtype));
  assert(count && "shape must be legal");
  data.resize(static_cast<size_t>(*count) * sizeOf(dtype));
}

template <typename T>
static Array fromValues(DType dtype, llvm::ArrayRef<T> values,
                        llvm::ArrayRef<int64_t> shape) {
  Array array(dtype, shape);
  assert(array.data.size() == values.size() * sizeof(T) && "size of the shape");
  if (!values.empty())
    std::memcpy(array.data.data(), values.data(), array.data.size());
  return array;
}

Array Array::of(llvm::ArrayRef<float> values, llvm::ArrayRef<int64_t> shape) {
  return fromValues(DType::F32, values, shape);
}

Array Array::of(llvm::ArrayRef<int32_t> values, llvm::ArrayRef<int64_t> shape) {
  return fromValues(DType::I32, values, shape);
}

namespace {
/// A half, to tell it from uint16 in the visitor below.
struct Half {
  uint16_t pattern;
};
} // namespace

/// Calls `fn` with element `index` in its own type.
template <typename Fn> static auto visit(const Array &a, int64_t index, Fn fn) {
  auto load = [&](auto zero) {
    std::memcpy(&zero, a.data.data() + index * int64_t(sizeof(zero)),
                sizeof(zero));
    return zero;
  };
  switch (a.dtype) {
  case DType::Bool:
  case DType::U8:
    return fn(load(uint8_t()));
  case DType::I8:
    return fn(load(int8_t()));
  case DType::I16:
    return fn(load(int16_t()));
  case DType::U16:
    return fn(load(uint16_t()));
  case DType::I32:
    return fn(load(int32_t()));
  case DType::U32:
    return fn(load(uint32_t()));
  case DType::I64:
    return fn(load(int64_t()));
  case DType::U64:
    return fn(load(uint64_t()));
  case DType::F16:
    return fn(num::halfToFloat(load(Half()).pattern));
  case DType::F32:
    return fn(load(float()));
  case DType::F64:
    break;
  }
  return fn(load(double()));
}

double Array::get(int64_t index) const {
  return visit(*this, index, [](auto x) { return static_cast<double>(x); });
}

int64_t Array::getInt(int64_t index) const {
  return visit(*this, index, [](auto x) -> int64_t {
    if constexpr (std::is_floating_point_v<decltype(x)>)
      return num::saturatingCast(x, INT64_MIN, INT64_MAX);
    else if constexpr (std::is_same_v<decltype(x), uint64_t>)
      return x > uint64_t(INT64_MAX) ? INT64_MAX : static_cast<int64_t>(x);
    else
      return x;
  });
}

std::vector<double> Array::toDoubles() const {
  std::vector<double> values(static_cast<size_t>(size()));
  for (size_t i = 0; i < values.size(); ++i)
    values[i] = get(static_cast<int64_t>(i));
  return values;
}

std::vector<float> Array::toFloats() const {
  if (dtype == DType::F32) {
    llvm::ArrayRef<float> floats = as<float>();
    return {floats.begin(), floats.end()};
  }
  std::vector<float> values(static_cast<size_t>(size()));
  for (size_t i = 0; i < values.size(); ++i)
    values[i] = static_cast<float>(get(static_cast<int64_t>(i)));
  return values;
}

Array qs::slice(const Array &array, int64_t begin, int64_t end) {
  assert(array.rank() >= 1 && 0 <= begin && begin <= end &&
         end <= array.shape[0] && "bounds of the first dimension");
  Array part;
  part.dtype = array.dtype;
  part.shape = array.shape;
  part.shape[0] = end - begin;
  size_t row = array.shape[0] ? array.data.size() / size_t(array.shape[0]) : 0;
  part.data.assign(array.data.begin() + begin * int64_t(row),
                   array.data.begin() + end * int64_t(row));
  return part;
}
