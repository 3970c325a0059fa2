//===- Tensor.cpp - Dense values of the interpreter -----------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Interpreter/Tensor.h"
#include "SmallFloat.h"
#include "qs/Interpreter/Value.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/MathExtras.h"

#include <cstring>

using namespace qs::interp;

int64_t qs::interp::countElements(llvm::ArrayRef<int64_t> shape) {
  int64_t n = 1;
  for (int64_t d : shape)
    if (d < 0 || llvm::MulOverflow(n, d, n))
      return -1;
  return n;
}

llvm::SmallVector<int64_t, 4>
qs::interp::rowMajorStrides(llvm::ArrayRef<int64_t> shape) {
  llvm::SmallVector<int64_t, 4> strides(shape.size(), 1);
  for (int64_t d = int64_t(shape.size()) - 2; d >= 0; --d)
    strides[d] = strides[d + 1] * shape[d + 1];
  return strides;
}

Tensor::Tensor(ElementType type, llvm::ArrayRef<int64_t> shape)
    : type(type), dims(shape.begin(), shape.end()),
      count(countElements(shape)) {
  assert(count >= 0 && "tensor of dynamic or overflowing size");
  bytes = std::make_shared<std::vector<char>>(size_t(count) * type.bytes());
}

int64_t Tensor::getInt(int64_t i) const {
  switch (type.storage) {
  case Storage::I1:
  case Storage::U8:
    return data<uint8_t>()[i];
  case Storage::S8:
    return data<int8_t>()[i];
  case Storage::S16:
    return data<int16_t>()[i];
  case Storage::U16:
    return data<uint16_t>()[i];
  case Storage::S32:
    return data<int32_t>()[i];
  case Storage::U32:
    return data<uint32_t>()[i];
  case Storage::S64:
    return data<int64_t>()[i];
  default:
    return int64_t(getFloat(i));
  }
}

double Tensor::getFloat(int64_t i) const {
  switch (type.storage) {
  case Storage::F32:
    return data<float>()[i];
  case Storage::F64:
    return data<double>()[i];
  case Storage::F16:
  case Storage::BF16:
    return decodeFloat(type.storage, data<uint16_t>()[i]);
  case Storage::F8E4M3:
  case Storage::F8E5M2:
  case Storage::F8E8M0:
    return decodeFloat(type.storage, data<uint8_t>()[i]);
  default:
    return double(getInt(i));
  }
}

void Tensor::setInt(int64_t i, int64_t value) {
  if (type.isFloat())
    return setFloat(i, double(value));
  value = type.wrap(value);
  switch (type.bytes()) {
  case 1:
    mutableData<uint8_t>()[i] = uint8_t(value);
    break;
  case 2:
    mutableData<uint16_t>()[i] = uint16_t(value);
    break;
  case 4:
    mutableData<uint32_t>()[i] = uint32_t(value);
    break;
  default:
    mutableData<int64_t>()[i] = value;
  }
}

void Tensor::setFloat(int64_t i, double value) {
  switch (type.storage) {
  case Storage::F32:
    mutableData<float>()[i] = float(value);
    break;
  case Storage::F64:
    mutableData<double>()[i] = value;
    break;
  case Storage::F16:
  case Storage::BF16:
    mutableData<uint16_t>()[i] = encodeFloat(type.storage, value);
    break;
  default:
    assert(type.isFloat() && "float written to an integer tensor");
    mutableData<uint8_t>()[i] = encodeFloat(type.storage, value);
  }
}

template <typename T> std::vector<T> Tensor::to() const {
  auto copy = [&](auto typed) {
    return std::vector<T>(typed.begin(), typed.end());
  };
  switch (type.storage) {
  case Storage::I1:
  case Storage::U8:
    return copy(data<uint8_t>());
  case Storage::S8:
    return copy(data<int8_t>());
  case Storage::S16:
    return copy(data<int16_t>());
  case Storage::U16:
    return copy(data<uint16_t>());
  case Storage::S32:
    return copy(data<int32_t>());
  case Storage::U32:
    return copy(data<uint32_t>());
  case Storage::S64:
    return copy(data<int64_t>());
  case Storage::F32:
    return copy(data<float>());
  case Storage::F64:
    return copy(data<double>());
  default: {
    std::vector<T> out(count);
    for (int64_t i = 0; i < count; ++i)
      out[i] = T(getFloat(i));
    return out;
  }
  }
}
template std::vector<float> Tensor::to() const;
template std::vector<double> Tensor::to() const;
template std::vector<int32_t> Tensor::to() const;
template std::vector<int64_t> Tensor::to() const;

Tensor Tensor::convertFloat(ElementType to) const {
  if (type == to)
    return *this;
  Tensor out(to, dims);
  for (int64_t i = 0; i < count; ++i)
    out.setFloat(i, getFloat(i));
  return out;
}

Tensor Tensor::reshaped(llvm::ArrayRef<int64_t> shape) const {
  assert(countElements(shape) == count && "reshape changes the size");
  Tensor out = *this;
  out.dims.assign(shape.begin(), shape.end());
  return out;
}

Tensor Tensor::bitcast(ElementType to) const {
  assert(to.bytes() == type.bytes() && "bitcast changes the width");
  Tensor out = *this;
  out.type = to;
  return out;
}

bool Tensor::operator==(const Tensor &o) const {
  return type == o.type && dims == o.dims &&
         !memcmp(bytes->data(), o.bytes->data(), rawData().size());
}

static void printElement(const Tensor &t, int64_t i, llvm::raw_ostream &os) {
  if (!t.isFloat()) {
    os << t.getInt(i);
    return;
  }
  llvm::SmallString<32> text;
  if (t.elementType().storage == Storage::F64) {
    llvm::APFloat(t.getFloat(i)).toString(text, 0, 4);
  } else {
    llvm::APFloat f(t.getFloat(i));
    bool losesInfo;
    f.convert(semantics(t.elementType().storage),
              llvm::APFloat::rmNearestTiesToEven, &losesInfo);
    f.toString(text, 0, 4);
  }
  os << text;
}

static void printDim(const Tensor &t, int64_t dim, int64_t &next,
                     llvm::raw_ostream &os) {
  if (dim == t.rank()) {
    printElement(t, next++, os);
    return;
  }
  os << '[';
  for (int64_t i = 0, e = t.dim(dim); i < e; ++i) {
    if (i)
      os << ", ";
    printDim(t, dim + 1, next, os);
  }
  os << ']';
}

void Tensor::print(llvm::raw_ostream &os) const {
  int64_t next = 0;
  printDim(*this, 0, next, os);
}

Scalar qs::interp::loadScalar(const Tensor &t, int64_t i) {
  Scalar s;
  s.type = t.elementType();
  if (t.isFloat())
    s.f = t.getFloat(i);
  else
    s.i = t.getInt(i);
  return s;
}

void qs::interp::storeScalar(Tensor &t, int64_t i, const Scalar &s) {
  if (t.isFloat())
    t.setFloat(i, s.f);
  else
    t.setInt(i, s.i);
}
