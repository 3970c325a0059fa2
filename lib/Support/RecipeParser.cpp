//===- RecipeParser.cpp - From YAML to a recipe ---------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "YamlReader.h"
#include "qs/Numerics/Accumulate.h"
#include "qs/Numerics/Code.h"
#include "qs/Numerics/WeightQuantizer.h"
#include "qs/Support/Recipe.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/GlobPattern.h"

using namespace qs;
using llvm::StringRef;
using llvm::Twine;
namespace yaml = llvm::yaml;

namespace {
class Parser : YamlReader {
public:
  Parser(StringRef text, StringRef name) : YamlReader(text, name) {}

  llvm::Expected<Recipe> parse();

private:
  bool readVersion(yaml::Node *node);
  bool readCalibration(yaml::Node *node, CalibrationSpec &spec);
  bool readEqualize(yaml::Node *node, EqualizeSpec &spec);
  bool readDefaults(yaml::Node *node);
  bool readLayers(yaml::Node *node);
  bool readLayer(yaml::Node *node);
  bool readTensor(yaml::Node *node, bool weights, TensorRule &rule,
                  bool isDefault = false);
  bool readCode(yaml::Node *node, TensorRule &rule);
  bool readScale(yaml::Node *node, TensorRule &rule);
  bool readQuantizer(yaml::Node *node, TensorRule &rule);
  bool readCodebook(yaml::Node *node, TensorRule &rule);
  bool readPattern(yaml::Node *node, TensorRule &rule);
  bool readAccumulator(yaml::Node *node, std::optional<AccumulatorSpec> &spec);
  bool readAccumulatorType(yaml::Node *node, AccumulatorSpec &spec);
  bool checkTensor(yaml::Node *node, const TensorRule &rule, bool isDefault);

  Recipe recipe;
  bool haveVersion = false;
};
} // namespace

bool Parser::readVersion(yaml::Node *node) {
  std::string text;
  haveVersion = true;
  return readChoice(node, "version", {"1"}, text);
}

/// The names of a table as the parser compares them.
static std::vector<StringRef> refs(const std::vector<std::string> &names) {
  return {names.begin(), names.end()};
}

bool Parser::readCalibration(yaml::Node *node, CalibrationSpec &spec) {
  const yaml::Node *percentile = nullptr;
  std::vector<std::string> methods = num::calibrationMethods();
  auto readMethod = [&](StringRef key, yaml::Node *value) {
    std::string text;
    if (!readChoice(value, key, refs(methods), text))
      return false;
    spec.method = *num::parseCalibrationMethod(text);
    return true;
  };
  if (llvm::isa<yaml::ScalarNode>(node))
    return readMethod("calibration", node);
  bool good = readMapping(
      node, "calibration",
      {{"method",
        [&](yaml::Node *value) { return readMethod("method", value); }},
       {"percentile", [&](yaml::Node *value) {
          percentile = value;
          return readNumber(
              value, "percentile", "above 0 and at most 100",
              [](double p) { return p > 0 && p <= 100; }, spec.percentile);
        }}});
  if (good && percentile && spec.method != num::CalibrationMethod::Percentile)
    return fail(percentile, "key 'percentile' needs method: percentile, found "
                            "method: " +
                                Twine(num::toString(spec.method)));
  return good;
}

bool Parser::readEqualize(yaml::Node *node, EqualizeSpec &spec) {
  const yaml::Node *alpha = nullptr;
  spec = {};
  auto readMethod = [&](StringRef key, yaml::Node *value) {
    std::string text;
    if (!readChoice(value, key, {"none", "cross_layer", "smoothquant", "awq"},
                    text))
      return false;
    spec.method = *num::parseEqualization(text);
    return true;
  };
  if (llvm::isa<yaml::ScalarNode>(node))
    return readMethod("equalize", node);
  bool good = readMapping(
      node, "equalize",
      {{"method",
        [&](yaml::Node *value) { return readMethod("method", value); }},
       {"alpha",
        [&](yaml::Node *value) {
          alpha = value;
          return readNumber(
              value, "alpha", "from 0 to 1",
              [](double a) { return a >= 0 && a <= 1; }, spec.alpha);
        }},
       {"factors", [&](yaml::Node *value) {
          std::string text;
          bool known = readChoice(value, "factors", {"real", "pow2"}, text);
          spec.exact = text == "pow2";
          return known;
        }}});
  if (good && alpha && spec.method != num::Equalization::SmoothQuant)
    return fail(alpha, "key 'alpha' needs method: smoothquant, found method: " +
                           Twine(num::toString(spec.method)));
  return good;
}

