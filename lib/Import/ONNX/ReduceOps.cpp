//===- ReduceOps.cpp - ReduceMean, ReduceSum, ReduceMax, Softmax ----------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PoolOps.h"

using namespace mlir;
using namespace qs::importer;

template <typename Op>
static Value reduceAxis(Node &node, Value x, int64_t axis) {
  Shape shape(typeOf(x).getShape());
  shape[axis] = 1;
  return node.make<Op>(shape, typeOf(x).getElementType(), x,
                       node.b.getI32IntegerAttr(static_cast<int32_t>(axis)));
}

static LogicalResult checkFloat(Node &node, const Tensor &x) {
  if (isFloatType(x.type) && x.type != kDouble)
    return success();
  return node.error() << "expected float, float16 or bfloat16, found "
                      << dataTypeName(x.type);
}

/// Exactly the pixels of an image: a pooling, which quantizes as one.
static bool isImageMean(Node &node, const Tensor &x,
                        llvm::ArrayRef<int64_t> axes) {
  if (node.op() != "ReduceMean" || x.home != Layout::ChannelsLast ||
      (x.rank() != 3 && x.rank() != 4) ||
      static_cast<int64_t>(axes.size()) != x.rank() - 2)
    return false;
  return !llvm::is_contained(axes, 0) && !llvm::is_contained(axes, 1);
}

static LogicalResult importReduce(Node &node) {
  if (failed(node.arity(1, 2)))
    return failure();
  TensorRef x = node.in(0);
  if (failed(checkFloat(node, *x)))
    return failure();
  bool keep = node.getInt("keepdims", 1) != 0;
  bool noop = node.getInt("noop_with_empty_axes", 0) != 0;
  auto given = node.axes(1, x->rank());
  if (failed(given))
    return failure();
  llvm::SmallVector<int64_t> axes =
      given->value_or(llvm::SmallVector<int64_t>());
  if (axes.empty() && noop) {
    node.result(0, x);
    return success();
  }
  if (axes.empty())
    axes = llvm::to_vector(llvm::seq<int64_t>(0, x->rank()));

  Shape kept = x->shape, dropped;
  int64_t count = 1;
  for (int64_t i = 0; i < x->rank(); ++i) {
    if (llvm::is_contained(axes, i)) {
      count *= x->shape[i];
      kept[i] = 1;
    } else {
      dropped.push_back(x->shape[i]);
    }
  }
  TensorRef reduced;
  if (isImageMean(node, *x, axes)) {
    reduced = emitGlobalAverage(node, x);
  } else {
    Layout layout = x->home == Layout::ChannelsLast ? x->home : Layout::Natural;
    Value value = node.get(x, layout);
    for (int64_t axis : axes) {
      int64_t at = physicalAxis(axis, x->rank(), layout);
      if (node.op() == "ReduceMax")
        value = reduceAxis<tosa::ReduceMaxOp>(node, value, at);
      else if (node.op() == "ReduceMin")
        value = reduceAxis<tosa::ReduceMinOp>(node, value, at);
      else
        value = reduceAxis<tosa::ReduceSumOp>(node, value, at);
    }
    if (node.op() == "ReduceMean") {
      Shape ones(x->rank(), 1);
      value = emitMul(node, value,
                      node.importer.splat(x->type, ones,
                                          1.0 / static_cast<double>(count),
                                          node.loc));
    }
    reduced = node.result(0, x->type, kept, value, layout);
  }
  if (!keep) {
    // Dimensions of size 1 vanish: a reshape of the natural order.
    Value value = node.importer.reshape(node.get(reduced), dropped, node.loc);
    node.result(0, x->type, dropped, value);
  }
  return success();
}

/// exp(x - max) / sum, along one axis; before opset 13 along all axes from
/// `axis` on, as one.
static LogicalResult importSoftmax(Node &node) {
  if (failed(node.arity(1, 1)))
    return failure();
  TensorRef x = node.in(0);
  if (failed(checkFloat(node, *x)))
    return failure();
  auto axis =
      node.axisOf(node.getInt("axis", node.opset < 13 ? 1 : -1), x->rank());
  if (failed(axis))
    return failure();
  Layout layout = x->home == Layout::ChannelsLast ? x->home : Layout::Natural;
  bool flatten = node.opset < 13 && *axis + 1 < x->rank();
  if (flatten)
    layout = Layout::Natural;
  Value value = node.get(x, layout);
  int64_t at = physicalAxis(*axis, x->rank(), layout);
  Shape original(typeOf(value).getShape());
  if (flatten) {
    Shape flat = {1, 1};
    for (int64_t i = 0; i < x->rank(); ++i)
      flat[i < *axis ? 0 : 1] *= x->shape[i];
    value = node.importer.reshape(value, flat, node.loc);
    at = 1;
  }
  Type type = value.getType(), element = typeOf(value).getElementType();
  llvm::ArrayRef<int64_t> shape = typeOf(value).getShape();
  Value max = reduceAxis<tosa::ReduceMaxOp>(node, value, at);
  Value shifted = node.make<tosa::SubOp>(shape, element, value, max);
  Value power = tosa::ExpOp::create(node.b, node.loc, type, shifted);
  Value sum = reduceAxis<tosa::ReduceSumOp>(node, power, at);
  Value inverse =
      tosa::ReciprocalOp::create(node.b, node.loc, sum.getType(), sum);
  Value result = emitMul(node, power, inverse);
  node.result(0, x->type, x->shape,
              node.importer.reshape(result, original, node.loc), layout);
  return success();
}

void qs::importer::addReduceOps(HandlerTable &table) {
  table["ReduceMean"] = importReduce;
  table["ReduceSum"] = importReduce;
  table["ReduceMax"] = importReduce;
  table["ReduceMin"] = importReduce;
  table["Softmax"] = importSoftmax;
}
