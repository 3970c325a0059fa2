//===- LayerReport.cpp - what quantization did to each layer --------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Driver/LayerReport.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Pass/PassManager.h"
#include "qs/Dialect/QS/IR/LinearForms.h"
#include "qs/Dialect/QS/IR/Names.h"
#include "qs/Dialect/QS/IR/QSOps.h"
#include "qs/Dialect/QS/Transforms/Calibrate/Calibrate.h"
#include "qs/Dialect/QS/Transforms/Utils/Constants.h"
#include "qs/Dialect/QS/Transforms/Utils/Fallback.h"
#include "qs/Dialect/QS/Transforms/Utils/FloatLinear.h"
#include "qs/Dialect/QS/Transforms/Utils/Roles.h"
#include "qs/Driver/Batch.h"
#include "qs/Interpreter/Arrays.h"
#include "qs/Interpreter/Interpreter.h"
#include "qs/Numerics/Affine.h"
#include "qs/Numerics/Code.h"
#include "qs/Numerics/Hash.h"
#include "qs/Numerics/Sqnr.h"
#include "qs/Support/Progress.h"
#include "qs/Target/Native/Passes.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;

namespace qs::run {

namespace {

uint64_t bytesOf(int64_t elements, unsigned bits) {
  return (uint64_t(elements) * bits + 7) / 8;
}

/// Bytes of the words, scales and, where there is one, zero points.
uint64_t storedBytes(RankedTensorType type, bool hasZeroPoint) {
  QuantType quant = QuantType::of(type);
  uint64_t bytes = bytesOf(type.getNumElements(), quant.getBits());
  auto noError = [&] { return emitError(UnknownLoc::get(type.getContext())); };
  if (isa<NoScaleAttr>(quant.getScale()))
    return bytes;
  auto shape = quant.getScale().getParamShape(type.getShape(), noError);
  if (failed(shape))
    return bytes;
  int64_t count = ShapedType::getNumElements(*shape);
  bytes +=
      bytesOf(count, quant.getScale().getStorage().getIntOrFloatBitWidth());
  return hasZeroPoint ? bytes + 4 * count : bytes;
}

ReportTensor describe(RankedTensorType type, bool hasZeroPoint) {
  ReportTensor tensor;
  tensor.floatBytes = 4 * uint64_t(type.getNumElements());
  QuantType quant = QuantType::of(type);
  if (!quant) {
    tensor.code = "f32";
    tensor.scale = "none";
    tensor.bytes = tensor.floatBytes;
    return tensor;
  }
  tensor.code = quant.getCode().getCodeName();
  tensor.scale = quant.getScale().getScaleName();
  tensor.pattern = quant.getPattern().getPatternName();
  tensor.bytes = storedBytes(type, hasZeroPoint);
  return tensor;
}

/// The quantization of a layer's output: through clamps, to a quantize.
QuantizeOp outputQuantize(Value value) {
  for (unsigned steps = 0; steps < 16; ++steps) {
    Operation *next = nullptr;
    for (Operation *user : value.getUsers()) {
      if (auto quantize = dyn_cast<QuantizeOp>(user))
        return quantize;
      if (isInsideLayer(value))
        next = user;
    }
    if (!next || next->getNumResults() != 1)
      return {};
    value = next->getResult(0);
  }
  return {};
}

uint64_t countMacs(const FloatLinear &linear) {
  uint64_t perOutput = linear.weightType().getNumElements();
  if (int64_t channels = linear.outputChannels())
    perOutput /= uint64_t(channels);
  return perOutput * uint64_t(linear.resultType().getNumElements());
}

using Sums = llvm::StringMap<num::Sqnr>;

std::optional<double> dbOf(const Sums &sums, StringRef name) {
  auto found = sums.find(name);
  if (found == sums.end() || !found->second.count())
    return std::nullopt;
  return found->second.db();
}

/// Float values of the observed tensors by layer name, and the error of the
/// quantized ones against them.
class Errors {
public:
  llvm::Error measure(QuantizedModel &model, int64_t samples);
  /// With what earlier layers lost.
  std::optional<double> output(StringRef name) const {
    return dbOf(outputs, name);
  }
  /// Of the layer on the float network's tensors.
  std::optional<double> own(StringRef name) const { return dbOf(owns, name); }

private:
  /// The float tensor that `found`, the result of an activation's dequantize,
  /// stands for, or null.
  const interp::Tensor *find(Operation *op, const interp::Value &found) const;

