//===- PackOps.cpp - constants in the layout of a target ------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "VerifyUtils.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/TypeUtilities.h"
#include "qs/Target/Native/Tile.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace qs;

/// Rounding, order and overflow as bare keywords.
template <typename ModeAttr>
static ParseResult parseMode(OpAsmParser &parser, ModeAttr &attr) {
  using Mode = decltype(attr.getValue());
  FailureOr<Mode> mode = FieldParser<Mode>::parse(parser);
  if (failed(mode))
    return failure();
  attr = ModeAttr::get(parser.getContext(), *mode);
  return success();
}

template <typename ModeAttr>
static void printMode(OpAsmPrinter &printer, Operation *, ModeAttr attr) {
  printer << stringifyEnum(attr.getValue());
}

/// `zero_point %z` or `codebook %c` behind the scale; the operand's type tells
/// them apart when printing, and the verifier compares it with the code.
static ParseResult
parseCodeParam(OpAsmParser &parser,
               std::optional<OpAsmParser::UnresolvedOperand> &operand) {
  StringRef keyword;
  if (failed(parser.parseOptionalKeyword(&keyword, {"zero_point", "codebook"})))
    return success();
  operand.emplace();
  return parser.parseOperand(*operand);
}

static void printCodeParam(OpAsmPrinter &printer, Operation *, Value operand) {
  if (!operand)
    return;
  bool isZero = getElementTypeOrSelf(operand.getType()).isInteger(32);
  printer << (isZero ? "zero_point " : "codebook ") << operand;
}

#define GET_OP_CLASSES
#include "qs/Dialect/QS/IR/QSOps.cpp.inc"

LogicalResult PackedConstantOp::verify() {
  PackedType type = getType();
  FailureOr<int64_t> expected = type.getLayout().getPackedBytes(
      type.getLogical(), [&] { return emitOpError() << "(PC1) "; });
  if (failed(expected))
    return failure();
  auto bytes = dyn_cast<RankedTensorType>(getBytes().getType());
  if (!bytes || bytes.getRank() != 1 || !bytes.getElementType().isInteger(8) ||
      bytes.getDimSize(0) != *expected)
    return emitOpError() << "(PC1) expected " << *expected
                         << " bytes as a tensor of i8, found "
                         << getBytes().getType();
  return success();
}

LogicalResult PackedViewOp::verify() {
  PackedType type = getType();
  FailureOr<int64_t> expected = type.getLayout().getPackedBytes(
      type.getLogical(), [&] { return emitOpError() << "(PV1) "; });
  if (failed(expected))
    return failure();
  auto gemm = dyn_cast<GemmLayoutAttr>(type.getLayout());
  auto words = cast<ShapedType>(getWords().getType());
  int64_t width = words.getElementTypeBitWidth();
  QuantType code = QuantType::of(type.getLogical());
  bool fits = code ? !words.getElementType().isF32() &&
                         width == (code.getBits() > 8 ? 16 : 8)
                   : words.getElementType().isF32();
  if (!gemm || gemm.getTable() || gemm.getElement() || !fits ||
      !words.hasStaticShape() || words.getRank() != 1 ||
      words.getNumElements() * width / 8 != *expected)
    return emitOpError() << "(PV1) expected plain words of " << *expected
                         << " bytes in a gemm_layout, found "
                         << getWords().getType() << " and " << type;
  return success();
}

//===----------------------------------------------------------------------===//
// Packed kernels
//===----------------------------------------------------------------------===//

/// On memrefs a kernel reads its operands and writes `init`.
static void
addEffects(Operation *op, MutableOperandRange inits, Value scratch,
           SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>
               &effects) {
  for (OpOperand &operand : op->getOpOperands()) {
    if (!isa<MemRefType>(operand.get().getType()))
      continue;
    bool isInit =
        llvm::any_of(inits, [&](OpOperand &init) { return &init == &operand; });
    if (isInit || operand.get() == scratch)
      effects.emplace_back(MemoryEffects::Write::get(), &operand);
    if (!isInit)
      effects.emplace_back(MemoryEffects::Read::get(), &operand);
  }
}

#define QS_KERNEL_EFFECTS(Op, scratch)                                         \
  void Op::getEffects(                                                         \
      SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>      \
          &effects) {                                                          \
    addEffects(*this, getDpsInitsMutable(), scratch, effects);                 \
  }
