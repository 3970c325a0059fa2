//===- PrunedWeights.cpp - Weights of which some were pruned --------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// S. Han, H. Mao, W. Dally: Deep Compression, 2016: weights that were pruned
// hold 0, and the codebook is trained on the others. In dense storage pruned
// positions need a word; it is word 0, so that they are all zero bits.
//
//===----------------------------------------------------------------------===//

#include "WeightMethods.h"

#include <algorithm>

using namespace qs::num;

bool qs::num::hasZero(const Code &code) {
  return !code.isBound() ||
         code.decode(code.encode(0, Rounding::HalfEven)) == 0;
}

namespace {
class PrunedCodebook final : public Code {
public:
  PrunedCodebook(std::unique_ptr<Code> whole, std::unique_ptr<Code> trained)
      : whole(std::move(whole)), trained(std::move(trained)) {}

  std::string name() const override { return whole->name(); }
  unsigned bits() const override { return whole->bits(); }
  double decode(uint32_t pattern) const override {
    return whole->decode(pattern);
  }
  uint32_t encode(double x, Rounding rounding) const override {
    if (x == 0)
      return 0;
    // Word 0 repeats entry 1 there.
    return std::max(trained->encode(x, rounding), 1u);
  }

private:
  std::unique_ptr<Code> whole, trained;
};
} // namespace

std::unique_ptr<Code>
qs::num::makePrunedCodebook(const Code &codebook,
                            const std::vector<double> &entries,
                            std::string &error) {
  if (entries.size() < 2 || entries[0] != 0) {
    error = "expected the entry 0 in front of those for weights that are not "
            "pruned, found " +
            (entries.empty() ? "none" : std::to_string(entries[0]));
    return nullptr;
  }
  std::vector<double> others = entries;
  others[0] = others[1];
  std::unique_ptr<Code> whole = codebook.bind(entries, error);
  std::unique_ptr<Code> trained =
      whole ? codebook.bind(others, error) : nullptr;
  if (!trained)
    return nullptr;
  return std::make_unique<PrunedCodebook>(std::move(whole), std::move(trained));
}

WeightResult
qs::num::quantizePruned(const WeightRun &run, const Code &code,
                        const WeightOptions &options,
                        WeightResult (*method)(const WeightProblem &)) {
  std::vector<float> kept, importance;
  for (size_t i = 0; i < run.count; ++i)
    if (run.values[i] != 0) {
      kept.push_back(run.values[i]);
      if (run.importance)
        importance.push_back(run.importance[i]);
    }
  WeightResult result = method(WeightProblem(
      {kept.data(), kept.size(), run.importance ? importance.data() : nullptr},
      code, options));
  // Codebooks have their 0 in front, trained or not.
  uint32_t zero = code.isBound() ? code.encode(0, options.rounding) : 0;
  std::vector<uint32_t> patterns(run.count, zero);
  size_t next = 0;
  for (size_t i = 0; i < run.count; ++i)
    if (run.values[i] != 0)
      patterns[i] = result.patterns[next++];
  result.patterns = std::move(patterns);
  return result;
}
