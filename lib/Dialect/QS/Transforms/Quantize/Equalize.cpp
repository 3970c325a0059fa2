//===- Equalize.cpp - folds in front of quantization ----------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Dialect/QS/Transforms/Quantize/Equalize.h"
#include "EqualizeFactors.h"
#include "LayerChoices.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "qs/Dialect/QS/IR/Names.h"
#include "qs/Dialect/QS/Transforms/Quantize/Passes.h"
#include "qs/Dialect/QS/Transforms/Utils/Constants.h"
#include "qs/Dialect/QS/Transforms/Utils/Fallback.h"
#include <cmath>

namespace qs {
#define GEN_PASS_DEF_EQUALIZE
#include "qs/Dialect/QS/Transforms/Quantize/Passes.h.inc"
} // namespace qs

using namespace mlir;
using namespace qs;

/// Rounds of cross-layer equalization over all pairs; the paper goes on until
/// nothing changes.
constexpr unsigned kMostSweeps = 20;

namespace {

/// A layer whose recipe asks for a fold.
struct Layer {
  Operation *op;
  const OpChoice *choice;
  const EqualizeSpec &spec() const { return choice->recipe.equalize; }
};

class Equalizer {
public:
  Equalizer(ModuleOp module, const LayerChoices &choices,
            const EqualizeData &data)
      : module(module), choices(choices), data(data) {}

  LogicalResult run();
  unsigned numFolded = 0;

private:
  bool isLead(const Layer &layer, const FoldSite &site) const;
  std::optional<FoldSite> findSite(const Layer &layer);
  void refuse(const Layer &layer, const Twine &why);
  void sayFolded(const Layer &layer, const FoldSite &site);
  void equalizeAcross(ArrayRef<Layer> layers);
  LogicalResult collect(ArrayRef<Layer> layers, InputCollector &inputs);
  LogicalResult equalizeByInputs(const Layer &layer,
                                 const InputCollector &inputs);

  ModuleOp module;
  const LayerChoices &choices;
  const EqualizeData &data;
};

} // namespace

void Equalizer::refuse(const Layer &layer, const Twine &why) {
  std::string reason =
      (Twine(num::toString(layer.spec().method)) + " does not apply: " + why)
          .str();
  layer.op->setAttr(kEqualizeFallbackAttr,
                    StringAttr::get(layer.op->getContext(), reason));
  emitFallbackRemark(layer.op, "qs-equalize", reason);
}

void Equalizer::sayFolded(const Layer &layer, const FoldSite &site) {
  using remark::RemarkOpts;
  using Arg = remark::detail::Remark::Arg;
  ++numFolded;
  remark::passed(layer.op->getLoc(),
                 RemarkOpts::name("qs-equalize").category("qs"))
      << Arg("Layer", getLayerName(layer.op))
      << Arg("Method", num::toString(layer.spec().method))
      << Arg("Into", site.canDivide() ? getLayerName(site.divider())
                                      : std::string("a product of its own"));
}

/// Of several layers that take one tensor the first speaks for all.
bool Equalizer::isLead(const Layer &layer, const FoldSite &site) const {
  return site.consumers.front().op == layer.op;
}

/// The site of a layer whose other takers, too, ask for the same fold.
std::optional<FoldSite> Equalizer::findSite(const Layer &layer) {
  std::string why;
  std::optional<FoldSite> site =
      FoldSite::find(*FloatLinear::get(layer.op), why);
  if (!site) {
    refuse(layer, why);
    return {};
  }
  for (const FloatLinear &taker : site->consumers)
    if (!(choices.of(taker.op).recipe.equalize == layer.spec())) {
      refuse(layer, "its input also goes to '" + getLayerName(taker.op) +
                        "', which does not ask for the same");
      return {};
    }
  return site;
}

/// Factors that change nothing any more.
static bool areOnes(ArrayRef<float> factors) {
  return llvm::all_of(factors,
                      [](float f) { return std::abs(std::log2(f)) < 0.01f; });
}

void Equalizer::equalizeAcross(ArrayRef<Layer> layers) {
  SmallVector<Layer> pairs;
  for (const Layer &layer : layers) {
    std::optional<FoldSite> site = findSite(layer);
    if (!site || !isLead(layer, *site))
      continue;
    if (site->producer)
      pairs.push_back(layer);
    else
      refuse(layer,
             site->gain ? "a norm, not a layer, is in front of it" : site->why);
  }
  llvm::DenseSet<Operation *> folded;
  for (unsigned sweep = 0; sweep < kMostSweeps; ++sweep) {
    bool changed = false;
    for (Layer &layer : pairs) {
      std::string why;
      FoldSite site = *FoldSite::find(*FloatLinear::get(layer.op), why);
      std::vector<float> factors = crossLayerFactors(site, layer.spec());
      if (areOnes(factors))
        continue;
      site.fold(factors);
      changed = true;
      if (folded.insert(layer.op).second)
        sayFolded(layer, site);
    }
    if (!changed)
      break;
  }
}

