//===- HostTensor.cpp - Constants of a model in memory --------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "HostTensor.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>
#include <cstring>
#include <limits>

using namespace mlir;
using namespace qs::importer;

namespace {
/// One row of facts for each data type that is supported.
struct TypeRow {
  int32_t type;
  const char *name;
  unsigned bytes;
  unsigned integerBits;
  bool isUnsigned;
};
} // namespace

static const TypeRow kTypes[] = {
    {kFloat, "float", 4, 0, false},    {kUInt8, "uint8", 1, 8, true},
    {kInt8, "int8", 1, 8, false},      {kUInt16, "uint16", 2, 16, true},
    {kInt16, "int16", 2, 16, false},   {kInt32, "int32", 4, 32, false},
    {kInt64, "int64", 8, 64, false},   {kString, "string", 0, 0, false},
    {kBool, "bool", 1, 1, true},       {kFloat16, "float16", 2, 0, false},
    {kDouble, "double", 8, 0, false},  {kUInt32, "uint32", 4, 32, true},
    {kUInt64, "uint64", 8, 64, true},  {14, "complex64", 0, 0, false},
    {15, "complex128", 0, 0, false},   {kBFloat16, "bfloat16", 2, 0, false},
    {17, "float8e4m3fn", 0, 0, false}, {18, "float8e4m3fnuz", 0, 0, false},
    {19, "float8e5m2", 0, 0, false},   {20, "float8e5m2fnuz", 0, 0, false},
    {kUInt4, "uint4", 1, 4, true},     {kInt4, "int4", 1, 4, false},
    {23, "float4e2m1", 0, 0, false},
};

static const TypeRow *findType(int32_t type) {
  for (const TypeRow &row : kTypes)
    if (row.type == type)
      return &row;
  return nullptr;
}

std::string qs::importer::dataTypeName(int32_t type) {
  if (const TypeRow *row = findType(type))
    return row->name;
  return "unknown type " + std::to_string(type);
}

unsigned qs::importer::hostBytes(int32_t type) {
  const TypeRow *row = findType(type);
  return row ? row->bytes : 0;
}

bool qs::importer::isFloatType(int32_t type) {
  return type == kFloat || type == kFloat16 || type == kDouble ||
         type == kBFloat16;
}

unsigned qs::importer::integerBits(int32_t type) {
  const TypeRow *row = findType(type);
  return row ? row->integerBits : 0;
}

bool qs::importer::isCodeType(int32_t type) {
  unsigned bits = integerBits(type);
  return bits >= 4 && bits <= 16;
}

bool qs::importer::isUnsignedType(int32_t type) {
  const TypeRow *row = findType(type);
  return row && row->isUnsigned;
}

Type qs::importer::storageType(MLIRContext *context, int32_t type) {
  switch (type) {
  case kFloat:
    return Float32Type::get(context);
  case kFloat16:
    return Float16Type::get(context);
  case kBFloat16:
    return BFloat16Type::get(context);
  case kDouble:
    return Float64Type::get(context);
  default:
    if (unsigned bits = integerBits(type))
      return IntegerType::get(context, bits);
    return {};
  }
}

std::optional<int64_t>
qs::importer::elementCount(llvm::ArrayRef<int64_t> shape) {
  constexpr int64_t limit = int64_t(1) << 40;
  int64_t count = 1;
  bool empty = false;
  for (int64_t dim : shape) {
    if (dim < 0 || dim > limit)
      return std::nullopt;
    if (dim == 0)
      empty = true;
    else if (count > limit / dim)
      return std::nullopt;
    else
      count *= dim;
  }
  return empty ? 0 : count;
}

std::string qs::importer::shapeText(llvm::ArrayRef<int64_t> shape) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << '[';
  llvm::interleaveComma(shape, os);
  os << ']';
  return text;
}

Shape qs::importer::stridesOf(llvm::ArrayRef<int64_t> shape) {
  Shape strides(shape.size(), 1);
  for (int64_t i = static_cast<int64_t>(shape.size()) - 2; i >= 0; --i)
    strides[i] = strides[i + 1] * shape[i + 1];
  return strides;
}

HostTensor HostTensor::zeros(int32_t type, llvm::ArrayRef<int64_t> shape) {
  HostTensor t;
  t.type = type;
  t.shape.assign(shape.begin(), shape.end());
  int64_t count = elementCount(shape).value_or(0);
  t.bytes = std::make_shared<llvm::SmallVector<char, 0>>(
      static_cast<size_t>(count) * hostBytes(type), 0);
  return t;
}

HostTensor HostTensor::fromInts(int32_t type, llvm::ArrayRef<int64_t> shape,
                                llvm::ArrayRef<int64_t> values) {
  HostTensor t = zeros(type, shape);
  for (auto [i, value] : llvm::enumerate(values))
    t.setInt(i, value);
  return t;
}

