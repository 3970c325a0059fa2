//===- Decode.cpp - Stored words to numbers -------------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Decode.h"
#include "EmitUtils.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "llvm/ADT/bit.h"
#include <cmath>

using namespace mlir;

namespace qs::vec {

using native::Lookup;

DecodeEmitter::DecodeEmitter(OpBuilder &b, Location loc,
                             const native::Target &target,
                             const native::PackedLayout &layout,
                             DenseArrayAttr attr, int64_t offset)
    : b(b), loc(loc), layout(layout) {
  int64_t count = layout.lanes * layout.k;
  if (auto bytes = dyn_cast<DenseI8ArrayAttr>(attr)) {
    primitive = target.byteTable;
    slotType = resultType = VectorType::get({count}, b.getI8Type());
    for (int8_t level : bytes.asArrayRef()) {
      table.push_back(uint8_t(level + offset));
      integers.push_back(level + offset);
    }
    // A word that stands for nothing gets what would come next.
    if (layout.planes.fives) {
      integers.push_back(2 * integers[2] - integers[1]);
      table.push_back(uint8_t(integers.back()));
    }
  } else {
    primitive = target.floatTable;
    slotType = VectorType::get({count}, b.getI32Type());
    resultType = VectorType::get({count}, b.getF32Type());
    for (float level : cast<DenseF32ArrayAttr>(attr).asArrayRef()) {
      table.push_back(llvm::bit_cast<uint32_t>(level));
      bool whole = std::abs(level) <= 1024 && std::nearbyint(level) == level &&
                   !(level == 0 && std::signbit(level));
      if (whole)
        integers.push_back(int64_t(level));
    }
    if (table.size() > largestTable())
      floats = native::findFloatTable(
          cast<DenseF32ArrayAttr>(attr).asArrayRef().data(), table.size());
  }
}

DecodeEmitter::DecodeEmitter(OpBuilder &b, Location loc,
                             const native::Target &target,
                             const native::PackedLayout &layout, Type element)
    : b(b), loc(loc), layout(layout), primitive(target.floatTable),
      element(element), halves(target.halves) {
  int64_t count = layout.lanes * layout.k;
  slotType = VectorType::get({count}, b.getIntegerType(layout.planes.slot));
  resultType = VectorType::get({count}, b.getF32Type());
}

Value DecodeEmitter::slots(Block &block, int64_t v, int64_t offset,
                           int64_t vector) {
  Value &slots = block.loaded[{v, vector}];
  if (slots)
    return slots;
  int64_t count = layout.lanes * layout.k;
  int64_t element = layout.planes.slot / 8;
  Value at =
      addIndex(b, loc, block.at, offset + vector * block.panelVectors * count);
  at = mulIndex(b, loc, at, element);
  auto bytes = VectorType::get({count * element}, b.getI8Type());
  slots = vector::LoadOp::create(b, loc, bytes, block.buffer, at);
  if (element != 1)
    slots = vector::BitCastOp::create(b, loc, slotType, slots);
  return slots;
}

/// Shifts words of 32 bits, whatever the size of a slot: bytes have no shift of
/// their own on most machines, and what comes in from a neighbour lies outside
/// of the bits that count.
Value DecodeEmitter::shifted(Value slots, int64_t right) {
  if (right == 0)
    return slots;
  auto words = VectorType::get(
      {slotType.getNumElements() * int64_t(layout.planes.slot) / 32},
      b.getI32Type());
  bool cast = words != slotType;
  if (cast)
    slots = vector::BitCastOp::create(b, loc, words, slots);
  Value amount = splat(b, loc, words, std::abs(right));
  Value moved = right > 0
                    ? arith::ShRUIOp::create(b, loc, slots, amount).getResult()
                    : arith::ShLIOp::create(b, loc, slots, amount).getResult();
  if (cast)
    moved = vector::BitCastOp::create(b, loc, slotType, moved);
  return moved;
}

/// `count` entries from `first` on for an index that starts at bit `place`,
/// repeated to `length`.
Value DecodeEmitter::entries(unsigned first, unsigned count, unsigned length,
                             unsigned place) {
  auto type = VectorType::get({int64_t(length)}, resultType.getElementType());
  SmallVector<Attribute> values;
  for (unsigned i = 0; i < length; ++i) {
    uint32_t bits = table[first + (i >> place) % count];
    if (isa<FloatType>(type.getElementType()))
      values.push_back(b.getF32FloatAttr(llvm::bit_cast<float>(bits)));
    else
      values.push_back(b.getI8IntegerAttr(int8_t(bits)));
  }
  return arith::ConstantOp::create(b, loc,
                                   DenseElementsAttr::get(type, values));
}

/// One instruction: `count` entries, which repeated for the bits below `place`
/// are not more than the primitive has.
Value DecodeEmitter::permute(Value index, unsigned first, unsigned count,
                             unsigned place) {
  auto call = [&](StringRef name, ValueRange operands) {
    return LLVM::CallIntrinsicOp::create(b, loc, resultType,
                                         b.getStringAttr(name), operands)
        .getResult(0);
  };
  unsigned length = unsigned(resultType.getNumElements());
  if (count > primitive.entries) {
    Value low = entries(first, count / 2, length);
    Value high = entries(first + count / 2, count / 2, length);
    return call(primitive.kind == Lookup::VPermB
                    ? "llvm.x86.avx512.vpermi2var.qi.512"
                    : "llvm.x86.avx512.vpermi2var.ps.512",
                {low, index, high});
  }
  Value low = entries(first, count, length, place);
  switch (primitive.kind) {
  case Lookup::Select:
    return low;
  case Lookup::VPermB:
    return call("llvm.x86.avx512.permvar.qi.512", {low, index});
  case Lookup::PShufB: {
    // A set bit 7 would give zero.
    Value masked =
        arith::AndIOp::create(b, loc, index, splat(b, loc, slotType, 15));
    return call(length == 32 ? "llvm.x86.avx2.pshuf.b"
                             : "llvm.x86.ssse3.pshuf.b.128",
                {low, masked});
  }
  case Lookup::VPermPs16:
    return call("llvm.x86.avx512.permvar.sf.512", {low, index});
  case Lookup::VPermPs8:
    return call("llvm.x86.avx2.permps", {low, index});
  case Lookup::VPermW:
    break;
  }
  llvm_unreachable("no look-up of bytes or f32");
}

/// The table's entries from `first` on by the low `bits` bits of `index`.
Value DecodeEmitter::lookup(Value index, unsigned first, unsigned bits) {
  unsigned count = 1u << bits;
  if (count <= primitive.entries ||
      (primitive.pairs && count == 2 * primitive.entries))
    return permute(index, first, count);
  Value low = lookup(index, first, bits - 1);
  Value high = lookup(index, first + count / 2, bits - 1);
  Value &isSet = tested[bits - 1];
  if (!isSet) {
    Value mask = splat(b, loc, slotType, int64_t(1) << (bits - 1));
    Value zero = splat(b, loc, slotType, 0);
    Value bit = arith::AndIOp::create(b, loc, index, mask);
    isSet = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, bit, zero);
  }
  return arith::SelectOp::create(b, loc, isSet, high, low);
}

