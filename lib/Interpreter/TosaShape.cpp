//===- TosaShape.cpp - TOSA ops that move elements
//-------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Families.h"
#include "Views.h"
#include "qs/Interpreter/Interpreter.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"

using namespace mlir;

namespace qs::interp {

static SmallVector<int64_t, 4> toInts(const Tensor &t) {
  std::vector<int64_t> values = t.to<int64_t>();
  return SmallVector<int64_t, 4>(values.begin(), values.end());
}

static LogicalResult evalConst(tosa::ConstOp op, Call &call) {
  auto tensor = call.interpreter.constant(op.getValues(), op.getLoc());
  if (failed(tensor))
    return failure();
  call.result(std::move(*tensor));
  return success();
}

static LogicalResult evalConstShape(tosa::ConstShapeOp op, Call &call) {
  auto tensor = call.interpreter.constant(op.getValues(), op.getLoc());
  if (failed(tensor))
    return failure();
  call.result(std::move(*tensor));
  return success();
}

static LogicalResult evalIdentity(tosa::IdentityOp, Call &call) {
  call.result(call.tensor(0));
  return success();
}

/// One extent may be -1: it takes what is left.
static LogicalResult evalReshape(tosa::ReshapeOp, Call &call) {
  const Tensor &in = call.tensor(0);
  SmallVector<int64_t, 4> shape = toInts(call.tensor(1));
  int64_t known = 1, *open = nullptr;
  for (int64_t &d : shape) {
    if (d == -1 && !open)
      open = &d;
    else
      known *= d;
  }
  if (open && known > 0)
    *open = in.size() / known;
  if (countElements(shape) != in.size())
    return call.error() << "cannot reshape " << in.size()
                        << " elements to the given shape";
  call.result(in.reshaped(shape));
  return success();
}

static LogicalResult evalTranspose(tosa::TransposeOp op, Call &call) {
  SmallVector<int64_t, 4> perm(op.getPerms().begin(), op.getPerms().end());
  call.result(transposed(call.tensor(0), perm));
  return success();
}

static LogicalResult evalConcat(tosa::ConcatOp op, Call &call) {
  SmallVector<Tensor> parts;
  for (const Value &operand : call.operands)
    parts.push_back(operand.tensor());
  for (const Tensor &part : parts)
    for (int64_t d = 0; d < part.rank(); ++d)
      if (d != op.getAxis() && part.dim(d) != parts.front().dim(d))
        return call.error() << "operands differ in dimension " << d;
  call.result(concatenated(parts, op.getAxis()));
  return success();
}

/// Padding is [low, high] for each dimension in turn.
static LogicalResult evalPad(tosa::PadOp, Call &call) {
  const Tensor &in = call.tensor(0);
  SmallVector<int64_t, 4> pads = toInts(call.tensor(1)), low, high;
  if (int64_t(pads.size()) != 2 * in.rank())
    return call.error() << "expected " << 2 * in.rank() << " paddings, found "
                        << pads.size();
  for (int64_t d = 0; d < in.rank(); ++d) {
    low.push_back(pads[2 * d]);
    high.push_back(pads[2 * d + 1]);
    if (low[d] < 0 || high[d] < 0)
      return call.error() << "negative padding of dimension " << d;
  }
  call.result(padded(in, low, high, call.tensor(2)));
  return success();
}

static LogicalResult evalSlice(tosa::SliceOp, Call &call) {
  const Tensor &in = call.tensor(0);
  SmallVector<int64_t, 4> start = toInts(call.tensor(1)),
                          size = toInts(call.tensor(2)), ones(in.rank(), 1);
  // A size of -1 reaches to the end.
  for (size_t d = 0; d < size.size() && d < start.size(); ++d)
    if (size[d] == -1)
      size[d] = in.dim(d) - start[d];
  if (!boxFits(in.shape(), start, size, ones))
    return call.error() << "the slice reaches outside the input";
  call.result(readBox(in, start, size, ones));
  return success();
}

static LogicalResult evalReverse(tosa::ReverseOp op, Call &call) {
  const Tensor &in = call.tensor(0);
  SmallVector<int64_t, 4> strides = rowMajorStrides(in.shape());
  int64_t axis = op.getAxis();
  int64_t offset = in.dim(axis) ? (in.dim(axis) - 1) * strides[axis] : 0;
  strides[axis] = -strides[axis];
  call.result(readStrided(in, in.shape(), strides, offset));
  return success();
}

/// Dimension d is read as the pair [multiple, extent], the first with stride 0.
static LogicalResult evalTile(tosa::TileOp, Call &call) {
  const Tensor &in = call.tensor(0);
  SmallVector<int64_t, 4> multiples = toInts(call.tensor(1));
  if (int64_t(multiples.size()) != in.rank())
    return call.error() << "expected " << in.rank() << " multiples, found "
                        << multiples.size();
  SmallVector<int64_t, 4> from = rowMajorStrides(in.shape());
  SmallVector<int64_t, 8> pairs, strides, shape;
  for (int64_t d = 0; d < in.rank(); ++d) {
    if (multiples[d] < 0)
      return call.error() << "multiple " << multiples[d] << " is negative";
    pairs.append({multiples[d], in.dim(d)});
    strides.append({0, from[d]});
    shape.push_back(multiples[d] * in.dim(d));
  }
  call.result(readStrided(in, pairs, strides).reshaped(shape));
  return success();
}

/// out[n, w, :] = values[n, indices[n, w], :].
static LogicalResult evalGather(tosa::GatherOp, Call &call) {
  const Tensor &values = call.tensor(0), &indices = call.tensor(1);
  int64_t n = values.dim(0), k = values.dim(1), c = values.dim(2);
  int64_t w = indices.dim(1);
  Tensor out(values.elementType(), {n, w, c});
  size_t row = c * values.elementType().bytes();
  char *to = out.mutableRawData().data();
  for (int64_t i = 0; i < n * w; ++i) {
    int64_t index = indices.getInt(i);
    if (index < 0 || index >= k)
      return call.error() << "index " << index << " is not in [0, " << k << ")";
    std::copy_n(values.rawData().data() + ((i / w) * k + index) * row, row,
                to + i * row);
  }
  call.result(std::move(out));
  return success();
}

/// out = values_in, then out[n, indices[n, w], :] = input[n, w, :].
static LogicalResult evalScatter(tosa::ScatterOp, Call &call) {
  Tensor out = call.tensor(0);
  const Tensor &indices = call.tensor(1), &input = call.tensor(2);
  int64_t n = out.dim(0), k = out.dim(1), c = out.dim(2), w = indices.dim(1);
  size_t row = c * out.elementType().bytes();
  char *to = out.mutableRawData().data();
  for (int64_t i = 0; i < n * w; ++i) {
    int64_t index = indices.getInt(i);
    if (index < 0 || index >= k)
      return call.error() << "index " << index << " is not in [0, " << k << ")";
    std::copy_n(input.rawData().data() + i * row, row,
                to + ((i / w) * k + index) * row);
  }
  call.result(std::move(out));
  return success();
}

void registerTosaShape(Registry &registry) {
  registry.add<evalConst>();
  registry.add<evalConstShape>();
  registry.add<evalIdentity>();
  registry.add<evalReshape>();
  registry.add<evalTranspose>();
  registry.add<evalConcat>();
  registry.add<evalPad>();
  registry.add<evalSlice>();
  registry.add<evalReverse>();
  registry.add<evalTile>();
  registry.add<evalGather>();
  registry.add<evalScatter>();
}

} // namespace qs::interp
