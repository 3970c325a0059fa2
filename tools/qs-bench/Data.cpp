//===- Data.cpp - Inputs of a case and what must come out -----------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Data.h"
#include "qs/Numerics/Accumulate.h"
#include "qs/Numerics/Code.h"
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

/// Legal words of the code of the weights and what they stand for: levels, or
/// f32 numbers where the activations are f32.
void Data::makeWeights(const Case &c, std::mt19937 &random) {
  std::string error;
  std::unique_ptr<num::Code> code = num::makeCode(c.codeName(), error);
  if (code->parameterCount() > 0) {
    std::vector<double> entries;
    for (unsigned i = 0; i < code->parameterCount(); ++i) {
      int level = int(random() % 255) - 127;
      if (c.isFloat())
        floatCodebook.push_back(float(level) / 3);
      else
        codebook.push_back(int8_t(level));
    }
    entries.assign(codebook.begin(), codebook.end());
    entries.insert(entries.end(), floatCodebook.begin(), floatCodebook.end());
    code = code->bind(entries, error);
  }
  std::vector<uint32_t> legal;
  for (uint32_t word = 0; word < code->numPatterns(); ++word)
    if (code->isLegal(word))
      legal.push_back(word);
  for (size_t i = 0; c.groupZeros && i < groupScales.size(); ++i)
    groupZeros.push_back(int32_t(random() % code->numPatterns()));
  std::optional<num::FixedPoint> fixed = code->fixedPoint();
  for (int64_t i = 0; i < c.weightElements(); ++i) {
    uint32_t word = c.weightWord >= 0 ? uint32_t(c.weightWord)
                                      : legal[random() % legal.size()];
    words.push_back(int32_t(word));
    if (c.isFloat())
      floatWeights.push_back(float(code->decode(word)) *
                             groupScales[i / c.scaleGroup()]);
    else
      // The entries of a codebook are its levels.
      weights.push_back(!codebook.empty() ? codebook[word]
                        : fixed           ? int16_t(fixed->levels[word])
                                          : int16_t(code->decode(word)));
  }
}

/// Words of finite numbers on both sides. The largest would make sums in narrow
/// formats infinite, so magnitudes stay below 2.
void Data::makeNumbers(const Case &c, std::mt19937 &random) {
  std::string error;
  std::unique_ptr<num::Code> code = num::makeCode(c.rowCode, error);
  std::vector<uint32_t> small;
  for (uint32_t word = 0; word < code->numPatterns(); ++word)
    if (code->isLegal(word) && std::abs(code->decode(word)) < 2)
      small.push_back(word);
  for (int64_t i = 0; i < c.inputElements(); ++i) {
    uint32_t word = small[random() % small.size()];
    floatRows.push_back(float(code->decode(word)));
    if (c.rowBits > 8)
      input.as<uint16_t>()[i] = uint16_t(word);
    else
      input.as<uint8_t>()[i] = uint8_t(word);
  }
  for (int64_t i = 0; i < c.weightElements(); ++i) {
    words.push_back(int32_t(small[random() % small.size()]));
    floatWeights.push_back(float(code->decode(uint32_t(words.back()))));
  }
}

/// The sum of a row of numbers as its accumulator says.
static bool sameNumbers(const Case &c, const Data &d,
                        const num::Accumulation &how, int64_t row, int64_t n,
                        float got) {
  const float *x = d.floatRows.data() + row * c.channels;
  const float *w = d.floatWeights.data() + n * c.channels;
  if (c.group == 0)
    return float(num::accumulateDot(x, w, size_t(c.channels), how)) == got;
  float acc = 0;
  for (int64_t g = 0; g < c.channels / c.group; ++g) {
    auto sum = float(num::accumulateDot(x + g * c.group, w + g * c.group,
                                        size_t(c.group), how));
    float scaled = sum * d.groupScales[n * (c.channels / c.group) + g];
    acc += scaled;
  }
  return acc == got;
}

/// What symmetric int8 codes with a scale for each row make of the input.
void Data::quantizeRows(const Case &c) {
  const float *x = input.as<float>();
  for (int64_t r = 0; r < c.rows(); ++r) {
    float largest = 0;
    for (int64_t k = 0; k < c.channels; ++k)
      largest = std::max(largest, std::abs(x[r * c.channels + k]));
    float scale = largest / 127;
    rowScales.push_back(scale);
    for (int64_t k = 0; k < c.channels; ++k)
      rowCodes.push_back(int8_t(std::nearbyint(x[r * c.channels + k] / scale)));
  }
}

/// The sum of a row with groups as the operation defines it.
static bool sameGroups(const Case &c, const Data &d, int64_t row, int64_t n,
                       float got) {
  float acc = 0;
  int64_t group = c.scaleGroup();
  const uint8_t *x =
      (c.isDynamic() ? reinterpret_cast<const uint8_t *>(d.rowCodes.data())
                     : d.input.as<uint8_t>()) +
      row * c.channels;
  const int16_t *w = d.weights.data() + n * c.channels;
  for (int64_t g = 0; g < c.channels / group; ++g) {
    int32_t sum = c.group > 0 ? 0 : d.bias[n];
    int64_t at = n * (c.channels / group) + g;
    int32_t zero = c.groupZeros ? d.groupZeros[at] : 0;
    for (int64_t k = g * group; k < (g + 1) * group; ++k) {
      int32_t value = c.isSigned() ? int8_t(x[k]) : x[k];
      sum += (value - d.inputZp) * (w[k] - zero);
    }
    float scaled = float(sum);
    if (c.group > 0)
      scaled *= d.groupScales[at];
    acc += scaled;
  }
  if (c.isDynamic())
    acc *= d.rowScales[row];
  return acc == got;
}

