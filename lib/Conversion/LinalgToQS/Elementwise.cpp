//===- Elementwise.cpp - elementwise ops and sums over axes ---------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Raise.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "qs/Dialect/QS/Transforms/Utils/Constants.h"
#include <numeric>

using namespace mlir;
using namespace qs;
using namespace qs::raise;

/// The source of a broadcast and which axes of the result its axes are.
static std::optional<std::pair<Value, AffineMap>> broadcastOf(Value value) {
  Operation *op = value.getDefiningOp();
  if (auto broadcast = dyn_cast_or_null<linalg::BroadcastOp>(op))
    return std::pair(broadcast.getInput(),
                     broadcast.getIndexingMapsArray().front());
  auto generic = dyn_cast_or_null<linalg::GenericOp>(op);
  if (!generic || generic.getNumDpsInputs() != 1 ||
      generic.getNumDpsInits() != 1 ||
      generic.getNumParallelLoops() != generic.getNumLoops() ||
      !generic.getIndexingMapsArray().back().isIdentity())
    return {};
  Block *body = generic.getBody();
  if (body->getTerminator()->getOperand(0) != body->getArgument(0))
    return {};
  return std::pair(generic.getDpsInputOperand(0)->get(),
                   generic.getIndexingMapsArray().front());
}

/// The axes of a projected permutation; axes of size 1 that are read at 0 are
/// taken off `value`.
static std::optional<SmallVector<int64_t>> axesOf(Context &c, Value &value,
                                                  AffineMap map) {
  SmallVector<int64_t> axes, kept;
  for (auto [expr, size] :
       llvm::zip(map.getResults(), typeOf(value).getShape())) {
    if (auto dim = dyn_cast<AffineDimExpr>(expr)) {
      if (llvm::is_contained(axes, int64_t(dim.getPosition())))
        return {};
      axes.push_back(dim.getPosition());
      kept.push_back(size);
      continue;
    }
    auto constant = dyn_cast<AffineConstantExpr>(expr);
    if (!constant || constant.getValue() != 0 || size != 1)
      return {};
  }
  if (kept.size() != size_t(map.getNumResults()))
    value = makeReshape(c, value, kept);
  return axes;
}

std::optional<Operand> raise::resolve(Context &c, Value value, AffineMap map) {
  Operand operand;
  if (value.getType().isF32()) {
    operand.scalar = constantScalar(value);
    return operand.scalar ? std::optional(operand) : std::nullopt;
  }
  if (!isStaticF32(value))
    return {};
  if (auto fill = value.getDefiningOp<linalg::FillOp>()) {
    operand.scalar = constantScalar(fill.getInputs().front());
    return operand.scalar ? std::optional(operand) : std::nullopt;
  }
  if (value.getDefiningOp<tensor::EmptyOp>())
    return {};
  if (auto broadcast = broadcastOf(value))
    return resolve(c, broadcast->first, broadcast->second.compose(map));
  auto dense = dyn_cast_or_null<DenseElementsAttr>(getConstantElements(value));
  if (dense && dense.isSplat()) {
    operand.scalar = dense.getSplatValue<float>();
    return operand;
  }
  std::optional<SmallVector<int64_t>> axes = axesOf(c, value, map);
  if (!axes)
    return {};
  operand.source = value;
  operand.axes = *axes;
  return operand;
}

std::optional<Operand> raise::resolve(Context &c, Value value) {
  if (!isStaticF32(value))
    return {};
  return resolve(c, value,
                 AffineMap::getMultiDimIdentityMap(typeOf(value).getRank(),
                                                   c.b.getContext()));
}

/// `operand` with `rank` axes, in an order where loop i is axis `axisOf[i]`.
static Value spread(Context &c, const Operand &operand,
                    ArrayRef<int64_t> axisOf) {
  SmallVector<int64_t> shape(axisOf.size(), 1);
  if (operand.scalar)
    return makeWeights(c.b, c.loc, shape, *operand.scalar);
  SmallVector<int64_t> order(operand.axes.size());
  std::iota(order.begin(), order.end(), 0);
  llvm::sort(order, [&](int64_t a, int64_t b) {
    return axisOf[operand.axes[a]] < axisOf[operand.axes[b]];
  });
  for (auto [axis, size] :
       llvm::zip(operand.axes, typeOf(operand.source).getShape()))
    shape[axisOf[axis]] = size;
  return makeReshape(c, makeTranspose(c, operand.source, order), shape);
}

/// The permutation of the transposes that full operands come from, where they
/// agree. The others are transposed, so that transposes move towards results.
static std::optional<SmallVector<int64_t>>
sharedTranspose(ArrayRef<Operand> operands, int64_t rank) {
  std::optional<SmallVector<int64_t>> shared;
  for (const Operand &operand : operands) {
    if (operand.scalar || int64_t(operand.axes.size()) != rank ||
        !llvm::is_sorted(operand.axes))
      continue;
    std::optional<SmallVector<int64_t>> perm = transposeOf(operand.source);
    if (perm && shared && *shared != *perm)
      return {};
    if (perm)
      shared = perm;
  }
  return shared;
}

