//===- QLinearOps.cpp - QLinearConv, QLinearMatMul, *Integer --------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Codes.h"
#include "ConvOps.h"
#include "MatMulOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include <cmath>

using namespace mlir;
using namespace qs;
using namespace qs::importer;

static LogicalResult checkCodes(Node &node, const Tensor &t,
                                llvm::StringRef what) {
  if (t.type == kInt8 || t.type == kUInt8)
    return success();
  return node.error() << "expected " << what << " of int8 or uint8, found "
                      << dataTypeName(t.type);
}

/// One scale, or `count` of them.
static LogicalResult checkScales(Node &node, const Tensor &scale, int64_t count,
                                 llvm::StringRef what) {
  int64_t size = elementCount(scale.shape).value_or(0);
  if (scale.type != kFloat || scale.rank() > 1 || (size != 1 && size != count))
    return node.error() << "expected a " << what
                        << " scale of float and shape [] or [" << count
                        << "], found " << dataTypeName(scale.type) << " and "
                        << shapeText(scale.shape);
  return checkScale(node, scale);
}

/// sa * sw / sy in f32, in this order, as onnxruntime computes it; folded
/// where all three are constant.
static FailureOr<Value> multiplier(Node &node, const TensorRef &a,
                                   const TensorRef &w, const TensorRef &y) {
  if (a->isConstant() && w->isConstant() && y->isConstant()) {
    llvm::SmallVector<float> values;
    for (float scale : w->host->floats()) {
      float product = static_cast<float>(a->host->floatAt(0)) * scale;
      values.push_back(product / static_cast<float>(y->host->floatAt(0)));
      if (!std::isfinite(values.back()))
        return node.error() << "expected scales with a finite quotient, found "
                            << values.back();
    }
    Shape shape = values.size() == 1 ? Shape() : w->shape;
    return node.importer.materialize(HostTensor::fromFloats(shape, values), "",
                                     node.loc);
  }
  Value sa = scaleValue(node.importer, a, node.loc);
  Value sw = scaleValue(node.importer, w, node.loc);
  Value sy = scaleValue(node.importer, y, node.loc);
  Shape shape(typeOf(sw).getShape());
  Shape ones(shape.size(), 1);
  Value product = emitMul(node, node.importer.reshape(sa, ones, node.loc), sw);
  Value divisor = node.importer.broadcast(
      node.importer.reshape(sy, ones, node.loc), shape, node.loc);
  return Value(arith::DivFOp::create(node.b, node.loc, product, divisor));
}

static Value requantize(Node &node, Value acc, Value factor,
                        const TensorRef &zero, int32_t type) {
  MLIRContext *context = node.b.getContext();
  Attribute scale = TensorScaleAttr::get(context, node.b.getF32Type());
  Value zeroIn = zeroPointValue(node.importer, zero, node.loc);
  return node.make<RequantizeOp>(
      typeOf(acc).getShape(), codeType(context, type, scale), acc, factor,
      Value(), zeroIn, RoundingMode::HalfEven, Overflow::Saturate);
}

//===----------------------------------------------------------------------===//
// Convolution
//===----------------------------------------------------------------------===//

/// Accumulators of a convolution, [N, OH, OW, O].
static Value emitConv(Node &node, const ConvShape &c, const TensorRef &x,
                      const TensorRef &w, const TensorRef &xZero,
                      const TensorRef &wZero, Value bias) {
  OpBuilder &b = node.b;
  const WindowDim &h = c.window.dims[0], &wd = c.window.dims[1];
  Value input;
  if (x->rank() == 4) {
    input = anyCodes(node, x, Layout::ChannelsLast);
  } else {
    Value storage = node.importer.reshape(
        node.get(x, Layout::ChannelsLast),
        {c.window.batch, h.input, wd.input, c.window.channels}, node.loc);
    input = toCodes(b, node.loc, storage, codeType(b.getContext(), x->type));
  }
  Value weight = toCodes(b, node.loc, node.importer.get(w, c.ohwi(), node.loc),
                         codeType(b.getContext(), w->type));
  Value inputZero = zeroPointValue(node.importer, xZero, node.loc);
  Value weightZero = zeroPointValue(node.importer, wZero, node.loc);
  // qs.conv2d rounds its size down as ONNX does: the pads stay.
  auto pad = b.getDenseI64ArrayAttr({h.before, h.after, wd.before, wd.after});
  return node.make<Conv2DOp>(c.window.outputNHWC(c.outputs), b.getI32Type(),
                             input, weight, inputZero, weightZero, bias, pad,
                             c.window.strideAttr(b), c.window.dilationAttr(b),
                             c.groups);
}

