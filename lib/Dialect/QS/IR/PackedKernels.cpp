//===- PackedKernels.cpp - Sizes and checks of packed kernels -------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Dialect/QS/IR/PackedKernels.h"
#include "VerifyUtils.h"
#include "qs/Target/Native/SumOrder.h"
#include "qs/Target/Native/TableSums.h"
#include "qs/Target/Native/Tile.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace qs;

int64_t PackedMatmulOp::getRowCount() {
  auto init = cast<ShapedType>(getInit().getType());
  return init.getNumElements() / init.getShape().back();
}
int64_t PackedConv2DOp::getRowCount() {
  ArrayRef<int64_t> shape = cast<ShapedType>(getInit().getType()).getShape();
  return shape[1] * shape[2];
}
int64_t PackedMatmulOp::getColumnCount() {
  return cast<ShapedType>(getInit().getType()).getShape().back();
}
int64_t PackedConv2DOp::getColumnCount() {
  return cast<ShapedType>(getInit().getType()).getShape().back();
}

PackedMatmulOp qs::makePackedMatmul(OpBuilder &b, Location loc,
                                    const KernelOperands &o) {
  return PackedMatmulOp::create(
      b, loc, TypeRange{o.init.getType()}, o.input, o.weights, o.bias,
      o.multiplier, o.weightScale, o.groupBias, o.groupZero, o.rowSums,
      o.rowZero, o.columnSums, o.rowScale, o.resultScale, o.borderSums,
      o.borderClass, o.thresholds, o.falling, /*scratch=*/Value(), o.init,
      o.epilogue, o.signedInput, o.wide, o.accumulator, o.productSpan);
}
PackedConv2DOp qs::makePackedConv2D(OpBuilder &b, Location loc,
                                    const KernelOperands &o,
                                    ArrayRef<int64_t> stride,
                                    ArrayRef<int64_t> dilation) {
  return PackedConv2DOp::create(
      b, loc, TypeRange{o.init.getType()}, o.input, o.weights, o.bias,
      o.multiplier, o.weightScale, o.groupBias, o.groupZero, o.rowSums,
      o.rowZero, o.columnSums, o.rowScale, o.resultScale, o.borderSums,
      o.borderClass, o.thresholds, o.falling, /*scratch=*/Value(), o.init,
      o.epilogue, o.signedInput, o.wide, o.accumulator, o.productSpan, stride,
      dilation);
}

static const native::Target &targetOf(GemmLayoutAttr gemm) {
  StringRef name = gemm.getTarget();
  return *native::findTarget({name.data(), name.size()});
}

/// Whether kernels look up the sums that the weights select.
static bool usesTables(PackedType packed) {
  auto gemm = dyn_cast<GemmLayoutAttr>(packed.getLayout());
  return gemm && gemm.isEncoded() &&
         native::TableSums::uses(targetOf(gemm),
                                 gemm.getNative(packed.getLogical()));
}

/// Bytes of one panel of `packed`, decoded, or of the tables that its kernel
/// makes; 0 where weights are plain.
static int64_t panelBytes(PackedType packed) {
  auto gemm = dyn_cast<GemmLayoutAttr>(packed.getLayout());
  if (!gemm || !gemm.isEncoded())
    return 0;
  if (usesTables(packed))
    return native::TableSums::bytes(gemm.getNative(packed.getLogical()));
  native::PackedLayout layout = gemm.getNative(packed.getLogical()).decoded();
  return std::min(layout.vectors, layout.columnVectors()) *
         layout.vectorElements() * (gemm.isFloat(packed.getLogical()) ? 4 : 1);
}

