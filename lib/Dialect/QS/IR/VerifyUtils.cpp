//===- VerifyUtils.cpp - checks shared by the verifiers -----------*- C++
//-*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "VerifyUtils.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace qs;

bool qs::shapesMatch(ArrayRef<int64_t> a, ArrayRef<int64_t> b) {
  return succeeded(verifyCompatibleShape(a, b));
}

std::string qs::verify::shapeText(ArrayRef<int64_t> shape) {
  if (shape.empty())
    return "scalar";
  std::string text;
  for (int64_t size : shape)
    text += (text.empty() ? "" : "x") +
            (ShapedType::isDynamic(size) ? "?" : std::to_string(size));
  return text;
}

LogicalResult qs::verifySameShape(Operation *op, Type a, Type b,
                                  StringRef label) {
  ArrayRef<int64_t> x = cast<ShapedType>(a).getShape();
  ArrayRef<int64_t> y = cast<ShapedType>(b).getShape();
  if (!shapesMatch(x, y))
    return op->emitOpError() << "(" << label << ") expected one shape, found "
                             << shapeText(x) << " and " << shapeText(y);
  return success();
}

/// The constant's elements, or null. Elided resources have none to check.
static DenseElementsAttr constantElements(Value value) {
  DenseElementsAttr attr;
  if (!value || !matchPattern(value, m_Constant(&attr)))
    return {};
  return attr;
}

LogicalResult qs::verifyIntegerCode(Operation *op, StringRef label, Type type) {
  QuantType quant = QuantType::of(type);
  if (!quant || !quant.isInteger())
    return op->emitOpError()
           << "(" << label << ") expected an integer code, found " << type;
  return success();
}

static LogicalResult verifyZeroPointValues(Operation *op, StringRef label,
                                           StringRef name, Value zeroPoint,
                                           QuantType type) {
  DenseElementsAttr values = constantElements(zeroPoint);
  if (!values)
    return success();
  auto [lo, hi] = type.getIntegerRange();
  for (APInt value : values.getValues<APInt>())
    if (value.getSExtValue() < lo || value.getSExtValue() > hi)
      return op->emitOpError() << "(" << label << ") expected " << name
                               << " in the range " << lo << ".." << hi << " of "
                               << type << ", found " << value.getSExtValue();
  return success();
}

LogicalResult qs::verifyZeroPoint(Operation *op, StringRef label,
                                  StringRef name, Value zeroPoint,
                                  QuantType type,
                                  std::optional<int64_t> channels,
                                  Value groupScale) {
  if (!zeroPoint)
    return success();
  if (!type || !type.isInteger())
    return op->emitOpError()
           << "(" << label << ") " << name
           << " needs an operand quantized with an integer code";
  auto shape = cast<ShapedType>(zeroPoint.getType()).getShape();
  bool perChannel = channels && shape.size() == 1 &&
                    (ShapedType::isDynamic(shape[0]) ||
                     ShapedType::isDynamic(*channels) || shape[0] == *channels);
  bool perGroup =
      groupScale &&
      shapesMatch(shape, cast<ShapedType>(groupScale.getType()).getShape());
  if (!shape.empty() && !perChannel && !perGroup) {
    InFlightDiagnostic diag = op->emitOpError() << "(" << label << ") expected "
                                                << name << " of rank 0";
    if (channels)
      diag << " or one for each of the "
           << (ShapedType::isDynamic(*channels) ? std::string("?")
                                                : std::to_string(*channels))
           << " channels";
    if (groupScale)
      diag << " or of the shape of the scales";
    return diag << ", found " << zeroPoint.getType();
  }
  return verifyZeroPointValues(op, label, name, zeroPoint, type);
}

static std::string textOf(const APFloat &value) {
  SmallString<16> text;
  value.toString(text);
  return text.str().str();
}

