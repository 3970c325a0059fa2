//===- Equalize.h - Factors that move range between tensors -----*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Factors for input or output channels of a layer that leave its float
/// function unchanged (what is multiplied here is divided there) and make it
/// easier to quantize, and the clip of activations.
///
///   smoothQuantFactors   Xiao et al.: SmoothQuant, 2022
///   searchAwq            Lin et al.: AWQ, 2023
///   equalizationFactors  Nagel et al.: Data-Free Quantization Through Weight
///                        Equalization and Bias Correction, 2019
///   pactClip             Choi et al.: PACT, 2018, from data instead of
///   training
///
/// Weights are [N, K], row major, a row for each output channel.
///
//===----------------------------------------------------------------------===//

#ifndef QS_NUMERICS_EQUALIZE_H
#define QS_NUMERICS_EQUALIZE_H

#include "qs/Numerics/Gptq.h"

namespace qs::num {

enum class Equalization : uint8_t { None, CrossLayer, SmoothQuant, AWQ };

/// `none`, `cross_layer`, `smoothquant`, `awq`.
const char *toString(Equalization method);
std::optional<Equalization> parseEqualization(std::string_view text);

/// The power of two whose logarithm is nearest: multiplying and dividing by it
/// loses nothing, so that a fold by it leaves every bit of a float function.
float nearestPowerOfTwo(float factor);

/// s_k = max|X_k|^alpha / max|W_k|^(1 - alpha) for each input channel k. Inputs
/// are divided by s, the columns of W multiplied: at alpha = 1/2 both then have
/// the same largest magnitude, sqrt(max|X_k| max|W_k|). Channels where either
/// is 0 keep factor 1. alpha in [0, 1].
std::vector<float> smoothQuantFactors(const std::vector<float> &inputMax,
                                      const std::vector<float> &weightMax,
                                      double alpha = 0.5);

/// The largest magnitude of each column of W.
std::vector<float> columnMax(const float *weights, size_t n, size_t k);

/// Rounds [N, K] weights to what they would be stored as; false, with a text in
/// `error`, where the code does not allow it.
using RoundMatrix =
    std::function<bool(const std::vector<float> &weights,
                       std::vector<float> &rounded, std::string &error)>;

struct AwqOptions {
  unsigned steps = 20;
  /// Factors are powers of two.
  bool exact = false;
};

struct AwqResult {
  double alpha = 0;
  /// For each input channel: W is multiplied by it before quantization, the
  /// input divided.
  std::vector<float> factors;
  double error = 0;      ///< |X (W - Q(W s) / s)^T|^2 for these factors
  double plainError = 0; ///< the same for factors of 1
};

/// s = meanMagnitude^alpha for the alpha of 0, 1/steps, ... 1 with the least
/// error of the layer's output, scaled so that sqrt(max s * min s) = 1. alpha =
/// 0 is plain rounding and wins ties. `inputMean` is mean|X_k|; channels with 0
/// keep factor 1. Columns with equal means get equal factors. std::nullopt
/// where `round` is false.
std::optional<AwqResult>
searchAwq(const float *weights, size_t n, const Hessian &hessian,
          const std::vector<float> &inputMean, const RoundMatrix &round,
          const AwqOptions &options, std::string &error);

/// The same with the rounding of quantizeGroups().
std::optional<AwqResult>
searchAwq(const float *weights, size_t n, const Hessian &hessian,
          const std::vector<float> &inputMean, const Code &code,
          const GroupOptions &options, std::string &error, unsigned steps = 20);

/// Two layers with a positively homogeneous function between them (ReLU, none):
/// channel c of the first one's output is divided by s_c (weights and bias),
/// the second one's input channel multiplied. s_c = sqrt(r1 r2) / r2 with r1
/// and r2 the largest magnitudes of the channel's weights in the first and
/// second layer: both become sqrt(r1 r2). Where either is 0, 1.
std::vector<float> equalizationFactors(const std::vector<float> &firstMax,
                                       const std::vector<float> &secondMax);

/// The clip a of y = clip(x, 0, a), quantized to round(y (2^bits - 1) / a)
/// steps, with the least  sum count (x - y_q)^2 + penalty * total count * a^2
/// over the positive side of a histogram whose bin i stands for (i + 1/2) *
/// binWidth. `penalty` is PACT's L2 regularisation of a. Clips at bin edges are
/// compared; ties go to the largest. 0 where the histogram is empty.
/// bits 1..16.
double pactClip(const std::vector<uint64_t> &counts, double binWidth,
                unsigned bits, double penalty = 0);

} // namespace qs::num

#endif // QS_NUMERICS_EQUALIZE_H
