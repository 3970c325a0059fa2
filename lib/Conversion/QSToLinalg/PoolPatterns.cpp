//===- PoolPatterns.cpp - pooling
//---------------------------------------------===//
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

using Combine = llvm::function_ref<Value(Scalars &, Value element, Value acc)>;

/// out[n, y, x, c] = combine over the window, starting from `init`. Channels
/// are the innermost loop, so that it vectorizes.
Value buildPool(OpBuilder &b, Location loc, RankedTensorType result,
                Value image, ArrayRef<int64_t> kernel, ArrayRef<int64_t> stride,
                Value init, Combine combine) {
  MLIRContext *ctx = b.getContext();
  SmallVector<OpFoldResult> sizes;
  for (int64_t i = 0; i < 4; ++i) {
    if (!result.isDynamicDim(i)) {
      sizes.push_back(b.getIndexAttr(result.getDimSize(i)));
      continue;
    }
    Value size = tensor::DimOp::create(b, loc, image, i);
    if (i == 1 || i == 2) {
      auto constant = [&](int64_t v) {
        return arith::ConstantIndexOp::create(b, loc, v);
      };
      size = arith::SubIOp::create(b, loc, size, constant(kernel[i - 1]));
      size = arith::DivUIOp::create(b, loc, size, constant(stride[i - 1]));
      size = arith::AddIOp::create(b, loc, size, constant(1));
    }
    sizes.push_back(size);
  }
  Value start = filledTensor(b, loc, result, sizes, init);
  // Gives the loops over the window their bounds; it is never read.
  Value window = tensor::EmptyOp::create(b, loc, kernel, b.getI8Type());
  SmallVector<AffineExpr> d(6);
  bindDimsList(ctx, MutableArrayRef(d)); // n, y, x, ky, kx, c
  auto map = [&](ArrayRef<AffineExpr> exprs) {
    return AffineMap::get(6, 0, exprs, ctx);
  };
  SmallVector<AffineMap> maps = {
      map({d[0], d[1] * stride[0] + d[3], d[2] * stride[1] + d[4], d[5]}),
      map({d[3], d[4]}), map({d[0], d[1], d[2], d[5]})};
  auto parallel = utils::IteratorType::parallel;
  auto reduction = utils::IteratorType::reduction;
  return linalg::GenericOp::create(
             b, loc, result, ValueRange{image, window}, start, maps,
             ArrayRef<utils::IteratorType>{parallel, parallel, parallel,
                                           reduction, reduction, parallel},
             [&](OpBuilder &nested, Location loc, ValueRange v) {
               Scalars s(nested, loc);
               linalg::YieldOp::create(nested, loc, combine(s, v[0], v[2]));
             })
      .getResult(0);
}

struct LowerMaxPool : OpConversionPattern<MaxPool2DOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(MaxPool2DOp op, OpAdaptor in,
                  ConversionPatternRewriter &rewriter) const override {
    auto result =
        cast<RankedTensorType>(typeConverter->convertType(op.getType()));
    int64_t least = QuantType::of(op.getType()).getIntegerRange().first;
    Scalars s(rewriter, op.getLoc());
    Value init = s.integer(least, result.getElementTypeBitWidth());
    // Padded positions hold the smallest code, which never wins: a window
    // without a real position is rejected by the verifier.
    Value image =
        padImage(rewriter, op.getLoc(), in.getInput(), op.getPad(), init);
    rewriter.replaceOp(
        op, buildPool(rewriter, op.getLoc(), result, image, op.getKernel(),
                      op.getStride(), init,
                      [&](Scalars &s, Value x, Value acc) -> Value {
                        if (least < 0)
                          return s.max(x, acc);
                        return arith::MaxUIOp::create(s.b, s.loc, x, acc);
                      }));
    return success();
  }
};

struct LowerSumPool : OpConversionPattern<SumPool2DOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(SumPool2DOp op, OpAdaptor in,
                  ConversionPatternRewriter &rewriter) const override {
    QuantType type = QuantType::of(op.getInput().getType());
    auto result = cast<RankedTensorType>(op.getType());
    Location loc = op.getLoc();
    Scalars s(rewriter, loc);
    Value zeroPoint;
    if (op.getZeroPoint())
      zeroPoint =
          s.limitZeroPoint(scalarOf(rewriter, loc, in.getZeroPoint()), type);
    // Padded positions hold the zero point and so count as zero.
    Value fill = s.storeCode(zeroPoint ? zeroPoint : s.integer(0), type);
    Value image = padImage(rewriter, loc, in.getInput(), op.getPad(), fill);
    rewriter.replaceOp(op,
                       buildPool(rewriter, loc, result, image, op.getKernel(),
                                 op.getStride(), s.integer(0),
                                 [&](Scalars &s, Value x, Value acc) -> Value {
                                   Value code = s.loadCode(x, type);
                                   if (zeroPoint)
                                     code = s.sub(code, zeroPoint);
                                   return s.add(acc, code);
                                 }));
    return success();
  }
};

} // namespace

void lowering::populatePoolPatterns(TypeConverter &converter,
                                    RewritePatternSet &patterns) {
  patterns.add<LowerMaxPool, LowerSumPool>(converter, patterns.getContext());
}
