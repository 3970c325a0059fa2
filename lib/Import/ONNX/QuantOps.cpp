//===- QuantOps.cpp - QuantizeLinear, DequantizeLinear, dynamic -----------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Codes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include <cmath>

using namespace mlir;
using namespace qs;
using namespace qs::importer;

/// The scale attribute of `kind` in a tensor whose axes lie as in `layout`.
static Attribute scaleAttr(MLIRContext *context, const ParamKind &kind,
                           int32_t scaleType, int64_t rank, Layout layout) {
  Type storage = storageType(context, scaleType);
  if (!kind.perAxis)
    return TensorScaleAttr::get(context, storage);
  int64_t axis = physicalAxis(kind.axis, rank, layout);
  if (kind.group)
    return GroupScaleAttr::get(context, axis, kind.group, storage);
  return AxisScaleAttr::get(context, axis, storage);
}

/// A layout in which the scales of `kind` are along one axis. Grouped scales
/// have the order of the tensor themselves, so they keep the natural one.
static Layout quantLayout(const Tensor &x, const ParamKind &kind) {
  if (kind.group || (kind.perAxis && x.home == Layout::FlatChannels))
    return Layout::Natural;
  return x.home;
}

/// Index of the scale that belongs to element `i`.
static int64_t paramIndex(const ParamKind &kind, llvm::ArrayRef<int64_t> shape,
                          const Shape &strides, int64_t i) {
  if (!kind.perAxis)
    return 0;
  if (!kind.group)
    return i / strides[kind.axis] % shape[kind.axis];
  int64_t index = 0;
  for (size_t d = 0; d < shape.size(); ++d) {
    bool grouped = static_cast<int64_t>(d) == kind.axis;
    int64_t at = i / strides[d] % shape[d];
    index = index * (grouped ? shape[d] / kind.group : shape[d]) +
            (grouped ? at / kind.group : at);
  }
  return index;
}

/// The codes of a constant, as qs.quantize defines them.
static HostTensor quantizeHost(const HostTensor &x, const HostTensor &scale,
                               const HostTensor *zeroPoint, int32_t type,
                               const ParamKind &kind) {
  unsigned bits = integerBits(type);
  int64_t low = isUnsignedType(type) ? 0 : -(int64_t(1) << (bits - 1));
  int64_t high = low + (int64_t(1) << bits) - 1;
  HostTensor codes = HostTensor::zeros(type, x.shape);
  Shape strides = stridesOf(x.shape);
  for (int64_t i = 0, e = x.size(); i < e; ++i) {
    int64_t p = paramIndex(kind, x.shape, strides, i);
    int64_t z = zeroPoint ? zeroPoint->intAt(p) : 0;
    float real =
        static_cast<float>(x.floatAt(i)) / static_cast<float>(scale.floatAt(p));
    double code = std::isnan(real) ? static_cast<double>(z)
                                   : std::nearbyint(static_cast<double>(real)) +
                                         static_cast<double>(z);
    code = std::min(std::max(code, static_cast<double>(low)),
                    static_cast<double>(high));
    codes.setInt(i, static_cast<int64_t>(code));
  }
  return codes;
}

static LogicalResult importQuantize(Node &node) {
  int64_t axis = node.getInt("axis", 1), block = node.getInt("block_size", 0);
  int32_t declared = static_cast<int32_t>(node.getInt("output_dtype", 0));
  node.ignore("saturate"); // about float8 only
  if (node.getInt("precision", 0) > kFloat)
    return node.error() << "expected precision float, found "
                        << dataTypeName(static_cast<int32_t>(
                               node.getInt("precision", 0)));
  if (failed(node.arity(2, 3)))
    return failure();
  TensorRef x = node.in(0), scale = node.in(1), zero = node.in(2);
  int32_t type = zero ? zero->type : declared ? declared : int32_t(kUInt8);
  if (!isCodeType(type) || (declared && declared != type))
    return node.error() << "expected an integer type of 4, 8 or 16 bits to "
                           "quantize to, found "
                        << dataTypeName(zero ? zero->type : declared);
  if (x->type != kFloat && x->type != kFloat16 && x->type != kBFloat16)
    return node.error() << "expected a float input, found "
                        << dataTypeName(x->type);
  FailureOr<ParamKind> kind =
      paramKind(node, *scale, x->shape, axis, block, "scale");
  if (failed(kind) || failed(checkScale(node, *scale)))
    return failure();
  if (zero && elementCount(zero->shape) != elementCount(scale->shape))
    return node.error() << "expected as many zero points as scales, found "
                        << shapeText(zero->shape) << " and "
                        << shapeText(scale->shape);
  if (x->isConstant() && scale->isConstant() && (!zero || zero->isConstant())) {
    TensorRef folded = node.importer.constant(
        quantizeHost(*x->host, *scale->host, zero ? &*zero->host : nullptr,
                     type, *kind),
        x->constantName);
    node.result(0, folded);
    return success();
  }
  Layout layout = quantLayout(*x, *kind);
  Value input = node.get(x, layout);
  auto resultType = RankedTensorType::get(
      typeOf(input).getShape(),
      codeType(node.b.getContext(), type,
               scaleAttr(node.b.getContext(), *kind, scale->type, x->rank(),
                         layout)));
  Value scaleIn = scaleValue(node.importer, scale, node.loc);
  Value zeroIn = zeroPointValue(node.importer, zero, node.loc);
  codedResult(
      node, 0, type, x->shape,
      QuantizeOp::create(node.b, node.loc, resultType, input, scaleIn, zeroIn),
      layout, x->flatDims);
  return success();
}

