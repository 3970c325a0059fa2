//===- ConvOps.cpp - Conv, BatchNormalization -----------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ConvOps.h"
#include <cmath>

using namespace mlir;
using namespace qs::importer;

FailureOr<ConvShape> qs::importer::readConv(Node &node, const Tensor &x,
                                            const Tensor &w) {
  ConvShape c;
  if (x.rank() < 3 || w.rank() != x.rank())
    return node.error() << "expected an input and weights of rank 3 or 4, "
                           "found "
                        << shapeText(x.shape) << " and " << shapeText(w.shape);
  Shape kernel(w.shape.begin() + 2, w.shape.end());
  if (node.has("kernel_shape")) {
    llvm::SmallVector<int64_t> given = node.getInts("kernel_shape");
    if (llvm::ArrayRef<int64_t>(given) != llvm::ArrayRef<int64_t>(kernel))
      return node.error() << "expected kernel_shape " << shapeText(kernel)
                          << " as the weights have, found " << shapeText(given);
  }
  FailureOr<Window> window = readWindow(node, x, kernel);
  if (failed(window))
    return failure();
  c.window = *window;
  c.groups = node.getInt("group", 1);
  c.outputs = w.shape[0];
  if (c.groups < 1 || x.shape[1] % c.groups || c.outputs % c.groups)
    return node.error() << "expected a number of groups that divides "
                        << x.shape[1] << " input and " << c.outputs
                        << " output channels, found " << c.groups;
  if (w.shape[1] != x.shape[1] / c.groups)
    return node.error() << "expected weights of " << x.shape[1] / c.groups
                        << " input channels for each group, found "
                        << shapeText(w.shape);
  return c;
}

Relayout ConvShape::ohwi() const {
  int64_t kh = window.dims[0].kernel, kw = window.dims[1].kernel;
  int64_t inputs = window.channels / groups;
  return {{outputs, inputs, kh, kw}, {0, 2, 3, 1}, {outputs, kh, kw, inputs}};
}

Relayout ConvShape::depthwise() const {
  int64_t kh = window.dims[0].kernel, kw = window.dims[1].kernel;
  int64_t multiplier = outputs / groups;
  return {
      {groups, multiplier, kh, kw}, {2, 3, 0, 1}, {kh, kw, groups, multiplier}};
}

static LogicalResult importConv(Node &node) {
  if (failed(node.arity(2, 3)))
    return failure();
  TensorRef x = node.in(0), w = node.in(1), bias = node.in(2);
  if (!isFloatType(x->type) || x->type == kDouble || w->type != x->type ||
      (bias && bias->type != x->type))
    return node.error() << "expected input, weights and bias of one float "
                           "type, found "
                        << dataTypeName(x->type) << " and "
                        << dataTypeName(w->type);
  FailureOr<ConvShape> c = readConv(node, *x, *w);
  if (failed(c))
    return failure();
  if (bias && (bias->rank() != 1 || bias->shape[0] != c->outputs))
    return node.error() << "expected a bias of shape [" << c->outputs
                        << "], found " << shapeText(bias->shape);

  bool depthwise = c->groups > 1 && c->groups == c->window.channels;
  Value input = windowInput(node, x, c->window);
  Value weight =
      node.importer.get(w, depthwise ? c->depthwise() : c->ohwi(), node.loc);
  Value biasValue =
      bias ? node.get(bias)
           : node.importer.splat(x->type, {c->outputs}, 0, node.loc);
  Type element = typeOf(input).getElementType();
  Shape shape = c->window.outputNHWC(c->outputs);
  auto pad = c->window.padAttr(node.b), stride = c->window.strideAttr(node.b),
       dilation = c->window.dilationAttr(node.b);
  Value value;
  if (c->groups > 1 && !depthwise) {
    if (failed(emitGroupedConv(node, *c, input, weight, biasValue, value)))
      return failure();
  } else {
    Value zero = node.importer.splat(x->type, {1}, 0, node.loc);
    auto acc = TypeAttr::get(node.b.getF32Type());
    value = depthwise ? node.make<tosa::DepthwiseConv2DOp>(
                            shape, element, input, weight, biasValue, zero,
                            zero, pad, stride, dilation, acc)
                      : node.make<tosa::Conv2DOp>(shape, element, input, weight,
                                                  biasValue, zero, zero, pad,
                                                  stride, dilation, acc);
  }
  windowResult(node, x->type, c->window, c->outputs, value);
  return success();
}

