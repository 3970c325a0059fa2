//===- Hash.cpp - A stable 64-bit hash ------------------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Numerics/Hash.h"

#include <algorithm>
#include <cstring>

using namespace qs::num;

static constexpr uint64_t kP1 = 0x9E3779B185EBCA87u;
static constexpr uint64_t kP2 = 0xC2B2AE3D27D4EB4Fu;
static constexpr uint64_t kP3 = 0x165667B19E3779F9u;
static constexpr uint64_t kP4 = 0x85EBCA77C2B2AE63u;
static constexpr uint64_t kP5 = 0x27D4EB2F165667C5u;

static uint64_t rotate(uint64_t x, int by) {
  return (x << by) | (x >> (64 - by));
}

/// Little-endian words whatever the machine.
static uint64_t load(const unsigned char *at, int bytes) {
  uint64_t word = 0;
  for (int i = 0; i < bytes; ++i)
    word |= static_cast<uint64_t>(at[i]) << (8 * i);
  return word;
}

static uint64_t mix(uint64_t lane, uint64_t word) {
  return rotate(lane + word * kP2, 31) * kP1;
}

static void mixBlock(uint64_t (&lanes)[4], const unsigned char *at) {
  for (int i = 0; i < 4; ++i)
    lanes[i] = mix(lanes[i], load(at + 8 * i, 8));
}

Hasher::Hasher(uint64_t seed)
    : lanes{seed + kP1 + kP2, seed + kP2, seed, seed - kP1}, seed(seed) {}

void Hasher::update(const void *data, size_t size) {
  if (size == 0)
    return;
  const auto *at = static_cast<const unsigned char *>(data);
  total += size;
  if (buffered != 0) {
    size_t take = std::min(size, sizeof(buffer) - buffered);
    std::memcpy(buffer + buffered, at, take);
    buffered += take;
    at += take;
    size -= take;
    if (buffered < sizeof(buffer))
      return;
    mixBlock(lanes, buffer);
    buffered = 0;
  }
  for (; size >= 32; at += 32, size -= 32)
    mixBlock(lanes, at);
  std::memcpy(buffer, at, size);
  buffered = size;
}

uint64_t Hasher::digest() const {
  uint64_t hash = seed + kP5;
  if (total >= 32) {
    hash = rotate(lanes[0], 1) + rotate(lanes[1], 7) + rotate(lanes[2], 12) +
           rotate(lanes[3], 18);
    for (uint64_t lane : lanes)
      hash = (hash ^ mix(0, lane)) * kP1 + kP4;
  }
  hash += total;
  const unsigned char *at = buffer;
  size_t left = buffered;
  for (; left >= 8; at += 8, left -= 8)
    hash = rotate(hash ^ mix(0, load(at, 8)), 27) * kP1 + kP4;
  for (; left >= 4; at += 4, left -= 4)
    hash = rotate(hash ^ (load(at, 4) * kP1), 23) * kP2 + kP3;
  for (; left != 0; ++at, --left)
    hash = rotate(hash ^ (*at * kP5), 11) * kP1;
  hash = (hash ^ (hash >> 33)) * kP2;
  hash = (hash ^ (hash >> 29)) * kP3;
  return hash ^ (hash >> 32);
}

uint64_t qs::num::hashBytes(const void *data, size_t size, uint64_t seed) {
  Hasher hasher(seed);
  hasher.update(data, size);
  return hasher.digest();
}

std::string qs::num::hashText(uint64_t hash) {
  std::string text(16, '0');
  for (int i = 15; i >= 0; --i, hash >>= 4)
    text[i] = "0123456789abcdef"[hash & 15];
  return text;
}
