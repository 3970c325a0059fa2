//===- Families.h - The families of ops that the interpreter knows --------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_LIB_INTERPRETER_FAMILIES_H
#define QS_LIB_INTERPRETER_FAMILIES_H

#include "qs/Interpreter/Registry.h"

namespace qs::interp {

void registerArith(Registry &registry);
void registerMath(Registry &registry);
void registerFunc(Registry &registry);
void registerScf(Registry &registry);
void registerTensor(Registry &registry);
void registerLinalg(Registry &registry);
void registerTosaElementwise(Registry &registry);
void registerTosaLinear(Registry &registry);
void registerTosaReduce(Registry &registry);
void registerTosaShape(Registry &registry);
void registerTosaScale(Registry &registry);
void registerQuant(Registry &registry);
void registerLinear(Registry &registry);
void registerElementwise(Registry &registry);
void registerPool(Registry &registry);
void registerPack(Registry &registry);

} // namespace qs::interp

#endif // QS_LIB_INTERPRETER_FAMILIES_H
