//===- PoolOps.cpp - MaxPool, AveragePool, global pooling -----------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PoolOps.h"
#include "Window.h"

using namespace mlir;
using namespace qs::importer;

static LogicalResult checkFloatImage(Node &node, const Tensor &x) {
  if (!isFloatType(x.type) || x.type == kDouble || x.rank() < 3)
    return node.error() << "expected a float input of rank 3 or more, found "
                        << shapeText(x.shape) << " of " << dataTypeName(x.type);
  return success();
}

static FailureOr<Window> readPool(Node &node, const Tensor &x) {
  if (node.getInt("storage_order", 0) != 0)
    return node.error() << "expected storage_order 0, found 1";
  if (!node.has("kernel_shape"))
    return node.error() << "expected attribute 'kernel_shape', found none";
  return readWindow(node, x, node.getInts("kernel_shape"));
}

/// TOSA pools have no dilation, and its padding is smaller than the kernel.
static LogicalResult checkPool(Node &node, const Window &window) {
  for (const WindowDim &d : window.dims) {
    if (d.dilation != 1)
      return node.error() << "expected dilations of 1, found " << d.dilation;
    if (d.before >= d.kernel || d.fittedAfter >= d.kernel)
      if (d.before || d.fittedAfter)
        return node.error()
               << "expected padding smaller than the kernel (" << d.kernel
               << "), found " << d.before << " and " << d.fittedAfter;
  }
  return success();
}

static LogicalResult importMaxPool(Node &node) {
  if (failed(node.arity(1, 1)))
    return failure();
  TensorRef x = node.in(0);
  bool codes = isCodeType(x->type);
  if (!codes && failed(checkFloatImage(node, *x)))
    return failure();
  FailureOr<Window> window = readPool(node, *x);
  if (failed(window) || failed(checkPool(node, *window)))
    return failure();
  Value input = windowInput(node, x, *window);
  Shape shape = window->outputNHWC(window->channels);
  auto kernel = window->kernelAttr(node.b), stride = window->strideAttr(node.b),
       pad = window->padAttr(node.b);
  if (codes) {
    Value value =
        emitCodeMaxPool(node, x->type, input, shape, kernel, stride, pad);
    windowResult(node, x->type, *window, window->channels, value);
    return success();
  }
  Value value = node.make<tosa::MaxPool2dOp>(
      shape, typeOf(input).getElementType(), input, kernel, stride, pad);
  windowResult(node, x->type, *window, window->channels, value);
  return success();
}

/// The average over windows; padding does not count.
static Value emitAverage(Node &node, int32_t type, const Window &window,
                         Value input) {
  Value zero = node.importer.splat(type, {1}, 0, node.loc);
  return node.make<tosa::AvgPool2dOp>(
      window.outputNHWC(window.channels), typeOf(input).getElementType(), input,
      zero, zero, window.kernelAttr(node.b), window.strideAttr(node.b),
      window.padAttr(node.b), TypeAttr::get(node.b.getF32Type()));
}

/// Makes the padding of the model part of the input, where it counts in the
/// average; what ceil_mode adds stays padding.
static Value padWithZeros(Node &node, int32_t type, Window &window,
                          Value input) {
  Shape padding(8, 0), shape(typeOf(input).getShape());
  for (int i = 0; i < 2; ++i) {
    WindowDim &d = window.dims[i];
    int64_t after = std::min(d.after, d.fittedAfter);
    padding[2 + 2 * i] = d.before;
    padding[3 + 2 * i] = after;
    shape[1 + i] += d.before + after;
    d.before = 0;
    d.fittedAfter -= after;
  }
  if (shape == Shape(typeOf(input).getShape()))
    return input;
  Value padShape = node.importer.constShape(padding, node.loc);
  Value zero = node.importer.splat(type, {1}, 0, node.loc);
  return node.make<tosa::PadOp>(shape, typeOf(input).getElementType(), input,
                                padShape, zero);
}

static LogicalResult importAveragePool(Node &node) {
  if (failed(node.arity(1, 1)))
    return failure();
  TensorRef x = node.in(0);
  if (failed(checkFloatImage(node, *x)))
    return failure();
  bool countPadding = node.getInt("count_include_pad", 0) != 0;
  FailureOr<Window> window = readPool(node, *x);
  if (failed(window))
    return failure();
  Value input = windowInput(node, x, *window);
  if (countPadding)
    input = padWithZeros(node, x->type, *window, input);
  if (failed(checkPool(node, *window)))
    return failure();
  windowResult(node, x->type, *window, window->channels,
               emitAverage(node, x->type, *window, input));
  return success();
}

Window qs::importer::wholeImage(const Tensor &x) {
  Window window;
  window.batch = x.shape[0];
  window.channels = x.shape[1];
  window.spatial = x.rank() - 2;
  for (int64_t i = 0; i < window.spatial; ++i) {
    WindowDim &d = window.dims[2 - window.spatial + i];
    d.input = d.kernel = x.shape[2 + i];
  }
  return window;
}

TensorRef qs::importer::emitGlobalAverage(Node &node, const TensorRef &x) {
  Window window = wholeImage(*x);
  return windowResult(
      node, x->type, window, window.channels,
      emitAverage(node, x->type, window, windowInput(node, x, window)));
}

static LogicalResult importGlobalPool(Node &node) {
  if (failed(node.arity(1, 1)))
    return failure();
  TensorRef x = node.in(0);
  if (failed(checkFloatImage(node, *x)))
    return failure();
  if (x->rank() > 4)
    return node.error() << "expected an input of rank 3 or 4, found "
                        << shapeText(x->shape);
  if (node.op() == "GlobalAveragePool") {
    emitGlobalAverage(node, x);
    return success();
  }
  Window window = wholeImage(*x);
  Value input = windowInput(node, x, window);
  Value value = node.make<tosa::MaxPool2dOp>(
      window.outputNHWC(window.channels), typeOf(input).getElementType(), input,
      window.kernelAttr(node.b), window.strideAttr(node.b),
      window.padAttr(node.b));
  windowResult(node, x->type, window, window.channels, value);
  return success();
}

void qs::importer::addPoolOps(HandlerTable &table) {
  table["MaxPool"] = importMaxPool;
  table["AveragePool"] = importAveragePool;
  table["GlobalAveragePool"] = importGlobalPool;
  table["GlobalMaxPool"] = importGlobalPool;
}