LogicalResult qs::verifyScale(Operation *op, StringRef shapeLabel,
                              StringRef valueLabel, ArrayRef<int64_t> shape,
                              QuantType type, Value scale) {
  FailureOr<SmallVector<int64_t>> expected = type.getScale().getParamShape(
      shape, [&] { return op->emitOpError() << "(" << shapeLabel << ") "; });
  if (failed(expected))
    return failure();
  auto scaleType = cast<RankedTensorType>(scale.getType());
  if (!shapesMatch(scaleType.getShape(), *expected))
    return op->emitOpError()
           << "(" << shapeLabel << ") expected a scale of shape "
           << shapeText(*expected) << " for " << type
           << " on a tensor of shape " << shapeText(shape) << ", found "
           << shapeText(scaleType.getShape());
  if (scaleType.getElementType() != type.getScale().getStorage())
    return op->emitOpError()
           << "(" << shapeLabel << ") expected scales stored as "
           << type.getScale().getStorage() << ", found "
           << scaleType.getElementType();
  // Those of e4m3 and f16 are normal as f32.
  bool hasUsefulSubnormals =
      isa<Float8E4M3FNType, Float16Type>(scaleType.getElementType());
  if (DenseElementsAttr values = constantElements(scale))
    for (APFloat value : values.getValues<APFloat>())
      if (!value.isFinite() || value.isNegative() || value.isZero() ||
          (value.isDenormal() && !hasUsefulSubnormals))
        return op->emitOpError()
               << "(" << valueLabel
               << ") expected scales that are positive, normal and finite, "
                  "found "
               << textOf(value);
  return success();
}

LogicalResult qs::verifyCodebook(Operation *op, StringRef label,
                                 ArrayRef<int64_t> shape, QuantType type,
                                 Value codebook) {
  int64_t entries = type.getParameterCount();
  if (entries == 0)
    return success();
  if (!codebook)
    return op->emitOpError() << "(" << label << ") expected a codebook of "
                             << entries << " entries for " << type;
  auto found = cast<RankedTensorType>(codebook.getType());
  SmallVector<int64_t> perScale;
  if (!type.getScale().isPerTensor()) {
    FailureOr<SmallVector<int64_t>> params = type.getScale().getParamShape(
        shape, [&] { return op->emitOpError() << "(" << label << ") "; });
    if (failed(params))
      return failure();
    perScale = *params;
  }
  perScale.push_back(entries);
  if (!shapesMatch(found.getShape(), ArrayRef(entries)) &&
      !shapesMatch(found.getShape(), perScale)) {
    InFlightDiagnostic diag = op->emitOpError()
                              << "(" << label << ") expected a codebook of shape "
                              << entries;
    if (perScale.size() > 1)
      diag << " or " << shapeText(perScale);
    return diag << " for " << type << ", found " << shapeText(found.getShape());
  }
  if (found.getElementType().isInteger(32))
    return op->emitOpError() << "(" << label
                             << ") expected codebook entries of f32, f16 or i8, "
                                "found "
                             << found.getElementType();
  DenseElementsAttr values = constantElements(codebook);
  if (values && isa<FloatType>(found.getElementType()))
    for (APFloat value : values.getValues<APFloat>())
      if (!value.isFinite())
        return op->emitOpError() << "(" << label
                                 << ") expected finite codebook entries, found "
                                 << textOf(value);
  return success();
}

LogicalResult qs::verifyParams(Operation *op, StringRef prefix,
                               ArrayRef<int64_t> shape, QuantType type,
                               Value scale, Value codeParam) {
  auto label = [&](int n) { return (prefix + Twine(n)).str(); };
  if (isa<NoScaleAttr>(type.getScale()))
    return op->emitOpError() << "(" << label(6) << ") expected a scale in "
                             << type << ", found 'none'";
  if (failed(type.getPattern().verifyShape(shape,
                                           [&] { return op->emitOpError(); })))
    return failure();
  if (failed(verifyScale(op, label(2), label(3), shape, type, scale)))
    return failure();
  if (type.getParameterCount() > 0)
    return verifyCodebook(op, label(7), shape, type, codeParam);
  if (!codeParam)
    return success();
  if (!getElementTypeOrSelf(codeParam.getType()).isInteger(32))
    return op->emitOpError()
           << "(" << label(7) << ") a codebook needs a code with parameters, "
           << "found " << type;
  if (!type.isInteger())
    return op->emitOpError()
           << "(" << label(5) << ") a zero point needs an integer code, found "
           << type;
  auto zpShape = cast<ShapedType>(codeParam.getType()).getShape();
  ArrayRef<int64_t> expected =
      cast<ShapedType>(scale.getType()).getShape();
  if (!shapesMatch(zpShape, expected))
    return op->emitOpError()
           << "(" << label(2) << ") expected a zero point of shape "
           << shapeText(expected) << ", found " << shapeText(zpShape);
  return verifyZeroPointValues(op, label(4), "zero point", codeParam, type);
}

