//===- Codes.h - Quantized values while they are imported ------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An ONNX integer tensor does not know its scale: operators bring it along. In
// the IR such a value is plain storage (signless iN) wherever it is only moved,
// and has a quantized element type where an operation computes with it.
//
//===----------------------------------------------------------------------===//

#ifndef QS_LIB_IMPORT_ONNX_CODES_H
#define QS_LIB_IMPORT_ONNX_CODES_H

#include "Node.h"
#include "qs/Dialect/QS/IR/QSOps.h"

namespace qs::importer {

/// `!qs.q<int8>` and its like for a data type of isCodeType.
QuantType codeType(mlir::MLIRContext *context, int32_t type);
/// The same with a scale.
QuantType codeType(mlir::MLIRContext *context, int32_t type,
                   mlir::Attribute scale);

/// Views storage as codes.
mlir::Value toCodes(mlir::OpBuilder &b, mlir::Location loc, mlir::Value storage,
                    QuantType type);
/// Views codes as storage.
mlir::Value toStorage(mlir::OpBuilder &b, mlir::Location loc,
                      mlir::Value codes);

/// `t` in `layout` as codes with any scale; avoids a cast where it can.
mlir::Value anyCodes(Node &node, const TensorRef &t, Layout layout);

/// Scales or zero points along one axis, or one for all.
struct ParamKind {
  bool perAxis = false;
  int64_t axis = -1; // of the tensor, logical
  int64_t group = 0; // block size; 0 is none
};
/// What the shape of `param` means for a tensor of `shape`.
mlir::FailureOr<ParamKind> paramKind(Node &node, const Tensor &param,
                                     llvm::ArrayRef<int64_t> shape,
                                     int64_t axis, int64_t block,
                                     llvm::StringRef what);

/// A scale as rank 0 or as it is; checks that constants are positive, normal
/// and finite.
mlir::LogicalResult checkScale(Node &node, const Tensor &scale);
mlir::Value scaleValue(Importer &importer, const TensorRef &scale,
                       mlir::Location loc);
/// A zero point as i32, of rank 0 if it has one element; null where it is
/// omitted or constant 0.
mlir::Value zeroPointValue(Importer &importer, const TensorRef &zeroPoint,
                           mlir::Location loc);
/// Fails unless `zeroPoint` is null, or has the type and one element or
/// `count` elements.
mlir::LogicalResult checkZeroPoint(Node &node, const TensorRef &zeroPoint,
                                   int32_t type, int64_t count,
                                   llvm::StringRef what);

/// Defines result i from a value with a quantized element type.
TensorRef codedResult(Node &node, unsigned i, int32_t type,
                      llvm::ArrayRef<int64_t> shape, mlir::Value coded,
                      Layout layout, llvm::ArrayRef<int64_t> flatDims = {});

} // namespace qs::importer

#endif // QS_LIB_IMPORT_ONNX_CODES_H
