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
#include "qs/Dialect/QS/IR/LinearForms.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace qs::interp {

namespace {
/// The zero points of an operand and the axis along which they may differ.
struct ZeroPoints {
  std::optional<Tensor> values;
  int64_t axis;
};

/// What the two linear ops have in common.
struct LinearOperands {
  Tensor input, weights;
  ZeroPoints inputZp, weightZp;
  const Tensor *bias;
  WeightStrides strides;
  /// Set where the weights have scales of groups.
  std::optional<GroupScales> groups;
  /// Null where levels are summed, or f32 in whatever order.
  AccumulatorAttr accumulator;
  /// Output elements of the batches before this one.
  int64_t firstElement = 0;
};
} // namespace

static std::vector<int64_t> differences(const Tensor &levels,
                                        const ZeroPoints &zero) {
  return centered(levels, zero.values ? &*zero.values : nullptr, zero.axis);
}

static FailureOr<Tensor> linear(Call &call, const ConvShape &s,
                                const LinearOperands &op,
                                ArrayRef<int64_t> shape) {
  if (op.accumulator)
    return convolveAccumulated(
        s, op.input, op.weights, op.strides, op.groups ? &*op.groups : nullptr,
        op.bias, op.accumulator.getAccumulation(), shape, op.firstElement);
  if (op.input.isFloat())
    return convolveFloat(s, op.input, op.weights, op.strides, op.bias,
                         call.resultElement(), shape);
  std::vector<int64_t> x = differences(op.input, op.inputZp);
  std::vector<int64_t> w = differences(op.weights, op.weightZp);
  if (op.groups)
    return convolveGroups(call, s, x, w, op.strides, *op.groups, op.bias, shape);
  return convolveInteger(call, s, x, w, op.strides,
                         op.bias ? op.bias->to<int64_t>()
                                 : std::vector<int64_t>(),
                         call.resultElement(), shape);
}

/// The operand as levels where it is quantized, or as the numbers that those
/// stand for where `numbers` says so.
static Tensor operandValues(mlir::Value operand, const Tensor &words,
                            bool numbers, const ZeroPoints &zero,
                            const Tensor *codebook = nullptr) {
  QuantType type = QuantType::of(operand.getType());
  if (!type)
    return words;
  if (!numbers)
    return levelsOf(type, words, codebook);
  return numbersOf(type, words, codebook, zero.values ? &*zero.values : nullptr,
                   zero.axis);
}

/// An integer accumulator of `bits` is what the result's elements are checked
/// against.
static LogicalResult checkWidth(Call &call, AccumulatorAttr accumulator,
                                const Tensor &sums) {
  if (!accumulator || !accumulator.isInteger() || sums.isFloat())
    return success();
  unsigned bits = accumulator.getWidth();
  for (int64_t i = 0; i < sums.size(); ++i)
    if (!llvm::isIntN(bits, sums.getInt(i)))
      return call.error() << "accumulator overflow: the sum " << sums.getInt(i)
                          << " of output element " << i << " does not fit i"
                          << bits;
  return success();
}

/// `strides` are those of the scales.
static std::optional<GroupScales> groupScales(mlir::Operation *op,
                                              mlir::Value weight,
                                              const Tensor *scales,
                                              WeightStrides strides) {
  if (!scales)
    return {};
  auto group = cast<GroupScaleAttr>(QuantType::of(weight.getType()).getScale());
  return GroupScales{group.getGroup(), scales->to<float>(), strides,
                     hasWideSums(op)};
}

/// A matrix product is a 1x1 convolution over M pixels; leading dimensions that
/// the right operand lacks join M.
static LogicalResult evalMatmul(MatmulOp op, Call &call) {
  Operands operands(call);
  const Tensor *scales = operands.get(op.getRhsScale());
  AccumulatorAttr accumulator = getFloatAccumulator(op);
  bool transposed = op.getTransposeRhs();
  ZeroPoints lhsZp = {
      operands.zeroPoints(op.getLhsZp(), QuantType::of(op.getLhs().getType())),
      call.tensor(0).rank() - 2};
  ZeroPoints rhsZp = {
      operands.zeroPoints(op.getRhsZp(), QuantType::of(op.getRhs().getType())),
      call.tensor(1).rank() - (transposed ? 2 : 1)};
  Tensor lhs = operandValues(op.getLhs(), call.tensor(0), !!accumulator, lhsZp);
  Tensor rhs = operandValues(op.getRhs(), call.tensor(1), !!accumulator, rhsZp,
                             operands.get(op.getRhsCodebook()));
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
  // Scales have the weights' shape, with groups in place of K.
  std::optional<GroupScales> groups =
      groupScales(op, op.getRhs(), scales,
                  {0, 0, 0, transposed ? 1 : n,
                   transposed && scales ? scales->shape().back() : 1});
  Tensor a = lhs.reshaped({batches, m, k});
  Tensor b = rhs.reshaped({batches, transposed ? n : k, transposed ? k : n});
  lhsZp.axis = 1;
  rhsZp.axis = transposed ? 1 : 2;
  SmallVector<Tensor> parts;
  for (int64_t i = 0; i < batches; ++i) {
    LinearOperands all{
        readBox(a, {i, 0, 0}, {1, m, k}, {1, 1, 1}),
        readBox(b, {i, 0, 0}, {1, b.dim(1), b.dim(2)}, {1, 1, 1}),
        lhsZp,
        rhsZp,
        operands.get(op.getBias()),
        strides,
        groups,
        accumulator,
        i * m * n};
    auto out = linear(call, s, all, {1, m, n});
    if (failed(out))
      return failure();
    parts.push_back(std::move(*out));
  }
  Tensor all = parts.empty() ? Tensor(call.resultElement(), {0, m, n})
                             : concatenated(parts, 0);
  if (failed(checkWidth(call, op.getAccumulatorAttr(), all)))
    return failure();
  call.result(all.reshaped(resultShape));
  return success();
}

static LogicalResult evalConv2D(Conv2DOp op, Call &call) {
  Operands operands(call);
  const Tensor *scales = operands.get(op.getWeightScale());
  AccumulatorAttr accumulator = getFloatAccumulator(op);
  ZeroPoints inputZp = {
      operands.zeroPoints(op.getInputZp(),
                          QuantType::of(op.getInput().getType())),
      0};
  ZeroPoints weightZp = {
      operands.zeroPoints(op.getWeightZp(),
                          QuantType::of(op.getWeight().getType())),
      0};
  Tensor in =
      operandValues(op.getInput(), call.tensor(0), !!accumulator, inputZp);
  Tensor w = operandValues(op.getWeight(), call.tensor(1), !!accumulator,
                           weightZp, operands.get(op.getWeightCodebook()));
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
  auto stridesFor = [&](int64_t channels) {
    int64_t filter = s.kh * s.kw * channels;
    return WeightStrides{s.oc * filter, s.kw * channels, channels, 1, filter};
  };
  LinearOperands all{in,
                     w,
                     inputZp,
                     weightZp,
                     operands.get(op.getBias()),
                     stridesFor(s.ic),
                     groupScales(op, op.getWeight(), scales,
                                 stridesFor(scales ? scales->dim(3) : 0)),
                     accumulator};
  auto out = linear(call, s, all, {s.n, s.oh, s.ow, w.dim(0)});
  if (failed(out) || failed(checkWidth(call, op.getAccumulatorAttr(), *out)))
    return failure();
  call.result(std::move(*out));
  return success();
}

void registerLinear(Registry &registry) {
  registry.add<evalMatmul>();
  registry.add<evalConv2D>();
}

} // namespace qs::interp