/// Panels are decoded once where enough tiles of rows read them again, and
/// where sums take their terms in another order than they lie in.
static int64_t scratchBytes(PackedType packed, int64_t rows,
                            AccumulatorAttr accumulator, bool grouped) {
  auto gemm = dyn_cast<GemmLayoutAttr>(packed.getLayout());
  if (!gemm || !gemm.isEncoded())
    return 0;
  if (usesTables(packed) ||
      (accumulator &&
       !native::sumsInOrder(gemm.getNative(packed.getLogical()),
                            accumulator.getAccumulation(), grouped)))
    return panelBytes(packed);
  const native::Target &target = targetOf(gemm);
  native::DotPrimitive dot =
      gemm.isFloat(packed.getLogical()) ? target.floating : gemm.getByteDot();
  // The height for plain sums; that for groups is no greater.
  int64_t tile = native::chooseTileRows(target, dot, rows, gemm.getVectors());
  return rows > native::tilesDecodedInRegisters * tile ? panelBytes(packed) : 0;
}
int64_t PackedMatmulOp::getScratchBytes() {
  return scratchBytes(getWeights().getType(), getRowCount(),
                      getAccumulatorAttr(), bool(getWeightScale()));
}
int64_t PackedConv2DOp::getScratchBytes() {
  return scratchBytes(getWeights().getType(), getRowCount(),
                      getAccumulatorAttr(), bool(getWeightScale()));
}

/// An operand of `count` elements in rank 1.
static LogicalResult verifyCount(Operation *op, StringRef label, StringRef what,
                                 Value operand, int64_t count) {
  if (!operand)
    return success();
  auto type = cast<ShapedType>(operand.getType());
  if (type.getRank() == 1 && type.getDimSize(0) == count)
    return success();
  return op->emitOpError() << "(" << label << ") expected " << what << " of "
                           << count << " elements, found " << type;
}

/// Whether `group_zero` is taken off words as they are loaded.
template <typename KernelOp> static bool subtractsZeros(KernelOp op) {
  return op.getGroupZero() &&
         getElementTypeOrSelf(op.getGroupZero().getType()).isInteger(32);
}

/// PK14: zero points of plain words, and of rows.
template <typename KernelOp>
static LogicalResult verifyZeros(KernelOp op, GemmLayoutAttr gemm,
                                 int64_t columns) {
  Type rows = getElementTypeOrSelf(op.getInput().getType());
  PackedType packed = op.getWeights().getType();
  int64_t padded = columns;
  if (gemm) {
    native::PackedLayout layout = gemm.getNative(packed.getLogical());
    padded = layout.paddedColumns() * (op.getWeightScale() ? layout.taps : 1);
  }
  if (subtractsZeros(op)) {
    QuantType type = QuantType::of(packed.getLogical());
    bool fit = gemm ? rows.isInteger(16) && gemm.isPlain()
                    : rows.isInteger(16) || rows.isInteger(8);
    if (!fit || !type || type.getBits() != 16)
      return op.emitOpError() << "(PK14) zero points of i32 need rows of i16 "
                                 "and plain words of 16 bits, found rows of "
                              << rows << " and " << packed;
    if (failed(verifyCount(op, "PK14", "zero points of words",
                           op.getGroupZero(), padded)))
      return failure();
  }
  Value zero = op.getRowZero(), sums = op.getColumnSums();
  if (!zero && !sums)
    return success();
  bool bytesOrWords = rows.isInteger(8) || rows.isInteger(16);
  if (!zero || !sums || !bytesOrWords || !gemm)
    return op.emitOpError()
           << "(PK14) zero points of rows and sums of columns belong together, "
              "and to integer rows beside a gemm_layout";
  Type wanted = IntegerType::get(op.getContext(), op.getWide() ? 64 : 32);
  if (getElementTypeOrSelf(sums.getType()) != wanted)
    return op.emitOpError() << "(PK14) expected column sums of " << wanted
                            << ", found " << sums.getType();
  bool isSingle = cast<ShapedType>(zero.getType()).getNumElements() == 1 ||
                  !isa<PackedMatmulOp>(op.getOperation());
  if (failed(verifyCount(op, "PK14", "zero points of rows", zero,
                         isSingle ? 1 : op.getRowCount())))
    return failure();
  return verifyCount(op, "PK14", "column sums in panels", sums, padded);
}

