//===- FoldSite.h - where the factors of a layer go -------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// A factor for each channel of a tensor: the layers that take it multiply the
/// weights of their input channels, and what makes it divides by the same.
/// Between them may stand what commutes with positive factors for each channel
/// (ReLU, pooling, padding by zero, moves that keep channels together); then
/// the network computes the same function.
///
//===----------------------------------------------------------------------===//

#ifndef QS_LIB_DIALECT_QS_TRANSFORMS_QUANTIZE_FOLDSITE_H
#define QS_LIB_DIALECT_QS_TRANSFORMS_QUANTIZE_FOLDSITE_H

#include "qs/Dialect/QS/Transforms/Utils/FloatLinear.h"
#include <optional>
#include <string>
#include <vector>

namespace qs {

struct FoldSite {
  /// The layers that take the tensor, all of them with constant weights.
  llvm::SmallVector<FloatLinear> consumers;
  /// Factors: channel c of the tensor has factor c % period. A flattened image
  /// has fewer than channels.
  int64_t period = 0;
  /// What divides: a linear layer with constant weights, or a product with a
  /// constant for each channel (the gain of a norm), or null.
  std::optional<FloatLinear> producer;
  mlir::Operation *gain = nullptr;
  /// Constants added behind it, divided too.
  llvm::SmallVector<mlir::Operation *> shifts;
  /// Why nothing divides.
  std::string why;

  /// The site of a layer's input. Nothing, with the reason in `why`, where the
  /// tensor has takers that cannot multiply.
  static std::optional<FoldSite> find(const FloatLinear &layer,
                                      std::string &why);

  bool canDivide() const { return producer || gain; }
  /// What divides, for remarks.
  mlir::Operation *divider() const { return producer ? producer->op : gain; }

  /// Largest magnitude of the consumers' weights for each factor.
  std::vector<float> consumerMax() const;
  /// The same of the producer's, where it is a layer.
  std::vector<float> producerMax() const;

  /// Multiplies and divides. Where nothing divides, a `tosa.mul` in front of
  /// each consumer does. The views hold the new constants afterwards.
  void fold(llvm::ArrayRef<float> factors);

private:
  void divide(mlir::OpBuilder &b, llvm::ArrayRef<float> factors);
};

} // namespace qs

#endif // QS_LIB_DIALECT_QS_TRANSFORMS_QUANTIZE_FOLDSITE_H
