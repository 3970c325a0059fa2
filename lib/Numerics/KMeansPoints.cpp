//===- KMeansPoints.cpp - Optimum and Lloyd in one dimension --------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KMeansPoints.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

using namespace qs::num;

KMeansPoints::KMeansPoints(const float *values, size_t count,
                           const float *importance, bool excludeZero) {
  bool anyWeight = false;
  for (size_t i = 0; importance && i < count; ++i)
    anyWeight |= importance[i] > 0;
  for (size_t i = 0; i < count; ++i) {
    double weight = anyWeight ? importance[i] : 1.0;
    if (weight > 0 && !(excludeZero && values[i] == 0))
      points.push_back({values[i], weight});
  }
  std::sort(points.begin(), points.end(),
            [](const Point &a, const Point &b) { return a.value < b.value; });
  size_t last = 0;
  for (size_t i = 1; i < points.size(); ++i) {
    if (points[i].value == points[last].value)
      points[last].weight += points[i].weight;
    else
      points[++last] = points[i];
  }
  if (!points.empty())
    points.resize(last + 1);
  sum();
}

void KMeansPoints::sum() {
  long double total = 0, totalX = 0;
  for (const Point &p : points) {
    total += p.weight;
    totalX += static_cast<long double>(p.weight) * p.value;
  }
  centre = total > 0 ? static_cast<double>(totalX / total) : 0;
  w = wx = wxx = {0};
  for (const Point &p : points) {
    double x = p.value - centre;
    w.push_back(w.back() + p.weight);
    wx.push_back(wx.back() + p.weight * x);
    wxx.push_back(wxx.back() + p.weight * x * x);
  }
}

double KMeansPoints::mean(size_t begin, size_t end) const {
  return (wx[end] - wx[begin]) / (w[end] - w[begin]) + centre;
}

double KMeansPoints::cost(size_t begin, size_t end) const {
  if (end - begin < 2)
    return 0;
  double x = wx[end] - wx[begin];
  double spread = wxx[end] - wxx[begin] - x * x / (w[end] - w[begin]);
  return std::max(spread, 0.0);
}

double KMeansPoints::quantile(double p) const {
  auto at = std::upper_bound(w.begin() + 1, w.end(), w.back() * p);
  size_t i = static_cast<size_t>(at - w.begin()) - 1;
  return points[std::min(i, points.size() - 1)].value;
}

std::vector<size_t>
KMeansPoints::assign(const std::vector<double> &entries) const {
  std::vector<size_t> begins = {0};
  for (size_t j = 1; j < entries.size(); ++j) {
    // Ties stay with the lower entry, as encoding has it.
    double middle = entries[j - 1] + (entries[j] - entries[j - 1]) / 2;
    auto at =
        std::upper_bound(points.begin(), points.end(), middle,
                         [](double x, const Point &p) { return x < p.value; });
    begins.push_back(static_cast<size_t>(at - points.begin()));
  }
  begins.push_back(points.size());
  return begins;
}

double KMeansPoints::error(const std::vector<double> &entries) const {
  std::vector<size_t> begins = assign(entries);
  double total = 0;
  for (size_t j = 0; j < entries.size(); ++j)
    for (size_t i = begins[j]; i < begins[j + 1]; ++i) {
      double e = points[i].value - entries[j];
      total += points[i].weight * e * e;
    }
  return total;
}

KMeansPoints KMeansPoints::binned(size_t count) const {
  KMeansPoints bins;
  double first = points.front().value, width = points.back().value - first;
  size_t i = 0;
  for (size_t b = 0; b < count && i < points.size(); ++b) {
    double edge =
        first + width * static_cast<double>(b + 1) / static_cast<double>(count);
    size_t begin = i;
    while (i < points.size() && (points[i].value <= edge || b + 1 == count))
      ++i;
    if (i > begin)
      bins.points.push_back({mean(begin, i), w[i] - w[begin]});
  }
  bins.sum();
  return bins;
}

namespace {
/// Row q of the table: best[j] is the least error of the first j points in q
/// clusters, cut[q][j] where the last of these begins.
class Splitter {
public:
  Splitter(const KMeansPoints &points, unsigned k)
      : points(points), n(points.size()), previous(n + 1), best(n + 1),
        cuts(k, std::vector<uint32_t>(n + 1, 0)) {
    for (size_t j = 0; j <= n; ++j)
      best[j] = points.cost(0, j);
    for (unsigned q = 1; q < k; ++q) {
      previous.swap(best);
      fill(q, q + 1, n, q, n - 1);
    }
  }

  std::vector<double> entries() const {
    std::vector<double> result(cuts.size());
    size_t end = n;
    for (size_t q = cuts.size(); q-- > 0;) {
      size_t begin = cuts[q][end];
      result[q] = points.mean(begin, end);
      end = begin;
    }
    return result;
  }

private:
  /// Prefixes of `low` to `high` points, whose last cluster begins at some of
  /// `first` to `last`. The recursion is log2(n) deep.
  void fill(unsigned q, size_t low, size_t high, size_t first, size_t last) {
    if (low > high)
      return;
    size_t j = low + (high - low) / 2;
    double least = std::numeric_limits<double>::infinity();
    size_t where = first;
    for (size_t i = first; i <= std::min(last, j - 1); ++i) {
      double candidate = previous[i] + points.cost(i, j);
      if (candidate < least) {
        least = candidate;
        where = i;
      }
    }
    best[j] = least;
    cuts[q][j] = static_cast<uint32_t>(where);
    fill(q, low, j - 1, first, where);
    fill(q, j + 1, high, where, last);
  }

  const KMeansPoints &points;
  size_t n;
  std::vector<double> previous, best;
  std::vector<std::vector<uint32_t>> cuts;
};
} // namespace

std::vector<double> qs::num::optimalEntries(const KMeansPoints &points,
                                            unsigned k) {
  if (points.size() <= k) { // bins that were empty
    std::vector<double> entries;
    for (size_t i = 0; i < k; ++i)
      entries.push_back(points.value(std::min(i, points.size() - 1)));
    return entries;
  }
  return Splitter(points, k).entries();
}

std::vector<double> qs::num::lloyd(const KMeansPoints &points,
                                   std::vector<double> entries) {
  constexpr int kMaxRounds = 1000;
  for (int round = 0; round < kMaxRounds; ++round) {
    std::vector<size_t> begins = points.assign(entries);
    bool moved = false;
    for (size_t j = 0; j < entries.size(); ++j) {
      if (begins[j] == begins[j + 1])
        continue;
      double mean = points.mean(begins[j], begins[j + 1]);
      moved |= mean != entries[j];
      entries[j] = mean;
    }
    if (!moved)
      break;
  }
  return entries;
}
