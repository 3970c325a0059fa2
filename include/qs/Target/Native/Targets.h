//===- Targets.h - CPU targets as data --------------------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the kernel generator has to know about a CPU, as rows of one table. A
// new CPU is a new row; no code asks for a target by name.
//
//===----------------------------------------------------------------------===//

#ifndef QS_TARGET_NATIVE_TARGETS_H
#define QS_TARGET_NATIVE_TARGETS_H

#include <cstdint>
#include <string_view>

namespace qs::native {

/// How one vector of accumulators takes in `k` products a lane.
enum class Dot : uint8_t {
  VpDpBusd,  ///< u8 x s8, 4 a lane, one AVX-512 VNNI instruction
  VpDpWssd,  ///< i16 x i16, 2 a lane, one AVX-512 VNNI instruction that wraps
  PMaddWd,   ///< i16 x i16, 2 a lane, multiply-add and an i32 add (never
             ///< saturates)
  PMaddUbSw, ///< u8 x s8, 4 in 2 lanes of i16, multiply-add and an i16 add:
             ///< saturates and wraps, unless the weights are known not to
  Widen,     ///< sign- or zero-extend both sides to i32, multiply, add
  Fma,       ///< fused f32 multiply-add
  MulAdd,    ///< f32 multiply, then add, both rounded
  PopWords,  ///< signs: xor, population count of i32 lanes, add
  PopBytes,  ///< signs: xor, population count of bytes, added up as bytes
};

/// Element type of the activation rows that a dot primitive reads.
enum class Rows : uint8_t {
  U8,   ///< unsigned bytes; signed ones are moved up by 128 beforehand
  Any8, ///< bytes of either sign
  I16,  ///< signed words; narrower codes are widened beforehand
  F32,
  Bits, ///< 32 signs in an i32, one bit each
};

/// One dot primitive: `lanes` accumulators of 32 bits, `k` elements of a row
/// each (32 products an element where it holds signs).
struct DotPrimitive {
  Dot kind;
  Rows rows;
  unsigned lanes;
  unsigned k;
  /// Registers for each accumulator of a tile: two where sums of groups are
  /// added to f32 accumulators, or counts of bytes to i32 ones.
  unsigned accumulators = 1;
  /// Instructions of one dot, and registers that it needs for constants and
  /// what lies between them.
  unsigned instructions = 1;
  unsigned temporaries = 0;
  /// Steps after which narrow counts are added to the accumulators (a byte
  /// counts to 255, a step adds at most 8; sums of i16 as the layout of the
  /// weights says); 0 where there are none.
  unsigned flushSteps = 0;

  /// The same by weights in two parts, each with sums of its own: the mask of
  /// one part and further registers of weights come in between.
  constexpr DotPrimitive split() const {
    DotPrimitive dot = *this;
    dot.accumulators *= 2;
    dot.instructions *= 2;
    dot.temporaries += 4;
    return dot;
  }
};

/// How a vector of small indices becomes a vector of table entries.
enum class Lookup : uint8_t {
  Select,   ///< compares and selects only: a tree over the bits of the index
  VPermB,   ///< 64 bytes, index modulo 64; two registers as one table of 128
  PShufB,   ///< 16 bytes in each 128 bits, index below 16
  VPermPs16,///< 16 f32, index modulo 16; two registers as one table of 32
  VPermPs8, ///< 8 f32, index modulo 8
  VPermW,   ///< 32 words of 16 bits, index modulo 32; two registers as one table
            ///< of 64
};

/// One look-up primitive: `entries` of a table in one instruction, and twice as
/// many in another one where `pairs`. Larger tables are blended from it.
struct LookupPrimitive {
  Lookup kind;
  unsigned entries;
  bool pairs;
};

/// A CPU. `cpu` and `features` are LLVM's words; an empty cpu leaves the choice
/// of LLVM's target to the caller.
struct Target {
  std::string_view name;
  std::string_view cpu;
  std::string_view features;
  DotPrimitive integer;
  /// Of rows of i16, by weights of 8 or 16 bits.
  DotPrimitive words;
  DotPrimitive floating;
  /// Of rows and weights that are signs.
  DotPrimitive bits;
  /// Tables of bytes (integer dots) and of f32.
  LookupPrimitive byteTable;
  LookupPrimitive floatTable;
  /// Vector registers that a tile may fill.
  unsigned registers;
  /// Independent accumulators that hide the latency of the dot primitive.
  unsigned latency;
  /// Bytes of the cache that one core owns (level 2) and of its first level.
  int64_t l2Bytes;
  int64_t l1Bytes;
  /// There is an instruction that widens f16 to f32.
  bool halves = false;
  /// Tables of words of 16 bits.
  LookupPrimitive wordTable = {Lookup::Select, 1, false};
  /// Of bytes with sums of i16, for weights that keep these from overflowing;
  /// no lanes where there is none.
  DotPrimitive narrow = {Dot::Widen, Rows::Any8, 0, 0};

  /// The dot of rows of i16 by weights of which at least `together` lie in one
  /// run: that of words, or one element a lane, widened.
  constexpr DotPrimitive wordsOf(int64_t together) const {
    if (together >= int64_t(words.k))
      return words;
    return {Dot::Widen, Rows::I16, words.lanes, 1, 1, 2, 1};
  }
};

inline constexpr Target targets[] = {
    {"avx512vnni",
     "x86-64-v4",
     "+avx512vnni,+avx512vbmi,+avx512vpopcntdq",
     {Dot::VpDpBusd, Rows::U8, 16, 4},
     {Dot::VpDpWssd, Rows::I16, 16, 2},
     {Dot::Fma, Rows::F32, 16, 1},
     {Dot::PopWords, Rows::Bits, 16, 1, 1, 3, 1},
     {Lookup::VPermB, 64, true},
     {Lookup::VPermPs16, 16, true},
     32,
     8,
     1 << 20,
     32 << 10,
     true,
     {Lookup::VPermW, 32, true}},
    {"avx2",
     "x86-64-v3",
     "",
     {Dot::PMaddWd, Rows::I16, 8, 2, 1, 1, 1},
     {Dot::PMaddWd, Rows::I16, 8, 2, 1, 1, 1},
     {Dot::Fma, Rows::F32, 8, 1},
     {Dot::PopBytes, Rows::Bits, 8, 1, 2, 8, 4, 28},
     {Lookup::PShufB, 16, false},
     {Lookup::VPermPs8, 8, false},
     16,
     10,
     256 << 10,
     32 << 10,
     true,
     {Lookup::Select, 1, false},
     {Dot::PMaddUbSw, Rows::U8, 8, 4, 1, 1, 1}},
    {"generic",
     "",
     "",
     {Dot::Widen, Rows::Any8, 4, 1, 1, 1, 1},
     {Dot::Widen, Rows::I16, 4, 1, 1, 1, 1},
     {Dot::MulAdd, Rows::F32, 4, 1, 1, 1, 1},
     {Dot::PopBytes, Rows::Bits, 4, 1, 2, 12, 4, 28},
     {Lookup::Select, 1, false},
     {Lookup::Select, 1, false},
     16,
     8,
     256 << 10,
     32 << 10},
};

/// The row called `name`, or null.
inline const Target *findTarget(std::string_view name) {
  for (const Target &target : targets)
    if (target.name == name)
      return &target;
  return nullptr;
}

} // namespace qs::native

#endif // QS_TARGET_NATIVE_TARGETS_H
