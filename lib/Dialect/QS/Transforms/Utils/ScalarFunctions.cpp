//===- ScalarFunctions.cpp - elementwise float ops on numbers ------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Dialect/QS/Transforms/Utils/ScalarFunctions.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "qs/Dialect/QS/Transforms/Utils/Constants.h"
#include "qs/Dialect/QS/Transforms/Utils/Roles.h"
#include "llvm/ADT/StringSwitch.h"
#include <cmath>

using namespace mlir;
using namespace qs;

using F = float;
#define QS_FN(...)                                                             \
  +[]([[maybe_unused]] F a, [[maybe_unused]] F b, [[maybe_unused]] F c) -> F { \
    return __VA_ARGS__;                                                        \
  }

/// The larger or the smaller of two; a NaN where there is one.
static float greater(float a, float b) {
  return a != a ? a : b != b ? b : std::fmax(a, b);
}
static float lesser(float a, float b) {
  return a != a ? a : b != b ? b : std::fmin(a, b);
}

/// Ops of arith and math on tensors, which TOSA has no form of or which came in
/// as they are.
static ScalarFunction getMathFunction(Operation *op) {
  return llvm::StringSwitch<ScalarFunction>(op->getName().getStringRef())
      .Case("arith.addf", QS_FN(a + b))
      .Case("arith.subf", QS_FN(a - b))
      .Case("arith.mulf", QS_FN(a * b))
      .Case("arith.divf", QS_FN(a / b))
      .Case("arith.remf", QS_FN(std::fmod(a, b)))
      .Case("arith.negf", QS_FN(-a))
      .Case("arith.maximumf", QS_FN(greater(a, b)))
      .Case("arith.minimumf", QS_FN(lesser(a, b)))
      .Case("arith.maxnumf", QS_FN(std::fmax(a, b)))
      .Case("arith.minnumf", QS_FN(std::fmin(a, b)))
      .Case("arith.select", QS_FN(a != 0.0f ? b : c))
      .Case("math.absf", QS_FN(std::fabs(a)))
      .Case("math.acos", QS_FN(std::acos(a)))
      .Case("math.acosh", QS_FN(std::acosh(a)))
      .Case("math.asin", QS_FN(std::asin(a)))
      .Case("math.asinh", QS_FN(std::asinh(a)))
      .Case("math.atan", QS_FN(std::atan(a)))
      .Case("math.atan2", QS_FN(std::atan2(a, b)))
      .Case("math.atanh", QS_FN(std::atanh(a)))
      .Case("math.cbrt", QS_FN(std::cbrt(a)))
      .Case("math.ceil", QS_FN(std::ceil(a)))
      .Case("math.copysign", QS_FN(std::copysign(a, b)))
      .Case("math.cos", QS_FN(std::cos(a)))
      .Case("math.cosh", QS_FN(std::cosh(a)))
      .Case("math.erf", QS_FN(std::erf(a)))
      .Case("math.erfc", QS_FN(std::erfc(a)))
      .Case("math.exp", QS_FN(std::exp(a)))
      .Case("math.exp2", QS_FN(std::exp2(a)))
      .Case("math.expm1", QS_FN(std::expm1(a)))
      .Case("math.floor", QS_FN(std::floor(a)))
      .Case("math.fma", QS_FN(std::fma(a, b, c)))
      .Case("math.log", QS_FN(std::log(a)))
      .Case("math.log10", QS_FN(std::log10(a)))
      .Case("math.log1p", QS_FN(std::log1p(a)))
      .Case("math.log2", QS_FN(std::log2(a)))
      .Case("math.powf", QS_FN(std::pow(a, b)))
      .Case("math.round", QS_FN(std::round(a)))
      .Case("math.roundeven", QS_FN(std::nearbyint(a)))
      .Case("math.rsqrt", QS_FN(1.0f / std::sqrt(a)))
      .Case("math.sin", QS_FN(std::sin(a)))
      .Case("math.sinh", QS_FN(std::sinh(a)))
      .Case("math.sqrt", QS_FN(std::sqrt(a)))
      .Case("math.tan", QS_FN(std::tan(a)))
      .Case("math.tanh", QS_FN(std::tanh(a)))
      .Case("math.trunc", QS_FN(std::trunc(a)))
      .Default(nullptr);
}

