//===- Lookup.h - Bytes through a table -------------------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_CONVERSION_QSTOVECTOR_LOOKUP_H
#define QS_CONVERSION_QSTOVECTOR_LOOKUP_H

#include "qs/Target/Native/Targets.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinAttributes.h"

namespace qs::vec {

/// Emits `output[i] = table[input[i]]` for flat memrefs of bytes that do not
/// overlap and a table of 256 bytes, with the look-up primitive of the target.
/// No load or store leaves its buffer.
void emitLookup(mlir::OpBuilder &b, mlir::Location loc,
                const native::Target &target, mlir::DenseI8ArrayAttr table,
                mlir::Value input, mlir::Value output);

} // namespace qs::vec

#endif // QS_CONVERSION_QSTOVECTOR_LOOKUP_H
