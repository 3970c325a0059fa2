//===- Scalars.cpp - the body of an elementwise op ------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Raise.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "qs/Dialect/QS/Transforms/Utils/Constants.h"
#include "qs/Dialect/QS/Transforms/Utils/FloatProduct.h"
#include <cmath>
#include <limits>

using namespace mlir;
using namespace qs;
using namespace qs::raise;

Value Scalars::constant(float value) {
  SmallVector<int64_t> ones(rank, 1);
  return makeWeights(c.b, c.loc, ones, value);
}

RankedTensorType Scalars::broadcast(Value lhs, Value rhs) {
  SmallVector<int64_t> shape;
  for (auto [l, r] : llvm::zip(typeOf(lhs).getShape(), typeOf(rhs).getShape()))
    shape.push_back(l == 1 ? r : l);
  return typeOf(lhs).clone(shape);
}

/// `function` of two constants, or null.
Value Scalars::fold(Value lhs, Value rhs,
                    function_ref<float(float, float)> function) {
  if (!getConstantElements(lhs) || !getConstantElements(rhs))
    return {};
  std::optional<std::vector<float>> l = readFloats(lhs), r = readFloats(rhs);
  if (!l || !r)
    return {};
  RankedTensorType type = broadcast(lhs, rhs);
  const Value operands[] = {lhs, rhs};
  std::vector<float> result(type.getNumElements());
  for (size_t flat = 0; flat < result.size(); ++flat) {
    // Row-major index of the element in each operand; axes of 1 stand still.
    size_t rest = flat, at[2] = {0, 0}, step[2] = {1, 1};
    for (int64_t axis = rank - 1; axis >= 0; --axis) {
      size_t index = rest % type.getDimSize(axis);
      rest /= type.getDimSize(axis);
      for (auto [i, operand] : llvm::enumerate(operands)) {
        size_t size = typeOf(operand).getDimSize(axis);
        at[i] += size == 1 ? 0 : index * step[i];
        step[i] *= size;
      }
    }
    result[flat] = function((*l)[at[0]], (*r)[at[1]]);
  }
  return makeWeights(c.b, c.loc, type.getShape(), result);
}

Value Scalars::divide(Value lhs, Value rhs) {
  if (Value folded = fold(lhs, rhs, [](float l, float r) { return l / r; }))
    return folded;
  Value one = constant(1.0f);
  Value inverse = fold(one, rhs, [](float l, float r) { return l / r; });
  std::optional<float> numerator = readSplatFloat(lhs);
  if (!inverse && numerator && *numerator == 1.0f)
    return tosa::ReciprocalOp::create(c.b, c.loc, rhs.getType(), rhs);
  if (!inverse) {
    // TOSA has the reciprocal alone, by which a quotient would round twice.
    RankedTensorType type = broadcast(lhs, rhs);
    for (Value *side : {&lhs, &rhs})
      if (std::optional<float> number = readSplatFloat(*side))
        *side = makeWeights(c.b, c.loc, type.getShape(), *number);
    if (lhs.getType() != type || rhs.getType() != type)
      return c.fail("it divides tensors of unlike shapes");
    return arith::DivFOp::create(c.b, c.loc, lhs, rhs);
  }
  return multiplyFloats(c.b, c.loc, broadcast(lhs, rhs), lhs, inverse);
}

/// The larger or the smaller of two. Where `propagate` is false, a NaN in `x`
/// gives `y`, which is a constant then.
Value Scalars::bound(Value x, Value y, bool larger, bool propagate) {
  if (getConstantElements(x) && !getConstantElements(y))
    std::swap(x, y);
  auto mode = tosa::NanPropagationModeAttr::get(
      c.b.getContext(), propagate ? tosa::NanPropagationMode::PROPAGATE
                                  : tosa::NanPropagationMode::IGNORE);
  std::optional<float> limit = readSplatFloat(y);
  if (!limit || std::isnan(*limit)) {
    if (larger)
      return tosa::MaximumOp::create(c.b, c.loc, broadcast(x, y), x, y, mode);
    return tosa::MinimumOp::create(c.b, c.loc, broadcast(x, y), x, y, mode);
  }
  constexpr float inf = std::numeric_limits<float>::infinity();
  float lo = larger ? *limit : -inf, hi = larger ? inf : *limit;
  // Two bounds in a row are one clamp.
  auto inner = x.getDefiningOp<tosa::ClampOp>();
  if (inner && inner->use_empty() && inner.getNanModeAttr() == mode) {
    float l = cast<FloatAttr>(inner.getMinVal()).getValue().convertToFloat();
    float h = cast<FloatAttr>(inner.getMaxVal()).getValue().convertToFloat();
    x = inner.getInput();
    float least = std::min(std::max(l, lo), hi);
    hi = std::min(std::max(h, lo), hi);
    lo = least;
  }
  return tosa::ClampOp::create(c.b, c.loc, x.getType(), x,
                               c.b.getF32FloatAttr(lo), c.b.getF32FloatAttr(hi),
                               mode);
}