  llvm::StringMap<interp::Tensor> reference;
  Sums outputs, owns;
};

const interp::Tensor *Errors::find(Operation *op,
                                   const interp::Value &found) const {
  // A weight may share the layer's name, but nothing quantizes it.
  auto dequantize = cast<DequantizeOp>(op);
  if (!dequantize.getInput().getDefiningOp<QuantizeOp>())
    return nullptr;
  auto layer = reference.find(getLayerName(op));
  // Nor is an operand of a concatenation the whole.
  if (layer == reference.end() ||
      layer->second.shape() != found.tensor().shape())
    return nullptr;
  return &layer->second;
}

void addError(Sums &sums, Operation *op, const interp::Tensor &reference,
              const interp::Tensor &values) {
  std::vector<float> wanted = reference.to<float>();
  std::vector<float> found = values.to<float>();
  sums[getLayerName(op)].add(wanted.data(), found.data(), found.size());
}

llvm::Error Errors::measure(QuantizedModel &model, int64_t samples) {
  auto entry = getEntryFunction(*model.observed);
  if (!entry)
    return entry.takeError();
  auto function = cast<func::FuncOp>(entry->getOperation());
  std::string name = function.getName().str();
  auto signature = signatureOf(function);
  if (!signature)
    return signature.takeError();
  auto batches = takeInputs(model.data, *signature);
  if (!batches)
    return batches.takeError();

  interp::Options floatOptions, quantOptions, ownOptions;
  floatOptions.hook = [&](Operation *op, ArrayRef<interp::Value>,
                          ArrayRef<interp::Value> results) {
    if (isa<ObserveOp>(op))
      reference[getLayerName(op)] = results[0].tensor();
  };
  quantOptions.hook = [&](Operation *op, ArrayRef<interp::Value>,
                          ArrayRef<interp::Value> results) {
    if (!isa<DequantizeOp>(op))
      return;
    if (const interp::Tensor *wanted = find(op, results[0]))
      addError(outputs, op, *wanted, results[0].tensor());
  };
  // Each layer hands the float network's tensor on, so the next one starts from
  // exact inputs.
  ownOptions.hook = [&](Operation *op, ArrayRef<interp::Value>,
                        MutableArrayRef<interp::Value> results) {
    if (!isa<DequantizeOp>(op))
      return;
    if (const interp::Tensor *wanted = find(op, results[0])) {
      addError(owns, op, *wanted, results[0].tensor());
      results[0] = *wanted;
    }
  };
  interp::Interpreter floats(*model.observed, floatOptions);
  interp::Interpreter quantized(*model.qdq, quantOptions);
  interp::Interpreter separate(*model.qdq, ownOptions);

  int64_t count = std::min(samples, batches->count);
  Progress bar("measuring errors", count);
  for (int64_t i = 0; i < count; ++i) {
    std::vector<interp::Tensor> arguments;
    for (auto [port, array] :
         llvm::zip(signature->inputs, batches->at(i, *signature))) {
      auto tensor = interp::toTensor(array, port.element);
      if (!tensor)
        return tensor.takeError();
      arguments.push_back(std::move(*tensor));
    }
    for (interp::Interpreter *engine : {&floats, &quantized, &separate})
      if (auto results = engine->run(name, arguments); !results)
        return results.takeError();
    bar.step();
  }
  return llvm::Error::success();
}

/// Weights of the float network by layer name.
llvm::StringMap<Value> floatWeights(ModuleOp observed) {
  llvm::StringMap<Value> weights;
  observed.walk([&](Operation *op) {
    if (auto linear = FloatLinear::get(op))
      weights[getLayerName(op)] = linear->weight;
  });
  return weights;
}

/// Reasons that folding recorded, by layer name.
llvm::StringMap<std::string> fallbacks(ModuleOp integer) {
  llvm::StringMap<std::string> reasons;
  integer.walk([&](Operation *op) {
    if (auto reason = op->getAttrOfType<StringAttr>(kFallbackAttr))
      reasons[getLayerName(op)] = reason.str();
  });
  return reasons;
}

/// What linear layers sum in, by layer name.
llvm::StringMap<std::string> accumulators(ModuleOp integer) {
  llvm::StringMap<std::string> sums;
  integer.walk([&](Operation *op) {
    // What a layer that stays float was to sum in is not what it sums in.
    if (!isa<MatmulOp, qs::Conv2DOp>(op) ||
        !QuantType::of(op->getOperand(0).getType()))
      return;
    AccumulatorAttr sum = getFloatAccumulator(op);
    if (sum || (sum = getWantedAccumulator(op))) {
      llvm::raw_string_ostream text(sums[getLayerName(op)]);
      text << sum;
    }
  });
  return sums;
}

} // namespace

namespace {
/// A stored weight: what dequantizes it, and the second level of its scales.
struct StoredWeight {
  DequantizeOp dequantize;
  float tensorScale = 1;

