//===- Math.cpp - Semantics of the math dialect ---------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Transcendental functions are libm's of the operand's width, as compiled code
// calls them; f16 and bf16 go through f32.
//
//===----------------------------------------------------------------------===//

#include "Families.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/bit.h"

#include <cmath>

using namespace mlir;

namespace qs::interp {

// One function object for each libm function, f32 and f64 alike.
#define QS_LIBM(NAME, EXPRESSION)                                              \
  struct NAME {                                                                \
    template <typename T> T operator()(T x) const { return EXPRESSION; }       \
  }
QS_LIBM(Abs, std::fabs(x));
QS_LIBM(Acos, std::acos(x));
QS_LIBM(Acosh, std::acosh(x));
QS_LIBM(Asin, std::asin(x));
QS_LIBM(Asinh, std::asinh(x));
QS_LIBM(Atan, std::atan(x));
QS_LIBM(Atanh, std::atanh(x));
QS_LIBM(Cbrt, std::cbrt(x));
QS_LIBM(Ceil, std::ceil(x));
QS_LIBM(Cos, std::cos(x));
QS_LIBM(Cosh, std::cosh(x));
QS_LIBM(Erf, std::erf(x));
QS_LIBM(Erfc, std::erfc(x));
QS_LIBM(Exp, std::exp(x));
QS_LIBM(Exp2, std::exp2(x));
QS_LIBM(ExpM1, std::expm1(x));
QS_LIBM(Floor, std::floor(x));
QS_LIBM(Log, std::log(x));
QS_LIBM(Log10, std::log10(x));
QS_LIBM(Log1p, std::log1p(x));
QS_LIBM(Log2, std::log2(x));
QS_LIBM(Round, std::round(x));
QS_LIBM(Rsqrt, T(1) / std::sqrt(x));
QS_LIBM(Sin, std::sin(x));
QS_LIBM(Sinh, std::sinh(x));
QS_LIBM(Sqrt, std::sqrt(x));
QS_LIBM(Tan, std::tan(x));
QS_LIBM(Tanh, std::tanh(x));
QS_LIBM(Trunc, std::trunc(x));
#undef QS_LIBM

/// Ties to even, whatever the floating-point environment says.
struct RoundEven {
  template <typename T> T operator()(T x) const {
    T down = std::floor(x), diff = x - down;
    if (diff == T(0.5))
      return std::copysign(std::fmod(down, T(2)) == 0 ? down : down + 1, x);
    return std::copysign(diff < T(0.5) ? down : std::ceil(x), x);
  }
};

template <typename OpT, typename Fn> static void unary(Registry &registry) {
  registry.addScalar<OpT>([](Operation *, const Scalar *in, Scalar &out) {
    double y = out.type.storage == Storage::F64 ? Fn()(in[0].f)
                                                : double(Fn()(float(in[0].f)));
    out = Scalar::ofFloat(out.type, y);
    return success();
  });
}

static LogicalResult power(Operation *, const Scalar *in, Scalar &out) {
  double y = out.type.storage == Storage::F64
                 ? std::pow(in[0].f, in[1].f)
                 : double(std::pow(float(in[0].f), float(in[1].f)));
  out = Scalar::ofFloat(out.type, y);
  return success();
}

static LogicalResult arctan2(Operation *, const Scalar *in, Scalar &out) {
  double y = out.type.storage == Storage::F64
                 ? std::atan2(in[0].f, in[1].f)
                 : double(std::atan2(float(in[0].f), float(in[1].f)));
  out = Scalar::ofFloat(out.type, y);
  return success();
}

static LogicalResult copysign(Operation *, const Scalar *in, Scalar &out) {
  out = Scalar::ofFloat(out.type, std::copysign(in[0].f, in[1].f));
  return success();
}

/// One rounding: f32 products and sums are exact enough in std::fma only.
static LogicalResult fma(Operation *, const Scalar *in, Scalar &out) {
  double y =
      out.type.storage == Storage::F64
          ? std::fma(in[0].f, in[1].f, in[2].f)
          : double(std::fma(float(in[0].f), float(in[1].f), float(in[2].f)));
  out = Scalar::ofFloat(out.type, y);
  return success();
}

static LogicalResult isNaN(Operation *, const Scalar *in, Scalar &out) {
  out = Scalar::ofInt(out.type, std::isnan(in[0].f));
  return success();
}
static LogicalResult isInf(Operation *, const Scalar *in, Scalar &out) {
  out = Scalar::ofInt(out.type, std::isinf(in[0].f));
  return success();
}
static LogicalResult isFinite(Operation *, const Scalar *in, Scalar &out) {
  out = Scalar::ofInt(out.type, std::isfinite(in[0].f));
  return success();
}

static LogicalResult absInt(Operation *, const Scalar *in, Scalar &out) {
  out = Scalar::ofInt(out.type,
                      in[0].i < 0 ? int64_t(0 - uint64_t(in[0].i)) : in[0].i);
  return success();
}
static LogicalResult popcount(Operation *, const Scalar *in, Scalar &out) {
  out = Scalar::ofInt(out.type, llvm::popcount(in[0].asUnsigned()));
  return success();
}
static LogicalResult leadingZeros(Operation *, const Scalar *in, Scalar &out) {
  out = Scalar::ofInt(out.type, llvm::countl_zero(in[0].asUnsigned()) -
                                    (64 - int(in[0].type.bits)));
  return success();
}
static LogicalResult trailingZeros(Operation *, const Scalar *in, Scalar &out) {
  int n = llvm::countr_zero(in[0].asUnsigned());
  out = Scalar::ofInt(out.type, std::min(n, int(in[0].type.bits)));
  return success();
}

void registerMath(Registry &r) {
  unary<math::AbsFOp, Abs>(r);
  unary<math::AcosOp, Acos>(r);
  unary<math::AcoshOp, Acosh>(r);
  unary<math::AsinOp, Asin>(r);
  unary<math::AsinhOp, Asinh>(r);
  unary<math::AtanOp, Atan>(r);
  unary<math::AtanhOp, Atanh>(r);
  unary<math::CbrtOp, Cbrt>(r);
  unary<math::CeilOp, Ceil>(r);
  unary<math::CosOp, Cos>(r);
  unary<math::CoshOp, Cosh>(r);
  unary<math::ErfOp, Erf>(r);
  unary<math::ErfcOp, Erfc>(r);
  unary<math::ExpOp, Exp>(r);
  unary<math::Exp2Op, Exp2>(r);
  unary<math::ExpM1Op, ExpM1>(r);
  unary<math::FloorOp, Floor>(r);
  unary<math::LogOp, Log>(r);
  unary<math::Log10Op, Log10>(r);
  unary<math::Log1pOp, Log1p>(r);
  unary<math::Log2Op, Log2>(r);
  unary<math::RoundOp, Round>(r);
  unary<math::RoundEvenOp, RoundEven>(r);
  unary<math::RsqrtOp, Rsqrt>(r);
  unary<math::SinOp, Sin>(r);
  unary<math::SinhOp, Sinh>(r);
  unary<math::SqrtOp, Sqrt>(r);
  unary<math::TanOp, Tan>(r);
  unary<math::TanhOp, Tanh>(r);
  unary<math::TruncOp, Trunc>(r);
  r.addScalar<math::PowFOp>(power);
  r.addScalar<math::Atan2Op>(arctan2);
  r.addScalar<math::CopySignOp>(copysign);
  r.addScalar<math::FmaOp>(fma);
  r.addScalar<math::IsNaNOp>(isNaN);
  r.addScalar<math::IsInfOp>(isInf);
  r.addScalar<math::IsFiniteOp>(isFinite);
  r.addScalar<math::AbsIOp>(absInt);
  r.addScalar<math::CtPopOp>(popcount);
  r.addScalar<math::CountLeadingZerosOp>(leadingZeros);
  r.addScalar<math::CountTrailingZerosOp>(trailingZeros);
}

} // namespace qs::interp