/// `select(cmp(x, y), x, y)` and its mirror images, where one side is a
/// constant, which says what a NaN gives; null for others.
Value Scalars::boundOf(arith::CmpFOp compare, Value first, Value second) {
  Value x = compare.getLhs(), y = compare.getRhs();
  auto same = [](Value a, Value b) {
    std::optional<float> l = constantScalar(a), r = constantScalar(b);
    return a == b ||
           (l && r && *l == *r && std::signbit(*l) == std::signbit(*r));
  };
  bool straight = same(first, x) && same(second, y);
  if (!straight && !(same(first, y) && same(second, x)))
    return {};
  using P = arith::CmpFPredicate;
  P p = compare.getPredicate();
  bool greater = p == P::OGT || p == P::OGE || p == P::UGT || p == P::UGE;
  bool less = p == P::OLT || p == P::OLE || p == P::ULT || p == P::ULE;
  bool unordered = p == P::UGT || p == P::UGE || p == P::ULT || p == P::ULE;
  std::optional<float> xc = constantScalar(x), yc = constantScalar(y);
  if ((!greater && !less) || bool(xc) == bool(yc))
    return {};
  Value onNaN = unordered ? first : second;
  Value variable = xc ? y : x;
  Value lhs = get(x), rhs = get(y);
  if (!lhs || !rhs)
    return {};
  return bound(lhs, rhs, greater == straight, same(onNaN, variable));
}

/// A bound, or any choice by a comparison. TOSA's comparisons are false for
/// NaN; the unordered ones are the opposites of these.
Value Scalars::select(Operation *op) {
  auto choose = cast<arith::SelectOp>(op);
  auto compare = choose.getCondition().getDefiningOp<arith::CmpFOp>();
  if (!compare)
    return c.fail("it selects by something else than a comparison");
  Value first = choose.getTrueValue(), second = choose.getFalseValue();
  if (Value value = boundOf(compare, first, second))
    return value;
  using P = arith::CmpFPredicate;
  P p = compare.getPredicate();
  // Pairs of a comparison and its opposite.
  constexpr std::pair<P, P> opposites[] = {{P::ULE, P::OGT},
                                           {P::ULT, P::OGE},
                                           {P::UGE, P::OLT},
                                           {P::UGT, P::OLE},
                                           {P::UNE, P::OEQ}};
  for (auto [unordered, ordered] : opposites)
    if (p == unordered) {
      p = ordered;
      std::swap(first, second);
      break;
    }
  Value x = get(compare.getLhs()), y = get(compare.getRhs());
  Value yes = get(first), no = get(second);
  if (!x || !y || !yes || !no)
    return {};
  if (p == P::OLT || p == P::OLE)
    std::swap(x, y);
  RankedTensorType type = broadcast(x, y).clone(c.b.getI1Type());
  Value holds;
  if (p == P::OEQ)
    holds = tosa::EqualOp::create(c.b, c.loc, type, x, y);
  else if (p == P::OGT || p == P::OLT)
    holds = tosa::GreaterOp::create(c.b, c.loc, type, x, y);
  else if (p == P::OGE || p == P::OLE)
    holds = tosa::GreaterEqualOp::create(c.b, c.loc, type, x, y);
  else
    return c.fail("it compares in a way that TOSA does not have");
  SmallVector<int64_t> shape(type.getShape());
  for (Value side : {yes, no})
    for (auto [size, own] : llvm::zip(shape, typeOf(side).getShape()))
      size = size == 1 ? own : size;
  return tosa::SelectOp::create(c.b, c.loc,
                                RankedTensorType::get(shape, c.b.getF32Type()),
                                holds, yes, no);
}

template <typename OpTy> static Value makeUnary(Context &c, Value x) {
  return OpTy::create(c.b, c.loc, x.getType(), x);
}

