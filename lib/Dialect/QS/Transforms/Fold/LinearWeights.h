//===- LinearWeights.h - constant weights on their way to qs ----*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_LIB_DIALECT_QS_TRANSFORMS_FOLD_LINEARWEIGHTS_H
#define QS_LIB_DIALECT_QS_TRANSFORMS_FOLD_LINEARWEIGHTS_H

#include "Folders.h"
#include "qs/Dialect/QS/Transforms/Utils/FloatLinear.h"

namespace qs::fold {

/// A constant weight in the order of the float weight: its words, the levels
/// they stand for in units of the scale, and a scale and zero point for each
/// output channel. Weights with scales of groups along the reduction have one
/// unit, that of the code, as scale, and may have a zero point for each group.
struct Weights {
  QuantType type;
  std::vector<int32_t> words, levels;
  std::vector<double> scales;
  std::vector<int32_t> zeroPoints;
  bool perChannel = false;
  std::vector<float> groupScales;
  std::vector<int32_t> groupZeroPoints;
  /// Of groups, one for each element.
  std::vector<int32_t> zeroOf;
  mlir::Value codebook;

  /// The level of element `i`, of output channel `c`, less its zero point.
  int32_t difference(size_t i, int64_t c) const {
    return levels[i] - (zeroOf.empty() ? zeroPoints[c] : zeroOf[i]);
  }
  bool hasGroups() const { return !groupScales.empty(); }
};

/// Reads `dequantize(constant)`, scaled per tensor, per output channel, or in
/// groups along the reduction; nothing, with the reason, for other weights.
/// With `numbers` they are to be summed as numbers: any code will do, there are
/// no levels, and scales do not hold the unit of the code.
std::optional<Weights> readWeights(const FloatLinear &linear, bool numbers,
                                   std::string &why);

/// The constant, the scales of groups (or null), the zero points and the
/// codebook (or null) in the layout of the qs op. Zero points are of rank 0
/// where all are equal, of the shape of the scales where groups have their own.
mlir::Value makeWeight(mlir::OpBuilder &b, const FloatLinear &linear,
                       const Weights &w);
mlir::Value makeGroupScales(mlir::OpBuilder &b, const FloatLinear &linear,
                            const Weights &w);
mlir::Value makeWeightZeroPoint(mlir::OpBuilder &b, const FloatLinear &linear,
                                const Weights &w);
mlir::Value makeCodebook(mlir::OpBuilder &b, const FloatLinear &linear,
                         const Weights &w);

} // namespace qs::fold

#endif // QS_LIB_DIALECT_QS_TRANSFORMS_FOLD_LINEARWEIGHTS_H
