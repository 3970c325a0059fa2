//===- Shape.cpp - movement of data
//-----------------------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Raise.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"
#include "mlir/IR/Matchers.h"
#include "qs/Conversion/QSToLinalg/QSToLinalg.h"
#include "qs/Dialect/QS/Transforms/Utils/Constants.h"

using namespace mlir;
using namespace qs;
using namespace qs::raise;

bool raise::isStaticF32(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && type.hasStaticShape() && type.getElementType().isF32() &&
         !type.getEncoding();
}

RankedTensorType raise::typeOf(Value value) {
  return cast<RankedTensorType>(value.getType());
}

static Value makeShape(Context &c, ArrayRef<int64_t> shape) {
  auto type = tosa::shapeType::get(c.b.getContext(), int(shape.size()));
  return tosa::ConstShapeOp::create(c.b, c.loc, type,
                                    c.b.getIndexTensorAttr(shape));
}

/// A constant permuted and reshaped, or null.
static Value foldMovement(Context &c, Value value,
                          ArrayRef<int64_t> permutation,
                          RankedTensorType type) {
  ElementsAttr attr = getConstantElements(value);
  if (!attr)
    return {};
  TypedAttr moved = foldTranspose(attr, permutation, type);
  if (!moved)
    return {};
  return arith::ConstantOp::create(c.b, value.getLoc(), moved);
}

Value raise::makeReshape(Context &c, Value value, ArrayRef<int64_t> shape) {
  while (auto reshape = value.getDefiningOp<tosa::ReshapeOp>()) {
    if (!isStaticF32(reshape.getInput1()))
      break;
    value = reshape.getInput1();
  }
  RankedTensorType type = typeOf(value);
  if (type.getShape() == shape)
    return value;
  auto identity = llvm::to_vector(llvm::seq<int64_t>(0, type.getRank()));
  if (Value folded = foldMovement(c, value, identity, type.clone(shape)))
    return folded;
  return tosa::ReshapeOp::create(c.b, c.loc, type.clone(shape), value,
                                 makeShape(c, shape));
}

std::optional<SmallVector<int64_t>> raise::transposeOf(Value value) {
  auto transpose = value.getDefiningOp<tosa::TransposeOp>();
  if (!transpose)
    return {};
  return SmallVector<int64_t>(transpose.getPerms());
}

Value raise::makeTranspose(Context &c, Value value,
                           ArrayRef<int64_t> permutation) {
  SmallVector<int64_t> perm(permutation);
  while (std::optional<SmallVector<int64_t>> inner = transposeOf(value)) {
    for (int64_t &axis : perm)
      axis = (*inner)[axis];
    value = value.getDefiningOp()->getOperand(0);
  }
  if (isIdentityPermutation(perm))
    return value;
  RankedTensorType type = typeOf(value);
  type = type.clone(applyPermutation(type.getShape(), perm));
  if (Value folded = foldMovement(c, value, perm, type))
    return folded;
  SmallVector<int32_t> perms(perm.begin(), perm.end());
  return tosa::TransposeOp::create(c.b, c.loc, type, value,
                                   c.b.getDenseI32ArrayAttr(perms));
}

Value raise::makeCrop(Context &c, Value value, int64_t rows, int64_t columns) {
  RankedTensorType type = typeOf(value);
  SmallVector<int64_t> shape(type.getShape());
  if (shape[1] == rows && shape[2] == columns)
    return value;
  shape[1] = rows;
  shape[2] = columns;
  return tosa::SliceOp::create(c.b, c.loc, type.clone(shape), value,
                               makeShape(c, {0, 0, 0, 0}), makeShape(c, shape));
}

std::optional<float> raise::constantScalar(Value value) {
  APFloat number(0.0f);
  if (!matchPattern(value, m_ConstantFloat(&number)))
    return {};
  // A number that f32 does not hold exactly is rounded as truncf rounds.
  bool lost = false;
  number.convert(APFloat::IEEEsingle(), APFloat::rmNearestTiesToEven, &lost);
  return number.convertToFloat();
}

