//===- RuntimeRows.h - Rows quantized at run time ---------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_LIB_DIALECT_QS_TRANSFORMS_PACK_RUNTIMEROWS_H
#define QS_LIB_DIALECT_QS_TRANSFORMS_PACK_RUNTIMEROWS_H

#include "qs/Dialect/QS/IR/QSOps.h"

namespace qs::pack {

/// Replaces a symmetric quantization to scales that are chosen from the same
/// f32 tensor, whole or in rows, by one qs.quantize_rows; false, and nothing
/// done, where it is another.
bool packRuntimeRows(QuantizeOp op);

} // namespace qs::pack

#endif // QS_LIB_DIALECT_QS_TRANSFORMS_PACK_RUNTIMEROWS_H