/// Biases are int32 with a scale of their own: their real values are float
/// constants from here on.
static HostTensor dequantizeHost(const HostTensor &x, const HostTensor &scale,
                                 const HostTensor *zeroPoint,
                                 const ParamKind &kind) {
  HostTensor real = HostTensor::zeros(scale.type, x.shape);
  Shape strides = stridesOf(x.shape);
  for (int64_t i = 0, e = x.size(); i < e; ++i) {
    int64_t p = paramIndex(kind, x.shape, strides, i);
    int64_t z = zeroPoint ? zeroPoint->intAt(p) : 0;
    real.setFloat(i, static_cast<float>(x.intAt(i) - z) *
                         static_cast<float>(scale.floatAt(p)));
  }
  return real;
}

static LogicalResult dequantizeInt32(Node &node, const TensorRef &x,
                                     const TensorRef &scale,
                                     const TensorRef &zero,
                                     const ParamKind &kind) {
  if (zero && (!zero->isConstant() ||
               llvm::any_of(zero->host->ints(), [](int64_t z) { return z; })))
    return node.error() << "expected zero point 0 of an int32 input, found "
                           "another";
  if (x->isConstant() && scale->isConstant()) {
    TensorRef real = node.importer.constant(
        dequantizeHost(*x->host, *scale->host, nullptr, kind), x->constantName);
    node.result(0, real);
    return success();
  }
  Shape shape(x->rank(), 1);
  if (kind.perAxis)
    shape[kind.axis] = x->shape[kind.axis];
  if (kind.group)
    return node.error() << "expected no blocks for an int32 input, found "
                        << kind.group;
  Value input = node.get(x);
  Value real = node.make<tosa::CastOp>(
      x->shape, storageType(node.b.getContext(), scale->type), input);
  node.result(0, scale->type, x->shape,
              emitMul(node, real,
                      node.importer.reshape(node.get(scale), shape, node.loc)));
  return success();
}

static LogicalResult importDequantize(Node &node) {
  int64_t axis = node.getInt("axis", 1), block = node.getInt("block_size", 0);
  int64_t declared = node.getInt("output_dtype", 0);
  if (failed(node.arity(2, 3)))
    return failure();
  TensorRef x = node.in(0), scale = node.in(1), zero = node.in(2);
  if (!isCodeType(x->type) && x->type != kInt32)
    return node.error() << "expected an integer input of 4, 8, 16 or 32 bits, "
                           "found "
                        << dataTypeName(x->type);
  if (declared && declared != scale->type)
    return node.error() << "expected output_dtype " << dataTypeName(scale->type)
                        << " as the scale has, found "
                        << dataTypeName(static_cast<int32_t>(declared));
  FailureOr<ParamKind> kind =
      paramKind(node, *scale, x->shape, axis, block, "scale");
  if (failed(kind) || failed(checkScale(node, *scale)))
    return failure();
  if (zero && (zero->type != x->type ||
               elementCount(zero->shape) != elementCount(scale->shape)))
    return node.error() << "expected as many zero points as scales, of "
                        << dataTypeName(x->type) << ", found "
                        << shapeText(zero->shape) << " of "
                        << dataTypeName(zero->type) << " and "
                        << shapeText(scale->shape);
  if (x->type == kInt32)
    return dequantizeInt32(node, x, scale, zero, *kind);
  if (x->isConstant()) {
    auto t = std::make_shared<Tensor>();
    t->type = scale->type;
    t->shape = x->shape;
    t->constantName = x->constantName;
    t->quantized = std::make_shared<QuantizedConstant>(QuantizedConstant{
        *x->host, scale, zero, kind->axis, kind->group, node.loc});
    node.result(0, t);
    return success();
  }
  Layout layout = quantLayout(*x, *kind);
  QuantType wanted = codeType(
      node.b.getContext(), x->type,
      scaleAttr(node.b.getContext(), *kind, scale->type, x->rank(), layout));
  Value codes = x->coded;
  if (!codes || x->home != layout || typeOf(codes).getElementType() != wanted)
    codes = toCodes(node.b, node.loc, node.get(x, layout), wanted);
  Value scaleIn = scaleValue(node.importer, scale, node.loc);
  Value zeroIn = zeroPointValue(node.importer, zero, node.loc);
  node.result(
      0, scale->type, x->shape,
      node.make<DequantizeOp>(typeOf(codes).getShape(),
                              storageType(node.b.getContext(), scale->type),
                              codes, scaleIn, zeroIn),
      layout, x->flatDims);
  return success();
}

