//===- Parse.h - Small numbers inside names ---------------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_LIB_NUMERICS_PARSE_H
#define QS_LIB_NUMERICS_PARSE_H

#include <cstdint>
#include <string_view>

namespace qs::num {

/// Takes `prefix` off the front of `text` where it stands there.
inline bool consume(std::string_view &text, std::string_view prefix) {
  if (text.substr(0, prefix.size()) != prefix)
    return false;
  text.remove_prefix(prefix.size());
  return true;
}

/// Takes a number of 1 to 2^24 without leading zeros off the front.
inline bool consumeNumber(std::string_view &text, uint32_t &number) {
  if (text.empty() || text[0] < '1' || text[0] > '9')
    return false;
  number = 0;
  while (!text.empty() && text[0] >= '0' && text[0] <= '9') {
    number = number * 10 + static_cast<uint32_t>(text[0] - '0');
    if (number > (uint32_t(1) << 24))
      return false;
    text.remove_prefix(1);
  }
  return true;
}

} // namespace qs::num

#endif // QS_LIB_NUMERICS_PARSE_H
