//===- SmallFloat.h - Bits of floats narrower than f32 ----------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_LIB_INTERPRETER_SMALLFLOAT_H
#define QS_LIB_INTERPRETER_SMALLFLOAT_H

#include "qs/Interpreter/Tensor.h"

#include "llvm/ADT/APFloat.h"

namespace qs::interp {

const llvm::fltSemantics &semantics(Storage storage);
/// `value` rounded to the format, ties to even, as bits; and back.
uint64_t encodeFloat(Storage storage, double value);
double decodeFloat(Storage storage, uint64_t bits);

} // namespace qs::interp

#endif // QS_LIB_INTERPRETER_SMALLFLOAT_H
