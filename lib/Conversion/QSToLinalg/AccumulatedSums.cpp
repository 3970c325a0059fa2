//===- AccumulatedSums.cpp - Linear ops with stated sums ------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AccumulatedSums.h"
#include "Tables.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "qs/Conversion/QSToLinalg/Rounder.h"

using namespace mlir;
using namespace qs;
using namespace qs::lowering;

namespace {

constexpr auto kParallel = utils::IteratorType::parallel;
constexpr auto kReduction = utils::IteratorType::reduction;

/// A quantized operand: words, type, and what decodes them. `zeroAxis` is the
/// axis of a zero point of rank 1.
struct Coded {
  Value words;
  QuantType type;
  Value zeroPoint, codebook;
  int64_t zeroAxis = 0;
};

/// The numbers that words stand for, as f32; f32 operands are numbers already.
Value buildNumbers(OpBuilder &b, Location loc, const Coded &operand) {
  if (!operand.type)
    return operand.words;
  auto words = cast<RankedTensorType>(operand.words.getType());
  int64_t rank = words.getRank();
  Operand zero;
  if (operand.zeroPoint) {
    auto type = cast<RankedTensorType>(operand.zeroPoint.getType());
    MLIRContext *ctx = b.getContext();
    zero = {
        operand.zeroPoint,
        type.getRank() == 0
            ? AffineMap::get(rank, 0, ctx)
            : AffineMap::get(rank, 0, getAffineDimExpr(operand.zeroAxis, ctx))};
  }
  Type f32 = b.getF32Type();
  Decoder decoder(b, loc, operand.type, operand.codebook, f32);
  return buildElementwise(
      b, loc, words.clone(f32), operand.words,
      {same(operand.words), zero, decoder.rows(rank)},
      [&](Scalars &s, ValueRange v) {
        if (!v[1])
          return decoder.decode(s, v[0], v[2]);
        Value level = s.loadCode(v[0], operand.type);
        return s.toReal(s.sub(level, s.limitZeroPoint(v[1], operand.type)),
                        f32);
      });
}

/// An f32 factor of the products: for each axis the parallel loop that runs
/// along it, or kTerms for the axis of the terms.
constexpr int kTerms = -1;
struct Factor {
  Value value;
  SmallVector<int, 4> axes;

  int64_t termAxis() const { return llvm::find(axes, kTerms) - axes.begin(); }
};

/// The sums over the terms. Loops: the parallel ones but for the last, then
/// chunks and terms in a chunk, then the last parallel one.
class Sums {
public:
  Sums(OpBuilder &b, Location loc, const num::Accumulation &how,
       std::optional<NumberSpan> product, ArrayRef<int64_t> shape,
       int64_t terms, int groupLoop = -1)
      : b(b), loc(loc), how(how), rounder(how, product), shape(shape),
        groupLoop(groupLoop), terms(terms),
        length(how.chunk && int64_t(how.chunk) < terms ? how.chunk : terms),
        chunks(terms ? (terms + length - 1) / length : 1) {
    // Strided chunks have as many terms as the first one.
    if (isStrided())
      length = (terms + chunks - 1) / chunks;
  }
  Value build(Factor lhs, Factor rhs);

private:
  bool isStrided() const {
    return how.order == num::SumOrder::Strided && chunks > 1;
  }
  Operand arrange(const Factor &factor, double padding);
  void emitBody(Scalars &s, ValueRange v);
  Value randomFor(Scalars &s, Value index);

  OpBuilder &b;
  Location loc;
  num::Accumulation how;
  Rounder rounder;
  SmallVector<int64_t> shape;
  /// The parallel loop over groups of terms, which have seeds of their own.
  int groupLoop;
  int64_t terms, length, chunks;
  Value elementSeed; // i64, in the body
};

} // namespace

