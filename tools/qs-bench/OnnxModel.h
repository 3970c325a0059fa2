//===- OnnxModel.h - Writes one matrix multiply as ONNX ----------*- C++
//-*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_TOOLS_QS_BENCH_ONNXMODEL_H
#define QS_TOOLS_QS_BENCH_ONNXMODEL_H

#include "Data.h"

namespace qs::bench {

/// The bytes of an ONNX model (opset 13) of a matrix multiply: input `x` [M,
/// K], output `y` [M, N], constant weights. Floats by MatMul; bytes by
/// QLinearMatMul with a scale for each column, which has no bias.
std::string matmulModel(const Case &c, const Data &data);

} // namespace qs::bench

#endif // QS_TOOLS_QS_BENCH_ONNXMODEL_H
