//===- WeightCodes.h - words, scales, codebooks of a weight -----*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_LIB_DIALECT_QS_TRANSFORMS_QUANTIZE_WEIGHTCODES_H
#define QS_LIB_DIALECT_QS_TRANSFORMS_QUANTIZE_WEIGHTCODES_H

#include "qs/Dialect/QS/Transforms/Utils/FloatLinear.h"
#include "qs/Numerics/WeightQuantizer.h"
#include "qs/Support/Recipe.h"
#include <optional>

namespace qs {

/// What a weight tensor is stored as; `scales` has an element for each of them,
/// in the order of their tensor.
struct WeightCodes {
  std::vector<int32_t> words;
  std::vector<float> scales;
  /// Scales of two levels: a power of two for the tensor, so that the product
  /// of both is exact.
  float tensorScale = 1;
  /// Entries of one codebook, or of one for each scale; empty for most codes.
  std::vector<float> codebook;
  /// One for each scale, for unsigned integers only.
  std::vector<int32_t> zeroPoints;
};

/// The method that suits a code and its scales where the recipe names none.
std::string defaultQuantizer(const num::Code &code,
                             const num::ScaleSpec &scale);

/// Whether a quantizer looks at the layer's inputs.
enum class InputUse {
  None,
  Wanted, ///< where calibration has them: the default of coarse codes
  Needed, ///< the recipe says so
};
InputUse inputUse(const TensorChoice &choice, const num::Code &code);

/// The method that the recipe's quantizer has for scales.
std::string scaleMethod(const TensorChoice &choice, const num::Code &code);

/// False, with an error, where the code has no negative numbers and the weights
/// do: only integers have zero points that could make up for it, with a scale
/// (`mayShift`).
bool checkSigns(const std::vector<float> &values, const num::Code &code,
                bool mayShift, std::string &error);
/// False, with an error, where the method does not take the code.
bool checkMethod(const std::string &method, const num::Code &code,
                 std::string &error);

/// Codes `values`; `scaleOf[i]` is the scale that element i uses, of `scales`
/// many. Nothing, with the reason in `error`, where the recipe's method does not
/// take the code.
std::optional<WeightCodes> codeWeights(const std::vector<float> &values,
                                       const std::vector<int64_t> &scaleOf,
                                       size_t scales,
                                       const TensorChoice &choice,
                                       const num::Code &code,
                                       std::string &error);

/// Raises the scales of weights of a small float by powers of two until no sum
/// with the largest activations leaves the numbers of a float accumulator: the
/// weights keep their precision but for the smallest. Other codes, and
/// activations that are stored by conversion, leave them as they are.
void fitAccumulator(const FloatLinear &linear, QuantType type,
                    const std::vector<float> &values,
                    AccumulatorAttr accumulator, QuantType activation,
                    WeightCodes &made);

} // namespace qs

#endif // QS_LIB_DIALECT_QS_TRANSFORMS_QUANTIZE_WEIGHTCODES_H
