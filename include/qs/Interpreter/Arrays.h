//===- Arrays.h - Between arrays of files and tensors -----------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_INTERPRETER_ARRAYS_H
#define QS_INTERPRETER_ARRAYS_H

#include "qs/Interpreter/Tensor.h"
#include "qs/Support/Array.h"

namespace qs::interp {

/// The array type that holds elements of `type`: i4 is held as int8, ui3 as
/// uint8, bf16 and fp8 as float32.
DType dtypeOf(ElementType type);

/// The tensor of `type` with an array's elements. A signless type takes the
/// signed and the unsigned array of its width. Errors say what was expected:
/// another dtype, or a value that the type does not hold.
llvm::Expected<Tensor> toTensor(const Array &array, ElementType type);

/// The array of a tensor's elements.
Array toArray(const Tensor &tensor);

} // namespace qs::interp

#endif // QS_INTERPRETER_ARRAYS_H
