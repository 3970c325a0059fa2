//===- LinalgBody.cpp - Bodies of linalg ops as small programs ------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LinalgBody.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace qs::interp;

FailureOr<LinalgBody> LinalgBody::build(linalg::LinalgOp op,
                                        Interpreter &interpreter) {
  Block &block = *op.getBlock();
  LinalgBody body;
  DenseMap<mlir::Value, unsigned> slotOf;
  auto newSlot = [&](mlir::Value value) {
    unsigned slot = body.slots.size();
    body.slots.emplace_back();
    slotOf[value] = slot;
    return slot;
  };
  for (BlockArgument argument : block.getArguments())
    newSlot(argument);
  body.numArguments = block.getNumArguments();

  // Values from outside the body are fixed for all points.
  auto use = [&](mlir::Value value) {
    auto found = slotOf.find(value);
    if (found != slotOf.end())
      return found->second;
    unsigned slot = newSlot(value);
    body.slots[slot] = interpreter.valueOf(value).scalar();
    return slot;
  };
  for (Operation &inner : block.without_terminator()) {
    Step step;
    step.op = &inner;
    step.function =
        interpreter.registry().lookupScalar(inner.getName().getStringRef());
    bool known = step.function || isa<linalg::IndexOp>(inner);
    if (auto constant = dyn_cast<arith::ConstantOp>(inner)) {
      SmallVector<Value> results;
      Call call{&inner, {}, results, interpreter};
      OpFunction evaluate =
          interpreter.registry().lookup(arith::ConstantOp::getOperationName());
      if (isa<ShapedType>(constant.getType()) || !evaluate)
        return inner.emitOpError() << "the interpreter expects a scalar here";
      if (failed(evaluate(call)))
        return failure();
      body.slots[newSlot(constant)] = results.front().scalar();
      continue;
    }
    ValueRange scalars = inner.getOperands();
    if (auto extract = dyn_cast<tensor::ExtractOp>(inner)) {
      if (!extract.getTensor().getParentRegion()->isAncestor(
              op->getParentRegion()))
        return inner.emitOpError()
               << "the interpreter expects a tensor from outside the body";
      step.tensor = interpreter.valueOf(extract.getTensor()).tensor();
      scalars = extract.getIndices();
      known = true;
    }
    if (!known || inner.getNumResults() != 1 || inner.getNumRegions())
      return inner.emitOpError()
             << "the interpreter has no semantics for this op in a body";
    FailureOr<ElementType> type =
        ElementType::get(inner.getResult(0).getType());
    if (failed(type))
      return inner.emitOpError()
             << "the interpreter has no representation for values of type "
             << inner.getResult(0).getType();
    step.type = *type;
    for (mlir::Value operand : scalars)
      step.in.push_back(use(operand));
    step.out = newSlot(inner.getResult(0));
    body.steps.push_back(std::move(step));
  }
  for (mlir::Value value : block.getTerminator()->getOperands())
    body.yields.push_back(use(value));
  return body;
}

LogicalResult LinalgBody::extract(const Step &step) {
  SmallVector<int64_t, 4> strides = rowMajorStrides(step.tensor.shape());
  int64_t at = 0;
  for (auto [d, slot] : llvm::enumerate(step.in)) {
    int64_t i = slots[slot].i;
    if (i < 0 || i >= step.tensor.dim(d))
      return step.op->emitOpError()
             << "index " << i << " is not in [0, " << step.tensor.dim(d) << ")";
    at += i * strides[d];
  }
  slots[step.out] = loadScalar(step.tensor, at);
  return success();
}

LogicalResult LinalgBody::run(ArrayRef<int64_t> point) {
  Scalar in[4];
  for (const Step &step : steps) {
    Scalar &out = slots[step.out];
    if (!step.function) {
      if (auto index = dyn_cast<linalg::IndexOp>(step.op))
        out = Scalar::ofInt(ElementType::i64(), point[index.getDim()]);
      else if (failed(extract(step)))
        return failure();
      continue;
    }
    assert(step.in.size() <= 4 && "scalar ops have few operands");
    for (size_t i = 0; i < step.in.size(); ++i)
      in[i] = slots[step.in[i]];
    out.type = step.type;
    if (failed(step.function(step.op, in, out)))
      return failure();
  }
  return success();
}
