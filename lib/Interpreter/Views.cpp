//===- Views.cpp - Strided copies of elements -----------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Views.h"

#include <cstring>

using namespace qs::interp;
using llvm::ArrayRef;
using llvm::SmallVector;

/// Calls copy(linear index of the row, strided offset) for each row of the last
/// dimension.
template <typename Fn>
static void forEachRow(ArrayRef<int64_t> shape, ArrayRef<int64_t> strides,
                       int64_t offset, Fn copy) {
  ArrayRef<int64_t> outer = shape.empty() ? shape : shape.drop_back();
  int64_t row = 0;
  for (IndexIterator it(outer); !it.done(); it.next(), ++row) {
    int64_t at = offset;
    for (size_t d = 0; d < outer.size(); ++d)
      at += (*it)[d] * strides[d];
    copy(row, at);
  }
}

/// Runs `fn` with a value of an unsigned type as wide as one element.
template <typename Fn> static void withWidth(size_t bytes, Fn fn) {
  switch (bytes) {
  case 1:
    return fn(uint8_t());
  case 2:
    return fn(uint16_t());
  case 4:
    return fn(uint32_t());
  default:
    return fn(uint64_t());
  }
}

Tensor qs::interp::readStrided(const Tensor &in, ArrayRef<int64_t> shape,
                               ArrayRef<int64_t> strides, int64_t offset) {
  Tensor out(in.elementType(), shape);
  if (out.size() == 0)
    return out;
  int64_t width = shape.empty() ? 1 : shape.back();
  int64_t step = shape.empty() ? 1 : strides.back();
  withWidth(in.elementType().bytes(), [&](auto zero) {
    using T = decltype(zero);
    const T *from = in.data<T>().data();
    T *to = out.mutableData<T>().data();
    forEachRow(shape, strides, offset, [&](int64_t row, int64_t at) {
      for (int64_t i = 0; i < width; ++i)
        to[row * width + i] = from[at + i * step];
    });
  });
  return out;
}

void qs::interp::writeStrided(Tensor &out, const Tensor &in,
                              ArrayRef<int64_t> strides, int64_t offset) {
  if (in.size() == 0)
    return;
  int64_t width = in.rank() ? in.shape().back() : 1;
  int64_t step = in.rank() ? strides.back() : 1;
  withWidth(in.elementType().bytes(), [&](auto zero) {
    using T = decltype(zero);
    const T *from = in.data<T>().data();
    T *to = out.mutableData<T>().data();
    forEachRow(in.shape(), strides, offset, [&](int64_t row, int64_t at) {
      for (int64_t i = 0; i < width; ++i)
        to[at + i * step] = from[row * width + i];
    });
  });
}

/// Strides and offset of a box in a row-major tensor.
static int64_t boxStrides(ArrayRef<int64_t> shape, ArrayRef<int64_t> offsets,
                          ArrayRef<int64_t> steps,
                          SmallVector<int64_t, 4> &strides) {
  strides = rowMajorStrides(shape);
  int64_t offset = 0;
  for (size_t d = 0; d < strides.size(); ++d) {
    offset += offsets[d] * strides[d];
    strides[d] *= steps[d];
  }
  return offset;
}

Tensor qs::interp::readBox(const Tensor &in, ArrayRef<int64_t> offsets,
                           ArrayRef<int64_t> sizes, ArrayRef<int64_t> steps) {
  SmallVector<int64_t, 4> strides;
  int64_t offset = boxStrides(in.shape(), offsets, steps, strides);
  return readStrided(in, sizes, strides, offset);
}

void qs::interp::writeBox(Tensor &out, const Tensor &in,
                          ArrayRef<int64_t> offsets, ArrayRef<int64_t> steps) {
  SmallVector<int64_t, 4> strides;
  int64_t offset = boxStrides(out.shape(), offsets, steps, strides);
  writeStrided(out, in, strides, offset);
}

bool qs::interp::boxFits(ArrayRef<int64_t> shape, ArrayRef<int64_t> offsets,
                         ArrayRef<int64_t> sizes, ArrayRef<int64_t> steps) {
  if (offsets.size() != shape.size() || sizes.size() != shape.size() ||
      steps.size() != shape.size())
    return false;
  for (size_t d = 0; d < shape.size(); ++d) {
    if (offsets[d] < 0 || offsets[d] > shape[d] || sizes[d] < 0)
      return false;
    if (sizes[d] == 0)
      continue;
    int64_t last = sizes[d] - 1;
    if (offsets[d] >= shape[d] || last > shape[d] || steps[d] < -shape[d] ||
        (last && steps[d] > shape[d]))
      return false;
    last = offsets[d] + (last ? last * steps[d] : 0);
    if (last < 0 || last >= shape[d])
      return false;
  }
  return true;
}

Tensor qs::interp::transposed(const Tensor &in, ArrayRef<int64_t> perm) {
  SmallVector<int64_t, 4> from = rowMajorStrides(in.shape()), shape, strides;
  for (int64_t p : perm) {
    shape.push_back(in.dim(p));
    strides.push_back(from[p]);
  }
  return readStrided(in, shape, strides);
}

Tensor qs::interp::filled(ArrayRef<int64_t> shape, const Tensor &value) {
  return readStrided(value, shape, SmallVector<int64_t, 4>(shape.size(), 0));
}

Tensor qs::interp::padded(const Tensor &in, ArrayRef<int64_t> low,
                          ArrayRef<int64_t> high, const Tensor &value) {
  SmallVector<int64_t, 4> shape(in.shape());
  for (size_t d = 0; d < shape.size(); ++d)
    shape[d] += low[d] + high[d];
  Tensor out = filled(shape, value);
  writeBox(out, in, low, SmallVector<int64_t, 4>(shape.size(), 1));
  return out;
}

Tensor qs::interp::broadcasted(const Tensor &in, ArrayRef<int64_t> shape) {
  if (in.shape() == shape)
    return in;
  SmallVector<int64_t, 4> from = rowMajorStrides(in.shape());
  SmallVector<int64_t, 4> strides(shape.size(), 0);
  size_t lead = shape.size() - in.rank();
  for (size_t d = lead; d < shape.size(); ++d)
    strides[d] = in.dim(d - lead) == 1 ? 0 : from[d - lead];
  return readStrided(in, shape, strides);
}

Tensor qs::interp::concatenated(ArrayRef<Tensor> parts, int64_t axis) {
  SmallVector<int64_t, 4> shape(parts.front().shape());
  shape[axis] = 0;
  for (const Tensor &part : parts)
    shape[axis] += part.dim(axis);
  Tensor out(parts.front().elementType(), shape);
  SmallVector<int64_t, 4> offsets(shape.size(), 0), ones(shape.size(), 1);
  for (const Tensor &part : parts) {
    writeBox(out, part, offsets, ones);
    offsets[axis] += part.dim(axis);
  }
  return out;
}

llvm::FailureOr<SmallVector<int64_t, 4>>
qs::interp::broadcastShape(ArrayRef<ArrayRef<int64_t>> shapes) {
  size_t rank = 0;
  for (ArrayRef<int64_t> shape : shapes)
    rank = std::max(rank, shape.size());
  SmallVector<int64_t, 4> out(rank, 1);
  for (ArrayRef<int64_t> shape : shapes)
    for (size_t d = 0; d < shape.size(); ++d) {
      int64_t &to = out[rank - shape.size() + d];
      if (to != shape[d] && to != 1 && shape[d] != 1)
        return llvm::failure();
      if (to == 1)
        to = shape[d];
    }
  return out;
}
