//===- Decode.h - Stored words to numbers -----------------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A word that lies whole in its slots is shifted down to where look-ups expect
// it; these ignore what lies above, so that four bits cost one shift for every
// other step and one permutation each. Small words need no shift: their table
// is repeated for the bits below. The pieces of a word are first shifted to
// where they follow each other, and blended.
//
// Large tables that are small floats are no look-ups: sign, exponent and
// fraction are moved to where f32 has them.
//
// Words that lie whole in elements of 8 or 16 bits are widened to f32.
//
//===----------------------------------------------------------------------===//

#ifndef QS_LIB_CONVERSION_QSTOVECTOR_DECODE_H
#define QS_LIB_CONVERSION_QSTOVECTOR_DECODE_H

#include "mlir/IR/Builders.h"
#include "qs/Dialect/QS/IR/QSDialect.h"
#include "qs/Target/Native/FloatTable.h"
#include "qs/Target/Native/PackedLayout.h"
#include "qs/Target/Native/Targets.h"

namespace qs::vec {

/// Emits the decoding of one vector of weights of a layout with a table or an
/// element type.
class DecodeEmitter {
public:
  /// `offset` is added to every entry of a table of bytes.
  DecodeEmitter(mlir::OpBuilder &b, mlir::Location loc,
                const native::Target &target,
                const native::PackedLayout &layout, mlir::DenseArrayAttr table,
                int64_t offset = 0);
  DecodeEmitter(mlir::OpBuilder &b, mlir::Location loc,
                const native::Target &target,
                const native::PackedLayout &layout, mlir::Type element);

  /// Where a block of a panel lies in the flat buffer of bytes (i8 elements),
  /// and the vectors of it that have been loaded.
  struct Block {
    Block(mlir::Value buffer, mlir::Value at, int64_t panelVectors)
        : buffer(buffer), at(at), panelVectors(panelVectors) {}
    mlir::Value buffer;
    /// Element of the layout where the block starts, and the vectors between
    /// one vector of a strip and the next.
    mlir::Value at;
    int64_t panelVectors;
    llvm::DenseMap<std::pair<int64_t, int64_t>, mlir::Value> loaded;
  };

  /// Vector `v` of the panel in step `step` of the block: bytes or f32. It has
  /// its first element `offset` behind the start of the block.
  mlir::Value decode(Block &block, int64_t v, int64_t offset, int64_t step);

  /// The numbers for words that lie in whole slots, one in each.
  mlir::Value decodeSlots(mlir::Value words);
  /// Words of 16 bits of the element type as f32, infinities and NaN, too.
  mlir::Value widenAny(mlir::Value words);
  /// The same with the words left where they are in their slots, which makes
  /// them 2^bit times as large; needs `multiple`.
  mlir::Value inPlace(Block &block, int64_t v, int64_t offset, int64_t step);

  /// a where words stand for 0, a, 2a and so on, else nothing.
  std::optional<int64_t> multiple() const;

  /// What word `word` stands for, as the dot takes it; only of integers.
  int64_t level(size_t word) const { return integers[word]; }

  /// Look-ups that one vector takes; they decide how much is unrolled.
  int64_t cost() const;

private:
  mlir::Value slots(Block &block, int64_t v, int64_t offset, int64_t vector);
  mlir::Value shifted(mlir::Value slots, int64_t right);
  mlir::Value word(Block &block, int64_t v, int64_t offset, int64_t step);
  mlir::Value lookup(mlir::Value index, unsigned first, unsigned bits);
  mlir::Value permute(mlir::Value index, unsigned first, unsigned count,
                      unsigned place = 0);
  mlir::Value entries(unsigned first, unsigned count, unsigned length,
                      unsigned place = 0);
  mlir::Value arithmetic(mlir::Value index);
  mlir::Value assembled(mlir::Value index);
  mlir::Value widened(mlir::Value slots);
  mlir::Value lookupByte(mlir::Value byte,
                         llvm::function_ref<uint32_t(unsigned)> entry);
  mlir::Value digit(mlir::Value bytes, int64_t step);
  bool hasByteTables() const {
    return primitive.pairs && primitive.entries >= 64;
  }
  /// Whether the entry of word w is `(w ^ sign) + shift`.
  bool isArithmetic() const;
  bool usesArithmetic() const;
  /// Entries of a table that one instruction looks up.
  unsigned largestTable() const;

  mlir::OpBuilder &b;
  mlir::Location loc;
  native::PackedLayout layout;
  native::LookupPrimitive primitive;
  /// What words are as they lie; null with a table.
  mlir::Type element;
  bool halves = false;
  /// One slot for each lane and k, and the numbers that come out.
  mlir::VectorType slotType, resultType;
  /// The table in the bits of its elements.
  llvm::SmallVector<uint32_t> table;
  /// i32 levels where all entries are integers.
  llvm::SmallVector<int64_t> integers;
  mutable int64_t sign = 0, shift = 0;
  /// The small floats that the entries of a large table are.
  std::optional<native::FloatTable> floats;
  /// Bits of the index being looked up that have been tested.
  llvm::DenseMap<unsigned, mlir::Value> tested;
};

} // namespace qs::vec

#endif // QS_LIB_CONVERSION_QSTOVECTOR_DECODE_H
