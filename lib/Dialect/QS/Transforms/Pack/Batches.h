//===- Batches.h - Matrix products whose weights have a batch ---*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_LIB_DIALECT_QS_TRANSFORMS_PACK_BATCHES_H
#define QS_LIB_DIALECT_QS_TRANSFORMS_PACK_BATCHES_H

#include "Linear.h"

namespace qs::pack {

/// Replaces a matrix product of constant weights [batch.., K, N] (or [.., N,
/// K]) by a convolution of 1x1 whose groups are the batch, between
/// transpositions of rows and batch; null where it is none, or for the reason
/// in `why`.
Conv2DOp groupBatches(const Linear &linear, std::string &why);

/// A tensor of the same elements in order.
mlir::Value reshapeTo(mlir::OpBuilder &b, mlir::Location loc, mlir::Value value,
                      llvm::ArrayRef<int64_t> to);
/// Elements [outer, inner, size] as [inner, outer, size].
mlir::Value exchangeOuter(mlir::OpBuilder &b, mlir::Location loc,
                          mlir::Value value, int64_t outer, int64_t inner,
                          int64_t size);
/// The bias of each column once for each of the batch; null where it is not
/// constant and there are several.
mlir::Value repeatBias(mlir::OpBuilder &b, mlir::Value bias, int64_t batch);

} // namespace qs::pack

#endif // QS_LIB_DIALECT_QS_TRANSFORMS_PACK_BATCHES_H
