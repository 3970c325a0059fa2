//===- RecipeTest.cpp - Recipes: meaning and errors
//------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Support/Recipe.h"
#include "../Numerics/Oracle.h"
#include "qs/Numerics/WeightQuantizer.h"

#include <gtest/gtest.h>

using namespace qs;
using namespace qs::num;

static const char *const kExample = R"(version: 1
calibration: {method: kl}            # minmax | percentile | mse | kl
defaults:
  weights:     {code: int8, scale: axis}
  activations: {code: uint8, scale: tensor}
layers:
  - match: "conv1*"
    weights: {code: f32}
    activations: {code: f32}
  - match: "fc*"
    weights: {code: codebook4, scale: group32, pattern: "2:4", saliency: wanda}
)";

static Recipe parse(const std::string &text) {
  llvm::Expected<Recipe> recipe = parseRecipe(text, "r.yaml");
  if (recipe)
    return *recipe;
  ADD_FAILURE() << llvm::toString(recipe.takeError());
  return {};
}

static std::string errorOf(const std::string &text) {
  llvm::Expected<Recipe> recipe = parseRecipe(text, "r.yaml");
  if (recipe)
    return "no error";
  return llvm::toString(recipe.takeError());
}

TEST(Recipe, Accumulators) {
  Recipe recipe =
      parse("version: 1\n"
            "defaults:\n"
            "  accumulator: i32\n"
            "layers:\n"
            "- match: a\n"
            "  accumulator: {type: e6m9, chunk: 64, order: strided, "
            "fused: true, seed: 18446744073709551615}\n"
            "- match: b\n"
            "  weights: {code: int4}\n");
  AccumulatorSpec a = *recipe.resolve("a", "conv").accumulator;
  EXPECT_EQ(a.type, "e6m9");
  EXPECT_EQ(a.chunk, 64u);
  EXPECT_TRUE(a.strided && a.fused && !a.isInteger());
  EXPECT_EQ(a.seed, UINT64_MAX);
  AccumulatorSpec b = *recipe.resolve("b", "conv").accumulator;
  EXPECT_EQ(b.type, "i32");
  EXPECT_TRUE(b.isInteger() && !b.fused && !b.seed && b.chunk == 0);
  EXPECT_FALSE(parse("version: 1\n").resolve("a", "conv").accumulator);
}

TEST(Recipe, TheExample) {
  Recipe recipe = parse(kExample);
  EXPECT_EQ(recipe.calibration.method, CalibrationMethod::KL);
  EXPECT_EQ(recipe.layers.size(), 2u);
  EXPECT_EQ(recipe.text, kExample);
  LayerChoice conv = recipe.resolve("conv1_a", "conv");
  EXPECT_TRUE(conv.weights.isFloat() && conv.activations.isFloat());
  EXPECT_EQ(conv.line, 7u);
  EXPECT_FALSE(bool(checkImplemented(conv, "conv1_a")));
  LayerChoice fc = recipe.resolve("fc2", "matmul");
  EXPECT_EQ(fc.weights.code, "codebook4");
  EXPECT_EQ(num::toString(fc.weights.scale), "group32");
  EXPECT_EQ(num::toString(fc.weights.pattern), "2:4");
  EXPECT_EQ(fc.weights.saliency, "wanda");
  EXPECT_EQ(fc.activations.code, "uint8");
  EXPECT_EQ(llvm::toString(checkImplemented(fc, "fc2")),
            "layer 'fc2': pattern '2:4' of weights is not implemented yet, "
            "expected dense");
  LayerChoice other = recipe.resolve("layer3.conv2", "conv");
  EXPECT_EQ(other.line, 0u);
  EXPECT_EQ(other.weights.code, "int8");
  EXPECT_EQ(other.weights.scale.granularity, Granularity::Axis);
}

