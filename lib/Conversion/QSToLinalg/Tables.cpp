//===- Tables.cpp - Codes that are no integers, by table ------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Tables.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include <limits>

using namespace mlir;
using namespace qs;
using namespace qs::lowering;

static Value floatTable(OpBuilder &b, Location loc, ArrayRef<int64_t> shape,
                        ArrayRef<double> values, Type real) {
  SmallVector<Attribute> elements;
  for (double value : values)
    elements.push_back(b.getFloatAttr(real, value));
  return arith::ConstantOp::create(
      b, loc, DenseElementsAttr::get(RankedTensorType::get(shape, real),
                                     elements));
}

static Value extractAt(Scalars &s, Value table, Value index) {
  return tensor::ExtractOp::create(s.b, s.loc, table, index);
}

static Value toIndex(Scalars &s, Value word) {
  return arith::IndexCastUIOp::create(s.b, s.loc, s.b.getIndexType(), word);
}

/// A codebook as a table of rank 1, and the number of the row that each scale
/// uses as a tensor of the scales' shape: null where one row serves all.
static std::pair<Value, Value> flatCodebook(OpBuilder &b, Location loc,
                                            QuantType type, Value codebook) {
  auto tableType = cast<RankedTensorType>(codebook.getType());
  if (tableType.getRank() == 1)
    return {codebook, Value()};
  auto rowType = RankedTensorType::get(tableType.getShape().drop_back(),
                                       b.getI32Type());
  auto numbers =
      llvm::to_vector(llvm::seq<int32_t>(0, rowType.getNumElements()));
  Value rows = arith::ConstantOp::create(
      b, loc, DenseElementsAttr::get(rowType, ArrayRef<int32_t>(numbers)));
  ReassociationIndices all =
      llvm::to_vector<2>(llvm::seq<int64_t>(0, tableType.getRank()));
  Value flat = tensor::CollapseShapeOp::create(
      b, loc,
      RankedTensorType::get({tableType.getNumElements()},
                            tableType.getElementType()),
      codebook, SmallVector<ReassociationIndices>{all});
  return {flat, rows};
}

/// table[row * entries + word]; a null row is 0.
static Value entryOf(Scalars &s, Value table, Value word, Value row,
                     int64_t entries) {
  if (row)
    word = s.add(word, s.mul(row, s.integer(entries)));
  return extractAt(s, table, toIndex(s, word));
}

std::unique_ptr<num::Code> lowering::boundCode(QuantType type, Value codebook) {
  std::unique_ptr<num::Code> code = type.getCode().getArithmetic();
  if (code->isBound())
    return code;
  DenseElementsAttr attr;
  if (!codebook || !matchPattern(codebook, m_Constant(&attr)) ||
      attr.getNumElements() != code->parameterCount())
    return nullptr;
  std::vector<double> entries;
  if (isa<FloatType>(attr.getElementType()))
    for (APFloat value : attr.getValues<APFloat>())
      entries.push_back(value.convertToDouble());
  else
    for (APInt value : attr.getValues<APInt>())
      entries.push_back(double(value.getSExtValue()));
  std::string error;
  return code->bind(entries, error);
}

//===----------------------------------------------------------------------===//
// Decoder
//===----------------------------------------------------------------------===//

Decoder::Decoder(OpBuilder &b, Location loc, QuantType type, Value codebook,
                 Type real)
    : type(type), real(real) {
  if (type.isInteger())
    return;
  if (std::unique_ptr<num::Code> code = boundCode(type, codebook)) {
    // An f16 or bf16 word is that float: no table of 2^16 entries.
    std::optional<num::FloatFormat> format = code->floatFormat();
    if (format && type.getBits() == 16)
      return;
    std::vector<double> numbers;
    for (uint64_t word = 0; word < code->numPatterns(); ++word)
      numbers.push_back(code->decode(uint32_t(word)));
    table = floatTable(b, loc, {int64_t(numbers.size())}, numbers, real);
    return;
  }
  std::tie(table, rowOperand) = flatCodebook(b, loc, type, codebook);
  entries = type.getParameterCount();
}

Operand Decoder::rows(int64_t rank) const {
  return parameter(rowOperand, type, rank);
}

