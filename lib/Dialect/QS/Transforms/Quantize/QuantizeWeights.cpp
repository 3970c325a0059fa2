//===- QuantizeWeights.cpp - constant weights to codes -------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerChoices.h"
#include "WeightCodes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "qs/Dialect/QS/IR/Names.h"
#include "qs/Dialect/QS/Transforms/Utils/Constants.h"
#include "qs/Dialect/QS/Transforms/Utils/Fallback.h"
#include "qs/Dialect/QS/Transforms/Utils/FloatLinear.h"
#include "llvm/Support/FormatVariadic.h"
#include <cmath>

using namespace mlir;
using namespace qs;

/// A layer whose reduction the group size does not divide: its weights take the
/// scale `axis`, and say so, unless the recipe asked for groups by its name.
static LogicalResult leaveGroups(const FloatLinear &linear,
                                 const num::ScaleSpec &spec, int64_t size,
                                 bool byName) {
  std::string layer = getLayerName(linear.op);
  std::string reason =
      llvm::formatv("expected a reduction dimension that the group size {0} "
                    "divides, found {1}",
                    spec.groupSize, size);
  if (byName)
    return linear.op->emitError() << "layer '" << layer << "': " << reason;
  reason += "; its weights take the scale axis";
  linear.op->setAttr(kScaleFallbackAttr,
                     StringAttr::get(linear.op->getContext(), reason));
  emitFallbackRemark(linear.op, "qs-apply-recipe", reason);
  return success();
}

/// The scale attribute for a weight of `linear`, or null with an error.
static ScaleAttrInterface getScale(const FloatLinear &linear,
                                   const num::ScaleSpec &spec, bool byName) {
  MLIRContext *ctx = linear.op->getContext();
  Type storage = parseScaleStorage(num::toString(spec.storage), ctx);
  switch (spec.granularity) {
  case num::Granularity::None:
  case num::Granularity::Tensor:
    return TensorScaleAttr::get(ctx, storage);
  case num::Granularity::Axis:
    return AxisScaleAttr::get(ctx, linear.scaledAxis(), storage);
  case num::Granularity::Group: {
    int64_t size = linear.weightType().getDimSize(linear.reducedAxis());
    if (size % spec.groupSize != 0) {
      if (failed(leaveGroups(linear, spec, size, byName)))
        return {};
      return AxisScaleAttr::get(ctx, linear.scaledAxis(), storage);
    }
    return GroupScaleAttr::get(ctx, linear.reducedAxis(), spec.groupSize,
                               storage);
  }
  }
  llvm_unreachable("unknown granularity");
}

namespace {
/// Extremes of the elements that share a scale, and the largest bias among
/// their output channels.
struct Extremes {
  float min = 0, max = 0, bias = 0;
};
} // namespace

/// Calls `fn(flat index, parameter index)` for every element.
template <typename Fn>
static void forEachElement(RankedTensorType type, ScaleAttrInterface scale,
                           Fn fn) {
  ArrayRef<int64_t> shape = type.getShape();
  SmallVector<int64_t> index(shape.size(), 0);
  for (int64_t flat = 0, count = type.getNumElements(); flat < count; ++flat) {
    fn(flat, scale.getParamIndex(shape, index));
    for (int64_t axis = int64_t(shape.size()) - 1; axis >= 0; --axis) {
      if (++index[axis] < shape[axis])
        break;
      index[axis] = 0;
    }
  }
}

/// The scale of the layer's quantized input, or 0 where it is float.
static double inputScale(const FloatLinear &linear) {
  auto dequantize = linear.input.getDefiningOp<DequantizeOp>();
  if (!dequantize)
    return 0;
  std::optional<std::vector<float>> scale = readFloats(dequantize.getScale());
  return scale && scale->size() == 1 ? (*scale)[0] : 0;
}

