//===- FoldMovement.cpp - moving codes instead of reals ------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Folders.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/IRMapping.h"
#include "qs/Dialect/QS/Transforms/Utils/Constants.h"

using namespace mlir;
using namespace qs;
using namespace qs::fold;

/// How many operands of `op` are moved; the others are shapes and fillers.
static unsigned numMoved(Operation *op) {
  return isa<tosa::ConcatOp>(op) ? op->getNumOperands() : 1;
}

/// The filler of a pad as a word that stands for exactly the same real.
static std::optional<int32_t> padWord(tosa::PadOp pad, const Source &source,
                                      std::string &why) {
  std::optional<float> filler = readSplatFloat(pad.getPadConst());
  if (!filler) {
    why = "it pads with a value that is not constant";
    return {};
  }
  int32_t word;
  float stored;
  if (source.type.isInteger()) {
    word = num::quantize(*filler, source.affine, levelsOf(source.type));
    stored = num::dequantize(word, source.affine);
  } else {
    std::unique_ptr<num::Code> code = source.type.getCode().getArithmetic();
    word = int32_t(
        code->encode(*filler / source.affine.scale, num::Rounding::HalfEven));
    stored = float(code->decode(word)) * source.affine.scale;
  }
  if (stored != *filler) {
    why = "it pads with a value that no code stands for";
    return {};
  }
  return word;
}

/// move(dequantize(q)) is dequantize(move(q)). TOSA moves the storage words,
/// which it accepts for 4, 8 and 16 bits.
LogicalResult fold::foldMovement(Operation *op, OpBuilder &b,
                                 std::string &why) {
  SmallVector<Source> sources;
  for (Value operand : op->getOperands().take_front(numMoved(op))) {
    std::optional<Source> source = getSource(operand, why, /*anyCode=*/true);
    if (!source)
      return failure();
    if (!sources.empty() && !(*source == sources.front())) {
      why = "its operands have different scales";
      return failure();
    }
    sources.push_back(*source);
  }
  const Source &first = sources.front();
  unsigned bits = first.type.getBits();
  std::optional<int32_t> filler;
  auto pad = dyn_cast<tosa::PadOp>(op);
  if (pad && !(filler = padWord(pad, first, why)))
    return failure();
  if (bits != 4 && bits != 8 && bits != 16)
    return moveAsFloat(op, b, first,
                       "codes of " + std::to_string(bits) +
                           " bits cannot be moved");

  b.setInsertionPoint(op);
  Location loc = op->getLoc();
  IRMapping mapping;
  for (auto [operand, source] :
       llvm::zip(op->getOperands().take_front(numMoved(op)), sources)) {
    Type storage = QuantType::toStorage(source.codes.getType());
    mapping.map(
        operand,
        StorageCastOp::create(b, loc, storage, source.codes)->getResult(0));
  }
  if (pad) {
    auto type = RankedTensorType::get(
        cast<ShapedType>(pad.getPadConst().getType()).getShape(),
        first.type.getStorageType());
    APInt word(bits, static_cast<uint64_t>(int64_t(*filler)), true, true);
    mapping.map(
        pad.getPadConst(),
        tosa::ConstOp::create(b, loc, type, DenseElementsAttr::get(type, word))
            ->getResult(0));
  }
  Operation *moved = b.clone(*op, mapping);
  auto shape = cast<ShapedType>(op->getResult(0).getType()).getShape();
  Value words = moved->getResult(0);
  words.setType(RankedTensorType::get(shape, first.type.getStorageType()));
  Value codes = StorageCastOp::create(
      b, loc, RankedTensorType::get(shape, first.type), words);
  auto like = op->getOperand(0).getDefiningOp<DequantizeOp>();
  Value real = DequantizeOp::create(
      b, loc, cast<RankedTensorType>(op->getResult(0).getType()), codes,
      like.getScale(), like.getZeroPoint());
  op->getResult(0).replaceAllUsesWith(real);
  return success();
}
