//===- Window.h - Sliding windows of convolution and pooling ---*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// ONNX lets the last stride run over the end; TOSA demands that windows fit
// exactly. The end padding is therefore set to what the last window reaches,
// and input that no window reads is cut off.
//
//===----------------------------------------------------------------------===//

#ifndef QS_LIB_IMPORT_ONNX_WINDOW_H
#define QS_LIB_IMPORT_ONNX_WINDOW_H

#include "Node.h"

namespace qs::importer {

/// One spatial dimension.
struct WindowDim {
  int64_t input = 1, kernel = 1, stride = 1, dilation = 1;
  /// Padding as the model states it.
  int64_t before = 0, after = 0;
  int64_t output = 1;
  /// Padding at the end that makes the windows fit; elements to cut off.
  int64_t fittedAfter = 0, crop = 0;
};

/// Two spatial dimensions; one-dimensional operators have a height of 1.
struct Window {
  WindowDim dims[2];
  int64_t batch = 1, channels = 1;
  /// Number of spatial dimensions in the model, 1 or 2.
  int64_t spatial = 2;

  mlir::DenseI64ArrayAttr kernelAttr(mlir::OpBuilder &b) const;
  mlir::DenseI64ArrayAttr strideAttr(mlir::OpBuilder &b) const;
  mlir::DenseI64ArrayAttr dilationAttr(mlir::OpBuilder &b) const;
  mlir::DenseI64ArrayAttr padAttr(mlir::OpBuilder &b) const;
  /// [N, C, spatial...] of the result.
  Shape outputShape(int64_t channels) const;
  /// [N, OH, OW, C].
  Shape outputNHWC(int64_t channels) const;
};

/// Reads strides, dilations, pads, auto_pad and ceil_mode of a node on `x`.
/// `kernel` holds the spatial dimensions of the kernel.
mlir::FailureOr<Window> readWindow(Node &node, const Tensor &x,
                                   llvm::ArrayRef<int64_t> kernel);

/// `x` as [N, H, W, C], cut to what the windows read.
mlir::Value windowInput(Node &node, const TensorRef &x, const Window &window);

/// Defines result 0 from `value` of shape outputNHWC(channels).
TensorRef windowResult(Node &node, int32_t type, const Window &window,
                       int64_t channels, mlir::Value value);

} // namespace qs::importer

#endif // QS_LIB_IMPORT_ONNX_WINDOW_H