Value raise::raiseElementwise(linalg::LinalgOp op, Context &c) {
  int64_t rank = op.getNumLoops();
  Value result = op->getResult(0);
  if (!op.getMatchingIndexingMap(op.getDpsInitOperand(0)).isIdentity() ||
      op.hasIndexSemantics() || rank == 0)
    return c.fail(
        "it writes in another order than its loops, or reads indices");
  auto broadcast = broadcastOf(result);
  auto narrow = broadcast
                    ? dyn_cast<RankedTensorType>(broadcast->first.getType())
                    : RankedTensorType();
  if (narrow && narrow.getRank() < rank)
    return c.fail("no op took its broadcast");
  SmallVector<Operand> operands;
  SmallVector<BlockArgument> arguments;
  for (OpOperand &use : op->getOpOperands()) {
    BlockArgument argument = op.getMatchingBlockArgument(&use);
    if (!argument || argument.use_empty())
      continue;
    std::optional<Operand> operand =
        resolve(c, use.get(), op.getMatchingIndexingMap(&use));
    if (!operand)
      return c.fail("an operand is not f32 of static shape, read in the order "
                    "of the loops");
    operands.push_back(*operand);
    arguments.push_back(argument);
  }
  // Axis i of the result is axis axisOf[i] of what is computed.
  SmallVector<int64_t> axisOf = llvm::to_vector(llvm::seq<int64_t>(0, rank));
  if (auto shared = sharedTranspose(operands, rank))
    axisOf = *shared;
  Scalars scalars(c, rank);
  for (auto [operand, argument] : llvm::zip(operands, arguments))
    scalars.map(argument, spread(c, operand, axisOf));
  Value value = scalars.get(op.getBlock()->getTerminator()->getOperand(0));
  if (!value)
    return {};
  value = makeTranspose(c, value, axisOf);
  if (value.getType() != result.getType())
    return c.fail("no operand has the shape of its result");
  return value;
}

Value raise::raiseReduction(linalg::LinalgOp op, Context &c) {
  Block *body = op.getBlock();
  auto add =
      body->getTerminator()->getOperand(0).getDefiningOp<arith::AddFOp>();
  AffineMap out = op.getMatchingIndexingMap(op.getDpsInitOperand(0));
  std::optional<Operand> init = resolve(c, op.getDpsInits().front());
  if (op.getNumDpsInputs() != 1 || !add || add->getBlock() != body ||
      body->without_terminator().begin() != Block::iterator(add) ||
      !llvm::is_contained(add->getOperands(), body->getArgument(0)) ||
      !llvm::is_contained(add->getOperands(), body->getArgument(1)) ||
      !op.getIndexingMapsArray().front().isIdentity() ||
      !isStaticF32(op.getDpsInputOperand(0)->get()))
    return c.fail("its reduction is not a plain sum of one f32 tensor");
  if (!init || !init->scalar || *init->scalar != 0.0f)
    return c.fail("its accumulator does not start from zero");
  Value value = op.getDpsInputOperand(0)->get();
  SmallVector<int64_t> axisOf =
      llvm::to_vector(llvm::seq<int64_t>(0, typeOf(value).getRank()));
  if (auto perm = transposeOf(value)) {
    axisOf = *perm;
    value = value.getDefiningOp()->getOperand(0);
  }
  SmallVector<unsigned> reduced;
  op.getReductionDims(reduced);
  for (unsigned loop : reduced) {
    SmallVector<int64_t> shape(typeOf(value).getShape());
    shape[axisOf[loop]] = 1;
    value =
        tosa::ReduceSumOp::create(c.b, c.loc, typeOf(value).clone(shape), value,
                                  c.b.getI32IntegerAttr(int32_t(axisOf[loop])));
  }
  // What is left, in the order of the result; axes of size 1 come and go.
  SmallVector<int64_t> order, dropped;
  for (AffineExpr expr : out.getResults())
    if (auto dim = dyn_cast<AffineDimExpr>(expr))
      order.push_back(axisOf[dim.getPosition()]);
  if (order.size() + reduced.size() != axisOf.size())
    return c.fail("its result keeps other axes than it does not sum");
  SmallVector<int64_t> shape;
  SmallVector<int64_t> kept(order);
  llvm::sort(kept);
  for (int64_t axis : kept)
    shape.push_back(typeOf(value).getDimSize(axis));
  SmallVector<int64_t> permutation;
  for (int64_t axis : order)
    permutation.push_back(llvm::find(kept, axis) - kept.begin());
  value = makeTranspose(c, makeReshape(c, value, shape), permutation);
  return makeReshape(c, value, typeOf(op->getResult(0)).getShape());
}
