//===- Kernels.cpp - Loops that networks spend their time in --------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Kernels.h"

#include <algorithm>
#include <cmath>

using namespace qs::interp;

/// Output channels computed together; weights are padded to a multiple of it.
constexpr int64_t blockOC = 8;
static int64_t blocksOf(const ConvShape &s) {
  return (s.oc + blockOC - 1) / blockOC;
}
static bool isDepthwise(const ConvShape &s) {
  return s.ic == 1 && s.oc == 1 && s.groups > 1;
}

/// Output pixels [ow, ow+P) of row `oh` for one block of output channels, whose
/// weights lie as [kh, kw, ic, blockOC]. The block is the vector dimension, so
/// that each sum keeps its order.
template <int P, typename T>
static void convolvePixels(const ConvShape &s, const T *group, const T *weights,
                           int64_t oh, int64_t ow, int64_t width, T *out) {
  const int64_t inChannels = s.groups * s.ic, outChannels = s.groups * s.oc;
  T acc[P][blockOC] = {};
  for (int64_t kh = 0; kh < s.kh; ++kh) {
    int64_t ih = oh * s.strideH - s.padTop + kh * s.dilationH;
    if (ih < 0 || ih >= s.ih)
      continue;
    for (int64_t kw = 0; kw < s.kw; ++kw) {
      const T *w = weights + (kh * s.kw + kw) * s.ic * blockOC;
      const T *x[P];
      bool inside[P];
      bool all = true;
      for (int p = 0; p < P; ++p) {
        int64_t iw = (ow + p) * s.strideW - s.padLeft + kw * s.dilationW;
        inside[p] = iw >= 0 && iw < s.iw;
        all &= inside[p];
        x[p] = inside[p] ? group + (ih * s.iw + iw) * inChannels : nullptr;
      }
      if (all) {
        for (int64_t i = 0; i < s.ic; ++i)
          for (int p = 0; p < P; ++p)
            for (int64_t o = 0; o < blockOC; ++o)
              acc[p][o] += x[p][i] * w[i * blockOC + o];
        continue;
      }
      for (int p = 0; p < P; ++p)
        for (int64_t i = 0; inside[p] && i < s.ic; ++i)
          for (int64_t o = 0; o < blockOC; ++o)
            acc[p][o] += x[p][i] * w[i * blockOC + o];
    }
  }
  for (int p = 0; p < P; ++p)
    std::copy_n(acc[p], width, out + p * outChannels);
}

/// Depthwise with one output a channel: channels are the vector dimension.
template <typename T>
static void convolveDepthwise(const ConvShape &s, const T *image,
                              const T *weights, int64_t oh, int64_t ow,
                              T *outRow) {
  T *acc = outRow + ow * s.groups;
  std::fill_n(acc, s.groups, T(0));
  for (int64_t kh = 0; kh < s.kh; ++kh) {
    int64_t ih = oh * s.strideH - s.padTop + kh * s.dilationH;
    if (ih < 0 || ih >= s.ih)
      continue;
    for (int64_t kw = 0; kw < s.kw; ++kw) {
      int64_t iw = ow * s.strideW - s.padLeft + kw * s.dilationW;
      if (iw < 0 || iw >= s.iw)
        continue;
      const T *x = image + (ih * s.iw + iw) * s.groups;
      const T *w = weights + (kh * s.kw + kw) * s.groups;
      for (int64_t c = 0; c < s.groups; ++c)
        acc[c] += x[c] * w[c];
    }
  }
}

