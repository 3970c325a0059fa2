//===- QSToVector.cpp - packed kernels to vector loops --------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/SymbolTable.h"
#include "qs/Conversion/QSToVector/Depthwise.h"
#include "qs/Conversion/QSToVector/Gemm.h"
#include "qs/Conversion/QSToVector/Lookup.h"
#include "qs/Conversion/QSToVector/Passes.h"
#include "qs/Conversion/QSToVector/Prepare.h"
#include "qs/Dialect/QS/IR/QSOps.h"
#include "llvm/ADT/TypeSwitch.h"

namespace qs {
#define GEN_PASS_DEF_QSTOVECTORPASS
#include "qs/Conversion/QSToVector/Passes.h.inc"
} // namespace qs

using namespace mlir;
using namespace qs;

namespace {

const native::Target &targetNamed(StringRef name) {
  return *native::findTarget({name.data(), name.size()});
}

/// A flat buffer of bytes as one of wider elements.
Value asWords(OpBuilder &b, Location loc, Value bytes, Type element) {
  int64_t size = cast<MemRefType>(bytes.getType()).getDimSize(0);
  auto words =
      MemRefType::get({size * 8 / element.getIntOrFloatBitWidth()}, element);
  Value zero = arith::ConstantIndexOp::create(b, loc, 0);
  return memref::ViewOp::create(b, loc, words, bytes, zero, ValueRange{});
}

/// How plain integer weights lie; bytes where they are none.
vec::StoredWeights storedWeights(PackedType packed) {
  auto gemm = dyn_cast<GemmLayoutAttr>(packed.getLayout());
  QuantType type = QuantType::of(packed.getLogical());
  if (!type || !type.isInteger() || (gemm && !gemm.isPlain()))
    return {};
  return {type.getBits() > 8 ? 16u : 8u, type.getIntegerRange().first >= 0};
}

/// Constants of a module, one global for each distinct attribute and type.
class Globals {
public:
  explicit Globals(ModuleOp module) : symbols(module) {}

