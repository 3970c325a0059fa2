//===- Names.h - codes, scales and patterns by name -------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The tables that turn the names of recipes and types into attributes: one row
/// a family. A new code or pattern adds a row here and nothing elsewhere.
///
//===----------------------------------------------------------------------===//

#ifndef QS_DIALECT_QS_IR_NAMES_H
#define QS_DIALECT_QS_IR_NAMES_H

#include "qs/Dialect/QS/IR/QSDialect.h"

namespace qs {

/// The code called `name` (`int8`, `log2_4`) with words of at most 16 bits, or
/// null.
CodeAttrInterface parseCodeName(llvm::StringRef name, mlir::MLIRContext *ctx);

/// Whether the code is an `intB` or `uintB`, which have attributes of their own.
bool isPlainInteger(const num::Code &code);

/// What `parseCodeName` takes, for error messages.
std::string listCodeNames();

/// The pattern called `name` (`dense`), or null.
PatternAttrInterface parsePatternName(llvm::StringRef name,
                                      mlir::MLIRContext *ctx);
std::string listPatternNames();

/// Float type of a storage suffix (`f32`, `f16`, `e8m0`, `e4m3`), or null.
mlir::Type parseScaleStorage(llvm::StringRef name, mlir::MLIRContext *ctx);
/// Inverse of `parseScaleStorage`.
std::string getScaleStorageName(mlir::Type type);

/// The name users know an operation by: its NameLoc, else its op name and
/// position `tosa.conv2d@model.mlir:12:8`.
std::string getLayerName(mlir::Operation *op);

} // namespace qs

#endif // QS_DIALECT_QS_IR_NAMES_H
