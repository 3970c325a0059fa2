//===- Lookup.cpp - tables of bytes for a target --------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Lookup.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "qs/Dialect/QS/Transforms/Utils/Constants.h"

using namespace mlir;
using namespace qs;

LogicalResult pack::packLookup(LookupOp op, const native::Target &target,
                               std::string &why) {
  // Where a vector of bytes takes a look-up for every 16 entries, loads from the
  // table one by one are faster (docs/Rationale.md).
  const native::LookupPrimitive &primitive = target.byteTable;
  if (primitive.entries * (primitive.pairs ? 2 : 1) < 64) {
    why = "the target looks up too few bytes at once";
    return failure();
  }
  QuantType from = QuantType::of(op.getInput().getType());
  QuantType to = QuantType::of(op.getType());
  auto input = cast<RankedTensorType>(op.getInput().getType());
  if (from.getBits() != 8 || !to || to.getBits() != 8) {
    why = "only words of 8 bits go through a table of bytes";
    return failure();
  }
  if (!input.hasStaticShape()) {
    why = "its shape is not static";
    return failure();
  }
  std::optional<std::vector<int32_t>> entries = readWords(op.getTable());
  if (!entries) {
    why = "its table is not constant";
    return failure();
  }

  // Entry 0 of the op's table belongs to the smallest value.
  int64_t least = from.getIntegerRange().first;
  SmallVector<int8_t> bytes(256);
  for (auto [i, entry] : llvm::enumerate(*entries))
    bytes[uint8_t(int64_t(i) + least)] = int8_t(entry);
  OpBuilder b(op);
  Location loc = op.getLoc();
  auto words = input.clone(b.getI8Type());
  Value x = StorageCastOp::create(b, loc, words, op.getInput());
  Value init = tensor::EmptyOp::create(b, loc, words.getShape(), b.getI8Type());
  Value y = LookupBytesOp::create(b, loc, TypeRange{words}, x, init, bytes,
                                  StringRef(target.name))
                .getResult(0);
  op.replaceAllUsesWith(
      StorageCastOp::create(b, loc, op.getType(), y).getResult());
  op.erase();
  return success();
}
