//===- Views.h - Strided copies of elements ---------------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_LIB_INTERPRETER_VIEWS_H
#define QS_LIB_INTERPRETER_VIEWS_H

#include "qs/Interpreter/Tensor.h"

namespace qs::interp {

/// The tensor of `shape` whose element at index i is `in`'s element at
/// offset + sum of i[d] * strides[d] (strides may be 0 or negative). The caller
/// keeps that inside `in`.
Tensor readStrided(const Tensor &in, llvm::ArrayRef<int64_t> shape,
                   llvm::ArrayRef<int64_t> strides, int64_t offset = 0);

/// The inverse: writes each element of `in` to `out` at such a place.
void writeStrided(Tensor &out, const Tensor &in,
                  llvm::ArrayRef<int64_t> strides, int64_t offset = 0);

/// The box of `sizes` elements from `offsets`, every `steps`-th.
Tensor readBox(const Tensor &in, llvm::ArrayRef<int64_t> offsets,
               llvm::ArrayRef<int64_t> sizes, llvm::ArrayRef<int64_t> steps);
void writeBox(Tensor &out, const Tensor &in, llvm::ArrayRef<int64_t> offsets,
              llvm::ArrayRef<int64_t> steps);
/// Whether that box lies inside `shape`.
bool boxFits(llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<int64_t> offsets,
             llvm::ArrayRef<int64_t> sizes, llvm::ArrayRef<int64_t> steps);

/// Dimension d of the result is dimension perm[d] of `in`.
Tensor transposed(const Tensor &in, llvm::ArrayRef<int64_t> perm);
/// `in` with the elements of `padding` around it; `low` and `high` are counts.
Tensor padded(const Tensor &in, llvm::ArrayRef<int64_t> low,
              llvm::ArrayRef<int64_t> high, const Tensor &value);
/// A tensor of one repeated element, taken from a tensor of one.
Tensor filled(llvm::ArrayRef<int64_t> shape, const Tensor &value);
/// `in` repeated along dimensions where it has size 1 (or lacks a leading one).
Tensor broadcasted(const Tensor &in, llvm::ArrayRef<int64_t> shape);
/// The tensors one after another along `axis`.
Tensor concatenated(llvm::ArrayRef<Tensor> parts, int64_t axis);

/// The shape that the operands broadcast to, aligned at the last dimension;
/// failure where a dimension differs and is not 1.
llvm::FailureOr<llvm::SmallVector<int64_t, 4>>
broadcastShape(llvm::ArrayRef<llvm::ArrayRef<int64_t>> shapes);

} // namespace qs::interp

#endif // QS_LIB_INTERPRETER_VIEWS_H
