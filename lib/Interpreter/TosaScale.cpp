//===- TosaScale.cpp - TOSA ops that change the representation ------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Families.h"
#include "Scale.h"
#include "qs/Numerics/Requantize.h"
#include "qs/Numerics/Round.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace qs::interp {

int64_t tosaDivide(int64_t value, int64_t count) {
  int shift = 32 - llvm::countl_zero(uint32_t(count - 1));
  int64_t numerator = ((int64_t(1) << 30) + 1) << shift;
  num::FixedMultiplier m{int32_t(numerator / count), int8_t(30 + shift)};
  return num::scaleFixed(int32_t(value), m, num::FixedRounding::Single);
}

/// Floats to integers round ties to even and saturate, NaN gives 0; integers to
/// narrower ones keep their low bits; anything to i1 tests for non-zero.
static LogicalResult evalCast(tosa::CastOp, Call &call) {
  const Tensor &in = call.tensor(0);
  ElementType to = call.resultElement();
  if (in.isFloat() && to.isFloat()) {
    call.result(in.convertFloat(to));
    return success();
  }
  Tensor out(to, in.shape());
  for (int64_t i = 0; i < in.size(); ++i) {
    if (to == ElementType::i1())
      out.setInt(i, in.isFloat() ? in.getFloat(i) != 0 : in.getInt(i) != 0);
    else if (to.storage == Storage::F32 && !in.isFloat())
      out.setFloat(i, float(in.getInt(i)));
    else if (to.isFloat())
      out.setFloat(i, double(in.getInt(i)));
    else if (in.isFloat())
      out.setInt(i,
                 num::roundAndSaturate(in.getFloat(i), num::Rounding::HalfEven,
                                       to.minInt(), to.maxInt()));
    else
      out.setInt(i, in.getInt(i));
  }
  call.result(std::move(out));
  return success();
}

/// value * multiplier * 2^-shift. The 16-bit form takes 48-bit values and
/// rounds once; INEXACT_ROUND, which leaves the result open, rounds once too.
static FailureOr<int64_t> applyScale(Operation *op, int64_t value,
                                     int64_t multiplier, int64_t shift,
                                     bool scale32, tosa::RoundingMode mode) {
  if (shift < 0 || shift > 62)
    return op->emitOpError() << "shift " << shift << " is not in [0, 62]";
  if (!scale32) {
    __int128 round = shift ? __int128(1) << (shift - 1) : 0;
    return int64_t((__int128(value) * multiplier + round) >> shift);
  }
  if (value != int32_t(value))
    return op->emitOpError() << "value " << value << " does not fit i32";
  bool twice = mode == tosa::RoundingMode::DOUBLE_ROUND;
  return num::scaleFixed(int32_t(value), {int32_t(multiplier), int8_t(shift)},
                         twice ? num::FixedRounding::Double
                               : num::FixedRounding::Single);
}

static LogicalResult evalRescale(tosa::RescaleOp op, Call &call) {
  const Tensor &in = call.tensor(0), &multiplier = call.tensor(1),
               &shift = call.tensor(2);
  ElementType inType = in.elementType(), outType = call.resultElement();
  bool unsignedIn = op.getInputUnsigned(), unsignedOut = op.getOutputUnsigned();
  ElementType outRange = ElementType::integer(outType.bits, !unsignedOut);
  auto asInput = [&](int64_t v) {
    return unsignedIn ? ElementType::integer(inType.bits, false).wrap(v) : v;
  };
  int64_t zpIn = asInput(call.tensor(3).getInt(0));
  int64_t zpOut = call.tensor(4).getInt(0);
  if (unsignedOut)
    zpOut = ElementType::integer(outType.bits, false).wrap(zpOut);
  int64_t channels = op.getPerChannel() ? in.shape().back() : 1;
  if (multiplier.size() != channels || shift.size() != channels)
    return call.error() << "expected " << channels
                        << " multipliers and shifts, found "
                        << multiplier.size() << " and " << shift.size();
  Tensor out(outType, in.shape());
  for (int64_t i = 0; i < in.size(); ++i) {
    int64_t c = i % channels;
    auto scaled =
        applyScale(op, asInput(in.getInt(i)) - zpIn, multiplier.getInt(c),
                   shift.getInt(c), op.getScale32(), op.getRoundingMode());
    if (failed(scaled))
      return failure();
    out.setInt(i, num::saturate(*scaled + zpOut, outRange.minInt(),
                                outRange.maxInt()));
  }
  call.result(std::move(out));
  return success();
}

/// i8: the entry at x + 128. i16: 9 bits of index, then 7 bits of linear
/// interpolation, giving 7 more fractional bits in i32.
static LogicalResult evalTable(tosa::TableOp, Call &call) {
  const Tensor &in = call.tensor(0), &table = call.tensor(1);
  bool wide = in.elementType().bits == 16;
  int64_t entries = wide ? 513 : 256;
  if (table.size() != entries)
    return call.error() << "table has " << table.size() << " entries, expected "
                        << entries;
  Tensor out(call.resultElement(), in.shape());
  for (int64_t i = 0; i < in.size(); ++i) {
    int64_t x = in.getInt(i);
    if (!wide) {
      out.setInt(i, table.getInt(in.elementType().isUnsigned() ? x : x + 128));
      continue;
    }
    int64_t at = (x >> 7) + 256, base = table.getInt(at);
    out.setInt(i, base * 128 + (table.getInt(at + 1) - base) * (x & 127));
  }
  call.result(std::move(out));
  return success();
}

static LogicalResult scaleScalar(Operation *op, const Scalar *in,
                                 Scalar &result) {
  auto mode = cast<tosa::ApplyScaleOp>(op).getRoundingMode();
  auto scaled = applyScale(op, in[0].i, in[1].i, in[2].i, true, mode);
  if (failed(scaled))
    return failure();
  result = Scalar::ofInt(result.type, *scaled);
  return success();
}

void registerTosaScale(Registry &registry) {
  registry.add<evalCast>();
  registry.add<evalRescale>();
  registry.add<evalTable>();
  registry.addScalar<tosa::ApplyScaleOp>(scaleScalar);
}

} // namespace qs::interp
