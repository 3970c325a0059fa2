//===- QuantPatterns.cpp - quantize, dequantize, choose_params
//----------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Elementwise.h"
#include "Tables.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "qs/Conversion/QSToLinalg/Rounder.h"
#include "qs/Dialect/QS/IR/QSOps.h"
#include "qs/Numerics/Reach.h"
#include <cfloat>

using namespace mlir;
using namespace qs;
using namespace qs::lowering;

namespace {

/// The type that a float tensor is computed in.
Type computeType(Type element) {
  Builder b(element.getContext());
  return element.isF64() ? b.getF64Type() : b.getF32Type();
}

/// scale * (code - zero point) in `result`'s precision.
Value emitDequantize(Scalars &s, const Decoder &decoder, Value word,
                     Value scale, Value zeroPoint, Value row, QuantType from,
                     Type result) {
  Type type = computeType(result);
  Value number;
  if (zeroPoint)
    number = s.toReal(s.sub(s.loadCode(word, from), s.limitZeroPoint(zeroPoint, from)), type);
  else
    number = decoder.decode(s, word, row);
  return s.narrow(s.mul(number, s.widen(scale, type)), result);
}

/// How one op makes words of reals.
struct WordMaker {
  RealToCode integer;
  std::optional<Encoder> other;

  template <typename OpTy>
  WordMaker(OpBuilder &b, OpTy op, QuantType type, Type real)
      : integer{op.getRounding(), op.getOrder(), op.getOverflow(), type, true} {
    if (std::unique_ptr<num::Code> code = boundCode(type, op.getCodebook());
        code && !type.isInteger())
      other.emplace(b, op.getLoc(), *code,
                    static_cast<num::Rounding>(op.getRounding()), real, type);
  }
  bool isKnown() const { return integer.type.isInteger() || other; }

  /// x / scale to a code word.
  Value emit(Scalars &s, Value x, Value scale, Value zeroPoint) const {
    Type type = computeType(x.getType());
    Value ratio = s.div(s.widen(x, type), s.widen(scale, type));
    return other ? other->encode(s, ratio)
                 : emitRealToCode(s, ratio, zeroPoint, integer);
  }
};

/// Words that are rounded with the random bits of their element.
class RandomWordMaker {
public:
  RandomWordMaker(OpBuilder &b, QuantizeOp op, const num::Code &code, Type real)
      : type(QuantType::of(op.getType())), seed(*op.getSeed()),
        shape(cast<ShapedType>(op.getType()).getShape()) {
    if (type.isInteger())
      return;
    for (num::Rounding rounding :
         {num::Rounding::Floor, num::Rounding::Ceil, num::Rounding::HalfEven})
      encoders.emplace_back(b, op.getLoc(), code, rounding, real, type);
    decoder.emplace(b, op.getLoc(), type, op.getCodebook(), b.getF64Type());
  }

  Value emit(Scalars &s, Value x, Value scale, Value zeroPoint) const {
    Type real = computeType(x.getType());
    Value ratio = s.div(s.widen(x, real), s.widen(scale, real));
    return type.isInteger() ? emitInteger(s, ratio, zeroPoint)
                            : emitOther(s, ratio);
  }

private:
  Value emitRandom(Scalars &s) const {
    Value element = s.integer(0, 64);
    for (auto [i, size] : llvm::enumerate(shape)) {
      Value index = arith::IndexCastOp::create(
          s.b, s.loc, s.b.getI64Type(),
          linalg::IndexOp::create(s.b, s.loc, int64_t(i)));
      element = s.add(s.mul(element, s.integer(size, 64)), index);
    }
    return emitRandomBits(s, s.integer(seed, 64), element);
  }
  static Value compare(Scalars &s, arith::CmpFPredicate predicate, Value x,
                       Value y) {
    return arith::CmpFOp::create(s.b, s.loc, predicate, x, y);
  }

