//===- KMeansPoints.h - Sorted values with running sums ---------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_LIB_NUMERICS_KMEANSPOINTS_H
#define QS_LIB_NUMERICS_KMEANSPOINTS_H

#include <cstddef>
#include <vector>

namespace qs::num {

/// Different values in increasing order, each with its weight, and the running
/// sums that give mean and error of any interval in constant time. Sums are
/// taken about the mean of all values, where they cancel least.
class KMeansPoints {
public:
  KMeansPoints(const float *values, size_t count, const float *importance,
               bool excludeZero);

  size_t size() const { return points.size(); }
  double value(size_t i) const { return points[i].value; }
  /// The weighted mean of points [begin, end); needs begin < end.
  double mean(size_t begin, size_t end) const;
  /// The least error of points [begin, end) with one entry.
  double cost(size_t begin, size_t end) const;
  /// The value below which a fraction p of the weight lies.
  double quantile(double p) const;
  /// The error with each point at its nearest of the sorted entries.
  double error(const std::vector<double> &entries) const;
  /// Where the points of each of the sorted entries begin, and the end.
  std::vector<size_t> assign(const std::vector<double> &entries) const;
  /// The same weight in at most `count` points.
  KMeansPoints binned(size_t count) const;

private:
  struct Point {
    double value, weight;
  };
  KMeansPoints() = default;
  void sum();

  std::vector<Point> points;
  double centre = 0;
  /// Sums of weight, weight * x, weight * x^2 of the points before, where x is
  /// the value less the centre.
  std::vector<double> w, wx, wxx;
};

/// The global optimum. With no more points than k, the points.
std::vector<double> optimalEntries(const KMeansPoints &points, unsigned k);

/// Entries and nearest points in turn until nothing moves. Entries without
/// points stay where they are.
std::vector<double> lloyd(const KMeansPoints &points,
                          std::vector<double> entries);

} // namespace qs::num

#endif // QS_LIB_NUMERICS_KMEANSPOINTS_H