bool Parser::readCode(yaml::Node *node, TensorRule &rule) {
  std::string text;
  if (!readText(node, "code", text))
    return false;
  if (text != "auto" && !num::isCodeName(text))
    return fail(node, "key 'code': unknown code '" + text +
                          "', expected one of auto, " + num::allowedCodes());
  rule.code = text;
  return true;
}

bool Parser::readScale(yaml::Node *node, TensorRule &rule) {
  std::string text, why;
  if (!readText(node, "scale", text))
    return false;
  rule.autoScale = text == "auto";
  if (*rule.autoScale)
    return true;
  rule.scale = num::parseScale(text, why);
  return rule.scale || fail(node, "key 'scale': " + why + ", or auto");
}

bool Parser::readQuantizer(yaml::Node *node, TensorRule &rule) {
  std::string text;
  if (!readText(node, "quantizer", text))
    return false;
  if (!num::parseQuantizer(text))
    return fail(node, "key 'quantizer': unknown value '" + text +
                          "', expected one of " + num::allowedQuantizers());
  rule.quantizer = text;
  return true;
}

bool Parser::readCodebook(yaml::Node *node, TensorRule &rule) {
  std::string text;
  if (!readText(node, "codebook", text))
    return false;
  auto [share, storage] = StringRef(text).split(':');
  CodebookSpec spec;
  spec.perScale = share == "scale";
  std::optional<num::CodebookStorage> parsed =
      storage.empty()
          ? spec.storage
          : num::parseCodebookStorage({storage.data(), storage.size()});
  if ((share != "tensor" && share != "scale") || !parsed)
    return fail(node, "key 'codebook': unknown value '" + text +
                          "', expected tensor or scale (one for all, one for "
                          "each scale), with an optional :i8, :f16 or :f32");
  spec.storage = *parsed;
  rule.codebook = spec;
  return true;
}

bool Parser::readPattern(yaml::Node *node, TensorRule &rule) {
  std::string text, why;
  if (!readText(node, "pattern", text))
    return false;
  rule.autoPattern = text == "auto";
  if (*rule.autoPattern)
    return true;
  rule.pattern = num::parsePattern(text, why);
  return rule.pattern || fail(node, "key 'pattern': " + why + ", or auto");
}

bool Parser::readTensor(yaml::Node *node, bool weights, TensorRule &rule,
                        bool isDefault) {
  std::vector<Key> keys = {
      {"code", [&](yaml::Node *value) { return readCode(value, rule); }},
      {"scale", [&](yaml::Node *value) { return readScale(value, rule); }}};
  keys.push_back({"rounding", [&](yaml::Node *value) {
                    std::string text;
                    bool good = readChoice(value, "rounding",
                                           {"half_even", "stochastic"}, text);
                    rule.stochastic = text == "stochastic";
                    return good;
                  }});
  keys.push_back({"seed", [&](yaml::Node *value) {
                    return readCount(value, "seed", 0, UINT64_MAX,
                                     rule.seed.emplace());
                  }});
  if (weights) {
    keys.push_back({"quantizer", [&](yaml::Node *value) {
                      return readQuantizer(value, rule);
                    }});
    keys.push_back({"codebook", [&](yaml::Node *value) {
                      return readCodebook(value, rule);
                    }});
    keys.push_back({"packing", [&](yaml::Node *value) {
                      std::string text;
                      bool good = readChoice(value, "packing",
                                             {"planes", "fives"}, text);
                      rule.fives = text == "fives";
                      return good;
                    }});
    keys.push_back({"pruned", [&](yaml::Node *value) {
                      std::string text;
                      bool good =
                          readChoice(value, "pruned", {"true", "false"}, text);
                      rule.pruned = text == "true";
                      return good;
                    }});
    keys.push_back({"pattern", [&](yaml::Node *value) {
                      return readPattern(value, rule);
                    }});
    keys.push_back({"saliency", [&](yaml::Node *value) {
                      return readChoice(value, "saliency",
                                        {"magnitude", "wanda", "taylor", "obs"},
                                        rule.saliency.emplace());
                    }});
    keys.push_back({"sparsity", [&](yaml::Node *value) {
                      return readNumber(
                          value, "sparsity", "from 0 to below 1",
                          [](double s) { return s >= 0 && s < 1; },
                          rule.sparsity.emplace());
                    }});
  } else {
    keys.push_back({"quantizer", [&](yaml::Node *value) {
                      return readChoice(value, "quantizer", {"none", "xnor"},
                                        rule.quantizer.emplace());
                    }});
    keys.push_back({"dynamic", [&](yaml::Node *value) {
                      std::string text;
                      bool good =
                          readChoice(value, "dynamic", {"true", "false"}, text);
                      rule.dynamic = text == "true";
                      return good;
                    }});
    keys.push_back({"calibration", [&](yaml::Node *value) {
                      return readCalibration(value, rule.calibration.emplace());
                    }});
  }
  return readMapping(node, weights ? "weights" : "activations", keys) &&
         checkTensor(node, rule, isDefault);
}