  /// The integer below, or with the probability of the fraction the next one.
  Value emitInteger(Scalars &s, Value ratio, Value zeroPoint) const {
    Type f64 = s.b.getF64Type();
    // Beyond 2^21 every number saturates, whatever the zero point.
    Value x = s.widen(s.zeroNaN(ratio), f64);
    x = s.min(s.max(x, s.real(-0x1p21, f64)), s.real(0x1p21, f64));
    Value level = s.roundSmall(x, RoundingMode::Floor);
    Value up = emitIsBelow(s, emitRandom(s), s.sub(x, s.toReal(level, f64)));
    level =
        s.add(level, arith::ExtUIOp::create(s.b, s.loc, level.getType(), up));
    if (zeroPoint)
      level = s.add(level, s.limitZeroPoint(zeroPoint, type));
    auto [lo, hi] = type.getIntegerRange();
    level = s.min(s.max(level, s.integer(lo)), s.integer(hi));
    return s.storeCode(level, type);
  }

  /// As num::encodeStochastic().
  Value emitOther(Scalars &s, Value ratio) const {
    Value below = encoders[0].encode(s, ratio);
    Value above = encoders[1].encode(s, ratio);
    Value x = s.widen(ratio, s.b.getF64Type());
    Value lo = decoder->decode(s, below, Value());
    Value hi = decoder->decode(s, above, Value());
    Value up =
        emitIsBelow(s, emitRandom(s), s.div(s.sub(x, lo), s.sub(hi, lo)));
    for (Value inside : {compare(s, arith::CmpFPredicate::OLT, lo, x),
                         compare(s, arith::CmpFPredicate::OLT, x, hi)})
      up = arith::AndIOp::create(s.b, s.loc, up, inside);
    Value isNaN = compare(s, arith::CmpFPredicate::UNO, x, x);
    return s.select(isNaN, encoders[2].encode(s, ratio),
                    s.select(up, above, below));
  }

  QuantType type;
  int64_t seed;
  SmallVector<int64_t> shape;
  SmallVector<Encoder, 3> encoders; // Down, up, nearest.
  std::optional<Decoder> decoder;
};

constexpr char noEncoder[] =
    "run-time quantization needs one constant codebook for the tensor";

/// The zero point among the operands of the adapted op, or null.
template <typename OpTy, typename Adaptor>
Value zeroPointOf(OpTy op, Adaptor in) {
  return op.getZeroPoint() ? in.getCodeParam() : Value();
}

struct LowerQuantize : OpConversionPattern<QuantizeOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(QuantizeOp op, OpAdaptor in,
                  ConversionPatternRewriter &rewriter) const override {
    QuantType type = QuantType::of(op.getType());
    auto result =
        cast<RankedTensorType>(typeConverter->convertType(op.getType()));
    int64_t rank = result.getRank();
    Type real = computeType(getElementTypeOrSelf(in.getInput()));
    std::optional<RandomWordMaker> random;
    std::optional<WordMaker> plain;
    if (op.getSeed()) {
      std::unique_ptr<num::Code> code = boundCode(type, op.getCodebook());
      if (!code)
        return op.emitOpError() << noEncoder;
      if (!result.hasStaticShape())
        return op.emitOpError() << "stochastic rounding needs a static shape";
      random.emplace(rewriter, op, *code, real);
    } else {
      plain.emplace(rewriter, op, type, real);
      if (!plain->isKnown())
        return op.emitOpError() << noEncoder;
    }
    rewriter.replaceOp(
        op, buildElementwise(rewriter, op.getLoc(), result, in.getInput(),
                             {same(in.getInput()),
                              parameter(in.getScale(), type, rank),
                              parameter(zeroPointOf(op, in), type, rank)},
                             [&](Scalars &s, ValueRange v) {
                               return random ? random->emit(s, v[0], v[1], v[2])
                                             : plain->emit(s, v[0], v[1], v[2]);
                             }));
    return success();
  }
};