/// The filler and the widths of a pad of constant, static padding.
static std::optional<float> fillerOf(tensor::PadOp pad) {
  Value filler = pad.getConstantPaddingValue();
  if (!filler || !isStaticF32(pad.getSource()) || !isStaticF32(pad.getResult()))
    return {};
  auto isStatic = [](ArrayRef<int64_t> widths) {
    return llvm::all_of(widths, [](int64_t w) { return w >= 0; });
  };
  if (!isStatic(pad.getStaticLow()) || !isStatic(pad.getStaticHigh()))
    return {};
  return constantScalar(filler);
}

std::optional<SmallVector<int64_t>>
raise::takePadding(Value &value, ArrayRef<int64_t> axes,
                   function_ref<bool(float)> isFiller) {
  auto pad = value.getDefiningOp<tensor::PadOp>();
  std::optional<float> filler = pad ? fillerOf(pad) : std::nullopt;
  if (!filler || !isFiller(*filler))
    return {};
  for (int64_t axis = 0; axis < pad.getSourceType().getRank(); ++axis)
    if (!llvm::is_contained(axes, axis) &&
        (pad.getStaticLow()[axis] || pad.getStaticHigh()[axis]))
      return {};
  SmallVector<int64_t> widths;
  for (int64_t axis : axes)
    widths.append({pad.getStaticLow()[axis], pad.getStaticHigh()[axis]});
  value = pad.getSource();
  return widths;
}

Value raise::raisePad(tensor::PadOp pad, Context &c) {
  std::optional<float> filler = fillerOf(pad);
  if (!filler)
    return c.fail("it does not pad f32 of static shape with a constant");
  // In the layout of what it pads, so that transposes stay at the edges.
  Value source = pad.getSource();
  SmallVector<int64_t> perm =
      llvm::to_vector(llvm::seq<int64_t>(0, typeOf(source).getRank()));
  if (auto inner = transposeOf(source)) {
    perm = *inner;
    source = source.getDefiningOp()->getOperand(0);
  }
  SmallVector<int64_t> widths(2 * perm.size()),
      shape(typeOf(source).getShape());
  for (auto [axis, inner] : llvm::enumerate(perm)) {
    widths[2 * inner] = pad.getStaticLow()[axis];
    widths[2 * inner + 1] = pad.getStaticHigh()[axis];
    shape[inner] += widths[2 * inner] + widths[2 * inner + 1];
  }
  Value value = makeFloats(c.b, c.loc, {1}, *filler);
  Value padded = tosa::PadOp::create(c.b, c.loc, typeOf(source).clone(shape),
                                     source, makeShape(c, widths), value);
  return makeTranspose(c, padded, perm);
}

/// A concatenation, in front of the transposes that all its operands share.
static Value raiseConcat(tensor::ConcatOp op, Context &c) {
  SmallVector<Value> inputs(op.getInputs());
  if (!llvm::all_of(inputs, isStaticF32))
    return c.fail("it does not join f32 of static shape");
  int64_t axis = op.getDim();
  std::optional<SmallVector<int64_t>> perm = transposeOf(inputs.front());
  if (perm &&
      llvm::all_of(inputs, [&](Value v) { return transposeOf(v) == perm; })) {
    axis = (*perm)[axis];
    for (Value &input : inputs)
      input = input.getDefiningOp()->getOperand(0);
  } else {
    perm.reset();
  }
  SmallVector<int64_t> shape(typeOf(inputs.front()).getShape());
  shape[axis] = 0;
  for (Value input : inputs)
    shape[axis] += typeOf(input).getDimSize(axis);
  Value joined =
      tosa::ConcatOp::create(c.b, c.loc, typeOf(inputs.front()).clone(shape),
                             inputs, c.b.getI32IntegerAttr(int32_t(axis)));
  return perm ? makeTranspose(c, joined, *perm) : joined;
}

Value raise::raiseMovement(Operation *op, Context &c) {
  if (!isStaticF32(op->getResult(0)) || !isStaticF32(op->getOperand(0)))
    return c.fail("only f32 of static shape is raised");
  if (auto concat = dyn_cast<tensor::ConcatOp>(op))
    return raiseConcat(concat, c);
  if (auto transpose = dyn_cast<linalg::TransposeOp>(op))
    return makeTranspose(c, transpose.getInput(), transpose.getPermutation());
  return makeReshape(c, op->getOperand(0), typeOf(op->getResult(0)).getShape());
}