/// Combinations that contradict each other inside one rule.
bool Parser::checkTensor(yaml::Node *node, const TensorRule &rule,
                         bool isDefault) {
  if (rule.calibration && rule.dynamic.value_or(false))
    return fail(node, "key 'calibration' needs dynamic: false, ranges of "
                      "dynamic activations are found at run time");
  // A rule may leave the rounding to the defaults.
  if (rule.seed && !rule.stochastic.value_or(!isDefault))
    return fail(node, "key 'seed' needs rounding: stochastic");
  if (rule.stochastic.value_or(false) && rule.dynamic.value_or(false))
    return fail(node, "rounding: stochastic needs dynamic: false");
  std::optional<num::QuantizerSpec> quantizer =
      num::parseQuantizer(rule.quantizer.value_or(""));
  if (rule.stochastic.value_or(false) && quantizer && quantizer->feedback)
    return fail(node, "rounding: stochastic needs a quantizer without gptq, "
                      "found '" +
                          *rule.quantizer + "'");
  if (rule.sparsity && (!rule.pattern || !rule.pattern->needsSparsity()))
    return fail(node, "key 'sparsity' needs pattern: blockRxC or channel" +
                          (rule.pattern ? ", found pattern: " +
                                              num::toString(*rule.pattern)
                                        : std::string()));
  if (rule.pattern && rule.pattern->needsSparsity() && !rule.sparsity)
    return fail(node, "pattern '" + num::toString(*rule.pattern) +
                          "' needs the key 'sparsity'");
  return true;
}

bool Parser::readAccumulatorType(yaml::Node *node, AccumulatorSpec &spec) {
  if (!readText(node, "accumulator", spec.type))
    return false;
  StringRef digits = spec.type;
  unsigned width;
  if (digits.consume_front("i") && !digits.starts_with("0") &&
      !digits.getAsInteger(10, width) && width >= 2 && width <= 64)
    return true;
  std::string why;
  return num::parseFloatFormat(spec.type, why) ||
         fail(node, "key 'accumulator': unknown value '" + spec.type +
                        "', expected one of iN (N of 2..64), f32, f16, bf16, "
                        "eXmY (X of 2..8, Y of 1..23)");
}

/// A type alone, or a mapping that says more.
bool Parser::readAccumulator(yaml::Node *node,
                             std::optional<AccumulatorSpec> &result) {
  AccumulatorSpec spec;
  if (llvm::isa<yaml::ScalarNode>(node)) {
    result = spec;
    return readAccumulatorType(node, *result);
  }
  bool refines = false;
  std::string word;
  bool good = readMapping(
      node, "accumulator",
      {{"type",
        [&](yaml::Node *value) { return readAccumulatorType(value, spec); }},
       {"chunk",
        [&](yaml::Node *value) {
          refines = true;
          return readCount(value, "chunk", 1, uint64_t(1) << 31, spec.chunk);
        }},
       {"order",
        [&](yaml::Node *value) {
          refines = true;
          bool known =
              readChoice(value, "order", {"consecutive", "strided"}, word);
          spec.strided = word == "strided";
          return known;
        }},
       {"fused",
        [&](yaml::Node *value) {
          refines = true;
          bool known = readChoice(value, "fused", {"true", "false"}, word);
          spec.fused = word == "true";
          return known;
        }},
       {"seed", [&](yaml::Node *value) {
          refines = true;
          return readCount(value, "seed", 0, UINT64_MAX, spec.seed.emplace());
        }}});
  if (!good)
    return false;
  if (spec.type.empty())
    return fail(node, "accumulator needs the key 'type'");
  if (refines && spec.isInteger())
    return fail(node, "accumulator: an integer sum is exact, expected no other "
                      "key beside type: " +
                          spec.type);
  if (spec.strided && spec.chunk == 0)
    return fail(node, "accumulator: order: strided needs the key 'chunk'");
  result = spec;
  return true;
}

