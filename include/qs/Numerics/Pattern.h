//===- Pattern.h - Which positions of a tensor exist ------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The names of patterns as recipes write them. Only `dense` is implemented;
/// the others are known so that a recipe is checked as a whole.
///
///   dense      every position
///   N:M        N kept of every M consecutive ones along the reduction
///   N:MxV      the same mask for V output channels
///   blockRxC   blocks of R output channels by C inputs, kept or not
///   channel    whole output channels, kept or not
///
//===----------------------------------------------------------------------===//

#ifndef QS_NUMERICS_PATTERN_H
#define QS_NUMERICS_PATTERN_H

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace qs::num {

enum class PatternKind : uint8_t { Dense, NM, VectorNM, Block, Channel };

struct PatternSpec {
  PatternKind kind = PatternKind::Dense;
  uint32_t kept = 0, of = 0;      ///< N and M
  uint32_t vector = 0;            ///< V
  uint32_t rows = 0, columns = 0; ///< R and C

  bool operator==(const PatternSpec &o) const {
    return kind == o.kind && kept == o.kept && of == o.of &&
           vector == o.vector && rows == o.rows && columns == o.columns;
  }
  bool isDense() const { return kind == PatternKind::Dense; }
  /// True for the patterns whose density is not in the name.
  bool needsSparsity() const {
    return kind == PatternKind::Block || kind == PatternKind::Channel;
  }
  bool isImplemented() const { return isDense(); }
};

/// std::nullopt and a text in `error` that lists what is allowed.
std::optional<PatternSpec> parsePattern(std::string_view text,
                                        std::string &error);
/// Inverse of parsePattern.
std::string toString(const PatternSpec &spec);
/// For error texts.
std::string allowedPatterns();

} // namespace qs::num

#endif // QS_NUMERICS_PATTERN_H
