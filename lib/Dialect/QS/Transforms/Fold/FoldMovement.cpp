//===- FoldMovement.cpp - moving codes instead of reals ------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Folders.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
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

/// The words of codes as TOSA moves them: in 4, 8 or 16 bits, other widths in
/// the next of these.
static Value toWords(OpBuilder &b, Location loc, Value codes, Type word) {
  auto type = cast<RankedTensorType>(codes.getType());
  Value words = StorageCastOp::create(
      b, loc, QuantType::toStorage(codes.getType()), codes);
  if (getElementTypeOrSelf(words.getType()) == word)
    return words;
  if (QuantType::of(type).getIntegerRange().first < 0)
    return arith::ExtSIOp::create(
        b, loc, RankedTensorType::get(type.getShape(), word), words);
  return arith::ExtUIOp::create(
      b, loc, RankedTensorType::get(type.getShape(), word), words);
}

/// move(dequantize(q)) is dequantize(move(q)): TOSA moves the storage words.
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
  bits = bits == 4 ? 4 : bits <= 8 ? 8 : 16;
  Type word = b.getIntegerType(bits);
  std::optional<int32_t> filler;
  auto pad = dyn_cast<tosa::PadOp>(op);
  if (pad && !(filler = padWord(pad, first, why)))
    return failure();

  b.setInsertionPoint(op);
  Location loc = op->getLoc();
  IRMapping mapping;
  for (auto [operand, source] :
       llvm::zip(op->getOperands().take_front(numMoved(op)), sources))
    mapping.map(operand, toWords(b, loc, source.codes, word));
  if (pad) {
    auto type = RankedTensorType::get(
        cast<ShapedType>(pad.getPadConst().getType()).getShape(), word);
    APInt word(bits, static_cast<uint64_t>(int64_t(*filler)), true, true);
    mapping.map(
        pad.getPadConst(),
        tosa::ConstOp::create(b, loc, type, DenseElementsAttr::get(type, word))
            ->getResult(0));
  }
  Operation *moved = b.clone(*op, mapping);
  auto shape = cast<ShapedType>(op->getResult(0).getType()).getShape();
  Value words = moved->getResult(0);
  words.setType(RankedTensorType::get(shape, word));
  if (word != first.type.getStorageType())
    words = arith::TruncIOp::create(
        b, loc, RankedTensorType::get(shape, first.type.getStorageType()),
        words);
  Value codes = StorageCastOp::create(
      b, loc, RankedTensorType::get(shape, first.type), words);
  auto like = op->getOperand(0).getDefiningOp<DequantizeOp>();
  Value real = DequantizeOp::create(
      b, loc, cast<RankedTensorType>(op->getResult(0).getType()), codes,
      like.getScale(), like.getZeroPoint());
  op->getResult(0).replaceAllUsesWith(real);
  return success();
}
