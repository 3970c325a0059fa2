//===- RuntimeWeights.h - Weights that come at run time ---------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_LIB_DIALECT_QS_TRANSFORMS_PACK_RUNTIMEWEIGHTS_H
#define QS_LIB_DIALECT_QS_TRANSFORMS_PACK_RUNTIMEWEIGHTS_H

#include "Linear.h"

namespace qs::pack {

/// Replaces a matrix product of two activations by ops that put the right one
/// into panels and a packed kernel over them. False where the weights are
/// constant, or for the reason in `why`.
bool packRuntimeWeights(const Linear &linear, const native::Target &target,
                        std::string &why);

} // namespace qs::pack

#endif // QS_LIB_DIALECT_QS_TRANSFORMS_PACK_RUNTIMEWEIGHTS_H
