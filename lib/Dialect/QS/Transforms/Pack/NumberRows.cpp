//===- NumberRows.cpp - Activations of stated sums ------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NumberRows.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "qs/Dialect/QS/Transforms/Utils/Constants.h"

using namespace mlir;

namespace qs::pack {

/// Whole words of i8 or i16, whatever the code.
static Value toWholeWords(OpBuilder &b, Location loc, Value value) {
  QuantType type = QuantType::of(value.getType());
  auto tensor = cast<RankedTensorType>(value.getType());
  Value words =
      StorageCastOp::create(b, loc, tensor.clone(type.getStorageType()), value);
  unsigned width = type.getBits() <= 8 ? 8 : 16;
  if (type.getBits() == width)
    return words;
  auto whole = tensor.clone(b.getIntegerType(width));
  if (type.isInteger() && type.getIntegerRange().first < 0)
    return arith::ExtSIOp::create(b, loc, whole, words);
  return arith::ExtUIOp::create(b, loc, whole, words);
}

/// The type that words of 9 to 16 bits are numbers of; null for other codes.
static Type wholeElement(QuantType type) {
  MLIRContext *context = type.getContext();
  if (type.isInteger())
    return IntegerType::get(context, 16,
                            type.getIntegerRange().first < 0
                                ? IntegerType::Signless
                                : IntegerType::Unsigned);
  std::unique_ptr<num::Code> code = type.getCode().getArithmetic();
  std::optional<num::FloatFormat> format = code->floatFormat();
  if (format == num::ieeeFormat(5, 10))
    return Float16Type::get(context);
  if (format == num::ieeeFormat(8, 7))
    return BFloat16Type::get(context);
  return {};
}

bool planNumberRows(const Linear &linear, Rows &rows, std::string &why) {
  QuantType type = QuantType::of(linear.inputType());
  if (!type)
    return true;
  std::optional<std::vector<int32_t>> zero = std::vector<int32_t>{0};
  if (linear.inputZp)
    zero = readInts(linear.inputZp);
  if (!zero || zero->size() != 1) {
    why = "its activations have a zero point for each row, or one that is not "
          "constant";
    return false;
  }
  if (type.getBits() > 16 || (type.getBits() > 8 && !wholeElement(type))) {
    why = "words of " + std::to_string(type.getBits()) +
          " bits of its activations are no elements of a type";
    return false;
  }
  rows.zeroPoint = zero->front();
  rows.conversion = RowConversion::Decode;
  std::unique_ptr<num::Code> code = type.getCode().getArithmetic();
  num::SpanFinder finder;
  for (uint64_t word = 0; word < code->numPatterns(); ++word)
    finder.add(double(float(code->decode(uint32_t(word)) - zero->front())));
  rows.span = finder.span();
  return true;
}

/// By a step of vectors, by `qs.dequantize` where that has none for the code,
/// or as the f32 that they are.
Value makeNumberRows(OpBuilder &b, const Linear &linear,
                     const native::Target &target, const Rows &rows) {
  Location loc = linear.op->getLoc();
  QuantType type = QuantType::of(linear.inputType());
  SmallVector<int64_t> shape(linear.inputType().getShape());
  if (linear.hasPadding()) {
    shape[1] += linear.pad[0] + linear.pad[1];
    shape[2] += linear.pad[2] + linear.pad[3];
  }
  Value input = linear.input;
  DenseF32ArrayAttr table;
  Type element;
  int64_t zero = rows.zeroPoint.value_or(0);
  if (type && type.getBits() <= 8) {
    SmallVector<float> numbers;
    std::unique_ptr<num::Code> code = type.getCode().getArithmetic();
    for (uint32_t word = 0; word < 1u << type.getBits(); ++word) {
      // A word that stands for nothing does not occur, but NaN of small floats
      // stay where they are.
      bool known = word < code->numPatterns() &&
                   (code->isLegal(word) || code->floatFormat());
      numbers.push_back(known ? float(code->decode(word) - double(zero))
                              : 0.0f);
    }
    table = b.getDenseF32ArrayAttr(numbers);
  } else if (type) {
    element = wholeElement(type);
  }
  if (type)
    input = toWholeWords(b, loc, input);
  bool decodes = table || element;
  if (!decodes && !linear.hasPadding())
    return input;
  Value init = tensor::EmptyOp::create(b, loc, shape, b.getF32Type());
  return PrepareRowsOp::create(
             b, loc, TypeRange{init.getType()}, input, init,
             decodes ? RowConversion::Decode : RowConversion::Copy, linear.pad,
             0, 0, table, element ? TypeAttr::get(element) : TypeAttr(),
             table ? 0 : int32_t(zero),
             decodes ? b.getStringAttr(
                           StringRef(target.name.data(), target.name.size()))
                     : StringAttr())
      .getResult(0);
}

} // namespace qs::pack