Value Scalars::translate(Operation *op) {
  if (isa<arith::SelectOp>(op))
    return select(op);
  SmallVector<Value> v;
  // What TOSA lacks stays an op of math, on a tensor.
  bool isMath =
      op->getDialect() == c.b.getContext()->getLoadedDialect("math") &&
      op->getNumOperands() == 1;
  if (!isMath &&
      !isa<arith::AddFOp, arith::SubFOp, arith::MulFOp, arith::DivFOp,
           arith::MaximumFOp, arith::MinimumFOp, arith::MaxNumFOp,
           arith::MinNumFOp, arith::NegFOp, math::PowFOp>(op))
    return c.fail(
        (op->getName().getStringRef() + " has no TOSA form here").str());
  for (Value operand : op->getOperands()) {
    v.push_back(get(operand));
    if (!v.back())
      return {};
  }
  auto folded = [&](auto function) { return fold(v[0], v.back(), function); };
  if (isa<arith::AddFOp>(op)) {
    if (Value r = folded([](float l, float r) { return l + r; }))
      return r;
    return tosa::AddOp::create(c.b, c.loc, broadcast(v[0], v[1]), v[0], v[1]);
  }
  if (isa<arith::SubFOp>(op)) {
    if (Value r = folded([](float l, float r) { return l - r; }))
      return r;
    return tosa::SubOp::create(c.b, c.loc, broadcast(v[0], v[1]), v[0], v[1]);
  }
  if (isa<arith::MulFOp>(op)) {
    if (Value r = folded([](float l, float r) { return l * r; }))
      return r;
    return multiplyFloats(c.b, c.loc, broadcast(v[0], v[1]), v[0], v[1]);
  }
  if (isa<arith::DivFOp>(op))
    return divide(v[0], v[1]);
  if (isa<arith::MaximumFOp, arith::MinimumFOp>(op))
    return bound(v[0], v[1], isa<arith::MaximumFOp>(op), true);
  if (isa<arith::MaxNumFOp, arith::MinNumFOp>(op))
    return bound(v[0], v[1], isa<arith::MaxNumFOp>(op), false);
  if (isa<math::RsqrtOp>(op)) {
    if (Value r = folded([](float x, float) { return 1.0f / std::sqrt(x); }))
      return r;
    return makeUnary<tosa::RsqrtOp>(c, v[0]);
  }
  if (isa<math::SqrtOp>(op)) {
    if (Value r = folded([](float x, float) { return std::sqrt(x); }))
      return r;
    return makeUnary<tosa::ReciprocalOp>(c, makeUnary<tosa::RsqrtOp>(c, v[0]));
  }
  if (isa<math::PowFOp>(op))
    return tosa::PowOp::create(c.b, c.loc, broadcast(v[0], v[1]), v[0], v[1]);
  if (isa<arith::NegFOp>(op)) {
    Value zero = makeFloats(c.b, c.loc, {1}, 0.0f);
    return tosa::NegateOp::create(c.b, c.loc, v[0].getType(), v[0], zero, zero);
  }
  if (isa<math::AbsFOp>(op))
    return makeUnary<tosa::AbsOp>(c, v[0]);
  if (isa<math::ExpOp>(op))
    return makeUnary<tosa::ExpOp>(c, v[0]);
  if (isa<math::TanhOp>(op))
    return makeUnary<tosa::TanhOp>(c, v[0]);
  if (isa<math::ErfOp>(op))
    return makeUnary<tosa::ErfOp>(c, v[0]);
  if (isa<math::LogOp>(op))
    return makeUnary<tosa::LogOp>(c, v[0]);
  if (isa<math::FloorOp>(op))
    return makeUnary<tosa::FloorOp>(c, v[0]);
  if (isa<math::CeilOp>(op))
    return makeUnary<tosa::CeilOp>(c, v[0]);
  OperationState state(c.loc, op->getName(), v[0], v[0].getType(),
                       op->getAttrs());
  return c.b.create(state)->getResult(0);
}

Value Scalars::get(Value scalar) {
  if (Value tensor = known.lookup(scalar))
    return tensor;
  Operation *op = scalar.getDefiningOp();
  if (!op)
    return c.fail("its body reads a value from outside");
  // Numbers of another width, rounded, as front ends write an epsilon.
  bool rounded = isa<arith::TruncFOp>(op);
  std::optional<float> number =
      constantScalar(rounded ? op->getOperand(0) : scalar);
  if (!scalar.getType().isF32())
    return c.fail("its body computes with other types than f32");
  Value tensor = number ? constant(*number) : translate(op);
  if (tensor)
    known[scalar] = tensor;
  return tensor;
}
