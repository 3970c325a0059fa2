//===- TensorOps.cpp - Semantics of the tensor dialect --------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Families.h"
#include "Views.h"
#include "qs/Interpreter/Interpreter.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace qs::interp {

using Ints = SmallVector<int64_t, 4>;

/// Static and dynamic values of an offset, size or stride list.
static Ints mixed(Interpreter &interpreter, ArrayRef<OpFoldResult> values) {
  Ints out;
  for (OpFoldResult value : values) {
    if (auto attr = dyn_cast<Attribute>(value))
      out.push_back(cast<IntegerAttr>(attr).getInt());
    else
      out.push_back(interpreter.valueOf(cast<mlir::Value>(value)).scalar().i);
  }
  return out;
}

static LogicalResult evalEmpty(tensor::EmptyOp op, Call &call) {
  Ints shape = mixed(call.interpreter, op.getMixedSizes());
  if (failed(call.interpreter.checkSize(op, call.resultElement(), shape)))
    return failure();
  // Contents are undefined; zeros make runs repeatable.
  call.result(Tensor(call.resultElement(), shape));
  return success();
}

static LogicalResult evalDim(tensor::DimOp op, Call &call) {
  int64_t i = call.scalar(1).i;
  const Tensor &t = call.tensor(0);
  if (i < 0 || i >= t.rank())
    return call.error() << "dimension " << i << " is not in [0, " << t.rank()
                        << ")";
  call.result(Scalar::ofInt(ElementType::i64(), t.dim(i)));
  return success();
}

static LogicalResult evalRank(tensor::RankOp, Call &call) {
  call.result(Scalar::ofInt(ElementType::i64(), call.tensor(0).rank()));
  return success();
}

/// Only the static knowledge changes; the result type is checked afterwards.
static LogicalResult evalCast(tensor::CastOp, Call &call) {
  call.result(call.tensor(0));
  return success();
}

static LogicalResult evalBitcast(tensor::BitcastOp, Call &call) {
  call.result(call.tensor(0).bitcast(call.resultElement()));
  return success();
}

static LogicalResult evalSplat(tensor::SplatOp op, Call &call) {
  Ints shape(op.getType().getShape());
  unsigned next = 1;
  for (int64_t &d : shape)
    if (ShapedType::isDynamic(d))
      d = call.scalar(next++).i;
  if (failed(call.interpreter.checkSize(op, call.resultElement(), shape)))
    return failure();
  Tensor one(call.resultElement(), {});
  storeScalar(one, 0, call.scalar(0));
  call.result(filled(shape, one));
  return success();
}

static LogicalResult evalFromElements(tensor::FromElementsOp, Call &call) {
  auto shape = call.resultShape();
  if (failed(shape))
    return failure();
  Tensor out(call.resultElement(), *shape);
  for (auto [i, value] : llvm::enumerate(call.operands))
    storeScalar(out, i, value.scalar());
  call.result(std::move(out));
  return success();
}

/// Linear position of an index given as scalars.
static FailureOr<int64_t> position(Call &call, const Tensor &t,
                                   ArrayRef<Value> index) {
  Ints strides = rowMajorStrides(t.shape());
  int64_t at = 0;
  for (auto [d, value] : llvm::enumerate(index)) {
    int64_t i = value.scalar().i;
    if (i < 0 || i >= t.dim(d))
      return call.error() << "index " << i << " is not in [0, " << t.dim(d)
                          << ")";
    at += i * strides[d];
  }
  return at;
}

static LogicalResult evalExtract(tensor::ExtractOp, Call &call) {
  auto at = position(call, call.tensor(0), call.operands.drop_front());
  if (failed(at))
    return failure();
  call.result(loadScalar(call.tensor(0), *at));
  return success();
}

static LogicalResult evalInsert(tensor::InsertOp, Call &call) {
  Tensor out = call.tensor(1);
  auto at = position(call, out, call.operands.drop_front(2));
  if (failed(at))
    return failure();
  storeScalar(out, *at, call.scalar(0));
  call.result(std::move(out));
  return success();
}

static LogicalResult evalExtractSlice(tensor::ExtractSliceOp op, Call &call) {
  const Tensor &in = call.tensor(0);
  Ints offsets = mixed(call.interpreter, op.getMixedOffsets());
  Ints sizes = mixed(call.interpreter, op.getMixedSizes());
  Ints steps = mixed(call.interpreter, op.getMixedStrides());
  if (!boxFits(in.shape(), offsets, sizes, steps))
    return call.error() << "the slice reaches outside the source";
  Tensor out = readBox(in, offsets, sizes, steps);
  // A rank-reducing slice drops dimensions of size one.
  llvm::SmallBitVector dropped = op.getDroppedDims();
  Ints shape;
  for (size_t d = 0; d < sizes.size(); ++d)
    if (!dropped.test(d))
      shape.push_back(sizes[d]);
  call.result(out.reshaped(shape));
  return success();
}

