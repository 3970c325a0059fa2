//===- ElementwiseOps.cpp - elementwise, pooling, tables ----------*- C++
//-*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "VerifyUtils.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace qs;

static ShapedType shapedOf(Value value) {
  return cast<ShapedType>(value.getType());
}

/// Equal ranks; along each axis equal sizes or 1.
static LogicalResult verifyBroadcast(Operation *op, StringRef label, Value lhs,
                                     Value rhs, Value result) {
  ArrayRef<int64_t> a = shapedOf(lhs).getShape(), b = shapedOf(rhs).getShape(),
                    out = shapedOf(result).getShape();
  bool fits = a.size() == b.size() && a.size() == out.size();
  for (size_t i = 0; fits && i < a.size(); ++i) {
    int64_t expected = a[i] == 1 ? b[i] : a[i];
    fits = (a[i] == 1 || b[i] == 1 || shapesMatch(a[i], b[i])) &&
           shapesMatch(expected, out[i]);
  }
  if (!fits)
    return op->emitOpError()
           << "(" << label << ") expected shapes that broadcast, found "
           << shapeText(a) << ", " << shapeText(b) << " and " << shapeText(out);
  return success();
}

template <typename OpTy>
static LogicalResult verifyBinary(OpTy op, StringRef prefix) {
  auto label = [&](int n) { return (prefix + Twine(n)).str(); };
  if (failed(verifyBroadcast(op, label(1), op.getLhs(), op.getRhs(),
                             op.getResult())))
    return failure();
  for (Value value :
       {Value(op.getLhs()), Value(op.getRhs()), Value(op.getResult())})
    if (failed(verifyIntegerCode(op, label(2), value.getType())))
      return failure();
  return failure(
      failed(verifyZeroPoint(op, label(4), "lhs_zp", op.getLhsZp(),
                             QuantType::of(op.getLhs().getType()))) ||
      failed(verifyZeroPoint(op, label(4), "rhs_zp", op.getRhsZp(),
                             QuantType::of(op.getRhs().getType()))) ||
      failed(verifyZeroPoint(op, label(4), "zero point", op.getZeroPoint(),
                             QuantType::of(op.getType()))) ||
      failed(verifyRounding(op, label(5), op.getRounding())));
}

LogicalResult AddOp::verify() {
  return failure(failed(verifyBinary(*this, "A")) ||
                 failed(verifyMultiplier(*this, "A3", "A3", getLhsMultiplier(),
                                         {}, true)) ||
                 failed(verifyMultiplier(*this, "A3", "A3", getRhsMultiplier(),
                                         {}, true)));
}

LogicalResult MulOp::verify() {
  return failure(
      failed(verifyBinary(*this, "MU")) ||
      failed(verifyMultiplier(*this, "MU3", "MU3", getMultiplier(), {}, true)));
}

//===----------------------------------------------------------------------===//
// ClampOp
//===----------------------------------------------------------------------===//

LogicalResult ClampOp::verify() {
  if (failed(verifyIntegerCode(*this, "CL1", getType())))
    return failure();
  auto [lo, hi] = QuantType::of(getType()).getIntegerRange();
  int64_t min = int32_t(getMin()), max = int32_t(getMax());
  if (min > max || min < lo || max > hi)
    return emitOpError() << "(CL2) expected min <= max in the range " << lo
                         << ".." << hi << ", found " << min << " and " << max;
  return success();
}

/// A clamp to the code's whole range is the identity.
OpFoldResult ClampOp::fold(FoldAdaptor) {
  auto [lo, hi] = QuantType::of(getType()).getIntegerRange();
  if (int32_t(getMin()) == lo && int32_t(getMax()) == hi)
    return getInput();
  return {};
}

namespace {
/// clamp(clamp(x, a, b), c, d) is one clamp.
struct MergeClamps : OpRewritePattern<ClampOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ClampOp op,
                                PatternRewriter &rewriter) const override {
    auto inner = op.getInput().getDefiningOp<ClampOp>();
    if (!inner)
      return failure();
    int32_t lo = op.getMin(), hi = op.getMax();
    int32_t min = std::clamp(int32_t(inner.getMin()), lo, hi);
    int32_t max = std::clamp(int32_t(inner.getMax()), lo, hi);
    rewriter.replaceOpWithNewOp<ClampOp>(op, op.getType(), inner.getInput(),
                                         min, max);
    return success();
  }
};
} // namespace

void ClampOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                          MLIRContext *context) {
  patterns.add<MergeClamps>(context);
}

//===----------------------------------------------------------------------===//
// LookupOp
//===----------------------------------------------------------------------===//

LogicalResult LookupOp::verify() {
  if (failed(verifySameShape(*this, getInput().getType(), getType(), "L1")) ||
      failed(verifyIntegerCode(*this, "L2", getInput().getType())))
    return failure();
  auto table = cast<RankedTensorType>(getTable().getType());
  int64_t entries = int64_t(1) << QuantType::of(getInput().getType()).getBits();
  if (table.getRank() != 1 || !shapesMatch(table.getShape(), entries))
    return emitOpError() << "(L2) expected a table of " << entries
                         << " entries, found " << table;
  if (table.getElementType() != getElementTypeOrSelf(getType()))
    return emitOpError() << "(L3) expected a table of "
                         << getElementTypeOrSelf(getType()) << ", found "
                         << table.getElementType();
  return success();
}