LogicalResult qs::verifyRounding(Operation *op, StringRef label,
                                 RoundingMode rounding) {
  if (rounding != RoundingMode::Stochastic)
    return success();
  return op->emitOpError() << "(" << label
                           << ") expected a rounding that needs no seed, found "
                              "'stochastic', which qs.quantize has";
}

LogicalResult qs::verifyMultiplier(Operation *op, StringRef shapeLabel,
                                   StringRef valueLabel, Value multiplier,
                                   std::optional<int64_t> channels,
                                   bool allowNegative) {
  auto shape = cast<ShapedType>(multiplier.getType()).getShape();
  bool fits = shape.empty() ||
              (channels && shape.size() == 1 &&
               (ShapedType::isDynamic(shape[0]) ||
                ShapedType::isDynamic(*channels) || shape[0] == *channels));
  if (!fits) {
    InFlightDiagnostic diag = op->emitOpError()
                              << "(" << shapeLabel
                              << ") expected a multiplier of rank 0";
    if (channels)
      diag << " or one for each index of the last axis ("
           << shapeText(ArrayRef(*channels)) << ")";
    return diag << ", found " << shapeText(shape);
  }
  DenseElementsAttr values = constantElements(multiplier);
  if (!values)
    return success();
  for (APFloat value : values.getValues<APFloat>())
    if (!value.isFinite() || (value.isNegative() && !allowNegative))
      return op->emitOpError() << "(" << valueLabel << ") expected finite"
                               << (allowNegative ? "" : ", not negative")
                               << " multipliers, found " << textOf(value);
  return success();
}

LogicalResult qs::verifyInts(Operation *op, StringRef label, StringRef name,
                             ArrayRef<int64_t> values, size_t size,
                             int64_t least) {
  if (values.size() != size)
    return op->emitOpError()
           << "(" << label << ") expected " << size << " values of " << name
           << ", found " << values.size();
  // Bounds beyond every real tensor keep the size arithmetic exact.
  constexpr int64_t most = int64_t(1) << 31;
  for (int64_t value : values)
    if (value < least || value > most)
      return op->emitOpError()
             << "(" << label << ") expected " << name << " of at least "
             << least << " and at most 2^31, found " << value;
  return success();
}

int64_t qs::windowedSize(int64_t in, int64_t padLow, int64_t padHigh,
                         int64_t kernel, int64_t stride, int64_t dilation) {
  if (ShapedType::isDynamic(in) || ShapedType::isDynamic(kernel))
    return ShapedType::kDynamic;
  int64_t span = in + padLow + padHigh - dilation * (kernel - 1) - 1;
  return span < 0 ? 0 : span / stride + 1;
}

LogicalResult qs::verifyDestination(Operation *op, Type init) {
  bool onTensors = isa<RankedTensorType>(init);
  for (Type type : op->getOperandTypes())
    if (!isa<PackedType>(type) && isa<RankedTensorType>(type) != onTensors)
      return op->emitOpError() << "expected only tensors or only memrefs";
  if (op->getNumResults() != (onTensors ? 1u : 0u))
    return op->emitOpError() << "expected " << (onTensors ? "one result"
                                                          : "no result")
                             << ", found " << op->getNumResults();
  if (onTensors && op->getResult(0).getType() != init)
    return op->emitOpError() << "expected a result of type " << init
                             << ", found " << op->getResult(0).getType();
  return success();
}
