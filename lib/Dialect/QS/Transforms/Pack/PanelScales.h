//===- PanelScales.h - Numbers of columns and runs in panel order -*- C++
//-*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a packed kernel reads beside the weights of a run, one number for each
// column: scales of groups, and what zero points add to their sums.
//
//===----------------------------------------------------------------------===//

#ifndef QS_LIB_DIALECT_QS_TRANSFORMS_PACK_PANELSCALES_H
#define QS_LIB_DIALECT_QS_TRANSFORMS_PACK_PANELSCALES_H

#include "Linear.h"
#include "qs/Target/Native/PackedLayout.h"

namespace qs::pack {

/// Numbers by [column][run]; columns count over all groups of a convolution.
using ColumnRuns = std::vector<std::vector<float>>;

/// Scales in panel order as `storage` holds them exactly, bytes where that has
/// 8 bits: an arith.constant of rank 1.
mlir::Value makePanelScales(mlir::OpBuilder &b, mlir::Location loc,
                            const native::PackedLayout &layout,
                            const ColumnRuns &scales, mlir::Type storage);

/// Zero points of groups in panel order, bytes or i32: an arith.constant of
/// rank 1.
mlir::Value makePanelZeros(mlir::OpBuilder &b, mlir::Location loc,
                           const native::PackedLayout &layout,
                           const std::vector<std::vector<int32_t>> &zeros,
                           bool bytes);

/// -offset * (sum of the levels of a run), i32 (or i64 where `wide`) in panel
/// order; null where `offset` is 0. `levels` is the logical tensor, decoded,
/// row major.
mlir::Value makeGroupBias(mlir::OpBuilder &b, mlir::Location loc,
                          GemmLayoutAttr attr, mlir::RankedTensorType logical,
                          llvm::ArrayRef<int32_t> levels, int64_t offset,
                          bool wide = false);

/// i32 of the values modulo 2^32, or i64: an arith.constant of rank 1.
mlir::Value makeIntegers(mlir::OpBuilder &b, mlir::Location loc, bool wide,
                         llvm::ArrayRef<int64_t> values);

/// Calls `visit(position, column, position in its reduction)` for each element
/// of a tensor whose columns lie along `axis`.
void forEachColumn(llvm::ArrayRef<int64_t> shape, int64_t axis,
                   llvm::function_ref<void(int64_t, int64_t, int64_t)> visit);

} // namespace qs::pack

#endif // QS_LIB_DIALECT_QS_TRANSFORMS_PACK_PANELSCALES_H