bool DecodeEmitter::isArithmetic() const {
  if (integers.size() != table.size())
    return false;
  for (int64_t candidate : {int64_t(0), int64_t(table.size()) / 2}) {
    sign = candidate;
    shift = integers[0] - sign;
    bool equal = true;
    for (size_t w = 0; w < integers.size(); ++w)
      equal &= integers[w] == (int64_t(w) ^ sign) + shift;
    if (equal)
      return true;
  }
  return false;
}

unsigned DecodeEmitter::largestTable() const {
  return primitive.entries * (primitive.pairs ? 2 : 1);
}

bool DecodeEmitter::usesArithmetic() const {
  if (!isArithmetic())
    return false;
  // A byte that only changes its sign needs no table, nor does a word that is
  // its level where a look-up masks it all the same.
  return table.size() > largestTable() ||
         (primitive.kind == Lookup::PShufB && sign == 0 && shift == 0);
}

int64_t DecodeEmitter::cost() const {
  return usesArithmetic() || floats || table.size() <= largestTable()
             ? 1
             : int64_t(table.size() / largestTable());
}

std::optional<int64_t> DecodeEmitter::multiple() const {
  const native::BitPlanes &planes = layout.planes;
  if (planes.bits >= planes.slot || integers.size() != table.size() ||
      integers[0] != 0 || integers[1] < 1)
    return {};
  for (size_t w = 0; w < integers.size(); ++w)
    if (integers[w] != int64_t(w) * integers[1])
      return {};
  return integers[1];
}

