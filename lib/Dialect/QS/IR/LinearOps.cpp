//===- LinearOps.cpp - matrix multiply, convolution ---------------*- C++
//-*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "VerifyUtils.h"
#include "mlir/IR/OpImplementation.h"
#include "qs/Dialect/QS/IR/LinearForms.h"

using namespace mlir;
using namespace qs;

bool qs::hasLevels(QuantType type) {
  return type.isInteger() || type.getParameterCount() > 0 ||
         type.getFixedPoint();
}

/// Whether two quantized operands are summed as numbers, not as levels: the
/// result is f32, and where scales of groups follow, a code is not fixed-point
/// or the accumulator is a float.
static bool sumsNumbers(Value lhs, Value rhs, Value scale, Value result,
                        AccumulatorAttr accumulator) {
  QuantType a = QuantType::of(lhs.getType()), b = QuantType::of(rhs.getType());
  if (!a || !b || !getElementTypeOrSelf(result.getType()).isF32())
    return false;
  return !scale || !hasLevels(a) || !hasLevels(b) ||
         (accumulator && !accumulator.isInteger());
}

template <typename OpTy>
static AccumulatorAttr floatAccumulator(OpTy op, Value lhs, Value rhs,
                                        Value scale) {
  AccumulatorAttr given = op.getAccumulatorAttr();
  if (given)
    return given.isInteger() ? AccumulatorAttr() : given;
  if (sumsNumbers(lhs, rhs, scale, op.getResult(), given))
    return AccumulatorAttr::get(op.getContext(), "f32");
  return {};
}

AccumulatorAttr qs::getFloatAccumulator(Operation *op) {
  if (auto matmul = dyn_cast<MatmulOp>(op))
    return floatAccumulator(matmul, matmul.getLhs(), matmul.getRhs(),
                            matmul.getRhsScale());
  if (auto conv = dyn_cast<Conv2DOp>(op))
    return floatAccumulator(conv, conv.getInput(), conv.getWeight(),
                            conv.getWeightScale());
  return {};
}

bool qs::hasWideSums(Operation *op) {
  auto accumulator = op->getAttrOfType<AccumulatorAttr>("accumulator");
  return getElementTypeOrSelf(op->getResult(0).getType()).isInteger(64) ||
         (accumulator && accumulator.getWidth() > 32);
}

AccumulatorAttr qs::getWantedAccumulator(Operation *op) {
  if (auto wanted = op->getAttrOfType<AccumulatorAttr>(kAccumulatorAttr))
    return wanted;
  if (auto matmul = dyn_cast<MatmulOp>(op))
    return matmul.getAccumulatorAttr();
  if (auto conv = dyn_cast<Conv2DOp>(op))
    return conv.getAccumulatorAttr();
  return {};
}

/// MM4, CV5: both quantized with fixed-point codes and an integer result, f32
/// with scales of groups or for the sum of numbers, or all f32.
static LogicalResult verifyLinearElements(Operation *op, StringRef label,
                                          Value lhs, Value rhs, Value scale,
                                          Value result,
                                          AccumulatorAttr accumulator) {
  QuantType a = QuantType::of(lhs.getType()), b = QuantType::of(rhs.getType());
  Type out = getElementTypeOrSelf(result.getType());
  if (!a && !b && getElementTypeOrSelf(lhs.getType()).isF32() &&
      getElementTypeOrSelf(rhs.getType()).isF32() && out.isF32())
    return success();
  if (!a || !b)
    return op->emitOpError()
           << "(" << label
           << ") expected both operands quantized or all f32, found "
           << getElementTypeOrSelf(lhs.getType()) << ", "
           << getElementTypeOrSelf(rhs.getType()) << " and " << out;
  if (a.getParameterCount() > 0)
    return op->emitOpError() << "(" << label
                             << ") expected activations of a code without "
                                "parameters, found "
                             << a;
  bool levels = hasLevels(a) && hasLevels(b);
  if (sumsNumbers(lhs, rhs, scale, result, accumulator)) {
    if (levels && (!accumulator || accumulator.isInteger()))
      return op->emitOpError()
             << "(" << label << ") expected a result of i32"
             << " or a float accumulator for fixed-point codes, found " << out;
    return success();
  }
  for (QuantType type : {a, b})
    if (!hasLevels(type))
      return op->emitOpError()
             << "(" << label
             << ") expected fixed-point codes or a result of f32, found "
             << type << " and " << out;
  if (scale ? !out.isF32() : !out.isInteger())
    return op->emitOpError() << "(" << label << ") expected a result of "
                             << (scale ? "f32 with scales of groups" : "i32")
                             << ", found " << out;
  return success();
}