TEST(Recipe, BuiltInDefaults) {
  LayerChoice choice = parse("version: 1\n").resolve("x", "conv");
  EXPECT_EQ(choice.weights.code, "int8");
  EXPECT_EQ(num::toString(choice.weights.scale), "axis");
  EXPECT_EQ(choice.activations.code, "uint8");
  EXPECT_EQ(num::toString(choice.activations.scale), "tensor");
  EXPECT_TRUE(choice.weights.pattern.isDense());
  EXPECT_FALSE(choice.activations.dynamic);
  LayerChoice same = Recipe().resolve("x", "conv");
  EXPECT_EQ(same.weights.code, "int8");
  EXPECT_EQ(same.activations.code, "uint8");
}

TEST(Recipe, FirstMatchWinsAndRulesAreMerged) {
  Recipe recipe = parse("version: 1\n"
                        "defaults:\n"
                        "  weights: {scale: group64:e8m0}\n"
                        "layers:\n"
                        "- op: depthwise\n"
                        "  weights: {code: int4}\n"
                        "- match: 'b*'\n"
                        "  op: matmul\n"
                        "  activations: {dynamic: true, code: int8}\n"
                        "- match: 'b[0-9]'\n"
                        "  weights: {code: int2}\n");
  EXPECT_EQ(recipe.resolve("b1", "depthwise").weights.code, "int4");
  EXPECT_EQ(recipe.resolve("b1", "conv").weights.code, "int2");
  EXPECT_EQ(recipe.resolve("bx", "conv").weights.code, "int8");
  LayerChoice choice = recipe.resolve("b1", "matmul");
  EXPECT_EQ(choice.weights.code, "int8");
  EXPECT_TRUE(choice.activations.dynamic);
  EXPECT_EQ(choice.activations.code, "int8");
  EXPECT_EQ(num::toString(choice.weights.scale), "group64:e8m0");
}

TEST(Recipe, Calibration) {
  Recipe recipe =
      parse("version: 1\n"
            "calibration: {method: percentile, percentile: 99.9}\n");
  EXPECT_EQ(recipe.calibration.method, CalibrationMethod::Percentile);
  EXPECT_EQ(recipe.calibration.percentile, 99.9);
}

TEST(Recipe, CalibrationOfLayers) {
  Recipe recipe =
      parse("version: 1\n"
            "calibration: kl\n"
            "layers:\n"
            "- match: a\n"
            "  activations: {code: uint4, calibration: pact}\n"
            "- match: b\n"
            "  activations: {calibration: {method: percentile, percentile: "
            "99.5}}\n");
  EXPECT_EQ(recipe.calibration.method, CalibrationMethod::KL);
  auto of = [&](const char *layer) {
    return recipe.resolve(layer, "conv").activations.calibration;
  };
  EXPECT_EQ(of("a")->toString(), "pact");
  EXPECT_EQ(of("b")->toString(), "percentile:99.5");
  EXPECT_FALSE(of("c"));
  for (const char *text : {"minmax", "percentile:99.5", "kl", "pact"})
    EXPECT_EQ(CalibrationSpec::parse(text)->toString(), text);
  for (const char *text : {"", "entropy", "percentile:0", "percentile:x"})
    EXPECT_FALSE(CalibrationSpec::parse(text)) << text;
}

TEST(Recipe, Equalize) {
  Recipe recipe =
      parse("version: 1\n"
            "defaults: {equalize: cross_layer}\n"
            "layers:\n"
            "- match: a\n"
            "  equalize: {method: smoothquant, alpha: 0.75, factors: pow2}\n"
            "- match: b\n"
            "  equalize: awq\n"
            "- match: c\n"
            "  equalize: none\n");
  EXPECT_TRUE(recipe.equalizes());
  auto of = [&](const char *layer) {
    return recipe.resolve(layer, "conv").equalize;
  };
  EXPECT_EQ(of("a"), (EqualizeSpec{Equalization::SmoothQuant, 0.75, true}));
  EXPECT_EQ(of("b"), (EqualizeSpec{Equalization::AWQ, 0.5, false}));
  EXPECT_EQ(of("c"), EqualizeSpec());
  EXPECT_EQ(of("d").method, Equalization::CrossLayer);
  EXPECT_FALSE(Recipe().equalizes());
  EXPECT_FALSE(
      parse("version: 1\nlayers:\n- match: a\n  equalize: none\n").equalizes());
}

