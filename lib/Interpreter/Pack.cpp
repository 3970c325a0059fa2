//===- Pack.cpp - qs constants in the layout of a target ------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Packed operands are unpacked by the layout's own index map and then evaluated
// as the plain operations are; the layouts themselves never appear here.
//
//===----------------------------------------------------------------------===//

#include "Families.h"
#include "Kernels.h"
#include "QSSupport.h"
#include "Views.h"
#include "qs/Interpreter/Interpreter.h"

#include <cmath>

using namespace mlir;

namespace qs::interp {

/// The value of packed data is its bytes.
static LogicalResult evalPackedConstant(PackedConstantOp op, Call &call) {
  auto bytes = call.interpreter.constant(op.getBytes(), op.getLoc());
  if (failed(bytes))
    return failure();
  call.result(std::move(*bytes));
  return success();
}

/// The words are the bytes.
static LogicalResult evalPackedView(PackedViewOp op, Call &call) {
  call.result(call.tensor(0));
  return success();
}

/// The logical tensor of packed bytes.
static Tensor unpacked(PackedType type, const Tensor &bytes) {
  RankedTensorType logical = type.getLogical();
  SmallVector<uint32_t> words =
      type.getLayout().unpack(logical, bytes.rawData());
  // Words with a table or an element type are numbers by these alone.
  auto gemm = dyn_cast<GemmLayoutAttr>(type.getLayout());
  if (gemm && (gemm.getTable() || gemm.getElement()))
    return Tensor::ofFloats(logical.getShape(), gemm.getNumbers(words));
  Tensor out(*ElementType::get(logical.getElementType()), logical.getShape());
  if (out.isFloat())
    return Tensor::of<uint32_t>({Storage::U32, 32}, logical.getShape(), words)
        .bitcast(out.elementType());
  for (int64_t i = 0; i < out.size(); ++i)
    out.setInt(i, words[i]);
  return out;
}

/// The element after conversion, in the form that the result stores.
static int64_t convertRow(RowConversion conversion, int64_t value,
                          unsigned bits) {
  switch (conversion) {
  case RowConversion::Copy:
  case RowConversion::SignExtend:
    return value;
  case RowConversion::FlipSign:
    return value + (int64_t(1) << (bits - 1));
  case RowConversion::ZeroExtend:
    return value & 0xff;
  case RowConversion::PackBits:
  case RowConversion::Decode:
    break;
  }
  llvm_unreachable("all conversions are listed");
}

/// The low bits of 32 elements of the last axis in one.
static Tensor packBits(const Tensor &in, ElementType type) {
  SmallVector<int64_t> shape(in.shape());
  int64_t channels = shape.back(), words = (channels + 31) / 32;
  shape.back() = words;
  Tensor out(type, shape);
  for (int64_t i = 0; i < out.size(); ++i) {
    uint32_t word = 0;
    for (int64_t bit = 0; bit < 32; ++bit) {
      int64_t channel = i % words * 32 + bit;
      if (channel < channels)
        word |= uint32_t(in.getInt(i / words * channels + channel) & 1) << bit;
    }
    out.setInt(i, int32_t(word));
  }
  return out;
}

/// The f32 that words stand for.
static Tensor decodeRows(PrepareRowsOp op, const Tensor &in) {
  SmallVector<uint32_t> words;
  SmallVector<float> numbers;
  if (std::optional<ArrayRef<float>> table = op.getTable()) {
    for (int64_t i = 0; i < in.size(); ++i)
      numbers.push_back((*table)[in.getInt(i) & (table->size() - 1)]);
    return Tensor::ofFloats(in.shape(), numbers);
  }
  Type element = *op.getElement();
  uint32_t mask = (1u << element.getIntOrFloatBitWidth()) - 1;
  for (int64_t i = 0; i < in.size(); ++i)
    words.push_back(uint32_t(in.getInt(i)) & mask);
  for (float number : GemmLayoutAttr::getNumbers(element, words))
    numbers.push_back(number - float(int32_t(op.getZeroPoint())));
  return Tensor::ofFloats(in.shape(), numbers);
}

static LogicalResult evalPrepareRows(PrepareRowsOp op, Call &call) {
  const Tensor &in = call.tensor(0);
  ElementType type = call.resultElement();
  Tensor rows(type, in.shape()), fill(type, {});
  bool decodes = op.getConversion() == RowConversion::Decode;
  if (decodes)
    rows = decodeRows(op, in);
  else if (type.isFloat())
    rows = in;
  else if (op.getConversion() == RowConversion::PackBits)
    rows = packBits(in, type);
  else
    for (int64_t i = 0; i < in.size(); ++i)
      rows.setInt(i, convertRow(op.getConversion(), in.getInt(i),
                                in.elementType().bits));
  if (decodes)
    fill.setFloat(0, double(int32_t(op.getFill())));
  else
    fill.setInt(0, int32_t(op.getFill()));
  ArrayRef<int64_t> pad = op.getPad();
  if (in.rank() == 4)
    rows = padded(rows, {0, pad[0], pad[2], 0},
                  {0, pad[1], pad[3], int64_t(op.getChannelPad())}, fill);
  else if (op.getChannelPad() > 0) {
    SmallVector<int64_t> low(in.rank(), 0), high(in.rank(), 0);
    high.back() = op.getChannelPad();
    rows = padded(rows, low, high, fill);
  }
  call.result(std::move(rows));
  return success();
}

/// Rows as integers: bytes are unsigned unless the op says otherwise.
static std::vector<int64_t> rowValues(const Tensor &rows, bool isSigned) {
  std::vector<int64_t> values = rows.to<int64_t>();
  if (!isSigned && rows.elementType().bits == 8)
    for (int64_t &v : values)
      v &= 0xff;
  return values;
}

/// The numbers that rows of bits stand for. Each `channels` of them begin with
/// a word of their own.
static std::vector<int64_t> bitValues(const Tensor &rows, int64_t channels,
                                      ArrayRef<float> levels) {
  std::vector<int64_t> values;
  int64_t words = (channels + 31) / 32;
  int64_t count = words == 0 ? 0 : rows.size() / words;
  for (int64_t i = 0; i < count; ++i)
    for (int64_t c = 0; c < channels; ++c) {
      uint32_t word = uint32_t(rows.getInt(i * words + c / 32));
      values.push_back(int64_t(levels[word >> (c % 32) & 1]));
    }
  return values;
}

static float clampFloat(EpilogueAttr epilogue, float x) {
  // Comparisons that NaN fails, so that it stays.
  if (FloatAttr min = epilogue.getMin())
    if (float lo = float(min.getValueAsDouble()); x < lo)
      x = lo;
  if (FloatAttr max = epilogue.getMax())
    if (float hi = float(max.getValueAsDouble()); x > hi)
      x = hi;
  return x;
}

/// The operands of an epilogue that are there.
struct Factors {
  const Tensor *multiplier, *rowScale, *resultScale, *lateBias, *thresholds,
      *falling;
};

/// Applies the epilogue to sums whose last axis are the columns.
static Tensor applyEpilogue(EpilogueAttr epilogue, const Tensor &sums,
                            const Factors &f, ElementType type) {
  Tensor out(type, sums.shape());
  int64_t columns = sums.shape().back();
  auto m = [&](int64_t c) {
    return float(f.multiplier->getFloat(f.multiplier->size() == 1 ? 0 : c));
  };
  for (int64_t i = 0; i < out.size(); ++i) {
    int64_t c = i % columns;
    switch (epilogue.getKind()) {
    case EpilogueKind::Store:
      if (type.isFloat())
        out.setFloat(i, clampFloat(epilogue, float(sums.getFloat(i))));
      else
        out.setInt(i, sums.getInt(i));
      break;
    case EpilogueKind::Requantize:
      out.setInt(i,
                 num::requantize(sums.getInt(i), m(c), epilogue.getZeroPoint(),
                                 {epilogue.getLower(), epilogue.getUpper()},
                                 toNum(epilogue.getRounding())));
      break;
    case EpilogueKind::Threshold: {
      int64_t levels = f.thresholds->dim(0), reached = 0;
      for (int64_t l = 0; l < levels; ++l)
        reached += sums.getInt(i) >= f.thresholds->getInt(l * columns + c);
      if (f.falling && f.falling->getInt(c) != 0)
        reached = levels - reached;
      out.setInt(i, epilogue.getZeroPoint() + reached);
      break;
    }
    case EpilogueKind::Dequantize:
    case EpilogueKind::Quantize: {
      float value = sums.isFloat() ? float(sums.getFloat(i))
                                   : float(sums.getInt(i));
      if (f.multiplier)
        value *= m(c);
      if (f.rowScale)
        value *= float(f.rowScale->getFloat(i / columns));
      if (f.lateBias)
        value += float(f.lateBias->getFloat(c));
      value = clampFloat(epilogue, value);
      if (epilogue.getKind() == EpilogueKind::Dequantize) {
        out.setFloat(i, value);
        break;
      }
      out.setInt(i, num::quantize(value,
                                  {float(f.resultScale->getFloat(0)),
                                   epilogue.getZeroPoint()},
                                  {epilogue.getLower(), epilogue.getUpper()},
                                  toNum(epilogue.getRounding())));
      break;
    }
    }
  }
  return out;
}

/// The numbers behind an operand that holds floats, or bytes of `storage`.
static std::vector<float> scaleValues(const Tensor &stored, Type storage) {
  std::vector<float> values(stored.size());
  for (int64_t i = 0; i < stored.size(); ++i) {
    if (stored.isFloat()) {
      values[i] = float(stored.getFloat(i));
      continue;
    }
    auto type = cast<FloatType>(storage);
    llvm::APFloat number(
        type.getFloatSemantics(),
        llvm::APInt(8, uint64_t(stored.getInt(i)) & 0xff));
    bool lossy;
    number.convert(llvm::APFloat::IEEEsingle(),
                   llvm::APFloat::rmNearestTiesToEven, &lossy);
    values[i] = number.convertToFloat();
  }
  return values;
}

/// Multiplies f32 weights by the scales of their taps or columns.
template <typename KernelOp>
static Tensor scaleWeights(KernelOp op, Operands &operands, Tensor weights) {
  const Tensor *stored = operands.get(op.getWeightScale());
  PackedType packed = op.getWeights().getType();
  if (!stored || !weights.isFloat())
    return weights;
  auto gemm = cast<GemmLayoutAttr>(packed.getLayout());
  RankedTensorType logical = packed.getLogical();
  native::PackedLayout layout = gemm.getNative(logical);
  std::vector<float> scales = scaleValues(
      *stored, QuantType::of(logical).getScale().getStorage());
  int64_t runs = stored->size() / layout.paddedColumns(), inner = 1;
  for (int64_t d = gemm.getAxis() + 1; d < logical.getRank(); ++d)
    inner *= logical.getDimSize(d);
  int64_t columns = logical.getDimSize(gemm.getAxis());
  for (int64_t i = 0; i < weights.size(); ++i) {
    int64_t column = i / inner % columns;
    int64_t reduced = i / inner / columns * inner + i % inner;
    int64_t run = runs == 1 ? 0 : reduced / layout.run;
    float scale = scales[layout.scaleOffset(column / layout.columns,
                                            column % layout.columns, run,
                                            runs)];
    weights.setFloat(i, float(weights.getFloat(i)) * scale);
  }
  return weights;
}

/// Sums of groups, scaled and added in order: every group is a range of input
/// channels inside one tap of the window.
template <typename KernelOp>
static Tensor sumGroups(KernelOp op, const ConvShape &s,
                        const std::vector<int64_t> &rows,
                        const std::vector<int64_t> &weights,
                        WeightStrides strides, Operands &operands,
                        ArrayRef<int64_t> shape) {
  PackedType packed = op.getWeights().getType();
  native::PackedLayout layout =
      cast<GemmLayoutAttr>(packed.getLayout()).getNative(packed.getLogical());
  std::vector<float> scales = scaleValues(
      *operands.get(op.getWeightScale()),
      QuantType::of(packed.getLogical()).getScale().getStorage());
  const Tensor *groupBias = operands.get(op.getGroupBias());
  const Tensor *groupZero = operands.get(op.getGroupZero());
  const Tensor *rowZero = operands.get(op.getRowZero());
  const Tensor *columnSums = operands.get(op.getColumnSums());
  Tensor out(ElementType::f32(), shape);
  int64_t channels = s.groups * s.oc, inTap = s.ic / layout.run;
  for (int64_t i = 0; i < out.size(); ++i) {
    int64_t column = i % channels, pixel = i / channels;
    int64_t ow = pixel % s.ow, oh = pixel / s.ow % s.oh;
    int64_t n = pixel / s.ow / s.oh;
    int64_t group = column / s.oc, oc = column % s.oc;
    float acc = 0;
    for (int64_t run = 0; run < layout.taps; ++run) {
      int64_t tap = run / inTap, first = run % inTap * layout.run;
      int64_t kh = tap / s.kw, kw = tap % s.kw;
      int64_t at = layout.scaleOffset(group, oc, run, layout.taps);
      int64_t sum = groupBias ? groupBias->getInt(at) : 0;
      int64_t ih = oh * s.strideH + kh * s.dilationH;
      int64_t iw = ow * s.strideW + kw * s.dilationW;
      const int64_t *x = rows.data() +
                         ((n * s.ih + ih) * s.iw + iw) * s.groups * s.ic +
                         group * s.ic + first;
      const int64_t *w = weights.data() + group * strides.group +
                         kh * strides.kh + kw * strides.kw +
                         first * strides.ic + oc * strides.oc;
      int64_t zero = groupZero ? groupZero->getInt(at) : 0;
      for (int64_t k = 0; k < layout.run; ++k)
        sum += x[k] * (w[k * strides.ic] - zero);
      if (rowZero)
        sum -= rowZero->getInt(rowZero->size() == 1 ? 0 : pixel) *
               columnSums->getInt(at);
      acc += (op.getWide() ? float(sum) : float(int32_t(sum))) * scales[at];
    }
    out.setFloat(i, acc);
  }
  return out;
}

/// The scales of groups of numbers, for each tap of a filter; nothing without.
template <typename KernelOp>
static std::optional<GroupScales> tapScales(KernelOp op, const ConvShape &s,
                                            Operands &operands) {
  const Tensor *stored = operands.get(op.getWeightScale());
  if (!stored)
    return {};
  PackedType packed = op.getWeights().getType();
  native::PackedLayout layout =
      cast<GemmLayoutAttr>(packed.getLayout()).getNative(packed.getLogical());
  std::vector<float> scales = scaleValues(
      *stored, QuantType::of(packed.getLogical()).getScale().getStorage());
  GroupScales groups;
  groups.size = layout.run;
  for (int64_t column = 0; column < s.groups * s.oc; ++column)
    for (int64_t run = 0; run < layout.taps; ++run)
      groups.values.push_back(scales[layout.scaleOffset(
          column / layout.columns, column % layout.columns, run, layout.taps)]);
  int64_t inTap = s.ic / layout.run;
  groups.strides = {s.oc * layout.taps, s.kw * inTap, inTap, 1, layout.taps};
  return groups;
}

/// Adds to each pixel's sums those of its class.
static LogicalResult addBorder(Call &call, Tensor &sums, const Tensor *border,
                               const Tensor *classes) {
  if (!border)
    return success();
  for (int64_t i = 0; i < classes->size(); ++i)
    if (classes->getInt(i) < 0 || classes->getInt(i) >= border->dim(0))
      return call.error() << "(PK9) expected border classes below "
                          << border->dim(0) << ", found "
                          << classes->getInt(i);
  int64_t columns = border->dim(1);
  for (int64_t i = 0; i < sums.size(); ++i) {
    int64_t row = classes->getInt(i / columns % classes->size());
    int64_t sum = sums.getInt(i) + border->getInt(row * columns + i % columns);
    sums.setInt(i, int32_t(sum));
  }
  return success();
}

/// Sums modulo 2^32: what packing adds to rows and takes off biases may lead
/// out of i32 on the way to a sum that lies in it.
static Tensor modulo32(const Tensor &sums) {
  Tensor words(ElementType::i32(), sums.shape());
  for (int64_t i = 0; i < sums.size(); ++i)
    words.setInt(i, sums.getInt(i));
  return words;
}

/// One number for each column out of those in panel order.
template <typename KernelOp>
static std::vector<int64_t> panelColumns(KernelOp op, const Tensor &padded,
                                         int64_t columns) {
  PackedType packed = op.getWeights().getType();
  native::PackedLayout layout =
      cast<GemmLayoutAttr>(packed.getLayout()).getNative(packed.getLogical());
  std::vector<int64_t> out;
  for (int64_t c = 0; c < columns; ++c)
    out.push_back(padded.getInt(
        layout.scaleOffset(c / layout.columns, c % layout.columns, 0, 1)));
  return out;
}

/// Plain words less the zero points of their columns.
template <typename KernelOp>
static std::vector<int64_t> subtractZeros(KernelOp op, const Tensor &weights,
                                          Operands &operands) {
  std::vector<int64_t> levels = weights.to<int64_t>();
  const Tensor *zeros = operands.get(op.getGroupZero());
  if (!zeros)
    return levels;
  PackedType packed = op.getWeights().getType();
  auto gemm = dyn_cast<GemmLayoutAttr>(packed.getLayout());
  int64_t axis = gemm ? gemm.getAxis() : 0, inner = 1;
  for (int64_t d = axis + 1; d < weights.rank(); ++d)
    inner *= weights.dim(d);
  int64_t columns = weights.dim(axis);
  std::vector<int64_t> ofColumns =
      gemm ? panelColumns(op, *zeros, columns) : zeros->to<int64_t>();
  for (int64_t i = 0; i < weights.size(); ++i)
    levels[i] -= ofColumns[i / inner % columns];
  return levels;
}

/// Takes the zero points of rows off their sums.
template <typename KernelOp>
static void subtractRowZeros(KernelOp op, Operands &operands, Tensor &sums) {
  const Tensor *zeros = operands.get(op.getRowZero());
  if (!zeros)
    return;
  int64_t columns = sums.shape().back();
  std::vector<int64_t> ofColumns =
      panelColumns(op, *operands.get(op.getColumnSums()), columns);
  for (int64_t i = 0; i < sums.size(); ++i)
    sums.setInt(i, sums.getInt(i) -
                       zeros->getInt(zeros->size() == 1 ? 0 : i / columns) *
                           ofColumns[i % columns]);
}

/// Sums, then the epilogue. Integer biases are part of the sum; the f32 bias of
/// `dequantize` is added after the product.
template <typename KernelOp>
static LogicalResult evalKernel(KernelOp op, Call &call, const ConvShape &s,
                                const Tensor &weights, WeightStrides strides,
                                ArrayRef<int64_t> shape) {
  Operands operands(call);
  const Tensor &rows = call.tensor(0);
  const Tensor *bias = operands.get(op.getBias());
  EpilogueKind kind = op.getEpilogue().getKind();
  AccumulatorAttr accumulator = op.getAccumulatorAttr();
  bool grouped = op.getWeightScale() && !rows.isFloat();
  bool late = kind == EpilogueKind::Dequantize ||
              kind == EpilogueKind::Quantize;
  Tensor sums;
  if (accumulator) {
    std::optional<GroupScales> groups = tapScales(op, s, operands);
    sums = convolveAccumulated(
        s, rows, weights, strides, groups ? &*groups : nullptr,
        late ? nullptr : bias, accumulator.getAccumulation(), shape);
  } else if (grouped) {
    sums = sumGroups(op, s, rowValues(rows, op.getSignedInput()),
                     weights.to<int64_t>(), strides, operands, shape);
    if (bias && !late)
      for (int64_t i = 0; i < sums.size(); ++i)
        sums.setFloat(i, float(sums.getFloat(i)) +
                             float(bias->getFloat(i % bias->size())));
  } else if (rows.isFloat()) {
    sums = convolveFloat(s, rows, scaleWeights(op, operands, weights), strides,
                         bias, ElementType::f32(),
                         shape);
  } else {
    std::vector<int64_t> first;
    if (bias && !late)
      first = bias->to<int64_t>();
    else if (const Tensor *start = operands.get(op.getGroupBias()))
      first = panelColumns(op, *start, shape.back());
    auto gemm = dyn_cast<GemmLayoutAttr>(op.getWeights().getType().getLayout());
    auto exact = convolveInteger(call, s,
                                 gemm && gemm.isBits()
                                     ? bitValues(rows, s.ic, gemm.getLevels())
                                     : rowValues(rows, op.getSignedInput()),
                                 subtractZeros(op, weights, operands), strides,
                                 first, ElementType::i64(), shape);
    if (failed(exact))
      return failure();
    subtractRowZeros(op, operands, *exact);
    sums = op.getWide() ? std::move(*exact) : modulo32(*exact);
    if (failed(addBorder(call, sums, operands.get(op.getBorderSums()),
                         operands.get(op.getBorderClass()))))
      return failure();
  }
  call.result(applyEpilogue(
      op.getEpilogue(), sums,
      {operands.get(op.getMultiplier()), operands.get(op.getRowScale()),
       operands.get(op.getResultScale()), late ? bias : nullptr,
       operands.get(op.getThresholds()), operands.get(op.getFalling())},
      call.resultElement()));
  return success();
}

static LogicalResult evalSumRuns(SumRunsOp op, Call &call) {
  const Tensor &in = call.tensor(0);
  auto shape = call.resultShape();
  if (failed(shape))
    return failure();
  Tensor out(ElementType::i32(), *shape);
  int64_t run = in.size() / out.size();
  std::vector<int64_t> values = rowValues(in, !op.getUnsignedInput());
  for (int64_t i = 0; i < out.size(); ++i) {
    int64_t sum = 0;
    for (int64_t k = 0; k < run; ++k)
      sum += values[i * run + k];
    out.setInt(i, sum);
  }
  call.result(std::move(out));
  return success();
}

static LogicalResult evalLookupBytes(LookupBytesOp op, Call &call) {
  const Tensor &in = call.tensor(0);
  Tensor out(call.resultElement(), in.shape());
  for (int64_t i = 0; i < in.size(); ++i)
    out.setInt(i, op.getTable()[in.getInt(i) & 0xff]);
  call.result(std::move(out));
  return success();
}

/// Rows of words of a code that is no integer code.
static LogicalResult evalCodedRows(QuantizeRowsOp op, Call &call) {
  const Tensor &in = call.tensor(0);
  int64_t rows = cast<ShapedType>(op.getScales().getType()).getNumElements();
  int64_t length = in.size() / rows;
  std::vector<float> x = in.to<float>(), scales;
  std::unique_ptr<num::Code> code =
      cast<QuantType>(*op.getQuantType()).getCode().getArithmetic();
  Tensor codes(*ElementType::get(getElementTypeOrSelf(op.getCodes())),
               in.shape());
  for (int64_t r = 0; r < rows; ++r) {
    float lo = 0, hi = 0;
    for (int64_t i = r * length; i < (r + 1) * length; ++i) {
      lo = std::fmin(lo, x[i]);
      hi = std::fmax(hi, x[i]);
    }
    scales.push_back(num::chooseScale(lo, hi, *code));
    for (int64_t i = r * length; i < (r + 1) * length; ++i)
      codes.setInt(i, int8_t(code->encode(x[i] / scales.back(),
                                          num::Rounding::HalfEven)));
  }
  call.result(std::move(codes));
  call.result(Tensor::ofFloats({rows}, scales));
  return success();
}

static LogicalResult evalQuantizeRows(QuantizeRowsOp op, Call &call) {
  if (op.getQuantType())
    return evalCodedRows(op, call);
  const Tensor &in = call.tensor(0);
  int64_t rows = cast<ShapedType>(op.getScales().getType()).getNumElements();
  int64_t length = in.size() / rows;
  std::vector<float> x = in.to<float>(), scales;
  num::LevelRange levels{int32_t(*op.getLower()), int32_t(*op.getUpper())};
  Tensor codes(*ElementType::get(getElementTypeOrSelf(op.getCodes())),
               in.shape());
  for (int64_t r = 0; r < rows; ++r) {
    float largest = 0;
    for (int64_t i = r * length; i < (r + 1) * length; ++i)
      largest = std::fmax(largest, std::abs(x[i]));
    num::AffineParams params = num::chooseSymmetric(largest, levels);
    scales.push_back(params.scale);
    for (int64_t i = r * length; i < (r + 1) * length; ++i)
      codes.setInt(i, num::quantize(x[i], params, levels,
                                    num::Rounding::HalfEven));
  }
  call.result(std::move(codes));
  call.result(Tensor::ofFloats({rows}, scales));
  return success();
}

static LogicalResult evalPackedMatmul(PackedMatmulOp op, Call &call) {
  auto type = cast<PackedType>(op.getWeights().getType());
  Tensor weights = unpacked(type, call.tensor(1));
  auto shape = call.resultShape();
  if (failed(shape))
    return failure();
  ConvShape s;
  s.ic = weights.size() / std::max<int64_t>(1, shape->back());
  s.oc = shape->back();
  s.iw = s.ow = s.oc ? countElements(*shape) / s.oc : 0;
  // The verifier leaves two forms: [K, N] and [N, K].
  bool columnsLast = cast<GemmLayoutAttr>(type.getLayout()).getAxis() == 1;
  WeightStrides strides{0, 0, 0, columnsLast ? s.oc : 1,
                        columnsLast ? 1 : s.ic};
  return evalKernel(op, call, s, weights, strides, *shape);
}

static LogicalResult evalPackedConv2D(PackedConv2DOp op, Call &call) {
  auto type = cast<PackedType>(op.getWeights().getType());
  Tensor weights = unpacked(type, call.tensor(1));
  auto shape = call.resultShape();
  if (failed(shape))
    return failure();
  const Tensor &rows = call.tensor(0);
  ConvShape s;
  s.n = rows.dim(0);
  s.ih = rows.dim(1);
  s.iw = rows.dim(2);
  s.ic = weights.dim(3);
  auto gemm = dyn_cast<GemmLayoutAttr>(type.getLayout());
  s.groups = gemm ? gemm.getGroups() : s.ic ? rows.dim(3) / s.ic : 1;
  s.oc = s.groups ? weights.dim(0) / s.groups : 0;
  s.kh = weights.dim(1);
  s.kw = weights.dim(2);
  s.oh = (*shape)[1];
  s.ow = (*shape)[2];
  s.strideH = op.getStride()[0];
  s.strideW = op.getStride()[1];
  s.dilationH = op.getDilation()[0];
  s.dilationW = op.getDilation()[1];
  int64_t filter = s.kh * s.kw * s.ic;
  return evalKernel(op, call, s, weights,
                    {s.oc * filter, s.kw * s.ic, s.ic, 1, filter}, *shape);
}

void registerPack(Registry &registry) {
  registry.add<evalPackedConstant>();
  registry.add<evalPackedView>();
  registry.add<evalPrepareRows>();
  registry.add<evalSumRuns>();
  registry.add<evalLookupBytes>();
  registry.add<evalQuantizeRows>();
  registry.add<evalPackedMatmul>();
  registry.add<evalPackedConv2D>();
}

} // namespace qs::interp
