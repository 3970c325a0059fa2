//===- ScalarFunctions.cpp - elementwise float ops on numbers ------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Dialect/QS/Transforms/Utils/ScalarFunctions.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "qs/Dialect/QS/Transforms/Utils/Constants.h"
#include "qs/Dialect/QS/Transforms/Utils/Roles.h"
#include "llvm/ADT/StringSwitch.h"
#include <cmath>

using namespace mlir;
using namespace qs;

ScalarFunction qs::getScalarFunction(Operation *op) {
  using F = float;
#define QS_FN(...)                                                             \
  +[]([[maybe_unused]] F a, [[maybe_unused]] F b, [[maybe_unused]] F c) -> F { \
    return __VA_ARGS__;                                                        \
  }
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
#undef QS_FN
}

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
