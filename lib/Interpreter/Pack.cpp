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

/// The logical tensor of packed bytes.
static Tensor unpacked(PackedType type, const Tensor &bytes) {
  RankedTensorType logical = type.getLogical();
  SmallVector<uint32_t> words =
      type.getLayout().unpack(logical, bytes.rawData());
  // Words with a table are numbers by the table alone.
  auto gemm = dyn_cast<GemmLayoutAttr>(type.getLayout());
  if (gemm && gemm.getTable()) {
    SmallVector<float> levels = gemm.getLevels();
    Tensor numbers(ElementType::f32(), logical.getShape());
    for (int64_t i = 0; i < numbers.size(); ++i)
      numbers.setFloat(i, levels[words[i]]);
    return numbers;
  }
  Tensor out(*ElementType::get(logical.getElementType()), logical.getShape());
  if (out.isFloat())
    return Tensor::of<uint32_t>({Storage::U32, 32}, logical.getShape(), words)
        .bitcast(out.elementType());
  for (int64_t i = 0; i < out.size(); ++i)
    out.setInt(i, words[i]);
  return out;
}

/// The element after conversion, in the form that the result stores.
static int64_t convertRow(RowConversion conversion, int64_t value) {
  switch (conversion) {
  case RowConversion::Copy:
  case RowConversion::SignExtend:
    return value;
  case RowConversion::FlipSign:
    return value + 128;
  case RowConversion::ZeroExtend:
    return value & 0xff;
  }
  llvm_unreachable("all conversions are listed");
}

static LogicalResult evalPrepareRows(PrepareRowsOp op, Call &call) {
  const Tensor &in = call.tensor(0);
  ElementType type = call.resultElement();
  Tensor rows(type, in.shape()), fill(type, {});
  if (type.isFloat())
    rows = in;
  else
    for (int64_t i = 0; i < in.size(); ++i)
      rows.setInt(i, convertRow(op.getConversion(), in.getInt(i)));
  fill.setInt(0, int32_t(op.getFill()));
  ArrayRef<int64_t> pad = op.getPad();
  if (in.rank() == 4)
    rows = padded(rows, {0, pad[0], pad[2], 0},
                  {0, pad[1], pad[3], int64_t(op.getChannelPad())}, fill);
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

/// Applies the epilogue to sums whose last axis are the columns.
static Tensor applyEpilogue(EpilogueAttr epilogue, const Tensor &sums,
                            const Tensor *multiplier, const Tensor *lateBias,
                            ElementType type) {
  Tensor out(type, sums.shape());
  int64_t columns = sums.shape().back();
  auto m = [&](int64_t c) {
    return float(multiplier->getFloat(multiplier->size() == 1 ? 0 : c));
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
      out.setInt(i, num::requantize(int32_t(sums.getInt(i)), m(c),
                                    epilogue.getZeroPoint(),
                                    {epilogue.getLower(), epilogue.getUpper()},
                                    toNum(epilogue.getRounding())));
      break;
    case EpilogueKind::Dequantize: {
      float value = float(sums.getInt(i)) * m(c);
      if (lateBias)
        value += float(lateBias->getFloat(c));
      out.setFloat(i, clampFloat(epilogue, value));
      break;
    }
    }
  }
  return out;
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
  bool late = op.getEpilogue().getKind() == EpilogueKind::Dequantize;
  Tensor sums;
  if (rows.isFloat()) {
    sums = convolveFloat(s, rows, weights, strides, bias, ElementType::f32(),
                         shape);
  } else {
    auto exact = convolveInteger(
        call, s, rowValues(rows, op.getSignedInput()), weights.to<int64_t>(),
        strides, bias && !late ? bias->to<int64_t>() : std::vector<int64_t>(),
        ElementType::i32(), shape);
    if (failed(exact))
      return failure();
    sums = std::move(*exact);
  }
  call.result(applyEpilogue(op.getEpilogue(), sums,
                            operands.get(op.getMultiplier()),
                            late ? bias : nullptr, call.resultElement()));
  return success();
}

static LogicalResult evalPackedMatmul(PackedMatmulOp op, Call &call) {
  auto type = cast<PackedType>(op.getWeights().getType());
  Tensor weights = unpacked(type, call.tensor(1));
  auto shape = call.resultShape();
  if (failed(shape))
    return failure();
  ConvShape s;
  s.ic = call.tensor(0).shape().back();
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
  s.groups = s.ic ? rows.dim(3) / s.ic : 1;
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
  registry.add<evalPrepareRows>();
  registry.add<evalPackedMatmul>();
  registry.add<evalPackedConv2D>();
}

} // namespace qs::interp