  /// A flat memref of `element` over the bytes of a packed constant.
  Value get(OpBuilder &b, Location loc, PackedConstantOp constant) {
    auto bytes = constant.getBytes();
    auto type = MemRefType::get(
        cast<ShapedType>(bytes.getType()).getShape(), b.getI8Type());
    memref::GlobalOp &global = known[bytes];
    if (!global) {
      OpBuilder top(b.getContext());
      global = memref::GlobalOp::create(
          top, loc, "qs_packed", b.getStringAttr("private"), type, bytes,
          /*constant=*/true, b.getI64IntegerAttr(64));
      symbols.insert(global);
    }
    Value whole =
        memref::GetGlobalOp::create(b, loc, type, global.getSymName());
    if (constant.getType().getLogical().getElementType().isF32())
      return asWords(b, loc, whole, b.getF32Type());
    auto gemm = dyn_cast<GemmLayoutAttr>(constant.getType().getLayout());
    if (gemm && gemm.isBits())
      return asWords(b, loc, whole, b.getI32Type());
    if (storedWeights(constant.getType()).bits == 16)
      return asWords(b, loc, whole, b.getI16Type());
    return whole;
  }

private:
  SymbolTable symbols;
  DenseMap<Attribute, memref::GlobalOp> known;
};

/// A rank-1 view of a contiguous buffer, or null.
Value flatten(OpBuilder &b, Location loc, Value buffer) {
  auto type = cast<MemRefType>(buffer.getType());
  SmallVector<int64_t> strides;
  int64_t offset;
  if (!type.hasStaticShape() ||
      failed(type.getStridesAndOffset(strides, offset)))
    return {};
  int64_t expected = 1;
  for (int64_t d = type.getRank() - 1; d >= 0; --d) {
    if (type.getDimSize(d) != 1 && strides[d] != expected)
      return {};
    expected *= type.getDimSize(d);
  }
  if (type.getRank() == 1 && type.getLayout().isIdentity())
    return buffer;
  int64_t count = type.getNumElements();
  if (offset == 0) {
    auto flat = MemRefType::get({count}, type.getElementType(),
                                MemRefLayoutAttrInterface(),
                                type.getMemorySpace());
    return memref::ReinterpretCastOp::create(
        b, loc, flat, buffer, /*offset=*/0, ArrayRef<int64_t>{count},
        ArrayRef<int64_t>{1});
  }
  auto layout = StridedLayoutAttr::get(b.getContext(), ShapedType::kDynamic,
                                       {1});
  auto flat = MemRefType::get({count}, type.getElementType(), layout,
                              type.getMemorySpace());
  auto metadata = memref::ExtractStridedMetadataOp::create(b, loc, buffer);
  return memref::ReinterpretCastOp::create(
      b, loc, flat, metadata.getBaseBuffer(),
      OpFoldResult(metadata.getOffset()),
      ArrayRef<OpFoldResult>{b.getIndexAttr(count)},
      ArrayRef<OpFoldResult>{b.getIndexAttr(1)});
}

/// Flat operands of a kernel, or an error at the op.
template <typename KernelOp>
FailureOr<vec::GemmOperands> kernelOperands(OpBuilder &b, KernelOp op,
                                            Globals &globals) {
  auto constant =
      op.getWeights().template getDefiningOp<PackedConstantOp>();
  auto view = op.getWeights().template getDefiningOp<PackedViewOp>();
  vec::GemmOperands operands;
  Location loc = op.getLoc();
  if (constant)
    operands.weights = globals.get(b, loc, constant);
  else if (view)
    operands.weights = flatten(b, loc, view.getWords());
  if (!operands.weights)
    return op.emitOpError() << "expected weights from a qs.packed_constant or "
                               "a contiguous qs.packed_view";
  for (auto [from, to] :
       {std::pair<Value, Value *>(op.getInput(), &operands.rows),
        {op.getBias(), &operands.bias},
        {op.getMultiplier(), &operands.multiplier},
        {op.getWeightScale(), &operands.weightScale},
        {op.getGroupBias(), &operands.groupBias},
        {op.getGroupZero(), &operands.groupZero},
        {op.getRowSums(), &operands.rowSums},
        {op.getRowZero(), &operands.rowZero},
        {op.getColumnSums(), &operands.columnSums},
        {op.getRowScale(), &operands.rowScale},
        {op.getResultScale(), &operands.resultScale},
        {op.getBorderSums(), &operands.borderSums},
        {op.getBorderClass(), &operands.borderClass},
        {op.getThresholds(), &operands.thresholds},
        {op.getFalling(), &operands.falling},
        {op.getScratch(), &operands.scratch},
        {op.getInit(), &operands.result}}) {
    if (!from)
      continue;
    *to = flatten(b, loc, from);
    if (!*to)
      return op.emitOpError()
             << "expected a contiguous buffer, found " << from.getType();
  }
  if (operands.scratch && isa<FloatType>(getElementTypeOrSelf(operands.rows)))
    operands.scratch = asWords(b, loc, operands.scratch, b.getF32Type());
  return operands;
}

/// Whether a buffer is a constant whose floats are all finite.
bool isFiniteConstant(Value buffer) {
  auto get = buffer.getDefiningOp<memref::GetGlobalOp>();
  if (!get)
    return false;
  auto global = SymbolTable::lookupNearestSymbolFrom<memref::GlobalOp>(
      get, get.getNameAttr());
  auto values = global ? dyn_cast_or_null<DenseElementsAttr>(
                             global.getInitialValueAttr())
                       : DenseElementsAttr();
  return values && global.getConstant() &&
         llvm::all_of(values.getValues<APFloat>(),
                      [](const APFloat &value) { return value.isFinite(); });
}

/// Whether encoded weights that are taken term by term have a place to be
/// decoded to.
template <typename KernelOp>
LogicalResult checkScratch(KernelOp op, GemmLayoutAttr layout) {
  AccumulatorAttr accumulator = op.getAccumulatorAttr();
  if (!accumulator || op.getScratch() || !layout.isEncoded() ||
      native::sumsInOrder(
          layout.getNative(op.getWeights().getType().getLogical()),
          accumulator.getAccumulation(), bool(op.getWeightScale())))
    return success();
  return op.emitOpError() << "(PK6) expected a scratch of "
                          << op.getScratchBytes()
                          << " bytes for the order of its sums";
}

template <typename KernelOp> vec::Epilogue epilogueOf(KernelOp op) {
  Value multiplier = op.getMultiplier();
  bool perColumn =
      multiplier && cast<MemRefType>(multiplier.getType()).getRank() == 1;
  vec::Epilogue epilogue = vec::makeEpilogue(
      op.getEpilogue(), perColumn,
      cast<MemRefType>(op.getInit().getType()).getElementTypeBitWidth());
  if (Value thresholds = op.getThresholds()) {
    epilogue.columns = op.getColumnCount();
    epilogue.thresholds = cast<MemRefType>(thresholds.getType()).getDimSize(0);
  }
  // The product of finite numbers may overflow, but it is no NaN.
  epilogue.anyMultiplier =
      op.getResultScale() || (multiplier && !isFiniteConstant(multiplier));
  return epilogue;
}

/// How the sums are made, where that is stated.
template <typename ProblemT, typename KernelOp>
void describeSums(ProblemT &problem, KernelOp op) {
  if (AccumulatorAttr accumulator = op.getAccumulatorAttr())
    problem.sums = accumulator.getAccumulation();
  if (std::optional<ArrayRef<int64_t>> span = op.getProductSpan())
    problem.product = num::NumberSpan{int((*span)[0]), int((*span)[1]),
                                      int((*span)[2])};
}

/// What the kernel multiplies and adds besides plain weights.
template <typename KernelOp>
void describeWeights(vec::GemmProblem &problem, KernelOp op,
                     GemmLayoutAttr layout) {
  if (layout.isBits()) {
    problem.signs = problem.layout.taps * problem.layout.run;
    problem.layout = problem.layout.slots();
    problem.hasBorder = bool(op.getBorderSums());
    return;
  }
  problem.stored = storedWeights(op.getWeights().getType());
  if (op.getWide())
    problem.wide = *op.getWide();
  problem.narrow = layout.getNarrow();
  problem.table = layout.getTable();
  problem.element = layout.getElement();
  if (op.getRowSums() && op.getSignedInput() &&
      layout.getByteDot().rows == native::Rows::U8) {
    SmallVector<float> levels = layout.getLevels();
    problem.levelOffset =
        -int64_t(std::min(0.0f, *llvm::min_element(levels)));
  }
  describeSums(problem, op);
  Value scale = op.getWeightScale();
  if (!scale)
    return;
  RankedTensorType logical = op.getWeights().getType().getLogical();
  problem.scaleStorage = QuantType::of(logical).getScale().getStorage();
  problem.scaleRuns = cast<MemRefType>(scale.getType()).getNumElements() /
                      problem.layout.paddedColumns();
}

LogicalResult lower(OpBuilder &b, PackedMatmulOp op, Globals &globals,
                    int64_t threads) {
  FailureOr<vec::GemmOperands> operands = kernelOperands(b, op, globals);
  if (failed(operands))
    return failure();
  auto packed = cast<PackedType>(op.getWeights().getType());
  auto layout = cast<GemmLayoutAttr>(packed.getLayout());
  if (failed(checkScratch(op, layout)))
    return failure();
  vec::GemmProblem weights;
  weights.layout = layout.getNative(packed.getLogical());
  describeWeights(weights, op, layout);
  auto problem = vec::GemmProblem::matmul(op.getRowCount(), std::move(weights));
  problem.signedRows = op.getSignedInput();
  problem.bias = bool(op.getBias());
  problem.epilogue = epilogueOf(op);
  problem.threads = threads;
  vec::emitGemm(b, op.getLoc(), targetNamed(layout.getTarget()), problem,
                *operands);
  return success();
}

void lowerDepthwise(OpBuilder &b, PackedConv2DOp op,
                    DepthwiseLayoutAttr layout,
                    const vec::GemmOperands &operands, int64_t threads) {
  ArrayRef<int64_t> in = cast<MemRefType>(op.getInput().getType()).getShape();
  ArrayRef<int64_t> out = cast<MemRefType>(op.getInit().getType()).getShape();
  auto logical = cast<PackedType>(op.getWeights().getType()).getLogical();
  vec::DepthwiseProblem problem;
  problem.batch = in[0];
  problem.height = in[1];
  problem.width = in[2];
  problem.channels = in[3];
  problem.kernel = {logical.getDimSize(1), logical.getDimSize(2)};
  problem.stride = {op.getStride()[0], op.getStride()[1]};
  problem.dilation = {op.getDilation()[0], op.getDilation()[1]};
  describeSums(problem, op);
  problem.out = {out[1], out[2]};
  problem.signedRows = op.getSignedInput();
  problem.stored = storedWeights(op.getWeights().getType());
  problem.wide = op.getWide().has_value();
  problem.bias = bool(op.getBias());
  problem.epilogue = epilogueOf(op);
  problem.threads = threads;
  if (layout.isQuads())
    vec::emitDepthwiseQuads(b, op.getLoc(), problem, layout.getQuads(logical),
                            operands);
  else
    vec::emitDepthwise(b, op.getLoc(), targetNamed(layout.getTarget()),
                       problem, operands);
}

LogicalResult lower(OpBuilder &b, PackedConv2DOp op, Globals &globals,
                    int64_t threads) {
  FailureOr<vec::GemmOperands> operands = kernelOperands(b, op, globals);
  if (failed(operands))
    return failure();
  auto packed = cast<PackedType>(op.getWeights().getType());
  if (auto depthwise = dyn_cast<DepthwiseLayoutAttr>(packed.getLayout())) {
    lowerDepthwise(b, op, depthwise, *operands, threads);
    return success();
  }
  auto layout = cast<GemmLayoutAttr>(packed.getLayout());
  if (failed(checkScratch(op, layout)))
    return failure();
  RankedTensorType logical = packed.getLogical();
  ArrayRef<int64_t> in = cast<MemRefType>(op.getInput().getType()).getShape();
  ArrayRef<int64_t> out = cast<MemRefType>(op.getInit().getType()).getShape();
  int64_t line = in[2] * in[3];

  vec::GemmProblem problem;
  problem.layout = layout.getNative(logical);
  describeWeights(problem, op, layout);
  problem.batch = in[0];
  problem.batchStride = in[1] * line;
  problem.groupStride = in[3] / layout.getGroups();
  problem.rows = out[1] * out[2];
  problem.rowWidth = out[2];
  problem.rowStrides = {op.getStride()[0] * line, op.getStride()[1] * in[3]};
  // Groups of scales lie within the channels of a tap.
  int64_t inTap =
      std::max<int64_t>(1, problem.groupStride / problem.layout.run);
  problem.outer = {logical.getDimSize(1),
                   layout.getTaps() / logical.getDimSize(1) / inTap, inTap};
  problem.outerStrides = {op.getDilation()[0] * line,
                          op.getDilation()[1] * in[3], problem.layout.run};
  problem.resultRowStride = out[3];
  problem.resultBatchStride = out[1] * out[2] * out[3];
  problem.signedRows = op.getSignedInput();
  problem.bias = bool(op.getBias());
  problem.epilogue = epilogueOf(op);
  problem.threads = threads;
  problem.foldBatch();
  vec::emitGemm(b, op.getLoc(), targetNamed(layout.getTarget()), problem,
                *operands);
  return success();
}

LogicalResult lower(OpBuilder &b, PrepareRowsOp op, Globals &, int64_t) {
  Value input = flatten(b, op.getLoc(), op.getInput());
  Value output = flatten(b, op.getLoc(), op.getInit());
  if (!input || !output)
    return op.emitOpError() << "expected contiguous buffers, found "
                            << op.getInput().getType() << " and "
                            << op.getInit().getType();
  auto type = cast<MemRefType>(op.getInput().getType());
  vec::PrepareProblem problem;
  if (type.getRank() == 4) {
    problem.batch = type.getDimSize(0);
    problem.height = type.getDimSize(1);
    problem.width = type.getDimSize(2);
    problem.channels = type.getDimSize(3);
  } else {
    problem.channels = type.getShape().back();
    problem.width =
        problem.channels ? type.getNumElements() / problem.channels : 0;
  }
  llvm::copy(op.getPad(), problem.pad.begin());
  problem.channelPad = op.getChannelPad();
  problem.fill = op.getFill();
  problem.convert = op.getConversion();
  problem.table = op.getTableAttr();
  problem.element = op.getElement().value_or(Type());
  problem.zeroPoint = int32_t(op.getZeroPoint());
  if (std::optional<StringRef> target = op.getTarget())
    problem.target = &targetNamed(*target);
  vec::emitPrepare(b, op.getLoc(), problem, input, output);
  return success();
}

LogicalResult lower(OpBuilder &b, SumRunsOp op, Globals &, int64_t) {
  Value input = flatten(b, op.getLoc(), op.getInput());
  Value output = flatten(b, op.getLoc(), op.getInit());
  if (!input || !output)
    return op.emitOpError() << "expected contiguous buffers, found "
                            << op.getInput().getType() << " and "
                            << op.getInit().getType();
  int64_t sums = cast<MemRefType>(op.getInit().getType()).getNumElements();
  int64_t elements = cast<MemRefType>(op.getInput().getType()).getNumElements();
  vec::emitSumRuns(b, op.getLoc(), sums, elements / sums, op.getUnsignedInput(),
                   input, output);
  return success();
}

LogicalResult lower(OpBuilder &b, LookupBytesOp op, Globals &, int64_t) {
  Value input = flatten(b, op.getLoc(), op.getInput());
  Value output = flatten(b, op.getLoc(), op.getInit());
  if (!input || !output)
    return op.emitOpError()
           << "expected contiguous buffers, found " << op.getInput().getType()
           << " and " << op.getInit().getType();
  vec::emitLookup(b, op.getLoc(), targetNamed(op.getTarget()),
                  op.getTableAttr(), input, output);
  return success();
}

LogicalResult lower(OpBuilder &b, QuantizeRowsOp op, Globals &, int64_t) {
  SmallVector<Value> flat;
  for (Value buffer : op->getOperands()) {
    flat.push_back(flatten(b, op.getLoc(), buffer));
    if (!flat.back())
      return op.emitOpError()
             << "expected a contiguous buffer, found " << buffer.getType();
  }
  vec::QuantizeProblem problem;
  problem.rows = cast<MemRefType>(flat[2].getType()).getNumElements();
  problem.length =
      cast<MemRefType>(flat[0].getType()).getNumElements() / problem.rows;
  if (std::optional<Type> type = op.getQuantType()) {
    problem.type = cast<QuantType>(*type);
  } else {
    problem.lower = int32_t(*op.getLower());
    problem.upper = int32_t(*op.getUpper());
  }
  vec::emitQuantizeRows(b, op.getLoc(), problem, flat[0], flat[1], flat[2]);
  return success();
}

struct QSToVector : qs::impl::QSToVectorPassBase<QSToVector> {
  using QSToVectorPassBase::QSToVectorPassBase;

  void runOnOperation() override {
    SmallVector<Operation *> kernels, constants;
    getOperation().walk([&](Operation *op) {
      if (isa<PackedMatmulOp, PackedConv2DOp, PrepareRowsOp, SumRunsOp,
              QuantizeRowsOp, LookupBytesOp>(op))
        kernels.push_back(op);
      else if (isa<PackedConstantOp, PackedViewOp>(op))
        constants.push_back(op);
    });
    Globals globals(getOperation());
    for (Operation *op : kernels) {
      if (op->getNumResults() != 0) {
        op->emitOpError() << "expected memrefs: bufferize first";
        return signalPassFailure();
      }
      OpBuilder b(op);
      LogicalResult done =
          llvm::TypeSwitch<Operation *, LogicalResult>(op)
              .Case<PackedMatmulOp, PackedConv2DOp, PrepareRowsOp, SumRunsOp,
                    QuantizeRowsOp, LookupBytesOp>([&](auto kernel) {
                return lower(b, kernel, globals, threads);
              });
      if (failed(done))
        return signalPassFailure();
      op->erase();
      ++numKernels;
    }
    for (Operation *op : constants)
      if (op->use_empty())
        op->erase();
  }
};

} // namespace
