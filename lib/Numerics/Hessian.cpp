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

/// Four rows at a time, so that a number of the matrix is loaded and stored
/// once for four products.
void Hessian::add(const float *x, size_t rows) {
  constexpr size_t kRows = 4;
  std::vector<double> block(kRows * k);
  for (size_t r = 0; r < rows; r += kRows) {
    size_t count = std::min(kRows, rows - r) * k;
    std::copy(x + r * k, x + r * k + count, block.begin());
    std::fill(block.begin() + static_cast<ptrdiff_t>(count), block.end(), 0.0);
    const double *x0 = block.data(), *x1 = x0 + k, *x2 = x1 + k, *x3 = x2 + k;
    for (size_t i = 0; i < k; ++i) {
      double a = 2 * x0[i], b = 2 * x1[i], c = 2 * x2[i], d = 2 * x3[i];
      double *row = values.data() + start(i);
      if (a == 0 && b == 0 && c == 0 && d == 0)
        continue;
      for (size_t j = i; j < k; ++j)
        row[j] += a * x0[j] + b * x1[j] + c * x2[j] + d * x3[j];
    }
  }
}

std::vector<double> Hessian::full() const {
  std::vector<double> matrix(k * k);
  for (size_t i = 0; i < k; ++i)
    for (size_t j = i; j < k; ++j)
      matrix[i * k + j] = matrix[j * k + i] = values[start(i) + j];
  return matrix;
}

double Hessian::outputError(const double *d) const {
  double sum = 0;
  for (size_t i = 0; i < k; ++i) {
    const double *row = values.data() + start(i);
    double half = row[i] * d[i] / 2;
    for (size_t j = i + 1; j < k; ++j)
      half += row[j] * d[j];
    sum += d[i] * half;
  }
  return sum;
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