Value Decoder::decode(Scalars &s, Value word, Value row) const {
  if (type.isInteger())
    return s.toReal(s.loadCode(word, type), real);
  if (!table) {
    bool isHalf =
        type.getCode().getArithmetic()->floatFormat()->mantissaBits == 10;
    Type stored = isHalf ? Type(s.b.getF16Type()) : Type(s.b.getBF16Type());
    return s.widen(arith::BitcastOp::create(s.b, s.loc, stored, word), real);
  }
  Value entry = entryOf(s, table, s.loadCode(word, type), row, entries);
  if (isa<IntegerType>(entry.getType()))
    return s.toReal(s.resize(entry, 32), real);
  return s.widen(entry, real);
}

//===----------------------------------------------------------------------===//
// Encoder
//===----------------------------------------------------------------------===//

Encoder::Encoder(OpBuilder &b, Location loc, const num::Code &code,
                 num::Rounding rounding, Type real, QuantType type)
    : type(type) {
  if (rounding == num::Rounding::HalfEven && real.isF32())
    format = code.floatFormat();
  if (format)
    return;
  steps = findSteps(code, rounding, real.isF64());
  const std::vector<double> &starts = steps.starts;
  if (starts.size() <= 16)
    return;
  // A power of two less one for the bisection; the padding is never reached.
  std::vector<double> padded = starts;
  padded.resize(llvm::NextPowerOf2(starts.size()) - 1,
                std::numeric_limits<double>::quiet_NaN());
  startTable = floatTable(b, loc, {int64_t(padded.size())}, padded, real);
  SmallVector<Attribute> stored;
  Type word = storageOf(type);
  for (uint32_t bits : steps.words)
    stored.push_back(IntegerAttr::get(
        word, APInt(word.getIntOrFloatBitWidth(), bits, false, true)));
  wordTable = arith::ConstantOp::create(
      b, loc,
      DenseElementsAttr::get(
          RankedTensorType::get({int64_t(steps.words.size())}, word), stored));
}

Value Encoder::encode(Scalars &s, Value x) const {
  x = s.zeroNaN(x);
  unsigned bits = storageOf(type).getIntOrFloatBitWidth();
  if (format)
    return emitFloatWord(s, x, *format, bits);
  // Few steps are compared one by one: this vectorizes.
  if (!startTable)
    return emitStepWord(s, x, steps, bits);
  auto passed = [&](Value start) -> Value {
    return arith::CmpFOp::create(s.b, s.loc, arith::CmpFPredicate::OGE, x,
                                 start);
  };
  Value at = arith::ConstantIndexOp::create(s.b, s.loc, 0);
  for (uint64_t step = llvm::NextPowerOf2(steps.starts.size()) / 2; step;
       step /= 2) {
    Value probe = arith::AddIOp::create(
        s.b, s.loc, at,
        arith::ConstantIndexOp::create(s.b, s.loc, int64_t(step) - 1));
    Value next = arith::AddIOp::create(
        s.b, s.loc, at,
        arith::ConstantIndexOp::create(s.b, s.loc, int64_t(step)));
    at = s.select(passed(extractAt(s, startTable, probe)), next, at);
  }
  return extractAt(s, wordTable, at);
}

//===----------------------------------------------------------------------===//
// Levels
//===----------------------------------------------------------------------===//

std::pair<Value, QuantType> lowering::toLevels(OpBuilder &b, Location loc,
                                               Value words, QuantType type,
                                               Value codebook) {
  if (!type || type.isInteger())
    return {words, type};
  MLIRContext *ctx = b.getContext();
  auto levels =
      QuantType::get(cast<CodeAttrInterface>(IntCodeAttr::get(ctx, 8)));
  auto result = cast<RankedTensorType>(words.getType()).clone(b.getI8Type());
  std::unique_ptr<num::Code> code = boundCode(type, codebook);
  std::optional<num::FixedPoint> fixed =
      code && type.getParameterCount() == 0 ? code->fixedPoint() : std::nullopt;
  Value table;
  if (fixed) {
    SmallVector<int8_t> entries(fixed->levels.begin(), fixed->levels.end());
    table = arith::ConstantOp::create(
        b, loc,
        DenseElementsAttr::get(
            RankedTensorType::get({int64_t(entries.size())}, b.getI8Type()),
            ArrayRef<int8_t>(entries)));
  }
  Value rows;
  if (!fixed)
    std::tie(table, rows) = flatCodebook(b, loc, type, codebook);
  int64_t entries = type.getParameterCount();
  Value made = buildElementwise(
      b, loc, result, words,
      {same(words), parameter(rows, type, result.getRank())},
      [&](Scalars &s, ValueRange v) {
        return entryOf(s, table, s.loadCode(v[0], type), v[1], entries);
      });
  return {made, levels};
}