/// The factor with chunks and terms in a chunk in place of the terms. Chunks
/// that are too short are filled: with 0 on the left and -0 on the right the
/// product is -0, which changes no sum.
Operand Sums::arrange(const Factor &factor, double padding) {
  Value value = factor.value;
  int64_t axis = factor.termAxis();
  auto type = cast<RankedTensorType>(value.getType());
  if (int64_t missing = chunks * length - terms) {
    SmallVector<OpFoldResult> low(type.getRank(), b.getIndexAttr(0)), high(low);
    high[axis] = b.getIndexAttr(missing);
    Scalars s(b, loc);
    value = tensor::PadOp::create(b, loc, Type(), value, low, high,
                                  s.real(padding, type.getElementType()));
  }
  if (chunks > 1)
    value = splitAxis(b, loc, value, axis, isStrided() ? length : chunks);
  MLIRContext *ctx = b.getContext();
  auto parallel = unsigned(shape.size());
  SmallVector<AffineExpr> exprs;
  auto loop = [&](unsigned i) { return getAffineDimExpr(i, ctx); };
  AffineExpr chunk = loop(parallel - 1);
  AffineExpr term = loop(chunks > 1 ? parallel : parallel - 1);
  for (int axis : factor.axes) {
    if (axis != kTerms) {
      bool last = axis == int(parallel) - 1;
      exprs.push_back(loop(last ? parallel + (chunks > 1) : axis));
      continue;
    }
    if (chunks > 1 && isStrided())
      exprs.append({term, chunk});
    else if (chunks > 1)
      exprs.append({chunk, term});
    else
      exprs.push_back(term);
  }
  return {value,
          AffineMap::get(parallel + (chunks > 1 ? 2 : 1), 0, exprs, ctx)};
}

Value Sums::randomFor(Scalars &s, Value index) {
  return how.seed ? emitRandomBits(s, elementSeed, index) : Value();
}

/// v: both factors, the sums so far: total, and partial where there are chunks.
/// Sums begin with -0, to which adding the first term changes nothing.
void Sums::emitBody(Scalars &s, ValueRange v) {
  OpBuilder &b = s.b;
  auto parallel = unsigned(shape.size());
  bool chunked = chunks > 1;
  auto indexOf = [&](unsigned loop) -> Value {
    return arith::IndexCastOp::create(b, s.loc, b.getI64Type(),
                                      linalg::IndexOp::create(b, s.loc, loop));
  };
  auto wide = [&](int64_t x) { return s.integer(x, 64); };
  auto equals = [&](Value x, int64_t y) -> Value {
    return arith::CmpIOp::create(b, s.loc, arith::CmpIPredicate::eq, x,
                                 wide(y));
  };
  Value term, chunk, number;
  if (chunked || how.seed) {
    term = indexOf(chunked ? parallel : parallel - 1);
    number = term;
  }
  if (chunked) {
    chunk = indexOf(parallel - 1);
    number = isStrided() ? s.add(s.mul(term, wide(chunks)), chunk)
                         : s.add(s.mul(chunk, wide(length)), term);
  }
  if (how.seed) {
    Value element = wide(0);
    for (unsigned i = 0; i < parallel; ++i) {
      bool last = i + 1 == parallel;
      if (int(i) == groupLoop)
        continue;
      element = s.add(s.mul(element, wide(shape[i])),
                      indexOf(last ? parallel + chunked : i));
    }
    elementSeed = emitRandomBits(s, wide(int64_t(*how.seed)), element);
    if (groupLoop >= 0)
      elementSeed = emitRandomBits(s, elementSeed, indexOf(groupLoop));
  }
  Type real = rounder.realType(b.getContext()), f32 = b.getF32Type();
  auto widened = [&](Value x) { return s.widen(x, real); };
  Value forProduct, forSum, forTotal;
  if (how.seed) {
    Value twice = s.mul(number, wide(2)), next = s.add(twice, wide(1));
    forProduct = randomFor(s, twice);
    forSum = randomFor(s, s.select(equals(term, 0), twice, next));
    if (chunked)
      forTotal = randomFor(
          s, s.add(s.mul(s.add(chunk, wide(terms)), wide(2)), wide(1)));
  }
  Value product = rounder.product(s, widened(v[0]), widened(v[1]), forProduct);
  if (!chunked) {
    Value sum = rounder.sum(s, widened(v[2]), product, forSum);
    linalg::YieldOp::create(b, s.loc, s.narrow(sum, f32));
    return;
  }
  Value begun = s.select(equals(term, 0), s.real(-0.0, f32), v[3]);
  Value partial = rounder.sum(s, widened(begun), product, forSum);
  Value total = rounder.sum(s, widened(v[2]), partial, forTotal);
  total = s.select(equals(term, length - 1), s.narrow(total, f32), v[2]);
  linalg::YieldOp::create(b, s.loc, ValueRange{total, s.narrow(partial, f32)});
}

