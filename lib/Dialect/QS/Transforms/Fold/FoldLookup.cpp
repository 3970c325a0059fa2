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
#include "qs/Dialect/QS/Transforms/Utils/ScalarFunctions.h"
#include "llvm/ADT/DenseMap.h"
#include <cmath>

using namespace mlir;
using namespace qs;
using namespace qs::fold;

namespace {

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
    ScalarFunction fn = op ? getScalarFunction(op) : nullptr;
    if (!fn || steps.size() > 64) {
      why = "an operand is not quantized";
      return -1;
    }
    Step step{fn, {0, 0, 0}, 0.0f};
    for (unsigned i = 0; i < getNumScalarInputs(op); ++i) {
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
        values.push_back(step.fn(values[step.inputs[0]], values[step.inputs[1]],
                                 values[step.inputs[2]]));
    }
    return values.back();
  }

private:
  struct Step {
    ScalarFunction fn;
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
      int64_t level =
          num::quantize(y, use.target.affine, levelsOf(use.target.type),
                        static_cast<num::Rounding>(use.quantize.getRounding()));
      table.push_back(int32_t(std::clamp(level, out.min, out.max)));
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
