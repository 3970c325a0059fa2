//===- LinearPatterns.cpp - matrix multiply, convolution
//----------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The plain form of the linear ops, for what no packed kernel takes. The
// innermost loop runs over output channels, so that it vectorizes and each sum
// still runs in the order that docs/Spec.md gives.

#include "AccumulatedSums.h"
#include "Elementwise.h"
#include "Tables.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "qs/Dialect/QS/IR/LinearForms.h"

using namespace mlir;
using namespace qs;
using namespace qs::lowering;

Value lowering::transpose(OpBuilder &b, Location loc, Value value,
                          ArrayRef<int64_t> perm) {
  auto type = cast<RankedTensorType>(value.getType());
  SmallVector<int64_t> shape;
  SmallVector<OpFoldResult> sizes, mixed = tensor::getMixedSizes(b, loc, value);
  for (int64_t p : perm) {
    shape.push_back(type.getDimSize(p));
    sizes.push_back(mixed[p]);
  }
  Value empty = emptyTensor(b, loc, type.clone(shape), sizes);
  return linalg::TransposeOp::create(b, loc, value, empty, perm)->getResult(0);
}

Value lowering::splitAxis(OpBuilder &b, Location loc, Value value, int64_t axis,
                          int64_t groups) {
  auto type = cast<RankedTensorType>(value.getType());
  SmallVector<int64_t> shape(type.getShape());
  shape.insert(shape.begin() + axis, groups);
  if (!ShapedType::isDynamic(shape[axis + 1]))
    shape[axis + 1] /= groups;
  SmallVector<ReassociationIndices> parts;
  for (int64_t i = 0, next = 0; i < type.getRank(); ++i) {
    parts.push_back({next++});
    if (i == axis)
      parts.back().push_back(next++);
  }
  return tensor::ExpandShapeOp::create(b, loc, type.clone(shape), value, parts);
}

/// Part `group` of `groups` along `axis`.
static Value groupOf(OpBuilder &b, Location loc, Value value, int64_t axis,
                     int64_t groups, int64_t group) {
  SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(b, loc, value);
  int64_t size =
      cast<RankedTensorType>(value.getType()).getDimSize(axis) / groups;
  SmallVector<OpFoldResult> offsets(sizes.size(), b.getIndexAttr(0));
  SmallVector<OpFoldResult> strides(sizes.size(), b.getIndexAttr(1));
  offsets[axis] = b.getIndexAttr(group * size);
  sizes[axis] = b.getIndexAttr(size);
  return tensor::ExtractSliceOp::create(b, loc, value, offsets, sizes, strides);
}

constexpr auto kParallel = utils::IteratorType::parallel;
constexpr auto kReduction = utils::IteratorType::reduction;

Value lowering::addGroups(OpBuilder &b, Location loc, Value sums, Operand scale,
                          Operand result) {
  auto type = cast<RankedTensorType>(sums.getType());
  SmallVector<utils::IteratorType> iterators(type.getRank(), kReduction);
  for (AffineExpr expr : result.map.getResults())
    iterators[cast<AffineDimExpr>(expr).getPosition()] = kParallel;
  SmallVector<AffineMap> maps = {same(sums).map, scale.map, result.map};
  return linalg::GenericOp::create(
             b, loc, result.value.getType(), ValueRange{sums, scale.value},
             result.value, maps, iterators,
             [&](OpBuilder &nested, Location loc, ValueRange v) {
               Scalars s(nested, loc);
               Type f32 = nested.getF32Type();
               Value sum = v[0].getType().isF32() ? v[0] : s.toReal(v[0], f32);
               Value product = s.mul(sum, s.widen(v[1], f32));
               linalg::YieldOp::create(nested, loc, s.add(v[2], product));
             })
      .getResult(0);
}

