//===- FoldLookup.cpp - functions of one tensor as tables ----------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
// Between a qs.dequantize and a qs.quantize, any float expression of one tensor
// and constants maps each code to a code. The table holds that map: entry q is
// quantize(f(dequantize(q))), computed with the float ops of the expression in
// f32. `evaluate` walks the expression once for each code.
//
//===----------------------------------------------------------------------===//

#include "Folders.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "qs/Dialect/QS/Transforms/Utils/Constants.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringSwitch.h"
#include <cmath>

using namespace mlir;
using namespace qs;
using namespace qs::fold;

namespace {

using Function = float (*)(float, float, float);

/// What one op computes on its (up to three) operands. Comparisons give 0 or 1.
Function getFunction(Operation *op) {
  using F = float;
#define QS_FN(...) +[](F a, F b, F c) -> F { (void)b; (void)c; return __VA_ARGS__; }
  return llvm::StringSwitch<Function>(op->getName().getStringRef())
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
      .Case("tosa.identity", QS_FN(a))
      .Default(nullptr);
#undef QS_FN
}

/// Operands that are zero points or shifts take no part.
unsigned numInputs(Operation *op) {
  if (isa<tosa::MulOp>(op))
    return 2;
  if (isa<tosa::NegateOp>(op))
    return 1;
  return std::min(op->getNumOperands(), 3u);
}

/// A float expression of one dequantized tensor, as a program: each step reads
/// earlier values by number. Value 0 is the tensor.
class Expression {
public:
  /// Appends `value` and all it needs; its number, or -1 with a reason.
  int add(Value value, std::string &why) {
    if (auto known = numbers.find(value); known != numbers.end())
      return known->second;
    if (std::optional<float> constant = readSplatFloat(value))
      return append(value, {nullptr, {}, *constant});
    Operation *op = value.getDefiningOp();
    if (isa_and_nonnull<DequantizeOp>(op)) {
      if (leaf) {
        why = "it is a function of more than one tensor";
        return -1;
      }
      leaf = value;
      return append(value, {nullptr, {}, 0.0f});
    }
    Function fn = op ? getFunction(op) : nullptr;
    if (!fn || steps.size() > 64) {
      why = "an operand is not quantized";
      return -1;
    }
    Step step{fn, {0, 0, 0}, 0.0f};
    for (unsigned i = 0; i < numInputs(op); ++i) {
      int number = add(op->getOperand(i), why);
      if (number < 0)
        return -1;
      step.inputs[i] = number;
    }
    if (auto clamp = dyn_cast<tosa::ClampOp>(op)) {
      step.inputs[1] = addLiteral(clamp.getMinVal());
      step.inputs[2] = addLiteral(clamp.getMaxVal());
    }
    return append(value, step);
  }

  Value getLeaf() const { return leaf; }

  /// The value of the last step where the tensor's element is `x`.
  float evaluate(float x) const {
    SmallVector<float> values;
    int leafNumber = numbers.lookup(leaf);
    for (auto [i, step] : llvm::enumerate(steps)) {
      if (int(i) == leafNumber)
        values.push_back(x);
      else if (!step.fn)
        values.push_back(step.literal);
      else
        values.push_back(step.fn(values[step.inputs[0]],
                                 values[step.inputs[1]],
                                 values[step.inputs[2]]));
    }
    return values.back();
  }

private:
  struct Step {
    Function fn;
    int inputs[3];
    float literal;
  };
  int append(Value value, Step step) {
    steps.push_back(step);
    return numbers[value] = int(steps.size()) - 1;
  }
  int addLiteral(Attribute attr) {
    steps.push_back(
        {nullptr, {}, cast<FloatAttr>(attr).getValue().convertToFloat()});
    return int(steps.size()) - 1;
  }

  SmallVector<Step> steps;
  llvm::DenseMap<Value, int> numbers;
  Value leaf;
};

} // namespace

LogicalResult fold::foldLookup(Operation *op, OpBuilder &b, std::string &why) {
  Expression expression;
  if (expression.add(op->getResult(0), why) < 0)
    return failure();
  if (!expression.getLeaf()) {
    why = "its operands are constants";
    return failure();
  }
  std::optional<Source> source = getSource(expression.getLeaf(), why);
  if (!source)
    return failure();
  // The tensor alone gives the shape; constants of more elements broadcast it.
  if (cast<ShapedType>(source->codes.getType()).getShape() !=
      cast<ShapedType>(op->getResult(0).getType()).getShape()) {
    why = "a constant operand broadcasts its input";
    return failure();
  }
  std::optional<SmallVector<QuantizedUse>> uses =
      getQuantizedUses(op->getResult(0), why);
  if (!uses)
    return failure();
  num::LevelRange in = levelsOf(source->type);
  for (QuantizedUse use : *uses) {
    num::LevelRange out = use.clampedLevels();
    std::vector<int32_t> table;
    for (int32_t q = in.min; q <= in.max; ++q) {
      float y = expression.evaluate(num::dequantize(q, source->affine));
      int32_t level =
          num::quantize(y, use.target.affine, levelsOf(use.target.type),
                        static_cast<num::Rounding>(use.quantize.getRounding()));
      table.push_back(std::clamp(level, out.min, out.max));
    }
    b.setInsertionPoint(use.quantize);
    auto type = RankedTensorType::get(int64_t(table.size()), use.target.type);
    Value tableValue = makeLevels(b, op->getLoc(), type, table);
    Value codes = LookupOp::create(b, op->getLoc(), use.quantize.getType(),
                                   source->codes, tableValue);
    QuantizedUse unclamped = use; // the table has the clamp in it
    unclamped.lo = -std::numeric_limits<float>::infinity();
    unclamped.hi = -unclamped.lo;
    replaceUse(b, unclamped, codes);
  }
  return success();
}
