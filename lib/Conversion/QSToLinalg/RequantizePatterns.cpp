//===- RequantizePatterns.cpp - accumulators to codes
//-------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Elementwise.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"
#include "qs/Dialect/QS/IR/QSOps.h"

using namespace mlir;
using namespace qs;
using namespace qs::lowering;

namespace {

/// True where every multiplier is a finite constant, so that products with
/// integers are not NaN.
bool isFinite(Value multiplier) {
  DenseElementsAttr attr;
  return matchPattern(multiplier, m_Constant(&attr)) &&
         llvm::all_of(attr.getValues<APFloat>(),
                      [](const APFloat &v) { return v.isFinite(); });
}

struct LowerRequantize : OpConversionPattern<RequantizeOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(RequantizeOp op, OpAdaptor in,
                  ConversionPatternRewriter &rewriter) const override {
    QuantType from = QuantType::of(op.getInput().getType());
    QuantType type = QuantType::of(op.getType());
    auto result =
        cast<RankedTensorType>(typeConverter->convertType(op.getType()));
    int64_t rank = result.getRank();
    RealToCode to = {op.getRounding(), RoundingOrder::RoundThenAdd,
                     op.getOverflow(), type, !isFinite(op.getMultiplier())};
    rewriter.replaceOp(
        op, buildElementwise(
                rewriter, op.getLoc(), result, in.getInput(),
                {same(in.getInput()), alongLast(in.getMultiplier(), rank),
                 alongLast(in.getInputZp(), rank),
                 alongLast(in.getZeroPoint(), rank)},
                [&](Scalars &s, ValueRange v) {
                  Value x = from ? s.loadCode(v[0], from) : v[0];
                  if (v[2])
                    x = s.sub(x, s.limitZeroPoint(v[2], from));
                  Value real = s.mul(s.toReal(x, s.b.getF32Type()), v[1]);
                  return emitRealToCode(s, real, v[3], to);
                }));
    return success();
  }
};

Value compare(Scalars &s, arith::CmpIPredicate predicate, Value x, Value y) {
  return arith::CmpIOp::create(s.b, s.loc, predicate, x, y);
}
Value shiftLeft(Scalars &s, Value x, Value by) {
  return arith::ShLIOp::create(s.b, s.loc, x, by);
}
Value shiftRight(Scalars &s, Value x, Value by) {
  return arith::ShRSIOp::create(s.b, s.loc, x, by);
}

/// x * 2^-shift, ties up; shift 0 leaves x.
Value shiftHalfUp(Scalars &s, Value x, Value shift) {
  // (1 << shift) >> 1 is half a unit, and 0 for shift 0.
  Value half =
      shiftRight(s, shiftLeft(s, s.integer(1, 64), shift), s.integer(1, 64));
  return shiftRight(s, s.add(x, half), shift);
}

/// x * 2^-shift, rounded by what is cut off: `tieUp` (i1) decides at ties.
Value shiftNearest(Scalars &s, Value x, Value shift,
                   llvm::function_ref<Value(Value down)> tieUp) {
  Value down = shiftRight(s, x, shift);
  Value rest = s.sub(x, shiftLeft(s, down, shift));
  Value half =
      shiftRight(s, shiftLeft(s, s.integer(1, 64), shift), s.integer(1, 64));
  // Where shift is 0, rest and half are 0 and nothing is a tie.
  Value tie = arith::AndIOp::create(
      s.b, s.loc, compare(s, arith::CmpIPredicate::eq, rest, half),
      compare(s, arith::CmpIPredicate::ne, shift, s.integer(0, 64)));
  Value up = arith::OrIOp::create(
      s.b, s.loc, compare(s, arith::CmpIPredicate::sgt, rest, half),
      arith::AndIOp::create(s.b, s.loc, tie, tieUp(down)));
  return s.add(down, arith::ExtUIOp::create(s.b, s.loc, s.b.getI64Type(), up));
}

