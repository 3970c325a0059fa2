//===- Arith.cpp - Semantics of the arith dialect -------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Integers wrap. What MLIR leaves undefined (division by zero, shifts by the
// width, floats outside the integer's range) is an error here.
//
//===----------------------------------------------------------------------===//

#include "Families.h"
#include "qs/Interpreter/Interpreter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/Support/FormatVariadic.h"

#include <cmath>
#include <cstring>

using namespace mlir;

namespace qs::interp {

/// Registers `OpT` as result = fn(a, b) on floats; f64 arithmetic rounded once
/// is exact for + - * / of narrower types.
template <typename OpT, double (*Fn)(double, double)>
static void addFloat(Registry &registry) {
  registry.addScalar<OpT>([](Operation *, const Scalar *in, Scalar &out) {
    out = Scalar::ofFloat(out.type, Fn(in[0].f, in[1].f));
    return success();
  });
}

/// Registers `OpT` as result = fn(a, b) on wrapped two's complement integers.
template <typename OpT, uint64_t (*Fn)(uint64_t, uint64_t)>
static void addInteger(Registry &registry) {
  registry.addScalar<OpT>([](Operation *, const Scalar *in, Scalar &out) {
    out = Scalar::ofInt(out.type, int64_t(Fn(in[0].i, in[1].i)));
    return success();
  });
}

static double add(double a, double b) { return a + b; }
static double sub(double a, double b) { return a - b; }
static double mul(double a, double b) { return a * b; }
static double div(double a, double b) { return a / b; }
static double rem(double a, double b) { return std::fmod(a, b); }
static double maximum(double a, double b) {
  if (std::isnan(a) || std::isnan(b))
    return NAN;
  // +0 is above -0.
  return a == b ? (std::signbit(a) ? b : a) : std::max(a, b);
}
static double minimum(double a, double b) {
  if (std::isnan(a) || std::isnan(b))
    return NAN;
  return a == b ? (std::signbit(a) ? a : b) : std::min(a, b);
}
static double maxnum(double a, double b) {
  return std::isnan(a) ? b : std::isnan(b) ? a : maximum(a, b);
}
static double minnum(double a, double b) {
  return std::isnan(a) ? b : std::isnan(b) ? a : minimum(a, b);
}

static uint64_t addBits(uint64_t a, uint64_t b) { return a + b; }
static uint64_t subBits(uint64_t a, uint64_t b) { return a - b; }
static uint64_t mulBits(uint64_t a, uint64_t b) { return a * b; }
static uint64_t andBits(uint64_t a, uint64_t b) { return a & b; }
static uint64_t orBits(uint64_t a, uint64_t b) { return a | b; }
static uint64_t xorBits(uint64_t a, uint64_t b) { return a ^ b; }

/// The value read as signed; i1 is stored as 0 or 1.
static int64_t asSigned(const Scalar &s) {
  return s.type == ElementType::i1() ? -s.i : s.i;
}

enum class Division { Signed, Unsigned, Floor, Ceil, CeilUnsigned, Rem, RemU };

template <Division D>
static LogicalResult divide(Operation *op, const Scalar *in, Scalar &out) {
  if (in[1].asUnsigned() == 0)
    return op->emitOpError() << "division by zero";
  int64_t a = asSigned(in[0]), b = asSigned(in[1]);
  uint64_t ua = in[0].asUnsigned(), ub = in[1].asUnsigned();
  bool isSigned = D == Division::Signed || D == Division::Floor ||
                  D == Division::Ceil || D == Division::Rem;
  if (isSigned && b == -1) {
    // The most negative value has no negation in its type.
    if (D != Division::Rem && a == in[0].type.minInt() &&
        in[0].type != ElementType::i1())
      return op->emitOpError() << "overflow: " << a << " / -1";
    out = Scalar::ofInt(out.type, D == Division::Rem ? 0 : -a);
    return success();
  }
  int64_t q = 0;
  switch (D) {
  case Division::Signed:
    q = a / b;
    break;
  case Division::Unsigned:
    q = int64_t(ua / ub);
    break;
  case Division::Floor:
    q = a / b - (a % b != 0 && (a < 0) != (b < 0));
    break;
  case Division::Ceil:
    q = a / b + (a % b != 0 && (a < 0) == (b < 0));
    break;
  case Division::CeilUnsigned:
    q = int64_t(ua / ub + (ua % ub != 0));
    break;
  case Division::Rem:
    q = a % b;
    break;
  case Division::RemU:
    q = int64_t(ua % ub);
    break;
  }
  out = Scalar::ofInt(out.type, q);
  return success();
}

enum class Shift { Left, RightUnsigned, RightSigned };

template <Shift S>
static LogicalResult shift(Operation *op, const Scalar *in, Scalar &out) {
  uint64_t by = in[1].asUnsigned();
  if (by >= out.type.bits)
    return op->emitOpError()
           << "shift by " << by << " of a " << out.type.bits << "-bit value";
  int64_t value = S == Shift::Left ? int64_t(in[0].asUnsigned() << by)
                  : S == Shift::RightUnsigned
                      ? int64_t(in[0].asUnsigned() >> by)
                      : asSigned(in[0]) >> by;
  out = Scalar::ofInt(out.type, value);
  return success();
}

template <bool Signed, bool Larger>
static LogicalResult extreme(Operation *, const Scalar *in, Scalar &out) {
  bool first = Signed ? asSigned(in[0]) > asSigned(in[1])
                      : in[0].asUnsigned() > in[1].asUnsigned();
  out = first == Larger ? in[0] : in[1];
  return success();
}

static LogicalResult negate(Operation *, const Scalar *in, Scalar &out) {
  out = Scalar::ofFloat(out.type, -in[0].f);
  return success();
}

static LogicalResult extendSigned(Operation *, const Scalar *in, Scalar &out) {
  out = Scalar::ofInt(out.type, asSigned(in[0]));
  return success();
}
static LogicalResult extendUnsigned(Operation *, const Scalar *in,
                                    Scalar &out) {
  out = Scalar::ofInt(out.type, int64_t(in[0].asUnsigned()));
  return success();
}
static LogicalResult convertFloat(Operation *, const Scalar *in, Scalar &out) {
  out = Scalar::ofFloat(out.type, in[0].f);
  return success();
}

/// An integer to a float, rounded once.
template <typename Int> static Scalar fromInteger(ElementType type, Int value) {
  if (type.storage == Storage::F32) {
    Scalar s;
    s.type = type;
    s.f = float(value);
    return s;
  }
  return Scalar::ofFloat(type, double(value));
}
static LogicalResult signedToFloat(Operation *, const Scalar *in, Scalar &out) {
  out = fromInteger(out.type, asSigned(in[0]));
  return success();
}
static LogicalResult unsignedToFloat(Operation *, const Scalar *in,
                                     Scalar &out) {
  out = fromInteger(out.type, in[0].asUnsigned());
  return success();
}

/// Truncates toward zero; what the integer cannot hold is an error.
template <bool Signed>
static LogicalResult floatToInt(Operation *op, const Scalar *in, Scalar &out) {
  double value = std::trunc(in[0].f);
  unsigned bits = out.type.bits;
  double low = Signed ? -std::ldexp(1.0, bits - 1) : 0.0;
  double high = std::ldexp(1.0, Signed ? bits - 1 : bits);
  if (!(value >= low && value < high))
    return op->emitOpError() << "the float does not fit the integer: found "
                             << llvm::formatv("{0}", in[0].f).str() << " for a "
                             << bits << "-bit type";
  int64_t bitsOut =
      Signed || value < 9.0e18 ? int64_t(value) : int64_t(uint64_t(value));
  out = Scalar::ofInt(out.type, bitsOut);
  return success();
}

static LogicalResult bitcast(Operation *, const Scalar *in, Scalar &out) {
  Tensor bits(in[0].type, {});
  storeScalar(bits, 0, in[0]);
  out = loadScalar(bits.bitcast(out.type), 0);
  return success();
}

static bool holds(arith::CmpIPredicate p, const Scalar &a, const Scalar &b) {
  int64_t sa = asSigned(a), sb = asSigned(b);
  uint64_t ua = a.asUnsigned(), ub = b.asUnsigned();
  switch (p) {
  case arith::CmpIPredicate::eq:
    return ua == ub;
  case arith::CmpIPredicate::ne:
    return ua != ub;
  case arith::CmpIPredicate::slt:
    return sa < sb;
  case arith::CmpIPredicate::sle:
    return sa <= sb;
  case arith::CmpIPredicate::sgt:
    return sa > sb;
  case arith::CmpIPredicate::sge:
    return sa >= sb;
  case arith::CmpIPredicate::ult:
    return ua < ub;
  case arith::CmpIPredicate::ule:
    return ua <= ub;
  case arith::CmpIPredicate::ugt:
    return ua > ub;
  case arith::CmpIPredicate::uge:
    return ua >= ub;
  }
  llvm_unreachable("all predicates are listed");
}

static LogicalResult compareInt(Operation *op, const Scalar *in, Scalar &out) {
  out = Scalar::ofInt(
      out.type, holds(cast<arith::CmpIOp>(op).getPredicate(), in[0], in[1]));
  return success();
}

static LogicalResult compareFloat(Operation *op, const Scalar *in,
                                  Scalar &out) {
  bool value = arith::applyCmpPredicate(cast<arith::CmpFOp>(op).getPredicate(),
                                        APFloat(in[0].f), APFloat(in[1].f));
  out = Scalar::ofInt(out.type, value);
  return success();
}

static LogicalResult select(Operation *, const Scalar *in, Scalar &out) {
  out = in[0].i ? in[1] : in[2];
  return success();
}

/// A scalar condition may choose between whole tensors.
static LogicalResult evalSelect(arith::SelectOp, Call &call) {
  if (!call.operands[0].isTensor()) {
    call.result(call.scalar(0).i ? call.operands[1] : call.operands[2]);
    return success();
  }
  const Tensor &condition = call.tensor(0);
  Tensor out = call.tensor(1);
  if (condition.shape() != out.shape())
    return call.error() << "elementwise operands differ in shape";
  for (int64_t i = 0; i < out.size(); ++i)
    if (!condition.getInt(i))
      storeScalar(out, i, loadScalar(call.tensor(2), i));
  call.result(std::move(out));
  return success();
}

static LogicalResult evalConstant(arith::ConstantOp op, Call &call) {
  if (auto elements = dyn_cast<ElementsAttr>(op.getValue())) {
    auto tensor = call.interpreter.constant(elements, op.getLoc());
    if (failed(tensor))
      return failure();
    call.result(std::move(*tensor));
    return success();
  }
  ElementType type = call.resultElement();
  if (auto value = dyn_cast<FloatAttr>(op.getValue()))
    call.result(Scalar::ofFloat(type, value.getValueAsDouble()));
  else if (auto value = dyn_cast<IntegerAttr>(op.getValue()))
    call.result(Scalar::ofInt(
        type, int64_t(value.getValue().zextOrTrunc(64).getZExtValue())));
  else
    return call.error() << "the interpreter cannot read this constant";
  return success();
}

void registerArith(Registry &r) {
  r.add<evalConstant>();
  r.add<evalSelect>();
  r.addScalar<arith::SelectOp>(select);
  addFloat<arith::AddFOp, add>(r);
  addFloat<arith::SubFOp, sub>(r);
  addFloat<arith::MulFOp, mul>(r);
  addFloat<arith::DivFOp, div>(r);
  addFloat<arith::RemFOp, rem>(r);
  addFloat<arith::MaximumFOp, maximum>(r);
  addFloat<arith::MinimumFOp, minimum>(r);
  addFloat<arith::MaxNumFOp, maxnum>(r);
  addFloat<arith::MinNumFOp, minnum>(r);
  addInteger<arith::AddIOp, addBits>(r);
  addInteger<arith::SubIOp, subBits>(r);
  addInteger<arith::MulIOp, mulBits>(r);
  addInteger<arith::AndIOp, andBits>(r);
  addInteger<arith::OrIOp, orBits>(r);
  addInteger<arith::XOrIOp, xorBits>(r);
  r.addScalar<arith::DivSIOp>(divide<Division::Signed>);
  r.addScalar<arith::DivUIOp>(divide<Division::Unsigned>);
  r.addScalar<arith::FloorDivSIOp>(divide<Division::Floor>);
  r.addScalar<arith::CeilDivSIOp>(divide<Division::Ceil>);
  r.addScalar<arith::CeilDivUIOp>(divide<Division::CeilUnsigned>);
  r.addScalar<arith::RemSIOp>(divide<Division::Rem>);
  r.addScalar<arith::RemUIOp>(divide<Division::RemU>);
  r.addScalar<arith::ShLIOp>(shift<Shift::Left>);
  r.addScalar<arith::ShRUIOp>(shift<Shift::RightUnsigned>);
  r.addScalar<arith::ShRSIOp>(shift<Shift::RightSigned>);
  r.addScalar<arith::MaxSIOp>(extreme<true, true>);
  r.addScalar<arith::MaxUIOp>(extreme<false, true>);
  r.addScalar<arith::MinSIOp>(extreme<true, false>);
  r.addScalar<arith::MinUIOp>(extreme<false, false>);
  r.addScalar<arith::NegFOp>(negate);
  r.addScalar<arith::ExtSIOp>(extendSigned);
  r.addScalar<arith::ExtUIOp>(extendUnsigned);
  r.addScalar<arith::TruncIOp>(extendSigned);
  r.addScalar<arith::IndexCastOp>(extendSigned);
  r.addScalar<arith::IndexCastUIOp>(extendUnsigned);
  r.addScalar<arith::ExtFOp>(convertFloat);
  r.addScalar<arith::TruncFOp>(convertFloat);
  r.addScalar<arith::SIToFPOp>(signedToFloat);
  r.addScalar<arith::UIToFPOp>(unsignedToFloat);
  r.addScalar<arith::FPToSIOp>(floatToInt<true>);
  r.addScalar<arith::FPToUIOp>(floatToInt<false>);
  r.addScalar<arith::BitcastOp>(bitcast);
  r.addScalar<arith::CmpIOp>(compareInt);
  r.addScalar<arith::CmpFOp>(compareFloat);
}

} // namespace qs::interp