/// Where dimension `axis` of `from` is after a reshape to `to`; -1 where it is
/// split or merged.
static int64_t axisAfterReshape(llvm::ArrayRef<int64_t> from, int64_t axis,
                                llvm::ArrayRef<int64_t> to) {
  int64_t before = 1, sum = 1;
  for (int64_t i = 0; i < axis; ++i)
    before *= from[i];
  for (size_t i = 0; i < to.size(); ++i) {
    if (sum == before && to[i] == from[axis])
      return static_cast<int64_t>(i);
    sum *= to[i];
  }
  return -1;
}

Value Importer::relayQuantized(const Tensor &t, const Relayout &relayout,
                               Location loc) {
  const QuantizedConstant &q = *t.quantized;
  ParamKind kind;
  kind.perAxis = q.axis >= 0;
  kind.group = q.group;
  if (q.axis >= 0) {
    int64_t split = axisAfterReshape(t.shape, q.axis, relayout.split);
    if (split < 0)
      return {};
    int64_t moved = llvm::find(relayout.perm, split) - relayout.perm.begin();
    kind.axis = axisAfterReshape(permuted(relayout.split, relayout.perm), moved,
                                 relayout.shape);
    if (kind.axis < 0)
      return {};
  }
  // Grouped scales would have to be permuted along.
  if (q.group && (relayout.split != t.shape || relayout.shape != t.shape ||
                  !llvm::is_sorted(relayout.perm)))
    return {};
  MLIRContext *context = builder.getContext();
  HostTensor codes = q.codes.reshaped(relayout.split)
                         .transposed(relayout.perm)
                         .reshaped(relayout.shape);
  Value storage = materialize(codes, t.constantName, q.loc);
  Attribute scale =
      scaleAttr(context, kind, t.type, relayout.shape.size(), Layout::Natural);
  Value words =
      toCodes(builder, q.loc, storage, codeType(context, codes.type, scale));
  Value scaleIn = scaleValue(*this, q.scale, q.loc);
  Value zeroIn = zeroPointValue(*this, q.zeroPoint, q.loc);
  return DequantizeOp::create(
      builder, q.loc,
      RankedTensorType::get(relayout.shape, storageType(context, t.type)),
      words, scaleIn, zeroIn);
}

static LogicalResult importDynamicQuantize(Node &node) {
  if (failed(node.arity(1, 1, 3)))
    return failure();
  TensorRef x = node.in(0);
  if (x->type != kFloat)
    return node.error() << "expected a float input, found "
                        << dataTypeName(x->type);
  OpBuilder &b = node.b;
  QuantType type =
      codeType(b.getContext(), kUInt8,
               TensorScaleAttr::get(b.getContext(), b.getF32Type()));
  Value input = node.get(x, x->home);
  auto params = ChooseParamsOp::create(
      b, node.loc, RankedTensorType::get({}, b.getF32Type()),
      RankedTensorType::get({}, b.getI32Type()), input, type,
      /*symmetric=*/false);
  auto codesType = RankedTensorType::get(typeOf(input).getShape(), type);
  codedResult(node, 0, kUInt8, x->shape,
              QuantizeOp::create(b, node.loc, codesType, input,
                                 params.getScale(), params.getZeroPoint()),
              x->home, x->flatDims);
  node.result(1, kFloat, {}, params.getScale());
  auto byte = RankedTensorType::get({}, b.getIntegerType(8));
  TensorRef zero = node.result(
      2, kUInt8, {},
      arith::TruncIOp::create(b, node.loc, byte, params.getZeroPoint()));
  zero->wide = params.getZeroPoint();
  return success();
}

void qs::importer::addQuantOps(HandlerTable &table) {
  table["QuantizeLinear"] = importQuantize;
  table["DequantizeLinear"] = importDequantize;
  table["DynamicQuantizeLinear"] = importDynamicQuantize;
}