QS_KERNEL_EFFECTS(PrepareRowsOp, Value())
QS_KERNEL_EFFECTS(LookupBytesOp, Value())
QS_KERNEL_EFFECTS(SumRunsOp, Value())
QS_KERNEL_EFFECTS(QuantizeRowsOp, Value())
QS_KERNEL_EFFECTS(PackedMatmulOp, getScratch())
QS_KERNEL_EFFECTS(PackedConv2DOp, getScratch())
#undef QS_KERNEL_EFFECTS

LogicalResult SumRunsOp::verify() {
  auto input = cast<ShapedType>(getInput().getType());
  auto init = cast<ShapedType>(getInit().getType());
  if (failed(verifyDestination(*this, init)))
    return failure();
  int64_t rank = input.getRank();
  if (!input.hasStaticShape() || !init.hasStaticShape() || rank < 1 ||
      init.getRank() != rank || init.getNumElements() == 0 ||
      input.getShape().drop_back() != init.getShape().drop_back() ||
      input.getShape().back() % init.getShape().back() != 0)
    return emitOpError() << "(SR1) expected static shapes that agree but for a "
                            "last size that divides, found "
                         << shapeText(input.getShape()) << " and "
                         << shapeText(init.getShape());
  if (getUnsignedInput() && !input.getElementType().isInteger(8))
    return emitOpError() << "(SR2) expected unsigned elements of i8, found "
                         << input.getElementType();
  return success();
}

LogicalResult QuantizeRowsOp::verify() {
  auto input = cast<ShapedType>(getInput().getType());
  auto scales = cast<ShapedType>(getScales().getType());
  bool onTensors = isa<RankedTensorType>(input);
  for (Value init : getDpsInits())
    if (isa<RankedTensorType>(init.getType()) != onTensors)
      return emitOpError() << "expected only tensors or only memrefs";
  if (TypeRange(getResultTypes()) !=
      (onTensors ? TypeRange(getDpsInits().getTypes()) : TypeRange()))
    return emitOpError() << "expected "
                         << (onTensors ? "the types of codes and scales as "
                                         "results"
                                       : "no results");
  if (!input.hasStaticShape() || !scales.hasStaticShape() ||
      cast<ShapedType>(getCodes().getType()).getShape() != input.getShape() ||
      scales.getRank() != 1 || scales.getNumElements() == 0 ||
      input.getNumElements() % scales.getNumElements() != 0)
    return emitOpError() << "(QR1) expected codes of the input's static shape "
                         << shapeText(input.getShape())
                         << " and scales of rank 1 whose number divides its "
                            "elements, found "
                         << getCodes().getType() << " and " << scales;
  bool isWords = getElementTypeOrSelf(getCodes().getType()).isInteger(16);
  bool hasRange = getLower() && getUpper();
  if (hasRange == bool(getQuantType()) || bool(getLower()) != hasRange)
    return emitOpError() << "(QR3) expected either a range or a type";
  if (std::optional<Type> quantType = getQuantType()) {
    auto type = cast<QuantType>(*quantType);
    if (type.isInteger() || type.getParameterCount() > 0 ||
        type.getBits() > 8 || isWords)
      return emitOpError()
             << "(QR3) expected bytes of a code of at most 8 bits "
                "that is no integer code and has no parameters, "
                "found "
             << type;
    return success();
  }
  auto lower = int32_t(*getLower()), upper = int32_t(*getUpper());
  int32_t most = isWords ? INT16_MAX : INT8_MAX;
  if (lower < -most - 1 || lower > 0 || upper < 1 || upper > most)
    return emitOpError() << "(QR2) expected bounds of signed "
                         << (isWords ? "words" : "bytes") << " around 0, found "
                         << lower << " and " << upper;
  return success();
}

