//===- SqnrTest.cpp - Signal to noise
//------------------------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Numerics/Sqnr.h"

#include <cmath>
#include <gtest/gtest.h>

using namespace qs::num;

TEST(Sqnr, Formula) {
  const float reference[] = {3, -4, 0}, value[] = {3, -4.5f, 0.5f};
  EXPECT_NEAR(sqnrDb(reference, value, 3), 10 * std::log10(25 / 0.5), 1e-12);
  Sqnr sqnr;
  sqnr.add(reference, value, 3);
  EXPECT_EQ(sqnr.worst(), 0.5);
  EXPECT_EQ(sqnr.count(), 3u);
}

TEST(Sqnr, Ends) {
  const float inf = INFINITY, nan = NAN;
  const float a[] = {1, inf, nan};
  EXPECT_EQ(sqnrDb(a, a, 3), Sqnr::kExactDb);
  EXPECT_EQ(sqnrDb(a, a, 0), Sqnr::kExactDb);
  const float zero[] = {0}, one[] = {1};
  EXPECT_EQ(sqnrDb(zero, one, 1), -Sqnr::kExactDb);
  EXPECT_EQ(sqnrDb(&inf, one, 1), -Sqnr::kExactDb);
  EXPECT_EQ(sqnrDb(one, &nan, 1), -Sqnr::kExactDb);
  Sqnr sqnr;
  sqnr.add(inf, -INFINITY);
  EXPECT_EQ(sqnr.worst(), INFINITY);
}