struct LowerDequantize : OpConversionPattern<DequantizeOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(DequantizeOp op, OpAdaptor in,
                  ConversionPatternRewriter &rewriter) const override {
    QuantType type = QuantType::of(op.getInput().getType());
    auto result = cast<RankedTensorType>(op.getType());
    int64_t rank = result.getRank();
    Value codebook = op.getCodebook() ? in.getCodeParam() : Value();
    Decoder decoder(rewriter, op.getLoc(), type, codebook,
                    computeType(result.getElementType()));
    rewriter.replaceOp(
        op, buildElementwise(rewriter, op.getLoc(), result, in.getInput(),
                             {same(in.getInput()),
                              parameter(in.getScale(), type, rank),
                              parameter(zeroPointOf(op, in), type, rank),
                              decoder.rows(rank)},
                             [&](Scalars &s, ValueRange v) {
                               return emitDequantize(s, decoder, v[0], v[1],
                                                     v[2], v[3], type,
                                                     result.getElementType());
                             }));
    return success();
  }
};

struct LowerFakeQuantize : OpConversionPattern<FakeQuantizeOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(FakeQuantizeOp op, OpAdaptor in,
                  ConversionPatternRewriter &rewriter) const override {
    auto type = cast<QuantType>(op.getQuantType());
    auto result = cast<RankedTensorType>(op.getType());
    int64_t rank = result.getRank();
    Type real = computeType(result.getElementType());
    WordMaker words(rewriter, op, type, real);
    if (!words.isKnown())
      return op.emitOpError() << noEncoder;
    Value codebook = op.getCodebook() ? in.getCodeParam() : Value();
    Decoder decoder(rewriter, op.getLoc(), type, codebook, real);
    rewriter.replaceOp(
        op, buildElementwise(
                rewriter, op.getLoc(), result, in.getInput(),
                {same(in.getInput()), parameter(in.getScale(), type, rank),
                 parameter(zeroPointOf(op, in), type, rank)},
                [&](Scalars &s, ValueRange v) {
                  Value word = words.emit(s, v[0], v[1], v[2]);
                  return emitDequantize(s, decoder, word, v[1], v[2], Value(),
                                        type, result.getElementType());
                }));
    return success();
  }
};

/// Smallest and largest element (with 0) for each scale of `type`, NaNs left
/// out, as f32 of the scales' shape.
std::pair<Value, Value> buildRange(OpBuilder &b, Location loc, Value input,
                                   QuantType type, RankedTensorType result) {
  int64_t rank = cast<RankedTensorType>(input.getType()).getRank();
  Type f32 = b.getF32Type();
  Value zero = arith::ConstantOp::create(b, loc, b.getF32FloatAttr(0));
  SmallVector<OpFoldResult> sizes =
      getAsIndexOpFoldResult(b.getContext(), result.getShape());
  Value init = filledTensor(b, loc, result, sizes, zero);
  AffineMap map = parameter(init, type, rank).map;
  SmallVector<AffineMap> maps = {
      AffineMap::getMultiDimIdentityMap(rank, b.getContext()), map, map};
  SmallVector<utils::IteratorType> iterators(rank,
                                             utils::IteratorType::reduction);
  if (result.getRank() == 1)
    iterators[type.getScale().getScaledAxis()] = utils::IteratorType::parallel;
  auto generic = linalg::GenericOp::create(
      b, loc, TypeRange{result, result}, ValueRange{input},
      ValueRange{init, init}, maps, iterators,
      [&](OpBuilder &nested, Location loc, ValueRange v) {
        Scalars s(nested, loc);
        // An f64 beyond f32 becomes an infinity, which is clamped later.
        Value x = s.narrow(s.widen(v[0], computeType(v[0].getType())), f32);
        // x is the first operand: where it is NaN the accumulator stays.
        linalg::YieldOp::create(nested, loc,
                                ValueRange{s.min(x, v[1]), s.max(x, v[2])});
      });
  return {generic.getResult(0), generic.getResult(1)};
}

