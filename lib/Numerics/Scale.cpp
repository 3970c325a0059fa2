//===- Scale.cpp - Which elements share a scale ---------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Numerics/Scale.h"
#include "Parse.h"

using namespace qs::num;

static constexpr const char *kNames[] = {"none", "tensor", "axis", "group"};

std::string qs::num::allowedScales() {
  return "none, tensor, axis, groupG (G elements), with an optional suffix "
         ":f32, :f16, :e8m0 or :e4m3";
}

std::optional<ScaleSpec> qs::num::parseScale(std::string_view text,
                                             std::string &error) {
  ScaleSpec spec;
  std::string_view rest = text;
  bool good = false;
  for (int i = 0; i < 4 && !good; ++i) {
    good = consume(rest, kNames[i]);
    spec.granularity = static_cast<Granularity>(i);
  }
  if (good && spec.granularity == Granularity::Group)
    good = consumeNumber(rest, spec.groupSize);
  if (good && spec.granularity != Granularity::None && consume(rest, ":")) {
    std::optional<ScaleStorage> storage = parseScaleStorage(rest);
    good = storage.has_value();
    spec.storage = storage.value_or(ScaleStorage::F32);
    rest = {};
  }
  if (good && rest.empty())
    return spec;
  error = "unknown scale '" + std::string(text) + "', expected one of " +
          allowedScales();
  return std::nullopt;
}

std::string qs::num::toString(const ScaleSpec &spec) {
  std::string text = kNames[static_cast<int>(spec.granularity)];
  if (spec.granularity == Granularity::Group)
    text += std::to_string(spec.groupSize);
  if (spec.storage != ScaleStorage::F32)
    text += std::string(":") + toString(spec.storage);
  return text;
}
