//===- CastPatterns.cpp - casts of storage, other ops' types
//------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Elementwise.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "qs/Dialect/QS/IR/QSOps.h"

using namespace mlir;
using namespace qs;
using namespace qs::lowering;

namespace {

/// Words of less than a byte are widened: compiled code keeps one code value a
/// byte or two. Constants are widened here, not at run time.
struct LowerStorageCast : OpConversionPattern<StorageCastOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(StorageCastOp op, OpAdaptor in,
                  ConversionPatternRewriter &rewriter) const override {
    auto result =
        cast<RankedTensorType>(typeConverter->convertType(op.getType()));
    auto input = cast<RankedTensorType>(in.getInput().getType());
    if (input.getElementType() == result.getElementType()) {
      Value value = in.getInput();
      if (input != result)
        value = tensor::CastOp::create(rewriter, op.getLoc(), result, value);
      rewriter.replaceOp(op, value);
      return success();
    }
    QuantType quant = QuantType::of(op.getType());
    if (!quant)
      quant = QuantType::of(op.getInput().getType());
    bool isSigned = quant.getIntegerRange().first < 0;
    unsigned bits = result.getElementTypeBitWidth();
    DenseElementsAttr attr;
    if (matchPattern(in.getInput(), m_Constant(&attr))) {
      auto convert = [&](const APInt &v) {
        return isSigned ? v.sextOrTrunc(bits) : v.zextOrTrunc(bits);
      };
      auto folded = attr.mapValues(result.getElementType(), convert);
      rewriter.replaceOpWithNewOp<arith::ConstantOp>(op, folded);
      return success();
    }
    rewriter.replaceOp(
        op, buildElementwise(
                rewriter, op.getLoc(), result, in.getInput(),
                {same(in.getInput())}, [&](Scalars &s, ValueRange v) -> Value {
                  Type to = result.getElementType();
                  if (bits < input.getElementTypeBitWidth())
                    return arith::TruncIOp::create(s.b, s.loc, to, v[0]);
                  if (isSigned)
                    return arith::ExtSIOp::create(s.b, s.loc, to, v[0]);
                  return arith::ExtUIOp::create(s.b, s.loc, to, v[0]);
                }));
    return success();
  }
};

/// Ops of other dialects (shapes, control flow) keep everything but types.
struct ConvertTypes : ConversionPattern {
  ConvertTypes(TypeConverter &converter, MLIRContext *ctx)
      : ConversionPattern(converter, MatchAnyOpTypeTag(), 0, ctx) {}
  LogicalResult
  matchAndRewrite(Operation *op, ArrayRef<Value> operands,
                  ConversionPatternRewriter &rewriter) const override {
    if (op->getName().getDialectNamespace() == QSDialect::getDialectNamespace())
      return failure();
    SmallVector<Type> results;
    if (failed(typeConverter->convertTypes(op->getResultTypes(), results)))
      return failure();
    OperationState state(op->getLoc(), op->getName(), operands, results,
                         op->getAttrs(), op->getSuccessors());
    for (Region &region : op->getRegions()) {
      Region *copy = state.addRegion();
      rewriter.inlineRegionBefore(region, *copy, copy->begin());
      if (failed(rewriter.convertRegionTypes(copy, *typeConverter)))
        return failure();
    }
    rewriter.replaceOp(op, rewriter.create(state)->getResults());
    return success();
  }
};

} // namespace

void lowering::populateCastPatterns(TypeConverter &converter,
                                    RewritePatternSet &patterns) {
  patterns.add<LowerStorageCast, ConvertTypes>(converter,
                                               patterns.getContext());
}
