//===- Data.cpp - Inputs of a case and what must come out -----------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Data.h"
#include <algorithm>
#include <cmath>
#include <cstring>
#include <random>

namespace qs::bench {

Buffer::Buffer(size_t bytes)
    : bytes(bytes), memory(static_cast<char *>(std::aligned_alloc(
                               4096, (bytes + 4095) / 4096 * 4096 + 4096)),
                           std::free) {
  std::memset(memory.get(), 0, bytes);
}

Data::Data(const Case &c)
    : input(c.inputElements() * (c.isFloat() ? 4 : 1)), bias(c.columns),
      multipliers(c.columns) {
  std::mt19937 random(20);
  if (c.isFloat()) {
    for (int64_t i = 0; i < c.inputElements(); ++i)
      input.as<float>()[i] = float(int(random() % 256) - 128) / 128;
    for (int64_t i = 0; i < c.weightElements(); ++i)
      floatWeights.push_back(float(int(random() % 256) - 128) / 128);
    return;
  }
  for (int64_t i = 0; i < c.inputElements(); ++i)
    input.as<uint8_t>()[i] = uint8_t(random());
  int64_t words = int64_t(1) << c.weightBits;
  int64_t lowest = c.unsignedWeights ? 0 : -words / 2;
  for (int64_t i = 0; i < c.weightElements(); ++i)
    weights.push_back(int8_t(int64_t(random() % words) + lowest));
  // Sums spread over most of the output's range.
  float deviation = 0.29f * float(words);
  float spread = 90.0f / (74 * deviation * std::sqrt(float(c.reduction())));
  for (int64_t n = 0; n < c.columns; ++n) {
    bias[n] = int32_t(random() % 4001) - 2000;
    multipliers[n] = spread * (0.5f + float(random() % 1024) / 1024);
  }
  inputZp = c.isSigned() ? -3 : 131;
  outputZp = c.isSigned() ? 5 : 121;
}

/// The element of the input at a position of the padded image; false outside.
static bool inside(const Case &c, int64_t y, int64_t x) {
  return y >= 0 && y < c.height && x >= 0 && x < c.width;
}

static bool sameInteger(const Case &c, const Data &d, int64_t oy, int64_t ox,
                        int64_t n, uint8_t got) {
  int64_t perGroup = c.channels / c.groups;
  int64_t first = n / (c.columns / c.groups) * perGroup;
  int32_t sum = d.bias[n];
  for (int64_t ky = 0; ky < c.kernel; ++ky)
    for (int64_t kx = 0; kx < c.kernel; ++kx) {
      int64_t y = oy * c.stride + ky * c.dilation - c.pad;
      int64_t x = ox * c.stride + kx * c.dilation - c.pad;
      if (!inside(c, y, x))
        continue;
      const uint8_t *pixel =
          d.input.as<uint8_t>() + (y * c.width + x) * c.channels + first;
      const int8_t *w = d.weights.data() + n * c.reduction() +
                        (ky * c.kernel + kx) * perGroup;
      int32_t part = 0;
      if (c.isSigned())
        for (int64_t i = 0; i < perGroup; ++i)
          part += (int32_t(int8_t(pixel[i])) - d.inputZp) * w[i];
      else
        for (int64_t i = 0; i < perGroup; ++i)
          part += (int32_t(pixel[i]) - d.inputZp) * w[i];
      sum += part;
    }
  float scaled = float(sum) * d.multipliers[n];
  double level = std::nearbyint(double(scaled)) + d.outputZp;
  double lower = c.isSigned() ? -128 : 0;
  level = std::min(std::max(level, lower), lower + 255);
  return uint8_t(int(level)) == got;
}

static bool nearFloat(const Case &c, const Data &d, int64_t oy, int64_t ox,
                      int64_t n, float got) {
  int64_t perGroup = c.channels / c.groups;
  int64_t first = n / (c.columns / c.groups) * perGroup;
  double sum = 0, size = 0;
  for (int64_t ky = 0; ky < c.kernel; ++ky)
    for (int64_t kx = 0; kx < c.kernel; ++kx) {
      int64_t y = oy * c.stride + ky * c.dilation - c.pad;
      int64_t x = ox * c.stride + kx * c.dilation - c.pad;
      if (!inside(c, y, x))
        continue;
      const float *pixel =
          d.input.as<float>() + (y * c.width + x) * c.channels + first;
      const float *w = d.floatWeights.data() + n * c.reduction() +
                       (ky * c.kernel + kx) * perGroup;
      for (int64_t i = 0; i < perGroup; ++i) {
        sum += double(pixel[i]) * w[i];
        size += std::abs(double(pixel[i]) * w[i]);
      }
    }
  // Each of the additions may round by half a unit in the last place.
  double bound = size * double(c.reduction()) * 6e-8 + 1e-30;
  return std::abs(sum - got) <= bound;
}

int64_t countDifferences(const Case &c, const Data &d, const void *output,
                         int64_t &compared) {
  constexpr double budget = 4e8;
  int64_t every = std::max<int64_t>(1, int64_t(c.macs() / budget));
  int64_t wrong = 0;
  compared = 0;
  for (int64_t r = 0; r < c.rows(); ++r) {
    if (r % every != 0 && r != c.rows() - 1)
      continue;
    for (int64_t n = 0; n < c.columns; ++n) {
      int64_t oy = r / c.outWidth(), ox = r % c.outWidth();
      int64_t at = r * c.columns + n;
      bool same = c.isFloat()
                      ? nearFloat(c, d, oy, ox, n,
                                  static_cast<const float *>(output)[at])
                      : sameInteger(c, d, oy, ox, n,
                                    static_cast<const uint8_t *>(output)[at]);
      wrong += !same;
      ++compared;
    }
  }
  return wrong;
}

} // namespace qs::bench
