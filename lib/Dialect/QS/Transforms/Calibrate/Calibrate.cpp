//===- Calibrate.cpp - ranges from data ----------------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Dialect/QS/Transforms/Calibrate/Calibrate.h"
#include "qs/Dialect/QS/IR/QSOps.h"
#include "qs/Dialect/QS/Transforms/Calibrate/CollectInputs.h"
#include "qs/Dialect/QS/Transforms/Utils/Constants.h"
#include "qs/Dialect/QS/Transforms/Utils/Fallback.h"
#include "qs/Dialect/QS/Transforms/Utils/InputGrams.h"
#include "qs/Dialect/QS/Transforms/Utils/Roles.h"
#include "qs/Support/Recipe.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include <cmath>

using namespace mlir;
using namespace qs;

static llvm::Error makeError(const Twine &text) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), text);
}

namespace {
/// The data of one argument, and how many batches of it there are.
struct ArgumentData {
  const Array *array;
  RankedTensorType type;
  int64_t batches = 1, batchSize = 1;
  bool sliced = false;
};
} // namespace

static std::string describe(llvm::ArrayRef<int64_t> shape) {
  std::string text;
  for (int64_t size : shape)
    text += (text.empty() ? "" : "x") +
            (ShapedType::isDynamic(size) ? "?" : std::to_string(size));
  return text.empty() ? "scalar" : text;
}

/// Finds the data of argument `index`: samples along the first axis, or the
/// argument as it is.
static llvm::Expected<ArgumentData> findArgument(FunctionOpInterface function,
                                                 unsigned index,
                                                 const NpzFile &data) {
  std::string name = getArgumentName(function, index);
  ArgumentData found;
  found.type = dyn_cast<RankedTensorType>(function.getArgumentTypes()[index]);
  if (!found.type)
    return makeError("argument '" + name + "' is not a tensor");
  found.array = data.find(name);
  if (!found.array)
    return makeError("the calibration data have no array '" + name +
                     "', only " + data.names());
  ArrayRef<int64_t> wanted = found.type.getShape();
  ArrayRef<int64_t> shape = found.array->shape;
  bool fits = shape.size() == wanted.size() &&
              (shape.empty() || succeeded(verifyCompatibleShape(
                                    shape.drop_front(), wanted.drop_front())));
  if (fits && !shape.empty()) {
    found.sliced = true;
    found.batchSize = ShapedType::isDynamic(wanted[0]) ? 1 : wanted[0];
    found.batches = found.batchSize ? shape[0] / found.batchSize : 0;
    fits = found.batches > 0;
  }
  if (!fits)
    return makeError("expected calibration data '" + name + "' of shape " +
                     describe(wanted) +
                     " with more samples on the first "
                     "axis, found " +
                     describe(shape));
  if (found.type.getElementType().isF32()) {
    uint64_t bad = 0;
    for (float value : found.array->toFloats())
      bad += !std::isfinite(value);
    if (bad)
      return makeError("calibration data '" + name + "' hold " + Twine(bad) +
                       " values that are NaN or infinite");
  }
  return found;
}

llvm::Error
qs::runBatches(FunctionOpInterface function, const NpzFile &data,
               const CalibrationEngine &engine, ObserverCallback observer,
               llvm::function_ref<void(int64_t, int64_t)> progress) {
  SmallVector<ArgumentData> arguments;
  int64_t batches = -1;
  for (unsigned i = 0; i < function.getNumArguments(); ++i) {
    llvm::Expected<ArgumentData> found = findArgument(function, i, data);
    if (!found)
      return found.takeError();
    if (found->sliced && batches >= 0 && found->batches != batches)
      return makeError(
          "expected " + Twine(batches) + " batches of calibration data '" +
          getArgumentName(function, i) + "', found " + Twine(found->batches));
    if (found->sliced)
      batches = found->batches;
    arguments.push_back(*found);
  }
  batches = std::max<int64_t>(batches, 1);
  for (int64_t batch = 0; batch < batches; ++batch) {
    std::vector<Array> inputs;
    for (const ArgumentData &argument : arguments)
      inputs.push_back(argument.sliced
                           ? slice(*argument.array, batch * argument.batchSize,
                                   (batch + 1) * argument.batchSize)
                           : *argument.array);
    if (llvm::Error error = engine(inputs, observer))
      return error;
    if (progress)
      progress(batch + 1, batches);
  }
  return llvm::Error::success();
}

/// What is wrong with the values of an observer, or nothing.
static std::string findFault(const num::Histogram *seen) {
  if (!seen || !(seen->finiteCount() + seen->nanCount() + seen->infCount()))
    return "saw no values";
  if (seen->nanCount() || seen->infCount())
    return llvm::formatv("saw {0} NaN and {1} infinite values among {2}",
                         seen->nanCount(), seen->infCount(),
                         seen->nanCount() + seen->infCount() +
                             seen->finiteCount());
  return "";
}