bool Parser::readDefaults(yaml::Node *node) {
  recipe.defaultsLine = lineOf(node);
  return readMapping(
      node, "defaults",
      {{"weights",
        [&](yaml::Node *value) {
          return readTensor(value, true, recipe.weightDefaults,
                            /*isDefault=*/true);
        }},
       {"activations",
        [&](yaml::Node *value) {
          return readTensor(value, false, recipe.activationDefaults,
                            /*isDefault=*/true);
        }},
       {"accumulator",
        [&](yaml::Node *value) {
          return readAccumulator(value, recipe.accumulatorDefault);
        }},
       {"equalize", [&](yaml::Node *value) {
          return readEqualize(value, recipe.equalizeDefault);
        }}});
}

bool Parser::readLayer(yaml::Node *node) {
  LayerRule rule;
  rule.line = lineOf(node);
  bool good = readMapping(
      node, "a layer",
      {{"match",
        [&](yaml::Node *value) {
          if (!readText(value, "match", rule.match))
            return false;
          if (rule.match.empty())
            return fail(value, "key 'match': expected a glob, found nothing");
          llvm::Expected<llvm::GlobPattern> glob =
              llvm::GlobPattern::create(rule.match);
          if (glob)
            return true;
          return fail(value, "key 'match': '" + rule.match + "' is no glob: " +
                                 llvm::toString(glob.takeError()));
        }},
       {"op",
        [&](yaml::Node *value) {
          return readChoice(value, "op", opKinds(), rule.op);
        }},
       {"weights",
        [&](yaml::Node *value) {
          return readTensor(value, true, rule.weights);
        }},
       {"activations",
        [&](yaml::Node *value) {
          return readTensor(value, false, rule.activations);
        }},
       {"accumulator",
        [&](yaml::Node *value) {
          return readAccumulator(value, rule.accumulator);
        }},
       {"equalize", [&](yaml::Node *value) {
          return readEqualize(value, rule.equalize.emplace());
        }}});
  if (!good)
    return false;
  if (rule.match.empty() && rule.op.empty())
    return failAt(rule.line, "a layer needs the key 'match' or 'op'");
  recipe.layers.push_back(std::move(rule));
  return true;
}

bool Parser::readLayers(yaml::Node *node) {
  auto *sequence = llvm::dyn_cast<yaml::SequenceNode>(node);
  if (!sequence)
    return fail(node, "key 'layers': expected a list");
  for (yaml::Node &layer : *sequence)
    if (!readLayer(&layer))
      return false;
  return true;
}

llvm::Expected<Recipe> Parser::parse() {
  auto read = [&](bool (Parser::*method)(yaml::Node *)) {
    return [this, method](yaml::Node *node) { return (this->*method)(node); };
  };
  yaml::document_iterator document = stream.begin();
  yaml::Node *root = document != stream.end() ? document->getRoot() : nullptr;
  bool good = readMapping(root, "a recipe",
                          {{"version", read(&Parser::readVersion)},
                           {"calibration",
                            [this](yaml::Node *value) {
                              return readCalibration(value, recipe.calibration);
                            }},
                           {"defaults", read(&Parser::readDefaults)},
                           {"layers", read(&Parser::readLayers)}});
  if (good && !haveVersion)
    good = failAt(1, "expected the key 'version: 1'");
  if (good && ++document != stream.end())
    good = failAt(1, "expected one document, found several");
  if (!good || !error.empty())
    return llvm::createStringError(llvm::inconvertibleErrorCode(), error);
  return std::move(recipe);
}

llvm::Expected<Recipe> qs::parseRecipe(StringRef text, StringRef name) {
  llvm::Expected<Recipe> recipe = Parser(text, name).parse();
  if (recipe) {
    recipe->file = name.str();
    recipe->text = text.str();
  }
  return recipe;
}
