//===- Folders.h - folds of one op each -------------------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

///
/// \file
/// A folder turns one float op between `qs.dequantize` and `qs.quantize` into
/// integer ops. It checks everything before it changes anything: it either
/// rewrites the op and succeeds, or leaves the IR as it was and says in `why`
/// what stands in the way. Asked again at the end of the pass, it gives the
/// reason for the remark.
///
//===----------------------------------------------------------------------===//

#ifndef QS_LIB_DIALECT_QS_TRANSFORMS_FOLD_FOLDERS_H
#define QS_LIB_DIALECT_QS_TRANSFORMS_FOLD_FOLDERS_H

#include "mlir/IR/Builders.h"
#include "qs/Dialect/QS/IR/QSOps.h"
#include "qs/Numerics/Affine.h"
#include <optional>
#include <string>

namespace qs::fold {

using Folder = mlir::LogicalResult (*)(mlir::Operation *op, mlir::OpBuilder &b,
                                       std::string &why);

/// Linear op, its clamp and its quantize: qs.conv2d or qs.matmul and
/// qs.requantize.
mlir::LogicalResult foldLinear(mlir::Operation *, mlir::OpBuilder &,
                               std::string &why);
/// tosa.add, sub, mul on two quantized tensors: qs.add, qs.mul.
mlir::LogicalResult foldBinary(mlir::Operation *, mlir::OpBuilder &,
                               std::string &why);
/// tosa.clamp by itself: qs.requantize where parameters differ, qs.clamp.
mlir::LogicalResult foldClamp(mlir::Operation *, mlir::OpBuilder &,
                              std::string &why);
/// A function of one quantized tensor: qs.lookup.
mlir::LogicalResult foldLookup(mlir::Operation *, mlir::OpBuilder &,
                               std::string &why);
/// tosa.max_pool2d: qs.max_pool2d in front of the qs.dequantize.
mlir::LogicalResult foldMaxPool(mlir::Operation *, mlir::OpBuilder &,
                                std::string &why);
/// tosa.avg_pool2d: qs.sum_pool2d and qs.requantize.
mlir::LogicalResult foldAvgPool(mlir::Operation *, mlir::OpBuilder &,
                                std::string &why);
/// tosa.reduce_sum over spatial axes, scaled: qs.sum_pool2d, qs.requantize.
mlir::LogicalResult foldReduceSum(mlir::Operation *, mlir::OpBuilder &,
                                  std::string &why);
/// Ops that move elements go in front of the qs.dequantize.
mlir::LogicalResult foldMovement(mlir::Operation *, mlir::OpBuilder &,
                                 std::string &why);
/// qs.quantize of qs.dequantize: nothing, or qs.requantize.
mlir::LogicalResult foldQuantize(mlir::Operation *, mlir::OpBuilder &,
                                 std::string &why);

/// The folder for `op`, or null.
Folder getFolder(mlir::Operation *op);

/// A quantized tensor with parameters that are known: one scale and, for an
/// integer code, one zero point.
struct Params {
  QuantType type;
  num::AffineParams affine;
  bool operator==(const Params &o) const {
    return type == o.type && affine == o.affine;
  }
};
struct Source : Params {
  /// The codes in front of the qs.dequantize.
  mlir::Value codes;
};

/// An operand of a linear op. Where `scale` is there, it and the zero point
/// (null for none) are values known at run time, of rank 0 or one for each row;
/// `affine` then has the scale 1 and means nothing else.
struct LinearSource : Source {
  mlir::Value scale, zeroPoint;

  bool isPerRow() const { return !type.getScale().isPerTensor(); }
  /// Least and largest level less the zero point, whatever that is. The code
  /// is one that has levels.
  num::LevelRange getRange() const;
  /// The real number that one level stands for, without the scale.
  double getUnit() const;
};

/// As getSource, for parameters of run time too. `rowAxis` is the axis that may
/// be scaled, none where negative.
std::optional<LinearSource> getLinearSource(mlir::Value value, int64_t rowAxis,
                                            std::string &why);

/// real * scale, where the scale of rank 0 or of rank 1, for each index of
/// `axis`, is brought to the rank of `real`.
mlir::Value multiplyByScale(mlir::OpBuilder &b, mlir::Location loc,
                            mlir::Value real, mlir::Value scale, int64_t axis);

/// What `value` dequantizes; nothing and a reason where it does not, or where
/// its parameters are not one constant scale and zero point. The code is an
/// integer code, or with `anyCode` one without parameters.
std::optional<Source> getSource(mlir::Value value, std::string &why,
                                bool anyCode = false);

/// Leaves `op`, which moves the numbers that `source` dequantizes, in float,
/// for `reason`; its result is quantized and dequantized again, which changes
/// no number, so that what follows has codes to take.
mlir::LogicalResult moveAsFloat(mlir::Operation *op, mlir::OpBuilder &b,
                                const Source &source, llvm::StringRef reason);

/// The parameters of a quantize that rounds before it adds the zero point.
std::optional<Params> getTarget(QuantizeOp op, std::string &why);

/// One place where a result is quantized, perhaps behind a clamp.
struct QuantizedUse {
  QuantizeOp quantize;
  Params target;
  /// Bounds of the clamps in between.
  float lo, hi;

  num::LevelRange clampedLevels() const;
};

/// The places where `value` is quantized; nothing and a reason where some use
/// is not a quantize or a clamp in front of one.
std::optional<llvm::SmallVector<QuantizedUse>>
getQuantizedUses(mlir::Value value, std::string &why);

/// Replaces the quantize of `use` by `codes`, limited to the levels of the
/// clamp where saturation does not do that already, and erases the quantize.
void replaceUse(mlir::OpBuilder &b, QuantizedUse use, mlir::Value codes);

/// Rank-0 constant of a zero point; null for 0.
mlir::Value makeZeroPoint(mlir::OpBuilder &b, mlir::Location loc, int32_t zp);
/// Rank-0 f32 constant, rounded once from double.
mlir::Value makeMultiplier(mlir::OpBuilder &b, mlir::Location loc, double m);
/// Requantizes `input` (i32 or codes with zero point `inputZp`).
mlir::Value makeRequantize(mlir::OpBuilder &b, QuantizedUse use,
                           mlir::Value input, mlir::Value multiplier,
                           int32_t inputZp = 0);

} // namespace qs::fold

#endif // QS_LIB_DIALECT_QS_TRANSFORMS_FOLD_FOLDERS_H
