//===- MakeCode.h - Codes with their parameters -----------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_TEST_UNIT_NUMERICS_MAKECODE_H
#define QS_TEST_UNIT_NUMERICS_MAKECODE_H

#include "Oracle.h"
#include "qs/Numerics/Code.h"

#include <gtest/gtest.h>

namespace oracle {

/// Codebooks come bound, with entries in no order, some of them twice.
inline std::unique_ptr<qs::num::Code> make(const std::string &name) {
  std::string error;
  std::unique_ptr<qs::num::Code> code = qs::num::makeCode(name, error);
  EXPECT_TRUE(code) << error;
  if (code && !code->isBound()) {
    Random random(code->bits());
    std::vector<double> entries;
    for (unsigned i = 0; i < code->parameterCount(); ++i)
      entries.push_back(i % 5 == 4 ? entries[i / 2]
                                   : std::floor(random.normal() * 64) / 16);
    code = code->bind(entries, error);
    EXPECT_TRUE(code && code->isBound()) << error;
  }
  return code;
}

} // namespace oracle

#endif // QS_TEST_UNIT_NUMERICS_MAKECODE_H
