//===- PlanMemory.cpp - one workspace for all buffers
//-------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/Transforms/BufferViewFlowAnalysis.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Remarks.h"
#include "qs/Dialect/QS/IR/QSOps.h"
#include "qs/Target/Native/Passes.h"
#include "llvm/Support/MathExtras.h"

namespace qs::native {
#define GEN_PASS_DEF_QSPLANMEMORY
#include "qs/Target/Native/Passes.h.inc"
} // namespace qs::native

using namespace mlir;
using namespace qs::native;

namespace {

struct Buffer {
  memref::AllocOp op;
  int64_t bytes;
  /// First and last op of the body, by position, that touches it.
  int64_t first, last;
  int64_t offset = 0;

  bool overlaps(const Buffer &other) const {
    return first <= other.last && other.first <= last;
  }
};

int64_t bytesOf(MemRefType type) {
  Type element = type.getElementType();
  int64_t bits = element.isIndex() ? 64 : element.getIntOrFloatBitWidth();
  return type.getNumElements() * int64_t(llvm::divideCeil(bits, 8));
}

/// Best fit: the tightest gap between the buffers that live at the same time,
/// else behind them. Returns the size of the whole.
int64_t assignOffsets(MutableArrayRef<Buffer> buffers) {
  SmallVector<Buffer *> order;
  for (Buffer &buffer : buffers)
    order.push_back(&buffer);
  llvm::sort(order, [](const Buffer *a, const Buffer *b) {
    return a->bytes != b->bytes ? a->bytes > b->bytes : a < b;
  });
  int64_t total = 0;
  SmallVector<Buffer *> placed; // by offset
  for (Buffer *buffer : order) {
    int64_t end = 0, best = -1, bestGap = INT64_MAX;
    for (Buffer *other : placed) {
      if (!buffer->overlaps(*other))
        continue;
      int64_t gap = other->offset - end;
      if (gap >= buffer->bytes && gap < bestGap) {
        best = end;
        bestGap = gap;
      }
      end = std::max<int64_t>(
          end, llvm::alignTo(other->offset + other->bytes, kAlignment));
    }
    buffer->offset = best >= 0 ? best : end;
    total = std::max(total, buffer->offset + buffer->bytes);
    placed.insert(llvm::upper_bound(placed, buffer,
                                    [](const Buffer *a, const Buffer *b) {
                                      return a->offset < b->offset;
                                    }),
                  buffer);
  }
  return total;
}

struct PlanMemory : qs::native::impl::QSPlanMemoryBase<PlanMemory> {
  using QSPlanMemoryBase::QSPlanMemoryBase;

  LogicalResult collect(SmallVectorImpl<Buffer> &buffers) {
    func::FuncOp function = getOperation();
    Block &body = function.getBody().front();
    DenseMap<Operation *, int64_t> position;
    for (auto [i, op] : llvm::enumerate(body))
      position[&op] = i;
    BufferViewFlowAnalysis views(function);
    WalkResult result = function.walk([&](Operation *op) {
      if (isa<memref::AllocaOp>(op)) {
        op->emitOpError("takes memory outside of the workspace");
        return WalkResult::interrupt();
      }
      auto alloc = dyn_cast<memref::AllocOp>(op);
      if (!alloc)
        return WalkResult::advance();
      MemRefType type = alloc.getType();
      if (!type.hasStaticShape() || !type.getLayout().isIdentity()) {
        op->emitOpError() << "expected a buffer of static size, found " << type
                          << "; compiled code allocates nothing";
        return WalkResult::interrupt();
      }
      Buffer buffer = {alloc, bytesOf(type), INT64_MAX, -1};
      auto touch = [&](Operation *user) {
        int64_t at = position.lookup(body.findAncestorOpInBlock(*user));
        buffer.first = std::min(buffer.first, at);
        buffer.last = std::max(buffer.last, at);
      };
      // Inside a loop the buffer lives as long as the loop.
      touch(op);
      for (Value view : views.resolve(alloc.getResult()))
        for (Operation *user : view.getUsers()) {
          touch(user);
          // Kernels read these words later.
          if (isa<qs::PackedViewOp>(user))
            llvm::for_each(user->getUsers(), touch);
        }
      buffers.push_back(buffer);
      return WalkResult::advance();
    });
    return failure(result.wasInterrupted());
  }

  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (function.isDeclaration() || function->hasAttr(kWorkspaceAttr))
      return;
    if (!function.getBody().hasOneBlock()) {
      function.emitOpError() << "expected a body of one block, found "
                             << function.getBody().getBlocks().size();
      return signalPassFailure();
    }
    SmallVector<Buffer> buffers;
    if (failed(collect(buffers)))
      return signalPassFailure();
    int64_t total = assignOffsets(buffers), naive = 0;

    Builder builder(&getContext());
    auto type = MemRefType::get({total}, builder.getI8Type());
    unsigned index = function.getNumArguments();
    if (failed(function.insertArgument(index, type, {}, function.getLoc())))
      return signalPassFailure();
    Value workspace = function.getArgument(index);
    for (Buffer &buffer : buffers) {
      naive += buffer.bytes;
      OpBuilder b(buffer.op);
      Value offset =
          arith::ConstantIndexOp::create(b, buffer.op.getLoc(), buffer.offset);
      auto view =
          memref::ViewOp::create(b, buffer.op.getLoc(), buffer.op.getType(),
                                 workspace, offset, ValueRange());
      buffer.op.replaceAllUsesWith(view.getResult());
      buffer.op.erase();
    }
    function.walk([](memref::DeallocOp op) { op.erase(); });
    function->setAttr(kWorkspaceAttr, builder.getI64IntegerAttr(total));
    remark::passed(function.getLoc(), remark::RemarkOpts::name("qs-plan-memory")
                                          .category("qs")
                                          .function(function.getSymName()))
        << remark::metric("bytes", total) << remark::metric("unshared", naive)
        << remark::metric("buffers", int64_t(buffers.size()));
  }
};

} // namespace
