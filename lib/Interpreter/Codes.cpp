//===- Codes.cpp - What the words of a tensor stand for -------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Kernels.h"
#include "QSSupport.h"

using namespace qs::interp;

/// Entries [first, first + count) of a codebook, as numbers.
static std::vector<double> entriesOf(const Tensor &codebook, int64_t first,
                                     int64_t count) {
  std::vector<double> entries;
  for (int64_t i = first; i < first + count; ++i)
    entries.push_back(codebook.isFloat() ? codebook.getFloat(i)
                                         : double(codebook.getInt(i)));
  return entries;
}

BoundCodes::BoundCodes(QuantType type, const Tensor *codebook) {
  std::unique_ptr<num::Code> code = type.getCode().getArithmetic();
  if (code->isBound() || !codebook) {
    codes.push_back(std::move(code));
    return;
  }
  int64_t count = code->parameterCount();
  for (int64_t i = 0; i < codebook->size(); i += count) {
    std::string error;
    // Entries that no code takes (NaN at run time) decode to NaN.
    std::vector<double> entries = entriesOf(*codebook, i, count);
    std::unique_ptr<num::Code> bound = code->bind(entries, error);
    if (!bound) {
      for (double &entry : entries)
        entry = std::isfinite(entry) ? entry : 0;
      bound = code->bind(entries, error);
    }
    codes.push_back(std::move(bound));
  }
}

Tensor qs::interp::levelsOf(QuantType type, const Tensor &words,
                            const Tensor *codebook) {
  if (type.isInteger())
    return words;
  Tensor levels(ElementType::i32(), words.shape());
  if (codebook && type.getParameterCount() > 0) {
    int64_t count = type.getParameterCount();
    bool shared = codebook->size() == count;
    forEachParameter(type, words.shape(), [&](int64_t i, int64_t p) {
      levels.setInt(i, codebook->getInt((shared ? 0 : p * count) +
                                        words.getInt(i)));
    });
    return levels;
  }
  std::optional<num::FixedPoint> fixed = type.getFixedPoint();
  for (int64_t i = 0; fixed && i < words.size(); ++i)
    levels.setInt(i, fixed->levels[words.getInt(i)]);
  return levels;
}

Tensor qs::interp::numbersOf(QuantType type, const Tensor &words,
                             const Tensor *codebook, const Tensor *zeroPoints,
                             int64_t axis) {
  Tensor numbers(ElementType::f32(), words.shape());
  if (type.isInteger()) {
    std::vector<int64_t> values = centered(words, zeroPoints, axis);
    for (size_t i = 0; i < values.size(); ++i)
      numbers.setFloat(i, double(values[i]));
    return numbers;
  }
  BoundCodes codes(type, codebook);
  forEachParameter(type, words.shape(), [&](int64_t i, int64_t p) {
    numbers.setFloat(i, codes.at(p).decode(words.getInt(i)));
  });
  return numbers;
}