//===----------------------------------------------------------------------===//
// ThresholdOp
//===----------------------------------------------------------------------===//

LogicalResult ThresholdOp::verify() {
  if (failed(verifySameShape(*this, getInput().getType(), getType(), "TH1")))
    return failure();
  auto input = cast<RankedTensorType>(getInput().getType());
  if (input.getRank() == 0)
    return emitOpError() << "(TH1) expected a rank of at least 1, found 0";
  auto thresholds = cast<RankedTensorType>(getThresholds().getType());
  int64_t channels = input.getShape().back();
  if (ShapedType::isDynamic(channels) || !thresholds.hasStaticShape() ||
      thresholds.getRank() != 2 || thresholds.getDimSize(0) != channels ||
      thresholds.getDimSize(1) < 1 || thresholds.getDimSize(1) > 255)
    return emitOpError() << "(TH2) expected thresholds [C, 1 to 255], C the "
                            "last size of "
                         << shapeText(input.getShape()) << ", found "
                         << thresholds;
  QuantType type = QuantType::of(getType());
  int64_t base = int32_t(getBase()), last = base + thresholds.getDimSize(1);
  if (type.isInteger()) {
    auto [lo, hi] = type.getIntegerRange();
    if (base < lo || last > hi)
      return emitOpError() << "(TH3) expected levels of " << lo << ".." << hi
                           << ", found " << base << ".." << last;
  } else {
    std::unique_ptr<num::Code> code = type.getCode().getArithmetic();
    for (int64_t word = base; word <= last; ++word)
      if (word < 0 || word >= int64_t(code->numPatterns()) ||
          !code->isLegal(uint32_t(word)))
        return emitOpError()
               << "(TH3) expected words of " << type.getCode().getCodeName()
               << ", found " << base << ".." << last;
  }
  if (getFalling() && int64_t(getFalling()->size()) != channels)
    return emitOpError() << "(TH4) expected falling for " << channels
                         << " channels, found " << getFalling()->size();
  DenseIntElementsAttr values;
  if (!matchPattern(getThresholds(), m_Constant(&values)) || channels == 0)
    return success();
  SmallVector<int32_t> at(values.getValues<int32_t>());
  int64_t count = thresholds.getDimSize(1);
  for (int64_t c = 0; c < channels; ++c)
    if (!llvm::is_sorted(ArrayRef(at).slice(c * count, count)))
      return emitOpError() << "(TH5) expected thresholds that ascend, found "
                              "others in channel "
                           << c;
  return success();
}

//===----------------------------------------------------------------------===//
// Pooling
//===----------------------------------------------------------------------===//

static LogicalResult verifyPool(Operation *op, ShapedType in, ShapedType out,
                                ArrayRef<int64_t> kernel,
                                ArrayRef<int64_t> stride,
                                ArrayRef<int64_t> pad) {
  if (in.getRank() != 4 || out.getRank() != 4)
    return op->emitOpError()
           << "(P1) expected tensors of rank 4, found "
           << shapeText(in.getShape()) << " and " << shapeText(out.getShape());
  if (failed(verifyInts(op, "P2", "kernel", kernel, 2, 1)) ||
      failed(verifyInts(op, "P2", "stride", stride, 2, 1)) ||
      failed(verifyInts(op, "P2", "pad", pad, 4, 0)))
    return failure();
  for (int i = 0; i < 4; ++i)
    if (pad[i] >= kernel[i / 2])
      return op->emitOpError() << "(P2) expected a pad smaller than the kernel "
                               << kernel[i / 2] << ", found " << pad[i];
  SmallVector<int64_t> shape = {in.getDimSize(0)};
  for (int i : {0, 1})
    shape.push_back(windowedSize(in.getDimSize(1 + i), pad[2 * i],
                                 pad[2 * i + 1], kernel[i], stride[i], 1));
  shape.push_back(in.getDimSize(3));
  if (!shapesMatch(shape, out.getShape()))
    return op->emitOpError()
           << "(P3) expected a result of shape " << shapeText(shape)
           << ", found " << shapeText(out.getShape());
  return success();
}

LogicalResult MaxPool2DOp::verify() {
  if (failed(verifyPool(*this, shapedOf(getInput()), shapedOf(getResult()),
                        getKernel(), getStride(), getPad())) ||
      failed(verifyIntegerCode(*this, "P4", getInput().getType())))
    return failure();
  if (QuantType::of(getInput().getType()) != QuantType::of(getType()))
    return emitOpError() << "(P4) expected one element type, found "
                         << getInput().getType() << " and " << getType();
  return success();
}

LogicalResult SumPool2DOp::verify() {
  return failure(
      failed(verifyPool(*this, shapedOf(getInput()), shapedOf(getResult()),
                        getKernel(), getStride(), getPad())) ||
      failed(verifyIntegerCode(*this, "SP4", getInput().getType())) ||
      failed(verifyZeroPoint(*this, "SP5", "zero point", getZeroPoint(),
                             QuantType::of(getInput().getType()))));
}
