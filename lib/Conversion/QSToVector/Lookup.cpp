//===- Lookup.cpp - Bytes through a table ---------------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Conversion/QSToVector/Lookup.h"
#include "Decode.h"
#include "EmitUtils.h"

using namespace mlir;

namespace qs::vec {

void emitLookup(OpBuilder &b, Location loc, const native::Target &target,
                DenseI8ArrayAttr table, Value input, Value output) {
  // Whole bytes are words of a layout whose steps are vectors of bytes.
  native::PackedLayout layout;
  layout.lanes = target.byteTable.entries;
  layout.planes = {8, 8};
  auto type = VectorType::get({layout.lanes}, b.getI8Type());
  DecodeEmitter decoder(b, loc, target, layout, table);

  int64_t length = cast<MemRefType>(input.getType()).getDimSize(0);
  int64_t whole = length / layout.lanes * layout.lanes;
  auto emit = [&](Value i, int64_t valid) {
    Value words = loadLanes(b, loc, type, input, i, valid);
    storeLanes(b, loc, decoder.decodeSlots(words), output, i, valid);
  };
  forEach(b, loc, whole, layout.lanes, [&](Value i) { emit(i, layout.lanes); });
  // The last vector overlaps its neighbour, where there is one.
  if (whole < length)
    emit(constIndex(b, loc, std::max<int64_t>(0, length - layout.lanes)),
         whole == 0 ? length : layout.lanes);
}

} // namespace qs::vec