/// A byte by a table of 256 entries, two registers of which make a half.
Value DecodeEmitter::lookupByte(Value byte,
                                llvm::function_ref<uint32_t(unsigned)> entry) {
  SmallVector<uint32_t> entries;
  for (unsigned i = 0; i < 256; ++i)
    entries.push_back(entry(i));
  std::swap(table, entries);
  tested.clear();
  Value found = lookup(byte, 0, 8);
  std::swap(table, entries);
  return found;
}

static constexpr unsigned kPowersOf3[] = {1, 3, 9, 27, 81, 243};

static unsigned digitOf(unsigned byte, int64_t step) {
  return byte / kPowersOf3[step] % 3;
}

/// The word in base-3 digit `step` of every byte.
Value DecodeEmitter::digit(Value bytes, int64_t step) {
  auto wide = slotType.clone(b.getI16Type());
  bytes = arith::ExtUIOp::create(b, loc, wide, bytes);
  // byte / 3^n for every byte below 243, as a product of 16 bits and a shift.
  auto quotient = [&](int64_t n) -> Value {
    static constexpr std::pair<int64_t, int64_t> reciprocals[] = {
        {1, 0}, {171, 9}, {57, 9}, {19, 9}, {203, 14}};
    if (n == 0)
      return bytes;
    auto [factor, shift] = reciprocals[n];
    Value product =
        arith::MulIOp::create(b, loc, bytes, splat(b, loc, wide, factor));
    return arith::ShRUIOp::create(b, loc, product, splat(b, loc, wide, shift));
  };
  Value digit = quotient(step);
  if (step < 4)
    digit = arith::SubIOp::create(
        b, loc, digit,
        arith::MulIOp::create(b, loc, quotient(step + 1),
                              splat(b, loc, wide, 3)));
  return arith::TruncIOp::create(b, loc, slotType, digit);
}

/// The word of a step where it starts in its slots (BitPlanes::placeBit), among
/// other bits.
Value DecodeEmitter::word(Block &block, int64_t v, int64_t offset,
                          int64_t step) {
  const native::BitPlanes &planes = layout.planes;
  unsigned start = planes.placeBit(planes.placeOf(step));
  Value result;
  for (const native::BitPlanes::Piece &piece : planes.pieces(step)) {
    unsigned at = start + piece.from;
    Value part = shifted(slots(block, v, offset, piece.vector),
                         int64_t(piece.bit) - int64_t(at));
    if (!result) {
      result = part;
      continue;
    }
    // What is there already lies above.
    int64_t below = (int64_t(1) << (at + piece.width)) - 1;
    Value high =
        arith::AndIOp::create(b, loc, result, splat(b, loc, slotType, ~below));
    Value low =
        arith::AndIOp::create(b, loc, part, splat(b, loc, slotType, below));
    result = arith::OrIOp::create(b, loc, high, low);
  }
  return result;
}

