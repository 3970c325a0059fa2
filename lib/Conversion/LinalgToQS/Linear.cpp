//===- Linear.cpp - contractions and convolutions -------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Raise.h"
#include "qs/Dialect/QS/IR/QSOps.h"
#include "qs/Dialect/QS/Transforms/Utils/Constants.h"

using namespace mlir;
using namespace qs;
using namespace qs::raise;

/// The bias that an accumulator starts from, one value for each element of the
/// axes `channelAxes` (null for zero); nothing where it is none.
static std::optional<Value> biasOf(Context &c, Value init,
                                   ArrayRef<int64_t> channelAxes) {
  int64_t channels = 1;
  for (int64_t axis : channelAxes)
    channels *= typeOf(init).getDimSize(axis);
  if (std::optional<Operand> start = resolve(c, init)) {
    if (start->scalar && *start->scalar == 0.0f)
      return Value();
    if (start->scalar)
      return makeWeights(c.b, c.loc, channels,
                         std::vector<float>(channels, *start->scalar));
    if (ArrayRef<int64_t>(start->axes) == channelAxes)
      return makeReshape(c, start->source, channels);
  }
  c.fail("its accumulator starts from neither zero nor a bias");
  return {};
}

static bool allStaticF32(Operation *op) {
  return llvm::all_of(op->getOperands(), isStaticF32) &&
         llvm::all_of(op->getResults(), [](Value v) { return isStaticF32(v); });
}

/// The loops of a map that only names loops.
static SmallVector<int64_t> loopsOf(AffineMap map) {
  SmallVector<int64_t> loops;
  for (AffineExpr expr : map.getResults())
    loops.push_back(cast<AffineDimExpr>(expr).getPosition());
  return loops;
}

/// `value`, whose axes run with `loops`, with its axes in the order `wanted`.
static Value order(Context &c, Value value, ArrayRef<int64_t> loops,
                   ArrayRef<int64_t> wanted) {
  SmallVector<int64_t> permutation;
  for (int64_t loop : wanted)
    permutation.push_back(llvm::find(loops, loop) - loops.begin());
  return makeTranspose(c, value, permutation);
}

constexpr llvm::StringLiteral kNoProduct =
    "it is no product of two matrices, or of a batch of them";

Value raise::raiseContraction(linalg::LinalgOp op, Context &c) {
  if (!allStaticF32(op))
    return c.fail("only f32 of static shape is raised");
  FailureOr<linalg::ContractionDimensions> dims =
      linalg::inferContractionDims(op);
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  if (failed(dims) || !llvm::all_of(maps, [](AffineMap map) {
        return map.isProjectedPermutation();
      }))
    return c.fail(kNoProduct);
  if (dims->n.size() != 1 || dims->k.size() != 1 || dims->m.empty() ||
      (!dims->batch.empty() && dims->m.size() != 1))
    return c.fail(kNoProduct);
  SmallVector<int64_t> lhs = loopsOf(maps[0]), rhs = loopsOf(maps[1]),
                       out = loopsOf(maps[2]);
  int64_t n = dims->n[0], k = dims->k[0];
  size_t numBatch = dims->batch.size();
  bool inOrder = out.back() == n;
  for (size_t i = 0; i < numBatch; ++i)
    inOrder &= llvm::is_contained(dims->batch, unsigned(out[i]));
  if (!inOrder)
    return c.fail("its result is not batch by rows by columns");

  ArrayRef<int64_t> rows = ArrayRef<int64_t>(out).drop_back();
  SmallVector<int64_t> lhsWanted(rows), rhsWanted(rows.take_front(numBatch));
  lhsWanted.push_back(k);
  SmallVector<int64_t> transposed = rhsWanted;
  rhsWanted.append({k, n});
  transposed.append({n, k});
  auto covers = [](ArrayRef<int64_t> loops, ArrayRef<int64_t> wanted) {
    return loops.size() == wanted.size() &&
           llvm::all_of(
               wanted, [&](int64_t l) { return llvm::is_contained(loops, l); });
  };
  if (!covers(lhs, lhsWanted) || !covers(rhs, rhsWanted))
    return c.fail(kNoProduct);
  bool transposeRhs = rhs == transposed;
  std::optional<Value> bias =
      biasOf(c, op.getDpsInits()[0], int64_t(out.size()) - 1);
  if (!bias)
    return {};
  Value a = order(c, op->getOperand(0), lhs, lhsWanted);
  Value b = transposeRhs ? op->getOperand(1)
                         : order(c, op->getOperand(1), rhs, rhsWanted);
  return MatmulOp::create(c.b, c.loc, op->getResult(0).getType(), a, b, Value(),
                          Value(), *bias, transposeRhs);
}

namespace {

/// How an op of linalg lays out a convolution.
struct Layout {
  /// The weight's axes in the order (group,) output, height, width, input;
  /// depthwise weights have no input.
  SmallVector<int64_t> weight;
  bool channelsFirst = false;
  /// The channels of input and result have an axis for the group.
  bool groupAxes = false;
  bool depthwise = false;
  DenseIntElementsAttr strides = {}, dilations = {};
};

} // namespace