/// MM9, CV10: an accumulator of the kind that the operands ask for, and the
/// result that holds it.
static LogicalResult verifyAccumulator(Operation *op, StringRef label,
                                       Value scale, Value result, bool numbers,
                                       AccumulatorAttr accumulator) {
  Type out = getElementTypeOrSelf(result.getType());
  bool floats = numbers || (!scale && out.isF32());
  if (accumulator && accumulator.isInteger() == floats)
    return op->emitOpError()
           << "(" << label << ") expected "
           << (floats ? "a float accumulator" : "an integer accumulator")
           << (scale ? " with scales of groups" : " for a result of ")
           << (scale         ? std::string()
               : out.isF32() ? "f32"
                             : "integers")
           << ", found " << accumulator;
  if (floats || scale)
    return success();
  unsigned width = accumulator ? accumulator.getWidth() : 32;
  unsigned held = out.isInteger() ? out.getIntOrFloatBitWidth() : 32;
  if (width > 32 ? held != 64 : held != 32)
    return op->emitOpError()
           << "(" << label << ") expected a result of "
           << (held == 32 ? "i64" : "i32") << " for an accumulator of " << width
           << " bits, found " << out;
  return success();
}

/// MM7, MM8, CV8, CV9. `axis` is the one that is reduced.
static LogicalResult verifyWeightParams(Operation *op, StringRef scaleLabel,
                                        StringRef codebookLabel, Value weight,
                                        int64_t axis, Value scale,
                                        Value codebook, bool numbers) {
  auto type = cast<RankedTensorType>(weight.getType());
  QuantType quant = QuantType::of(type);
  if (scale) {
    auto group =
        quant ? dyn_cast<GroupScaleAttr>(quant.getScale()) : GroupScaleAttr();
    if (!group || group.getAxis() != axis ||
        (isa<MatmulOp>(op) && type.getRank() != 2))
      return op->emitOpError()
             << "(" << scaleLabel << ") expected scales of groups along axis "
             << axis << " of the weights, found " << type;
    if (failed(verifyScale(op, scaleLabel, scaleLabel, type.getShape(), quant,
                           scale)))
      return failure();
  }
  if (!quant || quant.getParameterCount() == 0) {
    if (codebook)
      return op->emitOpError()
             << "(" << codebookLabel
             << ") a codebook needs weights of a code with parameters, found "
             << type;
    return success();
  }
  if (failed(verifyCodebook(op, codebookLabel, type.getShape(), quant,
                            codebook)))
    return failure();
  if (!numbers && !getElementTypeOrSelf(codebook.getType()).isInteger(8))
    return op->emitOpError() << "(" << codebookLabel
                             << ") expected codebook entries of i8, found "
                             << getElementTypeOrSelf(codebook.getType())
                             << "; with a result of f32 they are numbers";
  return success();
}

static LogicalResult verifyBias(Operation *op, StringRef label, Value bias,
                                int64_t channels, Value result) {
  if (!bias)
    return success();
  auto type = cast<RankedTensorType>(bias.getType());
  if (type.getRank() != 1 ||
      !shapesMatch(type.getShape(), ArrayRef(channels)) ||
      type.getElementType() != getElementTypeOrSelf(result.getType()))
    return op->emitOpError()
           << "(" << label << ") expected a bias of " << shapeText(channels)
           << " elements of " << getElementTypeOrSelf(result.getType())
           << ", found " << type;
  return success();
}