HostTensor HostTensor::fromFloats(llvm::ArrayRef<int64_t> shape,
                                  llvm::ArrayRef<float> values) {
  HostTensor t = zeros(kFloat, shape);
  std::memcpy(t.bytes->data(), values.data(), values.size() * sizeof(float));
  return t;
}

int64_t HostTensor::size() const { return elementCount(shape).value_or(0); }

template <typename T> static T load(const HostTensor &t, int64_t i) {
  T value;
  std::memcpy(&value, t.bytes->data() + i * sizeof(T), sizeof(T));
  return value;
}

template <typename T> static void store(HostTensor &t, int64_t i, T value) {
  std::memcpy(t.bytes->data() + i * sizeof(T), &value, sizeof(T));
}

int64_t HostTensor::intAt(int64_t i) const {
  switch (type) {
  case kUInt8:
  case kUInt4:
  case kBool:
    return load<uint8_t>(*this, i);
  case kInt8:
  case kInt4:
    return load<int8_t>(*this, i);
  case kUInt16:
    return load<uint16_t>(*this, i);
  case kInt16:
    return load<int16_t>(*this, i);
  case kInt32:
    return load<int32_t>(*this, i);
  case kUInt32:
    return load<uint32_t>(*this, i);
  case kInt64:
  case kUInt64:
    return load<int64_t>(*this, i);
  default: {
    double value = floatAt(i);
    if (std::isnan(value))
      return 0;
    if (value >= 9.2233720368547748e18)
      return std::numeric_limits<int64_t>::max();
    if (value <= -9.2233720368547748e18)
      return std::numeric_limits<int64_t>::min();
    return static_cast<int64_t>(value);
  }
  }
}

static const llvm::fltSemantics &halfSemantics(int32_t type) {
  return type == kFloat16 ? llvm::APFloat::IEEEhalf() : llvm::APFloat::BFloat();
}

double HostTensor::floatAt(int64_t i) const {
  switch (type) {
  case kFloat:
    return load<float>(*this, i);
  case kDouble:
    return load<double>(*this, i);
  case kFloat16:
  case kBFloat16: {
    llvm::APFloat value(halfSemantics(type),
                        llvm::APInt(16, load<uint16_t>(*this, i)));
    bool lossy;
    value.convert(llvm::APFloat::IEEEdouble(),
                  llvm::APFloat::rmNearestTiesToEven, &lossy);
    return value.convertToDouble();
  }
  default:
    return static_cast<double>(intAt(i));
  }
}

void HostTensor::setInt(int64_t i, int64_t value) {
  if (isFloatType(type))
    return setFloat(i, static_cast<double>(value));
  switch (hostBytes(type)) {
  case 1:
    return store<int8_t>(*this, i, static_cast<int8_t>(value));
  case 2:
    return store<int16_t>(*this, i, static_cast<int16_t>(value));
  case 4:
    return store<int32_t>(*this, i, static_cast<int32_t>(value));
  default:
    return store<int64_t>(*this, i, value);
  }
}

void HostTensor::setFloat(int64_t i, double value) {
  switch (type) {
  case kFloat:
    return store<float>(*this, i, static_cast<float>(value));
  case kDouble:
    return store<double>(*this, i, value);
  default: {
    llvm::APFloat rounded(value);
    bool lossy;
    rounded.convert(halfSemantics(type), llvm::APFloat::rmNearestTiesToEven,
                    &lossy);
    return store<uint16_t>(
        *this, i,
        static_cast<uint16_t>(rounded.bitcastToAPInt().getZExtValue()));
  }
  }
}

llvm::SmallVector<int64_t> HostTensor::ints() const {
  llvm::SmallVector<int64_t> result(size());
  for (auto [i, value] : llvm::enumerate(result))
    value = intAt(i);
  return result;
}

llvm::SmallVector<float> HostTensor::floats() const {
  llvm::SmallVector<float> result(size());
  for (auto [i, value] : llvm::enumerate(result))
    value = static_cast<float>(floatAt(i));
  return result;
}

HostTensor HostTensor::reshaped(llvm::ArrayRef<int64_t> newShape) const {
  HostTensor t = *this;
  t.shape.assign(newShape.begin(), newShape.end());
  return t;
}

HostTensor HostTensor::transposed(llvm::ArrayRef<int64_t> perm) const {
  Shape newShape;
  for (int64_t p : perm)
    newShape.push_back(shape[p]);
  HostTensor t = zeros(type, newShape);
  Shape strides = stridesOf(shape);
  unsigned width = hostBytes(type);
  Shape index(newShape.size(), 0);
  int64_t count = t.size();
  for (int64_t i = 0; i < count; ++i) {
    int64_t source = 0;
    for (auto [k, p] : llvm::enumerate(perm))
      source += index[k] * strides[p];
    std::memcpy(t.bytes->data() + i * width, bytes->data() + source * width,
                width);
    for (int64_t k = static_cast<int64_t>(index.size()) - 1; k >= 0; --k) {
      if (++index[k] < newShape[k])
        break;
      index[k] = 0;
    }
  }
  return t;
}
