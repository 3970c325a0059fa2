//===- Arrays.cpp - Between arrays of files and tensors -------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Interpreter/Arrays.h"

#include <cstring>

using namespace qs;
using namespace qs::interp;

DType qs::interp::dtypeOf(ElementType type) {
  switch (type.storage) {
  case Storage::I1:
    return DType::Bool;
  case Storage::S8:
    return DType::I8;
  case Storage::U8:
    return DType::U8;
  case Storage::S16:
    return DType::I16;
  case Storage::U16:
    return DType::U16;
  case Storage::S32:
    return DType::I32;
  case Storage::U32:
    return DType::U32;
  case Storage::S64:
    return DType::I64;
  case Storage::F16:
    return DType::F16;
  case Storage::F64:
    return DType::F64;
  default:
    return DType::F32;
  }
}

/// The unsigned twin of a signed type; others are their own.
static DType unsignedTwin(DType type) {
  switch (type) {
  case DType::I8:
    return DType::U8;
  case DType::I16:
    return DType::U16;
  case DType::I32:
    return DType::U32;
  default:
    return type;
  }
}

llvm::Expected<Tensor> qs::interp::toTensor(const Array &array,
                                            ElementType type) {
  DType expected = dtypeOf(type);
  if (array.dtype != expected &&
      (type.isUnsigned() || array.dtype != unsignedTwin(expected)))
    return llvm::createStringError("expected " + toString(expected) +
                                   " for elements of " + type.str() +
                                   ", found " + toString(array.dtype));
  Tensor out(type, array.shape);
  if (sizeOf(array.dtype) == type.bytes() &&
      (type.isFloat() || type.bits == 8 * type.bytes())) {
    llvm::copy(array.data, out.mutableRawData().begin());
    return out;
  }
  for (int64_t i = 0; i < out.size(); ++i) {
    if (type.isFloat()) {
      out.setFloat(i, array.get(i));
      continue;
    }
    int64_t value = array.getInt(i);
    if (value < type.minInt() || value > type.maxInt())
      return llvm::createStringError("element " + llvm::Twine(i) + " is " +
                                     llvm::Twine(value) +
                                     ", which is no value of " + type.str());
    out.setInt(i, value);
  }
  return out;
}

Array qs::interp::toArray(const Tensor &tensor) {
  DType dtype = dtypeOf(tensor.elementType());
  Array out(dtype, tensor.shape());
  if (sizeOf(dtype) == tensor.elementType().bytes())
    memcpy(out.data.data(), tensor.rawData().data(), out.data.size());
  else
    for (int64_t i = 0; i < tensor.size(); ++i)
      out.as<float>()[i] = float(tensor.getFloat(i));
  return out;
}
