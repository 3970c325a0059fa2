//===- ElementwisePatterns.cpp - add, mul, clamp, lookup
//----------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Elementwise.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "qs/Dialect/QS/IR/QSOps.h"

using namespace mlir;
using namespace qs;
using namespace qs::lowering;

namespace {

/// A tensor of the result's shape, for dynamic sizes; the verifier leaves only
/// the operand that is not stretched.
Value shapeSource(Value lhs, Value rhs) {
  auto type = cast<RankedTensorType>(lhs.getType());
  return llvm::is_contained(type.getShape(), 1) ? rhs : lhs;
}

Value difference(Scalars &s, Value word, Value zeroPoint, QuantType type) {
  Value code = s.loadCode(word, type);
  return zeroPoint ? s.sub(code, s.limitZeroPoint(zeroPoint, type)) : code;
}

/// The frame of add and mul: the two differences of code and zero point, what
/// `real` makes of them and of the multipliers, and the way back to a code.
template <typename OpTy>
void lowerBinary(
    OpTy op, typename OpTy::Adaptor in, RankedTensorType result,
    PatternRewriter &rewriter, ArrayRef<Value> multipliers,
    llvm::function_ref<Value(Scalars &, Value a, Value b, ArrayRef<Value> m)>
        real) {
  QuantType lhs = QuantType::of(op.getLhs().getType());
  QuantType rhs = QuantType::of(op.getRhs().getType());
  int64_t rank = result.getRank();
  RealToCode to = {op.getRounding(), RoundingOrder::RoundThenAdd,
                   op.getOverflow(), QuantType::of(op.getType()), true};
  SmallVector<Operand> operands = {
      broadcast(in.getLhs()), broadcast(in.getRhs()),
      alongLast(in.getLhsZp(), rank), alongLast(in.getRhsZp(), rank),
      alongLast(in.getZeroPoint(), rank)};
  for (Value multiplier : multipliers)
    operands.push_back(alongLast(multiplier, rank));
  rewriter.replaceOp(
      op, buildElementwise(rewriter, op.getLoc(), result,
                           shapeSource(in.getLhs(), in.getRhs()), operands,
                           [&](Scalars &s, ValueRange v) {
                             Value a = difference(s, v[0], v[2], lhs);
                             Value b = difference(s, v[1], v[3], rhs);
                             auto m = llvm::to_vector(v.drop_front(5));
                             return emitRealToCode(s, real(s, a, b, m), v[4],
                                                   to);
                           }));
}

struct LowerAdd : OpConversionPattern<AddOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(AddOp op, OpAdaptor in,
                  ConversionPatternRewriter &rewriter) const override {
    lowerBinary(
        op, in,
        cast<RankedTensorType>(typeConverter->convertType(op.getType())),
        rewriter, {in.getLhsMultiplier(), in.getRhsMultiplier()},
        [](Scalars &s, Value a, Value b, ArrayRef<Value> m) {
          Type f32 = s.b.getF32Type();
          return s.add(s.mul(s.toReal(a, f32), m[0]),
                       s.mul(s.toReal(b, f32), m[1]));
        });
    return success();
  }
};

struct LowerMul : OpConversionPattern<MulOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(MulOp op, OpAdaptor in,
                  ConversionPatternRewriter &rewriter) const override {
    // Differences of codes of b bits have b + 1 bits.
    unsigned lhsBits = QuantType::of(op.getLhs().getType()).getBits();
    unsigned rhsBits = QuantType::of(op.getRhs().getType()).getBits();
    bool wide = lhsBits + rhsBits + 2 > 31;
    lowerBinary(
        op, in,
        cast<RankedTensorType>(typeConverter->convertType(op.getType())),
        rewriter, {in.getMultiplier()},
        [&](Scalars &s, Value a, Value b, ArrayRef<Value> m) {
          if (wide) {
            a = s.resize(a, 64);
            b = s.resize(b, 64);
          }
          return s.mul(s.toReal(s.mul(a, b), s.b.getF32Type()), m[0]);
        });
    return success();
  }
};

struct LowerClamp : OpConversionPattern<ClampOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(ClampOp op, OpAdaptor in,
                  ConversionPatternRewriter &rewriter) const override {
    QuantType type = QuantType::of(op.getType());
    auto result =
        cast<RankedTensorType>(typeConverter->convertType(op.getType()));
    unsigned bits = result.getElementTypeBitWidth();
    bool isSigned = type.getIntegerRange().first < 0;
    rewriter.replaceOp(
        op, buildElementwise(
                rewriter, op.getLoc(), result, in.getInput(),
                {same(in.getInput())}, [&](Scalars &s, ValueRange v) -> Value {
                  // In the storage type: twice the lanes of i32.
                  Value lo = s.integer(int32_t(op.getMin()), bits);
                  Value hi = s.integer(int32_t(op.getMax()), bits);
                  if (isSigned)
                    return s.min(s.max(v[0], lo), hi);
                  Value x = arith::MaxUIOp::create(s.b, s.loc, v[0], lo);
                  return arith::MinUIOp::create(s.b, s.loc, x, hi);
                }));
    return success();
  }
};