/// The least weight scale for which a bias stays within half of i32 in units of
/// input scale times weight scale; the other half is for the sums.
static float leastScale(double bias, double input) {
  constexpr double limit = 1 << 30;
  return input > 0 ? static_cast<float>(std::abs(bias) / (input * limit)) : 0;
}

/// The second level of scales in two levels, exact as it is a power of two.
static Value scaleTensor(OpBuilder &b, Location loc, Value weight,
                         float tensorScale) {
  if (tensorScale == 1)
    return weight;
  auto type = cast<RankedTensorType>(weight.getType());
  SmallVector<int64_t> ones(type.getRank(), 1);
  auto byteType = RankedTensorType::get(1, b.getI8Type());
  Value shift = tosa::ConstOp::create(
      b, loc, byteType, DenseElementsAttr::get(byteType, int8_t(0)));
  return tosa::MulOp::create(b, loc, type, weight,
                             makeWeights(b, loc, ones, {tensorScale}), shift);
}

namespace {
/// The weight of one layer on its way to codes.
struct Job {
  const FloatLinear &linear;
  const TensorChoice &wanted;
  QuantType type;
  std::vector<float> values;
  size_t numParams;
};
} // namespace

/// Affine integers: the extremes decide, and a bias may ask for a larger scale.
static WeightCodes codeIntegers(const Job &job,
                                std::vector<int32_t> &zeroPoints) {
  const FloatLinear &linear = job.linear;
  ScaleAttrInterface scale = job.type.getScale();
  std::optional<std::vector<float>> bias =
      linear.bias ? readFloats(linear.bias) : std::nullopt;
  std::vector<Extremes> extremes(job.numParams);
  int64_t channels = linear.outputChannels();
  forEachElement(linear.weightType(), scale, [&](int64_t flat, int64_t param) {
    Extremes &e = extremes[param];
    e.min = std::min(e.min, job.values[flat]);
    e.max = std::max(e.max, job.values[flat]);
    if (bias && !bias->empty()) {
      size_t c = bias->size() == 1 ? 0 : linear.channelOf(flat) % channels;
      e.bias = std::max(e.bias, std::abs((*bias)[c]));
    }
  });

  WeightCodes made;
  num::LevelRange levels = levelsOf(job.type);
  bool symmetric = levels.min < 0;
  num::LevelRange used = symmetric ? num::restrictedRange(levels) : levels;
  num::ScaleStorage storage = storageOf(scale.getStorage());
  double input = inputScale(linear);
  for (const Extremes &e : extremes) {
    num::AffineParams params;
    if (job.wanted.scale.granularity == num::Granularity::None)
      params = {};
    else if (symmetric)
      params = num::chooseSymmetric(std::max(-e.min, e.max), levels, storage);
    else
      params = num::chooseAsymmetric(e.min, e.max, levels, storage);
    float least = leastScale(e.bias, input);
    if (params.scale < least)
      params.scale = num::storeScale(least, storage);
    made.scales.push_back(params.scale);
    zeroPoints.push_back(params.zeroPoint);
  }
  made.words.resize(job.values.size());
  forEachElement(linear.weightType(), scale, [&](int64_t flat, int64_t param) {
    made.words[flat] = num::quantize(
        job.values[flat], {made.scales[param], zeroPoints[param]}, used);
  });
  return made;
}

