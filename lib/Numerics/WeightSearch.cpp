//===- WeightSearch.cpp - The scale with the least squared error ----------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WeightMethods.h"
#include "qs/Numerics/Affine.h"

#include <algorithm>
#include <cmath>

using namespace qs::num;

namespace {
/// What a scale costs, and what the best scale for its patterns is made of.
struct Cost {
  double error = 0;
  double product = 0; ///< sum h w v
  double square = 0;  ///< sum h v^2
};

/// Tells the cost of a scale.
class Judge {
public:
  virtual ~Judge() = default;
  virtual Cost cost(double scale) const = 0;
};

/// Encodes every weight: for codes of many values.
class PlainJudge : public Judge {
public:
  explicit PlainJudge(const WeightProblem &problem) : problem(problem) {}

  Cost cost(double scale) const override {
    Cost cost;
    for (size_t i = 0; i < problem.run.count; ++i) {
      float w = problem.run.values[i];
      double v = problem.code.decode(
          problem.encode(w, static_cast<float>(scale), problem.code));
      double e = w - v * scale, h = problem.weight(i);
      cost.error += h * e * e;
      cost.product += h * w * v;
      cost.square += h * v * v;
    }
    return cost;
  }

private:
  const WeightProblem &problem;
};

/// Sorts the weights once. Those that get one value are then an interval, whose
/// cost comes from running sums: a scale costs a search for each value of the
/// code, not an encoding of each weight.
class SortedJudge : public Judge {
public:
  explicit SortedJudge(const WeightProblem &problem) {
    collectValues(problem);
    std::vector<std::pair<float, double>> sorted;
    for (size_t i = 0; i < problem.run.count; ++i)
      sorted.push_back({problem.run.values[i], problem.weight(i)});
    std::sort(sorted.begin(), sorted.end());
    sums.push_back({0, 0, 0});
    for (auto [w, h] : sorted) {
      weights.push_back(w);
      const Sums &last = sums.back();
      sums.push_back({last.h + h, last.hw + h * w, last.hww + h * w * w});
    }
  }

  Cost cost(double scale) const override {
    Cost cost;
    size_t begin = 0;
    for (size_t j = 0; j < values.size(); ++j) {
      size_t end = j + 1 == values.size() ? weights.size()
                                          : next(begin, switches[j] * scale);
      double v = values[j];
      double h = sums[end].h - sums[begin].h;
      double hw = sums[end].hw - sums[begin].hw;
      double hww = sums[end].hww - sums[begin].hww;
      cost.error += hww - 2 * scale * v * hw + scale * scale * v * v * h;
      cost.product += hw * v;
      cost.square += h * v * v;
      begin = end;
    }
    return cost;
  }

private:
  struct Sums {
    double h, hw, hww;
  };

  /// The first weight above `limit`, at or after `begin`. Short runs walk.
  size_t next(size_t begin, double limit) const {
    if (weights.size() <= 8 * values.size()) {
      while (begin < weights.size() && weights[begin] <= limit)
        ++begin;
      return begin;
    }
    return static_cast<size_t>(
        std::upper_bound(weights.begin() + static_cast<ptrdiff_t>(begin),
                         weights.end(), limit) -
        weights.begin());
  }

  /// The values that encoding can give, in order, and where one ends and the
  /// next begins.
  void collectValues(const WeightProblem &problem) {
    const Code &code = problem.code;
    for (uint32_t p = 0; p < code.numPatterns(); ++p) {
      double v = code.decode(p);
      bool cut = code.isInteger() && problem.options.restricted &&
                 v < restrictedRange(code.levels()).min;
      if (code.isLegal(p) && !cut)
        values.push_back(v);
    }
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
    for (size_t j = 0; j + 1 < values.size(); ++j)
      switches.push_back(switchPoint(problem, values[j], values[j + 1]));
  }

  /// Half way, or for codes with another metric found by halving.
  static double switchPoint(const WeightProblem &problem, double lo,
                            double hi) {
    auto staysLow = [&](double x) {
      return problem.code.decode(
                 problem.code.encode(x, problem.options.rounding)) <= lo;
    };
    double middle = lo + (hi - lo) / 2, margin = (hi - lo) * 1e-6;
    if (staysLow(middle - margin) && !staysLow(middle + margin))
      return middle;
    for (int i = 0; i < 30; ++i) {
      double x = lo + (hi - lo) / 2;
      (staysLow(x) ? lo : hi) = x;
    }
    return lo;
  }

  std::vector<double> values, switches;
  std::vector<float> weights;
  std::vector<Sums> sums;
};

/// The best scale so far. Earlier candidates win ties.
struct Search {
  const WeightProblem &problem;
  const Judge &judge;
  float stored;
  Cost best;

