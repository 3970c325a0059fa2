//===- Mutate.h - Damaged copies of a module --------------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_TEST_UNIT_FUZZ_MUTATE_H
#define QS_TEST_UNIT_FUZZ_MUTATE_H

#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace qs::fuzz {

/// Random numbers that are equal on every machine for one seed.
class Random {
public:
  explicit Random(uint64_t seed) : engine(seed) {}
  /// In [0, count); count is not 0.
  size_t below(size_t count) { return engine() % count; }

private:
  std::mt19937_64 engine;
};

/// Bytes cut short, or with up to four bits or bytes changed.
std::string mutateBytes(llvm::StringRef bytes, Random &random);

/// Textual IR as tokens: words, numbers, strings, single signs and the space
/// between them; joined they are the text again.
std::vector<std::string> tokenize(llvm::StringRef text);

/// One or two changes to tokens, of the kinds that people make: another
/// number, a token of the same kind from elsewhere, one left out or twice.
std::string mutateText(const std::vector<std::string> &tokens, Random &random);

} // namespace qs::fuzz

#endif // QS_TEST_UNIT_FUZZ_MUTATE_H
