//===- ScaleLimits.h - scales that their storage cannot hold ----*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_LIB_DIALECT_QS_TRANSFORMS_QUANTIZE_SCALELIMITS_H
#define QS_LIB_DIALECT_QS_TRANSFORMS_QUANTIZE_SCALELIMITS_H

#include "WeightJob.h"

namespace qs {

/// Warns, once for a layer, of scales that the weights need and their storage
/// does not hold: weights saturate below it or vanish; and of weights that
/// saturate in a float code of their own, which has no scale; and of factors of
/// a batch norm that weights without scales lose. Names the layer, the first
/// output channel, what was expected and what was stored.
void warnOfLostWeights(const WeightJob &job, const WeightCodes &codes);

/// The same for the scale of a tensor that an observer saw: `needed` is what
/// f32 would hold.
void warnOfLostRange(mlir::Location loc, llvm::StringRef tensor,
                     mlir::Type storage, float needed);

} // namespace qs

#endif // QS_LIB_DIALECT_QS_TRANSFORMS_QUANTIZE_SCALELIMITS_H
