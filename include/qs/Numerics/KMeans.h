//===- KMeans.h - Codebooks for the values of a tensor ----------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// k-means in one dimension: k entries with the least sum over all values of
/// importance * (value - nearest entry)^2. In one dimension clusters are
/// intervals, so there is an exact optimum by dynamic programming over sorted
/// values: the best split into q clusters of a prefix is the best split into
/// q - 1 of a shorter one, and the optimal cut moves right with the prefix,
/// which divides and conquers in O(k n log n).
///
///   exact     the optimum (Wu 1991; Wang and Song, Ckmeans.1d.dp, 2011)
///   linear    Lloyd (1982) from min + j (max - min) / (k - 1)
///   density   Lloyd from the quantiles (j + 1/2) / k
///   random    Lloyd from k of the values, drawn by `seed`
///
/// The three starts of Lloyd are those that Han et al. compare in Deep
/// Compression, 2016; they end in some local optimum.
///
//===----------------------------------------------------------------------===//

#ifndef QS_NUMERICS_KMEANS_H
#define QS_NUMERICS_KMEANS_H

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace qs::num {

enum class KMeansMethod : uint8_t { Exact, Linear, Density, Random };

/// `exact`, `linear`, `density`, `random`.
const char *toString(KMeansMethod method);
std::optional<KMeansMethod> parseKMeansMethod(std::string_view text);

struct KMeansOptions {
  KMeansMethod method = KMeansMethod::Exact;
  /// Values that are 0 do not count: the pruned positions of a tensor, which
  /// hold 0 without an entry for it.
  bool excludeZero = false;
  uint64_t seed = 0; ///< of Random
  /// Tensors with more different values are gathered into so many bins of equal
  /// width, each standing for the mean of its values. Exact is then exact for
  /// the bins, and a run of Lloyd over all values follows.
  size_t maxPoints = 4096;
};

struct KMeansResult {
  /// k finite entries in increasing order. Where there are fewer different
  /// values than k, the last one is repeated; all are 0 where there is none.
  std::vector<double> entries;
  /// The sum that is minimised, over all values that count.
  double error = 0;
};

/// k entries, 1 to 256, for `count` finite values; `importance` has as many
/// numbers of at least 0, or is null for all 1 (also where all are 0).
KMeansResult kMeans(const float *values, size_t count, const float *importance,
                    unsigned k, const KMeansOptions &options = {});

/// How the entries of a codebook are stored.
enum class CodebookStorage : uint8_t { F32, F16, Int8 };

/// `f32`, `f16`, `i8` (which may be written `int8`, too).
const char *toString(CodebookStorage storage);
std::optional<CodebookStorage> parseCodebookStorage(std::string_view text);

/// Rounds entries to what is stored and gives the factor that makes them real
/// numbers again: 1 for the floats (f16 saturates); for int8 the greatest
/// magnitude / 127 as f32, and the entries become integers of -127..127.
float storeCodebook(std::vector<double> &entries, CodebookStorage storage);

} // namespace qs::num

#endif // QS_NUMERICS_KMEANS_H
