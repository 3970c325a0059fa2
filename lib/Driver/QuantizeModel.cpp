//===- QuantizeModel.cpp - float model to integer model -----------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Driver/QuantizeModel.h"
#include "mlir/Pass/PassManager.h"
#include "qs/Dialect/QS/IR/Names.h"
#include "qs/Dialect/QS/IR/QSOps.h"
#include "qs/Dialect/QS/Transforms/Calibrate/Calibrate.h"
#include "qs/Dialect/QS/Transforms/Quantize/Equalize.h"
#include "qs/Dialect/QS/Transforms/Quantize/Quantize.h"
#include "qs/Dialect/QS/Transforms/Utils/FloatLinear.h"
#include "qs/Dialect/QS/Transforms/Utils/InputGrams.h"
#include "qs/Driver/Batch.h"
#include "qs/Numerics/Calibrate.h"
#include "qs/Pipelines/Stages.h"
#include "qs/Support/Progress.h"

using namespace mlir;

namespace qs::run {

/// Runs the passes that `build` adds; `stage` stands in the error.
static llvm::Error runStage(ModuleOp module, StringRef stage,
                            llvm::function_ref<void(OpPassManager &)> build) {
  PassManager passes(module.getContext());
  build(passes);
  if (failed(passes.run(module)))
    return llvm::createStringError("stage '" + stage + "' failed");
  return llvm::Error::success();
}

/// A location without a name is given that of its op, so that the layer keeps
/// it when the op becomes another.
static void nameLayers(ModuleOp module) {
  module.walk([](Operation *op) {
    Location loc = op->getLoc();
    if (loc->findInstanceOf<FileLineColLoc>() &&
        !loc->findInstanceOf<NameLoc>())
      op->setLoc(NameLoc::get(
          StringAttr::get(op->getContext(), getLayerName(op)), loc));
  });
}

/// Products that the interpreter does in about the time that compiling a large
/// network takes (ten seconds); beyond them compiled code is faster.
static constexpr double kInterpretedProducts = 2e10;

double countProducts(ModuleOp module) {
  double products = 0;
  module.walk([&](Operation *op) {
    auto linear = FloatLinear::get(op);
    if (linear && linear->resultType().hasStaticShape())
      products += double(linear->weightType().getNumElements()) /
                  double(std::max<int64_t>(linear->outputChannels(), 1)) *
                  double(linear->resultType().getNumElements());
  });
  return products;
}

static llvm::Expected<CalibrationEngine>
chooseEngine(ModuleOp module, func::FuncOp function, const NpzFile &data) {
  auto signature = signatureOf(function);
  if (!signature)
    return signature.takeError();
  auto batches = takeInputs(data, *signature);
  if (!batches)
    return batches.takeError();
  if (countProducts(module) * double(batches->count) > kInterpretedProducts)
    return makeJITEngine(module, function);
  return makeInterpreterEngine(module, function);
}

/// Folds between layers; observers come later.
static llvm::Error equalizeModule(ModuleOp module, const Recipe &recipe,
                                  const NpzFile *data) {
  EqualizeData given;
  given.samples = data;
  auto makeEngine = [&](FunctionOpInterface function) {
    return chooseEngine(module, cast<func::FuncOp>(function.getOperation()),
                        *data);
  };
  given.makeEngine = makeEngine;
  if (failed(equalize(module, recipe, given)))
    return llvm::createStringError("stage 'qs-equalize' failed");
  return llvm::Error::success();
}

/// A layer whose weights cannot be quantized without its inputs.
static bool hasInputsNeeded(ModuleOp module) {
  return module
      .walk([](Operation *op) {
        return needsInputs(op) ? WalkResult::interrupt()
                               : WalkResult::advance();
      })
      .wasInterrupted();
}

static llvm::Error calibrateModule(ModuleOp module, const Recipe &recipe,
                                   const NpzFile &data) {
  num::CalibrationOptions options;
  options.method = recipe.calibration.method;
  options.percentile = recipe.calibration.percentile;
  std::optional<Progress> bar;
  auto makeEngine = [&](FunctionOpInterface function) {
    return chooseEngine(module, cast<func::FuncOp>(function.getOperation()),
                        data);
  };
  return calibrate(module, data, options, makeEngine, kStatisticsLimit,
                   [&](int64_t done, int64_t total) {
                     if (!bar)
                       bar.emplace("calibrating", total);
                     bar->step();
                   });
}

bool isQuantized(ModuleOp module) {
  bool found = false;
  module.walk([&](Operation *op) {
    found |= isa_and_nonnull<QSDialect>(op->getDialect()) &&
             !isa<ObserveOp>(op) &&
             llvm::any_of(
                 llvm::concat<Type>(llvm::to_vector(op->getOperandTypes()),
                                    llvm::to_vector(op->getResultTypes())),
                 [](Type type) { return bool(QuantType::of(type)); });
  });
  return found;
}

static bool hasObservers(ModuleOp module) {
  return module.walk([](ObserveOp) { return WalkResult::interrupt(); })
      .wasInterrupted();
}

llvm::Expected<QuantizedModel> quantizeModel(ModuleOp module,
                                             const QuantizeRequest &request) {
  QuantizedModel result;
  if (!request.recipePath.empty()) {
    auto recipe = readRecipe(request.recipePath);
    if (!recipe)
      return recipe.takeError();
    result.recipe = std::move(*recipe);
  }
  bool quantized = isQuantized(module);
  OwningOpRef<ModuleOp> work(module.clone());
  nameLayers(*work);
  if (!quantized) {
    if (!request.calibrationPath.empty()) {
      auto data = readNpz(request.calibrationPath);
      if (!data)
        return data.takeError();
      result.data = std::move(*data);
    }
    if (llvm::Error error = runStage(*work, "prepare", buildPreparePipeline))
      return error;
    if (llvm::Error error = equalizeModule(
            *work, result.recipe,
            request.calibrationPath.empty() ? nullptr : &result.data))
      return error;
    if (llvm::Error error = runStage(*work, "observe", buildObservePipeline))
      return error;
    if (failed(planObservers(*work, result.recipe)))
      return llvm::createStringError("stage 'qs-quantize' failed");
    // Where everything is quantized at run time nothing is left to measure.
    if (hasObservers(*work) || hasInputsNeeded(*work)) {
      if (request.calibrationPath.empty())
        return llvm::createStringError(
            Twine("quantizing ") +
            (hasObservers(*work) ? "activations" : "weights by gptq") +
            " needs data to calibrate on: give --calibration X.npz");
      if (llvm::Error error =
              calibrateModule(*work, result.recipe, result.data))
        return llvm::createStringError(request.calibrationPath + ": " +
                                       llvm::toString(std::move(error)));
    }
    result.observed = OwningOpRef<ModuleOp>(work->clone());
    if (llvm::Error error =
            runStage(*work, "qs-quantize", [&](OpPassManager &pm) {
              buildQuantizePipeline(pm, request.recipePath);
            }))
      return error;
  }
  result.qdq = OwningOpRef<ModuleOp>(work->clone());
  if (llvm::Error error = runStage(*work, "qs-fold", buildFoldPipeline))
    return error;
  result.integer = std::move(work);
  return result;
}

} // namespace qs::run
