//===- Histogram.h - A mergeable histogram of reals -------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What calibration remembers of a tensor, in bounded memory, whatever the
/// order and the size of the batches.
///
/// Every side of zero has 2^log2Bins bins. Bin i holds the values with
/// i * w <= |x| < (i + 1) * w, where the width w is a power of two, the least
/// for which the largest magnitude seen still falls into a bin. A larger value
/// doubles w, which merges bins 2i and 2i+1 into bin i: exact, because
/// floor(floor(|x| / w) / 2) = floor(|x| / 2w). So at any time w depends on
/// nothing but the largest magnitude, and the counts on nothing but the
/// multiset of values and w. It follows that merge() is commutative and
/// associative without any error, and that batches can come in any order.
///
/// The price is that the range in use fills between one half and all of the
/// bins. The default of 4096 leaves at least 2048 for the larger side.
///
//===----------------------------------------------------------------------===//

#ifndef QS_NUMERICS_HISTOGRAM_H
#define QS_NUMERICS_HISTOGRAM_H

#include <cstddef>
#include <cstdint>
#include <vector>

namespace qs::num {

class Histogram {
public:
  static constexpr unsigned kDefaultLog2Bins = 12;

  /// 1 <= log2Bins <= 20; memory is 16 bytes times 2^log2Bins.
  explicit Histogram(unsigned log2Bins = kDefaultLog2Bins);

  void add(float x) { add(&x, 1); }
  void add(const float *data, size_t count);
  /// Adds all that `other` has seen. False, and nothing is changed, where the
  /// number of bins differs.
  bool merge(const Histogram &other);

  /// Least and greatest finite value; 0 and 0 where there is none.
  float min() const { return finiteCount() ? minimum : 0.0f; }
  float max() const { return finiteCount() ? maximum : 0.0f; }
  /// The largest magnitude.
  float amax() const { return -min() > max() ? -min() : max(); }

  uint64_t nanCount() const { return nans; }
  uint64_t infCount() const { return infs; }
  /// Exact zeros of either sign; they are in no bin.
  uint64_t zeroCount() const { return zeros; }
  uint64_t finiteCount() const { return finite; }

  unsigned binCount() const { return bins; }
  /// The width of a bin, a power of two; 0 where no bin is in use.
  double binWidth() const;
  /// Bins up to and with that of the largest magnitude on either side; 0 where
  /// there are only zeros.
  unsigned usedBins() const;
  /// Counts of the values above and below zero.
  const std::vector<uint64_t> &positive() const { return above; }
  const std::vector<uint64_t> &negative() const { return below; }

  bool operator==(const Histogram &o) const;
  bool operator!=(const Histogram &o) const { return !(*this == o); }

private:
  /// The least exponent whose bins hold `magnitude`, a positive finite float.
  int exponentFor(float magnitude) const;
  /// Widens the bins to 2^wanted, at least.
  void widen(int wanted);

  unsigned bins;
  /// The width is 2^exponent; kNone before the first value that is not 0.
  static constexpr int kNone = -100000;
  int exponent = kNone;
  float minimum = 0, maximum = 0;
  uint64_t nans = 0, infs = 0, zeros = 0, finite = 0;
  std::vector<uint64_t> above, below;
};

} // namespace qs::num

#endif // QS_NUMERICS_HISTOGRAM_H