/// PK7 and PK8: scales of weights with what belongs to them, scales of rows and
/// of the result. `scales` says that the epilogue multiplies.
template <typename KernelOp>
static LogicalResult verifyScales(KernelOp op, GemmLayoutAttr gemm,
                                  bool scales) {
  auto input = cast<ShapedType>(op.getInput().getType());
  bool isFloat = input.getElementType().isF32();
  RankedTensorType logical = op.getWeights().getType().getLogical();
  // Their tables give unsigned weights, which sums of the rows make up for.
  bool swapped = gemm && gemm.getTable() && op.getSignedInput() && !isFloat &&
                 gemm.getByteDot().rows == native::Rows::U8;
  bool subtracts = subtractsZeros(op);
  bool needsSums = swapped || (op.getGroupZero() && !subtracts);
  if (Value found = op.getRowSums(); found && needsSums) {
    int64_t sums = input.getNumElements() / gemm.getNative(logical).run;
    if (cast<ShapedType>(found.getType()).getNumElements() != sums)
      return op.emitOpError() << "(PK7) expected " << sums
                              << " sums of rows, found " << found.getType();
  }
  if (Value scale = op.getWeightScale()) {
    QuantType type = QuantType::of(logical);
    if (!gemm || gemm.isBits() || !type || !type.getScale().getStorage())
      return op.emitOpError() << "(PK7) scales need weights of a code with "
                                 "scales in a gemm_layout, found "
                              << op.getWeights().getType();
    native::PackedLayout layout = gemm.getNative(logical);
    int64_t columns = layout.paddedColumns();
    auto found = cast<ShapedType>(scale.getType());
    bool single = isFloat && !op.getAccumulatorAttr() &&
                  found.getNumElements() == columns;
    if (failed(verifyCount(op, "PK7", "scales in panels", scale,
                           single ? columns : columns * layout.taps)) ||
        failed(verifyCount(op, "PK7", "group biases in panels",
                           op.getGroupBias(), columns * layout.taps)) ||
        failed(verifyCount(op, "PK7", "zero points in panels",
                           op.getGroupZero(), columns * layout.taps)))
      return failure();
    Type storage = type.getScale().getStorage();
    Type wanted = storage && storage.getIntOrFloatBitWidth() == 8
                      ? Type(IntegerType::get(op.getContext(), 8))
                      : storage;
    if (found.getElementType() != wanted)
      return op.emitOpError()
             << "(PK7) expected scales of " << wanted << ", found " << found;
    if (op.getGroupBias() && (isFloat || swapped))
      return op.emitOpError() << "(PK7) group biases belong to unsigned rows";
    if (op.getGroupZero() && isFloat)
      return op.emitOpError()
             << "(PK7) zero points of groups belong to integer rows";
  } else if (op.getGroupZero() && !subtracts) {
    return op.emitOpError()
           << "(PK7) zero points of groups need scales of groups";
  } else if (Value bias = op.getGroupBias()) {
    if (!gemm || isFloat || !scales)
      return op.emitOpError() << "(PK7) group biases need scales of groups, or "
                                 "an f32 bias behind i32 sums";
    if (failed(verifyCount(op, "PK7", "biases in panels", bias,
                           gemm.getNative(logical).paddedColumns())))
      return failure();
  }
  if (needsSums != bool(op.getRowSums()))
    return op.emitOpError() << "(PK7) "
                            << (swapped     ? "signed rows of this target need"
                                : needsSums ? "zero points of groups need"
                                            : "this kernel takes no")
                            << " sums of rows";
  if (op.getRowScale() && (!scales || !isa<PackedMatmulOp>(op.getOperation())))
    return op.emitOpError() << "(PK8) scales of rows belong to the dequantize "
                               "and quantize epilogues of qs.packed_matmul";
  if (failed(verifyCount(op, "PK8", "scales of rows", op.getRowScale(),
                         op.getRowCount())))
    return failure();
  bool quantizes = op.getEpilogue().getKind() == EpilogueKind::Quantize;
  Value result = op.getResultScale();
  if (quantizes != bool(result) ||
      (result && cast<ShapedType>(result.getType()).getRank() != 0))
    return op.emitOpError() << "(PK8) quantize needs a result scale of rank 0, "
                               "the other epilogues take none";
  return success();
}

