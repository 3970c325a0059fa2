//===- Pack.cpp - pack weights and fuse kernel epilogues ------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Batches.h"
#include "Border.h"
#include "Bytes.h"
#include "Lookup.h"
#include "NumberRows.h"
#include "PanelScales.h"
#include "RuntimeRows.h"
#include "RuntimeWeights.h"
#include "Tail.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Remarks.h"
#include "qs/Dialect/QS/IR/LinearForms.h"
#include "qs/Dialect/QS/IR/Names.h"
#include "qs/Dialect/QS/IR/PackedKernels.h"
#include "qs/Dialect/QS/Transforms/Pack/Passes.h"
#include "qs/Dialect/QS/Transforms/Utils/Constants.h"
#include "qs/Dialect/QS/Transforms/Utils/Fallback.h"
#include "qs/Target/Native/TableSums.h"
#include "qs/Target/Native/Tile.h"

namespace qs {
#define GEN_PASS_DEF_PACKPASS
#include "qs/Dialect/QS/Transforms/Pack/Passes.h.inc"
} // namespace qs

using namespace mlir;
using namespace qs;
using namespace qs::pack;

/// Constant integers of any width; nothing where they are not known.
static std::optional<std::vector<int64_t>> readIntegers(Value value) {
  ElementsAttr elements = getConstantElements(value);
  if (!elements || !isa<IntegerType>(elements.getElementType()))
    return {};
  std::vector<int64_t> result;
  for (APInt element : elements.getValues<APInt>())
    result.push_back(element.getSExtValue());
  return result;
}

/// The zero points of the activations in rank 1.
static Value zerosOfRows(OpBuilder &b, const Linear &linear) {
  Value zeros = limitedZeros(b, linear.inputZp, linear.input);
  auto type = cast<RankedTensorType>(zeros.getType());
  if (type.getRank() == 1)
    return zeros;
  return tensor::ExpandShapeOp::create(
      b, linear.op->getLoc(), RankedTensorType::get({1}, type.getElementType()),
      zeros, ArrayRef<ReassociationIndices>{});
}

/// Code words of an image with its zero point around it.
static Value padWithZeros(OpBuilder &b, const Linear &linear, Value words) {
  Location loc = linear.op->getLoc();
  auto type = cast<RankedTensorType>(words.getType());
  Value zero =
      tensor::ExtractOp::create(b, loc, limitedZeros(b, linear.inputZp, linear.input), ValueRange{});
  zero = arith::TruncIOp::create(b, loc, type.getElementType(), zero);
  SmallVector<int64_t> shape(type.getShape());
  shape[1] += linear.pad[0] + linear.pad[1];
  shape[2] += linear.pad[2] + linear.pad[3];
  auto sizes = [&](int64_t top, int64_t left) {
    return SmallVector<OpFoldResult>{b.getIndexAttr(0), b.getIndexAttr(top),
                                     b.getIndexAttr(left), b.getIndexAttr(0)};
  };
  return tensor::PadOp::create(b, loc, type.clone(shape), words,
                               sizes(linear.pad[0], linear.pad[2]),
                               sizes(linear.pad[1], linear.pad[3]), zero);
}

/// The bias with everything that zero points and the conversion of the rows
/// ask for: bias - (zero point + shift) * column sums, in the type of the sums.
static Value makeIntegerBias(OpBuilder &b, const Linear &linear,
                             const Weights &weights, const Rows &rows) {
  Location loc = linear.op->getLoc();
  int64_t columns = linear.columns();
  bool wide = linear.resultType().getElementType().isInteger(64);
  int64_t offset = rows.shift + rows.zeroPoint.value_or(0);
  std::vector<int64_t> corrected(columns);
  std::optional<std::vector<int64_t>> known;
  if (linear.bias)
    known = readIntegers(linear.bias);
  for (int64_t c = 0; c < columns; ++c)
    corrected[c] = (known ? (*known)[c] : 0) - offset * weights.sums[c];
  bool unknownBias = linear.bias && !known;
  bool none = llvm::all_of(corrected, [](int64_t x) { return x == 0; });
  if (none && rows.zeroPoint)
    return unknownBias ? linear.bias : Value();
  Value bias = makeIntegers(b, loc, wide, corrected);
  if (unknownBias)
    bias = arith::AddIOp::create(b, loc, bias, linear.bias);
  if (rows.zeroPoint)
    return bias;
  Value zero =
      tensor::ExtractOp::create(b, loc, limitedZeros(b, linear.inputZp, linear.input), ValueRange{});
  auto type = cast<RankedTensorType>(bias.getType());
  if (wide)
    zero = arith::ExtSIOp::create(b, loc, type.getElementType(), zero);
  Value product =
      arith::MulIOp::create(b, loc, tensor::SplatOp::create(b, loc, type, zero),
                            makeIntegers(b, loc, wide, weights.sums));
  return arith::SubIOp::create(b, loc, bias, product);
}

