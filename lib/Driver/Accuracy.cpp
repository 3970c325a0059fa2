//===- Accuracy.cpp - labels that a network finds ---------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Driver/Accuracy.h"
#include "qs/Dialect/QS/Transforms/Calibrate/Calibrate.h"
#include "qs/Driver/Batch.h"
#include "qs/Driver/Engine.h"

using namespace mlir;

namespace qs::run {

/// Samples whose greatest output stands at their label.
static llvm::Expected<uint64_t> countRight(const Array &output,
                                           const Array &labels) {
  int64_t samples = labels.shape.empty() ? 1 : labels.shape.front();
  int64_t total = 1;
  for (int64_t size : output.shape)
    total *= size;
  if (samples <= 0 || total % samples != 0 || total == 0)
    return llvm::createStringError(
        "expected one label for each sample of the output " +
        shapeText(output.shape) + ", found " + shapeText(labels.shape));
  int64_t classes = total / samples;
  std::vector<float> values = output.toFloats();
  uint64_t right = 0;
  for (int64_t i = 0; i < samples; ++i) {
    auto begin = values.begin() + i * classes;
    int64_t label = labels.getInt(i);
    if (label < 0 || label >= classes)
      return llvm::createStringError("label " + Twine(i) + ": expected 0 to " +
                                     Twine(classes - 1) + ", found " +
                                     Twine(label));
    right += std::max_element(begin, begin + classes) - begin == label;
  }
  return right;
}

/// The share of samples that `module` gets right.
static llvm::Expected<double> measure(ModuleOp module, const NpzFile &test,
                                      const Array &labels) {
  auto entry = getEntryFunction(module);
  if (!entry)
    return entry.takeError();
  auto function = findFunction(module, entry->getName());
  if (!function)
    return function.takeError();
  auto signature = signatureOf(*function);
  if (!signature)
    return signature.takeError();
  auto batches = takeInputs(test, *signature);
  if (!batches)
    return batches.takeError();
  auto engine = makeJitEngine(module, *function);
  if (!engine)
    return engine.takeError();
  auto outputs = runBatches(**engine, *batches, *signature);
  if (!outputs)
    return outputs.takeError();
  if (outputs->empty())
    return llvm::createStringError("the network has no output");
  auto right = countRight(outputs->front(), labels);
  if (!right)
    return right.takeError();
  return double(*right) /
         double(labels.shape.empty() ? 1 : labels.shape.front());
}

llvm::Error measureAccuracy(Report &report, QuantizedModel &model,
                            const NpzFile &test) {
  const Array *labels = test.find(kLabelsArray);
  if (!labels || labels->shape.size() > 1)
    return llvm::createStringError(
        "expected an array '" + kLabelsArray +
        "' of one integer for each sample, found " +
        (labels ? shapeText(labels->shape) : test.names()));
  ReportAccuracy accuracy;
  accuracy.samples = labels->shape.empty() ? 1 : labels->shape.front();
  auto quantized = measure(*model.integer, test, *labels);
  if (!quantized)
    return quantized.takeError();
  accuracy.quantized = *quantized;
  if (model.observed) {
    auto floats = measure(*model.observed, test, *labels);
    if (!floats)
      return floats.takeError();
    accuracy.floatValue = *floats;
  }
  report.accuracy = accuracy;
  return llvm::Error::success();
}

} // namespace qs::run