/// PK9: sums of pixels whose windows leave the image.
template <typename KernelOp>
static LogicalResult verifyBorder(KernelOp op, bool isBits, int64_t columns) {
  Value sums = op.getBorderSums(), index = op.getBorderClass();
  if (!sums && !index)
    return success();
  if (!sums || !index || !isBits || !isa<PackedConv2DOp>(op.getOperation()))
    return op.emitOpError() << "(PK9) border sums and classes belong together, "
                               "and to convolutions of rows of bits";
  auto type = cast<ShapedType>(sums.getType());
  if (type.getRank() != 2 || type.getDimSize(0) < 1 ||
      type.getDimSize(1) != columns)
    return op.emitOpError() << "(PK9) expected border sums [classes, "
                            << columns << "], found " << type;
  return verifyCount(op, "PK9", "border classes", index, op.getRowCount());
}

/// PK10: thresholds of the epilogue of that name.
template <typename KernelOp>
static LogicalResult verifyThresholds(KernelOp op, int64_t columns) {
  bool wanted = op.getEpilogue().getKind() == EpilogueKind::Threshold;
  Value thresholds = op.getThresholds(), falling = op.getFalling();
  if (wanted != bool(thresholds) || (falling && !thresholds))
    return op.emitOpError() << "(PK10) threshold needs thresholds, the other "
                               "epilogues take none";
  if (!wanted)
    return success();
  auto type = cast<ShapedType>(thresholds.getType());
  int64_t base = op.getEpilogue().getZeroPoint();
  if (type.getRank() != 2 || type.getDimSize(0) < 1 ||
      type.getDimSize(1) != columns || base < -128 ||
      base + type.getDimSize(0) > (base < 0 ? 127 : 255))
    return op.emitOpError()
           << "(PK10) expected thresholds [L, " << columns
           << "] for levels of 8 bits from " << base << " on, found " << type;
  return verifyCount(op, "PK10", "falling", falling, columns);
}

/// PK3 and PK12: what integer rows go with which plain weights, and i64 sums.
template <typename KernelOp>
static LogicalResult verifyWords(KernelOp op, GemmLayoutAttr gemm) {
  auto input = cast<ShapedType>(op.getInput().getType());
  PackedType packed = op.getWeights().getType();
  bool isWords = input.getElementType().isInteger(16);
  bool isPlain = !gemm || gemm.isPlain();
  if (op.getWide() && (int64_t(*op.getWide()) < 0 || !isPlain ||
                       !isa<IntegerType>(input.getElementType()) ||
                       op.getEpilogue().getKind() == EpilogueKind::Threshold))
    return op.emitOpError()
           << "(PK12) i64 sums take integer rows and plain weights without "
              "thresholds, and at least 0 terms that fit i32, found "
           << int64_t(*op.getWide()) << " terms, " << packed;
  QuantType type = QuantType::of(packed.getLogical());
  if (!gemm || !isPlain || !type)
    return success();
  StringRef name = gemm.getTarget();
  const native::Target &target =
      *native::findTarget({name.data(), name.size()});
  if (!isWords && type.getBits() > 8)
    return op.emitOpError() << "(PK3) weights of 16 bits need rows of i16, "
                               "found rows of "
                            << input.getElementType();
  if (isWords && gemm.getNarrow() != 0)
    return op.emitOpError() << "(PK1) expected no narrow beside rows of i16, "
                               "found "
                            << gemm;
  const native::DotPrimitive words = target.wordsOf(gemm.getK());
  if (isWords && (gemm.getLanes() != words.lanes || gemm.getK() != words.k))
    return op.emitOpError()
           << "(PK1) expected lanes = " << target.words.lanes
           << " and k = " << target.words.k << " or 1 for rows of i16 on "
           << name << ", found " << gemm;
  // Where one side of a dot is unsigned, plain weights fit the other.
  auto [least, most] = type.getIntegerRange();
  if (!isWords && gemm.getByteDot().rows == native::Rows::U8 &&
      (op.getSignedInput() ? least < 0 : most > 127))
    return op.emitOpError() << "(PK3) expected "
                            << (op.getSignedInput() ? "unsigned weights beside "
                                                      "signed rows"
                                                    : "signed weights beside "
                                                      "unsigned rows")
                            << " on " << name << ", found "
                            << packed.getLogical().getElementType();
  return success();
}

