//===- Registry.cpp - Which function evaluates which op -------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Interpreter/Registry.h"
#include "Families.h"

using namespace qs::interp;

const Registry &Registry::builtin() {
  static const Registry registry = [] {
    Registry r;
    registerArith(r);
    registerMath(r);
    registerFunc(r);
    registerScf(r);
    registerTensor(r);
    registerLinalg(r);
    registerTosaElementwise(r);
    registerTosaLinear(r);
    registerTosaReduce(r);
    registerTosaShape(r);
    registerTosaScale(r);
    registerQuant(r);
    registerLinear(r);
    registerElementwise(r);
    registerPool(r);
    registerPack(r);
    return r;
  }();
  return registry;
}