/// TFLite: saturating rounding doubling high multiply, then a rounding
/// division by a power of two.
Value scaleTFLite(Scalars &s, Value x, Value multiplier, Value shift) {
  auto bounded = [&](Value v) {
    return s.min(s.max(v, s.integer(INT32_MIN, 64)), s.integer(INT32_MAX, 64));
  };
  Value zero = s.integer(0, 64), base = s.integer(31, 64);
  Value left = s.max(s.sub(base, shift), zero);
  Value right = s.max(s.sub(shift, base), zero);
  Value product = s.mul(bounded(shiftLeft(s, x, left)), multiplier);
  Value isNegative = compare(s, arith::CmpIPredicate::slt, product, zero);
  Value nudge = s.select(isNegative, s.integer(1 - (int64_t(1) << 30), 64),
                         s.integer(int64_t(1) << 30, 64));
  product = s.add(product, nudge);
  // A division by 2^31 that cuts toward zero.
  Value bias = s.select(compare(s, arith::CmpIPredicate::slt, product, zero),
                        s.integer((int64_t(1) << 31) - 1, 64), zero);
  // INT32_MIN * INT32_MIN alone leaves the range.
  Value high = s.min(shiftRight(s, s.add(product, bias), base),
                     s.integer(INT32_MAX, 64));
  return shiftNearest(s, high, right, [&](Value) {
    return compare(s, arith::CmpIPredicate::sgt, high, zero);
  });
}

Value scaleFixed(Scalars &s, Value x, Value multiplier, Value shift,
                 FixedRounding rounding) {
  x = s.resize(x, 64);
  multiplier = s.resize(multiplier, 64);
  shift = s.resize(shift, 64);
  if (!constantInt(shift))
    shift = s.min(s.max(shift, s.integer(0, 64)), s.integer(62, 64));
  if (rounding == FixedRounding::TFLite)
    return scaleTFLite(s, x, multiplier, shift);
  Value product = s.mul(x, multiplier);
  if (rounding == FixedRounding::HalfEven)
    return shiftNearest(s, product, shift, [&](Value down) -> Value {
      return arith::TruncIOp::create(s.b, s.loc, s.b.getI1Type(), down);
    });
  if (rounding == FixedRounding::Double) {
    Value nudge = s.select(
        compare(s, arith::CmpIPredicate::sge, x, s.integer(0, 64)),
        s.integer(int64_t(1) << 30, 64), s.integer(-(int64_t(1) << 30), 64));
    product = s.add(product, s.select(compare(s, arith::CmpIPredicate::sgt,
                                              shift, s.integer(31, 64)),
                                      nudge, s.integer(0, 64)));
  }
  return shiftHalfUp(s, product, shift);
}

struct LowerRequantizeFixed : OpConversionPattern<RequantizeFixedOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(RequantizeFixedOp op, OpAdaptor in,
                  ConversionPatternRewriter &rewriter) const override {
    QuantType type = QuantType::of(op.getType());
    auto result =
        cast<RankedTensorType>(typeConverter->convertType(op.getType()));
    int64_t rank = result.getRank();
    rewriter.replaceOp(
        op,
        buildElementwise(
            rewriter, op.getLoc(), result, in.getInput(),
            {same(in.getInput()), alongLast(in.getMultiplier(), rank),
             alongLast(in.getShift(), rank),
             alongLast(in.getZeroPoint(), rank)},
            [&](Scalars &s, ValueRange v) {
              Value scaled = scaleFixed(s, v[0], v[1], v[2], op.getRounding());
              return emitIntegerToCode(s, scaled, v[3], op.getOverflow(), type);
            }));
    return success();
  }
};

} // namespace

void lowering::populateRequantizePatterns(TypeConverter &converter,
                                          RewritePatternSet &patterns) {
  patterns.add<LowerRequantize, LowerRequantizeFixed>(converter,
                                                      patterns.getContext());
}
