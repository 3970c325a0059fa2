//===- Tables.h - Codes that are no integers, by table ----------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The general form of decode and encode: a table of the numbers that words
/// stand for, and the numbers at which encode() passes from one word to the
/// next. Both come from num::Code, so a new code needs nothing here.
///
//===----------------------------------------------------------------------===//

#ifndef QS_LIB_CONVERSION_QSTOLINALG_TABLES_H
#define QS_LIB_CONVERSION_QSTOLINALG_TABLES_H

#include "Elementwise.h"
#include "qs/Conversion/QSToLinalg/Words.h"

namespace qs::lowering {

/// The code of `type`, bound to `codebook` where that is a constant for the
/// whole tensor; null for other codebooks.
std::unique_ptr<num::Code> boundCode(QuantType type, mlir::Value codebook);

/// Decodes words of one type; the tables lie in front of the loops.
class Decoder {
public:
  /// Numbers as `real` (f32, f64). `codebook` is null or the operand that the
  /// code needs, of rank 1 or one for each scale.
  Decoder(mlir::OpBuilder &b, mlir::Location loc, QuantType type,
          mlir::Value codebook, mlir::Type real);

  /// The number of a word. `row` is the element of rows() for codebooks that
  /// have one table for each scale, else null.
  mlir::Value decode(Scalars &s, mlir::Value word, mlir::Value row) const;
  /// Row numbers, an operand for buildElementwise; null where one table serves.
  Operand rows(int64_t rank) const;

private:
  QuantType type;
  mlir::Value table, rowOperand;
  mlir::Type real;
  int64_t entries = 0;
};

/// Encodes reals of type `real` into words of a code that is bound.
class Encoder {
public:
  Encoder(mlir::OpBuilder &b, mlir::Location loc, const num::Code &code,
          num::Rounding rounding, mlir::Type real, QuantType type);
  mlir::Value encode(Scalars &s, mlir::Value x) const;

private:
  QuantType type;
  /// Of a small float that is made by arithmetic, in place of steps.
  std::optional<num::FloatFormat> format;
  CodeSteps steps;
  mlir::Value startTable, wordTable;
};

/// A quantized tensor of a fixed-point code as a tensor of its levels, and
/// their type; integer codes come back as they are.
std::pair<mlir::Value, QuantType> toLevels(mlir::OpBuilder &b,
                                           mlir::Location loc,
                                           mlir::Value words, QuantType type,
                                           mlir::Value codebook);

} // namespace qs::lowering

#endif // QS_LIB_CONVERSION_QSTOLINALG_TABLES_H
