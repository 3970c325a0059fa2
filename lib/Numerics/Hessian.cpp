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

/// A row of the matrix takes some inputs while it is in the cache, four of them
/// for each time that a number is loaded and stored.
void Hessian::add(const float *x, size_t rows) {
  constexpr size_t kRows = 32, kStep = 4;
  std::vector<double> block(kRows * k);
  for (size_t r = 0; r < rows; r += kRows) {
    size_t count = std::min(kRows, rows - r) * k;
    std::copy(x + r * k, x + r * k + count, block.begin());
    std::fill(block.begin() + static_cast<ptrdiff_t>(count), block.end(), 0.0);
    for (size_t i = 0; i < k; ++i)
      for (size_t s = 0; s < kRows && s * k < count; s += kStep) {
        const double *x0 = &block[s * k], *x1 = x0 + k, *x2 = x1 + k,
                     *x3 = x2 + k;
        double a = 2 * x0[i], b = 2 * x1[i], c = 2 * x2[i], d = 2 * x3[i];
        // Behind a ReLU, and in padding, whole steps are 0.
        if (a == 0 && b == 0 && c == 0 && d == 0)
          continue;
        double *row = values.data() + start(i);
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

/// Columns that are taken off the rest of the matrix at once, so that it passes
/// through the cache less often.
static constexpr size_t kPanel = 32;

/// Takes `count` columns [count, size] off the upper triangle of the first
/// `size` rows and columns of h.
static void takeOff(std::vector<double> &h, size_t k, size_t size,
                    const std::vector<double> &columns, size_t count) {
  for (size_t r = 0; r < size; ++r) {
    double *row = &h[r * k];
    for (size_t b = 0; b < count; b += 4) {
      const double *p[4];
      double factor[4];
      for (size_t i = 0; i < 4; ++i) {
        p[i] = &columns[std::min(b + i, count - 1) * size];
        factor[i] = b + i < count ? p[i][r] : 0;
      }
      for (size_t j = r; j < size; ++j)
        row[j] -= factor[0] * p[0][j] + factor[1] * p[1][j] +
                  factor[2] * p[2][j] + factor[3] * p[3][j];
    }
  }
}

/// R in place of the upper triangle, H = R R^T, from the last column to the
/// first; false where a pivot is not positive.
static bool factorize(std::vector<double> &h, size_t k) {
  std::vector<double> columns;
  for (size_t end = k; end > 0;) {
    size_t begin = end > kPanel ? end - kPanel : 0;
    for (size_t c = end; c-- > begin;) {
      if (!(h[c * k + c] > 0))
        return false;
      double root = std::sqrt(h[c * k + c]);
      h[c * k + c] = root;
      for (size_t r = 0; r < c; ++r)
        h[r * k + c] /= root;
      // The other columns of the panel see it at once.
      for (size_t r = 0; r < c; ++r)
        for (size_t j = std::max(r, begin); j < c; ++j)
          h[r * k + j] -= h[r * k + c] * h[j * k + c];
    }
    columns.resize((end - begin) * begin);
    for (size_t c = begin; c < end; ++c)
      for (size_t r = 0; r < begin; ++r)
        columns[(c - begin) * begin + r] = h[r * k + c];
    if (begin)
      takeOff(h, k, begin, columns, end - begin);
    end = begin;
  }
  return true;
}

/// With J the reversal of rows and columns, J H J = L L^T gives H = R R^T with
/// R = J L J upper triangular. Then H^-1 = R^-T R^-1, whose upper triangular
/// factor is U = R^-1: one factorization and one triangular inverse.
std::optional<std::vector<double>>
qs::num::choleskyOfInverse(std::vector<double> h, size_t k) {
  if (!factorize(h, k))
    return std::nullopt;
  // U R = 1, a few rows of U at a time:
  // U_ic = -sum_(i <= j < c) U_ij R_jc / R_cc.
  constexpr size_t kRows = 8;
  std::vector<double> u(k * k, 0.0);
  for (size_t first = 0; first < k; first += kRows) {
    size_t last = std::min(first + kRows, k);
    for (size_t i = first; i < last; ++i)
      u[i * k + i] = 1;
    for (size_t j = first; j < k; ++j)
      for (size_t i = first; i < std::min(last, j + 1); ++i) {
        double *row = &u[i * k];
        row[j] /= h[j * k + j];
        for (size_t c = j + 1; c < k; ++c)
          row[c] -= row[j] * h[j * k + c];
      }
  }
  return u;
}
