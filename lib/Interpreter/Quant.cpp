//===- Quant.cpp - qs ops between reals, accumulators and codes
//------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Scales that are illegal as constants may still arrive at run time. They give
// what f32 division and multiplication give (see qs/Numerics/Affine.h): x / 0
// saturates or, for 0 / 0 and NaN, becomes the zero point.
//
//===----------------------------------------------------------------------===//

#include "Families.h"
#include "QSSupport.h"
#include "qs/Numerics/Round.h"
#include "qs/Numerics/Stochastic.h"

#include <algorithm>
#include <cmath>

using namespace mlir;

namespace qs::interp {

namespace {
/// Rounding, order and overflow of one op, applied to single elements.
struct Quantizer {
  QuantType type;
  num::Rounding rounding;
  num::Order order;
  num::LevelRange levels;
  BoundCodes codes; // Of other codes than integers.
  std::optional<uint64_t> seed; // Of stochastic rounding.

  template <typename OpT>
  Quantizer(OpT op, QuantType type, const Tensor *codebook)
      : type(type), rounding(toNum(op.getRounding())),
        order(toNum(op.getOrder())), levels{0, 0}, codes(type, codebook) {
    if (type.isInteger())
      levels = levelsOf(type, op.getOverflow());
  }

  /// The word of a quotient that is rounded with the random bits of element i.
  int64_t randomWord(double ratio, int64_t zp, int64_t p, int64_t i) const {
    uint64_t random = num::randomBits(*seed, uint64_t(i));
    if (!type.isInteger())
      return num::encodeStochastic(codes.at(p), ratio, random);
    if (std::isnan(ratio))
      return num::saturate(zp, levels.min, levels.max);
    double limited = std::clamp(ratio, -0x1p40, 0x1p40);
    return num::saturate(int64_t(num::roundStochastic(limited, random)) + zp,
                         levels.min, levels.max);
  }
  /// The code word of element i, a float of f32 or less that uses scale `p`.
  int64_t word(float x, float scale, int64_t zp, int64_t p, int64_t i) const {
    if (seed)
      return randomWord(x / scale, zp, p, i);
    if (!type.isInteger())
      return codes.at(p).encode(x / scale, rounding);
    return num::quantize(x, {scale, int32_t(zp)}, levels, rounding, order);
  }
  /// The same of an f64, whose quotient is f64.
  int64_t word(double x, double scale, int64_t zp, int64_t p, int64_t i) const {
    double ratio = x / scale;
    if (seed)
      return randomWord(ratio, zp, p, i);
    if (!type.isInteger())
      return codes.at(p).encode(ratio, rounding);
    if (std::isnan(ratio))
      return num::saturate(zp, levels.min, levels.max);
    constexpr int64_t far = int64_t(1) << 40;
    if (order == num::Order::AddThenRound)
      return num::roundAndSaturate(ratio + double(zp), rounding,
                                   std::max(levels.min, -far),
                                   std::min(levels.max, far));
    int64_t rounded = num::roundAndSaturate(ratio, rounding, -far, far);
    return num::saturate(rounded + zp, levels.min, levels.max);
  }
};
} // namespace

static Tensor quantizeTensor(const Quantizer &q, const Tensor &in,
                             const Tensor &scales, const Tensor *zps) {
  Tensor out(*ElementType::get(q.type), in.shape());
  auto zp = [&](int64_t p) {
    return zps ? limitZeroPoint(zps->getInt(p), q.type) : 0;
  };
  if (in.elementType().storage == Storage::F64) {
    forEachParameter(q.type, in.shape(), [&](int64_t i, int64_t p) {
      out.setInt(i, q.word(in.getFloat(i), scales.getFloat(p), zp(p), p, i));
    });
    return out;
  }
  std::vector<float> x = in.to<float>(), s = scales.to<float>();
  forEachParameter(q.type, in.shape(), [&](int64_t i, int64_t p) {
    out.setInt(i, q.word(x[i], s[p], zp(p), p, i));
  });
  return out;
}

/// s * (decode(q) - z): an exact difference, then one product.
static Tensor dequantizeTensor(QuantType type, const Tensor &in,
                               const Tensor &scales, const Tensor *zps,
                               const Tensor *codebook, ElementType to) {
  auto zp = [&](int64_t p) {
    return zps ? limitZeroPoint(zps->getInt(p), type) : 0;
  };
  bool wide = to.storage == Storage::F64;
  BoundCodes codes(type, codebook);
  auto decode = [&](int64_t word, int64_t p) {
    return type.isInteger() ? double(word) : codes.at(p).decode(word);
  };
  Tensor out(wide ? to : ElementType::f32(), in.shape());
  forEachParameter(type, in.shape(), [&](int64_t i, int64_t p) {
    int64_t word = in.getInt(i);
    if (wide)
      out.setFloat(i, (decode(word, p) - zp(p)) * scales.getFloat(p));
    else if (type.isInteger())
      out.setFloat(i, num::dequantize(int32_t(word), {float(scales.getFloat(p)),
                                                      int32_t(zp(p))}));
    else
      out.setFloat(i, float(decode(word, p)) * float(scales.getFloat(p)));
  });
  return out.convertFloat(to);
}

static LogicalResult evalQuantize(QuantizeOp op, Call &call) {
  Operands operands(call);
  Quantizer quantizer(op, QuantType::of(op.getType()),
                      operands.get(op.getCodebook()));
  if (op.getSeed())
    quantizer.seed = uint64_t(*op.getSeed());
  call.result(quantizeTensor(quantizer, call.tensor(0), call.tensor(1),
                             operands.get(op.getZeroPoint())));
  return success();
}

static LogicalResult evalDequantize(DequantizeOp op, Call &call) {
  Operands operands(call);
  call.result(dequantizeTensor(
      QuantType::of(op.getInput().getType()), call.tensor(0), call.tensor(1),
      operands.get(op.getZeroPoint()), operands.get(op.getCodebook()),
      call.resultElement()));
  return success();
}

static LogicalResult evalFakeQuantize(FakeQuantizeOp op, Call &call) {
  Operands operands(call);
  auto type = cast<QuantType>(op.getQuantType());
  const Tensor *zp = operands.get(op.getZeroPoint());
  const Tensor *codebook = operands.get(op.getCodebook());
  Tensor q = quantizeTensor(Quantizer(op, type, codebook), call.tensor(0),
                            call.tensor(1), zp);
  call.result(dequantizeTensor(type, q, call.tensor(1), zp, codebook,
                               call.resultElement()));
  return success();
}

/// The identity; calibration reads the values through the interpreter's hook.
static LogicalResult evalObserve(ObserveOp, Call &call) {
  call.result(call.tensor(0));
  return success();
}

/// For the whole tensor or each index of the scaled axis; NaN elements are
/// passed over.
static LogicalResult evalChooseParams(ChooseParamsOp op, Call &call) {
  auto type = cast<QuantType>(op.getQuantType());
  const Tensor &in = call.tensor(0);
  // Element i has index i / inner % count on the axis.
  std::vector<int64_t> shape;
  int64_t count = 1, inner = std::max<int64_t>(in.size(), 1);
  if (auto axis = dyn_cast<AxisScaleAttr>(type.getScale())) {
    count = in.shape()[axis.getAxis()];
    shape = {count};
    inner = 1;
    for (size_t d = axis.getAxis() + 1; d < in.shape().size(); ++d)
      inner *= in.shape()[d];
  }
  std::vector<float> lo(count, 0), hi(count, 0);
  std::vector<float> x = in.to<float>();
  for (size_t i = 0; i < x.size(); ++i) {
    size_t c = int64_t(i) / inner % count;
    lo[c] = std::fmin(lo[c], x[i]);
    hi[c] = std::fmax(hi[c], x[i]);
  }
  std::unique_ptr<num::Code> code = type.getCode().getArithmetic();
  num::LevelRange levels;
  if (type.isInteger())
    levels = levelsOf(type, Overflow::Saturate);
  std::vector<float> scales;
  std::vector<int32_t> zeroPoints;
  for (int64_t c = 0; c < count; ++c) {
    num::AffineParams params;
    if (!type.isInteger())
      params.scale = num::chooseScale(lo[c], hi[c], *code);
    else if (op.getSymmetric())
      params = num::chooseSymmetric(std::max(-lo[c], hi[c]), levels);
    else
      params = num::chooseAsymmetric(lo[c], hi[c], levels);
    scales.push_back(params.scale);
    zeroPoints.push_back(params.zeroPoint);
  }
  call.result(Tensor::ofFloats(shape, scales));
  call.result(Tensor::of<int32_t>(ElementType::i32(), shape, zeroPoints));
  return success();
}

/// sat(round(f32(x - zx) * m) + z), one multiplier or one for each channel.
static LogicalResult evalRequantize(RequantizeOp op, Call &call) {
  Operands operands(call);
  QuantType type = QuantType::of(op.getType());
  num::LevelRange levels = levelsOf(type, op.getOverflow());
  int64_t zpIn = operands.zeroPoint(op.getInputZp(),
                                    QuantType::of(op.getInput().getType()));
  int32_t zpOut = operands.zeroPoint(op.getZeroPoint(), type);
  const Tensor &in = call.tensor(0);
  std::vector<float> m = call.tensor(1).to<float>();
  std::vector<int64_t> x = in.to<int64_t>();
  Tensor out(call.resultElement(), in.shape());
  for (size_t i = 0, c = 0; i < x.size(); ++i, c = c + 1 < m.size() ? c + 1 : 0)
    out.setInt(i, num::requantize(x[i] - zpIn, m[c], zpOut, levels,
                                  toNum(op.getRounding())));
  call.result(std::move(out));
  return success();
}

static LogicalResult evalRequantizeFixed(RequantizeFixedOp op, Call &call) {
  Operands operands(call);
  QuantType type = QuantType::of(op.getType());
  num::LevelRange levels = levelsOf(type, op.getOverflow());
  int32_t zp = operands.zeroPoint(op.getZeroPoint(), type);
  const Tensor &in = call.tensor(0), &multiplier = call.tensor(1),
               &shift = call.tensor(2);
  int64_t least = op.getRounding() == FixedRounding::TFLite ? 31 : 0;
  for (int64_t c = 0; c < shift.size(); ++c)
    if (shift.getInt(c) < least || shift.getInt(c) > 62)
      return call.error() << "(RF3) expected shifts in " << least
                          << "..62, found " << shift.getInt(c);
  Tensor out(call.resultElement(), in.shape());
  for (int64_t i = 0; i < in.size(); ++i) {
    int64_t c = i % multiplier.size();
    num::FixedMultiplier m{int32_t(multiplier.getInt(c)),
                           int8_t(shift.getInt(c))};
    out.setInt(i, num::requantizeFixed(int32_t(in.getInt(i)), m, zp, levels,
                                       toNum(op.getRounding())));
  }
  call.result(std::move(out));
  return success();
}

/// The bits stay; the stored form extends them by the type's sign.
static LogicalResult evalStorageCast(StorageCastOp, Call &call) {
  const Tensor &in = call.tensor(0);
  ElementType to = call.resultElement();
  Tensor out(to, in.shape());
  for (int64_t i = 0; i < in.size(); ++i)
    out.setInt(i, in.getInt(i));
  call.result(std::move(out));
  return success();
}

void registerQuant(Registry &registry) {
  registry.add<evalQuantize>();
  registry.add<evalDequantize>();
  registry.add<evalFakeQuantize>();
  registry.add<evalObserve>();
  registry.add<evalChooseParams>();
  registry.add<evalRequantize>();
  registry.add<evalRequantizeFixed>();
  registry.add<evalStorageCast>();
}

} // namespace qs::interp
