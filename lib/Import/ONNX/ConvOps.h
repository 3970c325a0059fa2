//===- ConvOps.h - What convolutions of all kinds share --------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_LIB_IMPORT_ONNX_CONVOPS_H
#define QS_LIB_IMPORT_ONNX_CONVOPS_H

#include "Window.h"

namespace qs::importer {

struct ConvShape {
  Window window;
  int64_t groups = 1, outputs = 1;

  /// Weights [O, I/groups, KH, KW] as [O, KH, KW, I/groups].
  Relayout ohwi() const;
  /// Weights [C*M, 1, KH, KW] as [KH, KW, C, M].
  Relayout depthwise() const;
};

/// Reads the attributes of Conv, ConvInteger, QLinearConv and checks the
/// channels of `x` and `w` against them.
mlir::FailureOr<ConvShape> readConv(Node &node, const Tensor &x,
                                    const Tensor &w);

/// A float convolution in groups, which TOSA does not have.
mlir::LogicalResult emitGroupedConv(Node &node, const ConvShape &c,
                                    mlir::Value input, mlir::Value weight,
                                    mlir::Value bias, mlir::Value &result);

} // namespace qs::importer

#endif // QS_LIB_IMPORT_ONNX_CONVOPS_H
