//===- KLThreshold.cpp - The clip with the least divergence ---------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// With N the total count, M the count of H[0:i] and q_j the count in Q,
//   D = sum P ln P - sum P ln Q
//     = (1/N) [ sum p_j ln p_j - sum p_j ln q_j ] - ln N + ln M',
// where M' is M plus the smoothing. The first sum is a prefix sum (but for the
// last bin), and q is constant over a level, so one candidate costs O(L).
//
//===----------------------------------------------------------------------===//

#include "qs/Numerics/Calibrate.h"

#include <cmath>

using namespace qs::num;

static constexpr double kSmoothing = 1e-4;

static double xLogX(double x) { return x > 0 ? x * std::log(x) : 0.0; }

namespace {
/// Prefix sums over the bins: entry i covers bins 0 .. i-1.
struct Prefix {
  explicit Prefix(const std::vector<uint64_t> &h)
      : counts(h.size() + 1), nonZero(h.size() + 1), entropy(h.size() + 1) {
    for (size_t i = 0; i < h.size(); ++i) {
      counts[i + 1] = counts[i] + h[i];
      nonZero[i + 1] = nonZero[i] + (h[i] != 0);
      entropy[i + 1] = entropy[i] + xLogX(static_cast<double>(h[i]));
    }
  }
  std::vector<uint64_t> counts, nonZero;
  std::vector<double> entropy;
};
} // namespace

/// D for the first `i` bins, which hold at least one count.
static double divergence(const std::vector<uint64_t> &h, const Prefix &prefix,
                         size_t i, size_t levels) {
  uint64_t total = prefix.counts.back(), inside = prefix.counts[i];
  auto outliers = static_cast<double>(total - inside);
  double last = static_cast<double>(h[i - 1]) + outliers;
  double pLogP = prefix.entropy[i - 1] + xLogX(last);
  double pLogQ = 0, mass = static_cast<double>(inside);
  size_t begin = 0;
  for (size_t level = 0; level < levels; ++level) {
    // The first bin j with j * L / i > level.
    size_t end = ((level + 1) * i + levels - 1) / levels;
    uint64_t sum = prefix.counts[end] - prefix.counts[begin];
    if (sum != 0) {
      auto bins =
          static_cast<double>(prefix.nonZero[end] - prefix.nonZero[begin]);
      auto count = static_cast<double>(sum);
      double p = count + (end == i && h[i - 1] != 0 ? outliers : 0.0);
      pLogQ += p * std::log(count / bins);
    }
    begin = end;
  }
  if (h[i - 1] == 0 && outliers > 0) {
    pLogQ += outliers * std::log(kSmoothing);
    mass += kSmoothing;
  }
  auto n = static_cast<double>(total);
  return (pLogP - pLogQ) / n - std::log(n) + std::log(mass);
}

std::optional<KLResult>
qs::num::klThreshold(const std::vector<uint64_t> &counts, unsigned levels) {
  Prefix prefix(counts);
  if (prefix.counts.back() == 0)
    return std::nullopt;
  if (levels == 0 || counts.size() <= levels)
    return KLResult{static_cast<unsigned>(counts.size()), 0.0};
  std::optional<KLResult> best;
  for (size_t i = levels; i <= counts.size(); ++i) {
    if (prefix.counts[i] == 0)
      continue;
    double d = divergence(counts, prefix, i, levels);
    if (!best || d <= best->divergence)
      best = KLResult{static_cast<unsigned>(i), d};
  }
  return best;
}
