//===- AccumulatedKernels.cpp - Convolution with stated sums --------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Kernels.h"
#include "qs/Numerics/Stochastic.h"

using namespace qs::interp;

/// The terms' input factors for one pixel and group of channels, in order.
static void readWindow(const ConvShape &s, const float *image, int64_t oh,
                       int64_t ow, std::vector<float> &window) {
  window.clear();
  for (int64_t kh = 0; kh < s.kh; ++kh)
    for (int64_t kw = 0; kw < s.kw; ++kw) {
      int64_t ih = oh * s.strideH - s.padTop + kh * s.dilationH;
      int64_t iw = ow * s.strideW - s.padLeft + kw * s.dilationW;
      bool inside = ih >= 0 && ih < s.ih && iw >= 0 && iw < s.iw;
      const float *x = image + (ih * s.iw + iw) * s.groups * s.ic;
      for (int64_t ic = 0; ic < s.ic; ++ic)
        window.push_back(inside ? x[ic] : 0.0f);
    }
}

/// The filters one after another, each in the order of the terms.
static std::vector<float> readFilters(const ConvShape &s,
                                      const std::vector<float> &weights,
                                      WeightStrides st) {
  std::vector<float> filters;
  filters.reserve(weights.size());
  for (int64_t g = 0; g < s.groups; ++g)
    for (int64_t oc = 0; oc < s.oc; ++oc)
      for (int64_t kh = 0; kh < s.kh; ++kh)
        for (int64_t kw = 0; kw < s.kw; ++kw)
          for (int64_t ic = 0; ic < s.ic; ++ic)
            filters.push_back(weights[g * st.group + kh * st.kh + kw * st.kw +
                                      ic * st.ic + oc * st.oc]);
  return filters;
}

/// The sums of the groups of terms, each scaled and added in f32.
static float sumGroups(const std::vector<float> &window, const float *filter,
                       const float *scales, size_t size,
                       const qs::num::Accumulation &how) {
  float acc = 0;
  qs::num::Accumulation own = how;
  for (size_t g = 0; g * size < window.size(); ++g) {
    if (how.seed)
      own.seed = qs::num::randomBits(*how.seed, g);
    auto sum = float(qs::num::accumulateDot(window.data() + g * size,
                                        filter + g * size, size, own));
    float product = sum * scales[g];
    acc = acc + product;
  }
  return acc;
}

Tensor qs::interp::convolveAccumulated(
    const ConvShape &s, const Tensor &input, const Tensor &weights,
    WeightStrides strides, const GroupScales *groups, const Tensor *bias,
    const num::Accumulation &how, llvm::ArrayRef<int64_t> shape,
    int64_t firstElement) {
  Tensor out(ElementType::f32(), shape);
  std::vector<float> x = input.to<float>();
  std::vector<float> filters = readFilters(s, weights.to<float>(), strides);
  std::vector<float> b = bias ? bias->to<float>() : std::vector<float>();
  std::vector<float> window, scales;
  const int64_t terms = s.kh * s.kw * s.ic;
  if (groups) {
    ConvShape perGroup = s;
    perGroup.ic = s.ic / groups->size;
    scales = readFilters(perGroup, groups->values, groups->strides);
  }
  qs::num::Accumulation own = how;
  int64_t at = 0;
  for (int64_t n = 0; n < s.n; ++n)
    for (int64_t oh = 0; oh < s.oh; ++oh)
      for (int64_t ow = 0; ow < s.ow; ++ow)
        for (int64_t g = 0; g < s.groups; ++g) {
          const float *image =
              x.data() + n * s.ih * s.iw * s.groups * s.ic + g * s.ic;
          readWindow(s, image, oh, ow, window);
          for (int64_t oc = 0; oc < s.oc; ++oc, ++at) {
            int64_t channel = g * s.oc + oc;
            if (how.seed)
              own.seed = qs::num::randomBits(*how.seed, firstElement + at);
            const float *filter = filters.data() + channel * terms;
            float sum =
                groups
                    ? sumGroups(window, filter,
                                scales.data() + channel * terms / groups->size,
                                size_t(groups->size), own)
                    : float(qs::num::accumulateDot(window.data(), filter, terms,
                                               own));
            out.setFloat(at, b.empty() ? sum : sum + b[channel]);
          }
        }
  return out;
}
