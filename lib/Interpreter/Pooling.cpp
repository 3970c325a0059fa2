//===- Pooling.cpp - Windows over NHWC tensors ----------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Pooling.h"

#include <cmath>

using namespace qs::interp;

Tensor qs::interp::maxPool(const Tensor &in, const Window &window,
                           bool ignoreNaN) {
  ElementType type = in.elementType();
  Tensor out(type, window.outputShape(in.shape()));
  if (!in.isFloat()) {
    std::vector<int64_t> x = in.to<int64_t>();
    forEachWindow<int64_t>(x.data(), in.shape(), window,
                           [&](int64_t o, const WindowPoints<int64_t> &points) {
                             int64_t best = type.minInt();
                             for (int64_t v : points)
                               best = std::max(best, v);
                             out.setInt(o, best);
                           });
    return out;
  }
  std::vector<double> x = in.to<double>();
  forEachWindow<double>(x.data(), in.shape(), window,
                        [&](int64_t o, const WindowPoints<double> &points) {
                          double best =
                              -std::numeric_limits<double>::infinity();
                          for (double v : points) {
                            if (std::isnan(v) && ignoreNaN)
                              continue;
                            if (std::isnan(v) || v > best)
                              best = v;
                            if (std::isnan(best))
                              break;
                          }
                          out.setFloat(o, best);
                        });
  return out;
}
