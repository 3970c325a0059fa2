//===- QuantOps.cpp - between reals and codes ---------------------*- C++
//-*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "VerifyUtils.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/OpImplementation.h"

using namespace mlir;
using namespace qs;

static ArrayRef<int64_t> shapeOf(Value value) {
  return cast<ShapedType>(value.getType()).getShape();
}

/// Size of the last axis, which channels lie on; 1 for rank 0.
static int64_t lastAxis(Value value) {
  ArrayRef<int64_t> shape = shapeOf(value);
  return shape.empty() ? 1 : shape.back();
}

//===----------------------------------------------------------------------===//
// QuantizeOp, DequantizeOp, FakeQuantizeOp
//===----------------------------------------------------------------------===//

static Value zeroPointOf(QuantType type, Value codeParam) {
  return codeParam && type.isInteger() ? codeParam : Value();
}
static Value codebookOf(QuantType type, Value codeParam) {
  return codeParam && type.getParameterCount() > 0 ? codeParam : Value();
}
Value QuantizeOp::getZeroPoint() {
  return zeroPointOf(QuantType::of(getType()), getCodeParam());
}
Value QuantizeOp::getCodebook() {
  return codebookOf(QuantType::of(getType()), getCodeParam());
}
Value DequantizeOp::getZeroPoint() {
  return zeroPointOf(QuantType::of(getInput().getType()), getCodeParam());
}
Value DequantizeOp::getCodebook() {
  return codebookOf(QuantType::of(getInput().getType()), getCodeParam());
}
Value FakeQuantizeOp::getZeroPoint() {
  return zeroPointOf(cast<QuantType>(getQuantType()), getCodeParam());
}
Value FakeQuantizeOp::getCodebook() {
  return codebookOf(cast<QuantType>(getQuantType()), getCodeParam());
}

/// Q8: only integers have bits that wrapping could keep.
static LogicalResult verifyOverflow(Operation *op, StringRef label,
                                    QuantType type, Overflow overflow) {
  if (overflow == Overflow::Saturate)
    return success();
  if (!type.isInteger())
    return op->emitOpError()
           << "(" << label << ") expected a code that is no "
           << "integer to saturate, found 'wrap' with " << type;
  auto [least, most] = type.getIntegerRange();
  if (most - least + 1 != int64_t(1) << type.getBits())
    return op->emitOpError()
           << "(" << label << ") expected a code whose words all stand for "
           << "something where it wraps, found 'wrap' with " << type;
  return success();
}

LogicalResult QuantizeOp::verify() {
  QuantType type = QuantType::of(getType());
  if (failed(verifySameShape(*this, getInput().getType(), getType(), "Q1")) ||
      failed(verifyParams(*this, "Q", shapeOf(getResult()), type, getScale(),
                          getCodeParam())) ||
      failed(verifyOverflow(*this, "Q8", type, getOverflow())))
    return failure();
  bool random = getRounding() == RoundingMode::Stochastic;
  if (random != getSeed().has_value())
    return emitOpError() << "(Q9) expected "
                         << (random ? "a seed with the rounding 'stochastic'"
                                    : "no seed but with 'stochastic'");
  if (random && (getOrder() != RoundingOrder::RoundThenAdd ||
                 getOverflow() != Overflow::Saturate))
    return emitOpError() << "(Q9) expected round_then_add and saturate with "
                            "'stochastic', found "
                         << stringifyRoundingOrder(getOrder()) << " and "
                         << stringifyOverflow(getOverflow());
  return success();
}

/// quantize(dequantize(q)) with the same parameters is q: the product and the
/// quotient round, but by less than half a step for integers of up to 16 bits.
/// The values of other codes may lie closer together, or twice.
/// The other order, dequantize(quantize(x)), is fake quantization and stays.
OpFoldResult QuantizeOp::fold(FoldAdaptor) {
  auto dequantize = getInput().getDefiningOp<DequantizeOp>();
  if (dequantize && dequantize.getInput().getType() == getType() &&
      QuantType::of(getType()).isInteger() &&
      dequantize.getType().getElementType().isF32() &&
      dequantize.getScale() == getScale() &&
      dequantize.getCodeParam() == getCodeParam() &&
      getOrder() == RoundingOrder::RoundThenAdd &&
      (getRounding() == RoundingMode::HalfEven ||
       getRounding() == RoundingMode::HalfAway ||
       getRounding() == RoundingMode::HalfUp) &&
      // A run-time scale may be 0 or infinite, where the identity fails.
      matchPattern(getScale(), m_Constant()))
    return dequantize.getInput();
  return {};
}

LogicalResult DequantizeOp::verify() {
  if (failed(verifySameShape(*this, getInput().getType(), getType(), "D1")))
    return failure();
  return verifyParams(*this, "D", shapeOf(getInput()),
                      QuantType::of(getInput().getType()), getScale(),
                      getCodeParam());
}

LogicalResult FakeQuantizeOp::verify() {
  auto type = cast<QuantType>(getQuantType());
  if (failed(verifyParams(*this, "FQ", shapeOf(getInput()), type, getScale(),
                          getCodeParam())) ||
      failed(verifyRounding(*this, "FQ9", getRounding())))
    return failure();
  return verifyOverflow(*this, "FQ8", type, getOverflow());
}