/// PR4: what `decode` reads, and nobody else.
static LogicalResult verifyDecoding(PrepareRowsOp op) {
  bool decodes = op.getConversion() == RowConversion::Decode;
  std::optional<ArrayRef<float>> table = op.getTable();
  std::optional<Type> element = op.getElement();
  std::optional<StringRef> target = op.getTarget();
  if (!decodes) {
    if (table || element || target || op.getZeroPoint() != 0)
      return op.emitOpError()
             << "(PR4) tables, element types, zero points and targets belong "
                "to decode, found "
             << stringifyRowConversion(op.getConversion());
    return success();
  }
  if (bool(table) == bool(element) || (table && op.getZeroPoint() != 0))
    return op.emitOpError()
           << "(PR4) expected a table, or an element type and its zero point";
  if (table && (table->size() < 2 || table->size() > 256 ||
                !llvm::isPowerOf2_64(table->size())))
    return op.emitOpError() << "(PR4) expected a table of 2, 4, 8, .. or 256 "
                               "numbers, found "
                            << table->size();
  SmallVector<Type> types = GemmLayoutAttr::getElementTypes(op.getContext());
  if (element && (!llvm::is_contained(types, *element) ||
                  element->getIntOrFloatBitWidth() != 16))
    return op.emitOpError()
           << "(PR4) expected elements of i16, ui16, f16 or bf16, found "
           << *element;
  if (!target || !native::findTarget({target->data(), target->size()}))
    return op.emitOpError()
           << "(PR4) unknown target '" << target.value_or("") << "'";
  return success();
}

LogicalResult PrepareRowsOp::verify() {
  auto input = cast<ShapedType>(getInput().getType());
  auto init = cast<ShapedType>(getInit().getType());
  if (failed(verifyDestination(*this, init)))
    return failure();
  bool widens = getConversion() == RowConversion::SignExtend ||
                getConversion() == RowConversion::ZeroExtend;
  bool isFloat = input.getElementType().isF32();
  bool packs = getConversion() == RowConversion::PackBits;
  bool decodes = getConversion() == RowConversion::Decode;
  if (failed(verifyDecoding(*this)))
    return failure();
  Type expected = widens    ? Type(IntegerType::get(getContext(), 16))
                  : packs   ? Type(IntegerType::get(getContext(), 32))
                  : decodes ? Type(Float32Type::get(getContext()))
                            : input.getElementType();
  // Words keep their width: they are copied, flipped or decoded.
  bool isWords = input.getElementType().isInteger(16);
  unsigned words = getElement() ? 16 : 8;
  if ((decodes && !input.getElementType().isInteger(words)) ||
      (isWords && (widens || packs)) || input.getElementType().isInteger(32) ||
      (isFloat && getConversion() != RowConversion::Copy) ||
      init.getElementType() != expected)
    return emitOpError() << "(PR1) " << stringifyRowConversion(getConversion())
                         << " does not turn " << input.getElementType()
                         << " into " << init.getElementType();
  if (failed(verifyInts(*this, "PR2", "pad", getPad(), 4, 0)))
    return failure();
  bool pads = llvm::any_of(getPad(), [](int64_t p) { return p != 0; });
  if (getChannelPad() < 0 || input.getRank() < 1 ||
      (pads && input.getRank() != 4))
    return emitOpError() << "(PR2) expected rank 4 for padding, at least 1 "
                            "without, and sizes that are not negative; found "
                            "rank "
                         << input.getRank() << " and channel padding "
                         << getChannelPad();
  if (!input.hasStaticShape())
    return emitOpError() << "(PR3) expected a static shape, found " << input;
  SmallVector<int64_t> shape(input.getShape());
  if (pads) {
    shape[1] += getPad()[0] + getPad()[1];
    shape[2] += getPad()[2] + getPad()[3];
  }
  if (packs)
    shape.back() = llvm::divideCeil(shape.back(), int64_t(32));
  shape.back() += getChannelPad();
  if (init.getShape() != ArrayRef(shape))
    return emitOpError() << "(PR3) expected a result of shape "
                         << shapeText(shape) << ", found "
                         << shapeText(init.getShape());
  return success();
}

LogicalResult LookupBytesOp::verify() {
  auto input = cast<ShapedType>(getInput().getType());
  auto init = cast<ShapedType>(getInit().getType());
  if (failed(verifyDestination(*this, init)))
    return failure();
  if (!input.hasStaticShape() || input.getShape() != init.getShape())
    return emitOpError() << "(LB1) expected one static shape, found " << input
                         << " and " << init;
  if (getTable().size() != 256)
    return emitOpError() << "(LB2) expected a table of 256 entries, found "
                         << getTable().size();
  if (!native::findTarget({getTarget().data(), getTarget().size()}))
    return emitOpError() << "(LB3) unknown target '" << getTarget() << "'";
  return success();
}