/// The codes of the job by whatever way its code takes.
static std::optional<WeightCodes> makeCodes(const Job &job,
                                            std::vector<int32_t> &zeroPoints,
                                            std::string &why) {
  std::unique_ptr<num::Code> code = job.type.getCode().getArithmetic();
  // Scales of two levels have one way only.
  if (isPlainInteger(*code) &&
      job.wanted.scale.storage != num::ScaleStorage::E4M3 &&
      (job.wanted.quantizer.empty() || job.wanted.quantizer == "absmax"))
    return codeIntegers(job, zeroPoints);
  if (code->isBound() &&
      (code->isFloat() ||
       job.wanted.scale.granularity == num::Granularity::None)) {
    WeightCodes made;
    made.scales.assign(job.numParams, 1.0f);
    for (float value : job.values)
      made.words.push_back(
          int32_t(code->encode(value, num::Rounding::HalfEven)));
    return made;
  }
  std::vector<int64_t> scaleOf(job.values.size());
  forEachElement(job.linear.weightType(), job.type.getScale(),
                 [&](int64_t flat, int64_t param) { scaleOf[flat] = param; });
  return codeWeights(job.values, scaleOf, job.numParams, job.wanted, *code,
                     why);
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

/// The constant weight of the job, or an error at its op.
static FailureOr<std::vector<float>> readWeight(const FloatLinear &linear,
                                                StringRef layer) {
  Operation *op = linear.op;
  if (hasTooManyElements(linear.weightType()))
    return op->emitError() << "layer '" << layer << "': expected at most "
                           << kMostElements << " weights, found "
                           << linear.weightType();
  std::optional<std::vector<float>> values = readFloats(linear.weight);
  if (!values)
    return op->emitError() << "layer '" << layer
                           << "': the data of its weights are elided, or not "
                              "of the size that the type says";
  for (float value : *values)
    if (!std::isfinite(value))
      return op->emitError() << "layer '" << layer
                             << "': expected finite weights, found " << value;
  return *values;
}

FailureOr<bool> qs::quantizeWeights(Operation *op, const OpChoice &choice) {
  std::optional<FloatLinear> linear = FloatLinear::get(op);
  const TensorChoice &wanted = choice.recipe.weights;
  if (!linear || wanted.isFloat() || !getConstantElements(linear->weight))
    return false;
  std::string layer = getLayerName(op);
  FailureOr<std::vector<float>> values = readWeight(*linear, layer);
  if (failed(values))
    return failure();
  CodeAttrInterface code = parseCodeName(
      wanted.autoCode() ? "int8" : StringRef(wanted.code), op->getContext());
  if (!code)
    return op->emitError() << "layer '" << layer << "': code '" << wanted.code
                           << "' of weights, expected " << listCodeNames();
  ScaleAttrInterface scale =
      getScale(*linear, wanted.scale, choice.recipe.namedWeightScale);
  if (!scale)
    return failure();
  QuantType type = QuantType::get(code, scale);
  RankedTensorType real = linear->weightType();
  FailureOr<SmallVector<int64_t>> paramShape =
      scale.getParamShape(real.getShape(), [&] { return op->emitError(); });
  if (failed(paramShape))
    return failure();

  Job job{*linear, wanted, type, std::move(*values),
          size_t(ShapedType::getNumElements(*paramShape))};
  std::vector<int32_t> zeroPoints;
  std::string why;
  std::optional<WeightCodes> codes = makeCodes(job, zeroPoints, why);
  if (!codes)
    return op->emitError() << "layer '" << layer << "': " << why;
  if (choice.accumulator)
    fitAccumulator(*linear, type, job.values, choice.accumulator,
                   choice.activation, *codes);

  OpBuilder b(op);
  Location loc = linear->weight.getLoc();
  Value words = makeLevels(b, loc, RankedTensorType::get(real.getShape(), type),
                           codes->words);
  Value scaleValue =
      makeScales(b, loc, *paramShape, codes->scales, scale.getStorage());
  Value codeParam = makeCodebook(b, loc, *codes, type.getParameterCount(),
                                 *paramShape, wanted.codebook.storage);
  if (llvm::any_of(zeroPoints, [](int32_t z) { return z != 0; }))
    codeParam = makeInts(b, loc, *paramShape, zeroPoints);
  Value weight =
      DequantizeOp::create(b, loc, real, words, scaleValue, codeParam);
  weight = scaleTensor(b, loc, weight, codes->tensorScale);
  for (OpOperand &operand : op->getOpOperands())
    if (operand.get() == linear->weight)
      operand.set(weight);
  return true;
}
