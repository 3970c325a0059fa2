//===- MatMulOps.cpp - Gemm, MatMul ---------------------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MatMulOps.h"

using namespace mlir;
using namespace qs::importer;

static LogicalResult checkFloats(Node &node) {
  for (unsigned i = 0; i < node.numInputs(); ++i)
    if (node.in(i) &&
        (!isFloatType(node.in(i)->type) || node.in(i)->type == kDouble ||
         node.in(i)->type != node.in(0)->type))
      return node.error() << "expected operands of one float type, found "
                          << dataTypeName(node.in(0)->type) << " and "
                          << dataTypeName(node.in(i)->type);
  return success();
}

/// [B, M, K] times [B, K, N].
static Value emitMatmul(Node &node, int32_t type, Value a, Value b) {
  Value zero = node.importer.splat(type, {1}, 0, node.loc);
  return node.make<tosa::MatMulOp>(
      {typeOf(a).getDimSize(0), typeOf(a).getDimSize(1),
       typeOf(b).getDimSize(2)},
      typeOf(a).getElementType(), a, b, zero, zero);
}

FailureOr<MatMulShape> qs::importer::readMatMul(Node &node, const Tensor &a,
                                                const Tensor &b) {
  MatMulShape s;
  if (a.rank() < 1 || b.rank() < 1)
    return node.error() << "expected operands of rank 1 or more, found "
                        << shapeText(a.shape) << " and " << shapeText(b.shape);
  // A vector is a row on the left and a column on the right.
  s.a = a.shape;
  s.b = b.shape;
  if (a.rank() == 1)
    s.a.insert(s.a.begin(), 1);
  if (b.rank() == 1)
    s.b.push_back(1);
  s.m = s.a[s.a.size() - 2];
  s.k = s.a.back();
  s.n = s.b.back();
  std::optional<Shape> lead =
      broadcastShapes(llvm::ArrayRef<int64_t>(s.a).drop_back(2),
                      llvm::ArrayRef<int64_t>(s.b).drop_back(2));
  if (!lead || s.b[s.b.size() - 2] != s.k)
    return node.error() << "expected matrices that multiply, found "
                        << shapeText(a.shape) << " and " << shapeText(b.shape);
  s.lead = *lead;
  if (!elementCount(s.lead))
    return node.error() << "expected at most 2^40 elements, found "
                        << shapeText(s.lead);
  s.result = s.lead;
  if (a.rank() > 1)
    s.result.push_back(s.m);
  if (b.rank() > 1)
    s.result.push_back(s.n);
  // One matrix on the right for all rows on the left: one large product.
  s.shared = elementCount(llvm::ArrayRef<int64_t>(s.b).drop_back(2)) == 1 &&
             s.b.size() <= s.a.size();
  s.batch = elementCount(s.lead).value_or(1);
  return s;
}

/// Operand as [lead..., X, Y] and then [batch, X, Y].
Value qs::importer::batched(Node &node, Value value,
                            llvm::ArrayRef<int64_t> shape,
                            const MatMulShape &s) {
  int64_t x = shape[shape.size() - 2], y = shape.back();
  Shape full(s.lead.size() + 2 - shape.size(), 1);
  full.append(shape.begin(), shape.end());
  value = node.importer.reshape(value, full, node.loc);
  Shape target = s.lead;
  target.push_back(x);
  target.push_back(y);
  value = node.importer.broadcast(value, target, node.loc);
  return node.importer.reshape(value, {s.batch, x, y}, node.loc);
}

static LogicalResult importMatMul(Node &node) {
  if (failed(node.arity(2, 2)) || failed(checkFloats(node)))
    return failure();
  TensorRef a = node.in(0), b = node.in(1);
  FailureOr<MatMulShape> s = readMatMul(node, *a, *b);
  if (failed(s))
    return failure();
  Value lhs, rhs;
  if (s->shared) {
    int64_t rows = s->batch * s->m;
    Layout layout = flatOperand(*a, *b);
    lhs = node.importer.reshape(node.get(a, layout), {1, rows, s->k}, node.loc);
    rhs = node.importer.get(b, matrixRelayout(*a, layout, s->k, s->n, false),
                            node.loc);
  } else {
    lhs = batched(node, node.get(a), s->a, *s);
    rhs = batched(node, node.get(b), s->b, *s);
  }
  Value value = emitMatmul(node, a->type, lhs, rhs);
  node.result(0, a->type, s->result,
              node.importer.reshape(value, s->result, node.loc));
  return success();
}

