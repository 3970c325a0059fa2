//===- Bytes.cpp - Code words in whole bytes ------------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Bytes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace qs::pack {

/// The levels that words of a few bits (in bytes) stand for: a tree of selects
/// over the bits, which fuses with what made the words.
static Value toLevels(OpBuilder &b, Location loc, Value words,
                      ArrayRef<int8_t> levels) {
  auto bytes = cast<RankedTensorType>(words.getType());
  auto constant = [&](int8_t value) -> Value {
    return arith::ConstantOp::create(
        b, loc, DenseElementsAttr::get(bytes, ArrayRef<int8_t>(value)));
  };
  SmallVector<Value> nodes;
  for (int8_t level : levels)
    nodes.push_back(constant(level));
  Value zero = constant(0);
  for (unsigned bit = 0; nodes.size() > 1; ++bit) {
    Value mask =
        arith::AndIOp::create(b, loc, words, constant(int8_t(1 << bit)));
    Value isSet =
        arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, mask, zero);
    SmallVector<Value> above;
    for (size_t i = 0; i < nodes.size(); i += 2)
      above.push_back(
          arith::SelectOp::create(b, loc, isSet, nodes[i + 1], nodes[i]));
    nodes = std::move(above);
  }
  return nodes.front();
}

Value toBytes(OpBuilder &b, Location loc, Value value, bool levels) {
  QuantType type = QuantType::of(value.getType());
  if (!type)
    return value;
  auto tensor = cast<RankedTensorType>(value.getType());
  unsigned width = type.getBits() > 8 ? 16 : 8;
  // Bytes of a kernel that are words already.
  if (auto cast = value.getDefiningOp<StorageCastOp>())
    if (auto trunc = cast.getInput().getDefiningOp<arith::TruncIOp>();
        trunc && !levels &&
        getElementTypeOrSelf(trunc.getIn()).isInteger(width) &&
        isa_and_nonnull<PackedMatmulOp, PackedConv2DOp>(
            trunc.getIn().getDefiningOp()))
      return trunc.getIn();
  Value words =
      StorageCastOp::create(b, loc, tensor.clone(type.getStorageType()), value);
  if (type.getBits() == width)
    return words;
  auto bytes = tensor.clone(b.getIntegerType(width));
  if (type.getIntegerRange().first < 0)
    return arith::ExtSIOp::create(b, loc, bytes, words);
  words = arith::ExtUIOp::create(b, loc, bytes, words);
  if (std::optional<num::FixedPoint> fixed = type.getFixedPoint();
      levels && fixed && !type.isInteger())
    return toLevels(b, loc, words, fixed->levels);
  return words;
}

Value fromBytes(OpBuilder &b, Location loc, Value value, Type type) {
  QuantType quant = QuantType::of(type);
  if (!quant)
    return value;
  Type words = QuantType::toStorage(type);
  if (words != value.getType())
    value = arith::TruncIOp::create(b, loc, words, value);
  return StorageCastOp::create(b, loc, type, value);
}

Value limitedZeros(OpBuilder &b, Value zeros, Value codes) {
  Location loc = zeros.getLoc();
  auto type = cast<RankedTensorType>(zeros.getType());
  auto [least, most] = QuantType::of(codes.getType()).getIntegerRange();
  auto bound = [&](int64_t value) {
    return arith::ConstantOp::create(
        b, loc, DenseElementsAttr::get(type, int32_t(value)));
  };
  zeros = arith::MaxSIOp::create(b, loc, zeros, bound(least));
  return arith::MinSIOp::create(b, loc, zeros, bound(most));
}

} // namespace qs::pack
