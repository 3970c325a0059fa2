//===- GroupKernels.cpp - Convolution with scales of groups ---------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Kernels.h"

using namespace qs::interp;

namespace {
/// One output: its pixel's window, its filter.
struct Output {
  const int64_t *image, *filter;
  const float *scales;
  int64_t oh, ow;
};
} // namespace

/// False where the sum of a group leaves i32, which is then in `sum`.
static bool sumGroups(const ConvShape &s, const Output &out, WeightStrides w,
                      const GroupScales &scales, float &acc, int64_t &sum) {
  acc = 0;
  for (int64_t kh = 0; kh < s.kh; ++kh)
    for (int64_t kw = 0; kw < s.kw; ++kw) {
      int64_t ih = out.oh * s.strideH - s.padTop + kh * s.dilationH;
      int64_t iw = out.ow * s.strideW - s.padLeft + kw * s.dilationW;
      bool inside = ih >= 0 && ih < s.ih && iw >= 0 && iw < s.iw;
      if (!inside)
        continue; // Adds 0 for each group.
      const int64_t *x = out.image + (ih * s.iw + iw) * s.groups * s.ic;
      const int64_t *tap = out.filter + kh * w.kh + kw * w.kw;
      const float *scale =
          out.scales + kh * scales.strides.kh + kw * scales.strides.kw;
      for (int64_t ic = 0; ic < s.ic;) {
        float factor = scale[ic / scales.size * scales.strides.ic];
        sum = 0;
        for (int64_t end = ic + scales.size; ic < end; ++ic)
          sum += x[ic] * tap[ic * w.ic];
        if (!scales.wide && (sum < INT32_MIN || sum > INT32_MAX))
          return false;
        float product = float(sum) * factor;
        acc = acc + product;
      }
    }
  return true;
}

llvm::FailureOr<Tensor> qs::interp::convolveGroups(
    Call &call, const ConvShape &s, const std::vector<int64_t> &input,
    const std::vector<int64_t> &weights, WeightStrides strides,
    const GroupScales &scales, const Tensor *bias,
    llvm::ArrayRef<int64_t> shape) {
  Tensor out(ElementType::f32(), shape);
  std::vector<float> b = bias ? bias->to<float>() : std::vector<float>();
  int64_t at = 0, imageSize = s.ih * s.iw * s.groups * s.ic;
  for (int64_t n = 0; n < s.n; ++n)
    for (int64_t oh = 0; oh < s.oh; ++oh)
      for (int64_t ow = 0; ow < s.ow; ++ow)
        for (int64_t g = 0; g < s.groups; ++g)
          for (int64_t oc = 0; oc < s.oc; ++oc, ++at) {
            Output one{input.data() + n * imageSize + g * s.ic,
                       weights.data() + g * strides.group + oc * strides.oc,
                       scales.values.data() + g * scales.strides.group +
                           oc * scales.strides.oc,
                       oh, ow};
            float acc;
            int64_t sum;
            if (!sumGroups(s, one, strides, scales, acc, sum))
              return call.error()
                     << "accumulator overflow: the sum " << sum
                     << " of a group of output element " << at
                     << " does not fit i32";
            out.setFloat(at, b.empty() ? acc : acc + b[g * s.oc + oc]);
          }
  return out;
}