Value DecodeEmitter::inPlace(Block &block, int64_t v, int64_t offset,
                             int64_t step) {
  const native::BitPlanes &planes = layout.planes;
  if (planes.fives) {
    // The last digit alone, in the place of the fourth; the others together.
    Value bytes = slots(block, v, offset, 0);
    if (step == 4)
      return lookupByte(bytes,
                        [](unsigned byte) { return digitOf(byte, 4) << 6; });
    Value &four = block.loaded[{v, -1}];
    if (!four)
      four = lookupByte(bytes, [](unsigned byte) {
        return digitOf(byte, 0) | digitOf(byte, 1) << 2 |
               digitOf(byte, 2) << 4 | digitOf(byte, 3) << 6;
      });
    return arith::AndIOp::create(b, loc, four,
                                 splat(b, loc, slotType, 3 << (2 * step)));
  }
  int64_t mask = (int64_t(table.size()) - 1)
                 << planes.placeBit(planes.placeOf(step));
  return arith::AndIOp::create(b, loc, word(block, v, offset, step),
                               splat(b, loc, slotType, mask));
}

Value DecodeEmitter::arithmetic(Value index) {
  int64_t mask = int64_t(table.size()) - 1;
  if (mask < 255 || layout.planes.slot > 8)
    index = arith::AndIOp::create(b, loc, index, splat(b, loc, slotType, mask));
  if (sign != 0)
    index = arith::XOrIOp::create(b, loc, index, splat(b, loc, slotType, sign));
  if (shift != 0)
    index =
        arith::AddIOp::create(b, loc, index, splat(b, loc, slotType, shift));
  if (isa<FloatType>(resultType.getElementType()))
    index = arith::SIToFPOp::create(b, loc, resultType, index);
  return index;
}

/// Words as the small floats that they are. Shifts to the left and back, which
/// repeats the sign, leave the sign where f32 has it.
Value DecodeEmitter::assembled(Value index) {
  auto constant = [&](int64_t value) { return splat(b, loc, slotType, value); };
  int64_t left = 31 - floats->magnitudeBits, place = 23 - floats->mantissa;
  Value bits = arith::ShLIOp::create(b, loc, index, constant(left));
  if (left > place)
    bits = arith::ShRSIOp::create(b, loc, bits, constant(left - place));
  int64_t field = ((int64_t(1) << floats->magnitudeBits) - 1) << place;
  int64_t signBit = int64_t(1) << 31;
  bits = arith::AndIOp::create(b, loc, bits, constant(signBit | field));
  Value number = arith::MulFOp::create(
      b, loc, arith::BitcastOp::create(b, loc, resultType, bits),
      splat(b, loc, resultType, std::ldexp(1.0, floats->shift)));
  if (floats->special == 1u << floats->magnitudeBits)
    return number;
  Value magnitude = arith::AndIOp::create(b, loc, bits, constant(field));
  Value sign = arith::AndIOp::create(b, loc, bits, constant(signBit));
  Value result = arith::BitcastOp::create(b, loc, slotType, number);
  auto from = [&](int64_t least, int64_t word) {
    Value reaches = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::uge,
                                          magnitude, constant(least << place));
    Value special = arith::OrIOp::create(b, loc, sign, constant(word));
    result = arith::SelectOp::create(b, loc, reaches, special, result);
  };
  if (floats->hasInfinity)
    from(floats->special, 0x7f800000);
  if (int64_t least = floats->special + floats->hasInfinity;
      least < int64_t(1) << floats->magnitudeBits)
    from(least, 0x7fc00000);
  return arith::BitcastOp::create(b, loc, resultType, result);
}