/// PK13: what stated sums need.
template <typename KernelOp>
static LogicalResult verifyAccumulator(KernelOp op, bool isFloat) {
  AccumulatorAttr accumulator = op.getAccumulatorAttr();
  std::optional<ArrayRef<int64_t>> span = op.getProductSpan();
  if (!accumulator && !span)
    return success();
  if (!accumulator || accumulator.isInteger() || !isFloat)
    return op.emitOpError() << "(PK13) accumulators are floats, over f32 rows, "
                               "and spans belong to them";
  if (span && (span->size() != 3 || (*span)[0] < 1))
    return op.emitOpError() << "(PK13) expected a span of at least 1 bit, an "
                               "exponent and a limit, found "
                            << span->size() << " sizes";
  return success();
}

/// i32 that hold `count` elements of rows of bits, else `count`.
static int64_t rowElements(GemmLayoutAttr gemm, int64_t count) {
  return gemm && gemm.isBits() ? llvm::divideCeil(count, int64_t(32)) : count;
}

/// PK3 and PK4 of both kernels; `columns` is the last size of the result.
template <typename KernelOp>
static LogicalResult verifyKernel(KernelOp op, int64_t columns) {
  auto input = cast<ShapedType>(op.getInput().getType());
  auto init = cast<ShapedType>(op.getInit().getType());
  EpilogueAttr epilogue = op.getEpilogue();
  auto packed = cast<PackedType>(op.getWeights().getType());
  RankedTensorType logical = packed.getLogical();
  auto gemm = dyn_cast<GemmLayoutAttr>(packed.getLayout());
  bool isFloat = input.getElementType().isF32();
  bool floatWeights =
      gemm ? gemm.isFloat(logical) : logical.getElementType().isF32();
  bool isBits = input.getElementType().isInteger(32);
  if (isBits != (gemm && gemm.isBits()) || (isBits && op.getWeightScale()))
    return op.emitOpError() << "(PK3) rows of i32 belong to weights with a "
                               "table of i32 and no scales, found "
                            << input.getElementType() << " and " << packed;
  if (isFloat != floatWeights)
    return op.emitOpError()
           << "(PK3) expected rows and weights both integer "
              "or both f32, found "
           << input.getElementType() << " and " << logical.getElementType();
  if (usesTables(packed)) {
    SmallVector<float> levels = gemm.getLevels();
    if (!std::is_same_v<KernelOp, PackedMatmulOp> || !op.getSignedInput() ||
        !op.getRowSums() || levels[0] > 0 || levels[1] <= levels[0])
      return op.emitOpError()
             << "(PK11) sums by look-up take a matmul of signed rows with "
                "row_sums and a table of two rising levels from at most 0, "
                "found "
             << packed;
  }
  Type result = init.getElementType();
  EpilogueKind kind = epilogue.getKind();
  bool floatSums = isFloat || op.getWeightScale();
  unsigned sumBits = op.getWide() ? 64 : 32;
  bool fits = kind == EpilogueKind::Store
                  ? (floatSums ? result.isF32() : result.isInteger(sumBits))
              : kind == EpilogueKind::Dequantize ? result.isF32()
              : kind == EpilogueKind::Threshold
                  ? result.isInteger(8)
                  : result.isInteger(8) || result.isInteger(16);
  if (!fits ||
      (isFloat && !op.getAccumulatorAttr() && kind != EpilogueKind::Store) ||
      (floatSums &&
       (kind == EpilogueKind::Requantize || kind == EpilogueKind::Threshold)))
    return op.emitOpError()
           << "(PK3) " << stringifyEpilogueKind(kind) << " does not turn "
           << (floatSums      ? "f32"
               : op.getWide() ? "i64"
                              : "i32")
           << " sums into " << result;
  if (kind == EpilogueKind::Requantize || kind == EpilogueKind::Quantize) {
    int64_t width = int64_t(1) << result.getIntOrFloatBitWidth();
    int64_t lowest = epilogue.getLower() < 0 ? -width / 2 : 0;
    if (epilogue.getLower() < lowest || epilogue.getUpper() >= lowest + width)
      return op.emitOpError()
             << "(PK3) bounds " << epilogue.getLower() << " to "
             << epilogue.getUpper() << " do not fit " << result;
  }
  if (Value bias = op.getBias()) {
    auto type = cast<ShapedType>(bias.getType());
    bool wantFloat = floatSums || kind == EpilogueKind::Dequantize ||
                     kind == EpilogueKind::Quantize;
    Type wanted = wantFloat ? Type(Float32Type::get(op.getContext()))
                            : IntegerType::get(op.getContext(), sumBits);
    if (type.getElementType() != wanted || type.getRank() != 1 ||
        type.getDimSize(0) != columns)
      return op.emitOpError() << "(PK3) expected a bias of " << columns << " "
                              << wanted << ", found " << type;
  }
  if (Value bias = op.getGroupBias();
      bias && !getElementTypeOrSelf(bias.getType()).isInteger(sumBits))
    return op.emitOpError() << "(PK7) expected a group bias of i" << sumBits
                            << ", found " << bias.getType();
  Value multiplier = op.getMultiplier();
  bool scales =
      kind == EpilogueKind::Dequantize || kind == EpilogueKind::Quantize;
  bool optional = scales && (floatSums || op.getRowScale());
  bool none = kind == EpilogueKind::Store || kind == EpilogueKind::Threshold;
  if (!optional && none == bool(multiplier))
    return op.emitOpError()
           << "(PK4) " << stringifyEpilogueKind(kind)
           << (multiplier ? " takes no multiplier" : " needs a multiplier");
  if (multiplier) {
    auto type = cast<ShapedType>(multiplier.getType());
    if (type.getRank() > 1 ||
        (type.getRank() == 1 && type.getDimSize(0) != columns))
      return op.emitOpError() << "(PK4) expected a multiplier of rank 0 or of "
                              << columns << " elements, found " << type;
  }
  if (failed(verifyScales(op, gemm, scales)) ||
      failed(verifyZeros(op, gemm, columns)) || failed(verifyWords(op, gemm)) ||
      failed(verifyBorder(op, isBits, columns)) ||
      failed(verifyThresholds(op, columns)) ||
      failed(verifyAccumulator(op, isFloat)))
    return failure();
  if (usesTables(packed) && isa<MemRefType>(init) && !op.getScratch())
    return op.emitOpError()
           << "(PK6) expected a scratch of " << panelBytes(packed)
           << " bytes for the tables of its sums";
  if (op.getScratch()) {
    auto type = cast<MemRefType>(op.getScratch().getType());
    if (type.getRank() != 1 || type.getDimSize(0) != panelBytes(packed))
      return op.emitOpError() << "(PK6) expected a scratch of "
                              << panelBytes(packed) << " bytes, found " << type;
  }
  return verifyDestination(op, init);
}

