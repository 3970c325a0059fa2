//===- Kernels.h - Loops that networks spend their time in ------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Convolution, with matrix product as its 1x1 case. Operands of the integer
// form come widened, with their zero points subtracted. Each output is summed
// in the order kernel row, kernel column, input channel; positions in the
// padding add nothing.
//
//===----------------------------------------------------------------------===//

#ifndef QS_LIB_INTERPRETER_KERNELS_H
#define QS_LIB_INTERPRETER_KERNELS_H

#include "qs/Interpreter/Registry.h"
#include "qs/Numerics/Accumulate.h"

namespace qs::interp {

/// Shape of a convolution: input [n, ih, iw, groups*ic], output
/// [n, oh, ow, groups*oc], with `ic` and `oc` counted in one group.
struct ConvShape {
  int64_t n = 1, ih = 1, iw = 1, ic = 1;
  int64_t oh = 1, ow = 1, oc = 1;
  int64_t kh = 1, kw = 1, groups = 1;
  int64_t padTop = 0, padLeft = 0;
  int64_t strideH = 1, strideW = 1, dilationH = 1, dilationW = 1;
};

/// What the input and the attributes of a convolution say, as qs and TOSA name
/// them; weights and sizes of the output are for the caller to add.
template <typename OpT> ConvShape convShapeOf(OpT op, const Tensor &in) {
  ConvShape s;
  s.n = in.dim(0);
  s.ih = in.dim(1);
  s.iw = in.dim(2);
  s.padTop = op.getPad()[0];
  s.padLeft = op.getPad()[2];
  s.strideH = op.getStride()[0];
  s.strideW = op.getStride()[1];
  s.dilationH = op.getDilation()[0];
  s.dilationW = op.getDilation()[1];
  return s;
}

/// Size of the output along one axis, rounded down; 0 where no window fits.
inline int64_t convExtent(int64_t in, int64_t pads, int64_t kernel,
                          int64_t stride, int64_t dilation) {
  int64_t span = in + pads - dilation * (kernel - 1) - 1;
  return span < 0 ? 0 : span / stride + 1;
}

/// Where element [g, kh, kw, ic, oc] of the weights lies in their own layout.
struct WeightStrides {
  int64_t group, kh, kw, ic, oc;
};

/// A whole integer convolution with i32 or wider results: picks i32 arithmetic
/// where a bound on the sums proves it exact and i64 otherwise; `bias` (empty
/// or groups*oc values) is added last. Emits an error at the call's op where a
/// sum does not fit `type`.
llvm::FailureOr<Tensor> convolveInteger(Call &call, const ConvShape &s,
                                        const std::vector<int64_t> &input,
                                        const std::vector<int64_t> &weights,
                                        WeightStrides strides,
                                        const std::vector<int64_t> &bias,
                                        ElementType type,
                                        llvm::ArrayRef<int64_t> shape);

/// The same in floating point: f64 where `type` is f64, else f32 rounded to
/// `type` at the end.
Tensor convolveFloat(const ConvShape &s, const Tensor &input,
                     const Tensor &weights, WeightStrides strides,
                     const Tensor *bias, ElementType type,
                     llvm::ArrayRef<int64_t> shape);

/// The scales of groups of `size` input channels: f32, and where that of
/// [g, kh, kw, ic / size, oc] lies.
struct GroupScales {
  int64_t size;
  std::vector<float> values;
  WeightStrides strides;
  /// Sums of groups may leave i32.
  bool wide = false;
};

/// The f32 result of an integer convolution whose weights have scales of
/// groups: `acc = acc + f32(sum of a group) * scale` in the order kernel row,
/// kernel column, group; then the bias. Emits an error where the sum of a group
/// leaves i32 and is not wide.
llvm::FailureOr<Tensor>
convolveGroups(Call &call, const ConvShape &s,
               const std::vector<int64_t> &input,
               const std::vector<int64_t> &weights, WeightStrides strides,
               const GroupScales &scales, const Tensor *bias,
               llvm::ArrayRef<int64_t> shape);

/// Numbers (input f32, weights f32) summed as `how` says over kernel row,
/// kernel column, input channel; positions in the padding are the number 0.
/// Output element j rounds with the seed randomBits(seed, j). With `groups`
/// only the terms of a group are summed so (for group g with the seed
/// randomBits(randomBits(seed, j), g)), and `acc = acc + f32(sum) * scale`.
/// Then the bias, in f32.
Tensor convolveAccumulated(const ConvShape &s, const Tensor &input,
                           const Tensor &weights, WeightStrides strides,
                           const GroupScales *groups, const Tensor *bias,
                           const num::Accumulation &how,
                           llvm::ArrayRef<int64_t> shape,
                           int64_t firstElement = 0);

/// Elements of an integer tensor minus its zero points: none, one, one for each
/// index along `axis`, or, with a rank of 2 or more, one for each of the equal
/// blocks that the last axes fall into.
std::vector<int64_t> centered(const Tensor &t, const Tensor *zeroPoints,
                              int64_t axis = 0);

} // namespace qs::interp

#endif // QS_LIB_INTERPRETER_KERNELS_H
