//===- Bytes.h - Code words in whole bytes ----------------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_LIB_DIALECT_QS_TRANSFORMS_PACK_BYTES_H
#define QS_LIB_DIALECT_QS_TRANSFORMS_PACK_BYTES_H

#include "qs/Dialect/QS/IR/QSOps.h"

namespace qs::pack {

/// Code words of `value` in whole bytes, two for more than 8 bits; with
/// `levels` what they stand for where the code is no integer.
mlir::Value toBytes(mlir::OpBuilder &b, mlir::Location loc, mlir::Value value,
                    bool levels);

/// Inverse of toBytes for a kernel's result.
mlir::Value fromBytes(mlir::OpBuilder &b, mlir::Location loc, mlir::Value value,
                      mlir::Type type);

/// Zero points of `codes`, i32. Those given at run time count as limited to
/// their code (docs/Spec.md).
mlir::Value limitedZeros(mlir::OpBuilder &b, mlir::Value zeros,
                         mlir::Value codes);

} // namespace qs::pack

#endif // QS_LIB_DIALECT_QS_TRANSFORMS_PACK_BYTES_H