/// Computes the convolution; weights come from `arrange`.
template <typename T>
static void convolve(const ConvShape &s, const T *input, const T *weights,
                     T *out) {
  const int64_t imageSize = s.ih * s.iw * s.groups * s.ic;
  const int64_t channels = s.groups * s.oc, rowSize = s.ow * channels;
  const int64_t blockSize = s.kh * s.kw * s.ic * blockOC;
  constexpr int P = 4;
  for (int64_t n = 0; n < s.n; ++n) {
    const T *image = input + n * imageSize;
    for (int64_t oh = 0; oh < s.oh; ++oh) {
      T *row = out + (n * s.oh + oh) * rowSize;
      if (isDepthwise(s)) {
        for (int64_t ow = 0; ow < s.ow; ++ow)
          convolveDepthwise(s, image, weights, oh, ow, row);
        continue;
      }
      for (int64_t g = 0; g < s.groups; ++g)
        for (int64_t b = 0; b < blocksOf(s); ++b) {
          const T *w = weights + (g * blocksOf(s) + b) * blockSize;
          const T *group = image + g * s.ic;
          T *first = row + g * s.oc + b * blockOC;
          int64_t width = std::min(blockOC, s.oc - b * blockOC);
          int64_t ow = 0;
          for (; ow + P <= s.ow; ow += P)
            convolvePixels<P>(s, group, w, oh, ow, width,
                              first + ow * channels);
          for (; ow < s.ow; ++ow)
            convolvePixels<1>(s, group, w, oh, ow, width,
                              first + ow * channels);
        }
    }
  }
}

/// Copies weights to [groups, oc/blockOC, kh, kw, ic, blockOC], or to [kh, kw,
/// groups] for the depthwise loop.
template <typename T, typename From>
static std::vector<T> arrange(const ConvShape &s, const From *weights,
                              WeightStrides st) {
  std::vector<T> out;
  if (isDepthwise(s)) {
    out.reserve(size_t(s.kh * s.kw * s.groups));
    for (int64_t kh = 0; kh < s.kh; ++kh)
      for (int64_t kw = 0; kw < s.kw; ++kw)
        for (int64_t g = 0; g < s.groups; ++g)
          out.push_back(T(weights[g * st.group + kh * st.kh + kw * st.kw]));
    return out;
  }
  out.reserve(size_t(s.groups * blocksOf(s) * s.kh * s.kw * s.ic * blockOC));
  for (int64_t g = 0; g < s.groups; ++g)
    for (int64_t b = 0; b < blocksOf(s); ++b)
      for (int64_t kh = 0; kh < s.kh; ++kh)
        for (int64_t kw = 0; kw < s.kw; ++kw)
          for (int64_t ic = 0; ic < s.ic; ++ic) {
            const From *w =
                weights + g * st.group + kh * st.kh + kw * st.kw + ic * st.ic;
            for (int64_t oc = b * blockOC; oc < (b + 1) * blockOC; ++oc)
              out.push_back(oc < s.oc ? T(w[oc * st.oc]) : T(0));
          }
  return out;
}

/// Largest sum of products of any output: max|x| times the largest sum of the
/// |weights| of an output channel, plus the largest |bias|; saturates.
static int64_t boundSums(const ConvShape &s, const std::vector<int64_t> &input,
                         const std::vector<int64_t> &weights, WeightStrides st,
                         const std::vector<int64_t> &bias) {
  double x = 0, w = 0, b = 0;
  for (int64_t v : input)
    x = std::max(x, std::abs(double(v)));
  for (int64_t v : bias)
    b = std::max(b, std::abs(double(v)));
  for (int64_t g = 0; g < s.groups; ++g)
    for (int64_t oc = 0; oc < s.oc; ++oc) {
      double sum = 0;
      for (int64_t kh = 0; kh < s.kh; ++kh)
        for (int64_t kw = 0; kw < s.kw; ++kw)
          for (int64_t ic = 0; ic < s.ic; ++ic)
            sum +=
                std::abs(double(weights[g * st.group + kh * st.kh + kw * st.kw +
                                        ic * st.ic + oc * st.oc]));
      w = std::max(w, sum);
    }
  double bound = x * std::max(w, 1.0) + b;
  // The sum of |weights| is itself held in T.
  bound = std::max(bound, w);
  return bound > double(INT64_MAX / 2) ? INT64_MAX : int64_t(bound) + 1;
}

template <typename T>
static std::vector<T> convolveWith(const ConvShape &s,
                                   const std::vector<int64_t> &input,
                                   const std::vector<int64_t> &weights,
                                   WeightStrides strides, int64_t outputs) {
  std::vector<T> x(input.begin(), input.end());
  std::vector<T> w = arrange<T>(s, weights.data(), strides);
  std::vector<T> out(outputs);
  convolve(s, x.data(), w.data(), out.data());
  return out;
}

