//===- Hessian.cpp - Second-order information of a layer ------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Numerics/Gptq.h"

#include <algorithm>
#include <cmath>

using namespace qs::num;

/// A few rows at a time, so that the matrix passes through the cache less
/// often; the upper triangle, which is then mirrored.
void Hessian::add(const float *x, size_t rows) {
  constexpr size_t kRows = 8;
  for (size_t r = 0; r < rows; r += kRows) {
    size_t count = std::min(kRows, rows - r);
    for (size_t i = 0; i < k; ++i)
      for (size_t one = r; one < r + count; ++one) {
        const float *row = x + one * k;
        double twice = 2.0 * row[i];
        for (size_t j = i; j < k; ++j)
          values[i * k + j] += twice * row[j];
      }
  }
  for (size_t i = 0; i < k; ++i)
    for (size_t j = i + 1; j < k; ++j)
      values[j * k + i] = values[i * k + j];
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
  // R in place, from the last column to the first; what a column settles is
  // taken off the triangle that is left.
  std::vector<double> column(k);
  for (size_t c = k; c-- > 0;) {
    if (!(h[c * k + c] > 0))
      return std::nullopt;
    double root = std::sqrt(h[c * k + c]);
    h[c * k + c] = root;
    for (size_t r = 0; r < c; ++r)
      column[r] = h[r * k + c] /= root;
    for (size_t r = 0; r < c; ++r)
      for (size_t j = r; j < c; ++j)
        h[r * k + j] -= column[r] * column[j];
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
