//===- Code.cpp - Defaults of the code interface --------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Numerics/Code.h"
#include "qs/Numerics/Round.h"

using namespace qs::num;

Code::~Code() = default;

LevelRange qs::num::restrictedRange(LevelRange range) {
  if (range.min < 0 && range.max > 0 && range.min < -range.max)
    range.min = -range.max;
  return range;
}

int32_t qs::num::fitLevel(int64_t value, LevelRange levels, Overflow overflow) {
  if (overflow == Overflow::Wrap) {
    uint64_t count =
        static_cast<uint64_t>(int64_t(levels.max) - levels.min) + 1;
    // Unsigned differences are exact modulo 2^64; the sign decides which way
    // to count from the lowest level.
    if (value >= levels.min)
      value = levels.min + static_cast<int64_t>(
                               (static_cast<uint64_t>(value) -
                                static_cast<uint64_t>(int64_t(levels.min))) %
                               count);
    else
      value = levels.max -
              static_cast<int64_t>((static_cast<uint64_t>(int64_t(levels.min)) -
                                    static_cast<uint64_t>(value) - 1) %
                                   count);
  }
  return static_cast<int32_t>(saturate(value, levels.min, levels.max));
}

std::unique_ptr<Code> Code::bind(const std::vector<double> &parameters,
                                 std::string &error) const {
  if (!parameters.empty()) {
    error = "code '" + name() + "' takes no parameters, found " +
            std::to_string(parameters.size());
    return nullptr;
  }
  return makeCode(name(), error);
}