/// Scale and zero point for the elements between `min` and `max`.
std::pair<Value, Value> emitParams(Scalars &s, OpBuilder &b, Location loc,
                                   QuantType type, bool symmetric, Value min,
                                   Value max) {
  Type f32 = b.getF32Type();
  auto finite = [&](Value x) {
    return s.min(s.max(x, s.real(-FLT_MAX, f32)), s.real(FLT_MAX, f32));
  };
  auto greater = [&](Value x, Value y) -> Value {
    return arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OGT, x, y);
  };
  min = finite(min);
  max = finite(max);
  Value zero = s.real(0, f32), one = s.real(1, f32);
  Value smallest = s.real(FLT_MIN, f32);
  if (!type.isInteger()) {
    // As num::chooseScale().
    num::Reach reach = num::reachOf(*type.getCode().getArithmetic());
    Value scale = zero;
    if (reach.most > 0)
      scale = s.max(s.div(max, s.real(reach.most, f32)), scale);
    if (reach.least < 0)
      scale = s.max(s.div(min, s.real(reach.least, f32)), scale);
    Value legal = s.min(s.max(scale, smallest), s.real(FLT_MAX, f32));
    return {s.select(greater(scale, zero), legal, one), s.integer(0)};
  }
  auto [lo, hi] = type.getIntegerRange();
  if (symmetric) {
    Value amax = s.max(max, s.sub(zero, min));
    Value steps = s.real(std::max<int64_t>(hi, 1), f32);
    Value scale = s.max(s.div(amax, steps), smallest);
    return {s.select(greater(amax, zero), scale, one), s.integer(0)};
  }
  Value steps = s.real(hi - lo, f32);
  Value width = s.sub(max, min);
  // The difference may overflow where the quotient does not.
  Value wide = s.sub(s.div(max, steps), s.div(min, steps));
  Value usual = s.max(s.div(width, steps), smallest);
  Value scale = s.select(greater(width, s.real(FLT_MAX, f32)), wide, usual);
  scale = s.select(greater(width, zero), scale, one);
  Value real = s.sub(s.real(lo, f32), s.div(min, scale));
  real = s.min(s.max(real, s.real(lo, f32)), s.real(hi, f32));
  return {scale, s.roundSmall(real, RoundingMode::HalfEven)};
}

struct LowerChooseParams : OpConversionPattern<ChooseParamsOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(ChooseParamsOp op, OpAdaptor in,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    auto type = cast<QuantType>(op.getQuantType());
    auto scaleType = cast<RankedTensorType>(op.getScale().getType());
    auto zeroType = cast<RankedTensorType>(op.getZeroPoint().getType());
    auto [least, most] =
        buildRange(rewriter, loc, in.getInput(), type, scaleType);
    auto params = [&](Scalars &s, OpBuilder &b, Location loc, Value min,
                      Value max) {
      return emitParams(s, b, loc, type, op.getSymmetric(), min, max);
    };
    if (scaleType.getRank() == 0) {
      Scalars s(rewriter, loc);
      auto [scale, zeroPoint] =
          params(s, rewriter, loc, scalarOf(rewriter, loc, least),
                 scalarOf(rewriter, loc, most));
      rewriter.replaceOp(
          op,
          {tensor::FromElementsOp::create(rewriter, loc, scaleType, scale),
           tensor::FromElementsOp::create(rewriter, loc, zeroType, zeroPoint)});
      return success();
    }
    AffineMap each = rewriter.getMultiDimIdentityMap(1);
    SmallVector<OpFoldResult> sizes =
        getAsIndexOpFoldResult(rewriter.getContext(), scaleType.getShape());
    auto generic = linalg::GenericOp::create(
        rewriter, loc, TypeRange{scaleType, zeroType}, ValueRange{least, most},
        ValueRange{emptyTensor(rewriter, loc, scaleType, sizes),
                   emptyTensor(rewriter, loc, zeroType, sizes)},
        SmallVector<AffineMap>(4, each),
        SmallVector<utils::IteratorType>{utils::IteratorType::parallel},
        [&](OpBuilder &nested, Location loc, ValueRange v) {
          Scalars s(nested, loc);
          auto [scale, zeroPoint] = params(s, nested, loc, v[0], v[1]);
          linalg::YieldOp::create(nested, loc, ValueRange{scale, zeroPoint});
        });
    rewriter.replaceOp(op, generic.getResults());
    return success();
  }
};

} // namespace

void lowering::populateQuantPatterns(TypeConverter &converter,
                                     RewritePatternSet &patterns) {
  patterns.add<LowerQuantize, LowerDequantize, LowerFakeQuantize,
               LowerChooseParams>(converter, patterns.getContext());
}