llvm::FailureOr<Tensor> qs::interp::convolveInteger(
    Call &call, const ConvShape &s, const std::vector<int64_t> &input,
    const std::vector<int64_t> &weights, WeightStrides strides,
    const std::vector<int64_t> &bias, ElementType type,
    llvm::ArrayRef<int64_t> shape) {
  Tensor out(type, shape);
  int64_t bound = boundSums(s, input, weights, strides, bias);
  if (bound == INT64_MAX)
    return call.error() << "sums may overflow 64 bits";
  const int64_t channels = s.groups * s.oc;
  if (bound <= INT32_MAX && type == ElementType::i32()) {
    auto sums = convolveWith<int32_t>(s, input, weights, strides, out.size());
    if (!bias.empty())
      for (int64_t i = 0; i < out.size(); ++i)
        sums[i] += int32_t(bias[i % channels]);
    std::copy(sums.begin(), sums.end(), out.mutableData<int32_t>().begin());
    return out;
  }
  auto sums = convolveWith<int64_t>(s, input, weights, strides, out.size());
  for (int64_t i = 0; i < out.size(); ++i) {
    if (!bias.empty())
      sums[i] += bias[i % channels];
    if (sums[i] < type.minInt() || sums[i] > type.maxInt())
      return call.error() << "accumulator overflow: the sum " << sums[i]
                          << " of output element " << i << " does not fit "
                          << type.str();
    out.setInt(i, sums[i]);
  }
  return out;
}

Tensor qs::interp::convolveFloat(const ConvShape &s, const Tensor &input,
                                 const Tensor &weights, WeightStrides strides,
                                 const Tensor *bias, ElementType type,
                                 llvm::ArrayRef<int64_t> shape) {
  auto run = [&](auto zero, ElementType arithmetic) {
    using T = decltype(zero);
    Tensor out(arithmetic, shape);
    llvm::MutableArrayRef<T> sums = out.mutableData<T>();
    std::vector<T> x = input.to<T>(), raw = weights.to<T>();
    std::vector<T> w = arrange<T>(s, raw.data(), strides);
    convolve(s, x.data(), w.data(), sums.data());
    if (bias) {
      std::vector<T> b = bias->to<T>();
      for (size_t i = 0; i < sums.size(); ++i)
        sums[i] += b[i % b.size()];
    }
    return out.convertFloat(type);
  };
  if (type.storage == Storage::F64)
    return run(double(0), type);
  return run(float(0), ElementType::f32());
}

/// The index of the block of `blocks` that element `i` of `t` lies in.
static int64_t blockOf(int64_t i, const Tensor &t, const Tensor &blocks) {
  int64_t index = 0, stride = 1;
  for (int64_t d = 1; d <= blocks.rank(); ++d) {
    int64_t size = t.dim(t.rank() - d), count = blocks.dim(blocks.rank() - d);
    index += i % size / (size / count) * stride;
    stride *= count;
    i /= size;
  }
  return index;
}

std::vector<int64_t>
qs::interp::centered(const Tensor &t, const Tensor *zeroPoints, int64_t axis) {
  std::vector<int64_t> out = t.to<int64_t>();
  if (!zeroPoints || zeroPoints->size() == 0)
    return out;
  if (zeroPoints->size() == 1) {
    if (int64_t zp = zeroPoints->getInt(0))
      for (int64_t &v : out)
        v -= zp;
    return out;
  }
  if (zeroPoints->rank() > 1) {
    for (size_t i = 0; i < out.size(); ++i)
      out[i] -= zeroPoints->getInt(blockOf(i, t, *zeroPoints));
    return out;
  }
  int64_t inner = rowMajorStrides(t.shape())[axis], n = t.dim(axis);
  std::vector<int64_t> zp = zeroPoints->to<int64_t>();
  for (size_t i = 0; i < out.size(); ++i)
    out[i] -= zp[(i / inner) % n];
  return out;
}
