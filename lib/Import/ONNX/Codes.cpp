//===- Codes.cpp - Quantized values while they are imported ---------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Codes.h"
#include "ConvOps.h"
#include "PoolOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include <cfloat>
#include <cmath>

using namespace mlir;
using namespace qs;
using namespace qs::importer;

QuantType qs::importer::codeType(MLIRContext *context, int32_t type) {
  unsigned bits = integerBits(type);
  if (isUnsignedType(type))
    return QuantType::get(
        llvm::cast<CodeAttrInterface>(UIntCodeAttr::get(context, bits)));
  return QuantType::get(
      llvm::cast<CodeAttrInterface>(IntCodeAttr::get(context, bits)));
}

QuantType qs::importer::codeType(MLIRContext *context, int32_t type,
                                 Attribute scale) {
  return codeType(context, type)
      .withScale(llvm::cast<ScaleAttrInterface>(scale));
}

Value qs::importer::toCodes(OpBuilder &b, Location loc, Value storage,
                            QuantType type) {
  return StorageCastOp::create(
      b, loc, RankedTensorType::get(typeOf(storage).getShape(), type), storage);
}

Value qs::importer::toStorage(OpBuilder &b, Location loc, Value codes) {
  return StorageCastOp::create(b, loc, QuantType::toStorage(codes.getType()),
                               codes);
}

Value qs::importer::anyCodes(Node &node, const TensorRef &t, Layout layout) {
  if (t->coded && t->home == layout)
    return t->coded;
  return toCodes(node.b, node.loc, node.get(t, layout),
                 codeType(node.b.getContext(), t->type));
}

FailureOr<ParamKind> qs::importer::paramKind(Node &node, const Tensor &param,
                                             llvm::ArrayRef<int64_t> shape,
                                             int64_t axis, int64_t block,
                                             llvm::StringRef what) {
  ParamKind kind;
  int64_t rank = static_cast<int64_t>(shape.size());
  if (block != 0) {
    auto positive = node.axisOf(axis, rank);
    if (failed(positive))
      return failure();
    Shape expected(shape);
    bool fits = block > 0 && shape[*positive] % block == 0;
    if (fits)
      expected[*positive] /= block;
    if (!fits || param.shape != expected)
      return node.error() << "expected a block size that divides axis "
                          << *positive << " of " << shapeText(shape)
                          << " and a " << what << " for each block, found "
                          << block << " and " << shapeText(param.shape);
    kind.perAxis = true;
    kind.axis = *positive;
    kind.group = block;
    return kind;
  }
  if (param.rank() <= 1 && elementCount(param.shape) == 1)
    return kind;
  auto positive = node.axisOf(axis, rank);
  if (failed(positive))
    return failure();
  if (param.rank() != 1 || param.shape[0] != shape[*positive])
    return node.error() << "expected a " << what << " of shape [] or ["
                        << shape[*positive] << "] (axis " << *positive
                        << "), found " << shapeText(param.shape);
  kind.perAxis = true;
  kind.axis = *positive;
  return kind;
}

LogicalResult qs::importer::checkScale(Node &node, const Tensor &scale) {
  if (scale.type != kFloat && scale.type != kFloat16)
    return node.error() << "expected a scale of float or float16, found "
                        << dataTypeName(scale.type);
  if (!scale.isConstant())
    return success();
  double smallest = scale.type == kFloat ? FLT_MIN : 0x1p-24;
  for (int64_t i = 0, e = scale.host->size(); i < e; ++i) {
    double value = scale.host->floatAt(i);
    if (!(value >= smallest) || std::isinf(value))
      return node.error() << "expected scales that are positive, normal and "
                             "finite, found "
                          << value << " at position " << i;
  }
  return success();
}

Value qs::importer::scaleValue(Importer &importer, const TensorRef &scale,
                               Location loc) {
  bool one = scale->rank() == 1 && scale->shape[0] == 1;
  Shape identity(llvm::to_vector(llvm::seq<int64_t>(0, scale->rank())));
  return importer.get(
      scale, {scale->shape, identity, one ? Shape() : scale->shape}, loc);
}

Value qs::importer::zeroPointValue(Importer &importer,
                                   const TensorRef &zeroPoint, Location loc) {
  if (!zeroPoint)
    return {};
  OpBuilder &b = importer.getBuilder();
  Shape shape =
      elementCount(zeroPoint->shape) == 1 ? Shape() : zeroPoint->shape;
  if (zeroPoint->isConstant()) {
    llvm::SmallVector<int64_t> values = zeroPoint->host->ints();
    if (llvm::all_of(values, [](int64_t v) { return v == 0; }))
      return {};
    return importer.materialize(HostTensor::fromInts(kInt32, shape, values),
                                zeroPoint->constantName, loc);
  }
  if (zeroPoint->wide)
    return importer.reshape(zeroPoint->wide, shape, loc);
  Value storage = importer.get(zeroPoint, Layout::Natural, loc);
  storage = importer.reshape(storage, shape, loc);
  if (zeroPoint->type == kInt32)
    return storage;
  auto type = RankedTensorType::get(shape, b.getI32Type());
  if (isUnsignedType(zeroPoint->type))
    return arith::ExtUIOp::create(b, loc, type, storage);
  return arith::ExtSIOp::create(b, loc, type, storage);
}