Data::Data(const Case &c)
    : input(c.inputBytes()), bias(c.columns),
      multipliers(c.columns) {
  std::mt19937 random(20);
  if (c.isFloat() || c.isDynamic()) {
    for (int64_t i = 0; i < c.inputElements(); ++i)
      input.as<float>()[i] = float(int(random() % 256) - 128) / 128;
    for (int64_t i = 0;
         i < c.weightElements() && c.isFloat() && c.weightCode.empty(); ++i)
      floatWeights.push_back(float(int(random() % 256) - 128) / 128);
  } else if (c.isNumbers()) {
    makeNumbers(c, random);
  } else {
    for (int64_t i = 0; i < c.inputBytes(); ++i)
      input.as<uint8_t>()[i] =
          uint8_t(c.inputByte >= 0 ? unsigned(c.inputByte)
                                   : random() & (c.isBits() ? 1 : 255));
  }
  if (c.isDynamic())
    quantizeRows(c);
  bool scaled = c.group > 0 || (c.isFloat() && !c.weightCode.empty());
  for (int64_t i = 0; scaled && i < c.weightElements() / c.scaleGroup(); ++i)
    groupScales.push_back(float(random() % 1024 + 8) / 65536);
  if (c.isNumbers())
    return;
  if (!c.isFloat() || !c.weightCode.empty())
    makeWeights(c, random);
  if (c.isFloat())
    return;
  // Sums spread over most of the output's range.
  double squares = 0;
  for (int16_t level : weights)
    squares += double(level) * level;
  float deviation = float(std::sqrt(squares / double(weights.size())));
  deviation = std::max(deviation, 0.5f);
  int32_t rowDeviation = c.isBits() ? 1 : c.isWide() ? 18918 : 74;
  float spread =
      90.0f / (rowDeviation * deviation * std::sqrt(float(c.reduction())));
  // Products of equal numbers do not cancel.
  if (c.inputByte >= 0)
    spread /= 4 * std::sqrt(float(c.reduction()));
  int32_t mostBias = 27 * rowDeviation;
  for (int64_t n = 0; n < c.columns; ++n) {
    bias[n] = int32_t(random() % (2 * mostBias + 1)) - mostBias;
    multipliers[n] = spread * (0.5f + float(random() % 1024) / 1024);
  }
  bool symmetric =
      c.isBits() || c.isDynamic() || (c.isSigned() && c.group > 0);
  inputZp = symmetric ? 0 : c.isSigned() ? -3 : 131;
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
  int64_t sum = d.bias[n];
  for (int64_t ky = 0; ky < c.kernel; ++ky)
    for (int64_t kx = 0; kx < c.kernel; ++kx) {
      int64_t y = oy * c.stride + ky * c.dilation - c.pad;
      int64_t x = ox * c.stride + kx * c.dilation - c.pad;
      if (!inside(c, y, x))
        continue;
      int64_t pixel = (y * c.width + x) * c.channels + first;
      const int16_t *w = d.weights.data() + n * c.reduction() +
                         (ky * c.kernel + kx) * perGroup;
      if (c.isWide()) {
        for (int64_t i = 0; i < perGroup; ++i)
          sum += int64_t(d.row(c, pixel + i)) * w[i];
        continue;
      }
      int32_t part = 0;
      for (int64_t i = 0; i < perGroup; ++i)
        part += d.row(c, pixel + i) * w[i];
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

/// What the cases state: a format, and for some a chunk.
static num::Accumulation parseAccumulation(const std::string &text) {
  num::Accumulation how;
  std::string error, format = text.substr(0, text.find(','));
  how.format = *num::parseFloatFormat(format, error);
  if (size_t at = text.find("chunk = "); at != std::string::npos)
    how.chunk = std::stoul(text.substr(at + 8));
  return how;
}

int64_t countDifferences(const Case &c, const Data &d, const void *output,
                         int64_t &compared) {
  // Rounding each sum takes its time.
  const double budget = c.isNumbers() ? 4e7 : 4e8;
  num::Accumulation how;
  if (c.isNumbers())
    how = parseAccumulation(c.accumulator);
  int64_t every = std::max<int64_t>(1, int64_t(c.macs() / budget));
  int64_t wrong = 0;
  compared = 0;
  for (int64_t r = 0; r < c.rows(); ++r) {
    if (r % every != 0 && r != c.rows() - 1)
      continue;
    for (int64_t n = 0; n < c.columns; ++n) {
      int64_t oy = r / c.outWidth(), ox = r % c.outWidth();
      int64_t at = r * c.columns + n;
      bool same = c.isNumbers()
                      ? sameNumbers(c, d, how, r, n,
                                    static_cast<const float *>(output)[at])
                  : c.isFloat()
                      ? nearFloat(c, d, oy, ox, n,
                                  static_cast<const float *>(output)[at])
                  : c.hasFloatResult()
              ? sameGroups(c, d, r, n, static_cast<const float *>(output)[at])
              : sameInteger(c, d, oy, ox, n,
                                    static_cast<const uint8_t *>(output)[at]);
      wrong += !same;
      ++compared;
    }
  }
  return wrong;
}

} // namespace qs::bench
