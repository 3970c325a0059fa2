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
  VpDpBusd, ///< u8 x s8, 4 a lane, one AVX-512 VNNI instruction
  PMaddWd,  ///< i16 x i16, 2 a lane, multiply-add and an i32 add (never saturates)
  Widen,    ///< sign- or zero-extend both sides to i32, multiply, add
  Fma,      ///< fused f32 multiply-add
  MulAdd,   ///< f32 multiply, then add, both rounded
};

/// Element type of the activation rows that a dot primitive reads.
enum class Rows : uint8_t {
  U8,  ///< unsigned bytes; signed ones are moved up by 128 beforehand
  Any8,///< bytes of either sign
  I16, ///< bytes of either sign widened to 16 bits beforehand
  F32,
};

/// One dot primitive: `lanes` accumulators of 32 bits, `k` products each.
struct DotPrimitive {
  Dot kind;
  Rows rows;
  unsigned lanes;
  unsigned k;
};

/// A CPU. `cpu` and `features` are LLVM's words; an empty cpu leaves the choice
/// of LLVM's target to the caller.
struct Target {
  std::string_view name;
  std::string_view cpu;
  std::string_view features;
  DotPrimitive integer;
  DotPrimitive floating;
  /// Vector registers that a tile may fill.
  unsigned registers;
  /// Independent accumulators that hide the latency of the dot primitive.
  unsigned latency;
  /// Bytes of the cache that one core owns (level 2) and of its first level.
  int64_t l2Bytes;
  int64_t l1Bytes;
};

inline constexpr Target targets[] = {
    {"avx512vnni", "x86-64-v4", "+avx512vnni,+avx512vbmi",
     {Dot::VpDpBusd, Rows::U8, 16, 4}, {Dot::Fma, Rows::F32, 16, 1},
     32, 8, 1 << 20, 32 << 10},
    {"avx2", "x86-64-v3", "",
     {Dot::PMaddWd, Rows::I16, 8, 2}, {Dot::Fma, Rows::F32, 8, 1},
     16, 10, 256 << 10, 32 << 10},
    {"generic", "", "",
     {Dot::Widen, Rows::Any8, 4, 1}, {Dot::MulAdd, Rows::F32, 4, 1},
     16, 8, 256 << 10, 32 << 10},
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
