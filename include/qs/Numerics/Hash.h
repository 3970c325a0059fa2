//===- Hash.h - A stable 64-bit hash ----------------------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// XXH64, written from its specification. Equal on every machine and release:
/// the hash of calibration data stands in the IR and in reports.
///
//===----------------------------------------------------------------------===//

#ifndef QS_NUMERICS_HASH_H
#define QS_NUMERICS_HASH_H

#include <cstddef>
#include <cstdint>
#include <string>

namespace qs::num {

/// Hashes a stream of bytes; the result depends on the bytes alone, not on how
/// they were cut into pieces.
class Hasher {
public:
  explicit Hasher(uint64_t seed = 0);
  void update(const void *data, size_t size);
  /// The hash of everything so far; more may follow.
  uint64_t digest() const;

private:
  uint64_t lanes[4];
  uint64_t seed;
  uint64_t total = 0;
  unsigned char buffer[32];
  size_t buffered = 0;
};

/// The hash of one piece of memory.
uint64_t hashBytes(const void *data, size_t size, uint64_t seed = 0);

/// Sixteen lower-case hexadecimal digits.
std::string hashText(uint64_t hash);

} // namespace qs::num

#endif // QS_NUMERICS_HASH_H
