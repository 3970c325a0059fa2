//===- Interpreter.cpp - Evaluation of functions, blocks and ops ----------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Interpreter/Interpreter.h"

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace qs::interp;

ElementType Call::resultElement(unsigned i) const {
  FailureOr<ElementType> type =
      ElementType::get(getElementTypeOrSelf(op->getResult(i).getType()));
  assert(succeeded(type) && "checked before the call");
  return *type;
}

FailureOr<SmallVector<int64_t, 4>> Call::resultShape(unsigned i) const {
  auto type = dyn_cast<RankedTensorType>(op->getResult(i).getType());
  if (!type || !type.hasStaticShape())
    return error() << "the interpreter needs a static shape, found "
                   << op->getResult(i).getType();
  return SmallVector<int64_t, 4>(type.getShape());
}

Interpreter::Interpreter(ModuleOp module, Options options)
    : module(module), symbolTable(module), options(std::move(options)),
      table(this->options.registry ? this->options.registry
                                   : &Registry::builtin()) {}

/// Checks one argument against the type that the function declares.
static LogicalResult checkArgument(func::FuncOp function, unsigned i,
                                   const Tensor &value) {
  Type declared = function.getArgumentTypes()[i];
  FailureOr<ElementType> element =
      ElementType::get(getElementTypeOrSelf(declared));
  auto fail = [&]() {
    InFlightDiagnostic diag = function.emitError();
    diag << "argument #" << i << " of @" << function.getName() << ": expected "
         << declared << ", found tensor<";
    for (int64_t d : value.shape())
      diag << d << 'x';
    diag << value.elementType().str() << '>';
    return failure();
  };
  if (failed(element) || !isRepresentable(declared))
    return function.emitError()
           << "the interpreter has no representation for argument #" << i
           << " of type " << declared;
  if (*element != value.elementType())
    return fail();
  auto shaped = dyn_cast<RankedTensorType>(declared);
  if (!shaped)
    return value.rank() == 0 ? success() : fail();
  if (shaped.getRank() != value.rank())
    return fail();
  for (auto [want, have] : llvm::zip(shaped.getShape(), value.shape()))
    if (!ShapedType::isDynamic(want) && want != have)
      return fail();
  return success();
}

llvm::Expected<std::vector<Tensor>>
Interpreter::run(StringRef name, ArrayRef<Tensor> arguments) {
  auto function = symbolTable.lookup<func::FuncOp>(name);
  if (!function)
    return llvm::createStringError("the module has no function @" + name);
  if (function.isDeclaration())
    return llvm::createStringError("function @" + name + " has no body");
  if (function.getNumArguments() != arguments.size())
    return llvm::createStringError("function @" + name + " takes " +
                                   llvm::Twine(function.getNumArguments()) +
                                   " arguments, found " +
                                   llvm::Twine(arguments.size()));
  auto failed = [&] {
    return llvm::createStringError("evaluation of @" + name + " failed");
  };
  SmallVector<Value> values, results;
  for (auto [i, argument] : llvm::enumerate(arguments)) {
    if (mlir::failed(checkArgument(function, i, argument)))
      return failed();
    if (isa<ShapedType>(function.getArgumentTypes()[i]))
      values.push_back(argument);
    else
      values.push_back(loadScalar(argument, 0));
  }
  if (mlir::failed(call(function, values, results)))
    return failed();
  std::vector<Tensor> outputs;
  for (Value &value : results) {
    if (value.isTensor()) {
      outputs.push_back(std::move(value.tensor()));
      continue;
    }
    Tensor t(value.scalar().type, {});
    storeScalar(t, 0, value.scalar());
    outputs.push_back(std::move(t));
  }
  return outputs;
}

LogicalResult Interpreter::call(func::FuncOp function,
                                ArrayRef<Value> arguments,
                                SmallVectorImpl<Value> &results) {
  if (function.isDeclaration())
    return function.emitError() << "the interpreter cannot call @"
                                << function.getName() << ": it has no body";
  Frame own;
  Frame *caller = std::exchange(frame, &own);
  LogicalResult result = region(function.getBody(), arguments, results);
  frame = caller;
  return result;
}

LogicalResult Interpreter::region(Region &region, ArrayRef<Value> arguments,
                                  SmallVectorImpl<Value> &results) {
  if (!region.hasOneBlock())
    return region.getParentOp()->emitOpError()
           << "the interpreter evaluates regions of one block, found "
           << region.getBlocks().size();
  if (depth >= options.maxDepth)
    return region.getParentOp()->emitOpError()
           << "calls and regions nest deeper than " << options.maxDepth;
  ++depth;
  LogicalResult result = block(region.front(), arguments, results);
  --depth;
  return result;
}

const std::vector<SmallVector<mlir::Value, 2>> &
Interpreter::lastUses(Block &block) {
  auto &entry = uses[&block];
  if (entry)
    return *entry;
  DenseMap<Operation *, unsigned> position;
  unsigned n = 0;
  for (Operation &op : block)
    position[&op] = n++;
  entry = std::make_unique<std::vector<SmallVector<mlir::Value, 2>>>(n);
  auto note = [&](mlir::Value value, unsigned defined) {
    unsigned last = defined;
    for (Operation *user : value.getUsers())
      last = std::max(last, position[block.findAncestorOpInBlock(*user)]);
    (*entry)[last].push_back(value);
  };
  for (BlockArgument argument : block.getArguments())
    note(argument, 0);
  for (Operation &op : block)
    for (mlir::Value result : op.getResults())
      note(result, position[&op]);
  return *entry;
}

