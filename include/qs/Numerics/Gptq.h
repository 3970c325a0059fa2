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

namespace qs::num {

/// Sums 2 X^T X over batches, so that its size depends on K alone.
class Hessian {
public:
  explicit Hessian(size_t k) : k(k), values(k * k, 0.0) {}
  /// Adds `rows` inputs of K numbers, row major.
  void add(const float *x, size_t rows);
  size_t size() const { return k; }
  double operator()(size_t i, size_t j) const { return values[i * k + j]; }
  const std::vector<double> &data() const { return values; }
  /// d H d^T / 2: the sum of (X d)^2 for the inputs so far.
  double outputError(const double *d) const;

private:
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

struct GptqOptions {
  GroupOptions groups;
  /// Added to the diagonal, as a share of its mean.
  double damping = 0.01;
};

/// GPTQ for any bound code. Scales of a group are chosen when its first column
/// comes up, from the weights as they are then. Inputs that are always 0
/// (H_kk = 0) pass nothing on: their weights are rounded and cost nothing.
/// std::nullopt also where the damped H is not positive definite.
std::optional<GroupResult>
quantizeGptq(const float *weights, size_t n, const Hessian &hessian,
             const Code &code, const GptqOptions &options, std::string &error);

} // namespace qs::num

#endif // QS_NUMERICS_GPTQ_H
