//===- VerifyUtils.h - checks shared by the ops' verifiers ------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_LIB_DIALECT_QS_IR_VERIFYUTILS_H
#define QS_LIB_DIALECT_QS_IR_VERIFYUTILS_H

#include "mlir/IR/TypeUtilities.h"
#include "qs/Dialect/QS/IR/QSOps.h"

namespace qs {

/// Ranks and static sizes agree; dynamic sizes agree with everything.
bool shapesMatch(llvm::ArrayRef<int64_t> a, llvm::ArrayRef<int64_t> b);

/// Two tensors of one shape; `label` is the constraint.
mlir::LogicalResult verifySameShape(mlir::Operation *op, mlir::Type a,
                                    mlir::Type b, llvm::StringRef label);

/// Scale and zero point or codebook of a tensor of `shape` and `type` (Q2 to
/// Q7). `prefix` is the op's letter in the labels.
mlir::LogicalResult verifyParams(mlir::Operation *op, llvm::StringRef prefix,
                                 llvm::ArrayRef<int64_t> shape, QuantType type,
                                 mlir::Value scale, mlir::Value codeParam);

/// The codebook that `type` needs, null for codes without parameters: [2^bits]
/// for all or one for each scale, finite where it is constant.
mlir::LogicalResult verifyCodebook(mlir::Operation *op, llvm::StringRef label,
                                   llvm::ArrayRef<int64_t> shape,
                                   QuantType type, mlir::Value codebook);

/// Scales of `type` on a tensor of `shape`: their shape, storage type, values.
mlir::LogicalResult verifyScale(mlir::Operation *op, llvm::StringRef shapeLabel,
                                llvm::StringRef valueLabel,
                                llvm::ArrayRef<int64_t> shape, QuantType type,
                                mlir::Value scale);

/// A zero point of rank 0, or of rank 1 with `channels` elements where
/// `channels` is given, or of the shape of `groupScale` where that is, in the
/// range of an integer code where it is constant. Null zero points pass.
mlir::LogicalResult verifyZeroPoint(mlir::Operation *op, llvm::StringRef label,
                                    llvm::StringRef name, mlir::Value zeroPoint,
                                    QuantType type,
                                    std::optional<int64_t> channels = {},
                                    mlir::Value groupScale = {});

/// Multiplier of rank 0, or of rank 1 with `channels` elements; constants are
/// finite, and not negative unless `allowNegative`.
mlir::LogicalResult
verifyMultiplier(mlir::Operation *op, llvm::StringRef shapeLabel,
                 llvm::StringRef valueLabel, mlir::Value multiplier,
                 std::optional<int64_t> channels, bool allowNegative);

/// The rounding of an op that has no seed, so that it is not `stochastic`.
mlir::LogicalResult verifyRounding(mlir::Operation *op, llvm::StringRef label,
                                   RoundingMode rounding);

/// The tensor's element type is quantized with an integer code.
mlir::LogicalResult verifyIntegerCode(mlir::Operation *op,
                                      llvm::StringRef label, mlir::Type type);

/// An attribute has `size` elements of at least `least`.
mlir::LogicalResult verifyInts(mlir::Operation *op, llvm::StringRef label,
                               llvm::StringRef name,
                               llvm::ArrayRef<int64_t> values, size_t size,
                               int64_t least);

/// Output size of a window along one axis; dynamic stays dynamic. Not positive
/// where the window does not fit.
int64_t windowedSize(int64_t in, int64_t padLow, int64_t padHigh,
                     int64_t kernel, int64_t stride, int64_t dilation);

/// "tensor<..>"-free text of a shape for messages: `2x?x3`. In a namespace of
/// its own: the one in qs/Support/Array.h knows no dynamic sizes.
namespace verify {
std::string shapeText(llvm::ArrayRef<int64_t> shape);
} // namespace verify
using verify::shapeText;

/// A tensor `init` has one result of its type, a memref none.
mlir::LogicalResult verifyDestination(mlir::Operation *op, mlir::Type init);

} // namespace qs

#endif // QS_LIB_DIALECT_QS_IR_VERIFYUTILS_H
