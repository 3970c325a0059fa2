//===- Recipe.h - What the user wants of each layer -------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The YAML recipe (version 1):
///
///   version: 1
///   calibration: {method: kl}      # minmax | percentile | mse | kl | pact
///   defaults:
///     weights:     {code: int8, scale: axis}
///     activations: {code: uint8, scale: tensor}
///     equalize: cross_layer        # none | cross_layer | smoothquant | awq
///   layers:                        # the first match wins
///     - match: "conv1*"            # glob on the layer's name, and/or
///       op: conv                   # the kind of operation
///       weights: {code: f32}
///       accumulator: {type: f16, chunk: 64}   # or by its type alone: i32
///     - match: "fc*"
///       weights: {code: int4, scale: group32, quantizer: "gptq:mse"}
///       activations: {code: uint4, calibration: pact}
///       equalize: {method: smoothquant, alpha: 0.75, factors: pow2}
///     - op: matmul
///       weights: {code: ternary, packing: fives}   # or planes
///     - match: "fc3"
///       weights: {code: codebook4, pruned: true}   # 0 is kept out of training
///     - op: add
///       activations: {rounding: stochastic, seed: 3}   # or half_even
///
/// Parsing checks the whole file: keys, values, combinations. An error has the
/// form `file:line: message` and says what is allowed. Names that recipes may
/// hold but nothing implements yet pass; checkImplemented() refuses them where
/// they are used, so a rule that matches no layer does no harm.
///
/// `calibration` of activations is a method by itself or a mapping as at the
/// top level; `equalize` is a method by itself or a mapping with what belongs
/// to it.
///
/// What a layer's rule leaves out comes from `defaults`, and what those leave
/// out is: weights int8 axis, activations uint8 tensor, pattern dense.
///
//===----------------------------------------------------------------------===//

#ifndef QS_SUPPORT_RECIPE_H
#define QS_SUPPORT_RECIPE_H

#include "qs/Numerics/Calibrate.h"
#include "qs/Numerics/Equalize.h"
#include "qs/Numerics/KMeans.h"
#include "qs/Numerics/Pattern.h"
#include "qs/Numerics/Scale.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <optional>
#include <string>
#include <vector>

namespace qs {

/// `tensor` or `scale`, with an optional `:i8` (or `:int8`), `:f16`, `:f32`.
struct CodebookSpec {
  bool perScale = false;
  num::CodebookStorage storage = num::CodebookStorage::Int8;
};

/// How a linear layer sums: `iN` or a float format, and for those how.
struct AccumulatorSpec {
  std::string type;
  uint64_t chunk = 0;
  bool strided = false, fused = false;
  std::optional<uint64_t> seed;

  bool isInteger() const { return type.front() == 'i'; }
};

/// How ranges are chosen.
struct CalibrationSpec {
  num::CalibrationMethod method = num::CalibrationMethod::MinMax;
  double percentile = 99.99; ///< of the method percentile

  /// `kl`, `percentile:99.9`: as observers carry it.
  std::string toString() const;
  static std::optional<CalibrationSpec> parse(llvm::StringRef text);
};

/// The fold in front of quantization that a layer takes part in.
struct EqualizeSpec {
  num::Equalization method = num::Equalization::None;
  double alpha = 0.5; ///< of smoothquant
  /// Factors are powers of two, so that the float function keeps every bit.
  bool exact = false;
  bool operator==(const EqualizeSpec &o) const {
    return method == o.method && alpha == o.alpha && exact == o.exact;
  }
};

/// How one tensor is stored. For each of code, scale and pattern an `auto`
/// lets the compiler choose; the field beside it then holds a default.
struct TensorChoice {
  std::string code = "int8"; ///< a name of Numerics/Code.h, or `auto`
  num::ScaleSpec scale;
  num::PatternSpec pattern;
  bool autoScale = false, autoPattern = false;
  std::string saliency = "magnitude"; ///< magnitude wanda taylor obs
  double sparsity = 0;                ///< of block and channel patterns
  /// Weights: num::parseQuantizer(); empty for the method that suits the code.
  /// Activations of a code of 1 and -1: `none` (or empty), they are these
  /// numbers, or `xnor`, with XNOR-Net's scales of run time.
  std::string quantizer;
  /// Weights of a code with parameters: which of them share a codebook (the
  /// tensor, or what shares a scale), and how its entries are stored.
  CodebookSpec codebook;
  /// Weights: five words in a byte (`packing: fives`), which codes of three
  /// words take (num::hasThreeWords()); else each in its own bits.
  bool fives = false;
  /// Weights: those that are 0 were pruned (`pruned: true`). They stay exactly
  /// 0 and train neither scale nor codebook; a trained codebook leaves word 0
  /// to them.
  bool pruned = false;
  bool dynamic = false; ///< activations: quantized at run time
  /// `rounding: stochastic` and its `seed`, of which each tensor makes one of
  /// its own (seedFor()); else to nearest, ties to even.
  bool stochastic = false;
  uint64_t seed = 0;
  /// Activations: where it differs from the recipe's.
  std::optional<CalibrationSpec> calibration;