static std::optional<Layout> layoutOf(Operation *op) {
  auto with = [](auto conv, Layout layout) {
    layout.strides = conv.getStrides();
    layout.dilations = conv.getDilations();
    return layout;
  };
  if (auto conv = dyn_cast<linalg::Conv2DNhwcHwcfOp>(op))
    return with(conv, {{3, 0, 1, 2}, false});
  if (auto conv = dyn_cast<linalg::Conv2DNhwcFhwcOp>(op))
    return with(conv, {{0, 1, 2, 3}, false});
  if (auto conv = dyn_cast<linalg::Conv2DNchwFchwOp>(op))
    return with(conv, {{0, 2, 3, 1}, true});
  if (auto conv = dyn_cast<linalg::Conv2DNgchwFgchwOp>(op))
    return with(conv, {{1, 0, 3, 4, 2}, true, true});
  if (auto conv = dyn_cast<linalg::Conv2DNgchwGfchwOp>(op))
    return with(conv, {{0, 1, 3, 4, 2}, true, true});
  if (auto conv = dyn_cast<linalg::Conv2DNhwgcGfhwcOp>(op))
    return with(conv, {{0, 1, 2, 3, 4}, false, true});
  if (auto conv = dyn_cast<linalg::DepthwiseConv2DNhwcHwcOp>(op))
    return with(conv, {{2, 0, 1}, false, false, true});
  if (auto conv = dyn_cast<linalg::DepthwiseConv2DNhwcHwcmOp>(op))
    return with(conv, {{2, 3, 0, 1}, false, false, true});
  if (auto conv = dyn_cast<linalg::DepthwiseConv2DNchwChwOp>(op))
    return with(conv, {{0, 1, 2}, true, false, true});
  return {};
}

bool raise::isConvolution(Operation *op) { return layoutOf(op).has_value(); }

/// The channels of a tensor in `layout` with an axis for groups, as one axis.
static SmallVector<int64_t> joinGroups(ArrayRef<int64_t> shape,
                                       bool channelsFirst) {
  if (channelsFirst)
    return {shape[0], shape[1] * shape[2], shape[3], shape[4]};
  return {shape[0], shape[1], shape[2], shape[3] * shape[4]};
}

Value raise::raiseConvolution(linalg::LinalgOp op, Context &c) {
  if (!allStaticF32(op))
    return c.fail("only f32 of static shape is raised");
  Layout layout = *layoutOf(op);
  auto strides = llvm::to_vector(layout.strides.getValues<int64_t>());
  auto dilations = llvm::to_vector(layout.dilations.getValues<int64_t>());
  Value input = op->getOperand(0), weight = op->getOperand(1);
  RankedTensorType type = typeOf(op->getResult(0));

  // Weights to [O, KH, KW, C / groups]; groups stand in front of their outputs.
  weight = makeTranspose(c, weight, layout.weight);
  SmallVector<int64_t> filter(typeOf(weight).getShape());
  int64_t groups = layout.depthwise || layout.groupAxes ? filter[0] : 1;
  if (layout.groupAxes)
    filter = {filter[0] * filter[1], filter[2], filter[3], filter[4]};
  else if (layout.depthwise)
    filter = {filter.size() == 4 ? filter[0] * filter[1] : filter[0],
              filter[filter.size() - 2], filter.back(), 1};
  weight = makeReshape(c, weight, filter);

  // The result has two axes of channels: groups, or the depth multiplier.
  bool split = type.getRank() == 5;
  int64_t channelAxis = layout.channelsFirst ? 1 : 3;
  SmallVector<int64_t> channelAxes = {channelAxis};
  if (split)
    channelAxes.push_back(channelAxis + 1);
  std::optional<Value> bias = biasOf(c, op.getDpsInits()[0], channelAxes);
  if (!bias)
    return {};

  SmallVector<int64_t> pad(4, 0);
  int64_t height = layout.channelsFirst ? 2 : 1;
  auto take = [&](int64_t first) {
    if (auto taken = takePadding(input, {first, first + 1},
                                 [](float x) { return x == 0.0f; }))
      for (auto [sum, width] : llvm::zip(pad, *taken))
        sum += width;
  };
  if (layout.groupAxes) {
    take(layout.channelsFirst ? 3 : 1);
    input = makeReshape(
        c, input, joinGroups(typeOf(input).getShape(), layout.channelsFirst));
  }
  take(height);
  if (layout.channelsFirst)
    input = makeTranspose(c, input, {0, 2, 3, 1});

  SmallVector<int64_t> outer(
      split ? joinGroups(type.getShape(), layout.channelsFirst)
            : SmallVector<int64_t>(type.getShape()));
  SmallVector<int64_t> shape = outer;
  if (layout.channelsFirst)
    shape = {outer[0], outer[2], outer[3], outer[1]};
  for (int64_t i : {0, 1}) {
    int64_t span = typeOf(input).getDimSize(1 + i) + pad[2 * i] +
                   pad[2 * i + 1] - dilations[i] * (filter[1 + i] - 1) - 1;
    if (span < 0 || span / strides[i] + 1 != shape[1 + i])
      return c.fail(
          "its result has fewer rows or columns than its input gives");
  }
  Value result =
      Conv2DOp::create(c.b, c.loc, type.clone(shape), input, weight, Value(),
                       Value(), *bias, pad, strides, dilations, groups);
  if (layout.channelsFirst)
    result = makeTranspose(c, result, {0, 3, 1, 2});
  return makeReshape(c, result, type.getShape());
}
