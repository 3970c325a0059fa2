//===- KMeans.cpp - Codebooks for the values of a tensor ------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Numerics/KMeans.h"
#include "KMeansPoints.h"
#include "qs/Numerics/Float16.h"
#include "qs/Numerics/Hash.h"
#include "qs/Numerics/Round.h"

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <set>

using namespace qs::num;

/// Different points, drawn by hashing a counter.
static std::vector<double> drawEntries(const KMeansPoints &points, unsigned k,
                                       uint64_t seed) {
  std::set<size_t> drawn;
  for (uint64_t counter = 0; drawn.size() < k; ++counter)
    drawn.insert(hashBytes(&counter, sizeof(counter), seed) % points.size());
  std::vector<double> entries;
  for (size_t i : drawn)
    entries.push_back(points.value(i));
  return entries;
}

/// Starts of Lloyd, in increasing order; there are more points than k.
static std::vector<double> startOf(const KMeansPoints &points, unsigned k,
                                   const KMeansOptions &options) {
  if (options.method == KMeansMethod::Random)
    return drawEntries(points, k, options.seed);
  double first = points.value(0), last = points.value(points.size() - 1);
  std::vector<double> entries;
  for (unsigned j = 0; j < k; ++j) {
    if (options.method == KMeansMethod::Density)
      entries.push_back(points.quantile((j + 0.5) / k));
    else
      entries.push_back(first + (last - first) * j / std::max(k - 1, 1u));
  }
  return entries;
}

KMeansResult qs::num::kMeans(const float *values, size_t count,
                             const float *importance, unsigned k,
                             const KMeansOptions &options) {
  KMeansPoints all(values, count, importance, options.excludeZero);
  KMeansResult result;
  if (all.size() == 0) {
    result.entries.assign(k, 0.0);
    return result;
  }
  if (all.size() <= k) {
    for (size_t i = 0; i < k; ++i)
      result.entries.push_back(all.value(std::min(i, all.size() - 1)));
    return result;
  }
  bool binned = all.size() > options.maxPoints;
  if (options.method != KMeansMethod::Exact) {
    result.entries = lloyd(all, startOf(all, k, options));
  } else if (binned) {
    KMeansPoints bins = all.binned(std::max<size_t>(options.maxPoints, k));
    result.entries = lloyd(all, optimalEntries(bins, k));
  } else {
    result.entries = optimalEntries(all, k);
  }
  result.error = all.error(result.entries);
  return result;
}

float qs::num::storeCodebook(std::vector<double> &entries,
                             CodebookStorage storage) {
  double most = 0;
  for (double entry : entries)
    most = std::max(most, std::fabs(entry));
  float scale = 1;
  if (storage == CodebookStorage::Int8 && most > 0)
    scale = std::clamp(static_cast<float>(most / 127), FLT_MIN, FLT_MAX);
  for (double &entry : entries) {
    if (storage == CodebookStorage::Int8)
      entry = static_cast<double>(
          roundAndSaturate(entry / scale, Rounding::HalfEven, -127, 127));
    else if (storage == CodebookStorage::F16)
      entry = halfToFloat(floatToHalf(
          static_cast<float>(std::clamp(entry, -65504.0, 65504.0))));
    else
      entry = static_cast<float>(std::clamp<double>(entry, -FLT_MAX, FLT_MAX));
  }
  return scale;
}

static constexpr const char *kMethods[] = {"exact", "linear", "density",
                                           "random"};
static constexpr const char *kStorages[] = {"f32", "f16", "i8"};

const char *qs::num::toString(KMeansMethod method) {
  return kMethods[static_cast<unsigned>(method)];
}

std::optional<KMeansMethod> qs::num::parseKMeansMethod(std::string_view text) {
  for (unsigned i = 0; i < 4; ++i)
    if (text == kMethods[i])
      return static_cast<KMeansMethod>(i);
  return std::nullopt;
}

const char *qs::num::toString(CodebookStorage storage) {
  return kStorages[static_cast<unsigned>(storage)];
}

std::optional<CodebookStorage>
qs::num::parseCodebookStorage(std::string_view text) {
  for (unsigned i = 0; i < 3; ++i)
    if (text == kStorages[i])
      return static_cast<CodebookStorage>(i);
  if (text == "int8")
    return CodebookStorage::Int8;
  return std::nullopt;
}
