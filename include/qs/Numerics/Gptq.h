//===- Gptq.h - Quantization with error feedback ----------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Frantar, Ashkboos, Hoefler, Alistarh: GPTQ, 2022. Weights W are [N, K], row
/// major, one row for each output channel. For inputs X of [rows, K] the
/// layer's error is
///
///   |X (W - Q)^T|^2 = 1/2 sum over rows n of (w_n - q_n) H (w_n - q_n)^T
///   H = 2 X^T X
///
/// Columns are quantized from the first to the last; what a column loses is
/// made up for by the columns that are still free. With H^-1 = U^T U, U upper
/// triangular (Cholesky):
///
///   e = (w_k - q_k) / U_kk,   w_j -= e U_kj for all j > k
///
/// Where H is diagonal nothing is passed on, and the result is plain rounding.
///
//===----------------------------------------------------------------------===//

#ifndef QS_NUMERICS_GPTQ_H
#define QS_NUMERICS_GPTQ_H

#include "qs/Numerics/Groups.h"

#include <functional>

namespace qs::num {

/// The share of the mean of H's diagonal that is added to it (the paper's).
inline constexpr double kGptqDamping = 0.01;

/// Sums 2 X^T X over batches in f64, so that its size depends on K alone. It
/// holds the upper triangle, row by row: K (K + 1) / 2 numbers.
class Hessian {
public:
  explicit Hessian(size_t k) : k(k), values(numbersFor(k), 0.0) {}
  /// Of a triangle that packed() gave; its size must be that for k.
  Hessian(size_t k, std::vector<double> triangle)
      : k(k), values(std::move(triangle)) {}
  static constexpr size_t numbersFor(size_t k) { return k * (k + 1) / 2; }

  /// Adds `rows` inputs of K numbers, row major. What batches sum to depends on
  /// their order by f64 rounding only.
  void add(const float *x, size_t rows);
  size_t size() const { return k; }
  double operator()(size_t i, size_t j) const {
    return i <= j ? values[start(i) + j] : values[start(j) + i];
  }
  const std::vector<double> &packed() const { return values; }
  /// The whole symmetric matrix, [K, K].
  std::vector<double> full() const;
  /// d H d^T / 2: the sum of (X d)^2 for the inputs so far.
  double outputError(const double *d) const;

private:
  /// Where row i would begin if it began with column 0.
  size_t start(size_t i) const { return i * k - i * (i + 1) / 2; }

  size_t k;
  std::vector<double> values;
};

/// |X (W - Q)^T|^2 for the inputs of the Hessian.
double outputError(const Hessian &hessian, const float *weights,
                   const float *quantized, size_t n);

/// The upper triangular U with H^-1 = U^T U, where H is symmetric [K, K];
/// std::nullopt where H is not positive definite (to working precision).
std::optional<std::vector<double>> choleskyOfInverse(std::vector<double> h,
                                                     size_t k);

/// What a weight is stored as: called for each row by itself from the first
/// column to the last. `rest` holds the weight and those behind it in its row,
/// as they are when its turn comes.
using RoundWeight =
    std::function<float(size_t row, size_t column, const double *rest)>;

/// Rounds [N, K] weights one by one and passes on what each loses. Inputs that
/// are always 0 (H_kk = 0) pass nothing on: their weights are rounded and cost
/// nothing. `damping` is added to the diagonal, as a share of its mean.
/// std::nullopt and a text in `error` where the damped H is not positive
/// definite.
std::optional<std::vector<float>>
roundWithFeedback(const float *weights, size_t n, const Hessian &hessian,
                  double damping, const RoundWeight &round, std::string &error);

struct GptqOptions {
  GroupOptions groups;
  /// See roundWithFeedback().
  double damping = kGptqDamping;
};

/// GPTQ for any bound code. Scales of a group are chosen when its first column
/// comes up, from the weights as they are then. std::nullopt as
/// quantizeGroups() and roundWithFeedback().
std::optional<GroupResult>
quantizeGptq(const float *weights, size_t n, const Hessian &hessian,
             const Code &code, const GptqOptions &options, std::string &error);

} // namespace qs::num

#endif // QS_NUMERICS_GPTQ_H
