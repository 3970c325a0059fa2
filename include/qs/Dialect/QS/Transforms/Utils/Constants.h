//===- Constants.h - tensors known at compile time --------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

///
/// \file
/// Reads and makes the constants that quantization works on: weights, biases,
/// scales, zero points. Reads `arith.constant` and `tosa.const` with dense or
/// resource data; elided and short resources read as "not known", and so do
/// constants of more than `kMostElements`, which a splat can claim for free.
///
//===----------------------------------------------------------------------===//

#ifndef QS_DIALECT_QS_TRANSFORMS_UTILS_CONSTANTS_H
#define QS_DIALECT_QS_TRANSFORMS_UTILS_CONSTANTS_H

#include "mlir/IR/Builders.h"
#include "qs/Dialect/QS/IR/QSOps.h"
#include "qs/Numerics/Affine.h"
#include <optional>
#include <vector>

namespace qs {

/// The largest constant that is read element by element.
inline constexpr int64_t kMostElements = int64_t(1) << 30;

/// Whether this tensor has more elements than are read (or than 64 bits count).
bool hasTooManyElements(mlir::ShapedType type);

/// The constant attribute behind `value`, or null.
mlir::ElementsAttr getConstantElements(mlir::Value value);

/// Elements of a constant float tensor, row major; nothing where `value` is no
/// constant or its data are elided.
std::optional<std::vector<float>> readFloats(mlir::Value value);
/// The one value of a constant float tensor whose elements are all equal.
std::optional<float> readSplatFloat(mlir::Value value);
/// Elements of a constant integer tensor, sign extended.
std::optional<std::vector<int32_t>> readInts(mlir::Value value);
/// Dimensions of a `tosa.const_shape`.
std::optional<llvm::SmallVector<int64_t>> readShape(mlir::Value value);
/// Words of a constant quantized tensor, a `qs.storage_cast` of a constant, read
/// by the signedness of an integer code and without sign for others.
std::optional<std::vector<int32_t>> readWords(mlir::Value value);
/// The integer levels that those words stand for; nothing where the code has no
/// fixed-point form. A code with parameters takes them from an i8 `codebook`.
std::optional<std::vector<int32_t>> readLevels(mlir::Value value,
                                               mlir::Value codebook = {});

/// `arith.constant` of f32 or i32; rank 0 for an empty shape.
mlir::Value makeFloats(mlir::OpBuilder &builder, mlir::Location loc,
                       llvm::ArrayRef<int64_t> shape,
                       llvm::ArrayRef<float> values);
mlir::Value makeInts(mlir::OpBuilder &builder, mlir::Location loc,
                     llvm::ArrayRef<int64_t> shape,
                     llvm::ArrayRef<int32_t> values);
/// `tosa.const` of f32, as a resource where it is large.
mlir::Value makeWeights(mlir::OpBuilder &builder, mlir::Location loc,
                        llvm::ArrayRef<int64_t> shape,
                        llvm::ArrayRef<float> values);
/// Scales stored as `storage` (f32, f16, e8m0, e4m3), which holds them exactly.
mlir::Value makeScales(mlir::OpBuilder &builder, mlir::Location loc,
                       llvm::ArrayRef<int64_t> shape,
                       llvm::ArrayRef<float> values, mlir::Type storage);
/// A quantized constant: its words in an `arith.constant`, cast to `type`.
mlir::Value makeLevels(mlir::OpBuilder &builder, mlir::Location loc,
                       mlir::RankedTensorType type,
                       llvm::ArrayRef<int32_t> levels);

/// Calls `fn(element, parameter)` with linear indices into a tensor of `shape`,
/// in order, and into its scales.
void forEachScaled(llvm::ArrayRef<int64_t> shape, ScaleAttrInterface scale,
                   llvm::function_ref<void(int64_t, int64_t)> fn);

/// The levels of an integer code.
num::LevelRange levelsOf(QuantType type);
/// The scale storage that a float type stands for.
num::ScaleStorage storageOf(mlir::Type type);

} // namespace qs

#endif // QS_DIALECT_QS_TRANSFORMS_UTILS_CONSTANTS_H
