//===- Pooling.h - Windows over NHWC tensors --------------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_LIB_INTERPRETER_POOLING_H
#define QS_LIB_INTERPRETER_POOLING_H

#include "qs/Interpreter/Tensor.h"

namespace qs::interp {

struct Window {
  int64_t kh = 1, kw = 1, strideH = 1, strideW = 1;
  int64_t top = 0, bottom = 0, left = 0, right = 0;

  /// [n, oh, ow, c] for an input of [n, h, w, c].
  llvm::SmallVector<int64_t, 4> outputShape(llvm::ArrayRef<int64_t> in) const {
    auto extent = [](int64_t size, int64_t kernel, int64_t stride) {
      return size < kernel ? 0 : (size - kernel) / stride + 1;
    };
    return {in[0], extent(in[1] + top + bottom, kh, strideH),
            extent(in[2] + left + right, kw, strideW), in[3]};
  }
};

/// The window of an op that has kernel, stride and pad as qs and TOSA have.
template <typename OpT> Window windowOf(OpT op) {
  Window w;
  w.kh = op.getKernel()[0];
  w.kw = op.getKernel()[1];
  w.strideH = op.getStride()[0];
  w.strideW = op.getStride()[1];
  w.top = op.getPad()[0];
  w.bottom = op.getPad()[1];
  w.left = op.getPad()[2];
  w.right = op.getPad()[3];
  return w;
}

/// The values of one window that lie inside the input, by row and column.
template <typename T> using WindowPoints = llvm::SmallVector<T, 64>;

/// Calls fn(linear output index, points) for each output element.
template <typename T, typename Fn>
void forEachWindow(const T *in, llvm::ArrayRef<int64_t> shape, const Window &w,
                   Fn fn) {
  llvm::SmallVector<int64_t, 4> out = w.outputShape(shape);
  const int64_t h = shape[1], width = shape[2], c = shape[3];
  WindowPoints<T> points;
  int64_t o = 0;
  for (int64_t n = 0; n < out[0]; ++n)
    for (int64_t oh = 0; oh < out[1]; ++oh)
      for (int64_t ow = 0; ow < out[2]; ++ow) {
        int64_t h0 = oh * w.strideH - w.top, w0 = ow * w.strideW - w.left;
        for (int64_t ch = 0; ch < c; ++ch, ++o) {
          points.clear();
          for (int64_t y = std::max<int64_t>(h0, 0); y < std::min(h0 + w.kh, h);
               ++y)
            for (int64_t x = std::max<int64_t>(w0, 0);
                 x < std::min(w0 + w.kw, width); ++x)
              points.push_back(in[((n * h + y) * width + x) * c + ch]);
          fn(o, points);
        }
      }
}

/// The largest value of each window; windows that lie in the padding give the
/// lowest value. NaN propagates unless `ignoreNaN`.
Tensor maxPool(const Tensor &in, const Window &window, bool ignoreNaN);

} // namespace qs::interp

#endif // QS_LIB_INTERPRETER_POOLING_H