/// The sums of the levels in each column, or in each group, in panel order.
static Value makeColumnSums(OpBuilder &b, Location loc, GemmLayoutAttr layout,
                            const Weights &weights, bool grouped, bool wide) {
  if (grouped)
    return makeGroupBias(b, loc, layout, weights.logical, weights.levels,
                         /*offset=*/-1, wide);
  native::PackedLayout native = layout.getNative(weights.logical);
  std::vector<int64_t> padded(native.paddedColumns(), 0);
  for (int64_t c = 0; c < int64_t(weights.sums.size()); ++c)
    padded[native.scaleOffset(c / native.columns, c % native.columns, 0, 1)] =
        weights.sums[c];
  return makeIntegers(b, loc, wide, padded);
}

/// A constant bias with the columns of each group padded to whole vectors; null
/// without.
static Value makePanelBias(OpBuilder &b, Location loc,
                           const native::PackedLayout &layout, Value bias) {
  if (!bias)
    return {};
  std::vector<int64_t> columns = *readIntegers(bias);
  std::vector<int64_t> padded(layout.paddedColumns(), 0);
  for (int64_t c = 0; c < int64_t(columns.size()); ++c)
    padded[layout.scaleOffset(c / layout.columns, c % layout.columns, 0, 1)] =
        columns[c];
  return makeIntegers(b, loc, getElementTypeOrSelf(bias).isInteger(64), padded);
}

/// The activations as the kernel reads them.
static Value makeRows(OpBuilder &b, const Linear &linear, const Rows &rows) {
  Location loc = linear.op->getLoc();
  Value input = toBytes(b, loc, linear.input, !rows.isBits());
  // What a kernel takes off its sums it takes off padding, too.
  bool padsZeros =
      linear.hasPadding() && (!rows.zeroPoint || rows.zerosInKernel);
  bool pads = linear.hasPadding() && !padsZeros;
  if (padsZeros)
    input = padWithZeros(b, linear, input);
  if (!pads && rows.channelPad == 0 && rows.conversion == RowConversion::Copy)
    return input;
  auto type = cast<RankedTensorType>(input.getType());
  SmallVector<int64_t> shape(type.getShape());
  if (pads) {
    shape[1] += linear.pad[0] + linear.pad[1];
    shape[2] += linear.pad[2] + linear.pad[3];
  }
  shape.back() += rows.channelPad;
  Type element = type.getElementType();
  if (rows.isBits()) {
    shape.back() = llvm::divideCeil(shape.back(), int64_t(32));
    element = b.getI32Type();
  }
  if (rows.conversion == RowConversion::SignExtend ||
      rows.conversion == RowConversion::ZeroExtend)
    element = b.getI16Type();
  Value init = tensor::EmptyOp::create(b, loc, shape, element);
  // Padding of bits is a word; makeBorder takes it out of the sums again.
  int64_t fill = 0;
  if (pads && !rows.isBits() && !linear.isFloat())
    fill = *rows.zeroPoint + rows.shift;
  SmallVector<int64_t> none(4, 0);
  return PrepareRowsOp::create(b, loc, TypeRange{init.getType()}, input, init,
                               rows.conversion, pads ? linear.pad : none,
                               rows.channelPad, fill)
      .getResult(0);
}

/// The table of a kernel over rows of bits.
static DenseArrayAttr signTable(DenseArrayAttr table) {
  SmallVector<int32_t> signs(cast<DenseI8ArrayAttr>(table).asArrayRef());
  return DenseI32ArrayAttr::get(table.getContext(), signs);
}

/// Sums of the runs of rows.
static Value makeRowSums(OpBuilder &b, Location loc, Value rows, int64_t run,
                         bool unsignedBytes) {
  SmallVector<int64_t> shape(cast<ShapedType>(rows.getType()).getShape());
  shape.back() /= run;
  Value init = tensor::EmptyOp::create(b, loc, shape, b.getI32Type());
  unsignedBytes &= getElementTypeOrSelf(rows.getType()).isInteger(8);
  return SumRunsOp::create(b, loc, TypeRange{init.getType()}, rows, init,
                           unsignedBytes)
      .getResult(0);
}

