//===- ConvertTosaToQS.cpp - float linear ops to qs ---------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Dialect/Tosa/Utils/ConversionUtils.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "qs/Conversion/QSToLinalg/QSToLinalg.h"
#include "qs/Conversion/TosaToQS/TosaToQS.h"
#include "qs/Dialect/QS/IR/Names.h"
#include "qs/Dialect/QS/IR/QSOps.h"

namespace qs {
#define GEN_PASS_DEF_CONVERTTOSATOQS
#include "qs/Conversion/TosaToQS/Passes.h.inc"
} // namespace qs

using namespace mlir;
using namespace qs;

static bool isF32(ValueRange values) {
  return llvm::all_of(values, [](Value value) {
    auto type = dyn_cast<RankedTensorType>(value.getType());
    return type && type.getElementType().isF32();
  });
}

/// The bias as [channels], or null where it adds nothing.
static FailureOr<Value> bias(PatternRewriter &rewriter, Value bias,
                             int64_t channels) {
  DenseElementsAttr attr;
  bool constant = matchPattern(bias, m_Constant(&attr));
  if (constant && attr.isSplat()) {
    if (attr.getSplatValue<APFloat>().isZero())
      return Value();
    auto type = RankedTensorType::get(channels, rewriter.getF32Type());
    return arith::ConstantOp::create(rewriter, bias.getLoc(),
                                     cast<TypedAttr>(attr.resizeSplat(type)))
        .getResult();
  }
  if (cast<RankedTensorType>(bias.getType()).getDimSize(0) != channels)
    return failure();
  return bias;
}

namespace {

struct ConvertConv : OpRewritePattern<tosa::Conv2DOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tosa::Conv2DOp op,
                                PatternRewriter &rewriter) const override {
    if (!isF32({op.getInput(), op.getWeight(), op.getBias(), op.getOutput()}))
      return rewriter.notifyMatchFailure(op, "not f32");
    auto weight = cast<RankedTensorType>(op.getWeight().getType());
    FailureOr<Value> added = bias(rewriter, op.getBias(), weight.getDimSize(0));
    if (failed(added))
      return rewriter.notifyMatchFailure(op, "bias of another size");
    rewriter.replaceOpWithNewOp<Conv2DOp>(
        op, op.getType(), op.getInput(), op.getWeight(), Value(), Value(),
        *added, op.getPad(), op.getStride(), op.getDilation(), 1);
    return success();
  }
};

struct ConvertDepthwise : OpRewritePattern<tosa::DepthwiseConv2DOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tosa::DepthwiseConv2DOp op,
                                PatternRewriter &rewriter) const override {
    if (!isF32({op.getInput(), op.getWeight(), op.getBias(), op.getOutput()}))
      return rewriter.notifyMatchFailure(op, "not f32");
    auto weight = cast<RankedTensorType>(op.getWeight().getType());
    ElementsAttr attr;
    if (!weight.hasStaticShape() || !matchPattern(op.getWeight(), m_Constant(&attr)))
      return rewriter.notifyMatchFailure(op, "weights are not constant");
    // [KH, KW, C, M] to [C * M, KH, KW, 1].
    int64_t channels = weight.getDimSize(2);
    int64_t outputs = channels * weight.getDimSize(3);
    auto type = weight.clone(
        {outputs, weight.getDimSize(0), weight.getDimSize(1), 1});
    FailureOr<Value> added = bias(rewriter, op.getBias(), outputs);
    TypedAttr moved = foldTranspose(attr, {2, 3, 0, 1}, type);
    if (failed(added) || !moved)
      return rewriter.notifyMatchFailure(op, "bias or weights without data");
    Value value = arith::ConstantOp::create(rewriter, op.getLoc(), moved);
    rewriter.replaceOpWithNewOp<Conv2DOp>(
        op, op.getType(), op.getInput(), value, Value(), Value(), *added,
        op.getPad(), op.getStride(), op.getDilation(), channels);
    return success();
  }
};

struct ConvertMatmul : OpRewritePattern<tosa::MatMulOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tosa::MatMulOp op,
                                PatternRewriter &rewriter) const override {
    if (!isF32({op.getA(), op.getB(), op.getOutput()}))
      return rewriter.notifyMatchFailure(op, "not f32");
    auto type = cast<RankedTensorType>(op.getB().getType());
    Value rhs = op.getB();
    ElementsAttr attr;
    if (type.getDimSize(0) == 1 && type.hasStaticShape() &&
        matchPattern(rhs, m_Constant(&attr))) {
      // Weights shared by the batch have no axis for it.
      TypedAttr flat = foldTranspose(
          attr, {0, 1, 2}, type.clone({type.getDimSize(1), type.getDimSize(2)}));
      if (flat)
        rhs = arith::ConstantOp::create(rewriter, op.getLoc(), flat);
    }
    rewriter.replaceOpWithNewOp<MatmulOp>(op, op.getType(), op.getA(), rhs,
                                          Value(), Value(), Value(), false);
    return success();
  }
};