namespace {

/// What the body of a product does with its two factors.
struct Factors {
  QuantType lhs, rhs;
  bool wide = false; // Sums of i64.
};

/// acc + (a - za) * (b - zb); null zero points are 0.
Value multiplyAdd(Scalars &s, const Factors &f, Value a, Value b, Value za,
                  Value zb, Value acc) {
  if (f.lhs) {
    a = s.loadCode(a, f.lhs);
    b = s.loadCode(b, f.rhs);
    if (za)
      a = s.sub(a, s.limitZeroPoint(za, f.lhs));
    if (zb)
      b = s.sub(b, s.limitZeroPoint(zb, f.rhs));
    if (f.wide) {
      a = s.resize(a, 64);
      b = s.resize(b, 64);
    }
  }
  return s.add(acc, s.mul(a, b));
}

Value zeroOf(Scalars &s, Type type) {
  return isa<FloatType>(type) ? s.real(0, type)
                              : s.integer(0, type.getIntOrFloatBitWidth());
}

/// acc + bias along the last axis.
Value addBias(OpBuilder &b, Location loc, Value acc, Value bias) {
  if (!bias)
    return acc;
  auto type = cast<RankedTensorType>(acc.getType());
  return buildElementwise(
      b, loc, type, acc, {same(acc), alongLast(bias, type.getRank())},
      [](Scalars &s, ValueRange v) { return s.add(v[0], v[1]); });
}

/// A parameter of the loops: a scalar, or a tensor along some of the loops.
struct LoopParam {
  Value scalar, tensor;
  AffineMap map;
};

LoopParam loopParam(OpBuilder &b, Location loc, Value value, unsigned loops,
                    ArrayRef<AffineExpr> along,
                    ArrayRef<AffineExpr> alongGroups = {}) {
  LoopParam param;
  if (!value)
    return param;
  int64_t rank = cast<RankedTensorType>(value.getType()).getRank();
  if (rank == 0) {
    param.scalar = scalarOf(b, loc, value);
    // Subtracting 0 is nothing to do in every iteration.
    if (constantInt(param.scalar) == 0)
      param.scalar = {};
    return param;
  }
  param.tensor = value;
  param.map =
      AffineMap::get(loops, 0, rank == 1 ? along : alongGroups, b.getContext());
  return param;
}

/// The generic op of a product: out += (a - za)(b - zb).
Value buildProduct(OpBuilder &b, Location loc, const Factors &factors,
                   std::array<Operand, 2> ab, const LoopParam &za,
                   const LoopParam &zb, Operand out,
                   ArrayRef<utils::IteratorType> iterators) {
  SmallVector<Value> inputs = {ab[0].value, ab[1].value};
  SmallVector<AffineMap> maps = {ab[0].map, ab[1].map};
  for (const LoopParam *param : {&za, &zb})
    if (param->tensor) {
      inputs.push_back(param->tensor);
      maps.push_back(param->map);
    }
  maps.push_back(out.map);
  return linalg::GenericOp::create(
             b, loc, out.value.getType(), inputs, out.value, maps, iterators,
             [&](OpBuilder &nested, Location loc, ValueRange v) {
               Scalars s(nested, loc);
               unsigned next = 2;
               Value x = za.tensor ? v[next++] : za.scalar;
               Value y = zb.tensor ? v[next++] : zb.scalar;
               linalg::YieldOp::create(
                   nested, loc,
                   multiplyAdd(s, factors, v[0], v[1], x, y, v.back()));
             })
      .getResult(0);
}

/// An integer tensor of zeros: `sizes` are those of an op's result, with static
/// ones put in behind `position`.
Value zeroSums(OpBuilder &b, Location loc, ArrayRef<OpFoldResult> sizes,
               size_t position, ArrayRef<int64_t> extra, bool wide) {
  SmallVector<OpFoldResult> all(sizes);
  SmallVector<OpFoldResult> attrs =
      getAsIndexOpFoldResult(b.getContext(), extra);
  all.insert(all.begin() + position, attrs.begin(), attrs.end());
  SmallVector<int64_t> shape;
  for (OpFoldResult size : all)
    shape.push_back(getConstantIntValue(size).value_or(ShapedType::kDynamic));
  Scalars s(b, loc);
  unsigned width = wide ? 64 : 32;
  return filledTensor(b, loc,
                      RankedTensorType::get(shape, b.getIntegerType(width)),
                      all, s.integer(0, width));
}

struct LowerMatmul : OpConversionPattern<MatmulOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(MatmulOp op, OpAdaptor in,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    MLIRContext *ctx = rewriter.getContext();
    auto result = cast<RankedTensorType>(op.getType());
    int64_t rank = result.getRank();
    if (AccumulatorAttr accumulator = getFloatAccumulator(op)) {
      FailureOr<Value> sums = buildAccumulated(rewriter, op, in, accumulator);
      if (failed(sums))
        return failure();
      rewriter.replaceOp(op, addBias(rewriter, loc, *sums, in.getBias()));
      return success();
    }
    auto [lhs, lhsType] = toLevels(rewriter, loc, in.getLhs(),
                                   QuantType::of(op.getLhs().getType()), {});
    auto [rhs, rhsType] =
        toLevels(rewriter, loc, in.getRhs(),
                 QuantType::of(op.getRhs().getType()), op.getRhsCodebook());
    Factors factors = {lhsType, rhsType, hasWideSums(op)};
    int64_t rhsRank = cast<RankedTensorType>(rhs.getType()).getRank();
    if (op.getTransposeRhs()) {
      SmallVector<int64_t> perm = llvm::to_vector(llvm::seq<int64_t>(rhsRank));
      std::swap(perm[rhsRank - 2], perm[rhsRank - 1]);
      rhs = transpose(rewriter, loc, rhs, perm);
    }
    // Loops: leading dimensions, m, k, n.
    unsigned loops = rank + 1;
    SmallVector<AffineExpr> d(loops);
    bindDimsList(ctx, MutableArrayRef(d));
    AffineExpr m = d[rank - 2], k = d[rank - 1], n = d[rank];
    auto map = [&](int64_t leading, AffineExpr x, AffineExpr y) {
      SmallVector<AffineExpr> exprs(d.begin(), d.begin() + leading);
      exprs.append({x, y});
      return AffineMap::get(loops, 0, exprs, ctx);
    };
    SmallVector<utils::IteratorType> iterators(loops, kParallel);
    iterators[rank - 1] = kReduction;

    SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(rewriter, loc, lhs);
    sizes.back() = tensor::getMixedSize(rewriter, loc, rhs, rhsRank - 1);
    Scalars s(rewriter, loc);
    Value init = filledTensor(rewriter, loc, result, sizes,
                              zeroOf(s, result.getElementType()));
    if (op.getRhsScale()) {
      Value sum = buildGroups(rewriter, op, in, factors, lhs, rhs, init, sizes);
      rewriter.replaceOp(op, addBias(rewriter, loc, sum, in.getBias()));
      return success();
    }
    Value sum = buildProduct(rewriter, loc, factors,
                             {Operand{lhs, map(rank - 2, m, k)},
                              Operand{rhs, map(rhsRank - 2, k, n)}},
                             loopParam(rewriter, loc, in.getLhsZp(), loops, m),
                             loopParam(rewriter, loc, in.getRhsZp(), loops, n),
                             {init, map(rank - 2, m, n)}, iterators);
    rewriter.replaceOp(op, addBias(rewriter, loc, sum, in.getBias()));
    return success();
  }