  bool autoCode() const { return code == "auto"; }
  /// The seed of a tensor called `name`, where it is rounded at random.
  std::optional<uint64_t> seedFor(llvm::StringRef name) const;
  /// True for f32: the layer stays float.
  bool isFloat() const;
};

/// What a rule says about a tensor: std::nullopt where it says nothing.
struct TensorRule {
  std::optional<std::string> code, saliency, quantizer;
  std::optional<CodebookSpec> codebook;
  std::optional<CalibrationSpec> calibration;
  std::optional<num::ScaleSpec> scale;
  std::optional<num::PatternSpec> pattern;
  std::optional<bool> autoScale, autoPattern, dynamic, fives, pruned,
      stochastic;
  std::optional<uint64_t> seed;
  std::optional<double> sparsity;

  void applyTo(TensorChoice &choice) const;
};

struct LayerRule {
  std::string match; ///< glob (`*`, `?`, `[abc]`); empty matches every name
  std::string op;    ///< one of opKinds(); empty matches every operation
  TensorRule weights, activations;
  std::optional<AccumulatorSpec> accumulator;
  std::optional<EqualizeSpec> equalize;
  unsigned line = 0;
};

/// What holds for one layer.
struct LayerChoice {
  TensorChoice weights, activations;
  /// Of linear layers; nothing where the recipe does not say.
  std::optional<AccumulatorSpec> accumulator;
  EqualizeSpec equalize;
  /// Line of the rule that matched; 0 where the defaults hold.
  unsigned line = 0;
  /// True where a rule for exactly this name (no glob, no `op:` alone) gives
  /// the scale of the weights: then it cannot give way.
  bool namedWeightScale = false;
};

struct Recipe {
  CalibrationSpec calibration;
  TensorRule weightDefaults, activationDefaults;
  std::optional<AccumulatorSpec> accumulatorDefault;
  EqualizeSpec equalizeDefault;
  unsigned defaultsLine = 0; ///< 0 where the recipe has none
  std::vector<LayerRule> layers;
  /// File name and text as read, for provenance; empty for the built-in one.
  std::string file, text;

  /// What holds for the layer `name`, an operation of kind `op` (one of
  /// opKinds()): the first rule that matches, over the defaults.
  LayerChoice resolve(llvm::StringRef name, llvm::StringRef op) const;
  /// True where some rule equalizes.
  bool equalizes() const;
};

/// The kinds that `op:` takes: `conv` (grouped ones too), `depthwise`,
/// `matmul`, ...
llvm::ArrayRef<llvm::StringRef> opKinds();

/// `name` stands in front of errors.
llvm::Expected<Recipe> parseRecipe(llvm::StringRef text, llvm::StringRef name);
llvm::Expected<Recipe> readRecipe(llvm::StringRef path);

/// Refuses what is legal in a recipe and not implemented: `layer 'fc1':
/// pattern '2:4' of weights is not implemented yet`. Codes that the dialect
/// does not have are refused by the passes.
llvm::Error checkImplemented(const LayerChoice &choice, llvm::StringRef layer);

} // namespace qs

#endif // QS_SUPPORT_RECIPE_H
