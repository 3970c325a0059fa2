//===- PanelScales.cpp - Numbers of columns and runs in panel order -------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PanelScales.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "qs/Dialect/QS/Transforms/Utils/Constants.h"
#include "llvm/ADT/APFloat.h"

using namespace mlir;

namespace qs::pack {

void forEachColumn(ArrayRef<int64_t> shape, int64_t axis,
                   llvm::function_ref<void(int64_t, int64_t, int64_t)> visit) {
  int64_t inner = ShapedType::getNumElements(shape.drop_front(axis + 1));
  int64_t outer = ShapedType::getNumElements(shape.take_front(axis));
  int64_t columns = shape[axis];
  for (int64_t o = 0; o < outer; ++o)
    for (int64_t c = 0; c < columns; ++c)
      for (int64_t i = 0; i < inner; ++i)
        visit((o * columns + c) * inner + i, c, o * inner + i);
}

Value makePanelScales(OpBuilder &b, Location loc,
                      const native::PackedLayout &layout,
                      const ColumnRuns &scales, Type storage) {
  auto floatType = cast<FloatType>(storage);
  int64_t runs = scales.front().size();
  int64_t bytes = floatType.getWidth() / 8;
  int64_t count = layout.paddedColumns() * runs;
  std::vector<char> raw(count * bytes, 0);
  for (int64_t column = 0; column < int64_t(scales.size()); ++column)
    for (int64_t run = 0; run < runs; ++run) {
      APFloat scale(scales[column][run]);
      bool lossy;
      scale.convert(floatType.getFloatSemantics(), APFloat::rmNearestTiesToEven,
                    &lossy);
      uint64_t bits = scale.bitcastToAPInt().getZExtValue();
      int64_t at = layout.scaleOffset(column / layout.columns,
                                      column % layout.columns, run, runs);
      for (int64_t i = 0; i < bytes; ++i)
        raw[at * bytes + i] = char(bits >> (8 * i));
    }
  Type element = bytes == 1 ? Type(b.getI8Type()) : storage;
  return arith::ConstantOp::create(
      b, loc,
      DenseElementsAttr::getFromRawBuffer(
          RankedTensorType::get({count}, element), raw));
}

Value makePanelZeros(OpBuilder &b, Location loc,
                     const native::PackedLayout &layout,
                     const std::vector<std::vector<int32_t>> &zeros,
                     bool bytes) {
  int64_t runs = zeros.front().size();
  std::vector<int32_t> padded(layout.paddedColumns() * runs, 0);
  for (int64_t column = 0; column < int64_t(zeros.size()); ++column)
    for (int64_t run = 0; run < runs; ++run)
      padded[layout.scaleOffset(column / layout.columns,
                                column % layout.columns, run, runs)] =
          zeros[column][run];
  if (!bytes)
    return makeInts(b, loc, {int64_t(padded.size())}, padded);
  std::vector<int8_t> narrow(padded.begin(), padded.end());
  auto type = RankedTensorType::get({int64_t(narrow.size())}, b.getI8Type());
  return arith::ConstantOp::create(
      b, loc, DenseElementsAttr::get(type, ArrayRef(narrow)));
}

Value makeIntegers(OpBuilder &b, Location loc, bool wide,
                   ArrayRef<int64_t> values) {
  auto type = RankedTensorType::get(int64_t(values.size()),
                                    b.getIntegerType(wide ? 64 : 32));
  if (wide)
    return arith::ConstantOp::create(b, loc,
                                     DenseElementsAttr::get(type, values));
  // Modulo 2^32, as the sums are.
  std::vector<int32_t> words;
  for (int64_t value : values)
    words.push_back(int32_t(uint32_t(value)));
  return makeInts(b, loc, type.getShape(), words);
}

Value makeGroupBias(OpBuilder &b, Location loc, GemmLayoutAttr attr,
                    RankedTensorType logical, ArrayRef<int32_t> levels,
                    int64_t offset, bool wide) {
  if (offset == 0)
    return {};
  native::PackedLayout layout = attr.getNative(logical);
  std::vector<int64_t> biases(layout.paddedColumns() * layout.taps, 0);
  forEachColumn(logical.getShape(), attr.getAxis(),
                [&](int64_t at, int64_t column, int64_t reduced) {
                  int64_t to = layout.scaleOffset(
                      column / layout.columns, column % layout.columns,
                      reduced / layout.run, layout.taps);
                  biases[to] -= offset * int64_t(levels[at]);
                });
  return makeIntegers(b, loc, wide, biases);
}

} // namespace qs::pack
