//===- QuantizeWeights.cpp - constant weights to codes -------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerChoices.h"
#include "ScaleLimits.h"
#include "WeightJob.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "qs/Dialect/QS/IR/LinearForms.h"
#include "qs/Dialect/QS/IR/Names.h"
#include "qs/Dialect/QS/Transforms/Utils/Constants.h"
#include "qs/Dialect/QS/Transforms/Utils/Fallback.h"
#include "qs/Dialect/QS/Transforms/Utils/FloatLinear.h"
#include "qs/Dialect/QS/Transforms/Utils/FloatProduct.h"
#include "qs/Dialect/QS/Transforms/Utils/InputGrams.h"

using namespace mlir;
using namespace qs;

/// The second level of scales in two levels, exact as it is a power of two.
static Value scaleTensor(OpBuilder &b, Location loc, Value weight,
                         float tensorScale) {
  if (tensorScale == 1)
    return weight;
  auto type = cast<RankedTensorType>(weight.getType());
  SmallVector<int64_t> ones(type.getRank(), 1);
  return multiplyFloats(b, loc, type, weight,
                        makeWeights(b, loc, ones, {tensorScale}));
}

/// The entries of a codebook as a constant: one table, or one for each scale.
static Value makeCodebook(OpBuilder &b, Location loc, const WeightCodes &codes,
                          unsigned entries, ArrayRef<int64_t> paramShape,
                          num::CodebookStorage storage) {
  if (codes.codebook.empty())
    return {};
  SmallVector<int64_t> shape;
  if (codes.codebook.size() > entries)
    shape.assign(paramShape.begin(), paramShape.end());
  shape.push_back(entries);
  if (storage == num::CodebookStorage::Int8) {
    std::vector<int8_t> bytes(codes.codebook.begin(), codes.codebook.end());
    return arith::ConstantOp::create(
        b, loc,
        DenseElementsAttr::get(RankedTensorType::get(shape, b.getI8Type()),
                               ArrayRef<int8_t>(bytes)));
  }
  Type element = storage == num::CodebookStorage::F16 ? Type(b.getF16Type())
                                                      : Type(b.getF32Type());
  return makeScales(b, loc, shape, codes.codebook, element);
}

static std::string listCodesOfThreeWords() {
  std::string names, error;
  for (const std::string &name : num::implementedCodes())
    if (num::hasThreeWords(*num::makeCode(name, error)))
      names += " " + name;
  return names;
}

FailureOr<bool> qs::quantizeWeights(Operation *op, const OpChoice &choice) {
  std::optional<FloatLinear> linear = FloatLinear::get(op);
  const TensorChoice &wanted = choice.recipe.weights;
  if (!linear || wanted.isFloat() || !getConstantElements(linear->weight))
    return false;
  FailureOr<WeightJob> job =
      WeightJob::make(*linear, wanted, choice.recipe.namedWeightScale);
  if (failed(job))
    return failure();
  if (wanted.fives && !num::hasThreeWords(*job->code()))
    return op->emitError() << "layer '" << getLayerName(op)
                           << "': packing 'fives' does not take the code '"
                           << wanted.code << "', expected one of"
                           << listCodesOfThreeWords() << ", or packing planes";
  // A layer whose reduction the group size does not divide says so.
  if (!job->scaleNote.empty()) {
    std::string reason = job->scaleNote + "; its weights take the scale axis";
    op->setAttr(kScaleFallbackAttr, StringAttr::get(op->getContext(), reason));
    emitFallbackRemark(op, "qs-apply-recipe", reason);
  }
  std::string why;
  InputUse use = qs::inputUse(wanted, *job->code());
  if (wanted.stochastic && use == InputUse::Needed)
    return op->emitError() << "layer '" << getLayerName(op)
                           << "': rounding: stochastic needs a quantizer "
                              "without gptq, found '"
                           << wanted.quantizer << "'";
  bool feedback = use == InputUse::Needed ||
                  (use == InputUse::Wanted && !wanted.stochastic &&
                   op->hasAttr(kInputGramAttr));
  std::optional<WeightCodes> codes =
      feedback ? codeWithFeedback(*job, why) : codeNearest(*job, why);
  if (!codes)
    return op->emitError() << "layer '" << getLayerName(op) << "': " << why;
  op->removeAttr(kInputGramAttr);
  if (wanted.fives)
    op->setAttr(kFivesAttr, UnitAttr::get(op->getContext()));
  if (wanted.pruned)
    op->setAttr(kPrunedAttr, UnitAttr::get(op->getContext()));
  if (choice.accumulator)
    fitAccumulator(*linear, job->type, job->values, choice.accumulator,
                   choice.activation, *codes);
  if (std::optional<uint64_t> seed =
          wanted.seedFor(getLayerName(op) + "#weights"))
    roundAtRandom(*job, *seed, *codes);
  warnOfLostWeights(*job, *codes);

  OpBuilder b(op);
  Location loc = linear->weight.getLoc();
  RankedTensorType real = linear->weightType();
  ScaleAttrInterface scale = job->type.getScale();
  Value words = makeLevels(
      b, loc, RankedTensorType::get(real.getShape(), job->type), codes->words);
  Value scaleValue =
      makeScales(b, loc, job->paramShape, codes->scales, scale.getStorage());
  Value codeParam = makeCodebook(b, loc, *codes, job->type.getParameterCount(),
                                 job->paramShape, wanted.codebook.storage);
  if (llvm::any_of(codes->zeroPoints, [](int32_t z) { return z != 0; }))
    codeParam = makeInts(b, loc, job->paramShape, codes->zeroPoints);
  Value weight =
      DequantizeOp::create(b, loc, real, words, scaleValue, codeParam);
  weight = scaleTensor(b, loc, weight, codes->tensorScale);
  for (OpOperand &operand : op->getOpOperands())
    if (operand.get() == linear->weight)
      operand.set(weight);
  return true;
}
