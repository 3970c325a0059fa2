//===- WeightJob.cpp - the weight of one layer on its way -----------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WeightJob.h"
#include "qs/Dialect/QS/IR/LinearForms.h"
#include "qs/Dialect/QS/IR/Names.h"
#include "qs/Dialect/QS/Transforms/Utils/Constants.h"
#include "qs/Numerics/Stochastic.h"
#include "llvm/Support/FormatVariadic.h"
#include <cmath>

using namespace mlir;
using namespace qs;

/// The scale attribute for a weight of `linear`; `note` says where it is
/// another than asked for.
static ScaleAttrInterface getScale(const FloatLinear &linear,
                                   const num::ScaleSpec &spec,
                                   std::string &note) {
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
    if (size % spec.groupSize == 0)
      return GroupScaleAttr::get(ctx, linear.reducedAxis(), spec.groupSize,
                                 storage);
    note = llvm::formatv("expected a reduction dimension that the group size "
                         "{0} divides, found {1}",
                         spec.groupSize, size);
    return AxisScaleAttr::get(ctx, linear.scaledAxis(), storage);
  }
  }
  llvm_unreachable("unknown granularity");
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

FailureOr<WeightJob> WeightJob::make(const FloatLinear &linear,
                                     const TensorChoice &wanted, bool byName) {
  Operation *op = linear.op;
  std::string layer = getLayerName(op);
  FailureOr<std::vector<float>> values = readWeight(linear, layer);
  if (failed(values))
    return failure();
  CodeAttrInterface code = parseCodeName(
      wanted.autoCode() ? "int8" : StringRef(wanted.code), op->getContext());
  if (!code)
    return op->emitError() << "layer '" << layer << "': code '" << wanted.code
                           << "' of weights, expected " << listCodeNames();
  WeightJob job{linear, wanted, {}, std::move(*values), {}, {}, 0, {}};
  ScaleAttrInterface scale = getScale(linear, wanted.scale, job.scaleNote);
  if (byName && !job.scaleNote.empty())
    return op->emitError() << "layer '" << layer << "': " << job.scaleNote;
  job.type = QuantType::get(code, scale);
  RankedTensorType real = linear.weightType();
  FailureOr<SmallVector<int64_t>> shape =
      scale.getParamShape(real.getShape(), [&] { return op->emitError(); });
  if (failed(shape))
    return failure();
  job.paramShape = *shape;
  job.numParams = size_t(ShapedType::getNumElements(job.paramShape));
  job.scaleOf.resize(job.values.size());
  forEachScaled(real.getShape(), scale, [&](int64_t flat, int64_t param) {
    job.scaleOf[flat] = param;
  });
  return job;
}

bool WeightJob::isAffine(const num::Code &code) const {
  // Scales of two levels have one way only.
  if (!isPlainInteger(code) || wanted.scale.storage == num::ScaleStorage::E4M3)
    return false;
  std::string method = scaleMethod(wanted, code);
  return method == "absmax" || (method == "mse" && !code.isSigned());
}

/// The scale of the layer's quantized input, or 0 where it is float.
static double inputScale(const FloatLinear &linear) {
  auto dequantize = linear.input.getDefiningOp<DequantizeOp>();
  if (!dequantize)
    return 0;
  std::optional<std::vector<float>> scale = readFloats(dequantize.getScale());
  return scale && scale->size() == 1 ? (*scale)[0] : 0;
}

/// Whether products alone may leave i32, so that sums become i64 and hold
/// biases of up to 2^52 units.
static bool sumsLeaveI32(const WeightJob &job) {
  QuantType input;
  if (auto dequantize = job.linear.input.getDefiningOp<DequantizeOp>())
    input = QuantType::of(dequantize.getInput().getType());
  AccumulatorAttr wanted = getWantedAccumulator(job.linear.op);
  if (!input || !input.isInteger() || !job.type.isInteger() ||
      (wanted && (!wanted.isInteger() || wanted.getWidth() <= 32)))
    return false;
  auto reach = [](num::LevelRange levels) {
    return double(std::max(-levels.min, levels.max));
  };
  return reach(levelsOf(input)) * reach(levelsOf(job.type)) *
             double(job.linear.columns()) >
         INT32_MAX;
}

