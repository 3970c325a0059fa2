//===- Recipe.cpp - What holds for a layer --------------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Support/Recipe.h"
#include "FileError.h"
#include "qs/Numerics/Code.h"
#include "qs/Numerics/Hash.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/GlobPattern.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

using namespace qs;
using llvm::StringRef;
using llvm::Twine;

bool TensorChoice::isFloat() const {
  std::string error;
  std::unique_ptr<num::Code> made = num::makeCode(code, error);
  return made && made->isFloat() && made->bits() == 32;
}

std::string CalibrationSpec::toString() const {
  std::string text = num::toString(method);
  if (method == num::CalibrationMethod::Percentile)
    llvm::raw_string_ostream(text) << llvm::format(":%.9g", percentile);
  return text;
}

std::optional<CalibrationSpec> CalibrationSpec::parse(StringRef text) {
  auto [name, number] = text.split(':');
  CalibrationSpec spec;
  auto parsed = num::parseCalibrationMethod({name.data(), name.size()});
  if (!parsed)
    return {};
  spec.method = *parsed;
  if (!number.empty() && (number.getAsDouble(spec.percentile) ||
                          !(spec.percentile > 0 && spec.percentile <= 100)))
    return {};
  return spec;
}

std::optional<uint64_t> TensorChoice::seedFor(StringRef name) const {
  if (!stochastic)
    return {};
  return num::hashBytes(name.data(), name.size(), seed);
}

void TensorRule::applyTo(TensorChoice &choice) const {
  auto apply = [](const auto &from, auto &to) {
    if (from)
      to = *from;
  };
  apply(code, choice.code);
  apply(saliency, choice.saliency);
  apply(quantizer, choice.quantizer);
  apply(codebook, choice.codebook);
  if (calibration)
    choice.calibration = calibration;
  apply(scale, choice.scale);
  apply(pattern, choice.pattern);
  apply(autoScale, choice.autoScale);
  apply(autoPattern, choice.autoPattern);
  apply(dynamic, choice.dynamic);
  apply(fives, choice.fives);
  apply(pruned, choice.pruned);
  apply(stochastic, choice.stochastic);
  apply(seed, choice.seed);
  apply(sparsity, choice.sparsity);
}

llvm::ArrayRef<StringRef> qs::opKinds() {
  static constexpr StringRef kKinds[] = {"conv",   "depthwise", "matmul",
                                         "add",    "mul",       "pool",
                                         "lookup", "concat",    "other"};
  return kKinds;
}

static bool matches(const LayerRule &rule, StringRef name, StringRef op) {
  if (!rule.op.empty() && rule.op != op)
    return false;
  if (rule.match.empty())
    return true;
  llvm::Expected<llvm::GlobPattern> glob =
      llvm::GlobPattern::create(rule.match);
  if (!glob) { // the parser has refused such globs
    llvm::consumeError(glob.takeError());
    return false;
  }
  return glob->match(name);
}

LayerChoice Recipe::resolve(StringRef name, StringRef op) const {
  LayerChoice choice;
  choice.weights.code = "int8";
  choice.weights.scale.granularity = num::Granularity::Axis;
  choice.activations.code = "uint8";
  choice.activations.scale.granularity = num::Granularity::Tensor;
  weightDefaults.applyTo(choice.weights);
  activationDefaults.applyTo(choice.activations);
  choice.accumulator = accumulatorDefault;
  choice.equalize = equalizeDefault;
  for (const LayerRule &rule : layers) {
    if (!matches(rule, name, op))
      continue;
    rule.weights.applyTo(choice.weights);
    rule.activations.applyTo(choice.activations);
    if (rule.accumulator)
      choice.accumulator = rule.accumulator;
    choice.equalize = rule.equalize.value_or(choice.equalize);
    choice.line = rule.line;
    choice.namedWeightScale = rule.match == name && rule.weights.scale;
    break;
  }
  return choice;
}

bool Recipe::equalizes() const {
  auto does = [](const EqualizeSpec &spec) {
    return spec.method != num::Equalization::None;
  };
  return does(equalizeDefault) || llvm::any_of(layers, [&](const LayerRule &r) {
           return r.equalize && does(*r.equalize);
         });
}

llvm::Expected<Recipe> qs::readRecipe(StringRef path) {
  auto buffer = llvm::MemoryBuffer::getFile(path);
  if (!buffer)
    return fileError(path, "cannot be read: " + buffer.getError().message());
  return parseRecipe((*buffer)->getBuffer(), path);
}

static llvm::Error checkTensor(const TensorChoice &choice, StringRef layer,
                               StringRef role) {
  auto fail = [&](const Twine &what, const Twine &expected) {
    return llvm::createStringError("layer '" + layer + "': " + what + " of " +
                                   role + " is not implemented yet, expected " +
                                   expected);
  };
  if (choice.autoCode())
    return fail("code 'auto'", "one of " + num::allowedCodes());
  if (choice.isFloat())
    return llvm::Error::success();
  if (choice.autoScale)
    return fail("scale 'auto'",
                role == "weights" ? "none, tensor, axis or groupG" : "tensor");
  if (choice.autoPattern)
    return fail("pattern 'auto'", "dense");
  if (!choice.pattern.isImplemented())
    return fail("pattern '" + num::toString(choice.pattern) + "'", "dense");
  return llvm::Error::success();
}

llvm::Error qs::checkImplemented(const LayerChoice &choice, StringRef layer) {
  if (llvm::Error error = checkTensor(choice.weights, layer, "weights"))
    return error;
  return checkTensor(choice.activations, layer, "activations");
}
