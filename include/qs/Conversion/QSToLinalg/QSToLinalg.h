//===- QSToLinalg.h - qs ops to linalg --------------------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Lowers the qs dialect to linalg on tensors. The semantics are those of
/// docs/Spec.md, bit for bit.
///
//===----------------------------------------------------------------------===//

#ifndef QS_CONVERSION_QSTOLINALG_QSTOLINALG_H
#define QS_CONVERSION_QSTOLINALG_QSTOLINALG_H

#include "mlir/IR/BuiltinAttributeInterfaces.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Transforms/DialectConversion.h"

namespace mlir {
class ModuleOp;
} // namespace mlir

namespace qs {

#define GEN_PASS_DECL
#include "qs/Conversion/QSToLinalg/Passes.h.inc"

/// Attributes that the pass leaves on a function: arrays of TypeAttr.
inline constexpr llvm::StringLiteral kArgTypesAttr = "qs.arg_types";
inline constexpr llvm::StringLiteral kResultTypesAttr = "qs.result_types";
/// Names of inputs and outputs, from the attribute `qs.name`: arrays of
/// strings, empty where there is none.
inline constexpr llvm::StringLiteral kArgNamesAttr = "qs.arg_names";
inline constexpr llvm::StringLiteral kResultNamesAttr = "qs.result_names";
/// On the module: the names of the observers, by id.
inline constexpr llvm::StringLiteral kObserversAttr = "qs.observers";
/// The function that observers call: `void(const float *, int64_t n, int64_t
/// id)`.
inline constexpr llvm::StringLiteral kObserveFunction = "qs_observe";

/// Quantized element types to i8 or i16; everything else stays.
class StorageTypeConverter : public mlir::TypeConverter {
public:
  StorageTypeConverter();
};

/// All patterns of the pass but those that change functions.
void populateQSToLinalgPatterns(mlir::TypeConverter &converter,
                                mlir::RewritePatternSet &patterns);

/// A constant with its axes permuted, read as `result` (same elements in the
/// permuted order, any shape); null where its data is absent.
mlir::TypedAttr foldTranspose(mlir::ElementsAttr attr,
                              llvm::ArrayRef<int64_t> permutation,
                              mlir::RankedTensorType result);

/// `linalg.transpose` of a constant becomes a constant, in raw bytes (weights
/// may be large).
void populateFoldConstantTransposePatterns(mlir::RewritePatternSet &patterns);

#define GEN_PASS_REGISTRATION
#include "qs/Conversion/QSToLinalg/Passes.h.inc"

} // namespace qs

#endif // QS_CONVERSION_QSTOLINALG_QSTOLINALG_H