/// The least weight scale for which a bias stays within half of what sums hold
/// in units of input scale times weight scale; the other half is for the
/// products.
static float leastScale(double bias, double input, bool wide) {
  const double limit = std::ldexp(1.0, wide ? 51 : 30);
  return input > 0 ? static_cast<float>(std::abs(bias) / (input * limit)) : 0;
}

std::vector<float> WeightJob::leastScales() const {
  double input = inputScale(linear);
  std::optional<std::vector<float>> bias =
      linear.bias ? readFloats(linear.bias) : std::nullopt;
  std::vector<float> least(numParams, 0.0f);
  if (!input || !bias || bias->empty())
    return least;
  int64_t channels = linear.outputChannels();
  bool wide = sumsLeaveI32(*this);
  for (size_t flat = 0; flat < values.size(); ++flat) {
    size_t c = bias->size() == 1 ? 0 : linear.channelOf(flat) % channels;
    float &scale = least[scaleOf[flat]];
    scale = std::max(scale, leastScale((*bias)[c], input, wide));
  }
  return least;
}

/// Affine integers: the range decides, and a bias may ask for a larger scale.
static WeightCodes codeIntegers(const WeightJob &job, bool search) {
  std::vector<std::vector<float>> runs(job.numParams);
  for (size_t i = 0; i < job.values.size(); ++i)
    runs[job.scaleOf[i]].push_back(job.values[i]);
  num::LevelRange levels = levelsOf(job.type);
  bool symmetric = levels.min < 0;
  num::LevelRange used = symmetric ? num::restrictedRange(levels) : levels;
  num::ScaleStorage storage = storageOf(job.type.getScale().getStorage());
  std::vector<float> least = job.leastScales();
  bool none = job.wanted.scale.granularity == num::Granularity::None;
  WeightCodes made;
  for (auto [run, lower] : llvm::zip(runs, least)) {
    float min = 0, max = 0;
    for (float value : run) {
      min = std::min(min, value);
      max = std::max(max, value);
    }
    num::AffineParams params =
        none        ? num::AffineParams{}
        : symmetric ? num::chooseSymmetric(std::max(-min, max), levels, storage)
        : search ? num::searchAffine({run.data(), run.size(), nullptr}, levels,
                                     storage)
                 : num::chooseAsymmetric(min, max, levels, storage);
    if (params.scale < lower)
      params.scale = num::storeScale(lower, storage);
    made.scales.push_back(params.scale);
    if (!symmetric)
      made.zeroPoints.push_back(params.zeroPoint);
  }
  for (size_t i = 0; i < job.values.size(); ++i) {
    int64_t param = job.scaleOf[i];
    int32_t zeroPoint = symmetric ? 0 : made.zeroPoints[param];
    made.words.push_back(int32_t(
        num::quantize(job.values[i], {made.scales[param], zeroPoint}, used)));
  }
  return made;
}

/// A bias may ask for larger scales than the weights do.
static void raiseScales(const WeightJob &job, const num::Code &code,
                        WeightCodes &codes) {
  std::vector<float> least = job.leastScales();
  double lowest = double(num::restrictedRange(code.levels()).min);
  for (size_t i = 0; i < job.values.size(); ++i) {
    int64_t param = job.scaleOf[i];
    float lower = least[param] / codes.tensorScale;
    float &scale = codes.scales[param];
    if (scale >= lower && least[param] == 0)
      continue;
    if (scale < lower)
      scale = num::storeScale(lower, job.wanted.scale.storage);
    double x = job.values[i] / (scale * codes.tensorScale);
    codes.words[i] =
        int32_t(code.encode(std::max(x, lowest), num::Rounding::HalfEven));
  }
}

