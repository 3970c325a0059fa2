//===- Bytecode.h - versioned bytecode of the dialect -----------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_LIB_DIALECT_QS_IR_BYTECODE_H
#define QS_LIB_DIALECT_QS_IR_BYTECODE_H

namespace qs {
class QSDialect;

/// Lets the dialect write its version into bytecode and refuse newer ones.
void addBytecodeInterface(QSDialect *dialect);
} // namespace qs

#endif // QS_LIB_DIALECT_QS_IR_BYTECODE_H
