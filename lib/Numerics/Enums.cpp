//===- Enums.cpp - Spellings of the rounding choices ----------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Numerics/Enums.h"

#include <cstddef>

using namespace qs::num;

// Spellings in the order of the enumerators: one table serves both directions.
static constexpr const char *kRounding[] = {
    "half_even", "half_away", "half_up", "floor", "ceil", "toward_zero"};
static constexpr const char *kOrder[] = {"round_then_add", "add_then_round"};
static constexpr const char *kFixed[] = {"single", "double", "tflite",
                                         "half_even"};
static constexpr const char *kOverflow[] = {"saturate", "wrap"};
static constexpr const char *kStorage[] = {"f32", "f16", "e8m0", "e4m3"};

template <typename Enum, size_t N>
static std::optional<Enum> parse(const char *const (&table)[N],
                                 std::string_view text) {
  for (size_t i = 0; i < N; ++i)
    if (text == table[i])
      return static_cast<Enum>(i);
  return std::nullopt;
}

const char *qs::num::toString(Rounding value) {
  return kRounding[static_cast<size_t>(value)];
}
const char *qs::num::toString(Order value) {
  return kOrder[static_cast<size_t>(value)];
}
const char *qs::num::toString(FixedRounding value) {
  return kFixed[static_cast<size_t>(value)];
}
const char *qs::num::toString(Overflow value) {
  return kOverflow[static_cast<size_t>(value)];
}
const char *qs::num::toString(ScaleStorage value) {
  return kStorage[static_cast<size_t>(value)];
}

std::optional<Rounding> qs::num::parseRounding(std::string_view text) {
  return parse<Rounding>(kRounding, text);
}
std::optional<Order> qs::num::parseOrder(std::string_view text) {
  return parse<Order>(kOrder, text);
}
std::optional<FixedRounding>
qs::num::parseFixedRounding(std::string_view text) {
  return parse<FixedRounding>(kFixed, text);
}
std::optional<Overflow> qs::num::parseOverflow(std::string_view text) {
  return parse<Overflow>(kOverflow, text);
}
std::optional<ScaleStorage> qs::num::parseScaleStorage(std::string_view text) {
  return parse<ScaleStorage>(kStorage, text);
}