std::optional<WeightCodes> qs::codeNearest(const WeightJob &job,
                                           std::string &why) {
  std::unique_ptr<num::Code> code = job.code();
  if (job.wanted.pruned && !num::hasZero(*code)) {
    why = "pruned: true of weights needs a code with a 0, found '" +
          code->name() + "', expected one of " +
          num::allowedCodes(num::hasZero) + ", or pruned: false";
    return {};
  }
  bool isInteger = job.isAffine(*code);
  if (job.hasNoScale(*code)) {
    // A method that stands here for nothing must suit the code all the same;
    // floats may have one from the defaults.
    if (!code->isFloat() &&
        !checkMethod(scaleMethod(job.wanted, *code), *code, why))
      return {};
    if (!checkSigns(job.values, *code, /*mayShift=*/false, why))
      return {};
  }
  if (job.hasNoScale(*code) && !isInteger) {
    WeightCodes made;
    made.scales.assign(job.numParams, 1.0f);
    for (float value : job.values)
      made.words.push_back(
          int32_t(code->encode(value, num::Rounding::HalfEven)));
    return made;
  }
  if (isInteger)
    return codeIntegers(job, scaleMethod(job.wanted, *code) == "mse");
  std::optional<WeightCodes> made = codeWeights(
      job.values, job.scaleOf, job.numParams, job.wanted, *code, why);
  if (made && isPlainInteger(*code))
    raiseScales(job, *code, *made);
  return made;
}

std::unique_ptr<num::Code> qs::codeOf(const WeightJob &job,
                                      const WeightCodes &codes, size_t param) {
  std::unique_ptr<num::Code> code = job.code();
  if (!codes.zeroPoints.empty() && !code->isSigned())
    return num::makeOffsetCode(code->bits(), codes.zeroPoints[param]);
  size_t entries = code->parameterCount();
  if (!entries)
    return code;
  bool shared = codes.codebook.size() == entries;
  auto first = codes.codebook.begin() + ptrdiff_t(shared ? 0 : param * entries);
  std::vector<double> own(first, first + ptrdiff_t(entries));
  std::string error;
  return job.wanted.pruned ? num::makePrunedCodebook(*code, own, error)
                           : code->bind(own, error);
}

void qs::roundAtRandom(const WeightJob &job, uint64_t seed,
                       WeightCodes &codes) {
  std::vector<std::unique_ptr<num::Code>> bound;
  for (size_t param = 0; param < job.numParams; ++param)
    bound.push_back(codeOf(job, codes, param));
  std::unique_ptr<num::Code> code = job.code();
  double lowest = isPlainInteger(*code) && code->isSigned()
                      ? double(num::restrictedRange(code->levels()).min)
                      : -HUGE_VAL;
  for (size_t i = 0; i < job.values.size(); ++i) {
    int64_t param = job.scaleOf[i];
    double x = job.values[i] / (codes.scales[param] * codes.tensorScale);
    codes.words[i] = int32_t(num::encodeStochastic(
        *bound[param], std::max(x, lowest), num::randomBits(seed, i)));
  }
}

std::vector<float> qs::realWeights(const WeightJob &job,
                                   const WeightCodes &codes) {
  std::vector<std::unique_ptr<num::Code>> bound;
  for (size_t param = 0; param < job.numParams; ++param)
    bound.push_back(codeOf(job, codes, param));
  std::vector<float> real(job.values.size());
  for (size_t i = 0; i < real.size(); ++i) {
    int64_t param = job.scaleOf[i];
    const num::Code &code = *bound[param];
    // Words of signed integers are levels; patterns are their low bits.
    auto pattern =
        uint32_t(codes.words[i]) & uint32_t((uint64_t(1) << code.bits()) - 1);
    real[i] =
        float(code.decode(pattern)) * (codes.scales[param] * codes.tensorScale);
  }
  return real;
}
