//===- CollectInputs.cpp - what the inputs of layers are ------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Dialect/QS/Transforms/Calibrate/CollectInputs.h"
#include "qs/Dialect/QS/IR/Names.h"
#include "qs/Dialect/QS/Transforms/Utils/InputGrams.h"
#include "llvm/Support/FormatVariadic.h"
#include <cmath>

using namespace mlir;
using namespace qs;

static llvm::Error refuse(Operation *op, const Twine &why) {
  return llvm::createStringError("layer '" + getLayerName(op) + "': " + why);
}

InputCollector::~InputCollector() { removeObservers(); }

void InputCollector::removeObservers() {
  if (!active)
    return;
  active = false;
  for (auto &[op, layer] : layers)
    if (auto observe = layer.linear.input.getDefiningOp<ObserveOp>();
        observe && names.count(observe.getName())) {
      observe.getResult().replaceAllUsesWith(observe.getInput());
      layer.linear.input = observe.getInput();
      observe.erase();
    }
}

/// What must be known of the input to cut it into rows.
static bool hasKnownShape(const FloatLinear &linear) {
  auto type = dyn_cast<RankedTensorType>(linear.input.getType());
  if (!type || type.getRank() < 2)
    return false;
  ArrayRef<int64_t> shape = type.getShape();
  if (!linear.isConv())
    return shape.back() == linear.inputChannels();
  return type.getRank() == 4 && shape.back() == linear.inputChannels() &&
         !ShapedType::isDynamicShape(shape.drop_front());
}

llvm::Error InputCollector::watch(Operation *op, bool gram) {
  std::optional<FloatLinear> linear = FloatLinear::get(op);
  if (!linear || linear->hasBatchedWeights())
    return refuse(op, "expected one weight matrix or convolution on f32 where "
                      "inputs are looked at, found " +
                          op->getName().getStringRef());
  if (!hasKnownShape(*linear))
    return refuse(op, "expected an input of known size where inputs are looked "
                      "at");
  std::optional<uint64_t> bytes = gramBytes(*linear);
  if (gram && (!bytes || *bytes > limitBytes))
    return refuse(
        op,
        llvm::formatv("the statistics of its {0} inputs take {1} MiB, the "
                      "limit is {2}; choose a quantizer without gptq, and "
                      "no awq, for it",
                      linear->columns() * linear->matrices(),
                      (bytes.value_or(INT64_MAX) >> 20) + 1, limitBytes >> 20)
            .str());
  Layer layer{*linear, {}, {}, true};
  layer.inputShape.assign(
      cast<RankedTensorType>(linear->input.getType()).getShape().begin(),
      cast<RankedTensorType>(linear->input.getType()).getShape().end());
  layer.inputs.most.resize(linear->inputChannels());
  layer.inputs.sum.resize(linear->inputChannels());
  if (gram)
    for (int64_t m = 0; m < linear->matrices(); ++m)
      layer.inputs.grams.emplace_back(size_t(linear->columns()));
  // No layer and so no other observer has such a name.
  std::string name =
      llvm::formatv("{0}#inputs{1}", getLayerName(op), layers.size());
  OpBuilder b(op);
  auto observe = ObserveOp::create(b, op->getLoc(), linear->input.getType(),
                                   linear->input, name, RangeAttr());
  // The same tensor may be its weights; those are no inputs.
  for (OpOperand &operand : op->getOpOperands())
    if (operand.get() == linear->input) {
      operand.set(observe.getResult());
      break;
    }
  layer.linear.input = observe.getResult();
  names[name] = op;
  layers.insert({op, std::move(layer)});
  return llvm::Error::success();
}

bool InputCollector::add(StringRef observer, ArrayRef<float> values) {
  auto found = names.find(observer);
  if (found == names.end())
    return false;
  layers.find(found->second)->second.add(values);
  return true;
}

void InputCollector::Layer::add(ArrayRef<float> values) {
  size_t channels = inputs.most.size();
  for (size_t i = 0; i < values.size(); ++i) {
    float magnitude = std::fabs(values[i]);
    finite &= std::isfinite(magnitude);
    size_t c = i % channels;
    inputs.most[c] = std::max(inputs.most[c], magnitude);
    inputs.sum[c] += magnitude;
  }
  inputs.count += channels ? values.size() / channels : 0;
  if (inputs.grams.empty() || !finite)
    return;
  if (!linear.isConv()) {
    inputs.grams.front().add(values.data(), values.size() / channels);
    return;
  }
  size_t image = inputShape[1] * inputShape[2] * inputShape[3];
  for (size_t at = 0; image && at + image <= values.size(); at += image)
    addWindows(values.data() + at);
}

/// Cuts an image [H, W, C] into windows, each a row for its matrix.
void InputCollector::Layer::addWindows(const float *image) {
  int64_t height = inputShape[1], width = inputShape[2];
  int64_t all = inputShape[3], matrices = linear.matrices();
  int64_t channels = all / matrices;
  ArrayRef<int64_t> weight = linear.weightType().getShape();
  bool depthwise = linear.kind == FloatLinear::Kind::Depthwise;
  int64_t kh = weight[depthwise ? 0 : 1], kw = weight[depthwise ? 1 : 2];
  auto outputs = [&](int64_t size, int64_t taps, int axis) {
    int64_t padded = size + linear.pad[2 * axis] + linear.pad[2 * axis + 1] -
                     (taps - 1) * linear.dilation[axis] - 1;
    return padded < 0 ? 0 : padded / linear.stride[axis] + 1;
  };
  int64_t rows = outputs(height, kh, 0), columns = outputs(width, kw, 1);
  auto k = size_t(linear.columns());
  // A line of windows at a time.
  std::vector<float> line(size_t(columns) * k);
  for (int64_t m = 0; m < matrices; ++m)
    for (int64_t oy = 0; oy < rows; ++oy) {
      std::fill(line.begin(), line.end(), 0.0f);
      float *to = line.data();
      for (int64_t ox = 0; ox < columns; ++ox)
        for (int64_t ky = 0; ky < kh; ++ky)
          for (int64_t kx = 0; kx < kw; ++kx, to += channels) {
            int64_t y =
                oy * linear.stride[0] + ky * linear.dilation[0] - linear.pad[0];
            int64_t x =
                ox * linear.stride[1] + kx * linear.dilation[1] - linear.pad[2];
            if (y < 0 || y >= height || x < 0 || x >= width)
              continue;
            const float *from = image + (y * width + x) * all + m * channels;
            std::copy(from, from + channels, to);
          }
      inputs.grams[m].add(line.data(), size_t(columns));
    }
}

llvm::Error InputCollector::finish() {
  removeObservers();
  for (auto &[op, layer] : layers) {
    if (!layer.inputs.count)
      return refuse(op, "its inputs were never seen in calibration");
    if (!layer.finite)
      return refuse(op, "its inputs hold NaN or infinities in calibration");
  }
  return llvm::Error::success();
}

const LayerInputs *InputCollector::of(Operation *op) const {
  auto found = layers.find(op);
  return found == layers.end() ? nullptr : &found->second.inputs;
}