static Value makeConstant(OpBuilder &b, Location loc, const Weights &weights,
                          LayoutAttrInterface layout) {
  SmallVector<char> bytes = layout.pack(weights.logical, weights.words);
  auto type = RankedTensorType::get({int64_t(bytes.size())}, b.getI8Type());
  return PackedConstantOp::create(
      b, loc, PackedType::get(b.getContext(), weights.logical, layout),
      DenseElementsAttr::getFromRawBuffer(type, bytes));
}

/// Puts words of 0, 1 and 2 five in a byte where that takes fewer bytes, or
/// says why not.
static void packFives(const Weights &weights, Plan &plan, std::string &why) {
  auto gemm = dyn_cast<GemmLayoutAttr>(plan.layout);
  DenseI8ArrayAttr levels;
  if (gemm && gemm.getTable())
    levels = dyn_cast<DenseI8ArrayAttr>(gemm.getTable());
  if (!levels || levels.size() != 4 ||
      llvm::any_of(weights.words, [](uint32_t word) { return word > 2; })) {
    why = "its kernel has no table of three integers";
    return;
  }
  GemmLayoutAttr fives = gemm.withTable(DenseI8ArrayAttr::get(
      gemm.getContext(), levels.asArrayRef().drop_back()));
  if (fives.getNative(weights.logical).storedSteps() <
      gemm.getNative(weights.logical).storedSteps())
    plan.layout = cast<LayoutAttrInterface>(fives);
  else
    why = "its runs take as many bytes as with 2 bits a weight";
}

/// The only number of each column, i32.
static Value makeColumns(OpBuilder &b, Location loc,
                         const std::vector<std::vector<int32_t>> &numbers) {
  std::vector<int32_t> columns;
  for (const std::vector<int32_t> &column : numbers)
    columns.push_back(column.front());
  return makeInts(b, loc, {int64_t(columns.size())}, columns);
}

/// The layout for sums of one row by look-up, where that is faster than dots.
static GemmLayoutAttr forTables(const native::Target &target, int64_t rows,
                                GemmLayoutAttr gemm, const Weights &weights) {
  using native::TableSums;
  GemmLayoutAttr words =
      gemm.withVectors(TableSums::lanes, TableSums::vectors, TableSums::k);
  native::PackedLayout layout = words.getNative(weights.logical);
  return TableSums::uses(target, layout) &&
                 TableSums::serves(target, layout.planes.bits, rows,
                                   layout.columns) &&
                 TableSums::bytes(layout) <= target.l2Bytes / 2
             ? words
             : GemmLayoutAttr();
}

/// Turns to signed rows, whose sums make up for what makes the weights
/// unsigned.
static void swapSigns(Plan &plan) {
  bool flips = plan.rows.conversion == RowConversion::FlipSign;
  plan.rows.conversion = flips ? RowConversion::Copy : RowConversion::FlipSign;
  plan.rows.shift = flips ? 0 : -128;
  plan.rows.isSigned = plan.rows.needSums = true;
}

/// Turns to weights of unsigned words that stay in their slots where rows are
/// few, and gives their panels the width for it.
static void keepInPlace(const Linear &linear, const native::Target &target,
                        const Weights &weights, Plan &plan) {
  auto gemm = dyn_cast<GemmLayoutAttr>(plan.layout);
  int64_t rows = linear.rows();
  if (!gemm || !weights.isSorted() || linear.isConv ||
      linear.takesFloatRows() || target.integer.kind != native::Dot::VpDpBusd ||
      rows > native::maxStreamedRows)
    return;
  if (!plan.rows.needSums) {
    // Groups have biases of their own for unsigned rows.
    if (linear.weightScale)
      return;
    swapSigns(plan);
  }
  native::PackedLayout layout = gemm.getNative(weights.logical);
  if (auto tables = forTables(target, rows, gemm, weights)) {
    plan.layout = cast<LayoutAttrInterface>(tables);
    return;
  }
  int64_t blocks = linear.weightScale ? layout.storedSteps() : 0;
  plan.layout = cast<LayoutAttrInterface>(gemm.withVectors(
      native::inPlaceVectors(layout.planes.places(), blocks, rows)));
}

namespace {
/// A plan and the weights as it packs them.
struct Packing {
  Plan plan;
  Weights weights;
};
} // namespace