static LogicalResult importConvInteger(Node &node) {
  if (failed(node.arity(2, 4)))
    return failure();
  TensorRef x = node.in(0), w = node.in(1);
  if (failed(checkCodes(node, *x, "input")) ||
      failed(checkCodes(node, *w, "weights")))
    return failure();
  FailureOr<ConvShape> c = readConv(node, *x, *w);
  if (failed(c) ||
      failed(checkZeroPoint(node, node.in(2), x->type, 1, "input")) ||
      failed(checkZeroPoint(node, node.in(3), w->type, c->outputs, "weight")))
    return failure();
  windowResult(node, kInt32, c->window, c->outputs,
               emitConv(node, *c, x, w, node.in(2), node.in(3), Value()));
  return success();
}

static LogicalResult importQLinearConv(Node &node) {
  if (failed(node.arity(8, 9)))
    return failure();
  TensorRef x = node.in(0), w = node.in(3), yZero = node.in(7),
            bias = node.in(8);
  if (failed(checkCodes(node, *x, "input")) ||
      failed(checkCodes(node, *w, "weights")) ||
      failed(checkCodes(node, *yZero, "output zero point")))
    return failure();
  FailureOr<ConvShape> c = readConv(node, *x, *w);
  if (failed(c) || failed(checkScales(node, *node.in(1), 1, "input")) ||
      failed(checkScales(node, *node.in(4), c->outputs, "weight")) ||
      failed(checkScales(node, *node.in(6), 1, "output")) ||
      failed(checkZeroPoint(node, node.in(2), x->type, 1, "input")) ||
      failed(checkZeroPoint(node, node.in(5), w->type, c->outputs, "weight")) ||
      failed(checkZeroPoint(node, yZero, yZero->type, 1, "output")))
    return failure();
  if (bias && (bias->type != kInt32 || bias->shape != Shape{c->outputs}))
    return node.error() << "expected a bias of int32 and shape [" << c->outputs
                        << "], found " << dataTypeName(bias->type) << " and "
                        << shapeText(bias->shape);
  FailureOr<Value> factor =
      multiplier(node, node.in(1), node.in(4), node.in(6));
  if (failed(factor))
    return failure();
  Value acc = emitConv(node, *c, x, w, node.in(2), node.in(5),
                       bias ? node.get(bias) : Value());
  Value codes = requantize(node, acc, *factor, yZero, yZero->type);
  if (c->window.spatial == 2)
    codedResult(node, 0, yZero->type, c->window.outputShape(c->outputs), codes,
                Layout::ChannelsLast);
  else
    windowResult(node, yZero->type, c->window, c->outputs,
                 toStorage(node.b, node.loc, codes));
  return success();
}

//===----------------------------------------------------------------------===//
// Matrix product
//===----------------------------------------------------------------------===//