Value Sums::build(Factor lhs, Factor rhs) {
  auto result = RankedTensorType::get(shape, b.getF32Type());
  Scalars s(b, loc);
  Value start = filledTensor(b, loc, result,
                             getAsIndexOpFoldResult(b.getContext(), shape),
                             s.real(terms ? -0.0 : 0.0, b.getF32Type()));
  if (terms == 0)
    return start;
  Operand left = arrange(lhs, 0.0), right = arrange(rhs, -0.0);
  MLIRContext *ctx = b.getContext();
  auto parallel = unsigned(shape.size());
  unsigned reductions = chunks > 1 ? 2 : 1, loops = parallel + reductions;
  SmallVector<utils::IteratorType> iterators(loops, kParallel);
  std::fill_n(iterators.begin() + parallel - 1, reductions, kReduction);
  SmallVector<AffineExpr> exprs;
  for (unsigned i = 0; i + 1 < parallel; ++i)
    exprs.push_back(getAffineDimExpr(i, ctx));
  exprs.push_back(getAffineDimExpr(loops - 1, ctx));
  SmallVector<Value> starts(reductions, start);
  SmallVector<Type> types(reductions, result);
  SmallVector<AffineMap> maps = {left.map, right.map};
  maps.append(reductions, AffineMap::get(loops, 0, exprs, ctx));
  return linalg::GenericOp::create(
             b, loc, types, ValueRange{left.value, right.value}, starts, maps,
             iterators,
             [&](OpBuilder &nested, Location loc, ValueRange v) {
               Scalars body(nested, loc);
               emitBody(body, v);
             })
      .getResult(0);
}

//===----------------------------------------------------------------------===//
// The linear ops
//===----------------------------------------------------------------------===//

static LogicalResult checkStatic(Operation *op) {
  for (Type type : op->getOperandTypes())
    if (!cast<ShapedType>(type).hasStaticShape())
      return op->emitOpError()
             << "sums in a stated order need static shapes, found " << type;
  return success();
}

static std::optional<NumberSpan> productSpan(const Coded &a, const Coded &b) {
  std::optional<NumberSpan> x = spanOf(a.type, a.codebook, !!a.zeroPoint);
  std::optional<NumberSpan> y = spanOf(b.type, b.codebook, !!b.zeroPoint);
  if (!x || !y)
    return {};
  return x->times(*y);
}

/// Sums of groups, scaled and added up; expressions are over their axes.
static Value addScaled(OpBuilder &b, Location loc, Value sums, Value scale,
                       ArrayRef<AffineExpr> scaleExprs, RankedTensorType type,
                       ArrayRef<AffineExpr> resultExprs) {
  Scalars s(b, loc);
  MLIRContext *ctx = b.getContext();
  int64_t rank = cast<RankedTensorType>(sums.getType()).getRank();
  Value zero =
      filledTensor(b, loc, type, getAsIndexOpFoldResult(ctx, type.getShape()),
                   s.real(0, b.getF32Type()));
  return addGroups(b, loc, sums,
                   {scale, AffineMap::get(rank, 0, scaleExprs, ctx)},
                   {zero, AffineMap::get(rank, 0, resultExprs, ctx)});
}

