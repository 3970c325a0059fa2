//===- WeightAffine.cpp - Ranges of unsigned integer weights --------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Numerics/WeightQuantizer.h"

#include <algorithm>
#include <cmath>

using namespace qs::num;

static constexpr int kGrid = 64;

namespace {
/// The best range so far; wider ones are offered first and win ties.
class Search {
public:
  Search(const WeightRun &run, LevelRange levels, ScaleStorage storage)
      : run(run), levels(levels), storage(storage) {}

  void offer(float lo, float hi) {
    AffineParams params = chooseAsymmetric(lo, hi, levels, storage);
    double sum = 0;
    for (size_t i = 0; i < run.count; ++i) {
      double e = static_cast<double>(run.values[i]) -
                 fakeQuantize(run.values[i], params, levels);
      sum += (run.importance ? run.importance[i] : 1.0f) * e * e;
    }
    if (none || sum < error) {
      best = params;
      error = sum;
      min = lo;
      max = hi;
      none = false;
    }
  }

  AffineParams best;
  float min = 0, max = 0;

private:
  const WeightRun &run;
  LevelRange levels;
  ScaleStorage storage;
  double error = 0;
  bool none = true;
};
} // namespace

AffineParams qs::num::searchAffine(const WeightRun &run, LevelRange levels,
                                   ScaleStorage storage) {
  float lo = 0, hi = 0;
  for (size_t i = 0; i < run.count; ++i) {
    lo = std::min(lo, run.values[i]);
    hi = std::max(hi, run.values[i]);
  }
  Search search(run, levels, storage);
  auto part = [](float bound, int k) {
    return static_cast<float>(static_cast<double>(bound) * k / kGrid);
  };
  for (int k = kGrid; k >= 1; --k)
    search.offer(part(lo, k), part(hi, k));
  float fixed = search.max;
  for (int k = kGrid; k >= 1 && lo < 0; --k)
    search.offer(part(lo, k), fixed);
  fixed = search.min;
  for (int k = kGrid; k >= 1 && hi > 0; --k)
    search.offer(fixed, part(hi, k));
  return search.best;
}
