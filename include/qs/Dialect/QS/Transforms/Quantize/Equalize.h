//===- Equalize.h - folds in front of quantization --------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_DIALECT_QS_TRANSFORMS_QUANTIZE_EQUALIZE_H
#define QS_DIALECT_QS_TRANSFORMS_QUANTIZE_EQUALIZE_H

#include "qs/Dialect/QS/Transforms/Calibrate/Calibrate.h"
#include "qs/Support/Recipe.h"

namespace qs {

/// Data for the folds that look at activations.
struct EqualizeData {
  /// Null where there are none.
  const NpzFile *samples = nullptr;
  EngineMaker makeEngine;
  /// See `calibrate`.
  uint64_t statisticsLimit = kStatisticsLimit;
};

/// Folds factors between layers as the recipe says for each; see the pass
/// `qs-equalize`. Returns how many tensors were given factors. Fails, with a
/// diagnostic, where a fold needs data and there are none.
llvm::FailureOr<unsigned> equalize(mlir::ModuleOp module, const Recipe &recipe,
                                   const EqualizeData &data);

} // namespace qs

#endif // QS_DIALECT_QS_TRANSFORMS_QUANTIZE_EQUALIZE_H
