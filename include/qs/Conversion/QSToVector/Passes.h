//===- Passes.h - packed kernels to vector loops ----------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_CONVERSION_QSTOVECTOR_PASSES_H
#define QS_CONVERSION_QSTOVECTOR_PASSES_H

#include "mlir/Pass/Pass.h"

namespace qs {

#define GEN_PASS_DECL
#include "qs/Conversion/QSToVector/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "qs/Conversion/QSToVector/Passes.h.inc"

} // namespace qs

#endif // QS_CONVERSION_QSTOVECTOR_PASSES_H