  Search(const WeightProblem &problem, const Judge &judge, float first)
      : problem(problem), judge(judge), stored(first),
        best(judge.cost(problem.effective(first))) {}

  double offer(double effective) {
    float candidate = problem.store(effective);
    if (candidate == stored)
      return best.error;
    Cost cost = judge.cost(problem.effective(candidate));
    if (cost.error < best.error) {
      stored = candidate;
      best = cost;
    }
    return cost.error;
  }
};
} // namespace

/// Turns of nearest patterns and their least-squares scale.
static void descend(Search &search) {
  for (int round = 0; round < 20 && search.best.square > 0; ++round) {
    double before = search.best.error;
    search.offer(search.best.product / search.best.square);
    if (!(search.best.error < before))
      return;
  }
}

/// Golden section between lo and hi.
static void narrow(Search &search, double lo, double hi) {
  const double golden = (std::sqrt(5.0) - 1) / 2;
  double a = hi - golden * (hi - lo), b = lo + golden * (hi - lo);
  double errorA = search.offer(a), errorB = search.offer(b);
  for (int i = 0; i < 12; ++i) {
    if (errorA <= errorB) {
      hi = b;
      b = a;
      errorB = errorA;
      a = hi - golden * (hi - lo);
      errorA = search.offer(a);
    } else {
      lo = a;
      a = b;
      errorA = errorB;
      b = lo + golden * (hi - lo);
      errorB = search.offer(b);
    }
  }
}

/// The scale at `octaves` above that of absmax.
static double above(const WeightProblem &problem, double octaves) {
  return absMaxScale(problem) * std::exp2(octaves);
}

/// Octaves from the scale that puts the largest weight on the code's greatest
/// number to that which puts it on its least positive one.
static double octavesOf(const WeightProblem &problem) {
  const Code &code = problem.code;
  double least = code.isInteger() ? 1 : problem.reach();
  // Codes of more bits that have a scale are integers.
  for (uint32_t p = 0; !code.isInteger() && p < code.numPatterns(); ++p)
    if (code.isLegal(p) && code.decode(p) > 0)
      least = std::min(least, code.decode(p));
  return std::log2(problem.reach() / least);
}

namespace {
/// A scale in octaves above that of absmax, and its error.
using Candidates = std::vector<std::pair<double, double>>;
} // namespace

/// Offers `steps` scales on each side of the `count` best, `step` octaves
/// apart, and adds them.
static void refine(Search &search, Candidates &found, size_t count, int steps,
                   double step) {
  std::sort(found.begin(), found.end());
  Candidates best(found.begin(),
                  found.begin() +
                      static_cast<ptrdiff_t>(std::min(count, found.size())));
  for (auto [error, octaves] : best)
    for (int i = -steps; i <= steps; ++i) {
      double at = octaves + i * step;
      if (i != 0)
        found.push_back({search.offer(above(search.problem, at)), at});
    }
}

/// The error as a function of the scale has many local minima, so grids in
/// equal ratios go first: a fine one from twice to 1/64 of absmax (binary codes
/// with outliers end far below), and an octave at a time over the rest of the
/// code's range (the greatest numbers of posits lie a factor of 16 apart, so
/// that the largest weight is better off far below them). The best points of
/// both are refined.
WeightResult qs::num::quantizeMSE(const WeightProblem &problem) {
  WeightResult simple = quantizeAbsMax(problem);
  if (problem.absMax() == 0)
    return simple;
  std::unique_ptr<Judge> judge;
  if (problem.code.bits() <= 8)
    judge = std::make_unique<SortedJudge>(problem);
  else
    judge = std::make_unique<PlainJudge>(problem);
  Search search(problem, *judge, simple.scale);
  constexpr int kSteps = 56, kPerOctave = 8;
  Candidates fine, wide;
  for (int i = 0; i <= kSteps; ++i) {
    double at = 1 - static_cast<double>(i) / kPerOctave;
    fine.push_back({search.offer(above(problem, at)), at});
  }
  for (int at = 2; at <= octavesOf(problem) + 1; ++at)
    wide.push_back({search.offer(above(problem, at)), at});
  refine(search, wide, 3, kPerOctave - 1, 1.0 / kPerOctave);
  fine.insert(fine.end(), wide.begin(), wide.end());
  refine(search, fine, 4, 3, 0.25 / kPerOctave);
  descend(search);
  double centre = problem.effective(search.stored);
  narrow(search, centre * std::exp2(-0.25 / kPerOctave),
         centre * std::exp2(0.25 / kPerOctave));
  descend(search);
  // The judges leave out the rounding of f32 quotients; the results do not.
  WeightResult result = problem.finish(search.stored);
  return result.error < simple.error ? result : simple;
}