static std::optional<Packing> readPacking(const Linear &linear,
                                          const native::Target &target,
                                          bool narrow, std::string &why) {
  int64_t group = linear.scaleGroup();
  std::optional<Plan> plan = planKernel(linear, target, group, narrow, why);
  if (!plan || (narrow && !plan->narrow))
    return {};
  auto gemm = dyn_cast<GemmLayoutAttr>(plan->layout);
  // Channels that are added hold zero, which not every code has a word for.
  bool tables = gemm && plan->rows.channelPad == 0;
  std::optional<Weights> weights =
      readWeights(linear, target, {tables, plan->plain}, why);
  if (!weights)
    return {};
  if (group > 0 && weights->scales.empty()) {
    // The weights became plain numbers: no scale cuts the runs.
    plan = planKernel(linear, target, 0, narrow, why);
    if (!plan)
      return {};
    gemm = dyn_cast<GemmLayoutAttr>(plan->layout);
  }
  if (weights->table && plan->rows.isBits())
    weights->table = signTable(weights->table);
  else
    weights->sortWords();
  if (weights->table)
    plan->layout = cast<LayoutAttrInterface>(gemm.withTable(weights->table));
  if (plan->rows.channelPad > 0)
    weights->padChannels(linear, plan->rows.channelPad);
  return Packing{std::move(*plan), std::move(*weights)};
}

/// With the narrow dot of the target where the weights allow it.
static std::optional<Packing> choosePacking(const Linear &linear,
                                            const native::Target &target,
                                            std::string &why) {
  std::string whyNot;
  if (target.narrow.lanes > 0)
    if (auto packing = readPacking(linear, target, /*narrow=*/true, whyNot)) {
      // Words in the order of their levels need no look-up then.
      if (linear.rows() <= native::maxStreamedRows && !linear.isConv &&
          !linear.weightScale && packing->weights.isSorted())
        swapSigns(packing->plan);
      if (int64_t steps =
              stepsOfNarrowSums(linear, packing->plan, packing->weights)) {
        auto gemm = cast<GemmLayoutAttr>(packing->plan.layout);
        packing->plan.layout =
            cast<LayoutAttrInterface>(gemm.withNarrow(steps));
        return packing;
      }
    }
  return readPacking(linear, target, /*narrow=*/false, why);
}

