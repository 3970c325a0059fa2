//===- Linear.cpp - qs matrix products and convolutions -------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Families.h"
#include "Kernels.h"
#include "QSSupport.h"
#include "Views.h"

using namespace mlir;

namespace qs::interp {

/// The zero points of an operand and the axis along which they may differ.
struct ZeroPoints {
  std::optional<Tensor> values;
  int64_t axis;
};

static std::vector<int64_t> differences(const Tensor &words,
                                        const ZeroPoints &zero) {
  return centered(words, zero.values ? &*zero.values : nullptr, zero.axis);
}

/// Integer or float by the operands' types.
static FailureOr<Tensor> linear(Call &call, const ConvShape &s,
                                WeightStrides strides, const Tensor &input,
                                const Tensor &weights,
                                const ZeroPoints &inputZp,
                                const ZeroPoints &weightZp, const Tensor *bias,
                                ArrayRef<int64_t> shape) {
  if (input.isFloat())
    return convolveFloat(s, input, weights, strides, bias, call.resultElement(),
                         shape);
  return convolveInteger(call, s, differences(input, inputZp),
                         differences(weights, weightZp), strides,
                         bias ? bias->to<int64_t>() : std::vector<int64_t>(),
                         call.resultElement(), shape);
}

/// A matrix product is a 1x1 convolution over M pixels; leading dimensions that
/// the right operand lacks join M.
static LogicalResult evalMatmul(MatmulOp op, Call &call) {
  Operands operands(call);
  const Tensor &lhs = call.tensor(0), &rhs = call.tensor(1);
  bool transposed = op.getTransposeRhs();
  int64_t k = lhs.shape().back();
  int64_t n = rhs.dim(rhs.rank() - (transposed ? 2 : 1));
  int64_t rhsK = rhs.dim(rhs.rank() - (transposed ? 1 : 2));
  if (k != rhsK)
    return call.error() << "(MM2) expected one reduction size, found " << k
                        << " and " << rhsK;
  int64_t batches = 1;
  for (int64_t d : rhs.shape().drop_back(2))
    batches *= d;
  SmallVector<int64_t, 4> resultShape(lhs.shape());
  resultShape.back() = n;
  int64_t m = 1;
  for (int64_t d : lhs.shape().drop_back())
    m *= d;
  if (rhs.rank() > 2 && lhs.shape().drop_back(2) != rhs.shape().drop_back(2))
    return call.error() << "(MM1) expected equal leading dimensions";
  m = batches ? m / batches : 0;

  ConvShape s;
  s.iw = s.ow = m;
  s.ic = k;
  s.oc = n;
  WeightStrides strides{0, 0, 0, transposed ? 1 : n, transposed ? k : 1};
  Tensor a = lhs.reshaped({batches, m, k});
  Tensor b = rhs.reshaped({batches, transposed ? n : k, transposed ? k : n});
  ZeroPoints lhsZp = {
      operands.zeroPoints(op.getLhsZp(), QuantType::of(op.getLhs().getType())),
      1};
  ZeroPoints rhsZp = {
      operands.zeroPoints(op.getRhsZp(), QuantType::of(op.getRhs().getType())),
      transposed ? 1 : 2};
  SmallVector<Tensor> parts;
  for (int64_t i = 0; i < batches; ++i) {
    auto out =
        linear(call, s, strides, readBox(a, {i, 0, 0}, {1, m, k}, {1, 1, 1}),
               readBox(b, {i, 0, 0}, {1, b.dim(1), b.dim(2)}, {1, 1, 1}), lhsZp,
               rhsZp, operands.get(op.getBias()), {1, m, n});
    if (failed(out))
      return failure();
    parts.push_back(std::move(*out));
  }
  Tensor all = parts.empty() ? Tensor(call.resultElement(), {0, m, n})
                             : concatenated(parts, 0);
  call.result(all.reshaped(resultShape));
  return success();
}

static LogicalResult evalConv2D(Conv2DOp op, Call &call) {
  Operands operands(call);
  const Tensor &in = call.tensor(0), &w = call.tensor(1);
  ConvShape s = convShapeOf(op, in);
  s.groups = op.getGroups();
  s.ic = w.dim(3);
  s.oc = w.dim(0) / s.groups;
  s.kh = w.dim(1);
  s.kw = w.dim(2);
  if (in.dim(3) != s.groups * s.ic)
    return call.error() << "(CV3) expected " << s.groups * s.ic
                        << " input channels, found " << in.dim(3);
  s.oh =
      convExtent(s.ih, s.padTop + op.getPad()[1], s.kh, s.strideH, s.dilationH);
  s.ow = convExtent(s.iw, s.padLeft + op.getPad()[3], s.kw, s.strideW,
                    s.dilationW);
  int64_t filter = s.kh * s.kw * s.ic;
  ZeroPoints inputZp = {
      operands.zeroPoints(op.getInputZp(),
                          QuantType::of(op.getInput().getType())),
      0};
  ZeroPoints weightZp = {
      operands.zeroPoints(op.getWeightZp(),
                          QuantType::of(op.getWeight().getType())),
      0};
  auto out = linear(call, s, {s.oc * filter, s.kw * s.ic, s.ic, 1, filter}, in,
                    w, inputZp, weightZp, operands.get(op.getBias()),
                    {s.n, s.oh, s.ow, w.dim(0)});
  if (failed(out))
    return failure();
  call.result(std::move(*out));
  return success();
}

void registerLinear(Registry &registry) {
  registry.add<evalMatmul>();
  registry.add<evalConv2D>();
}

} // namespace qs::interp
