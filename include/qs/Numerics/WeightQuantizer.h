//===- WeightQuantizer.h - Scales and codebooks for weights -----*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// How a run of weights that share one scale becomes patterns of a code: a
/// method, chosen by name, gives the scale (and the codebook, where the code
/// has one), and what the weights are stored as.
///
///   w  ~  f32(decode(pattern)) * effectiveScale
///   effectiveScale = f32(scale * tensorScale)
///
/// `scale` is a number that the storage format holds, legal as f32; tensorScale
/// is 1 except for scales of two levels. All quotients are f32, as in
/// qs.quantize.
///
///   method          codes        what it does
///   absmax          all          the largest magnitude becomes the largest
///   value mse             all          the scale with the least squared error
///   mx              all          power of two by the exponent of the largest
///                                magnitude (OCP Microscaling Formats 1.0)
///   nvfp4           all          absmax, stored as e4m3 below a tensor scale
///   twn             ternary      threshold 0.7 mean|w|, scale the mean beyond
///   it
///                                (Li, Zhang, Liu: Ternary Weight Networks,
///                                2016)
///   twn_exact       ternary      the optimum of what TWN approximates
///   absmean         ternary      mean|w|, then round (Ma et al.: The Era of
///   1-bit
///                                LLMs, BitNet b1.58, 2024)
///   mean            binary       mean|w|, the optimum (Rastegari et al.:
///                                XNOR-Net, 2016: BWN)
///   ttq             codebook2    threshold 0.05 max|w|, a scale for each sign
///                                (Zhu et al.: Trained Ternary Quantization,
///                                2017)
///   kmeans          codebookB    the optimal codebook (KMeans.h)
///   kmeans_linear, kmeans_density, kmeans_random
///                   codebookB    Lloyd (Han et al.: Deep Compression, 2016)
///
/// `mse` looks at scales from 1/64 of absmax to that which puts the largest
/// weight on the code's least number, so that it suits codes whose numbers are
/// densest far below the greatest one.
///
/// TTQ is a ternary code with two scales {-Wn, 0, Wp}. A codebook of the
/// entries 0, Wp, 0, -Wn says the same with the patterns of `ternary`. "All"
/// codes are bound and have a scale, i.e. are not isFloat().
///
//===----------------------------------------------------------------------===//

#ifndef QS_NUMERICS_WEIGHTQUANTIZER_H
#define QS_NUMERICS_WEIGHTQUANTIZER_H

#include "qs/Numerics/Affine.h"
#include "qs/Numerics/KMeans.h"

namespace qs::num {

/// Weights that share one scale.
struct WeightRun {
  const float *values = nullptr;
  size_t count = 0;
  /// A number of at least 0 for each value, the weight of its squared error;
  /// null for all 1 (also where all are 0).
  const float *importance = nullptr;
};

struct WeightOptions {
  ScaleStorage storage = ScaleStorage::F32;
  /// The other factor of scales in two levels; legal as a scale.
  float tensorScale = 1;
  Rounding rounding = Rounding::HalfEven;
  /// Signed integer codes without their lowest level (restrictedRange()).
  bool restricted = true;
  /// For the methods that train a codebook; their names set the method.
  KMeansOptions kmeans;
  CodebookStorage codebookStorage = CodebookStorage::F32;
  /// Weights that are 0 are pruned: they take no part in the choice of scale or
  /// codebook and stay 0. K-means leaves word 0 of a codebook to them
  /// (makePrunedCodebook()). The code must have a 0 (hasZero()).
  bool pruned = false;
};

struct WeightResult {
  float scale = 1;
  float effectiveScale = 1;
  /// The entries of the code, where the method made them.
  std::vector<double> codebook;
  /// One for each weight.
  std::vector<uint32_t> patterns;
  /// The sum of importance * (w - what w is stored as)^2.
  double error = 0;
};

/// All-zero runs get scale 1. std::nullopt and a text in `error` for an unknown
/// method, a code that it does not take, weights that are not finite.
std::optional<WeightResult>
quantizeWeights(const WeightRun &run, const Code &code, std::string_view method,
                const WeightOptions &options, std::string &error);

/// Whether 0 is among the numbers of a bound code; true for codebooks that are
/// not bound, whose entries are trained.
bool hasZero(const Code &code);

/// A codebook for pruned weights: word 0 stands for 0 and is for numbers that
/// are 0 alone, every other number goes to one of the entries behind it.
/// `entries[0]` must be 0. Null and a text in `error` as Code::bind().
std::unique_ptr<Code> makePrunedCodebook(const Code &codebook,
                                         const std::vector<double> &entries,
                                         std::string &error);

/// The names of all methods.
std::vector<std::string> weightMethods();
/// The same, for error texts.
std::string allowedWeightMethods();
/// Whether the method exists and takes the code (bound or not).
bool takesCode(std::string_view method, const Code &code);
/// Whether the code is small integers in three words of 2 bits, five of which
/// fit a byte.
bool hasThreeWords(const Code &code);

/// Scale and zero point of weights in unsigned integers with the least squared
/// error: both ends of [min(w, 0), max(w, 0)] times k/64, then each end alone.
AffineParams searchAffine(const WeightRun &run, LevelRange levels,
                          ScaleStorage storage = ScaleStorage::F32);

/// What recipes call a quantizer: a method, or `gptq` or `gptq:METHOD`, which
/// rounds with error feedback on the scales that the method gives.
struct QuantizerSpec {
  bool feedback = false;
  std::string method; ///< empty for the one that suits the code
};
/// std::nullopt for names that are none.
std::optional<QuantizerSpec> parseQuantizer(std::string_view text);
/// For error texts: the methods, gptq, and how both combine.
std::string allowedQuantizers();

/// The tensor scale of NVFP4, with which the group of the largest magnitude
/// gets the largest scale of e4m3: amax / (448 * the code's largest value), 1
/// for 0.
float twoLevelTensorScale(float amax, const Code &code);

} // namespace qs::num

#endif // QS_NUMERICS_WEIGHTQUANTIZER_H