/// Replaces the op and its tail by a packed kernel, or gives the reason why
/// not. The op stays for the caller to erase.
static LogicalResult packLinear(const Linear &linear,
                                const native::Target &target, bool fives,
                                std::string &why) {
  std::optional<Packing> packing = choosePacking(linear, target, why);
  if (!packing)
    return failure();
  Plan *plan = &packing->plan;
  Weights *weights = &packing->weights;
  auto gemm = dyn_cast<GemmLayoutAttr>(plan->layout);
  bool asked = linear.op->hasAttr(kFivesAttr);
  if (fives || asked) {
    std::string whyNot;
    packFives(*weights, *plan, whyNot);
    if (asked && !whyNot.empty())
      emitFallbackRemark(linear.op, "qs-pack",
                         "not packed in fives: " + whyNot);
  }
  if (weights->element)
    plan->layout =
        cast<LayoutAttrInterface>(gemm.withElement(weights->element));
  keepInPlace(linear, target, *weights, *plan);
  bool floats = linear.takesFloatRows();
  bool grouped = linear.weightScale && !floats;
  std::optional<Tail> found;
  if (grouped || linear.accumulator)
    found = groupTail(linear);
  else if (linear.isFloat())
    found = floatTail(linear, why);
  else if (gemm && plan->rows.zeroPoint &&
           (!linear.bias || readIntegers(linear.bias)))
    found = realTail(linear);
  if (!found && linear.isFloat())
    return failure();
  // An f32 bias leaves the i32 one to what the sums start from.
  bool startsFromBias = found && !grouped && !floats;
  if (!found)
    found = integerTail(linear);
  Tail &tail = *found;

  // All operands of the tail are there where its last op is.
  OpBuilder b(tail.ops.back());
  Location loc = linear.op->getLoc();
  Value bias = floats || grouped
                   ? tail.bias
                   : makeIntegerBias(b, linear, *weights, plan->rows);
  Value rows = linear.accumulator
                   ? makeNumberRows(b, linear, target, plan->rows)
                   : makeRows(b, linear, plan->rows);
  DenseI64ArrayAttr span;
  if (plan->rows.span && weights->span) {
    num::NumberSpan product = plan->rows.span->times(*weights->span);
    span =
        b.getDenseI64ArrayAttr({product.bits, product.exponent, product.limit});
  }
  KernelOperands operands;
  operands.input = rows;
  operands.weights = makeConstant(b, loc, *weights, plan->layout);
  operands.bias = bias;
  if (startsFromBias) {
    operands.groupBias = makePanelBias(
        b, loc, cast<GemmLayoutAttr>(plan->layout).getNative(weights->logical),
        bias);
    operands.bias = tail.bias;
  }
  bool wide = plan->wide.has_value();
  gemm = dyn_cast<GemmLayoutAttr>(plan->layout);
  if (!weights->scales.empty()) {
    operands.weightScale = makePanelScales(
        b, loc, gemm.getNative(weights->logical), weights->scales,
        QuantType::of(weights->logical).getScale().getStorage());
    if (grouped && !plan->rows.needSums)
      operands.groupBias =
          makeGroupBias(b, loc, gemm, weights->logical, weights->levels,
                        plan->rows.shift + *plan->rows.zeroPoint, wide);
  }
  if (!weights->zeros.empty() && gemm)
    operands.groupZero =
        makePanelZeros(b, loc, gemm.getNative(weights->logical), weights->zeros,
                       !weights->plainZeros);
  else if (!weights->zeros.empty())
    operands.groupZero = makeColumns(b, loc, weights->zeros);
  if (plan->rows.zerosInKernel) {
    operands.rowZero = zerosOfRows(b, linear);
    operands.columnSums = makeColumnSums(b, loc, gemm, *weights, grouped, wide);
  }
  if (wide)
    operands.wide = b.getI64IntegerAttr(*plan->wide);
  if (linear.hasPadding() && plan->rows.isBits()) {
    Border border = makeBorder(b, linear, *weights);
    operands.borderSums = border.sums;
    operands.borderClass = border.classes;
  }
  if (plan->rows.needSums || (operands.groupZero && !weights->plainZeros))
    operands.rowSums =
        makeRowSums(b, loc, rows, gemm.getNative(weights->logical).run,
                    !plan->rows.isSigned);
  operands.multiplier = tail.multiplier;
  operands.rowScale = tail.rowScale;
  operands.resultScale = tail.resultScale;
  operands.thresholds = tail.thresholds;
  operands.falling = tail.falling;
  operands.init = tensor::EmptyOp::create(
      b, loc, linear.resultType().getShape(), tail.element);
  operands.epilogue = tail.epilogue;
  operands.signedInput = plan->rows.isSigned;
  operands.accumulator = linear.accumulator;
  operands.productSpan = span;
  Value result =
      linear.isConv
          ? makePackedConv2D(b, loc, operands, linear.stride, linear.dilation)
                .getResult(0)
          : makePackedMatmul(b, loc, operands).getResult(0);
  Value old = tail.ops.back()->getResult(0);
  old.replaceAllUsesWith(fromBytes(b, loc, result, old.getType()));

  for (Operation *op : llvm::reverse(tail.ops))
    op->erase();
  return success();
}

namespace {

struct Pack : qs::impl::PackPassBase<Pack> {
  using PackPassBase::PackPassBase;

  void runOnOperation() override {
    const native::Target *chosen = resolveTarget(target);
    if (!chosen) {
      getOperation()->emitError()
          << "unknown target " << target
          << ", expected avx512vnni, avx2, generic or host";
      return signalPassFailure();
    }
    SmallVector<Operation *> work;
    SmallVector<LookupOp> lookups;
    SmallVector<QuantizeOp> quantizations;
    getOperation()->walk([&](Operation *op) {
      if (Linear::get(op))
        work.push_back(op);
      else if (auto lookup = dyn_cast<LookupOp>(op))
        lookups.push_back(lookup);
      else if (auto quantize = dyn_cast<QuantizeOp>(op))
        quantizations.push_back(quantize);
    });
    for (QuantizeOp quantize : quantizations)
      packRuntimeRows(quantize);
    for (LookupOp op : lookups) {
      std::string why;
      if (succeeded(packLookup(op, *chosen, why))) {
        ++numPacked;
        continue;
      }
      ++numLeft;
      emitFallbackRemark(op, "qs-pack", why);
    }
    for (Operation *op : work) {
      // Read late: packing an op replaces the input of the next.
      std::string why;
      if (packRuntimeWeights(*Linear::get(op), *chosen, why)) {
        ++numPacked;
        continue;
      }
      if (Conv2DOp grouped;
          why.empty() && (grouped = groupBatches(*Linear::get(op), why)))
        op = grouped;
      if (why.empty() &&
          succeeded(packLinear(*Linear::get(op), *chosen, fives, why))) {
        ++numPacked;
        continue;
      }
      ++numLeft;
      emitFallbackRemark(op, "qs-pack", why);
    }
  }
};

} // namespace
