//===- Elementwise.cpp - Builders of linalg.generic -----------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Elementwise.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace qs;
using namespace qs::lowering;

static RankedTensorType tensorType(Value value) {
  return cast<RankedTensorType>(value.getType());
}

Operand lowering::same(Value value) {
  return {value, AffineMap::getMultiDimIdentityMap(tensorType(value).getRank(),
                                                   value.getContext())};
}

Operand lowering::broadcast(Value value) {
  RankedTensorType type = tensorType(value);
  MLIRContext *ctx = value.getContext();
  SmallVector<AffineExpr> exprs;
  for (int64_t i = 0; i < type.getRank(); ++i)
    exprs.push_back(type.getDimSize(i) == 1 ? getAffineConstantExpr(0, ctx)
                                            : getAffineDimExpr(i, ctx));
  return {value, AffineMap::get(type.getRank(), 0, exprs, ctx)};
}

Operand lowering::alongLast(Value value, int64_t rank) {
  if (!value)
    return {};
  MLIRContext *ctx = value.getContext();
  if (tensorType(value).getRank() == 0)
    return {value, AffineMap::get(rank, 0, ctx)};
  return {value, AffineMap::get(rank, 0, getAffineDimExpr(rank - 1, ctx))};
}

Operand lowering::parameter(Value value, QuantType type, int64_t rank) {
  if (!value)
    return {};
  MLIRContext *ctx = value.getContext();
  if (auto axis = dyn_cast<AxisScaleAttr>(type.getScale()))
    return {value,
            AffineMap::get(rank, 0, getAffineDimExpr(axis.getAxis(), ctx))};
  if (auto group = dyn_cast<GroupScaleAttr>(type.getScale())) {
    SmallVector<AffineExpr> exprs;
    for (int64_t i = 0; i < rank; ++i) {
      AffineExpr dim = getAffineDimExpr(i, ctx);
      exprs.push_back(i == group.getAxis() ? dim.floorDiv(group.getGroup())
                                           : dim);
    }
    return {value, AffineMap::get(rank, 0, exprs, ctx)};
  }
  return {value, AffineMap::get(rank, 0, ctx)};
}

Value lowering::scalarOf(OpBuilder &b, Location loc, Value value) {
  DenseElementsAttr attr;
  if (matchPattern(value, m_Constant(&attr)))
    return arith::ConstantOp::create(
        b, loc, cast<TypedAttr>(attr.getSplatValue<Attribute>()));
  return tensor::ExtractOp::create(b, loc, value, ValueRange());
}

/// The constant that every element of `value` equals, as a scalar, or null.
static Value splatScalar(OpBuilder &b, Location loc, Value value) {
  DenseElementsAttr attr;
  if (!matchPattern(value, m_Constant(&attr)) || !attr.isSplat())
    return {};
  return arith::ConstantOp::create(
      b, loc, cast<TypedAttr>(attr.getSplatValue<Attribute>()));
}

Value lowering::emptyTensor(OpBuilder &b, Location loc, RankedTensorType type,
                            ArrayRef<OpFoldResult> sizes) {
  SmallVector<Value> dynamic;
  for (auto [size, dim] : llvm::zip(sizes, type.getShape()))
    if (ShapedType::isDynamic(dim))
      dynamic.push_back(getValueOrCreateConstantIndexOp(b, loc, size));
  return tensor::EmptyOp::create(b, loc, type, dynamic);
}

Value lowering::filledTensor(OpBuilder &b, Location loc, RankedTensorType type,
                             ArrayRef<OpFoldResult> sizes, Value scalar) {
  Value empty = emptyTensor(b, loc, type, sizes);
  return linalg::FillOp::create(b, loc, scalar, empty).getResult(0);
}

Value lowering::buildElementwise(OpBuilder &b, Location loc,
                                 RankedTensorType result, Value shapeOf,
                                 ArrayRef<Operand> operands, Body body) {
  SmallVector<Value> inputs, scalars(operands.size());
  SmallVector<AffineMap> maps;
  for (auto [i, operand] : llvm::enumerate(operands)) {
    if (!operand.value)
      continue;
    if (tensorType(operand.value).getRank() == 0)
      scalars[i] = scalarOf(b, loc, operand.value);
    else if (Value splat = splatScalar(b, loc, operand.value))
      scalars[i] = splat;
    if (scalars[i])
      continue;
    inputs.push_back(operand.value);
    maps.push_back(operand.map);
  }
  int64_t rank = result.getRank();
  maps.push_back(AffineMap::getMultiDimIdentityMap(rank, b.getContext()));
  SmallVector<OpFoldResult> sizes;
  if (!result.hasStaticShape())
    sizes = tensor::getMixedSizes(b, loc, shapeOf);
  else
    sizes = getAsIndexOpFoldResult(b.getContext(), result.getShape());
  Value empty = emptyTensor(b, loc, result, sizes);
  SmallVector<utils::IteratorType> iterators(rank,
                                             utils::IteratorType::parallel);
  auto generic = linalg::GenericOp::create(
      b, loc, result, inputs, empty, maps, iterators,
      [&](OpBuilder &nested, Location loc, ValueRange args) {
        SmallVector<Value> values = scalars;
        unsigned next = 0;
        for (auto [i, operand] : llvm::enumerate(operands))
          if (operand.value && !scalars[i])
            values[i] = args[next++];
        Scalars s(nested, loc);
        linalg::YieldOp::create(nested, loc, body(s, values));
      });
  return generic.getResult(0);
}

Value lowering::padImage(OpBuilder &b, Location loc, Value image,
                         ArrayRef<int64_t> pad, Value scalar) {
  if (llvm::all_of(pad, [](int64_t p) { return p == 0; }))
    return image;
  RankedTensorType type = tensorType(image);
  if (type.hasStaticShape() && type.getNumElements() == 0) {
    // Bufferization would insert nothing at an offset that does not exist.
    SmallVector<int64_t> shape(type.getShape());
    for (int i : {0, 1})
      shape[1 + i] += pad[2 * i] + pad[2 * i + 1];
    return filledTensor(b, loc, type.clone(shape), {}, scalar);
  }
  SmallVector<OpFoldResult> low(4, b.getIndexAttr(0)), high(low);
  for (int i : {0, 1}) {
    low[1 + i] = b.getIndexAttr(pad[2 * i]);
    high[1 + i] = b.getIndexAttr(pad[2 * i + 1]);
  }
  return tensor::PadOp::create(b, loc, Type(), image, low, high, scalar);
}