Layout qs::importer::flatOperand(const Tensor &a, const Tensor &b) {
  bool known = b.isConstant() || b.quantized;
  return a.home == Layout::FlatChannels && a.rank() == 2 && known &&
                 b.rank() == 2
             ? Layout::FlatChannels
             : Layout::Natural;
}

Relayout qs::importer::matrixRelayout(const Tensor &a, Layout layout, int64_t k,
                                      int64_t n, bool transposed) {
  // [K, N] or [N, K] with K split as the channels of `a` are.
  Shape split;
  if (layout == Layout::FlatChannels)
    split = a.flatDims;
  else
    split = {k};
  int64_t parts = static_cast<int64_t>(split.size());
  Relayout r;
  int64_t first = transposed ? 1 : 0;
  if (transposed)
    r.split.push_back(n);
  r.split.append(split);
  if (!transposed)
    r.split.push_back(n);
  // Channels go behind the pixels.
  for (int64_t i = 1; i < parts; ++i)
    r.perm.push_back(first + i);
  r.perm.push_back(first);
  r.perm.push_back(transposed ? 0 : parts);
  r.shape = {1, k, n};
  return r;
}

static LogicalResult importGemm(Node &node) {
  double alpha = node.getFloat("alpha", 1), beta = node.getFloat("beta", 1);
  bool transA = node.getInt("transA", 0) != 0;
  bool transB = node.getInt("transB", 0) != 0;
  node.ignore("broadcast"); // opset 6 and older
  if (failed(node.arity(2, 3)) || failed(checkFloats(node)))
    return failure();
  auto a = node.required(0, "A", 2), b = node.required(1, "B", 2);
  if (failed(a) || failed(b))
    return failure();
  TensorRef c = node.in(2);
  int64_t m = (*a)->shape[transA ? 1 : 0], k = (*a)->shape[transA ? 0 : 1];
  int64_t n = (*b)->shape[transB ? 0 : 1];
  if ((*b)->shape[transB ? 1 : 0] != k)
    return node.error() << "expected matrices that multiply, found "
                        << shapeText((*a)->shape)
                        << (transA ? " transposed" : "") << " and "
                        << shapeText((*b)->shape)
                        << (transB ? " transposed" : "");
  Layout layout = transA ? Layout::Natural : flatOperand(**a, **b);
  Value lhs = node.get(*a, layout);
  if (transA)
    lhs = node.importer.transpose(lhs, {1, 0}, node.loc);
  lhs = node.importer.reshape(lhs, {1, m, k}, node.loc);
  Value rhs = node.importer.get(*b, matrixRelayout(**a, layout, k, n, transB),
                                node.loc);
  int32_t type = (*a)->type;
  Value value = emitMatmul(node, type, lhs, rhs);
  if (alpha != 1)
    value = emitMul(node, value,
                    node.importer.splat(type, {1, 1, 1}, alpha, node.loc));
  if (c && beta != 0) {
    std::optional<Shape> shape = broadcastShapes({m, n}, c->shape);
    if (!shape || *shape != Shape{m, n})
      return node.error() << "expected C to broadcast to [" << m << ", " << n
                          << "], found " << shapeText(c->shape);
    Shape full(3 - c->rank(), 1);
    full.append(c->shape);
    Value addend = node.importer.get(c, {full, {0, 1, 2}, full}, node.loc);
    if (beta != 1)
      addend = emitMul(node, addend,
                       node.importer.splat(type, {1, 1, 1}, beta, node.loc));
    value = node.make<tosa::AddOp>({1, m, n}, typeOf(value).getElementType(),
                                   value, addend);
  }
  node.result(0, type, {m, n}, node.importer.reshape(value, {m, n}, node.loc));
  return success();
}

void qs::importer::addMatMulOps(HandlerTable &table) {
  table["Gemm"] = importGemm;
  table["MatMul"] = importMatMul;
}