/// Accumulators of shape lead + [M, N].
static Value emitMatmul(Node &node, const MatMulShape &s, const TensorRef &a,
                        const TensorRef &b, const TensorRef &aZero,
                        const TensorRef &bZero) {
  MLIRContext *context = node.b.getContext();
  QuantType aType = codeType(context, a->type);
  QuantType bType = codeType(context, b->type);
  Value lhs, rhs;
  Shape shape;
  if (s.shared) {
    Layout layout = flatOperand(*a, *b);
    lhs =
        s.a == a->shape
            ? anyCodes(node, a, layout)
            : toCodes(node.b, node.loc,
                      node.importer.reshape(node.get(a), s.a, node.loc), aType);
    Relayout r = matrixRelayout(*a, layout, s.k, s.n, false);
    r.shape = {s.k, s.n};
    rhs = toCodes(node.b, node.loc, node.importer.get(b, r, node.loc), bType);
    shape = s.a;
    shape.back() = s.n;
  } else {
    lhs = toCodes(node.b, node.loc, batched(node, node.get(a), s.a, s), aType);
    rhs = toCodes(node.b, node.loc, batched(node, node.get(b), s.b, s), bType);
    shape = {s.batch, s.m, s.n};
  }
  Value lhsZero = zeroPointValue(node.importer, aZero, node.loc);
  Value rhsZero = zeroPointValue(node.importer, bZero, node.loc);
  return node.make<MatmulOp>(shape, node.b.getI32Type(), lhs, rhs, lhsZero,
                             rhsZero, Value(), /*transpose_rhs=*/false);
}

static LogicalResult importMatMulInteger(Node &node) {
  if (failed(node.arity(2, 4)))
    return failure();
  TensorRef a = node.in(0), b = node.in(1);
  if (failed(checkCodes(node, *a, "A")) || failed(checkCodes(node, *b, "B")))
    return failure();
  FailureOr<MatMulShape> s = readMatMul(node, *a, *b);
  if (failed(s))
    return failure();
  int64_t rows = a->rank() == 2 && b->rank() <= 2 ? s->m : 1;
  if (failed(checkZeroPoint(node, node.in(2), a->type, rows, "A")) ||
      failed(checkZeroPoint(node, node.in(3), b->type, s->n, "B")))
    return failure();
  Value acc = emitMatmul(node, *s, a, b, node.in(2), node.in(3));
  node.result(0, kInt32, s->result,
              node.importer.reshape(acc, s->result, node.loc));
  return success();
}

static LogicalResult importQLinearMatMul(Node &node) {
  if (failed(node.arity(8, 8)))
    return failure();
  TensorRef a = node.in(0), b = node.in(3), yZero = node.in(7);
  if (failed(checkCodes(node, *a, "a")) || failed(checkCodes(node, *b, "b")) ||
      failed(checkCodes(node, *yZero, "output zero point")))
    return failure();
  FailureOr<MatMulShape> s = readMatMul(node, *a, *b);
  if (failed(s) || failed(checkScales(node, *node.in(1), 1, "a")) ||
      failed(checkScales(node, *node.in(4), s->n, "b")) ||
      failed(checkScales(node, *node.in(6), 1, "output")) ||
      failed(checkZeroPoint(node, node.in(2), a->type, 1, "a")) ||
      failed(checkZeroPoint(node, node.in(5), b->type, s->n, "b")) ||
      failed(checkZeroPoint(node, yZero, yZero->type, 1, "output")))
    return failure();
  FailureOr<Value> factor =
      multiplier(node, node.in(1), node.in(4), node.in(6));
  if (failed(factor))
    return failure();
  Value acc = emitMatmul(node, *s, a, b, node.in(2), node.in(5));
  Value codes = requantize(node, acc, *factor, yZero, yZero->type);
  if (Shape(typeOf(codes).getShape()) == s->result)
    codedResult(node, 0, yZero->type, s->result, codes, Layout::Natural);
  else
    node.result(0, yZero->type, s->result,
                node.importer.reshape(toStorage(node.b, node.loc, codes),
                                      s->result, node.loc));
  return success();
}

void qs::importer::addQLinearOps(HandlerTable &table) {
  table["ConvInteger"] = importConvInteger;
  table["QLinearConv"] = importQLinearConv;
  table["MatMulInteger"] = importMatMulInteger;
  table["QLinearMatMul"] = importQLinearMatMul;
}
