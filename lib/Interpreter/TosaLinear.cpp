//===- TosaLinear.cpp - TOSA convolutions and matrix products -------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Families.h"
#include "Kernels.h"
#include "Views.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"

using namespace mlir;

namespace qs::interp {

/// Fills in what both convolutions share; operands are input, weight, bias,
/// input zero point and weight zero point.
template <typename OpT>
static ConvShape geometry(OpT op, Call &call, ArrayRef<int64_t> outShape) {
  ConvShape s = convShapeOf(op, call.tensor(0));
  s.oh = outShape[1];
  s.ow = outShape[2];
  return s;
}

static LogicalResult convolution(Call &call, const ConvShape &s,
                                 WeightStrides strides,
                                 ArrayRef<int64_t> outShape) {
  const Tensor &in = call.tensor(0), &weight = call.tensor(1);
  const Tensor &bias = call.tensor(2);
  const int64_t channels = s.groups * s.oc;
  if (bias.size() != channels && bias.size() != 1)
    return call.error() << "bias has " << bias.size()
                        << " elements, expected 1 or " << channels;
  Tensor fullBias = bias.size() == channels ? bias : filled({channels}, bias);
  if (in.isFloat()) {
    call.result(convolveFloat(s, in, weight, strides, &fullBias,
                              call.resultElement(), outShape));
    return success();
  }
  auto out = convolveInteger(
      call, s, centered(in, &call.tensor(3)), centered(weight, &call.tensor(4)),
      strides, fullBias.to<int64_t>(), call.resultElement(), outShape);
  if (failed(out))
    return failure();
  call.result(std::move(*out));
  return success();
}

/// Weights [oc, kh, kw, ic].
static LogicalResult evalConv2D(tosa::Conv2DOp op, Call &call) {
  const Tensor &in = call.tensor(0), &w = call.tensor(1);
  ArrayRef<int64_t> pad = op.getPad(), st = op.getStride(),
                    di = op.getDilation();
  SmallVector<int64_t, 4> shape = {
      in.dim(0), convExtent(in.dim(1), pad[0] + pad[1], w.dim(1), st[0], di[0]),
      convExtent(in.dim(2), pad[2] + pad[3], w.dim(2), st[1], di[1]), w.dim(0)};
  ConvShape s = geometry(op, call, shape);
  s.ic = in.dim(3);
  s.oc = w.dim(0);
  s.kh = w.dim(1);
  s.kw = w.dim(2);
  if (w.dim(3) != s.ic)
    return call.error() << "weights have " << w.dim(3)
                        << " input channels, expected " << s.ic;
  return convolution(call, s, {0, s.kw * s.ic, s.ic, 1, s.kh * s.kw * s.ic},
                     shape);
}

/// Weights [kh, kw, c, m]; output channel c * m.
static LogicalResult evalDepthwise(tosa::DepthwiseConv2DOp op, Call &call) {
  const Tensor &in = call.tensor(0), &w = call.tensor(1);
  ArrayRef<int64_t> pad = op.getPad(), st = op.getStride(),
                    di = op.getDilation();
  int64_t c = in.dim(3), m = w.dim(3);
  if (w.dim(2) != c)
    return call.error() << "weights have " << w.dim(2) << " channels, expected "
                        << c;
  SmallVector<int64_t, 4> shape = {
      in.dim(0), convExtent(in.dim(1), pad[0] + pad[1], w.dim(0), st[0], di[0]),
      convExtent(in.dim(2), pad[2] + pad[3], w.dim(1), st[1], di[1]), c * m};
  ConvShape s = geometry(op, call, shape);
  s.groups = c;
  s.ic = 1;
  s.oc = m;
  s.kh = w.dim(0);
  s.kw = w.dim(1);
  return convolution(call, s, {m, s.kw * c * m, c * m, 0, 1}, shape);
}

/// [n, h, c] x [n, c, w]; one 1x1 convolution of h pixels for each n.
static LogicalResult evalMatMul(tosa::MatMulOp op, Call &call) {
  const Tensor &a = call.tensor(0), &b = call.tensor(1);
  int64_t n = a.dim(0), h = a.dim(1), k = a.dim(2), w = b.dim(2);
  if (b.dim(0) != n || b.dim(1) != k)
    return call.error() << "operand shapes do not agree";
  ConvShape s;
  s.iw = s.ow = h;
  s.ic = k;
  s.oc = w;
  WeightStrides strides{0, 0, 0, w, 1};
  SmallVector<Tensor> parts;
  for (int64_t i = 0; i < n; ++i) {
    Tensor x = readBox(a, {i, 0, 0}, {1, h, k}, {1, 1, 1});
    Tensor y = readBox(b, {i, 0, 0}, {1, k, w}, {1, 1, 1});
    if (a.isFloat()) {
      parts.push_back(convolveFloat(s, x, y, strides, nullptr,
                                    call.resultElement(), {1, h, w}));
      continue;
    }
    auto out = convolveInteger(call, s, centered(x, &call.tensor(2)),
                               centered(y, &call.tensor(3)), strides, {},
                               call.resultElement(), {1, h, w});
    if (failed(out))
      return failure();
    parts.push_back(std::move(*out));
  }
  call.result(parts.empty() ? Tensor(call.resultElement(), {0, h, w})
                            : concatenated(parts, 0));
  return success();
}

void registerTosaLinear(Registry &registry) {
  registry.add<evalConv2D>();
  registry.add<evalDepthwise>();
  registry.add<evalMatMul>();
}

} // namespace qs::interp