FailureOr<Value> lowering::buildAccumulated(OpBuilder &b, MatmulOp op,
                                            MatmulOp::Adaptor in,
                                            AccumulatorAttr accumulator) {
  Location loc = op.getLoc();
  if (failed(checkStatic(op)))
    return failure();
  auto result = cast<RankedTensorType>(op.getType());
  auto rhsType = cast<RankedTensorType>(op.getRhs().getType());
  int64_t rank = result.getRank(), rhsRank = rhsType.getRank();
  bool swap = op.getTransposeRhs();
  int64_t terms = rhsType.getDimSize(rhsRank - (swap ? 1 : 2));
  Coded lhs{in.getLhs(), QuantType::of(op.getLhs().getType()), in.getLhsZp(),
            Value(), rank - 2};
  // The constant, not its conversion: its numbers are looked at.
  Coded rhs{in.getRhs(), QuantType::of(op.getRhs().getType()), in.getRhsZp(),
            op.getRhsCodebook(), rhsRank - (swap ? 2 : 1)};
  std::optional<NumberSpan> span = productSpan(lhs, rhs);
  auto swapped = [&](Value value) {
    SmallVector<int64_t> perm = llvm::to_vector(llvm::seq<int64_t>(rhsRank));
    std::swap(perm[rhsRank - 2], perm[rhsRank - 1]);
    return transpose(b, loc, value, perm);
  };
  // Constant words are transposed at compile time. A codebook for each scale
  // belongs to the axes as they are.
  bool early =
      !rhs.codebook || cast<ShapedType>(rhs.codebook.getType()).getRank() == 1;
  if (swap && early) {
    rhs.words = swapped(rhs.words);
    rhs.zeroAxis = rhsRank - 1;
  }
  Value right = buildNumbers(b, loc, rhs);
  if (swap && !early)
    right = swapped(right);
  Factor left{buildNumbers(b, loc, lhs), {}}, other{right, {}};
  for (int64_t i = 0; i + 1 < rank; ++i)
    left.axes.push_back(int(i));
  left.axes.push_back(kTerms);
  for (int64_t i = 0; i + 2 < rhsRank; ++i)
    other.axes.push_back(int(i));
  other.axes.append({kTerms, int(rank) - 1});
  if (op.getRhsScale()) {
    // [.., m, group, n], then the groups are added up.
    auto group = cast<GroupScaleAttr>(rhs.type.getScale()).getGroup();
    left.value = splitAxis(b, loc, left.value, rank - 1, terms / group);
    other.value = splitAxis(b, loc, other.value, 0, terms / group);
    left.axes.insert(left.axes.end() - 1, int(rank) - 1);
    other.axes = {int(rank) - 1, kTerms, int(rank)};
    SmallVector<int64_t> shape(result.getShape());
    shape.insert(shape.end() - 1, terms / group);
    Value sums = Sums(b, loc, accumulator.getAccumulation(), span, shape, group,
                      int(rank) - 1)
                     .build(left, other);
    SmallVector<AffineExpr> d(rank + 1);
    bindDimsList(b.getContext(), MutableArrayRef(d));
    SmallVector<AffineExpr> kept(d), scale = {d[rank - 1], d[rank]};
    kept.erase(kept.begin() + rank - 1);
    if (swap)
      std::swap(scale[0], scale[1]);
    return addScaled(b, loc, sums, in.getRhsScale(), scale, result, kept);
  }
  return Sums(b, loc, accumulator.getAccumulation(), span, result.getShape(),
              terms)
      .build(left, other);
}

/// Joins runs of axes: `counts` says how many axes make each new one.
static Value joinAxes(OpBuilder &b, Location loc, Value value,
                      ArrayRef<int64_t> counts) {
  auto type = cast<RankedTensorType>(value.getType());
  SmallVector<ReassociationIndices> parts;
  SmallVector<int64_t> shape;
  int64_t next = 0;
  for (int64_t count : counts) {
    parts.emplace_back();
    shape.push_back(1);
    for (int64_t i = 0; i < count; ++i, ++next) {
      parts.back().push_back(next);
      shape.back() *= type.getDimSize(next);
    }
  }
  return tensor::CollapseShapeOp::create(b, loc, type.clone(shape), value,
                                         parts);
}

/// The windows of a convolution as rows: [pixels, groups, terms], or [pixels,
/// terms, channels] where each channel has a filter of its own.
static Value buildWindows(OpBuilder &b, Conv2DOp op, Value numbers,
                          bool depthwise) {
  Location loc = op.getLoc();
  auto result = cast<RankedTensorType>(op.getType());
  auto weight = cast<RankedTensorType>(op.getWeight().getType());
  int64_t kh = weight.getDimSize(1), kw = weight.getDimSize(2);
  Scalars scalars(b, loc);
  Value image =
      padImage(b, loc, numbers, op.getPad(), scalars.real(0, b.getF32Type()));
  image = splitAxis(b, loc, image, 3, op.getGroups());
  MLIRContext *ctx = b.getContext();
  SmallVector<AffineExpr> d(7);
  bindDimsList(ctx, MutableArrayRef(d));
  // Pixel n, y, x; then group, ky, kx, c or ky, kx, c, group.
  SmallVector<int64_t> shape(result.getShape().drop_back());
  int64_t groups = op.getGroups(), channels = weight.getDimSize(3);
  if (depthwise)
    shape.append({kh, kw, channels, groups});
  else
    shape.append({groups, kh, kw, channels});
  AffineExpr g = depthwise ? d[6] : d[3], ky = d[depthwise ? 3 : 4],
             kx = d[depthwise ? 4 : 5], c = d[depthwise ? 5 : 6];
  ArrayRef<int64_t> stride = op.getStride(), dilation = op.getDilation();
  AffineMap map = AffineMap::get(7, 0,
                                 {d[0], d[1] * stride[0] + ky * dilation[0],
                                  d[2] * stride[1] + kx * dilation[1], g, c},
                                 ctx);
  auto type = RankedTensorType::get(shape, b.getF32Type());
  Value windows =
      buildElementwise(b, loc, type, Value(), {Operand{image, map}},
                       [](Scalars &, ValueRange v) { return v[0]; });
  if (depthwise)
    return joinAxes(b, loc, windows, {3, 3, 1});
  return joinAxes(b, loc, windows, {3, 1, 3});
}

