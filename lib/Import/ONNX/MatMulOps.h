//===- MatMulOps.h - What matrix products share ----------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_LIB_IMPORT_ONNX_MATMULOPS_H
#define QS_LIB_IMPORT_ONNX_MATMULOPS_H

#include "Node.h"

namespace qs::importer {

/// A product by the rules of numpy.matmul.
struct MatMulShape {
  /// Operands with vectors made matrices; the broadcast leading dimensions;
  /// the result.
  Shape a, b, lead, result;
  int64_t m = 1, k = 1, n = 1, batch = 1;
  /// One right matrix serves all left rows.
  bool shared = false;
};

mlir::FailureOr<MatMulShape> readMatMul(Node &node, const Tensor &a,
                                        const Tensor &b);

/// `value` of the shape `shape` as [batch, X, Y], repeated where it
/// broadcasts.
mlir::Value batched(Node &node, mlir::Value value,
                    llvm::ArrayRef<int64_t> shape, const MatMulShape &s);

/// FlatChannels where `a` is a flattened image and the rows of the constant
/// matrix `b` can be permuted to its order; Natural otherwise.
Layout flatOperand(const Tensor &a, const Tensor &b);

/// The matrix [K, N] (or [N, K] if `transposed`) as [1, K, N], with rows in the
/// order of `a` in `layout`.
Relayout matrixRelayout(const Tensor &a, Layout layout, int64_t k, int64_t n,
                        bool transposed);

} // namespace qs::importer

#endif // QS_LIB_IMPORT_ONNX_MATMULOPS_H
