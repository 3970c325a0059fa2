//===- TosaReduce.cpp - TOSA reductions and pooling
//------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Sums run along the axis (or over the kernel's rows, then columns) in
// ascending order, floats in f32.
//
//===----------------------------------------------------------------------===//

#include "Families.h"
#include "Pooling.h"
#include "Scale.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"

#include <cmath>

using namespace mlir;

namespace qs::interp {

/// Calls fn(output index, input index of the first element, stride, count).
template <typename Fn>
static void forEachLine(const Tensor &in, int64_t axis, Fn fn) {
  int64_t inner = rowMajorStrides(in.shape())[axis], n = in.dim(axis);
  int64_t outer = in.size() == 0 ? 0 : in.size() / (inner * n);
  for (int64_t o = 0; o < outer; ++o)
    for (int64_t i = 0; i < inner; ++i)
      fn(o * inner + i, o * inner * n + i, inner, n);
}

/// Folds each line with `combine`, starting from `init`; T is the arithmetic.
template <typename T, typename Fn>
static LogicalResult reduce(Call &call, int64_t axis, T init, Fn combine,
                            bool checked = false) {
  const Tensor &in = call.tensor(0);
  SmallVector<int64_t, 4> shape(in.shape());
  shape[axis] = 1;
  ElementType type = call.resultElement();
  Tensor out(type, shape);
  std::vector<T> values = in.to<T>(), sums(out.size(), init);
  forEachLine(in, axis, [&](int64_t o, int64_t at, int64_t stride, int64_t n) {
    for (int64_t i = 0; i < n; ++i)
      sums[o] = combine(sums[o], values[at + i * stride]);
  });
  for (int64_t i = 0; i < out.size(); ++i) {
    if constexpr (std::is_integral_v<T>) {
      if (checked && (sums[i] < type.minInt() || sums[i] > type.maxInt()))
        return call.error() << "accumulator overflow: " << sums[i]
                            << " does not fit " << type.str();
      out.setInt(i, sums[i]);
    } else {
      out.setFloat(i, sums[i]);
    }
  }
  call.result(std::move(out));
  return success();
}

static bool isFloat(Call &call) { return call.tensor(0).isFloat(); }
static bool isF64(Call &call) {
  return call.tensor(0).elementType().storage == Storage::F64;
}

static LogicalResult evalReduceSum(tosa::ReduceSumOp op, Call &call) {
  auto add = [](auto a, auto b) { return a + b; };
  if (isF64(call))
    return reduce<double>(call, op.getAxis(), 0, add);
  if (isFloat(call))
    return reduce<float>(call, op.getAxis(), 0, add);
  return reduce<int64_t>(call, op.getAxis(), 0, add, true);
}

static LogicalResult evalReduceProduct(tosa::ReduceProductOp op, Call &call) {
  auto mul = [](auto a, auto b) { return a * b; };
  if (isF64(call))
    return reduce<double>(call, op.getAxis(), 1, mul);
  if (isFloat(call))
    return reduce<float>(call, op.getAxis(), 1, mul);
  return call.error() << "expected float elements";
}

/// Maximum (or minimum) along the axis. NaN propagates, or is passed over; a
/// line of nothing but NaN then gives the identity.
template <typename OpT>
static LogicalResult reduceExtreme(OpT op, Call &call, bool larger) {
  if (!isFloat(call)) {
    ElementType type = call.resultElement();
    return reduce<int64_t>(
        call, op.getAxis(), larger ? type.minInt() : type.maxInt(),
        [larger](int64_t a, int64_t b) { return larger == (b > a) ? b : a; });
  }
  bool ignore = op.getNanMode() == tosa::NanPropagationMode::IGNORE;
  double infinity = std::numeric_limits<double>::infinity();
  return reduce<double>(call, op.getAxis(), larger ? -infinity : infinity,
                        [=](double a, double b) {
                          if (std::isnan(b))
                            return ignore ? a : b;
                          if (std::isnan(a))
                            return a;
                          return (larger ? b > a : b < a) ? b : a;
                        });
}

static LogicalResult evalReduceMax(tosa::ReduceMaxOp op, Call &call) {
  return reduceExtreme(op, call, true);
}
static LogicalResult evalReduceMin(tosa::ReduceMinOp op, Call &call) {
  return reduceExtreme(op, call, false);
}
static LogicalResult evalReduceAll(tosa::ReduceAllOp op, Call &call) {
  return reduce<int64_t>(call, op.getAxis(), 1,
                         [](int64_t a, int64_t b) { return a & b; });
}
static LogicalResult evalReduceAny(tosa::ReduceAnyOp op, Call &call) {
  return reduce<int64_t>(call, op.getAxis(), 0,
                         [](int64_t a, int64_t b) { return a | b; });
}

/// The first index of the largest value; with propagation NaN is the largest.
static LogicalResult evalArgMax(tosa::ArgMaxOp op, Call &call) {
  const Tensor &in = call.tensor(0);
  int64_t axis = op.getAxis();
  if (in.dim(axis) == 0)
    return call.error() << "the axis has no elements";
  bool ignore = op.getNanMode() == tosa::NanPropagationMode::IGNORE;
  SmallVector<int64_t, 4> shape(in.shape());
  shape.erase(shape.begin() + axis);
  Tensor out(call.resultElement(), shape);
  forEachLine(in, axis, [&](int64_t o, int64_t at, int64_t stride, int64_t n) {
    int64_t best = -1;
    for (int64_t i = 0; i < n; ++i) {
      double value = in.getFloat(at + i * stride);
      if (std::isnan(value)) {
        if (ignore)
          continue;
        best = i;
        break;
      }
      if (best < 0 || value > in.getFloat(at + best * stride))
        best = i;
    }
    out.setInt(o, std::max<int64_t>(best, 0));
  });
  call.result(std::move(out));
  return success();
}

static LogicalResult evalMaxPool(tosa::MaxPool2dOp op, Call &call) {
  bool ignore = op.getNanMode() == tosa::NanPropagationMode::IGNORE;
  call.result(maxPool(call.tensor(0), windowOf(op), ignore));
  return success();
}

/// Sum over the positions inside the input, divided by their number: in f32,
/// or by TOSA's reciprocal with one rounding.
static LogicalResult evalAvgPool(tosa::AvgPool2dOp op, Call &call) {
  const Tensor &in = call.tensor(0);
  Window window = windowOf(op);
  ElementType type = call.resultElement();
  Tensor out(type, window.outputShape(in.shape()));
  if (in.isFloat()) {
    std::vector<float> x = in.to<float>();
    forEachWindow<float>(x.data(), in.shape(), window,
                         [&](int64_t o, const WindowPoints<float> &points) {
                           float sum = 0;
                           for (float v : points)
                             sum += v;
                           out.setFloat(o, sum / float(points.size()));
                         });
    call.result(std::move(out));
    return success();
  }
  int64_t zpIn = call.tensor(1).getInt(0), zpOut = call.tensor(2).getInt(0);
  std::vector<int64_t> x = in.to<int64_t>();
  forEachWindow<int64_t>(
      x.data(), in.shape(), window,
      [&](int64_t o, const WindowPoints<int64_t> &points) {
        int64_t sum = 0, count = points.size();
        for (int64_t v : points)
          sum += v - zpIn;
        // Only an input without rows or columns leaves a window empty.
        int64_t q = (count ? tosaDivide(sum, count) : 0) + zpOut;
        out.setInt(o, std::min(std::max(q, type.minInt()), type.maxInt()));
      });
  call.result(std::move(out));
  return success();
}

void registerTosaReduce(Registry &registry) {
  registry.add<evalReduceSum>();
  registry.add<evalReduceProduct>();
  registry.add<evalReduceMax>();
  registry.add<evalReduceMin>();
  registry.add<evalReduceAll>();
  registry.add<evalReduceAny>();
  registry.add<evalArgMax>();
  registry.add<evalMaxPool>();
  registry.add<evalAvgPool>();
}

} // namespace qs::interp
