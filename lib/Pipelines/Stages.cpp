//===- Stages.cpp - each stage as a named pipeline -----------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Pipelines/Stages.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassOptions.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"
#include "qs/Conversion/LinalgToQS/LinalgToQS.h"
#include "qs/Dialect/QS/Transforms/Calibrate/Passes.h"
#include "qs/Dialect/QS/Transforms/Fold/Passes.h"
#include "qs/Dialect/QS/Transforms/Quantize/Passes.h"

using namespace mlir;
using namespace qs;

void qs::buildPreparePipeline(OpPassManager &pm) {
  pm.addNestedPass<func::FuncOp>(createConvertLinalgToQS());
  pm.addPass(createFoldBatchNorms());
  pm.addPass(createOrderFloatOps());
  pm.addPass(createCSEPass());
}

void qs::buildObservePipeline(OpPassManager &pm) {
  pm.addPass(createInsertObservers());
}

void qs::buildQuantizePipeline(OpPassManager &pm, StringRef recipe) {
  ApplyRecipeOptions options;
  options.recipe = recipe.str();
  pm.addPass(createApplyRecipe(options));
}

void qs::buildFoldPipeline(OpPassManager &pm) {
  pm.addPass(createFoldQDQ());
  pm.addPass(createFoldThresholds());
  pm.addPass(createCSEPass());
  pm.addPass(createNarrowAccumulators());
}

namespace {

struct CalibrateStageOptions
    : public PassPipelineOptions<CalibrateStageOptions> {
  Option<std::string> data{*this, "data",
                           llvm::cl::desc("The .npz file of samples; without "
                                          "it observers are inserted only")};
  Option<std::string> method{*this, "method",
                             llvm::cl::desc("minmax, percentile, mse, kl or "
                                            "pact"),
                             llvm::cl::init("minmax")};
  Option<double> percentile{*this, "percentile",
                            llvm::cl::desc("Share of values in the range"),
                            llvm::cl::init(99.99)};
  Option<std::string> recipe{
      *this, "recipe",
      llvm::cl::desc("Recipe: what is equalized, the activation codes that "
                     "ranges are chosen for, and which layers' inputs are "
                     "collected")};
  Option<unsigned> bits{*this, "bits",
                        llvm::cl::desc("Bits that mse and kl assume without a "
                                       "recipe"),
                        llvm::cl::init(8)};
  Option<std::string> engine{
      *this, "engine", llvm::cl::desc("What runs the network: interp or jit"),
      llvm::cl::init("interp")};
};

struct QuantizeStageOptions : public PassPipelineOptions<QuantizeStageOptions> {
  Option<std::string> recipe{*this, "recipe", llvm::cl::desc("Recipe file")};
};

} // namespace

void qs::registerQSStages() {
  static PassPipelineRegistration<CalibrateStageOptions> calibrate(
      "qs-calibrate",
      "Stage: raise linalg, fold batch norms, equalize by recipe, insert "
      "observers, run the data, write ranges",
      [](OpPassManager &pm, const CalibrateStageOptions &options) {
        buildPreparePipeline(pm);
        if (!options.recipe.empty()) {
          EqualizeOptions fold;
          fold.recipe = options.recipe;
          fold.data = options.data;
          fold.engine = options.engine;
          pm.addPass(createEqualize(fold));
        }
        buildObservePipeline(pm);
        if (!options.recipe.empty()) {
          PlanObserversOptions plan;
          plan.recipe = options.recipe;
          pm.addPass(createPlanObservers(plan));
        }
        if (options.data.empty())
          return;
        RunCalibrationOptions run;
        run.data = options.data;
        run.method = options.method;
        run.percentile = options.percentile;
        run.bits = options.bits;
        run.engine = options.engine;
        pm.addPass(createRunCalibration(run));
      });
  static PassPipelineRegistration<QuantizeStageOptions> quantize(
      "qs-quantize", "Stage: calibrated float network to QDQ form by recipe",
      [](OpPassManager &pm, const QuantizeStageOptions &options) {
        buildQuantizePipeline(pm, options.recipe);
      });
  static PassPipelineRegistration<> fold(
      "qs-fold", "Stage: QDQ form to integer ops", buildFoldPipeline);
}