TEST(Recipe, Quantizers) {
  Recipe recipe = parse("version: 1\n"
                        "layers:\n"
                        "- match: a\n"
                        "  weights: {code: codebook4, quantizer: "
                        "kmeans_density, codebook: scale:f16}\n"
                        "- match: b\n"
                        "  weights: {code: codebook3, codebook: tensor}\n");
  EXPECT_EQ(parse("version: 1\ndefaults:\n  weights: {quantizer: "
                  "'gptq:mse'}\n")
                .resolve("a", "conv")
                .weights.quantizer,
            "gptq:mse");
  TensorChoice a = recipe.resolve("a", "conv").weights;
  EXPECT_EQ(a.quantizer, "kmeans_density");
  EXPECT_TRUE(a.codebook.perScale);
  EXPECT_EQ(a.codebook.storage, num::CodebookStorage::F16);
  TensorChoice b = recipe.resolve("b", "conv").weights;
  EXPECT_EQ(b.quantizer, "");
  EXPECT_FALSE(b.codebook.perScale);
  EXPECT_EQ(b.codebook.storage, num::CodebookStorage::Int8);
}

TEST(Recipe, Packing) {
  Recipe recipe = parse("version: 1\n"
                        "defaults:\n"
                        "  weights: {code: ternary, packing: fives}\n"
                        "layers:\n"
                        "- match: a\n"
                        "  weights: {packing: planes}\n");
  EXPECT_FALSE(recipe.resolve("a", "conv").weights.fives);
  EXPECT_TRUE(recipe.resolve("b", "conv").weights.fives);
  EXPECT_FALSE(Recipe().resolve("b", "conv").weights.fives);
}

TEST(Recipe, Pruned) {
  Recipe recipe = parse("version: 1\n"
                        "defaults:\n"
                        "  weights: {code: codebook4, pruned: true}\n"
                        "layers:\n"
                        "- match: a\n"
                        "  weights: {pruned: false}\n");
  EXPECT_EQ(recipe.defaultsLine, 3u);
  EXPECT_FALSE(recipe.resolve("a", "conv").weights.pruned);
  EXPECT_TRUE(recipe.resolve("b", "conv").weights.pruned);
  EXPECT_FALSE(Recipe().resolve("b", "conv").weights.pruned);
  EXPECT_EQ(errorOf("version: 1\ndefaults:\n  weights: {pruned: maybe}\n"),
            "r.yaml:3: key 'pruned': unknown value 'maybe', expected one of "
            "true, false");
}

TEST(Recipe, PlannedNamesParse) {
  Recipe recipe = parse("version: 1\n"
                        "layers:\n"
                        "- match: a\n"
                        "  weights: {code: auto, scale: auto, pattern: auto}\n"
                        "- match: c\n"
                        "  weights: {pattern: block4x1, sparsity: 0.5}\n"
                        "- match: e\n"
                        "  weights: {scale: auto}\n");
  auto refusal = [&](const char *layer) {
    return llvm::toString(
        checkImplemented(recipe.resolve(layer, "conv"), layer));
  };
  EXPECT_EQ(refusal("a"),
            "layer 'a': code 'auto' of weights is not implemented yet, "
            "expected one of " +
                num::allowedCodes());
  EXPECT_EQ(refusal("c"),
            "layer 'c': pattern 'block4x1' of weights is not implemented "
            "yet, expected dense");
  EXPECT_EQ(refusal("e"),
            "layer 'e': scale 'auto' of weights is not implemented yet, "
            "expected none, tensor, axis or groupG");
  EXPECT_EQ(refusal("f"), "");
}

