//===- Scale.h - Which elements share a scale -------------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The granularity of scales as recipes write it: `none`, `tensor`, `axis`,
/// `groupG`, each but `none` with an optional `:f32`, `:f16`, `:e8m0`, `:e4m3`.
/// Which axis is meant follows from the operand (output channels of a weight).
///
//===----------------------------------------------------------------------===//

#ifndef QS_NUMERICS_SCALE_H
#define QS_NUMERICS_SCALE_H

#include "qs/Numerics/Enums.h"

#include <optional>
#include <string>
#include <string_view>

namespace qs::num {

enum class Granularity : uint8_t { None, Tensor, Axis, Group };

struct ScaleSpec {
  Granularity granularity = Granularity::Tensor;
  /// Elements of a group along the reduction dimension; 0 unless Group.
  uint32_t groupSize = 0;
  ScaleStorage storage = ScaleStorage::F32;

  bool operator==(const ScaleSpec &o) const {
    return granularity == o.granularity && groupSize == o.groupSize &&
           storage == o.storage;
  }
};

/// std::nullopt and a text in `error` that lists what is allowed.
std::optional<ScaleSpec> parseScale(std::string_view text, std::string &error);
/// Inverse of parseScale; `:f32` is left out.
std::string toString(const ScaleSpec &spec);
/// For error texts.
std::string allowedScales();

} // namespace qs::num

#endif // QS_NUMERICS_SCALE_H
