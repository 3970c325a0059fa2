//===- Linear.cpp - What packing needs to know of an op -------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NumberRows.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "qs/Dialect/QS/IR/LinearForms.h"
#include "qs/Dialect/QS/Transforms/Utils/Constants.h"
#include "qs/Target/Native/SumOrder.h"
#include "qs/Target/Native/Tile.h"
#include <cmath>
#include <limits>

using namespace mlir;

namespace qs::pack {

static Linear view(MatmulOp op) {
  Linear linear;
  linear.input = op.getLhs();
  linear.weight = op.getRhs();
  linear.inputZp = op.getLhsZp();
  linear.weightZp = op.getRhsZp();
  linear.bias = op.getBias();
  linear.weightScale = op.getRhsScale();
  linear.weightCodebook = op.getRhsCodebook();
  linear.transposed = op.getTransposeRhs();
  return linear;
}

static Linear view(Conv2DOp op) {
  Linear linear;
  linear.input = op.getInput();
  linear.weight = op.getWeight();
  linear.inputZp = op.getInputZp();
  linear.weightZp = op.getWeightZp();
  linear.bias = op.getBias();
  linear.weightScale = op.getWeightScale();
  linear.weightCodebook = op.getWeightCodebook();
  linear.isConv = true;
  linear.pad.assign(op.getPad().begin(), op.getPad().end());
  linear.stride.assign(op.getStride().begin(), op.getStride().end());
  linear.dilation.assign(op.getDilation().begin(), op.getDilation().end());
  linear.groups = op.getGroups();
  return linear;
}

static Linear view(const FloatLinear &tosa) {
  Linear linear;
  linear.input = tosa.input;
  linear.weight = tosa.weight;
  linear.bias = tosa.bias;
  linear.isConv = tosa.isConv();
  linear.groups = tosa.groups;
  if (linear.isConv) {
    linear.pad = tosa.pad;
    linear.stride = tosa.stride;
    linear.dilation = tosa.dilation;
  }
  linear.weightShape = tosa.qsWeightShape();
  linear.tosa = tosa;
  return linear;
}

/// Looks behind the multiplication of scales of two levels.
static void takeFactor(Linear &linear) {
  auto mul = linear.weight.getDefiningOp<tosa::MulOp>();
  if (!mul || !(linear.isConv || linear.weightShape.size() == 2))
    return;
  auto dequantize = mul.getInput1().getDefiningOp<DequantizeOp>();
  std::optional<std::vector<float>> factor = readFloats(mul.getInput2());
  std::optional<std::vector<int32_t>> shift = readInts(mul.getShift());
  int exponent;
  if (!dequantize || dequantize.getType() != mul.getType() || !factor ||
      factor->size() != 1 || !shift || shift->front() != 0 ||
      std::frexp(factor->front(), &exponent) != 0.5f)
    return;
  linear.weight = dequantize;
  linear.factor = factor->front();
}

std::optional<Linear> Linear::get(Operation *op) {
  std::optional<Linear> linear;
  if (auto matmul = dyn_cast<qs::MatmulOp>(op))
    linear = view(matmul);
  else if (auto conv = dyn_cast<qs::Conv2DOp>(op))
    linear = view(conv);
  else if (std::optional<FloatLinear> tosa = FloatLinear::get(op))
    linear = view(*tosa);
  if (!linear)
    return {};
  linear->op = op;
  linear->accumulator = getFloatAccumulator(op);
  if (!linear->tosa)
    linear->weightShape.assign(
        cast<RankedTensorType>(linear->weight.getType()).getShape());
  takeFactor(*linear);
  return linear;
}

RankedTensorType Linear::inputType() const {
  return cast<RankedTensorType>(input.getType());
}
int64_t Linear::weightElements() const {
  return ShapedType::getNumElements(weightShape);
}
RankedTensorType Linear::resultType() const {
  return cast<RankedTensorType>(op->getResult(0).getType());
}
bool Linear::isFloat() const {
  return isa<FloatType>(inputType().getElementType());
}
bool Linear::hasPadding() const {
  return llvm::any_of(pad, [](int64_t p) { return p != 0; });
}
int64_t Linear::rows() const {
  ArrayRef<int64_t> shape = resultType().getShape();
  return isConv ? shape[1] * shape[2]
                : resultType().getNumElements() / shape.back();
}

bool Linear::isDepthwise() const {
  return isConv && groups > 1 && weightShape.back() == 1 &&
         groups == columns() && !weightScale;
}

int64_t Linear::columnAxis() const { return isConv || transposed ? 0 : 1; }
int64_t Linear::reducedAxis() const { return isConv ? 3 : transposed ? 1 : 0; }

int64_t Linear::scaleGroup() const {
  Value codes = weight;
  if (auto dequantize = weight.getDefiningOp<DequantizeOp>())
    codes = dequantize.getInput();
  QuantType type = QuantType::of(codes.getType());
  auto group =
      type ? dyn_cast<GroupScaleAttr>(type.getScale()) : GroupScaleAttr();
  if (!group || (!isFloat() && !weightScale))
    return 0;
  int64_t reduced = tosa ? tosa->reducedAxis() : reducedAxis();
  return group.getAxis() == reduced ? group.getGroup() : 0;
}

//===----------------------------------------------------------------------===//
// Layout and rows
//===----------------------------------------------------------------------===//

/// Code, zero point and conversion of integer activations. Beside unsigned
/// weights they are the signed side of a dot of bytes.
static bool planIntegerRows(const Linear &linear, native::Rows wanted,
                            bool unsignedWeights, bool narrow, Rows &rows,
                            std::string &why) {
  QuantType type = QuantType::of(linear.inputType());
  // Words of other codes become levels by a tree over their bits.
  bool isLevels = !type.isInteger() && type.getBits() <= 6;
  if (!type.isInteger() && (!isLevels || !type.getFixedPoint())) {
    why = "activations of the code " + type.getCode().getCodeName() +
          " have no packed kernel";
    return false;
  }
  rows.isSigned = isLevels || type.getIntegerRange().first < 0;
  std::optional<std::vector<int32_t>> zero = std::vector<int32_t>{0};
  if (linear.inputZp)
    zero = readInts(linear.inputZp);
  // With sums of the rows the weights can be the unsigned side, which leaves
  // nothing to add for each group and column.
  bool swaps = linear.weightScale && zero && llvm::all_equal(*zero) &&
               zero->front() == 0;
  // Signed weights make smaller sums; what is to be added then takes memory,
  // which many rows share.
  if (narrow && !linear.weightZp && linear.rows() > native::maxStreamedRows)
    swaps = false;
  switch (wanted) {
  case native::Rows::U8:
    if (unsignedWeights) {
      if (!rows.isSigned) {
        rows.conversion = RowConversion::FlipSign;
        rows.shift = -128;
        rows.isSigned = true;
      }
    } else if (rows.isSigned && swaps) {
      rows.needSums = true;
    } else if (rows.isSigned) {
      rows.conversion = RowConversion::FlipSign;
      rows.shift = 128;
      rows.isSigned = false;
    }
    break;
  case native::Rows::I16:
    if (type.getBits() <= 8) {
      rows.conversion =
          rows.isSigned ? RowConversion::SignExtend : RowConversion::ZeroExtend;
      break;
    }
    if (type.getIntegerRange().second > INT16_MAX) {
      rows.conversion = RowConversion::FlipSign;
      rows.shift = INT16_MIN;
    }
    rows.isSigned = true;
    break;
  case native::Rows::Any8:
  case native::Rows::F32:
  case native::Rows::Bits:
    break;
  }
  if (!linear.inputZp)
    return true;
  bool ofRows = cast<RankedTensorType>(linear.inputZp.getType()).getRank() != 0;
  if (ofRows || (!zero && linear.weightScale))
    rows.zerosInKernel = true;
  else if (zero)
    rows.zeroPoint = zero->front();
  else
    rows.zeroPoint.reset();
  return true;
}

/// Whether both sides are signs: words of one bit for 1 and -1, the same ones
/// on either. Padding of words is found from where they begin, so that groups
/// of channels have to fill theirs.
static bool takesBits(const Linear &linear) {
  // Kernels count bits in i32.
  if (linear.takesFloatRows() || linear.inputZp || linear.weightZp ||
      linear.weightScale || linear.weightCodebook ||
      linear.resultType().getElementType().isInteger(64))
    return false;
  QuantType rows = QuantType::of(linear.inputType());
  QuantType weights = QuantType::of(linear.weight.getType());
  if (rows.getBits() != 1 || weights.getBits() != 1)
    return false;
  std::optional<num::FixedPoint> left = rows.getFixedPoint(),
                                 right = weights.getFixedPoint();
  return left && right && left->levels == right->levels &&
         left->levels[0] * left->levels[1] == -1 &&
         (linear.groups == 1 || linear.weightShape.back() % 32 == 0);
}

/// Terms whose sum i32 holds whatever the rows are; 0 where they are so few
/// that weights had better be split into bytes.
static int64_t termsInWords(const Linear &linear, const Rows &rows,
                            num::LevelRange weights) {
  constexpr int64_t worthwhile = 16;
  auto [low, high] = QuantType::of(linear.inputType()).getIntegerRange();
  int64_t row = std::max(-(low + rows.shift), high + rows.shift);
  int64_t weight = std::max<int64_t>({-weights.min, weights.max, 1});
  int64_t terms = INT32_MAX / (std::max<int64_t>(row, 1) * weight);
  return terms < worthwhile ? 0 : terms;
}

std::optional<Plan> planKernel(const Linear &linear,
                               const native::Target &target, int64_t group,
                               bool narrow, std::string &why) {
  RankedTensorType input = linear.inputType(), result = linear.resultType();
  ArrayRef<int64_t> weight = linear.weightShape;
  if (!input.hasStaticShape() || ShapedType::isDynamicShape(weight) ||
      !result.hasStaticShape()) {
    why = "its shapes are not static";
    return {};
  }
  if (input.getNumElements() == 0 || linear.weightElements() == 0 ||
      result.getNumElements() == 0) {
    why = "one of its tensors has no elements";
    return {};
  }
  if (!linear.isConv && weight.size() != 2) {
    why = "its weights have a batch";
    return {};
  }
  if (linear.isFloat() && !input.getElementType().isF32()) {
    why = "its activations are floats other than f32";
    return {};
  }

  MLIRContext *context = linear.op->getContext();
  StringRef name(target.name.data(), target.name.size());
  bool bits = takesBits(linear);
  Plan plan;
  num::LevelRange levels;
  bool wide = !linear.takesFloatRows() && hasWideSums(linear.op);
  bool wideRows = false, unsignedBytes = false, words = false;
  int64_t channels = weight.back();
  bool depthwise = linear.isDepthwise();
  // Weights in a row that no channels can be added to.
  int64_t together = std::numeric_limits<int64_t>::max();
  if (group > 0)
    together = group;
  else if (linear.groups > 1 && !depthwise)
    together = channels;
  if (!linear.takesFloatRows() && !bits) {
    wideRows = QuantType::of(input).getBits() > 8;
    bool isShort = together < int64_t(target.integer.k);
    // Beside scales of groups the kernel subtracts zero points from bytes.
    bool keepsZeros = linear.weightScale && !wideRows && !isShort &&
                      QuantType::of(linear.weight.getType()).getBits() <= 8;
    levels = keepsZeros ? num::LevelRange{INT8_MIN, INT8_MAX}
                        : weightRange(linear);
    bool isByte = levels.min >= INT8_MIN && levels.max <= INT8_MAX;
    unsignedBytes =
        !isByte && !wideRows && levels.min >= 0 && levels.max <= UINT8_MAX;
    words = wideRows || isShort || (!isByte && !unsignedBytes);
    plan.plain = words || unsignedBytes || wide;
  }
  native::DotPrimitive dot = bits                      ? target.bits
                             : linear.takesFloatRows() ? target.floating
                             : words ? target.wordsOf(together)
                                     : target.integer;
  plan.narrow = narrow && target.narrow.lanes > 0 && !bits && !depthwise &&
                !linear.takesFloatRows() && !plan.plain &&
                together >= int64_t(target.narrow.k);
  if (plan.narrow)
    dot = target.narrow;
  if (linear.weightScale)
    dot.accumulators = 2;
  // Dots of four bytes serve depthwise convolutions too, unless so many rows
  // would be unrolled that the code outgrows its use.
  bool quads = depthwise && !linear.takesFloatRows() &&
               target.integer.kind == native::Dot::VpDpBusd && !plan.plain &&
               weight[1] * weight[2] <= 49 && linear.stride[1] <= 16;
  native::Rows rows = depthwise && !quads
                          ? wideRows ? native::Rows::I16 : native::Rows::Any8
                          : dot.rows;
  if (bits)
    plan.rows.conversion = RowConversion::PackBits;
  else if (linear.accumulator && !planNumberRows(linear, plan.rows, why))
    return {};
  else if (!linear.takesFloatRows() &&
           !planIntegerRows(linear, rows, unsignedBytes, plan.narrow, plan.rows,
                            why))
    return {};
  if (wide)
    plan.wide = termsInWords(linear, plan.rows, levels);
  // Weights that are split have two sums each.
  if (plan.wide == 0 || levels.max > INT16_MAX || levels.min < INT16_MIN)
    dot = dot.split();
  if (depthwise) {
    // Columns that are not neighbours serve one output only.
    int64_t step = linear.dilation[1] == 1 ? linear.stride[1] : 1;
    int64_t outputs = 0;
    if (quads)
      outputs = linear.dilation[1] == 1
                    ? native::QuadLayout::chooseOutputs(weight[2], step)
                    : 1;
    plan.layout = cast<LayoutAttrInterface>(
        DepthwiseLayoutAttr::get(context, name, outputs, quads ? step : 1));
    return plan;
  }

  int64_t k = dot.k, taps = 1, axis = 0, repeat = 1;
  int64_t run = linear.weightElements() / linear.columns();
  if (!linear.isConv) {
    axis = linear.transposed ? 0 : 1;
  } else {
    taps = weight[1] * weight[2];
    if (linear.groups == 1 && linear.dilation[1] == 1 &&
        (!bits || channels % 32 == 0)) {
      // Neighbouring columns of the window are neighbours in memory.
      repeat = weight[2];
      taps = weight[1];
    }
    run /= taps;
  }
  if (group > 0) {
    repeat = 1;
    taps = run * taps / group;
    run = group;
  }
  if (run < k)
    plan.rows.channelPad = (k - run + repeat - 1) / repeat;
  if (linear.accumulator) {
    num::Accumulation how = linear.accumulator.getAccumulation();
    bool grouped = bool(linear.weightScale);
    int64_t terms = grouped ? run : run * taps;
    // The weights are not known yet; most have no more bits than the rows.
    std::optional<num::NumberSpan> product;
    if (plan.rows.span)
      product = plan.rows.span->times(*plan.rows.span);
    dot = native::dotOfSums(dot, how, product,
                            grouped || native::chunkOf(how, terms) < terms);
  }
  native::Tile tile = native::chooseTile(target, dot, linear.rows(),
                                         linear.columns() / linear.groups);
  plan.layout = cast<LayoutAttrInterface>(
      GemmLayoutAttr::get(context, name, axis, linear.groups, taps, dot.lanes,
                          tile.vectors, k, DenseArrayAttr(), Type(), 0));
  return plan;
}

} // namespace qs::pack
