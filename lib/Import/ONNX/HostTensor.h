//===- HostTensor.h - Constants of a model in memory -----------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A constant of the model: ONNX data type, shape, dense row-major bytes. Types
// narrower than a byte take one byte an element here.
//
//===----------------------------------------------------------------------===//

#ifndef QS_LIB_IMPORT_ONNX_HOSTTENSOR_H
#define QS_LIB_IMPORT_ONNX_HOSTTENSOR_H

#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <memory>
#include <optional>

namespace qs::importer {

using Shape = llvm::SmallVector<int64_t, 6>;

/// TensorProto.DataType as numbers: the installed schema may be older than
/// the model, so its enum is not used.
enum DataType : int32_t {
  kUndefined = 0,
  kFloat = 1,
  kUInt8 = 2,
  kInt8 = 3,
  kUInt16 = 4,
  kInt16 = 5,
  kInt32 = 6,
  kInt64 = 7,
  kString = 8,
  kBool = 9,
  kFloat16 = 10,
  kDouble = 11,
  kUInt32 = 12,
  kUInt64 = 13,
  kBFloat16 = 16,
  kUInt4 = 21,
  kInt4 = 22,
};

/// "float", "int8", ... or "type 99" for one that is not known.
std::string dataTypeName(int32_t type);
/// Bytes an element takes in a HostTensor; 0 for types that are not supported.
unsigned hostBytes(int32_t type);
/// Whether values are computed in floating point.
bool isFloatType(int32_t type);
/// Whether the type is one a quantized tensor may have (4, 8 or 16 bits).
bool isCodeType(int32_t type);
/// Bits of an integer type; 0 for others.
unsigned integerBits(int32_t type);
bool isUnsignedType(int32_t type);
/// Signless storage type in MLIR, null for types that are not supported.
mlir::Type storageType(mlir::MLIRContext *context, int32_t type);

/// Product of the dimensions; nullopt where a dimension is negative or the
/// product is over 2^40, far above what any machine holds.
std::optional<int64_t> elementCount(llvm::ArrayRef<int64_t> shape);
/// "[1, 3, 224, 224]".
std::string shapeText(llvm::ArrayRef<int64_t> shape);

struct HostTensor {
  int32_t type = kUndefined;
  Shape shape;
  std::shared_ptr<llvm::SmallVector<char, 0>> bytes;

  /// Zero-filled; the shape must have passed elementCount.
  static HostTensor zeros(int32_t type, llvm::ArrayRef<int64_t> shape);
  static HostTensor fromInts(int32_t type, llvm::ArrayRef<int64_t> shape,
                             llvm::ArrayRef<int64_t> values);
  static HostTensor fromFloats(llvm::ArrayRef<int64_t> shape,
                               llvm::ArrayRef<float> values);

  int64_t size() const;
  /// Element as integer; floats are truncated toward zero, saturated.
  int64_t intAt(int64_t i) const;
  double floatAt(int64_t i) const;
  void setInt(int64_t i, int64_t value);
  void setFloat(int64_t i, double value);
  llvm::SmallVector<int64_t> ints() const;
  llvm::SmallVector<float> floats() const;

  /// The same bytes under another shape of equal size.
  HostTensor reshaped(llvm::ArrayRef<int64_t> newShape) const;
  /// Dimension i of the result is dimension perm[i] of this.
  HostTensor transposed(llvm::ArrayRef<int64_t> perm) const;
};

/// Row-major strides.
Shape stridesOf(llvm::ArrayRef<int64_t> shape);

} // namespace qs::importer

#endif // QS_LIB_IMPORT_ONNX_HOSTTENSOR_H