FailureOr<Value> lowering::buildAccumulated(OpBuilder &b, Conv2DOp op,
                                            Conv2DOp::Adaptor in,
                                            AccumulatorAttr accumulator) {
  Location loc = op.getLoc();
  if (failed(checkStatic(op)))
    return failure();
  auto result = cast<RankedTensorType>(op.getType());
  auto weightType = cast<RankedTensorType>(op.getWeight().getType());
  int64_t groups = op.getGroups(), outputs = weightType.getDimSize(0);
  int64_t terms = 1;
  for (int64_t size : weightType.getShape().drop_front())
    terms *= size;
  if (result.getNumElements() == 0 || terms == 0) {
    Scalars s(b, loc);
    return filledTensor(
        b, loc, result,
        getAsIndexOpFoldResult(b.getContext(), result.getShape()),
        s.real(0, b.getF32Type()));
  }
  if (op.getWeightScale() && groups > 1)
    return op.emitOpError() << "scales of groups along the channels of a "
                               "grouped convolution have no general lowering";
  bool depthwise = groups > 1 && outputs == groups;
  Coded image{in.getInput(), QuantType::of(op.getInput().getType()),
              in.getInputZp(), Value(), 0};
  Coded weight{in.getWeight(), QuantType::of(op.getWeight().getType()),
               in.getWeightZp(), op.getWeightCodebook(), 0};
  std::optional<NumberSpan> span = productSpan(image, weight);
  Value windows = buildWindows(b, op, buildNumbers(b, loc, image), depthwise);
  Value filters = buildNumbers(b, loc, weight);
  int64_t pixels = result.getNumElements() / outputs;
  SmallVector<int64_t> shape;
  Factor left{windows, {}}, right;
  if (depthwise) {
    // One loop over the channels, which are the output channels.
    filters =
        joinAxes(b, loc, transpose(b, loc, filters, {1, 2, 3, 0}), {3, 1});
    shape = {pixels, outputs};
    left.axes = {0, kTerms, 1};
    right = {filters, {kTerms, 1}};
  } else {
    filters = transpose(b, loc, splitAxis(b, loc, filters, 0, groups),
                        {0, 2, 3, 4, 1});
    filters = joinAxes(b, loc, filters, {1, 3, 1});
    shape = {pixels, groups, outputs / groups};
    left.axes = {0, 1, kTerms};
    right = {filters, {1, kTerms, 2}};
  }
  Value sums;
  if (op.getWeightScale()) {
    auto group = cast<GroupScaleAttr>(weight.type.getScale()).getGroup();
    int64_t count = terms / group;
    left = {splitAxis(b, loc, windows, 2, count), {0, 1, 2, kTerms}};
    right = {splitAxis(b, loc, filters, 1, count), {1, 2, kTerms, 3}};
    sums = Sums(b, loc, accumulator.getAccumulation(), span,
                {pixels, 1, count, outputs}, group, 2)
               .build(left, right);
    SmallVector<AffineExpr> d(4);
    bindDimsList(b.getContext(), MutableArrayRef(d));
    sums =
        addScaled(b, loc, sums, joinAxes(b, loc, in.getWeightScale(), {1, 3}),
                  {d[3], d[2]}, RankedTensorType::get(shape, b.getF32Type()),
                  {d[0], d[1], d[3]});
  } else {
    sums = Sums(b, loc, accumulator.getAccumulation(), span, shape, terms)
               .build(left, right);
  }
  if (!depthwise)
    sums = joinAxes(b, loc, sums, {1, 2});
  return tensor::ExpandShapeOp::create(
             b, loc, result, sums,
             SmallVector<ReassociationIndices>{{0, 1, 2}, {3}})
      .getResult();
}