TEST(Recipe, Errors) {
  const std::string v = "version: 1\n";
  EXPECT_EQ(errorOf("version: 2\n"),
            "r.yaml:1: key 'version': unknown value '2', expected one of 1");
  EXPECT_EQ(errorOf("defaults: {weights: {code: int8}}\n"),
            "r.yaml:1: expected the key 'version: 1'");
  EXPECT_EQ(errorOf(v + "layer: []\n"),
            "r.yaml:2: unknown key 'layer' in a recipe, expected one of "
            "version, calibration, defaults, layers");
  EXPECT_EQ(errorOf(v + "calibration: {method: entropy}\n"),
            "r.yaml:2: key 'method': unknown value 'entropy', expected one of "
            "minmax, percentile, mse, kl, pact");
  EXPECT_EQ(errorOf(v + "layers:\n- match: a\n  activations: {calibration: "
                        "max}\n"),
            "r.yaml:4: key 'calibration': unknown value 'max', expected one of "
            "minmax, percentile, mse, kl, pact");
  EXPECT_EQ(errorOf(v + "layers:\n- match: a\n  activations: {calibration: kl, "
                        "dynamic: true}\n"),
            "r.yaml:4: key 'calibration' needs dynamic: false, ranges of "
            "dynamic activations are found at run time");
  EXPECT_EQ(errorOf(v + "layers:\n- match: a\n  weights: {calibration: kl}\n"),
            "r.yaml:4: unknown key 'calibration' in weights, expected one of "
            "code, scale, rounding, seed, quantizer, codebook, packing, "
            "pruned, pattern, saliency, sparsity");
  EXPECT_EQ(errorOf(v + "defaults: {equalize: cle}\n"),
            "r.yaml:2: key 'equalize': unknown value 'cle', expected one of "
            "none, cross_layer, smoothquant, awq");
  EXPECT_EQ(errorOf(v + "defaults: {equalize: {method: awq, alpha: 0.5}}\n"),
            "r.yaml:2: key 'alpha' needs method: smoothquant, found method: "
            "awq");
  EXPECT_EQ(errorOf(v + "defaults: {equalize: {method: smoothquant, alpha: "
                        "2}}\n"),
            "r.yaml:2: key 'alpha': expected a number from 0 to 1, found '2'");
  EXPECT_EQ(errorOf(v + "defaults: {equalize: {method: awq, factors: 2}}\n"),
            "r.yaml:2: key 'factors': unknown value '2', expected one of real, "
            "pow2");
  EXPECT_EQ(
      errorOf(v + "defaults: {equalize: {scale: 2}}\n"),
      "r.yaml:2: unknown key 'scale' in equalize, expected one of method, "
      "alpha, factors");
  for (const char *name : {"gptq:best", "gptq:", "gptqs", "gptq mse"})
    EXPECT_EQ(errorOf(v + "layers:\n- match: a\n  weights: {quantizer: '" +
                      name + "'}\n"),
              "r.yaml:4: key 'quantizer': unknown value '" + std::string(name) +
                  "', expected one of " + num::allowedQuantizers());
  EXPECT_EQ(errorOf(v + "calibration: {method: percentile, percentile: 101}\n"),
            "r.yaml:2: key 'percentile': expected a number above 0 and at most "
            "100, found '101'");
  EXPECT_EQ(errorOf(v + "calibration: {percentile: 99}\n"),
            "r.yaml:2: key 'percentile' needs method: percentile, found "
            "method: minmax");
  EXPECT_EQ(
      errorOf(v + "defaults:\n  weights: {code: int17}\n"),
      "r.yaml:3: key 'code': unknown code 'int17', expected one of auto, " +
          num::allowedCodes());
  EXPECT_EQ(errorOf(v + "layers:\n- match: a\n  weights: {scale: row}\n"),
            "r.yaml:4: key 'scale': unknown scale 'row', expected one of none, "
            "tensor, axis, groupG (G elements), with an optional suffix :f32, "
            ":f16, :e8m0 or :e4m3, or auto");
  EXPECT_EQ(errorOf(v + "layers:\n- match: a\n  weights: {pattern: '5:4'}\n"),
            "r.yaml:4: key 'pattern': unknown pattern '5:4', expected one of "
            "dense, N:M (N kept of M), N:MxV (one mask for V output channels), "
            "blockRxC, channel, or auto");
  EXPECT_EQ(errorOf(v + "layers:\n- match: a\n  weights: {saliency: l1}\n"),
            "r.yaml:4: key 'saliency': unknown value 'l1', expected one of "
            "magnitude, wanda, taylor, obs");
  EXPECT_EQ(errorOf(v + "layers:\n- match: a\n  op: convolution\n"),
            "r.yaml:4: key 'op': unknown value 'convolution', expected one of "
            "conv, depthwise, matmul, add, mul, pool, lookup, concat, other");
  EXPECT_EQ(errorOf(v + "layers:\n- weights: {code: int4}\n"),
            "r.yaml:3: a layer needs the key 'match' or 'op'");
  EXPECT_EQ(errorOf(v + "layers:\n- match: '[a'\n")
                .rfind("r.yaml:3: key 'match': '[a' is no glob: ", 0),
            0u);
  EXPECT_EQ(errorOf(v + "layers:\n- match: a\n  weights: {packing: bytes}\n"),
            "r.yaml:4: key 'packing': unknown value 'bytes', expected one of "
            "planes, fives");
  EXPECT_EQ(errorOf(v + "layers:\n- match: a\n  weights: {codebook: group}\n"),
            "r.yaml:4: key 'codebook': unknown value 'group', expected tensor "
            "or scale (one for all, one for each scale), with an optional "
            ":i8, :f16 or :f32");
  auto sum = [&](const std::string &text) {
    return errorOf(v + "layers:\n- match: a\n  accumulator: " + text + "\n");
  };
  EXPECT_EQ(sum("i65"),
            "r.yaml:4: key 'accumulator': unknown value 'i65', expected one of "
            "iN (N of 2..64), f32, f16, bf16, eXmY (X of 2..8, Y of 1..23)");
  EXPECT_EQ(sum("{type: f16, length: 4}"),
            "r.yaml:4: unknown key 'length' in accumulator, expected one of "
            "type, chunk, order, fused, seed");
  EXPECT_EQ(sum("{chunk: 4}"), "r.yaml:4: accumulator needs the key 'type'");
  EXPECT_EQ(sum("{type: i32, chunk: 4}"),
            "r.yaml:4: accumulator: an integer sum is exact, expected no other "
            "key beside type: i32");
  EXPECT_EQ(sum("{type: f16, order: strided}"),
            "r.yaml:4: accumulator: order: strided needs the key 'chunk'");
  EXPECT_EQ(sum("{type: f16, chunk: -1}"),
            "r.yaml:4: key 'chunk': expected an integer from 1 to 2147483648, "
            "found '-1'");
  EXPECT_EQ(sum("{type: f16, chunk: 0}"),
            "r.yaml:4: key 'chunk': expected an integer from 1 to 2147483648, "
            "found '0'");
  EXPECT_EQ(sum("{type: f16, seed: -1}"),
            "r.yaml:4: key 'seed': expected an integer from 0 to "
            "18446744073709551615, found '-1'");
  auto weights = [&](const std::string &text) {
    return errorOf(v + "layers:\n- match: a\n  weights: {" + text + "}\n");
  };
  EXPECT_EQ(weights("rounding: up"),
            "r.yaml:4: key 'rounding': unknown value 'up', expected one of "
            "half_even, stochastic");
  // The rounding may be that of the defaults, which say it themselves.
  EXPECT_EQ(weights("seed: 3"), "no error");
  EXPECT_EQ(weights("rounding: half_even, seed: 3"),
            "r.yaml:4: key 'seed' needs rounding: stochastic");
  EXPECT_EQ(errorOf(v + "defaults:\n  weights: {seed: 3}\n"),
            "r.yaml:3: key 'seed' needs rounding: stochastic");
  EXPECT_EQ(weights("rounding: stochastic, quantizer: 'gptq:mse'"),
            "r.yaml:4: rounding: stochastic needs a quantizer without gptq, "
            "found 'gptq:mse'");
  EXPECT_EQ(errorOf(v + "defaults:\n  activations: {rounding: stochastic, "
                        "dynamic: true}\n"),
            "r.yaml:3: rounding: stochastic needs dynamic: false");
  EXPECT_EQ(sum("{type: f16, order: random}"),
            "r.yaml:4: key 'order': unknown value 'random', expected one of "
            "consecutive, strided");
  EXPECT_EQ(
      errorOf(v + "layers:\n- match: a\n  weights: {quantizer: best}\n"),
      "r.yaml:4: key 'quantizer': unknown value 'best', expected one of " +
          num::allowedQuantizers());
  EXPECT_EQ(errorOf(v + "layers:\n- match: a\n  weights: {dynamic: true}\n"),
            "r.yaml:4: unknown key 'dynamic' in weights, expected one of code, "
            "scale, rounding, seed, quantizer, codebook, packing, pruned, "
            "pattern, saliency, sparsity");
  EXPECT_EQ(errorOf(v + "layers:\n- match: a\n  weights: {sparsity: 0.5}\n"),
            "r.yaml:4: key 'sparsity' needs pattern: blockRxC or channel");
  EXPECT_EQ(errorOf(v + "layers:\n- match: a\n  weights: {pattern: channel}\n"),
            "r.yaml:4: pattern 'channel' needs the key 'sparsity'");
  EXPECT_EQ(errorOf(v + "layers:\n- match: a\n  weights: {pattern: channel, "
                        "sparsity: 1.0}\n"),
            "r.yaml:4: key 'sparsity': expected a number from 0 to below 1, "
            "found '1.0'");
  EXPECT_EQ(errorOf(v + "version: 1\n"),
            "r.yaml:2: key 'version' appears twice in a recipe");
  EXPECT_EQ(errorOf(v + "layers: {match: a}\n"),
            "r.yaml:2: key 'layers': expected a list");
  EXPECT_EQ(errorOf(v + "defaults: int8\n"),
            "r.yaml:2: defaults: expected a mapping with the keys weights, "
            "activations, accumulator, equalize");
  EXPECT_EQ(errorOf(v + "defaults:\n"),
            "r.yaml:2: key 'defaults' has no value");
  EXPECT_EQ(errorOf(""), "r.yaml:1: a recipe: expected a mapping with the keys "
                         "version, calibration, defaults, layers");
  EXPECT_EQ(errorOf(v + "---\n" + v),
            "r.yaml:1: expected one document, found several");
  EXPECT_EQ(errorOf(v + "calibration: {method: [kl}\n").rfind("r.yaml:2: ", 0),
            0u);
}

TEST(Recipe, DamagedTextNeverCrashes) {
  oracle::Random random(23);
  std::string text = kExample;
  for (size_t size = 0; size <= text.size(); ++size)
    (void)errorOf(text.substr(0, size));
  for (int round = 0; round < 5000; ++round) {
    std::string damaged = text;
    for (uint32_t i = 0, n = 1 + random.below(4); i < n; ++i)
      damaged[random.below(uint32_t(damaged.size()))] =
          "{}[]:,-'\"\n #&*!|>%@`a\0\xff\t"[random.below(24)];
    std::string error = errorOf(damaged);
    EXPECT_TRUE(error == "no error" || error.rfind("r.yaml:", 0) == 0) << error;
  }
  // Depth is no way to exhaust the stack.
  for (const char *open : {"[", "{a: ", "- "})
    for (const char *before : {"", "version: ", "version: 1\nlayers: "}) {
      std::string deep = before;
      for (int i = 0; i < 100000; ++i)
        deep += open;
      EXPECT_NE(errorOf(deep), "no error");
    }
}