LogicalResult Interpreter::block(Block &block, ArrayRef<Value> arguments,
                                 SmallVectorImpl<Value> &results) {
  if (block.empty() || !block.back().hasTrait<OpTrait::IsTerminator>())
    return block.getParentOp()->emitOpError()
           << "the interpreter expects a terminator at the end of the block";
  // Tensors are released at their last use: a network's activations do not all
  // live until it returns.
  const auto &last = lastUses(block);
  for (auto [argument, value] : llvm::zip(block.getArguments(), arguments))
    (*frame)[argument] = value;
  size_t i = 0;
  for (Operation &op : block.without_terminator()) {
    if (failed(evaluate(op)))
      return failure();
    for (mlir::Value dead : last[i])
      frame->erase(dead);
    ++i;
  }
  for (mlir::Value operand : block.back().getOperands())
    results.push_back(valueOf(operand));
  if (block.back().getNumSuccessors())
    return block.back().emitOpError()
           << "the interpreter has no semantics for branches";
  for (mlir::Value dead : last[i])
    frame->erase(dead);
  return success();
}

LogicalResult Interpreter::evaluate(Operation &op) {
  StringRef name = op.getName().getStringRef();
  OpFunction function = table->lookup(name);
  ScalarFunction scalar = function ? nullptr : table->lookupScalar(name);
  if (!function && !scalar)
    return op.emitOpError() << "the interpreter has no semantics for this op";

  SmallVector<Value, 4> operands;
  for (mlir::Value operand : op.getOperands())
    operands.push_back(valueOf(operand));
  for (mlir::Value result : op.getResults()) {
    if (!isRepresentable(result.getType()))
      return op.emitOpError()
             << "the interpreter has no representation for values of type "
             << result.getType();
  }
  for (mlir::Value result : op.getResults())
    if (auto type = dyn_cast<RankedTensorType>(result.getType()))
      if (type.hasStaticShape() &&
          failed(checkSize(&op, *ElementType::get(type.getElementType()),
                           type.getShape())))
        return failure();
  SmallVector<Value, 2> results;
  Call call{&op, operands, results, *this};
  if (failed(function ? function(call) : evaluateScalars(scalar, call)))
    return failure();
  if (results.size() != op.getNumResults())
    return op.emitOpError() << "the interpreter gave " << results.size()
                            << " results, expected " << op.getNumResults();
  for (auto [result, value] : llvm::zip(op.getResults(), results))
    if (auto type = dyn_cast<RankedTensorType>(result.getType()))
      if (failed(
              verifyCompatibleShape(type.getShape(), value.tensor().shape())))
        return op.emitOpError()
               << "the interpreter gave a result that is no " << type;
  if (options.hook)
    options.hook(&op, operands, results);
  for (auto [result, value] : llvm::zip(op.getResults(), results))
    (*frame)[result] = std::move(value);
  return success();
}

/// Applies a scalar function once, or to each element where there are tensors.
LogicalResult Interpreter::evaluateScalars(ScalarFunction fn, Call &call) {
  SmallVector<Scalar, 4> in(call.operands.size());
  Scalar out;
  out.type = call.resultElement();
  if (llvm::none_of(call.operands,
                    [](const Value &v) { return v.isTensor(); })) {
    for (auto [slot, operand] : llvm::zip(in, call.operands))
      slot = operand.scalar();
    if (failed(fn(call.op, in.data(), out)))
      return failure();
    call.result(out);
    return success();
  }
  ArrayRef<int64_t> shape;
  for (const Value &operand : call.operands)
    if (operand.isTensor())
      shape = operand.tensor().shape();
  for (const Value &operand : call.operands)
    if (operand.isTensor() && operand.tensor().shape() != shape)
      return call.error() << "elementwise operands differ in shape";
  Tensor result(call.resultElement(), shape);
  for (int64_t i = 0, e = result.size(); i < e; ++i) {
    for (auto [slot, operand] : llvm::zip(in, call.operands))
      slot = operand.isTensor() ? loadScalar(operand.tensor(), i)
                                : operand.scalar();
    if (failed(fn(call.op, in.data(), out)))
      return failure();
    storeScalar(result, i, out);
  }
  call.result(std::move(result));
  return success();
}

LogicalResult Interpreter::checkSize(Operation *op, ElementType type,
                                     ArrayRef<int64_t> shape) const {
  int64_t count = countElements(shape);
  if (count < 0 || count > options.maxTensorBytes / int64_t(type.bytes()))
    return op->emitOpError()
           << "a tensor of " << shape << " elements of " << type.str()
           << " exceeds the limit of " << options.maxTensorBytes << " bytes";
  return success();
}

FailureOr<Tensor> Interpreter::constant(ElementsAttr attr, Location loc) {
  auto found = constants.find(attr);
  if (found != constants.end())
    return found->second;
  FailureOr<Tensor> tensor = tensorFromAttr(attr, loc);
  if (succeeded(tensor))
    constants.try_emplace(attr, *tensor);
  return tensor;
}
