//===- EqualizeFactors.h - factors of each method ---------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_LIB_DIALECT_QS_TRANSFORMS_QUANTIZE_EQUALIZEFACTORS_H
#define QS_LIB_DIALECT_QS_TRANSFORMS_QUANTIZE_EQUALIZEFACTORS_H

#include "FoldSite.h"
#include "LayerChoices.h"
#include "qs/Dialect/QS/Transforms/Calibrate/CollectInputs.h"

namespace qs {

/// Cross-layer equalization between the site's producer and its consumers, one
/// factor for each of the period.
std::vector<float> crossLayerFactors(const FoldSite &site,
                                     const EqualizeSpec &spec);

/// SmoothQuant or AWQ by what the consumers took. Empty, with the reason in
/// `why`, where the method does not apply; failure after a diagnostic.
llvm::FailureOr<std::vector<float>> inputFactors(const FoldSite &site,
                                                 const LayerChoices &choices,
                                                 const EqualizeSpec &spec,
                                                 const LayerInputs &inputs,
                                                 std::string &why);

} // namespace qs

#endif // QS_LIB_DIALECT_QS_TRANSFORMS_QUANTIZE_EQUALIZEFACTORS_H