LogicalResult Equalizer::collect(ArrayRef<Layer> layers,
                                 InputCollector &inputs) {
  for (const Layer &layer : layers) {
    if (!data.samples)
      return layer.op->emitError()
             << "layer '" << getLayerName(layer.op) << "': equalize '"
             << num::toString(layer.spec().method)
             << "' needs data to calibrate on";
    if (llvm::Error error = inputs.watch(layer.op, layer.spec().method ==
                                                       num::Equalization::AWQ))
      return layer.op->emitError() << llvm::toString(std::move(error));
  }
  auto report = [&](llvm::Error error) -> LogicalResult {
    if (!error)
      return success();
    return module.emitError() << llvm::toString(std::move(error));
  };
  llvm::Expected<FunctionOpInterface> entry = getEntryFunction(module);
  if (!entry)
    return report(entry.takeError());
  llvm::Expected<CalibrationEngine> engine = data.makeEngine(*entry);
  if (!engine)
    return report(engine.takeError());
  if (llvm::Error error =
          runBatches(*entry, *data.samples, *engine,
                     [&](StringRef name, ArrayRef<float> values) {
                       inputs.add(name, values);
                     }))
    return report(std::move(error));
  return report(inputs.finish());
}

LogicalResult Equalizer::equalizeByInputs(const Layer &layer,
                                          const InputCollector &inputs) {
  std::optional<FoldSite> site = findSite(layer);
  if (!site || !isLead(layer, *site))
    return success();
  std::string why;
  FailureOr<std::vector<float>> factors =
      inputFactors(*site, choices, layer.spec(), *inputs.of(layer.op), why);
  if (failed(factors))
    return failure();
  if (factors->empty()) {
    refuse(layer, why);
    return success();
  }
  if (areOnes(*factors)) {
    refuse(layer, "no factors have a smaller error");
    return success();
  }
  site->fold(*factors);
  sayFolded(layer, *site);
  return success();
}

LogicalResult Equalizer::run() {
  SmallVector<Layer> across, byInputs;
  module.walk([&](Operation *op) {
    std::optional<FloatLinear> linear = FloatLinear::get(op);
    if (!linear || !choices.isKnown(op) ||
        choices.of(op).recipe.equalize.method == num::Equalization::None)
      return;
    Layer layer{op, &choices.of(op)};
    if (linear->hasBatchedWeights() || !readFloats(linear->weight))
      refuse(layer, "it has no constant weights that all of a batch share");
    else if (layer.spec().method == num::Equalization::CrossLayer)
      across.push_back(layer);
    else
      byInputs.push_back(layer);
  });
  equalizeAcross(across);
  // Statistics are those of the network that is left.
  SmallVector<Layer> applicable;
  for (const Layer &layer : byInputs) {
    std::optional<FoldSite> site = findSite(layer);
    if (!site)
      continue;
    if (!site->canDivide() && layer.choice->activation &&
        !layer.choice->dynamic) {
      if (isLead(layer, *site))
        refuse(layer, site->why + ", and its activations have one scale");
      continue;
    }
    if (isLead(layer, *site))
      applicable.push_back(layer);
  }
  if (applicable.empty())
    return success();
  InputCollector inputs(data.statisticsLimit);
  if (failed(collect(applicable, inputs)))
    return failure();
  for (const Layer &layer : applicable)
    if (failed(equalizeByInputs(layer, inputs)))
      return failure();
  return success();
}

FailureOr<unsigned> qs::equalize(ModuleOp module, const Recipe &recipe,
                                 const EqualizeData &data) {
  if (!recipe.equalizes())
    return 0;
  LayerChoices choices;
  if (failed(choices.resolve(module, recipe)))
    return failure();
  Equalizer equalizer(module, choices, data);
  if (failed(equalizer.run()))
    return failure();
  module.walk<WalkOrder::PostOrder>([](Operation *op) {
    if (op->hasTrait<OpTrait::ConstantLike>() && isOpTriviallyDead(op))
      op->erase();
  });
  return equalizer.numFolded;
}

namespace {

struct Equalize : qs::impl::EqualizeBase<Equalize> {
  using EqualizeBase::EqualizeBase;

  void runOnOperation() override {
    FailureOr<Recipe> parsed = readRecipeOption(getOperation(), recipe);
    if (failed(parsed))
      return signalPassFailure();
    if (engine != "interp" && engine != "jit") {
      getOperation().emitError()
          << "expected engine interp or jit, found '" << engine << "'";
      return signalPassFailure();
    }
    NpzFile samples;
    EqualizeData given;
    if (!data.empty()) {
      llvm::Expected<NpzFile> read = readNpz(data);
      if (!read) {
        getOperation().emitError() << llvm::toString(read.takeError());
        return signalPassFailure();
      }
      samples = std::move(*read);
      given.samples = &samples;
    }
    auto makeEngine =
        [&](FunctionOpInterface function) -> llvm::Expected<CalibrationEngine> {
      if (engine == "jit")
        return makeJITEngine(getOperation(), function);
      return makeInterpreterEngine(getOperation(), function);
    };
    given.makeEngine = makeEngine;
    given.statisticsLimit = uint64_t(statisticsLimit) << 20;
    FailureOr<unsigned> folded = equalize(getOperation(), *parsed, given);
    if (failed(folded))
      return signalPassFailure();
    numFolded += *folded;
  }
};

} // namespace
