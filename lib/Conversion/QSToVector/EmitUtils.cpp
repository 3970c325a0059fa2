//===- EmitUtils.cpp - Short names for common IR --------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EmitUtils.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace qs::vec {

void forEach(OpBuilder &b, Location loc, int64_t count, int64_t step,
             llvm::function_ref<void(Value)> body) {
  if (count <= 0)
    return;
  if (count <= step) {
    body(constIndex(b, loc, 0));
    return;
  }
  auto loop =
      scf::ForOp::create(b, loc, constIndex(b, loc, 0),
                         constIndex(b, loc, count), constIndex(b, loc, step));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  body(loop.getInductionVar());
}

void forEachShared(OpBuilder &b, Location loc, int64_t count, int64_t step,
                   int64_t threads, llvm::function_ref<void(Value)> body) {
  if (threads <= 1 || count <= step)
    return forEach(b, loc, count, step, body);
  auto loop = scf::ParallelOp::create(
      b, loc, constIndex(b, loc, 0), constIndex(b, loc, count),
      constIndex(b, loc, step));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  body(loop.getInductionVars().front());
}

SmallVector<Value>
forCarrying(OpBuilder &b, Location loc, int64_t count, int64_t step,
            ValueRange init,
            llvm::function_ref<SmallVector<Value>(Value, ValueRange)> body) {
  if (count <= 0)
    return SmallVector<Value>(init);
  if (count <= step)
    return body(constIndex(b, loc, 0), init);
  auto loop = scf::ForOp::create(
      b, loc, constIndex(b, loc, 0), constIndex(b, loc, count),
      constIndex(b, loc, step), init,
      [&](OpBuilder &inner, Location, Value i, ValueRange carried) {
        OpBuilder::InsertionGuard guard(b);
        b.setInsertionPoint(inner.getInsertionBlock(),
                            inner.getInsertionPoint());
        SmallVector<Value> next = body(i, carried);
        scf::YieldOp::create(b, loc, next);
      });
  return SmallVector<Value>(loop.getResults());
}

static Value prefixMask(OpBuilder &b, Location loc, VectorType type,
                        int64_t valid) {
  SmallVector<bool> bits(type.getNumElements(), false);
  std::fill(bits.begin(), bits.begin() + valid, true);
  auto maskType = VectorType::get(type.getShape(), b.getI1Type());
  return arith::ConstantOp::create(b, loc,
                                   DenseElementsAttr::get(maskType, bits));
}

Value loadLanes(OpBuilder &b, Location loc, VectorType type, Value memref,
                Value index, int64_t valid) {
  if (valid >= type.getNumElements())
    return vector::LoadOp::create(b, loc, type, memref, index);
  Value zero = arith::ConstantOp::create(b, loc, b.getZeroAttr(type));
  return vector::MaskedLoadOp::create(b, loc, type, memref, index,
                                      prefixMask(b, loc, type, valid), zero);
}

void storeLanes(OpBuilder &b, Location loc, Value value, Value memref,
                Value index, int64_t valid) {
  auto type = cast<VectorType>(value.getType());
  if (valid >= type.getNumElements()) {
    vector::StoreOp::create(b, loc, value, memref, index);
    return;
  }
  // Not a mask of one lane: LLVM 22 folds a truncation to i8 or i16 into such a
  // store on AVX-512 and then writes the lane as wide as it was before.
  if (valid == 1) {
    Value lane = vector::ExtractOp::create(b, loc, value, int64_t(0));
    memref::StoreOp::create(b, loc, lane, memref, index);
    return;
  }
  vector::MaskedStoreOp::create(b, loc, memref, index,
                                prefixMask(b, loc, type, valid), value);
}

} // namespace qs::vec