static ScalarFunction getComparison(arith::CmpFPredicate predicate) {
  using P = arith::CmpFPredicate;
  switch (predicate) {
  case P::AlwaysFalse:
    return QS_FN(0.0f);
  case P::OEQ:
    return QS_FN(a == b);
  case P::OGT:
    return QS_FN(a > b);
  case P::OGE:
    return QS_FN(a >= b);
  case P::OLT:
    return QS_FN(a < b);
  case P::OLE:
    return QS_FN(a <= b);
  case P::ONE:
    return QS_FN(a < b || a > b);
  case P::ORD:
    return QS_FN(a == a && b == b);
  case P::UEQ:
    return QS_FN(!(a < b || a > b));
  case P::UGT:
    return QS_FN(!(a <= b));
  case P::UGE:
    return QS_FN(!(a < b));
  case P::ULT:
    return QS_FN(!(a >= b));
  case P::ULE:
    return QS_FN(!(a > b));
  case P::UNE:
    return QS_FN(!(a == b));
  case P::UNO:
    return QS_FN(a != a || b != b);
  case P::AlwaysTrue:
    return QS_FN(1.0f);
  }
  llvm_unreachable("unknown predicate");
}

ScalarFunction qs::getScalarFunction(Operation *op) {
  // The body of a linalg op has such ops on numbers, which are no layers.
  if (op->getNumResults() != 1 ||
      !isa<RankedTensorType>(op->getResult(0).getType()))
    return nullptr;
  if (auto compare = dyn_cast<arith::CmpFOp>(op))
    return getComparison(compare.getPredicate());
  if (ScalarFunction function = getMathFunction(op))
    return function;
  return llvm::StringSwitch<ScalarFunction>(op->getName().getStringRef())
      .Case("tosa.add", QS_FN(a + b))
      .Case("tosa.sub", QS_FN(a - b))
      .Case("tosa.mul", QS_FN(a * b))
      .Case("tosa.pow", QS_FN(std::pow(a, b)))
      .Case("tosa.maximum", QS_FN(std::fmax(a, b)))
      .Case("tosa.minimum", QS_FN(std::fmin(a, b)))
      .Case("tosa.greater", QS_FN(a > b ? 1.0f : 0.0f))
      .Case("tosa.greater_equal", QS_FN(a >= b ? 1.0f : 0.0f))
      .Case("tosa.equal", QS_FN(a == b ? 1.0f : 0.0f))
      .Case("tosa.select", QS_FN(a != 0.0f ? b : c))
      .Case("tosa.abs", QS_FN(std::fabs(a)))
      .Case("tosa.negate", QS_FN(-a))
      .Case("tosa.ceil", QS_FN(std::ceil(a)))
      .Case("tosa.floor", QS_FN(std::floor(a)))
      .Case("tosa.exp", QS_FN(std::exp(a)))
      .Case("tosa.log", QS_FN(std::log(a)))
      .Case("tosa.erf", QS_FN(std::erf(a)))
      .Case("tosa.sin", QS_FN(std::sin(a)))
      .Case("tosa.cos", QS_FN(std::cos(a)))
      .Case("tosa.tanh", QS_FN(std::tanh(a)))
      .Case("tosa.sigmoid", QS_FN(1.0f / (1.0f + std::exp(-a))))
      .Case("tosa.reciprocal", QS_FN(1.0f / a))
      .Case("tosa.rsqrt", QS_FN(1.0f / std::sqrt(a)))
      .Case("tosa.clamp", QS_FN(std::fmin(std::fmax(a, b), c)))
      .Default(nullptr);
}
#undef QS_FN

unsigned qs::getNumScalarInputs(Operation *op) {
  if (isa<tosa::MulOp>(op))
    return 2;
  if (isa<tosa::NegateOp>(op))
    return 1;
  return std::min(op->getNumOperands(), 3u);
}

/// Depth of the expressions that are looked at.
constexpr unsigned kMaxDepth = 10;

/// Finds the tensors that `value` is a function of; false where there are two.
static bool findLeaf(Value value, Value &leaf, unsigned depth) {
  if (readSplatFloat(value))
    return true;
  Operation *op = value.getDefiningOp();
  if (op && getScalarFunction(op) && !isFusedClamp(op) && depth < kMaxDepth) {
    Value inner;
    bool single = true;
    for (unsigned i = 0; i < getNumScalarInputs(op); ++i)
      single &= findLeaf(op->getOperand(i), inner, depth + 1);
    if (single && inner) {
      if (leaf && leaf != inner && leaf != value)
        return false;
      leaf = inner;
      return true;
    }
  }
  if (leaf && leaf != value)
    return false;
  leaf = value;
  return true;
}

Value qs::getFunctionLeaf(Operation *op) {
  if (!getScalarFunction(op) || isFusedClamp(op))
    return {};
  Value leaf;
  for (unsigned i = 0; i < getNumScalarInputs(op); ++i)
    if (!findLeaf(op->getOperand(i), leaf, 0))
      return {};
  auto shape = [](Value v) { return cast<ShapedType>(v.getType()).getShape(); };
  if (!leaf || shape(leaf) != shape(op->getResult(0)))
    return {};
  return leaf;
}
