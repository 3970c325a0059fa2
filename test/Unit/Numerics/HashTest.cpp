//===- HashTest.cpp - XXH64 against published values
//--------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Numerics/Hash.h"
#include "Oracle.h"

#include <cstring>
#include <gtest/gtest.h>

using namespace qs::num;

TEST(Hash, PublishedValues) {
  auto hash = [](const char *text) { return hashBytes(text, strlen(text)); };
  EXPECT_EQ(hash(""), 0xef46db3751d8e999u);
  EXPECT_EQ(hash("a"), 0xd24ec4f1a98c6e5bu);
  EXPECT_EQ(hash("abc"), 0x44bc2cf5ad770999u);
  EXPECT_EQ(hash("Nobody inspects the spammish repetition"),
            0xfbcea83c8a378bf1u);
  EXPECT_EQ(hashText(0xef46db3751d8e999u), "ef46db3751d8e999");
  EXPECT_EQ(hashText(0), "0000000000000000");
}

TEST(Hash, PiecesDoNotMatter) {
  oracle::Random random(10);
  std::string data;
  for (int i = 0; i < 300; ++i)
    data.push_back(static_cast<char>(random.bits()));
  uint64_t whole = hashBytes(data.data(), data.size());
  for (int round = 0; round < 200; ++round) {
    Hasher hasher;
    for (size_t at = 0; at < data.size();) {
      size_t size = std::min<size_t>(random.below(70), data.size() - at);
      hasher.update(data.data() + at, size);
      at += size;
    }
    EXPECT_EQ(hasher.digest(), whole);
  }
  data[150] ^= 1;
  EXPECT_NE(hashBytes(data.data(), data.size()), whole);
}