  /// Loops: leading dimensions, m, group, k in the group, n. `rhs` is [K, N].
  Value buildGroups(OpBuilder &b, MatmulOp op, OpAdaptor in,
                    const Factors &factors, Value lhs, Value rhs, Value init,
                    ArrayRef<OpFoldResult> sizes) const {
    Location loc = op.getLoc();
    MLIRContext *ctx = b.getContext();
    auto scales = cast<RankedTensorType>(op.getRhsScale().getType());
    int64_t groups = scales.getDimSize(op.getTransposeRhs() ? 1 : 0);
    if (groups == 0)
      return init;
    int64_t rank = sizes.size();
    unsigned loops = rank + 2;
    SmallVector<AffineExpr> d(loops);
    bindDimsList(ctx, MutableArrayRef(d));
    ArrayRef<AffineExpr> rows = ArrayRef(d).take_front(rank - 1);
    AffineExpr m = d[rank - 2], g = d[rank - 1], k = d[rank], n = d[rank + 1];
    auto map = [&](unsigned dims, ArrayRef<AffineExpr> first,
                   ArrayRef<AffineExpr> then) {
      SmallVector<AffineExpr> exprs(first);
      exprs.append(then.begin(), then.end());
      return AffineMap::get(dims, 0, exprs, ctx);
    };
    SmallVector<utils::IteratorType> iterators(loops, kParallel);
    iterators[rank] = kReduction;
    Value sums = buildProduct(
        b, loc, factors,
        {Operand{splitAxis(b, loc, lhs, rank - 1, groups),
                 map(loops, rows, {g, k})},
         Operand{splitAxis(b, loc, rhs, 0, groups), map(loops, {}, {g, k, n})}},
        loopParam(b, loc, in.getLhsZp(), loops, m),
        loopParam(b, loc, in.getRhsZp(), loops, n,
                  op.getTransposeRhs() ? ArrayRef{n, g} : ArrayRef{g, n}),
        {zeroSums(b, loc, sizes, rank - 1, groups, factors.wide),
         map(loops, rows, {g, n})},
        iterators);
    // Over the axes of the sums: leading dimensions, m, group, n.
    AffineExpr last = d[rank];
    AffineMap scaleMap = op.getTransposeRhs() ? map(rank + 1, {}, {last, g})
                                              : map(rank + 1, {}, {g, last});
    return addGroups(b, loc, sums, {in.getRhsScale(), scaleMap},
                     {init, map(rank + 1, rows, {last})});
  }
};