LogicalResult PackedMatmulOp::verify() {
  auto packed = cast<PackedType>(getWeights().getType());
  auto layout = dyn_cast<GemmLayoutAttr>(packed.getLayout());
  if (!layout || (layout.getTaps() != 1 && !getWeightScale()) ||
      layout.getGroups() != 1 || packed.getLogical().getRank() != 2)
    return emitOpError() << "(PK1) expected weights of rank 2 in a gemm_layout "
                            "with one tap and one group, found "
                         << packed;
  auto input = cast<ShapedType>(getInput().getType());
  auto init = cast<ShapedType>(getInit().getType());
  int64_t columns = packed.getLogical().getDimSize(layout.getAxis());
  int64_t reduction =
      rowElements(layout, packed.getLogical().getDimSize(1 - layout.getAxis()));
  if (!input.hasStaticShape() || !init.hasStaticShape() ||
      input.getRank() < 1 || input.getRank() != init.getRank() ||
      input.getShape().back() != reduction ||
      init.getShape().back() != columns ||
      input.getShape().drop_back() != init.getShape().drop_back())
    return emitOpError() << "(PK2) expected static [..., " << reduction
                         << "] and [..., " << columns << "], found "
                         << shapeText(input.getShape()) << " and "
                         << shapeText(init.getShape());
  return verifyKernel(*this, columns);
}