//===----------------------------------------------------------------------===//
// ObserveOp, ChooseParamsOp
//===----------------------------------------------------------------------===//

void ObserveOp::getEffects(
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>
        &effects) {
  effects.emplace_back(MemoryEffects::Write::get());
}

LogicalResult ChooseParamsOp::verify() {
  auto type = cast<QuantType>(getQuantType());
  if (type.getParameterCount() > 0 ||
      !isa<TensorScaleAttr, AxisScaleAttr>(type.getScale()))
    return emitOpError() << "(CP1) expected a code without parameters and one "
                            "scale for the tensor or each index of an axis, "
                            "found "
                         << type;
  if (getSymmetric() && !type.isInteger())
    return emitOpError() << "(CP2) expected 'symmetric' with an integer code, "
                            "found "
                         << type;
  FailureOr<SmallVector<int64_t>> shape = type.getScale().getParamShape(
      shapeOf(getInput()), [&] { return emitOpError() << "(CP1) "; });
  if (failed(shape))
    return failure();
  for (Value result : getResults())
    if (!shapesMatch(shapeOf(result), *shape))
      return emitOpError() << "(CP1) expected scale and zero point of shape "
                           << shapeText(*shape) << ", found "
                           << shapeText(shapeOf(result));
  return success();
}

//===----------------------------------------------------------------------===//
// RequantizeOp, RequantizeFixedOp
//===----------------------------------------------------------------------===//

LogicalResult RequantizeOp::verify() {
  if (failed(verifySameShape(*this, getInput().getType(), getType(), "R1")) ||
      failed(verifyMultiplier(*this, "R2", "R3", getMultiplier(),
                              lastAxis(getInput()), /*allowNegative=*/false)) ||
      failed(verifyIntegerCode(*this, "R5", getType())) ||
      failed(verifyRounding(*this, "R7", getRounding())))
    return failure();
  QuantType in = QuantType::of(getInput().getType());
  if (in && !in.isInteger())
    return verifyIntegerCode(*this, "R5", getInput().getType());
  if (getInputZp() && !in)
    return emitOpError()
           << "(R6) an input zero point needs a quantized input, found "
           << getInput().getType();
  return failure(
      failed(verifyZeroPoint(*this, "R4", "input_zp", getInputZp(), in)) ||
      failed(verifyZeroPoint(*this, "R4", "zero point", getZeroPoint(),
                             QuantType::of(getType()))));
}

LogicalResult RequantizeFixedOp::verify() {
  if (failed(verifySameShape(*this, getInput().getType(), getType(), "RF1")) ||
      failed(verifyIntegerCode(*this, "RF5", getType())))
    return failure();
  ArrayRef<int64_t> multiplier = shapeOf(getMultiplier());
  ArrayRef<int64_t> shift = shapeOf(getShift());
  int64_t channels = lastAxis(getInput());
  bool perChannel =
      multiplier.size() == 1 && shapesMatch(multiplier, ArrayRef(channels));
  if (multiplier.size() != shift.size() || !shapesMatch(multiplier, shift) ||
      (!multiplier.empty() && !perChannel))
    return emitOpError() << "(RF2) expected multiplier and shift of rank 0 or "
                            "one for each index of the last axis ("
                         << shapeText(ArrayRef(channels)) << "), found "
                         << shapeText(multiplier) << " and "
                         << shapeText(shift);
  DenseElementsAttr values;
  if (matchPattern(getMultiplier(), m_Constant(&values)))
    for (APInt value : values.getValues<APInt>())
      if (value.isNegative())
        return emitOpError() << "(RF3) expected multipliers that are not "
                                "negative, found "
                             << value.getSExtValue();
  int64_t least = getRounding() == FixedRounding::TFLite ? 31 : 0;
  if (matchPattern(getShift(), m_Constant(&values)))
    for (APInt value : values.getValues<APInt>())
      if (value.getSExtValue() < least || value.getSExtValue() > 62)
        return emitOpError() << "(RF3) expected shifts in " << least
                             << "..62, found " << value.getSExtValue();
  return verifyZeroPoint(*this, "RF4", "zero point", getZeroPoint(),
                         QuantType::of(getType()));
}

//===----------------------------------------------------------------------===//
// StorageCastOp
//===----------------------------------------------------------------------===//

LogicalResult StorageCastOp::verify() {
  Type in = getInput().getType(), out = getType();
  if (failed(verifySameShape(*this, in, out, "SC1")))
    return failure();
  QuantType inQuant = QuantType::of(in), outQuant = QuantType::of(out);
  if (bool(inQuant) == bool(outQuant))
    return emitOpError() << "(SC2) expected one quantized and one builtin "
                            "integer element type, found "
                         << in << " and " << out;
  QuantType quant = inQuant ? inQuant : outQuant;
  Type storage = getElementTypeOrSelf(inQuant ? out : in);
  if (storage != quant.getStorageType())
    return emitOpError() << "(SC2) expected " << quant.getStorageType()
                         << " as the storage of " << quant << ", found "
                         << storage;
  return success();
}

OpFoldResult StorageCastOp::fold(FoldAdaptor) {
  if (auto inner = getInput().getDefiningOp<StorageCastOp>())
    if (inner.getInput().getType() == getType())
      return inner.getInput();
  return {};
}