LogicalResult MatmulOp::verify() {
  auto lhs = cast<ShapedType>(getLhs().getType());
  auto rhs = cast<ShapedType>(getRhs().getType());
  int64_t a = lhs.getRank(), b = rhs.getRank();
  if (a < 2 || b < 2 || (b != 2 && a != b))
    return emitOpError() << "(MM1) expected operands of rank 2 or more, the "
                            "right one of rank 2 or of the left one's rank, "
                            "found "
                         << lhs << " and " << rhs;
  if (b > 2 &&
      !shapesMatch(lhs.getShape().drop_back(2), rhs.getShape().drop_back(2)))
    return emitOpError() << "(MM1) expected equal leading dimensions, found "
                         << shapeText(lhs.getShape()) << " and "
                         << shapeText(rhs.getShape());
  int64_t k = lhs.getDimSize(a - 1);
  int64_t rhsK = rhs.getDimSize(getTransposeRhs() ? b - 1 : b - 2);
  int64_t n = rhs.getDimSize(getTransposeRhs() ? b - 2 : b - 1);
  if (!shapesMatch(k, rhsK))
    return emitOpError() << "(MM2) expected one reduction size, found "
                         << shapeText(k) << " and " << shapeText(rhsK);
  SmallVector<int64_t> shape(lhs.getShape());
  shape.back() = n;
  auto result = cast<ShapedType>(getType());
  if (!shapesMatch(shape, result.getShape()))
    return emitOpError() << "(MM3) expected a result of shape "
                         << shapeText(shape) << ", found "
                         << shapeText(result.getShape());
  std::optional<int64_t> rows;
  if (a == 2)
    rows = lhs.getDimSize(0);
  bool numbers = sumsNumbers(getLhs(), getRhs(), getRhsScale(), getResult(),
                             getAccumulatorAttr());
  return failure(
      failed(verifyWeightParams(*this, "MM7", "MM8", getRhs(),
                                getTransposeRhs() ? b - 1 : b - 2,
                                getRhsScale(), getRhsCodebook(), numbers)) ||
      failed(verifyLinearElements(*this, "MM4", getLhs(), getRhs(),
                                  getRhsScale(), getResult(),
                                  getAccumulatorAttr())) ||
      failed(verifyAccumulator(*this, "MM9", getRhsScale(), getResult(),
                               numbers, getAccumulatorAttr())) ||
      failed(verifyZeroPoint(*this, "MM5", "lhs_zp", getLhsZp(),
                             QuantType::of(lhs), rows)) ||
      failed(verifyZeroPoint(*this, "MM5", "rhs_zp", getRhsZp(),
                             QuantType::of(rhs), n, getRhsScale())) ||
      failed(verifyBias(*this, "MM6", getBias(), n, getResult())));
}

LogicalResult Conv2DOp::verify() {
  auto input = cast<ShapedType>(getInput().getType());
  auto weight = cast<ShapedType>(getWeight().getType());
  auto result = cast<ShapedType>(getType());
  if (input.getRank() != 4 || weight.getRank() != 4 || result.getRank() != 4)
    return emitOpError() << "(CV1) expected tensors of rank 4, found "
                         << shapeText(input.getShape()) << ", "
                         << shapeText(weight.getShape()) << " and "
                         << shapeText(result.getShape());
  if (failed(verifyInts(*this, "CV2", "pad", getPad(), 4, 0)) ||
      failed(verifyInts(*this, "CV2", "stride", getStride(), 2, 1)) ||
      failed(verifyInts(*this, "CV2", "dilation", getDilation(), 2, 1)))
    return failure();

  int64_t groups = getGroups();
  int64_t channels = input.getDimSize(3), outputs = weight.getDimSize(0);
  if (groups < 1)
    return emitOpError() << "(CV3) expected at least 1 group, found " << groups;
  for (int64_t size : {channels, outputs})
    if (!ShapedType::isDynamic(size) && size % groups != 0)
      return emitOpError() << "(CV3) expected " << groups
                           << " groups to divide the channels, found " << size;
  if (!ShapedType::isDynamic(channels) &&
      !shapesMatch(channels / groups, weight.getDimSize(3)))
    return emitOpError() << "(CV3) expected weights of " << channels / groups
                         << " channels, found "
                         << shapeText(weight.getDimSize(3));

  SmallVector<int64_t> shape = {input.getDimSize(0)};
  for (int i : {0, 1})
    shape.push_back(windowedSize(input.getDimSize(1 + i), getPad()[2 * i],
                                 getPad()[2 * i + 1], weight.getDimSize(1 + i),
                                 getStride()[i], getDilation()[i]));
  shape.push_back(outputs);
  if (!shapesMatch(shape, result.getShape()))
    return emitOpError() << "(CV4) expected a result of shape "
                         << shapeText(shape) << ", found "
                         << shapeText(result.getShape());
  bool numbers = sumsNumbers(getInput(), getWeight(), getWeightScale(),
                             getResult(), getAccumulatorAttr());
  return failure(
      failed(verifyWeightParams(*this, "CV8", "CV9", getWeight(), 3,
                                getWeightScale(), getWeightCodebook(),
                                numbers)) ||
      failed(verifyLinearElements(*this, "CV5", getInput(), getWeight(),
                                  getWeightScale(), getResult(),
                                  getAccumulatorAttr())) ||
      failed(verifyAccumulator(*this, "CV10", getWeightScale(), getResult(),
                               numbers, getAccumulatorAttr())) ||
      failed(verifyZeroPoint(*this, "CV6", "input_zp", getInputZp(),
                             QuantType::of(input))) ||
      failed(verifyZeroPoint(*this, "CV6", "weight_zp", getWeightZp(),
                             QuantType::of(weight), outputs,
                             getWeightScale())) ||
      failed(verifyBias(*this, "CV7", getBias(), outputs, getResult())));
}