/// Whole elements as f32, exactly; none of them is infinite or NaN.
Value DecodeEmitter::widened(Value slots) {
  auto words = slotType.clone(b.getI32Type());
  auto constant = [&](int64_t value) { return splat(b, loc, words, value); };
  if (auto integer = dyn_cast<IntegerType>(element)) {
    Value wide = integer.isUnsigned()
                     ? arith::ExtUIOp::create(b, loc, words, slots).getResult()
                     : arith::ExtSIOp::create(b, loc, words, slots).getResult();
    return arith::SIToFPOp::create(b, loc, resultType, wide);
  }
  if (element.isF16() && halves) {
    Value numbers =
        vector::BitCastOp::create(b, loc, slotType.clone(element), slots);
    return arith::ExtFOp::create(b, loc, resultType, numbers);
  }
  Value wide = arith::ExtUIOp::create(b, loc, words, slots);
  if (element.isBF16()) {
    Value bits = arith::ShLIOp::create(b, loc, wide, constant(16));
    return arith::BitcastOp::create(b, loc, resultType, bits);
  }
  // Exponent and fraction of a (possibly denormal) f32 that is too small by the
  // difference of the two biases; LLVM would call a function for each lane.
  Value sign = arith::AndIOp::create(b, loc, wide, constant(0x8000));
  sign = arith::ShLIOp::create(b, loc, sign, constant(16));
  Value bits = arith::AndIOp::create(b, loc, wide, constant(0x7fff));
  bits = arith::ShLIOp::create(b, loc, bits, constant(13));
  bits = arith::OrIOp::create(b, loc, sign, bits);
  Value small = arith::BitcastOp::create(b, loc, resultType, bits);
  return arith::MulFOp::create(b, loc, small,
                               splat(b, loc, resultType, std::ldexp(1.0, 112)));
}

Value DecodeEmitter::widenAny(Value words) {
  Value number = widened(words);
  if (!element.isF16() || halves)
    return number;
  // The widest exponent of f16 becomes that of f32.
  auto wide = slotType.clone(b.getI32Type());
  auto constant = [&](int64_t value) { return splat(b, loc, wide, value); };
  Value bits = arith::ExtUIOp::create(b, loc, wide, words);
  Value magnitude = arith::AndIOp::create(b, loc, bits, constant(0x7fff));
  Value isSpecial = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::uge,
                                          magnitude, constant(0x7c00));
  Value special = arith::OrIOp::create(
      b, loc, arith::ShLIOp::create(b, loc, magnitude, constant(13)),
      constant(0x7f800000));
  Value sign = arith::AndIOp::create(b, loc, bits, constant(0x8000));
  special = arith::OrIOp::create(
      b, loc, special, arith::ShLIOp::create(b, loc, sign, constant(16)));
  return arith::SelectOp::create(
      b, loc, isSpecial, arith::BitcastOp::create(b, loc, resultType, special),
      number);
}

Value DecodeEmitter::decode(Block &block, int64_t v, int64_t offset,
                            int64_t step) {
  if (element)
    return widened(slots(block, v, offset, 0));
  const native::BitPlanes &planes = layout.planes;
  if (planes.fives) {
    Value bytes = slots(block, v, offset, 0);
    if (hasByteTables())
      return lookupByte(bytes, [&](unsigned byte) {
        return table[digitOf(byte, step)];
      });
    tested.clear();
    return lookup(digit(bytes, step), 0, planes.bits);
  }
  Value index = word(block, v, offset, step);
  unsigned place = planes.placeBit(planes.placeOf(step));
  // A table that is repeated for the bits below saves the shift.
  if (place > 0 && !usesArithmetic() &&
      (uint64_t(1) << (place + planes.bits)) <= primitive.entries)
    return permute(index, 0, 1u << planes.bits, place);
  return decodeSlots(shifted(index, place));
}

Value DecodeEmitter::decodeSlots(Value words) {
  if (usesArithmetic())
    return arithmetic(words);
  if (floats)
    return assembled(words);
  tested.clear();
  return lookup(words, 0, layout.planes.bits);
}

} // namespace qs::vec
