//===- Bufferization.cpp - packed kernels from tensors to memrefs ---------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Bufferization/IR/BufferizableOpInterface.h"
#include "mlir/Dialect/Bufferization/IR/DstBufferizableOpInterfaceImpl.h"
#include "qs/Dialect/QS/IR/QSOps.h"
#include "qs/Dialect/QS/Transforms/Pack/Passes.h"

using namespace mlir;
using namespace mlir::bufferization;
using namespace qs;

/// Compiled code allocates nothing: where a kernel decodes panels, their buffer
/// is one of those that are planned.
static LogicalResult addScratch(RewriterBase &, PrepareRowsOp,
                                const BufferizationOptions &) {
  return success();
}
static LogicalResult addScratch(RewriterBase &, SumRunsOp,
                                const BufferizationOptions &) {
  return success();
}
static LogicalResult addScratch(RewriterBase &, LookupBytesOp,
                                const BufferizationOptions &) {
  return success();
}
static LogicalResult addScratch(RewriterBase &, QuantizeRowsOp,
                                const BufferizationOptions &) {
  return success();
}
template <typename KernelOp>
static LogicalResult addScratch(RewriterBase &rewriter, KernelOp kernel,
                                const BufferizationOptions &options) {
  int64_t bytes = kernel.getScratchBytes();
  if (bytes == 0)
    return success();
  OpBuilder::InsertionGuard guard(rewriter);
  rewriter.setInsertionPoint(kernel);
  FailureOr<Value> scratch = options.createAlloc(
      rewriter, kernel.getLoc(), MemRefType::get({bytes}, rewriter.getI8Type()),
      ValueRange());
  if (failed(scratch))
    return failure();
  rewriter.modifyOpInPlace(
      kernel, [&] { kernel.getScratchMutable().assign(*scratch); });
  return success();
}

namespace {

/// The same op on the buffers of its operands. Inits are written, not read.
template <typename KernelOp>
struct KernelBufferization
    : DstBufferizableOpInterfaceExternalModel<KernelBufferization<KernelOp>,
                                              KernelOp> {
  bool bufferizesToMemoryRead(Operation *op, OpOperand &operand,
                              const AnalysisState &) const {
    return !cast<DestinationStyleOpInterface>(op).isDpsInit(&operand);
  }

  /// A kernel reads its rows again after it has stored results, so the result
  /// never shares a buffer with an input.
  bool bufferizesToElementwiseAccess(Operation *, const AnalysisState &,
                                     ArrayRef<OpOperand *>) const {
    return false;
  }

  LogicalResult bufferize(Operation *op, RewriterBase &rewriter,
                          const BufferizationOptions &options,
                          BufferizationState &state) const {
    OpBuilder::InsertionGuard guard(rewriter);
    rewriter.setInsertionPoint(op);
    SmallVector<Value> operands, inits;
    for (OpOperand &operand : op->getOpOperands()) {
      Value value = operand.get();
      if (isa<RankedTensorType>(value.getType())) {
        FailureOr<Value> buffer = getBuffer(rewriter, value, options, state);
        if (failed(buffer))
          return failure();
        value = *buffer;
      }
      if (cast<DestinationStyleOpInterface>(op).isDpsInit(&operand))
        inits.push_back(value);
      operands.push_back(value);
    }
    OperationState newOp(op->getLoc(), op->getName(), operands, TypeRange{},
                         llvm::to_vector(op->getDiscardableAttrs()));
    newOp.propertiesAttr = op->getPropertiesAsAttribute();
    auto kernel = cast<KernelOp>(rewriter.create(newOp));
    if (failed(addScratch(rewriter, kernel, options)))
      return failure();
    replaceOpWithBufferizedValues(rewriter, op, inits);
    return success();
  }
};

/// Words that a kernel reads where they lie.
struct ViewBufferization
    : BufferizableOpInterface::ExternalModel<ViewBufferization, PackedViewOp> {
  bool bufferizesToMemoryRead(Operation *, OpOperand &,
                              const AnalysisState &) const {
    return true;
  }
  bool bufferizesToMemoryWrite(Operation *, OpOperand &,
                               const AnalysisState &) const {
    return false;
  }
  AliasingValueList getAliasingValues(Operation *, OpOperand &,
                                      const AnalysisState &) const {
    return {};
  }
  LogicalResult bufferize(Operation *op, RewriterBase &rewriter,
                          const BufferizationOptions &options,
                          BufferizationState &state) const {
    auto view = cast<PackedViewOp>(op);
    FailureOr<Value> words =
        getBuffer(rewriter, view.getWords(), options, state);
    if (failed(words))
      return failure();
    // The analysis takes the view for the only reader. Where several kernels
    // share one, buffers of what lies between them may be those of the words.
    if (!view->hasOneUse()) {
      auto type = cast<MemRefType>(words->getType());
      FailureOr<Value> own = options.createAlloc(
          rewriter, op->getLoc(),
          MemRefType::get(type.getShape(), type.getElementType()), {});
      if (failed(own) ||
          failed(options.createMemCpy(rewriter, op->getLoc(), *words, *own)))
        return failure();
      words = own;
    }
    rewriter.replaceOpWithNewOp<PackedViewOp>(op, view.getType(), *words);
    return success();
  }
};

} // namespace

void qs::registerPackBufferization(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, QSDialect *) {
    PrepareRowsOp::attachInterface<KernelBufferization<PrepareRowsOp>>(
        *context);
    PackedViewOp::attachInterface<ViewBufferization>(*context);
    SumRunsOp::attachInterface<KernelBufferization<SumRunsOp>>(*context);
    LookupBytesOp::attachInterface<KernelBufferization<LookupBytesOp>>(
        *context);
    QuantizeRowsOp::attachInterface<KernelBufferization<QuantizeRowsOp>>(
        *context);
    PackedMatmulOp::attachInterface<KernelBufferization<PackedMatmulOp>>(
        *context);
    PackedConv2DOp::attachInterface<KernelBufferization<PackedConv2DOp>>(
        *context);
  });
}