static LogicalResult evalInsertSlice(tensor::InsertSliceOp op, Call &call) {
  Tensor out = call.tensor(1);
  Ints offsets = mixed(call.interpreter, op.getMixedOffsets());
  Ints sizes = mixed(call.interpreter, op.getMixedSizes());
  Ints steps = mixed(call.interpreter, op.getMixedStrides());
  if (!boxFits(out.shape(), offsets, sizes, steps))
    return call.error() << "the slice reaches outside the destination";
  if (countElements(sizes) != call.tensor(0).size())
    return call.error() << "the source has " << call.tensor(0).size()
                        << " elements, expected " << countElements(sizes);
  writeBox(out, call.tensor(0).reshaped(sizes), offsets, steps);
  call.result(std::move(out));
  return success();
}

static LogicalResult evalConcat(tensor::ConcatOp op, Call &call) {
  SmallVector<Tensor> parts;
  for (const Value &operand : call.operands)
    parts.push_back(operand.tensor());
  int64_t axis = op.getDim();
  for (const Tensor &part : parts)
    for (int64_t d = 0; d < part.rank(); ++d)
      if (d != axis && part.dim(d) != parts.front().dim(d))
        return call.error() << "operands differ in dimension " << d;
  call.result(concatenated(parts, axis));
  return success();
}

/// The region gives the padding for each index; one that does not read its
/// arguments is evaluated once.
static LogicalResult evalPad(tensor::PadOp op, Call &call) {
  const Tensor &in = call.tensor(0);
  Ints low = mixed(call.interpreter, op.getMixedLowPad());
  Ints high = mixed(call.interpreter, op.getMixedHighPad());
  Ints shape(in.shape());
  for (int64_t d = 0; d < in.rank(); ++d) {
    if (low[d] < 0 || high[d] < 0)
      return call.error() << "negative padding of dimension " << d;
    shape[d] += low[d] + high[d];
  }
  auto at = [&](ArrayRef<int64_t> index, Scalar &out) {
    SmallVector<Value> arguments, results;
    for (int64_t i : index)
      arguments.push_back(Scalar::ofInt(ElementType::i64(), i));
    if (failed(call.interpreter.region(op.getRegion(), arguments, results)))
      return failure();
    out = results.front().scalar();
    return success();
  };
  Scalar padding;
  bool constant =
      llvm::all_of(op.getRegion().getArguments(),
                   [](BlockArgument argument) { return argument.use_empty(); });
  if (constant) {
    Tensor one(in.elementType(), {});
    if (failed(at(Ints(in.rank(), 0), padding)))
      return failure();
    storeScalar(one, 0, padding);
    call.result(padded(in, low, high, one));
    return success();
  }
  Tensor out(in.elementType(), shape);
  int64_t i = 0;
  for (IndexIterator it(shape); !it.done(); it.next(), ++i) {
    if (failed(at(*it, padding)))
      return failure();
    storeScalar(out, i, padding);
  }
  writeBox(out, in, low, Ints(in.rank(), 1));
  call.result(std::move(out));
  return success();
}

static LogicalResult evalGenerate(tensor::GenerateOp op, Call &call) {
  Ints shape(op.getType().getShape());
  unsigned next = 0;
  for (int64_t &d : shape)
    if (ShapedType::isDynamic(d))
      d = call.scalar(next++).i;
  if (failed(call.interpreter.checkSize(op, call.resultElement(), shape)))
    return failure();
  Tensor out(call.resultElement(), shape);
  int64_t i = 0;
  for (IndexIterator it(shape); !it.done(); it.next(), ++i) {
    SmallVector<Value> arguments, results;
    for (int64_t index : *it)
      arguments.push_back(Scalar::ofInt(ElementType::i64(), index));
    if (failed(call.interpreter.region(op.getRegion(), arguments, results)))
      return failure();
    storeScalar(out, i, results.front().scalar());
  }
  call.result(std::move(out));
  return success();
}

static LogicalResult reshapeTo(Call &call, ArrayRef<int64_t> shape) {
  const Tensor &in = call.tensor(0);
  if (countElements(shape) != in.size())
    return call.error() << "cannot reshape " << in.size()
                        << " elements to the given shape";
  call.result(in.reshaped(shape));
  return success();
}

static LogicalResult evalReshape(tensor::ReshapeOp, Call &call) {
  return reshapeTo(call, call.tensor(1).to<int64_t>());
}

static LogicalResult evalCollapse(tensor::CollapseShapeOp op, Call &call) {
  Ints shape;
  for (ArrayRef<int64_t> group : op.getReassociationIndices()) {
    shape.push_back(1);
    for (int64_t d : group)
      shape.back() *= call.tensor(0).dim(d);
  }
  return reshapeTo(call, shape);
}

static LogicalResult evalExpand(tensor::ExpandShapeOp op, Call &call) {
  return reshapeTo(call, mixed(call.interpreter, op.getMixedOutputShape()));
}

void registerTensor(Registry &registry) {
  registry.add<evalEmpty>();
  registry.add<evalDim>();
  registry.add<evalRank>();
  registry.add<evalCast>();
  registry.add<evalBitcast>();
  registry.add<evalSplat>();
  registry.add<evalFromElements>();
  registry.add<evalExtract>();
  registry.add<evalInsert>();
  registry.add<evalExtractSlice>();
  registry.add<evalInsertSlice>();
  registry.add<evalConcat>();
  registry.add<evalPad>();
  registry.add<evalGenerate>();
  registry.add<evalReshape>();
  registry.add<evalCollapse>();
  registry.add<evalExpand>();
}

} // namespace qs::interp