/// Parameters computed at run time: ((x - mean) * rsqrt(var + eps)) * scale +
/// b.
static LogicalResult emitBatchNorm(Node &node, const TensorRef &x,
                                   double epsilon) {
  Importer &importer = node.importer;
  Shape ones(x->rank() - 1, 1);
  ones[0] = x->shape[1];
  llvm::SmallVector<TensorRef> operands = {x};
  for (unsigned i = 1; i < 5; ++i) {
    auto param = std::make_shared<Tensor>();
    param->type = x->type;
    param->shape = ones;
    param->forms[0] = importer.reshape(node.get(node.in(i)), ones, node.loc);
    operands.push_back(param);
  }
  FailureOr<Operands> o = alignOperands(node, operands);
  if (failed(o))
    return failure();
  llvm::ArrayRef<Value> v = o->values;
  Type element = typeOf(v[0]).getElementType(), param = v[4].getType();
  Shape unit(x->rank(), 1);
  Value epsilonValue = importer.splat(x->type, unit, epsilon, node.loc);
  Value variance =
      tosa::AddOp::create(node.b, node.loc, param, v[4], epsilonValue);
  Value inverse = tosa::RsqrtOp::create(node.b, node.loc, param, variance);
  Value centred = node.make<tosa::SubOp>(o->physical, element, v[0], v[3]);
  Value scaled = emitMul(node, emitMul(node, centred, inverse), v[1]);
  node.result(0, x->type, o->shape,
              node.make<tosa::AddOp>(o->physical, element, scaled, v[2]),
              o->layout);
  return success();
}

/// x * a + b with a = scale / sqrt(var + epsilon), b = bias - mean * a; both
/// are constants, so that folding into a convolution finds one multiply and one
/// add.
static LogicalResult foldBatchNorm(Node &node, const TensorRef &x,
                                   double epsilon) {
  int64_t channels = x->shape[1];
  Shape shape(x->rank() - 1, 1);
  shape[0] = channels;
  HostTensor scale = HostTensor::zeros(x->type, shape);
  HostTensor shift = HostTensor::zeros(x->type, shape);
  for (int64_t i = 0; i < channels; ++i) {
    double variance = node.in(4)->host->floatAt(i) + epsilon;
    if (!(variance > 0))
      return node.error() << "expected variance + epsilon above 0, found "
                          << variance << " for channel " << i;
    double a = node.in(1)->host->floatAt(i) / std::sqrt(variance);
    scale.setFloat(i, a);
    shift.setFloat(i, node.in(2)->host->floatAt(i) -
                          node.in(3)->host->floatAt(i) * a);
  }
  FailureOr<Operands> o = alignOperands(
      node, {x, node.importer.constant(scale), node.importer.constant(shift)});
  if (failed(o))
    return failure();
  Value scaled = emitMul(node, o->values[0], o->values[1]);
  node.result(0, x->type, o->shape,
              node.make<tosa::AddOp>(o->physical,
                                     typeOf(scaled).getElementType(), scaled,
                                     o->values[2]),
              o->layout);
  return success();
}

static LogicalResult importBatchNorm(Node &node) {
  double epsilon = node.getFloat("epsilon", 1e-5);
  node.ignore("momentum");
  if (node.getInt("training_mode", 0) != 0)
    return node.error() << "expected training_mode 0, found training";
  if (node.getInt("spatial", 1) != 1)
    return node.error() << "expected spatial 1, found 0";
  if (failed(node.arity(5, 5)))
    return failure();
  TensorRef x = node.in(0);
  if (x->rank() < 2 || !isFloatType(x->type) || x->type == kDouble)
    return node.error() << "expected a float input of rank 2 or more, found "
                        << shapeText(x->shape) << " of "
                        << dataTypeName(x->type);
  bool constant = true;
  for (unsigned i = 1; i < 5; ++i) {
    const Tensor &p = *node.in(i);
    constant &= p.isConstant();
    if (p.shape != Shape{x->shape[1]} || p.type != x->type)
      return node.error() << "expected parameters of shape [" << x->shape[1]
                          << "] and " << dataTypeName(x->type) << ", found "
                          << shapeText(p.shape) << " of "
                          << dataTypeName(p.type);
  }
  return constant ? foldBatchNorm(node, x, epsilon)
                  : emitBatchNorm(node, x, epsilon);
}

void qs::importer::addConvOps(HandlerTable &table) {
  table["Conv"] = importConv;
  table["BatchNormalization"] = importBatchNorm;
}
