//===- ProgressTest.cpp - The progress line
//--------------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Support/Progress.h"

#include <gtest/gtest.h>

using namespace qs;

TEST(Progress, SilentWithoutATerminal) {
  testing::internal::CaptureStderr();
  {
    Progress progress("reading", 3);
    progress.step("a");
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(Progress, OverwritesAndRemovesItsLine) {
  testing::internal::CaptureStderr();
  {
    Progress progress("reading", 2, /*force=*/true);
    progress.step("first");
    progress.step(std::string(200, 'x'));
  }
  std::string text = testing::internal::GetCapturedStderr();
  EXPECT_EQ(text.find('\n'), std::string::npos);
  EXPECT_NE(text.find("\r\x1b[Kreading 1/2  first"), std::string::npos);
  EXPECT_NE(text.find("reading 2/2  xxx"), std::string::npos);
  EXPECT_EQ(text.find(std::string(80, 'x')), std::string::npos);
  EXPECT_EQ(text.substr(text.size() - 4), "\r\x1b[K");
}
