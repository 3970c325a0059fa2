//===- PoolOps.h - Pooling shared with reductions --------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_LIB_IMPORT_ONNX_POOLOPS_H
#define QS_LIB_IMPORT_ONNX_POOLOPS_H

#include "Window.h"

namespace qs::importer {

/// One window over all pixels of `x`, of rank 3 or 4.
Window wholeImage(const Tensor &x);
/// Defines result 0 as the average over all pixels, [N, C, 1, ...].
TensorRef emitGlobalAverage(Node &node, const TensorRef &x);
/// Maximum over windows of codes of the ONNX type `type`, stored as plain
/// integers.
mlir::Value emitCodeMaxPool(Node &node, int32_t type, mlir::Value input,
                            llvm::ArrayRef<int64_t> shape,
                            mlir::DenseI64ArrayAttr kernel,
                            mlir::DenseI64ArrayAttr stride,
                            mlir::DenseI64ArrayAttr pad);

} // namespace qs::importer

#endif // QS_LIB_IMPORT_ONNX_POOLOPS_H
