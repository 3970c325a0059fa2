//===- Pattern.cpp - Which positions of a tensor exist --------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Numerics/Pattern.h"
#include "Parse.h"

using namespace qs::num;

std::string qs::num::allowedPatterns() {
  return "dense, N:M (N kept of M), N:MxV (one mask for V output channels), "
         "blockRxC, channel";
}

/// `N:M` or `N:MxV` with N <= M.
static bool parseNM(std::string_view text, PatternSpec &spec) {
  spec.kind = PatternKind::NM;
  if (!consumeNumber(text, spec.kept) || !consume(text, ":") ||
      !consumeNumber(text, spec.of) || spec.kept > spec.of)
    return false;
  if (consume(text, "x")) {
    spec.kind = PatternKind::VectorNM;
    if (!consumeNumber(text, spec.vector))
      return false;
  }
  return text.empty();
}

static bool parseBlock(std::string_view text, PatternSpec &spec) {
  spec.kind = PatternKind::Block;
  return consume(text, "block") && consumeNumber(text, spec.rows) &&
         consume(text, "x") && consumeNumber(text, spec.columns) &&
         text.empty();
}

std::optional<PatternSpec> qs::num::parsePattern(std::string_view text,
                                                 std::string &error) {
  PatternSpec spec;
  if (text == "dense")
    return spec;
  if (text == "channel") {
    spec.kind = PatternKind::Channel;
    return spec;
  }
  if (parseNM(text, spec))
    return spec;
  spec = PatternSpec();
  if (parseBlock(text, spec))
    return spec;
  error = "unknown pattern '" + std::string(text) + "', expected one of " +
          allowedPatterns();
  return std::nullopt;
}

std::string qs::num::toString(const PatternSpec &spec) {
  switch (spec.kind) {
  case PatternKind::Dense:
    return "dense";
  case PatternKind::Channel:
    return "channel";
  case PatternKind::Block:
    return "block" + std::to_string(spec.rows) + "x" +
           std::to_string(spec.columns);
  case PatternKind::NM:
  case PatternKind::VectorNM:
    break;
  }
  std::string text = std::to_string(spec.kept) + ":" + std::to_string(spec.of);
  if (spec.kind == PatternKind::VectorNM)
    text += "x" + std::to_string(spec.vector);
  return text;
}