  explicit StoredWeight(Value weight) {
    auto product = weight.getDefiningOp<tosa::MulOp>();
    if (std::optional<float> factor =
            product ? readSplatFloat(product.getInput2()) : std::nullopt) {
      weight = product.getInput1();
      tensorScale = *factor;
    }
    dequantize = weight.getDefiningOp<DequantizeOp>();
  }
  /// The codes of all words: one, or one for each scale where these have
  /// codebooks of their own. None where the entries are not known.
  std::vector<std::unique_ptr<num::Code>> codes();
};
} // namespace

std::vector<std::unique_ptr<num::Code>> StoredWeight::codes() {
  std::vector<std::unique_ptr<num::Code>> bound;
  auto code =
      QuantType::of(dequantize.getInput().getType()).getCode().getArithmetic();
  size_t count = code->parameterCount();
  if (count == 0) {
    bound.push_back(std::move(code));
    return bound;
  }
  std::vector<double> entries;
  Value codebook = dequantize.getCodebook();
  if (auto ints = readInts(codebook))
    entries.assign(ints->begin(), ints->end());
  else if (auto floats = readFloats(codebook))
    entries.assign(floats->begin(), floats->end());
  for (size_t at = 0; at + count <= entries.size(); at += count) {
    std::string error;
    auto one =
        code->bind({entries.begin() + at, entries.begin() + at + count}, error);
    if (!one)
      return {};
    bound.push_back(std::move(one));
  }
  return bound;
}

/// The weights' row: decoded against float values.
static ReportTensor reportWeights(const FloatLinear &linear, Value floats) {
  StoredWeight stored(linear.weight);
  DequantizeOp dequantize = stored.dequantize;
  auto type = cast<RankedTensorType>(
      dequantize ? dequantize.getInput().getType() : linear.weight.getType());
  ReportTensor tensor = describe(type, dequantize && dequantize.getZeroPoint());
  if (!dequantize)
    return tensor;
  if (Value codebook = dequantize.getCodebook()) {
    auto entries = cast<RankedTensorType>(codebook.getType());
    tensor.bytes += bytesOf(entries.getNumElements(),
                            entries.getElementType().getIntOrFloatBitWidth());
  }
  if (stored.tensorScale != 1)
    tensor.bytes += 4;
  std::optional<std::vector<float>> reference;
  if (floats)
    reference = readFloats(floats);
  auto words = readWords(dequantize.getInput());
  auto scales = readFloats(dequantize.getScale());
  auto codes = stored.codes();
  std::optional<std::vector<int32_t>> zeros;
  if (dequantize.getZeroPoint())
    zeros = readInts(dequantize.getZeroPoint());
  if (!reference || !words || !scales || codes.empty() ||
      words->size() != reference->size())
    return tensor;
  QuantType quant = QuantType::of(type);
  num::Sqnr sqnr;
  int64_t pruned = 0;
  SmallVector<int64_t> index(type.getRank(), 0);
  for (size_t i = 0; i < words->size(); ++i) {
    int64_t p = quant.getScale().getParamIndex(type.getShape(), index);
    const num::Code &code = *codes[codes.size() == 1 ? 0 : p];
    float scale = (*scales)[p] * stored.tensorScale;
    float value =
        quant.isInteger()
            ? num::dequantize((*words)[i], {scale, zeros ? (*zeros)[p] : 0})
            : float(code.decode(uint32_t((*words)[i]))) * scale;
    sqnr.add((*reference)[i], value);
    pruned += (*reference)[i] == 0 && value == 0;
    for (int64_t d = type.getRank() - 1; d >= 0; --d) {
      if (++index[d] < type.getDimSize(d))
        break;
      index[d] = 0;
    }
  }
  tensor.sqnrDb = sqnr.db();
  if (linear.op->hasAttr(kPrunedAttr) && !words->empty())
    tensor.sparsity = double(pruned) / double(words->size());
  return tensor;
}

/// XNOR-Net adds the bias of a layer behind the product with the map.
static bool isBiasBehindMap(Operation *op) {
  auto add = dyn_cast<tosa::AddOp>(op);
  Operation *scaled = add ? add.getInput1().getDefiningOp() : nullptr;
  return scaled && scaled->hasAttr(kScaleMapAttr) &&
         getConstantElements(add.getInput2());
}

llvm::Expected<Report> reportLayers(QuantizedModel &model, int64_t samples) {
  Report report;
  Errors errors;
  llvm::StringMap<Value> weights;
  if (model.observed) {
    // A network that is quantized at run time needs no data.
    if (!model.data.empty() && samples > 0)
      if (llvm::Error error = errors.measure(model, samples))
        return error;
    weights = floatWeights(*model.observed);
  }
  llvm::StringMap<std::string> reasons = fallbacks(*model.integer);
  llvm::StringMap<std::string> sums = accumulators(*model.integer);

  model.qdq->walk([&](Operation *op) {
    Role role = getRole(op);
    if (role == Role::Movement || op->getNumResults() != 1 ||
        (role == Role::None && !isFloatCompute(op)) ||
        getLayerOp(op->getResult(0)) != op)
      return;
    // Steps inside a mean or a function belong to the layer that ends them, the
    // map of XNOR-Net to the layer that it scales; a clamp, to what it clamps.
    if (op->hasAttr(kScaleMapAttr) || isBiasBehindMap(op) ||
        (role != Role::Linear && isInsideLayer(op->getResult(0)) &&
         llvm::none_of(op->getUsers(), isFusedClamp)))
      return;
    ReportLayer layer;
    layer.name = getLayerName(op);
    layer.op = getRecipeKind(op).str();
    if (auto linear = FloatLinear::get(op)) {
      layer.macs = countMacs(*linear);
      layer.weights = reportWeights(*linear, weights.lookup(layer.name));
      for (StringRef name : {kScaleFallbackAttr, kEqualizeFallbackAttr})
        if (auto note = op->getAttrOfType<StringAttr>(name))
          layer.weights->note = layer.weights->note
                                    ? *layer.weights->note + "; " + note.str()
                                    : note.str();
    }
    QuantizeOp quantize = outputQuantize(op->getResult(0));
    if (quantize) {
      layer.activations =
          describe(quantize.getType(), bool(quantize.getZeroPoint()));
      layer.outputSqnrDb = errors.output(getLayerName(quantize));
      layer.ownSqnrDb = errors.own(getLayerName(quantize));
    } else if (auto type =
                   dyn_cast<RankedTensorType>(op->getResult(0).getType())) {
      layer.activations = describe(type, false);
    }
    if (layer.activations)
      layer.activations->sqnrDb = layer.outputSqnrDb;
    auto reason = reasons.find(layer.name);
    if (reason != reasons.end())
      layer.fallback = reason->second;
    if (auto sum = sums.find(layer.name); sum != sums.end())
      layer.accumulator = sum->second;
    report.layers.push_back(std::move(layer));
  });

  report.provenance.recipe = model.recipe.file;
  report.provenance.recipeText = model.recipe.text;
  report.provenance.calibrationMethod =
      num::toString(model.recipe.calibration.method);
  if (!model.data.empty())
    report.provenance.dataHash = num::hashText(hashArrays(model.data));
  return report;
}

/// The kernel's weights, null for other ops.
static PackedType packedWeights(Operation *op) {
  if (auto matmul = dyn_cast<PackedMatmulOp>(op))
    return cast<PackedType>(matmul.getWeights().getType());
  if (auto conv = dyn_cast<PackedConv2DOp>(op))
    return cast<PackedType>(conv.getWeights().getType());
  return {};
}

/// Words five in a byte take a fifth less than the type of the weights says;
/// a layer that was to have them so and has not says so.
static void reportFives(ReportLayer &layer, PackedType packed, bool asked) {
  auto gemm =
      packed ? dyn_cast<GemmLayoutAttr>(packed.getLayout()) : GemmLayoutAttr();
  RankedTensorType logical = packed ? packed.getLogical() : RankedTensorType();
  if (gemm && gemm.getNative(logical).planes.fives) {
    int64_t words = logical.getNumElements();
    layer.weights->bytes -=
        bytesOf(words, QuantType::of(logical).getBits()) - (words + 4) / 5;
  } else if (asked) {
    std::string &note = layer.weights->note ? *layer.weights->note
                                            : layer.weights->note.emplace();
    note +=
        (note.empty() ? "" : "; ") +
        std::string("its kernel keeps 2 bits a weight, fives save no bytes");
  }
}

/// Bytes of a constant, whole ones for each element; 0 for other values.
static uint64_t constantBytes(Value value) {
  if (auto packed =
          value ? value.getDefiningOp<PackedConstantOp>() : PackedConstantOp())
    return packed.getBytes().getNumElements();
  ElementsAttr constant = value ? getConstantElements(value) : ElementsAttr();
  if (!constant)
    return 0;
  Type element = constant.getElementType();
  unsigned bits = isa<QuantType>(element) ? cast<QuantType>(element).getBits()
                                          : element.getIntOrFloatBitWidth();
  return uint64_t(constant.getNumElements()) * llvm::divideCeil(bits, 8u);
}

/// The builtin words of quantized constants.
static Value castInput(Value value) {
  auto cast = value.getDefiningOp<StorageCastOp>();
  return cast ? cast.getInput() : value;
}

/// What compiled code holds of a layer's weights: words in the layout of the
/// kernel and its table, scales (which may be part of a multiplier) and what
/// goes with those of groups; or the words and scales that general loops read.
static uint64_t compiledBytes(Operation *op) {
  auto sum = [](std::initializer_list<Value> values) {
    uint64_t bytes = 0;
    for (Value value : values)
      bytes += constantBytes(value);
    return bytes;
  };
  auto ofKernel = [&](auto kernel) {
    auto gemm = dyn_cast<GemmLayoutAttr>(
        cast<PackedType>(kernel.getWeights().getType()).getLayout());
    uint64_t table = 0;
    if (DenseArrayAttr entries = gemm ? gemm.getTable() : DenseArrayAttr())
      table = entries.getRawData().size();
    return table + sum({kernel.getWeights(), kernel.getMultiplier(),
                        kernel.getWeightScale(), kernel.getGroupBias(),
                        kernel.getGroupZero()});
  };
  if (auto matmul = dyn_cast<PackedMatmulOp>(op))
    return ofKernel(matmul);
  if (auto conv = dyn_cast<PackedConv2DOp>(op))
    return ofKernel(conv);
  auto ofWords = [&](Value weight) {
    Operation *source = weight.getDefiningOp();
    // The second level of scales.
    if (isa_and_nonnull<tosa::MulOp>(source))
      source = source->getOperand(0).getDefiningOp();
    if (auto dequantize = dyn_cast_or_null<DequantizeOp>(source))
      return sum({castInput(dequantize.getInput()), dequantize.getScale(),
                  dequantize.getCodeParam()});
    return constantBytes(castInput(weight));
  };
  if (auto matmul = dyn_cast<MatmulOp>(op))
    return ofWords(matmul.getRhs()) +
           sum({matmul.getRhsScale(), matmul.getRhsZp(),
                matmul.getRhsCodebook()});
  if (auto conv = dyn_cast<qs::Conv2DOp>(op))
    return ofWords(conv.getWeight()) +
           sum({conv.getWeightScale(), conv.getWeightZp(),
                conv.getWeightCodebook()});
  if (std::optional<FloatLinear> linear = FloatLinear::get(op))
    return ofWords(linear->weight);
  return 0;
}

/// `conv2d`, `depthwise` or `matmul`; empty for other ops.
static StringRef packedKind(Operation *op) {
  if (isa<PackedMatmulOp>(op))
    return "matmul";
  auto conv = dyn_cast<PackedConv2DOp>(op);
  if (!conv)
    return "";
  bool perChannel = cast<PackedType>(conv.getWeights().getType())
                        .getLogical()
                        .getDimSize(3) == 1;
  auto input = cast<ShapedType>(conv.getInput().getType());
  return perChannel && input.getShape().back() > 1 ? "depthwise" : "conv2d";
}

llvm::Error reportKernels(Report &report, ModuleOp integer, StringRef kernels) {
  OwningOpRef<ModuleOp> packed(integer.clone());
  PassManager passes(integer.getContext());
  native::LowerOptions options;
  options.kernels = kernels.str();
  native::addPackPasses(passes, options);
  if (failed(passes.run(*packed)))
    return llvm::createStringError("packing for '" + kernels + "' failed");
  llvm::StringMap<StringRef> kinds;
  llvm::StringMap<PackedType> stored;
  llvm::StringMap<uint64_t> compiled;
  packed->walk([&](Operation *op) {
    if (uint64_t bytes = compiledBytes(op))
      compiled[getLayerName(op)] += bytes;
    if (StringRef kind = packedKind(op); !kind.empty()) {
      kinds[getLayerName(op)] = kind;
      stored[getLayerName(op)] = packedWeights(op);
    }
  });
  llvm::StringSet<> asked;
  integer.walk([&](Operation *op) {
    if (op->hasAttr(kFivesAttr))
      asked.insert(getLayerName(op));
  });
  for (ReportLayer &layer : report.layers) {
    auto kind = kinds.find(layer.name);
    layer.kernel =
        kind == kinds.end() ? "linalg" : (kernels + " " + kind->second).str();
    if (!layer.weights)
      continue;
    reportFives(layer, stored.lookup(layer.name), asked.contains(layer.name));
    if (auto bytes = compiled.find(layer.name); bytes != compiled.end())
      layer.weights->storedBytes = bytes->second;
  }
  return llvm::Error::success();
}

} // namespace qs::run