LogicalResult PackedConv2DOp::verify() {
  if (failed(verifyInts(*this, "PK5", "stride", getStride(), 2, 1)) ||
      failed(verifyInts(*this, "PK5", "dilation", getDilation(), 2, 1)))
    return failure();
  auto packed = cast<PackedType>(getWeights().getType());
  RankedTensorType logical = packed.getLogical();
  auto layout = dyn_cast<GemmLayoutAttr>(packed.getLayout());
  bool depthwise = isa<DepthwiseLayoutAttr>(packed.getLayout());
  if (logical.getRank() != 4 || (!layout && !depthwise) ||
      (layout && layout.getAxis() != 0))
    return emitOpError() << "(PK1) expected weights of rank 4 in a gemm_layout "
                            "of axis 0 or a depthwise_layout, found "
                         << packed;
  auto input = cast<ShapedType>(getInput().getType());
  auto init = cast<ShapedType>(getInit().getType());
  if (!input.hasStaticShape() || !init.hasStaticShape() ||
      input.getRank() != 4 || init.getRank() != 4)
    return emitOpError() << "(PK2) expected static shapes of rank 4, found "
                         << shapeText(input.getShape()) << " and "
                         << shapeText(init.getShape());
  int64_t groups = depthwise ? logical.getDimSize(0) : layout.getGroups();
  int64_t shape[4] = {input.getDimSize(0), 0, 0, logical.getDimSize(0)};
  for (int d = 0; d < 2; ++d)
    shape[1 + d] =
        windowedSize(input.getDimSize(1 + d), 0, 0, logical.getDimSize(1 + d),
                     getStride()[d], getDilation()[d]);
  int64_t channels = rowElements(layout, logical.getDimSize(3)) * groups;
  if (input.getDimSize(3) != channels)
    return emitOpError() << "(PK2) expected " << channels
                         << " input channels, found " << input.getDimSize(3);
  if (init.getShape() != ArrayRef(shape))
    return emitOpError() << "(PK2) expected a result of shape "
                         << shapeText(shape) << ", found "
                         << shapeText(init.getShape());
  if (layout) {
    int64_t kh = logical.getDimSize(1), kw = logical.getDimSize(2);
    bool folded = layout.getTaps() == kh && groups == 1 &&
                  getDilation()[1] == 1 &&
                  (!layout.isBits() || logical.getDimSize(3) % 32 == 0);
    int64_t run = kh * kw * logical.getDimSize(3) / layout.getTaps();
    bool inside =
        getWeightScale() && run > 0 && logical.getDimSize(3) % run == 0;
    if (layout.getTaps() != kh * kw && !folded && !inside)
      return emitOpError() << "(PK1) expected " << kh * kw
                           << " taps (or KH where the columns of the window "
                              "are contiguous), found "
                           << layout.getTaps();
  }
  return verifyKernel(*this, shape[3]);
}