/// What a slice keeps from the front of each axis, and what it slices.
static std::optional<std::pair<Value, SmallVector<int64_t>>>
matchFrontSlice(Value value) {
  Operation *op = value.getDefiningOp();
  if (!op)
    return std::nullopt;
  auto allAre = [](ArrayRef<int64_t> values, int64_t expected) {
    return llvm::all_of(values, [&](int64_t v) { return v == expected; });
  };
  if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op)) {
    if (slice.getSourceType().getRank() != 4 || slice.getType().getRank() != 4 ||
        !allAre(slice.getStaticOffsets(), 0) ||
        !allAre(slice.getStaticStrides(), 1))
      return std::nullopt;
    return std::pair(Value(slice.getSource()),
                     SmallVector<int64_t>(slice.getStaticSizes()));
  }
  auto slice = dyn_cast<tosa::SliceOp>(op);
  SmallVector<int64_t> start;
  if (!slice || !tosa::getConstShapeValues(slice.getStart().getDefiningOp(), start) ||
      !allAre(start, 0))
    return std::nullopt;
  auto shape = cast<RankedTensorType>(slice.getType()).getShape();
  return std::pair(Value(slice.getInput1()), SmallVector<int64_t>(shape));
}

/// TOSA has no convolution that leaves rows of its input unread; front ends cut
/// them off. qs.conv2d rounds down, so the cut is not needed.
struct DropSlice : OpRewritePattern<Conv2DOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(Conv2DOp op,
                                PatternRewriter &rewriter) const override {
    auto match = matchFrontSlice(op.getInput());
    if (!match)
      return failure();
    auto [source, kept] = *match;
    auto type = cast<RankedTensorType>(source.getType());
    auto weight = cast<RankedTensorType>(op.getWeight().getType());
    auto result = cast<RankedTensorType>(op.getType());
    if (!type.hasStaticShape() || !weight.hasStaticShape() ||
        !result.hasStaticShape() || kept[0] != type.getDimSize(0) ||
        kept[3] != type.getDimSize(3))
      return failure();
    for (int64_t i : {0, 1}) {
      // Padding behind the cut would take the place of what was cut off.
      if (kept[1 + i] != type.getDimSize(1 + i) && op.getPad()[2 * i + 1] != 0)
        return failure();
      int64_t span = type.getDimSize(1 + i) + op.getPad()[2 * i] +
                     op.getPad()[2 * i + 1] -
                     op.getDilation()[i] * (weight.getDimSize(1 + i) - 1) - 1;
      if (span / op.getStride()[i] + 1 != result.getDimSize(1 + i))
        return failure();
    }
    rewriter.modifyOpInPlace(op,
                             [&, s = source] { op.getInputMutable().assign(s); });
    return success();
  }
};

struct ConvertTosaToQSPass
    : qs::impl::ConvertTosaToQSBase<ConvertTosaToQSPass> {
  using ConvertTosaToQSBase::ConvertTosaToQSBase;
  void runOnOperation() override {
    auto count = [&] {
      unsigned n = 0;
      getOperation().walk([&](Operation *op) {
        n += isa<tosa::Conv2DOp, tosa::DepthwiseConv2DOp, tosa::MatMulOp>(op);
      });
      return n;
    };
    unsigned before = count();
    RewritePatternSet patterns(&getContext());
    populateTosaToQSPatterns(patterns);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      return signalPassFailure();
    numConverted += before - count();
    getOperation().walk([&](Operation *op) {
      if (isa<tosa::Conv2DOp, tosa::DepthwiseConv2DOp, tosa::MatMulOp>(op))
        remark::missed(op->getLoc(),
                       remark::RemarkOpts::name("convert-tosa-to-qs")
                           .category("qs")
                           .function(getOperation().getSymName()))
            << remark::detail::Remark::Arg("Layer", getLayerName(op))
            << remark::detail::Remark::Arg("Op", op->getName().getStringRef())
            << remark::detail::Remark::Arg(
                   "Reason", "only f32, depthwise with constant weights and a "
                             "bias of one or all channels, is converted");
    });
  }
};

} // namespace

void qs::populateTosaToQSPatterns(RewritePatternSet &patterns) {
  patterns.add<ConvertConv, ConvertDepthwise, ConvertMatmul, DropSlice>(
      patterns.getContext());
}
