//===- Hessian.cpp - Second-order information of a layer ------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Numerics/Gptq.h"

#include <cmath>

using namespace qs::num;

void Hessian::add(const float *x, size_t rows) {
  for (size_t r = 0; r < rows; ++r, x += k)
    for (size_t i = 0; i < k; ++i) {
      double twice = 2.0 * x[i];
      if (twice == 0)
        continue;
      for (size_t j = 0; j < k; ++j)
        values[i * k + j] += twice * x[j];
    }
}

double Hessian::outputError(const double *d) const {
  double sum = 0;
  for (size_t i = 0; i < k; ++i) {
    double row = 0;
    for (size_t j = 0; j < k; ++j)
      row += values[i * k + j] * d[j];
    sum += d[i] * row;
  }
  return sum / 2;
}

double qs::num::outputError(const Hessian &hessian, const float *weights,
                            const float *quantized, size_t n) {
  size_t k = hessian.size();
  std::vector<double> difference(k);
  double sum = 0;
  for (size_t row = 0; row < n; ++row) {
    for (size_t j = 0; j < k; ++j)
      difference[j] =
          static_cast<double>(weights[row * k + j]) - quantized[row * k + j];
    sum += hessian.outputError(difference.data());
  }
  return sum;
}

/// With J the reversal of rows and columns, J H J = L L^T gives H = R R^T with
/// R = J L J upper triangular. Then H^-1 = R^-T R^-1, whose upper triangular
/// factor is U = R^-1: one factorization and one triangular inverse.
std::optional<std::vector<double>>
qs::num::choleskyOfInverse(std::vector<double> h, size_t k) {
  // R in place, from the last column to the first.
  for (size_t c = k; c-- > 0;) {
    double diagonal = h[c * k + c];
    for (size_t j = c + 1; j < k; ++j)
      diagonal -= h[c * k + j] * h[c * k + j];
    if (!(diagonal > 0))
      return std::nullopt;
    double root = std::sqrt(diagonal);
    h[c * k + c] = root;
    for (size_t r = 0; r < c; ++r) {
      double sum = h[r * k + c];
      for (size_t j = c + 1; j < k; ++j)
        sum -= h[r * k + j] * h[c * k + j];
      h[r * k + c] = sum / root;
    }
  }
  // U R = 1, a row of U at a time: U_ic = -sum_(i <= j < c) U_ij R_jc / R_cc.
  std::vector<double> u(k * k, 0.0);
  for (size_t i = 0; i < k; ++i) {
    double *row = &u[i * k];
    row[i] = 1;
    for (size_t j = i; j < k; ++j) {
      row[j] /= h[j * k + j];
      for (size_t c = j + 1; c < k; ++c)
        row[c] -= row[j] * h[j * k + c];
    }
  }
  return u;
}
