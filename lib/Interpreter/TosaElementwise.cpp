//===- TosaElementwise.cpp - TOSA ops that map elements -------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Integer sums and differences that leave their type are errors, as TOSA
// requires; products without a shift keep their low bits.
//
//===----------------------------------------------------------------------===//

#include "Families.h"
#include "Views.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"

#include <cmath>

using namespace mlir;

namespace qs::interp {

/// out[i] = fn(a[i]) in f32, or f64 for f64.
template <typename Fn> static LogicalResult mapFloat(Call &call, Fn fn) {
  const Tensor &in = call.tensor(0);
  ElementType type = call.resultElement();
  if (!in.isFloat())
    return call.error() << "expected float elements, found "
                        << in.elementType().str();
  if (type.storage == Storage::F64) {
    Tensor out(type, in.shape());
    for (int64_t i = 0; i < in.size(); ++i)
      out.setFloat(i, fn(in.getFloat(i)));
    call.result(std::move(out));
    return success();
  }
  std::vector<float> values = in.to<float>();
  for (float &v : values)
    v = fn(v);
  call.result(Tensor::ofFloats(in.shape(), values).convertFloat(type));
  return success();
}

/// out[i] = fn(a[i]) on integers; `fn` gives a value to be wrapped.
template <typename Fn> static LogicalResult mapInt(Call &call, Fn fn) {
  const Tensor &in = call.tensor(0);
  Tensor out(call.resultElement(), in.shape());
  for (int64_t i = 0; i < in.size(); ++i)
    out.setInt(i, fn(in.getInt(i)));
  call.result(std::move(out));
  return success();
}

/// Both operands at the shape they broadcast to.
static FailureOr<std::pair<Tensor, Tensor>> broadcastPair(Call &call) {
  const Tensor &a = call.tensor(0), &b = call.tensor(1);
  auto shape = broadcastShape({a.shape(), b.shape()});
  if (failed(shape))
    return call.error() << "operands do not broadcast";
  return std::make_pair(broadcasted(a, *shape), broadcasted(b, *shape));
}

template <typename Fn> static LogicalResult zipFloat(Call &call, Fn fn) {
  auto pair = broadcastPair(call);
  if (failed(pair))
    return failure();
  const auto &[a, b] = *pair;
  ElementType type = call.resultElement();
  if (type.storage == Storage::F64) {
    Tensor out(type, a.shape());
    for (int64_t i = 0; i < a.size(); ++i)
      out.setFloat(i, fn(a.getFloat(i), b.getFloat(i)));
    call.result(std::move(out));
    return success();
  }
  std::vector<float> x = a.template to<float>(), y = b.template to<float>();
  for (size_t i = 0; i < x.size(); ++i)
    x[i] = fn(x[i], y[i]);
  call.result(Tensor::ofFloats(a.shape(), x).convertFloat(type));
  return success();
}

/// out = fn(a, b) in i64 or i128, wrapped, or where `checked` an error when it
/// does not fit.
template <typename Fn>
static LogicalResult zipInt(Call &call, Fn fn, bool checked = false) {
  auto pair = broadcastPair(call);
  if (failed(pair))
    return failure();
  const auto &[a, b] = *pair;
  ElementType type = call.resultElement();
  Tensor out(type, a.shape());
  for (int64_t i = 0; i < a.size(); ++i) {
    __int128 value = fn(a.getInt(i), b.getInt(i));
    if (checked && (value < type.minInt() || value > type.maxInt()))
      return call.error() << "overflow: the result of element " << i
                          << " does not fit " << type.str();
    out.setInt(i, int64_t(value));
  }
  call.result(std::move(out));
  return success();
}

template <typename Fn> static LogicalResult compare(Call &call, Fn fn) {
  auto pair = broadcastPair(call);
  if (failed(pair))
    return failure();
  const auto &[a, b] = *pair;
  Tensor out(ElementType::i1(), a.shape());
  for (int64_t i = 0; i < a.size(); ++i)
    out.setInt(i, a.isFloat() ? fn(a.getFloat(i), b.getFloat(i))
                              : fn(a.getInt(i), b.getInt(i)));
  call.result(std::move(out));
  return success();
}

static bool isFloat(Call &call) { return call.tensor(0).isFloat(); }

/// The larger (or smaller) of two floats; NaN wins or loses by the mode.
template <typename T>
static T pick(T a, T b, bool larger, tosa::NanPropagationMode mode) {
  if (std::isnan(a) || std::isnan(b)) {
    if (mode == tosa::NanPropagationMode::PROPAGATE)
      return std::isnan(a) ? a : b;
    return std::isnan(a) ? b : a;
  }
  return larger == (a > b) ? a : b;
}

static LogicalResult evalAdd(tosa::AddOp, Call &call) {
  if (isFloat(call))
    return zipFloat(call, [](auto a, auto b) { return a + b; });
  return zipInt(
      call, [](int64_t a, int64_t b) { return __int128(a) + b; }, true);
}

static LogicalResult evalSub(tosa::SubOp, Call &call) {
  if (isFloat(call))
    return zipFloat(call, [](auto a, auto b) { return a - b; });
  return zipInt(
      call, [](int64_t a, int64_t b) { return __int128(a) - b; }, true);
}

/// i32 with a shift s > 0: (a * b + 2^(s-1)) >> s, which must fit i32.
static LogicalResult evalMul(tosa::MulOp, Call &call) {
  if (isFloat(call))
    return zipFloat(call, [](auto a, auto b) { return a * b; });
  int64_t shift = call.tensor(2).getInt(0);
  if (shift < 0 || shift > 63)
    return call.error() << "shift " << shift << " is not in [0, 63]";
  if (shift == 0)
    return zipInt(call, [](int64_t a, int64_t b) {
      return int64_t(uint64_t(a) * uint64_t(b));
    });
  return zipInt(
      call,
      [shift](int64_t a, int64_t b) {
        __int128 round = __int128(1) << (shift - 1);
        return (__int128(a) * b + round) >> shift;
      },
      true);
}

static LogicalResult evalIntDiv(tosa::IntDivOp, Call &call) {
  const Tensor &b = call.tensor(1);
  for (int64_t i = 0; i < b.size(); ++i)
    if (b.getInt(i) == 0)
      return call.error() << "division by zero at divisor element " << i;
  return zipInt(
      call, [](int64_t a, int64_t b) { return __int128(a) / b; }, true);
}

static LogicalResult evalPow(tosa::PowOp, Call &call) {
  return zipFloat(call, [](auto a, auto b) { return std::pow(a, b); });
}

static LogicalResult evalMaximum(tosa::MaximumOp op, Call &call) {
  auto mode = op.getNanMode();
  if (isFloat(call))
    return zipFloat(call,
                    [mode](auto a, auto b) { return pick(a, b, true, mode); });
  return zipInt(call, [](int64_t a, int64_t b) { return std::max(a, b); });
}

static LogicalResult evalMinimum(tosa::MinimumOp op, Call &call) {
  auto mode = op.getNanMode();
  if (isFloat(call))
    return zipFloat(call,
                    [mode](auto a, auto b) { return pick(a, b, false, mode); });
  return zipInt(call, [](int64_t a, int64_t b) { return std::min(a, b); });
}

static LogicalResult evalClamp(tosa::ClampOp op, Call &call) {
  if (isFloat(call)) {
    auto mode = op.getNanMode();
    double lo = cast<FloatAttr>(op.getMinVal()).getValueAsDouble();
    double hi = cast<FloatAttr>(op.getMaxVal()).getValueAsDouble();
    return mapFloat(call, [=](auto x) {
      using T = decltype(x);
      return pick(pick(x, T(lo), true, mode), T(hi), false, mode);
    });
  }
  auto bound = [](Attribute attr) {
    auto value = cast<IntegerAttr>(attr);
    return value.getType().isUnsignedInteger()
               ? int64_t(value.getValue().getZExtValue())
               : value.getValue().getSExtValue();
  };
  int64_t lo = bound(op.getMinVal()), hi = bound(op.getMaxVal());
  return mapInt(call, [=](int64_t x) { return std::min(std::max(x, lo), hi); });
}

static LogicalResult evalAbs(tosa::AbsOp, Call &call) {
  if (isFloat(call))
    return mapFloat(call, [](auto x) { return std::fabs(x); });
  return mapInt(call,
                [](int64_t x) { return x < 0 ? int64_t(0 - uint64_t(x)) : x; });
}

/// -(x - zp_in) + zp_out, saturated.
static LogicalResult evalNegate(tosa::NegateOp, Call &call) {
  if (isFloat(call))
    return mapFloat(call, [](auto x) { return -x; });
  ElementType type = call.resultElement();
  int64_t zpIn = call.tensor(1).getInt(0), zpOut = call.tensor(2).getInt(0);
  return mapInt(call, [=](int64_t x) {
    return std::min(std::max(zpIn - x + zpOut, type.minInt()), type.maxInt());
  });
}

static LogicalResult evalExp(tosa::ExpOp, Call &call) {
  return mapFloat(call, [](auto x) { return std::exp(x); });
}
static LogicalResult evalLog(tosa::LogOp, Call &call) {
  return mapFloat(call, [](auto x) { return std::log(x); });
}
static LogicalResult evalErf(tosa::ErfOp, Call &call) {
  return mapFloat(call, [](auto x) { return std::erf(x); });
}
static LogicalResult evalTanh(tosa::TanhOp, Call &call) {
  return mapFloat(call, [](auto x) { return std::tanh(x); });
}
static LogicalResult evalSin(tosa::SinOp, Call &call) {
  return mapFloat(call, [](auto x) { return std::sin(x); });
}
static LogicalResult evalCos(tosa::CosOp, Call &call) {
  return mapFloat(call, [](auto x) { return std::cos(x); });
}
static LogicalResult evalCeil(tosa::CeilOp, Call &call) {
  return mapFloat(call, [](auto x) { return std::ceil(x); });
}
static LogicalResult evalFloor(tosa::FloorOp, Call &call) {
  return mapFloat(call, [](auto x) { return std::floor(x); });
}
static LogicalResult evalSigmoid(tosa::SigmoidOp, Call &call) {
  return mapFloat(call, [](auto x) {
    using T = decltype(x);
    return T(1) / (T(1) + std::exp(-x));
  });
}
static LogicalResult evalReciprocal(tosa::ReciprocalOp, Call &call) {
  return mapFloat(call, [](auto x) { return decltype(x)(1) / x; });
}
static LogicalResult evalRsqrt(tosa::RsqrtOp, Call &call) {
  return mapFloat(call, [](auto x) { return decltype(x)(1) / std::sqrt(x); });
}

static LogicalResult evalGreater(tosa::GreaterOp, Call &call) {
  return compare(call, [](auto a, auto b) { return a > b; });
}
static LogicalResult evalGreaterEqual(tosa::GreaterEqualOp, Call &call) {
  return compare(call, [](auto a, auto b) { return a >= b; });
}
static LogicalResult evalEqual(tosa::EqualOp, Call &call) {
  return compare(call, [](auto a, auto b) { return a == b; });
}

static LogicalResult evalSelect(tosa::SelectOp, Call &call) {
  const Tensor &c = call.tensor(0), &x = call.tensor(1), &y = call.tensor(2);
  auto shape = broadcastShape({c.shape(), x.shape(), y.shape()});
  if (failed(shape))
    return call.error() << "operands do not broadcast";
  Tensor cond = broadcasted(c, *shape), other = broadcasted(y, *shape);
  Tensor out = broadcasted(x, *shape);
  size_t width = out.elementType().bytes();
  char *to = out.mutableRawData().data();
  const char *from = other.rawData().data();
  for (int64_t i = 0; i < out.size(); ++i)
    if (!cond.getInt(i))
      std::copy_n(from + i * width, width, to + i * width);
  call.result(std::move(out));
  return success();
}

static LogicalResult evalAnd(tosa::BitwiseAndOp, Call &call) {
  return zipInt(call, [](int64_t a, int64_t b) { return a & b; });
}
static LogicalResult evalOr(tosa::BitwiseOrOp, Call &call) {
  return zipInt(call, [](int64_t a, int64_t b) { return a | b; });
}
static LogicalResult evalXor(tosa::BitwiseXorOp, Call &call) {
  return zipInt(call, [](int64_t a, int64_t b) { return a ^ b; });
}
static LogicalResult evalNot(tosa::BitwiseNotOp, Call &call) {
  return mapInt(call, [](int64_t a) { return ~a; });
}
static LogicalResult evalLogicalAnd(tosa::LogicalAndOp, Call &call) {
  return zipInt(call, [](int64_t a, int64_t b) { return a & b; });
}
static LogicalResult evalLogicalOr(tosa::LogicalOrOp, Call &call) {
  return zipInt(call, [](int64_t a, int64_t b) { return a | b; });
}
static LogicalResult evalLogicalXor(tosa::LogicalXorOp, Call &call) {
  return zipInt(call, [](int64_t a, int64_t b) { return a ^ b; });
}
static LogicalResult evalLogicalNot(tosa::LogicalNotOp, Call &call) {
  return mapInt(call, [](int64_t a) { return !a; });
}

/// Fails where a shift count is negative or not below the width.
static LogicalResult checkShifts(Call &call) {
  const Tensor &b = call.tensor(1);
  int64_t bits = call.resultElement().bits;
  for (int64_t i = 0; i < b.size(); ++i)
    if (b.getInt(i) < 0 || b.getInt(i) >= bits)
      return call.error() << "shift " << b.getInt(i) << " is not in [0, "
                          << bits - 1 << "]";
  return success();
}

static LogicalResult evalShiftLeft(tosa::LogicalLeftShiftOp, Call &call) {
  if (failed(checkShifts(call)))
    return failure();
  return zipInt(call,
                [](int64_t a, int64_t b) { return int64_t(uint64_t(a) << b); });
}

static LogicalResult evalShiftRightLogical(tosa::LogicalRightShiftOp,
                                           Call &call) {
  if (failed(checkShifts(call)))
    return failure();
  unsigned bits = call.resultElement().bits;
  uint64_t mask = bits == 64 ? ~uint64_t(0) : (uint64_t(1) << bits) - 1;
  return zipInt(call, [mask](int64_t a, int64_t b) {
    return int64_t((uint64_t(a) & mask) >> b);
  });
}

/// With `round`, the last bit shifted out is added.
static LogicalResult evalShiftRight(tosa::ArithmeticRightShiftOp op,
                                    Call &call) {
  if (failed(checkShifts(call)))
    return failure();
  bool round = op.getRound();
  return zipInt(call, [round](int64_t a, int64_t b) {
    return (a >> b) + (round && b > 0 ? (a >> (b - 1)) & 1 : 0);
  });
}

static LogicalResult evalClz(tosa::ClzOp, Call &call) {
  ElementType type = call.resultElement();
  return mapInt(call, [type](int64_t a) {
    int64_t n = 0;
    for (int64_t bit = type.bits - 1; bit >= 0 && !((a >> bit) & 1); --bit)
      ++n;
    return n;
  });
}

void registerTosaElementwise(Registry &registry) {
  registry.add<evalAdd>();
  registry.add<evalSub>();
  registry.add<evalMul>();
  registry.add<evalIntDiv>();
  registry.add<evalPow>();
  registry.add<evalMaximum>();
  registry.add<evalMinimum>();
  registry.add<evalClamp>();
  registry.add<evalAbs>();
  registry.add<evalNegate>();
  registry.add<evalExp>();
  registry.add<evalLog>();
  registry.add<evalErf>();
  registry.add<evalTanh>();
  registry.add<evalSin>();
  registry.add<evalCos>();
  registry.add<evalCeil>();
  registry.add<evalFloor>();
  registry.add<evalSigmoid>();
  registry.add<evalReciprocal>();
  registry.add<evalRsqrt>();
  registry.add<evalGreater>();
  registry.add<evalGreaterEqual>();
  registry.add<evalEqual>();
  registry.add<evalSelect>();
  registry.add<evalAnd>();
  registry.add<evalOr>();
  registry.add<evalXor>();
  registry.add<evalNot>();
  registry.add<evalLogicalAnd>();
  registry.add<evalLogicalOr>();
  registry.add<evalLogicalXor>();
  registry.add<evalLogicalNot>();
  registry.add<evalShiftLeft>();
  registry.add<evalShiftRightLogical>();
  registry.add<evalShiftRight>();
  registry.add<evalClz>();
}

} // namespace qs::interp