/// Inverse of splitAxis.
Value joinAxis(OpBuilder &b, Location loc, Value value, int64_t axis,
               RankedTensorType type) {
  SmallVector<ReassociationIndices> parts;
  for (int64_t i = 0, next = 0; i < type.getRank(); ++i) {
    parts.push_back({next++});
    if (i == axis)
      parts.back().push_back(next++);
  }
  return tensor::CollapseShapeOp::create(b, loc, type, value, parts);
}

struct LowerConv : OpConversionPattern<Conv2DOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(Conv2DOp op, OpAdaptor in,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    auto result = cast<RankedTensorType>(op.getType());
    auto weightType = cast<RankedTensorType>(op.getWeight().getType());
    int64_t groups = op.getGroups();
    if (!weightType.hasStaticShape())
      return rewriter.notifyMatchFailure(op, "weights of dynamic shape");
    if (!result.hasStaticShape() &&
        (result.isDynamicDim(1) || result.isDynamicDim(2)))
      return rewriter.notifyMatchFailure(op, "image of dynamic size");

    if (AccumulatorAttr accumulator = getFloatAccumulator(op)) {
      FailureOr<Value> sums = buildAccumulated(rewriter, op, in, accumulator);
      if (failed(sums))
        return failure();
      rewriter.replaceOp(op, addBias(rewriter, loc, *sums, in.getBias()));
      return success();
    }
    auto [input, inputType] =
        toLevels(rewriter, loc, in.getInput(),
                 QuantType::of(op.getInput().getType()), {});
    auto [weight, levelType] = toLevels(rewriter, loc, in.getWeight(),
                                        QuantType::of(op.getWeight().getType()),
                                        op.getWeightCodebook());
    Factors factors = {inputType, levelType, hasWideSums(op)};
    Scalars s(rewriter, loc);
    Value fill;
    if (!factors.lhs)
      fill = s.real(0, rewriter.getF32Type());
    else if (in.getInputZp())
      fill =
          s.storeCode(s.limitZeroPoint(scalarOf(rewriter, loc, in.getInputZp()),
                                       factors.lhs),
                      factors.lhs);
    else
      fill = s.integer(0, storageOf(factors.lhs).getIntOrFloatBitWidth());
    Value image = padImage(rewriter, loc, input, op.getPad(), fill);

    SmallVector<OpFoldResult> sizes = {
        tensor::getMixedSize(rewriter, loc, in.getInput(), 0)};
    for (int64_t i : {1, 2, 3})
      sizes.push_back(rewriter.getIndexAttr(result.getDimSize(i)));
    Value init = filledTensor(rewriter, loc, result, sizes,
                              zeroOf(s, result.getElementType()));
    int64_t perGroup = weightType.getDimSize(0) / groups;
    bool depthwise =
        groups > 1 && perGroup == 1 && weightType.getDimSize(3) == 1;
    Value sum;
    if (op.getWeightScale())
      sum = buildScaled(rewriter, op, in, factors, image, weight, init);
    else if (depthwise || groups == 1)
      sum = buildSimple(rewriter, op, in, factors, image, weight, init,
                        depthwise);
    else
      sum = buildGrouped(rewriter, op, in, factors, image, weight, init);
    rewriter.replaceOp(op, addBias(rewriter, loc, sum, in.getBias()));
    return success();
  }

  /// groups == 1: loops n, y, x, ky, kx, c, o. Depthwise with one output a
  /// channel: no loop c.
  Value buildSimple(OpBuilder &b, Conv2DOp op, OpAdaptor in,
                    const Factors &factors, Value image, Value filters,
                    Value init, bool depthwise) const {
    Location loc = op.getLoc();
    MLIRContext *ctx = b.getContext();
    unsigned loops = depthwise ? 6 : 7;
    SmallVector<AffineExpr> d(loops);
    bindDimsList(ctx, MutableArrayRef(d));
    AffineExpr o = d.back(), c = depthwise ? o : d[5];
    ArrayRef<int64_t> stride = op.getStride(), dilation = op.getDilation();
    auto map = [&](ArrayRef<AffineExpr> exprs) {
      return AffineMap::get(loops, 0, exprs, ctx);
    };
    AffineMap imageMap = map({d[0], d[1] * stride[0] + d[3] * dilation[0],
                              d[2] * stride[1] + d[4] * dilation[1], c});
    Value weight = transpose(b, loc, filters, {1, 2, 3, 0});
    AffineMap weightMap = map({d[3], d[4], c, o});
    if (depthwise) {
      // [KH, KW, 1, C] without the axis of size 1.
      auto type = cast<RankedTensorType>(weight.getType());
      weight = tensor::CollapseShapeOp::create(
          b, loc,
          type.clone(
              {type.getDimSize(0), type.getDimSize(1), type.getDimSize(3)}),
          weight, SmallVector<ReassociationIndices>{{0}, {1}, {2, 3}});
      weightMap = map({d[3], d[4], o});
    }
    SmallVector<utils::IteratorType> iterators(loops, kParallel);
    for (unsigned i = 3; i + 1 < loops; ++i)
      iterators[i] = kReduction;
    return buildProduct(b, loc, factors,
                        {Operand{image, imageMap}, Operand{weight, weightMap}},
                        loopParam(b, loc, in.getInputZp(), loops, {}),
                        loopParam(b, loc, in.getWeightZp(), loops, o),
                        {init, map({d[0], d[1], d[2], o})}, iterators);
  }

  /// Scales of groups of channels: each group of the convolution by itself.
  Value buildScaled(OpBuilder &b, Conv2DOp op, OpAdaptor in,
                    const Factors &factors, Value image, Value filters,
                    Value init) const {
    Location loc = op.getLoc();
    int64_t groups = op.getGroups();
    Value scale = in.getWeightScale(), zeroPoint = in.getWeightZp();
    if (groups == 1)
      return buildScaledGroup(b, op, in, factors, image, filters, scale,
                              zeroPoint, init);
    for (int64_t g = 0; g < groups; ++g) {
      auto part = [&](Value value, int64_t axis) {
        return groupOf(b, loc, value, axis, groups, g);
      };
      bool perChannel =
          zeroPoint &&
          cast<RankedTensorType>(zeroPoint.getType()).getRank() > 0;
      Value own = part(init, 3);
      auto slice = own.getDefiningOp<tensor::ExtractSliceOp>();
      Value sum = buildScaledGroup(
          b, op, in, factors, part(image, 3), part(filters, 0), part(scale, 0),
          perChannel ? part(zeroPoint, 0) : zeroPoint, own);
      init = tensor::InsertSliceOp::create(
          b, loc, sum, init, slice.getMixedOffsets(), slice.getMixedSizes(),
          slice.getMixedStrides());
    }
    return init;
  }

  /// A convolution without groups whose weights have scales of groups of
  /// channels: loops n, y, x, ky, kx, group, c in the group, o.
  Value buildScaledGroup(OpBuilder &b, Conv2DOp op, OpAdaptor in,
                         const Factors &factors, Value image, Value filters,
                         Value scale, Value zeroPoint, Value init) const {
    Location loc = op.getLoc();
    MLIRContext *ctx = b.getContext();
    auto scales = cast<RankedTensorType>(scale.getType());
    SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(b, loc, init);
    int64_t kh = scales.getDimSize(1), kw = scales.getDimSize(2),
            groups = scales.getDimSize(3);
    if (groups == 0)
      return init;
    SmallVector<AffineExpr> d(8);
    bindDimsList(ctx, MutableArrayRef(d));
    AffineExpr ky = d[3], kx = d[4], g = d[5], c = d[6], o = d[7];
    ArrayRef<int64_t> stride = op.getStride(), dilation = op.getDilation();
    auto map = [&](unsigned dims, ArrayRef<AffineExpr> exprs) {
      return AffineMap::get(dims, 0, exprs, ctx);
    };
    Value weight =
        splitAxis(b, loc, transpose(b, loc, filters, {1, 2, 3, 0}), 2, groups);
    SmallVector<utils::IteratorType> iterators(8, kParallel);
    iterators[6] = kReduction;
    Value sums = buildProduct(
        b, loc, factors,
        {Operand{splitAxis(b, loc, image, 3, groups),
                 map(8, {d[0], d[1] * stride[0] + ky * dilation[0],
                         d[2] * stride[1] + kx * dilation[1], g, c})},
         Operand{weight, map(8, {ky, kx, g, c, o})}},
        loopParam(b, loc, in.getInputZp(), 8, {}),
        loopParam(b, loc, zeroPoint, 8, o, {o, ky, kx, g}),
        {zeroSums(b, loc, sizes, 3, {kh, kw, groups}, factors.wide),
         map(8, {d[0], d[1], d[2], ky, kx, g, o})},
        iterators);
    AffineExpr last = d[6];
    return addGroups(b, loc, sums, {scale, map(7, {last, ky, kx, g})},
                     {init, map(7, {d[0], d[1], d[2], last})});
  }

  /// Loops n, y, x, g, ky, kx, c, o with channels as [groups, channels].
  Value buildGrouped(OpBuilder &b, Conv2DOp op, OpAdaptor in,
                     const Factors &factors, Value image, Value filters,
                     Value init) const {
    Location loc = op.getLoc();
    MLIRContext *ctx = b.getContext();
    int64_t groups = op.getGroups();
    SmallVector<AffineExpr> d(8);
    bindDimsList(ctx, MutableArrayRef(d));
    AffineExpr g = d[3], o = d[7];
    ArrayRef<int64_t> stride = op.getStride(), dilation = op.getDilation();
    auto map = [&](ArrayRef<AffineExpr> exprs) {
      return AffineMap::get(8, 0, exprs, ctx);
    };
    auto type = cast<RankedTensorType>(init.getType());
    image = splitAxis(b, loc, image, 3, groups);
    init = splitAxis(b, loc, init, 3, groups);
    // [g, o, ky, kx, c] to [g, ky, kx, c, o].
    Value weight = transpose(b, loc, splitAxis(b, loc, filters, 0, groups),
                             {0, 2, 3, 4, 1});
    LoopParam zb = loopParam(b, loc, in.getWeightZp(), 8, {g, o});
    if (zb.tensor)
      zb.tensor = splitAxis(b, loc, zb.tensor, 0, groups);
    SmallVector<utils::IteratorType> iterators(8, kParallel);
    for (unsigned i : {4, 5, 6})
      iterators[i] = kReduction;
    Value sum = buildProduct(
        b, loc, factors,
        {Operand{image, map({d[0], d[1] * stride[0] + d[4] * dilation[0],
                             d[2] * stride[1] + d[5] * dilation[1], g, d[6]})},
         Operand{weight, map({g, d[4], d[5], d[6], o})}},
        loopParam(b, loc, in.getInputZp(), 8, {}), zb,
        {init, map({d[0], d[1], d[2], g, o})}, iterators);
    return joinAxis(b, loc, sum, 3, type);
  }
};

} // namespace

void lowering::populateLinearPatterns(TypeConverter &converter,
                                      RewritePatternSet &patterns) {
  patterns.add<LowerMatmul, LowerConv>(converter, patterns.getContext());
}