struct LowerLookup : OpConversionPattern<LookupOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(LookupOp op, OpAdaptor in,
                  ConversionPatternRewriter &rewriter) const override {
    QuantType type = QuantType::of(op.getInput().getType());
    auto result =
        cast<RankedTensorType>(typeConverter->convertType(op.getType()));
    Value table = in.getTable();
    rewriter.replaceOp(
        op, buildElementwise(
                rewriter, op.getLoc(), result, in.getInput(),
                {same(in.getInput())}, [&](Scalars &s, ValueRange v) -> Value {
                  Value code = s.loadCode(v[0], type);
                  if (int64_t lo = type.getIntegerRange().first)
                    code = s.sub(code, s.integer(lo));
                  Value index = arith::IndexCastUIOp::create(
                      s.b, s.loc, s.b.getIndexType(), code);
                  return tensor::ExtractOp::create(s.b, s.loc, table, index);
                }));
    return success();
  }
};

/// Comparisons are counted, one operand of the loops for each threshold.
struct LowerThreshold : OpConversionPattern<ThresholdOp> {
  using OpConversionPattern::OpConversionPattern;

  /// The thresholds number `l` of all channels.
  static Value column(OpBuilder &b, Location loc, Value all, int64_t l) {
    auto type = cast<RankedTensorType>(all.getType());
    int64_t channels = type.getDimSize(0);
    auto flat = RankedTensorType::get({channels}, b.getI32Type());
    DenseIntElementsAttr values;
    if (matchPattern(all, m_Constant(&values))) {
      SmallVector<int32_t> picked;
      for (int64_t c = 0; c < channels; ++c)
        picked.push_back(
            values.getValues<int32_t>()[c * type.getDimSize(1) + l]);
      return arith::ConstantOp::create(
          b, loc, DenseElementsAttr::get(flat, ArrayRef(picked)));
    }
    auto index = [&](int64_t x) -> OpFoldResult { return b.getIndexAttr(x); };
    OpFoldResult offsets[] = {index(0), index(l)},
                 sizes[] = {index(channels), index(1)},
                 strides[] = {index(1), index(1)};
    return tensor::ExtractSliceOp::create(b, loc, flat, all, offsets, sizes,
                                          strides);
  }

  LogicalResult
  matchAndRewrite(ThresholdOp op, OpAdaptor in,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    auto result =
        cast<RankedTensorType>(typeConverter->convertType(op.getType()));
    int64_t rank = result.getRank();
    auto at = cast<RankedTensorType>(op.getThresholds().getType());
    int64_t count = at.getDimSize(1), base = int32_t(op.getBase());
    SmallVector<Operand> operands = {same(in.getInput())};
    for (int64_t l = 0; l < count; ++l)
      operands.push_back(
          alongLast(column(rewriter, loc, in.getThresholds(), l), rank));
    // Where only some channels fall, their counts are turned round by -1.
    std::optional<ArrayRef<bool>> falling = op.getFalling();
    bool any = falling && llvm::is_contained(*falling, true);
    bool mixed = any && llvm::is_contained(*falling, false);
    if (mixed) {
      SmallVector<int32_t> masks;
      for (bool turns : *falling)
        masks.push_back(turns ? -1 : 0);
      auto flat = RankedTensorType::get({int64_t(masks.size())},
                                        rewriter.getI32Type());
      Value mask = arith::ConstantOp::create(
          rewriter, loc, DenseElementsAttr::get(flat, ArrayRef(masks)));
      operands.push_back(alongLast(mask, rank));
    }
    rewriter.replaceOp(
        op,
        buildElementwise(
            rewriter, loc, result, in.getInput(), operands,
            [&](Scalars &s, ValueRange v) -> Value {
              Value sum = s.integer(mixed || !any ? base : base + count);
              Value counted;
              for (int64_t l = 0; l < count; ++l) {
                Value reached = arith::CmpIOp::create(
                    s.b, s.loc, arith::CmpIPredicate::sge, v[0], v[1 + l]);
                reached = arith::ExtUIOp::create(s.b, s.loc, s.b.getI32Type(),
                                                 reached);
                counted = counted ? s.add(counted, reached) : reached;
              }
              if (mixed) {
                Value mask = v[1 + count];
                counted = s.sub(
                    arith::XOrIOp::create(s.b, s.loc, counted, mask), mask);
                Value turned =
                    arith::AndIOp::create(s.b, s.loc, mask, s.integer(count));
                sum = s.add(sum, turned);
              }
              sum = any && !mixed ? s.sub(sum, counted) : s.add(sum, counted);
              return arith::TruncIOp::create(s.b, s.loc,
                                             result.getElementType(), sum);
            }));
    return success();
  }
};

} // namespace

void lowering::populateElementwisePatterns(TypeConverter &converter,
                                           RewritePatternSet &patterns) {
  patterns.add<LowerAdd, LowerMul, LowerClamp, LowerLookup, LowerThreshold>(
      converter, patterns.getContext());
}
