//===- Depthwise.h - Generator of depthwise convolutions --------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_CONVERSION_QSTOVECTOR_DEPTHWISE_H
#define QS_CONVERSION_QSTOVECTOR_DEPTHWISE_H

#include "qs/Conversion/QSToVector/Gemm.h"
#include "qs/Target/Native/QuadLayout.h"

namespace qs::vec {

/// A depthwise convolution over [batch, height, width, channels], already
/// padded, by weights [kernel[0], kernel[1], channels].
struct DepthwiseProblem {
  int64_t batch = 1, height = 0, width = 0, channels = 0;
  std::array<int64_t, 2> kernel = {1, 1};
  std::array<int64_t, 2> stride = {1, 1};
  std::array<int64_t, 2> dilation = {1, 1};
  std::array<int64_t, 2> out = {0, 0};
  /// Lines of the result are shared by as many threads (scf.parallel).
  int64_t threads = 1;
  bool signedRows = false;
  /// How integer weights are stored, and whether sums are i64.
  StoredWeights stored;
  bool wide = false;
  bool bias = false;
  Epilogue epilogue;
  /// How f32 rows and weights are summed where that is stated, and what their
  /// products have in common.
  std::optional<num::Accumulation> sums;
  std::optional<num::NumberSpan> product;

  /// Of one image.
  double products() const {
    return double(out[0]) * out[1] * channels * kernel[0] * kernel[1];
  }
};

/// Emits the loops at the insertion point: one vector of neighbouring channels
/// by several pixels of a row, the taps unrolled. Rows are i8 of either sign,
/// i16 or f32.
void emitDepthwise(mlir::OpBuilder &b, mlir::Location loc,
                   const native::Target &target,
                   const DepthwiseProblem &problem,
                   const GemmOperands &operands);

/// The same by dots of four bytes, for weights in the quad layout. Rows are
/// unsigned bytes.
void emitDepthwiseQuads(mlir::OpBuilder &b, mlir::Location loc,
                        const DepthwiseProblem &problem,
                        const native::QuadLayout &layout,
                        const GemmOperands &operands);

} // namespace qs::vec

#endif // QS_CONVERSION_QSTOVECTOR_DEPTHWISE_H
