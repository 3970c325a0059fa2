//===- NumberRows.h - Activations of stated sums ----------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_LIB_DIALECT_QS_TRANSFORMS_PACK_NUMBERROWS_H
#define QS_LIB_DIALECT_QS_TRANSFORMS_PACK_NUMBERROWS_H

#include "Linear.h"

namespace qs::pack {

/// What is to be known of activations whose numbers are summed, or in `why` the
/// reason why they have no packed kernel.
bool planNumberRows(const Linear &linear, Rows &rows, std::string &why);

/// These activations as f32, padded with the number 0.
mlir::Value makeNumberRows(mlir::OpBuilder &b, const Linear &linear,
                           const native::Target &target, const Rows &rows);

} // namespace qs::pack

#endif // QS_LIB_DIALECT_QS_TRANSFORMS_PACK_NUMBERROWS_H