LogicalResult qs::importer::checkZeroPoint(Node &node,
                                           const TensorRef &zeroPoint,
                                           int32_t type, int64_t count,
                                           llvm::StringRef what) {
  if (!zeroPoint)
    return success();
  int64_t size = elementCount(zeroPoint->shape).value_or(0);
  if (zeroPoint->type != type || zeroPoint->rank() > 1 ||
      (size != 1 && size != count))
    return node.error() << "expected a " << what << " zero point of "
                        << dataTypeName(type) << " and shape [] or [" << count
                        << "], found " << dataTypeName(zeroPoint->type)
                        << " and " << shapeText(zeroPoint->shape);
  return success();
}

TensorRef qs::importer::codedResult(Node &node, unsigned i, int32_t type,
                                    llvm::ArrayRef<int64_t> shape, Value coded,
                                    Layout layout,
                                    llvm::ArrayRef<int64_t> flatDims) {
  TensorRef t = node.result(i, type, shape, nullptr, layout, flatDims);
  t->coded = coded;
  return t;
}

//===----------------------------------------------------------------------===//
// Importer and shared emission
//===----------------------------------------------------------------------===//

Value Importer::storageForm(const TensorRef &t, Location loc) {
  Value &home = t->forms[static_cast<unsigned>(t->home)];
  if (!home)
    home = toStorage(builder, loc, t->coded);
  return home;
}

Type Importer::boundaryType(const Tensor &t) {
  MLIRContext *context = builder.getContext();
  if (isCodeType(t.type))
    return RankedTensorType::get(t.shape, codeType(context, t.type));
  return RankedTensorType::get(t.shape, storageType(context, t.type));
}

void Importer::setBoundaryValue(Tensor &t, Value value) {
  if (isCodeType(t.type))
    t.coded = value;
  else
    t.forms[0] = value;
}

Value Importer::boundaryForm(const TensorRef &t, Location loc) {
  if (!isCodeType(t->type))
    return get(t, Layout::Natural, loc);
  QuantType type = codeType(builder.getContext(), t->type);
  if (t->coded && t->home == Layout::Natural &&
      typeOf(t->coded).getElementType() == type)
    return t->coded;
  return toCodes(builder, loc, get(t, Layout::Natural, loc), type);
}

LogicalResult qs::importer::emitGroupedConv(Node &node, const ConvShape &c,
                                            Value input, Value weight,
                                            Value bias, Value &result) {
  if (!typeOf(input).getElementType().isF32())
    return node.error() << "expected float operands of a convolution in "
                        << c.groups << " groups, found another float type";
  result = node.make<Conv2DOp>(
      c.window.outputNHWC(c.outputs), node.b.getF32Type(), input, weight,
      Value(), Value(), bias, c.window.padAttr(node.b),
      c.window.strideAttr(node.b), c.window.dilationAttr(node.b),
      c.groups);
  return success();
}

Value qs::importer::emitCodeMaxPool(Node &node, int32_t type, Value input,
                                    llvm::ArrayRef<int64_t> shape,
                                    DenseI64ArrayAttr kernel,
                                    DenseI64ArrayAttr stride,
                                    DenseI64ArrayAttr pad) {
  QuantType element = codeType(node.b.getContext(), type);
  Value codes = toCodes(node.b, node.loc, input, element);
  Value pooled =
      node.make<MaxPool2DOp>(shape, element, codes, kernel, stride, pad);
  return toStorage(node.b, node.loc, pooled);
}

LogicalResult qs::importer::importCodeCast(Node &node, const TensorRef &x,
                                           int32_t to) {
  OpBuilder &b = node.b;
  MLIRContext *context = b.getContext();
  Attribute scaleKind = TensorScaleAttr::get(context, b.getF32Type());
  auto one = [&]() { return node.importer.splat(kFloat, {}, 1, node.loc); };
  Layout home = x->home;
  if (x->type == kFloat && isCodeType(to)) {
    Value whole = emitTruncate(node, node.get(x, home), kFloat);
    auto type = RankedTensorType::get(typeOf(whole).getShape(),
                                      codeType(context, to, scaleKind));
    codedResult(node, 0, to, x->shape,
                QuantizeOp::create(b, node.loc, type, whole, one(), Value()),
                home, x->flatDims);
    return success();
  }
  if (isCodeType(x->type) && to == kFloat) {
    Value codes = toCodes(b, node.loc, node.get(x, home),
                          codeType(context, x->type, scaleKind));
    node.result(0, to, x->shape,
                node.make<DequantizeOp>(typeOf(codes).getShape(),
                                        b.getF32Type(), codes, one(), Value()),
                home, x->flatDims);
    return success();
  }
  bool widen = isCodeType(x->type) && to == kInt32;
  bool narrow = x->type == kInt32 && isCodeType(to);
  if (!widen && !narrow)
    return node.error() << "expected a cast between float, int32 and integers "
                           "of up to 16 bits, found "
                        << dataTypeName(x->type) << " to " << dataTypeName(to);
  Value value = node.get(x, home);
  auto type =
      RankedTensorType::get(typeOf(value).getShape(), storageType(context, to));
  Value cast = narrow ? Value(arith::TruncIOp::create(b, node.loc, type, value))
               : isUnsignedType(x->type)
                   ? Value(arith::ExtUIOp::create(b, node.loc, type, value))
                   : Value(arith::ExtSIOp::create(b, node.loc, type, value));
  node.result(0, to, x->shape, cast, home, x->flatDims);
  return success();
}
