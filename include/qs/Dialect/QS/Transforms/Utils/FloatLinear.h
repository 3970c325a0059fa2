//===- FloatLinear.h - one view of the linear ops ---------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

///
/// \file
/// TOSA and qs spell convolutions and matrix products in several ways. Passes
/// that treat them alike look through this view.
///
//===----------------------------------------------------------------------===//

#ifndef QS_DIALECT_QS_TRANSFORMS_UTILS_FLOATLINEAR_H
#define QS_DIALECT_QS_TRANSFORMS_UTILS_FLOATLINEAR_H

#include "mlir/IR/Builders.h"
#include "qs/Dialect/QS/IR/QSOps.h"
#include <optional>

namespace qs {

/// A float convolution or matrix product: `tosa.conv2d`,
/// `tosa.depthwise_conv2d`, `tosa.matmul`, `qs.conv2d`, `qs.matmul`.
struct FloatLinear {
  enum class Kind {
    Conv,      ///< weight OHWI
    Depthwise, ///< weight HWCM, output channel c * M + m
    Matmul,    ///< weight [.., K, N]
    MatmulT,   ///< weight [.., N, K]
  };
  mlir::Operation *op;
  Kind kind;
  mlir::Value input, weight;
  /// Null where the op has none.
  mlir::Value bias;
  /// Convolutions: [top, bottom, left, right], [h, w].
  llvm::SmallVector<int64_t> pad, stride, dilation;
  int64_t groups = 1;

  /// The view of `op`; nothing for other ops and for integer forms.
  static std::optional<FloatLinear> get(mlir::Operation *op);

  bool isConv() const { return kind == Kind::Conv || kind == Kind::Depthwise; }
  bool hasPadding() const;
  mlir::RankedTensorType weightType() const;
  mlir::RankedTensorType resultType() const;
  int64_t outputChannels() const;
  /// Axis of the weight that recipes mean by `axis`: the output channels, for
  /// depthwise the input channels.
  int64_t scaledAxis() const;
  /// Axis of the weight that is reduced (within a group).
  int64_t reducedAxis() const;
  /// Name in recipes: `conv`, `depthwise`, `matmul`.
  llvm::StringRef opName() const;

  /// Output channel of each element of the weight, row major.
  int64_t channelOf(int64_t flatIndex) const;
  /// Shape of the weight as the qs op takes it (OHWI; matmul as it is, without
  /// leading dimensions of size 1).
  llvm::SmallVector<int64_t> qsWeightShape() const;
  /// Index in the qs weight of an element of this weight.
  int64_t qsIndexOf(int64_t flatIndex) const;

  /// Input channel that an element of the weight multiplies.
  int64_t inputChannelOf(int64_t flatIndex) const;
  int64_t inputChannels() const;

  /// Groups of inputs whose weights are a matrix [outputs, columns()] of their
  /// own: 1 but for grouped and depthwise convolutions.
  int64_t matrices() const;
  int64_t matrixOf(int64_t outputChannel) const;
  /// Inputs that an output sums over: taps times channels of a group, in the
  /// order of rows, columns, channels of a window.
  int64_t columns() const;
  /// Column of each element of the weight, row major.
  int64_t columnOf(int64_t flatIndex) const;
  /// True where a batch has weights of its own for each matrix.
  bool hasBatchedWeights() const;

  /// Gives the op other constants, in the layout of this weight. An op without
  /// a bias operand that needs one becomes the qs op; the result is that of the
  /// op that stands for it now. An empty bias leaves the bias as it is.
  mlir::Value replaceConstants(mlir::OpBuilder &builder,
                               llvm::ArrayRef<float> newWeight,
                               llvm::ArrayRef<float> newBias);
};

} // namespace qs

#endif // QS_DIALECT_QS_TRANSFORMS_UTILS_FLOATLINEAR_H