/// `options` with the levels of the code that the observer says it is for, or
/// with that code, which `made` keeps, and the method that it asks for; nothing
/// where that is none. KL knows even steps only, so other codes take mse in its
/// place.
static std::optional<num::CalibrationOptions>
optionsFor(ObserveOp observe, num::CalibrationOptions options,
           std::unique_ptr<num::Code> &made) {
  if (Attribute by = observe->getAttr(kObserveByAttr)) {
    auto text = dyn_cast<StringAttr>(by);
    std::optional<CalibrationSpec> spec =
        text ? CalibrationSpec::parse(text.getValue()) : std::nullopt;
    if (!spec)
      return {};
    options.method = spec->method;
    options.percentile = spec->percentile;
  }
  auto planned = observe->getAttrOfType<TypeAttr>(kObserveForAttr);
  auto type = planned ? dyn_cast<QuantType>(planned.getValue()) : QuantType();
  if (!type)
    return options;
  if (type.getCode().isInteger()) {
    options.levels = levelsOf(type);
    return options;
  }
  made = type.getCode().getArithmetic();
  if (!made->isBound())
    return options;
  options.code = made.get();
  if (options.method == num::CalibrationMethod::KL)
    options.method = num::CalibrationMethod::MSE;
  return options;
}

llvm::Error qs::attachRanges(ModuleOp module, const Histograms &histograms,
                             const num::CalibrationOptions &options,
                             uint64_t dataHash) {
  std::string hash = llvm::formatv("{0:x-16}", dataHash);
  std::string fault;
  module.walk([&](ObserveOp observe) {
    auto found = histograms.find(observe.getName());
    const num::Histogram *seen =
        found == histograms.end() ? nullptr : &found->second;
    fault = findFault(seen);
    if (!fault.empty()) {
      fault = "observer '" + observe.getName().str() + "' " + fault;
      return WalkResult::interrupt();
    }
    std::unique_ptr<num::Code> code;
    std::optional<num::CalibrationOptions> own =
        optionsFor(observe, options, code);
    if (!own) {
      fault = "observer '" + observe.getName().str() + "': expected '" +
              kObserveByAttr.str() + "' to be one of " +
              llvm::join(num::calibrationMethods(), ", ");
      return WalkResult::interrupt();
    }
    num::CalibratedRange range = num::calibrate(*seen, *own);
    observe.setRangeAttr(
        RangeAttr::get(module.getContext(), APFloat(double(range.min)),
                       APFloat(double(range.max)), num::toString(own->method),
                       seen->finiteCount(), hash));
    return WalkResult::advance();
  });
  return fault.empty() ? llvm::Error::success() : makeError(fault);
}

llvm::Expected<FunctionOpInterface> qs::getEntryFunction(ModuleOp module) {
  std::vector<FunctionOpInterface> candidates;
  std::string names;
  for (auto function : module.getOps<FunctionOpInterface>()) {
    if (function.isExternal())
      continue;
    if (function.getName() == "main")
      return function;
    if (!function.isPublic())
      continue;
    candidates.push_back(function);
    names += (names.empty() ? "@" : ", @") + function.getName().str();
  }
  if (candidates.size() == 1)
    return candidates.front();
  return makeError("expected a function @main or one public function, found " +
                   (names.empty() ? "none" : names));
}

llvm::Error qs::calibrate(ModuleOp module, const NpzFile &data,
                          const num::CalibrationOptions &options,
                          const EngineMaker &makeEngine,
                          uint64_t statisticsLimit,
                          llvm::function_ref<void(int64_t, int64_t)> progress) {
  llvm::Expected<FunctionOpInterface> entry = getEntryFunction(module);
  if (!entry)
    return entry.takeError();
  InputCollector inputs(statisticsLimit);
  SmallVector<Operation *> marked;
  module.walk([&](Operation *op) {
    if (op->hasAttr(kCollectInputsAttr))
      marked.push_back(op);
  });
  for (Operation *op : marked)
    if (llvm::Error error = inputs.watch(op, /*gram=*/true)) {
      if (needsInputs(op))
        return error;
      // Its quantizer does without.
      emitFallbackRemark(op, "qs-run-calibration",
                         llvm::toString(std::move(error)));
    }
  llvm::Expected<CalibrationEngine> engine = makeEngine(*entry);
  if (!engine)
    return engine.takeError();
  Histograms histograms;
  if (llvm::Error error = runBatches(
          *entry, data, *engine,
          [&](StringRef name, ArrayRef<float> values) {
            if (!inputs.add(name, values))
              histograms.try_emplace(name).first->second.add(values.data(),
                                                             values.size());
          },
          progress))
    return error;
  if (llvm::Error error = inputs.finish())
    return error;
  for (Operation *op : marked) {
    if (const LayerInputs *seen = inputs.of(op))
      writeGrams(op, seen->grams);
    op->removeAttr(kCollectInputsAttr);
  }
  return attachRanges(module, histograms, options, hashArrays(data));
}
