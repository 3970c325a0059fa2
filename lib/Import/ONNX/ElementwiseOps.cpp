//===- ElementwiseOps.cpp - Relu, Clip, Add, Mul, Sigmoid, ... ------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Node.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include <cmath>
#include <limits>

using namespace mlir;
using namespace qs::importer;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::optional<Shape> qs::importer::broadcastShapes(llvm::ArrayRef<int64_t> x,
                                                   llvm::ArrayRef<int64_t> y) {
  if (x.size() < y.size())
    std::swap(x, y);
  Shape shape(x.begin(), x.end());
  size_t lead = x.size() - y.size();
  for (size_t i = 0; i < y.size(); ++i) {
    int64_t &dim = shape[lead + i];
    if (dim == 1)
      dim = y[i];
    else if (y[i] != 1 && y[i] != dim)
      return std::nullopt;
  }
  return shape;
}

FailureOr<Operands>
qs::importer::alignOperands(Node &node, llvm::ArrayRef<TensorRef> tensors) {
  Operands result;
  result.shape = tensors.front()->shape;
  for (const TensorRef &t : tensors.drop_front()) {
    std::optional<Shape> shape = broadcastShapes(result.shape, t->shape);
    if (!shape || t->type != tensors.front()->type)
      return node.error() << "expected operands of one type whose shapes "
                             "broadcast, found "
                          << shapeText(result.shape) << " of "
                          << dataTypeName(tensors.front()->type) << " and "
                          << shapeText(t->shape) << " of "
                          << dataTypeName(t->type);
    result.shape = *shape;
  }
  int64_t rank = static_cast<int64_t>(result.shape.size());
  for (const TensorRef &t : tensors) {
    if (t->rank() != rank || t->home == Layout::Natural)
      continue;
    // A flat image keeps its order only beside scalars and its like.
    if (t->home == Layout::FlatChannels &&
        !llvm::all_of(tensors, [&](const TensorRef &other) {
          return elementCount(other->shape) == 1 ||
                 (other->shape == t->shape && other->flatDims == t->flatDims);
        }))
      continue;
    result.layout = t->home;
    result.flatDims = t->flatDims;
  }
  for (const TensorRef &t : tensors) {
    if (t->rank() == rank && elementCount(t->shape) != 1) {
      result.values.push_back(node.get(t, result.layout));
      continue;
    }
    // Of lower rank: leading dimensions of size 1 first, then the layout.
    Relayout r;
    r.split.assign(rank - t->rank(), 1);
    r.split.append(t->shape);
    r.perm = result.layout == Layout::ChannelsLast
                 ? toChannelsLast(rank)
                 : Shape(llvm::to_vector(llvm::seq<int64_t>(0, rank)));
    r.shape = permuted(r.split, r.perm);
    result.values.push_back(node.importer.get(t, r, node.loc));
  }
  Tensor out;
  out.shape = result.shape;
  result.physical = physicalShape(out, result.layout);
  return result;
}

Operands qs::importer::unaryOperand(Node &node, const TensorRef &x) {
  Operands result;
  result.layout = x->home;
  result.shape = x->shape;
  result.flatDims = x->flatDims;
  result.values = {node.get(x, x->home)};
  result.physical.assign(typeOf(result.values[0]).getShape());
  return result;
}

static void define(Node &node, const Operands &o, int32_t type, Value value) {
  node.result(0, type, o.shape, value, o.layout, o.flatDims);
}

static LogicalResult checkFloat(Node &node, const TensorRef &x) {
  if (isFloatType(x->type) && x->type != kDouble)
    return success();
  return node.error() << "expected float, float16 or bfloat16, found "
                      << dataTypeName(x->type);
}

/// TOSA computes in floats and in 32-bit integers.
static LogicalResult checkArithmetic(Node &node, const TensorRef &x) {
  if (x->type == kInt32)
    return success();
  return checkFloat(node, x);
}

Value qs::importer::emitMul(Node &node, Value x, Value y) {
  std::optional<Shape> shape =
      broadcastShapes(typeOf(x).getShape(), typeOf(y).getShape());
  Value shift = node.importer.splat(kInt8, {1}, 0, node.loc);
  return node.make<tosa::MulOp>(*shape, typeOf(x).getElementType(), x, y,
                                shift);
}

//===----------------------------------------------------------------------===//
// One operand
//===----------------------------------------------------------------------===//

static Value emitClampValue(Node &node, Value x, double min, double max) {
  auto element = typeOf(x).getElementType();
  if (isa<IntegerType>(element)) {
    auto bound = [&](double value) {
      value = std::max(-2147483648.0, std::min(2147483647.0, value));
      return node.b.getIntegerAttr(element, static_cast<int64_t>(value));
    };
    return node.make<tosa::ClampOp>(typeOf(x).getShape(), element, x,
                                    bound(min), bound(max));
  }
  return node.make<tosa::ClampOp>(typeOf(x).getShape(), element, x,
                                  node.b.getFloatAttr(element, min),
                                  node.b.getFloatAttr(element, max));
}

LogicalResult qs::importer::emitClamp(Node &node, const TensorRef &x,
                                      double min, double max) {
  if (failed(checkArithmetic(node, x)))
    return failure();
  if (!(min <= max))
    return node.error() << "expected a minimum not above the maximum, found "
                        << min << " and " << max;
  Operands o = unaryOperand(node, x);
  define(node, o, x->type, emitClampValue(node, o.values[0], min, max));
  return success();
}

static LogicalResult importRelu(Node &node) {
  if (failed(node.arity(1, 1)))
    return failure();
  return emitClamp(node, node.in(0), 0, kInfinity);
}

static LogicalResult importClip(Node &node) {
  if (failed(node.arity(1, 3)))
    return failure();
  double limits[2] = {node.getFloat("min", -kInfinity),
                      node.getFloat("max", kInfinity)};
  bool computed = false;
  for (unsigned i = 0; i < 2; ++i) {
    TensorRef bound = node.in(i + 1);
    if (!bound)
      continue;
    if (!bound->isConstant()) {
      computed = true;
      continue;
    }
    auto value = node.constantScalar(i + 1, i ? "max" : "min");
    if (failed(value))
      return failure();
    limits[i] = **value;
  }
  TensorRef x = node.in(0);
  if (!computed)
    return emitClamp(node, x, limits[0], limits[1]);
  llvm::SmallVector<TensorRef> operands = {x};
  for (unsigned i = 1; i < 3; ++i)
    if (node.in(i))
      operands.push_back(node.in(i));
  if (failed(checkArithmetic(node, x)))
    return failure();
  FailureOr<Operands> o = alignOperands(node, operands);
  if (failed(o))
    return failure();
  Value value = o->values[0];
  Type element = typeOf(value).getElementType();
  unsigned next = 1;
  if (node.in(1))
    value = node.make<tosa::MaximumOp>(o->physical, element, value,
                                       o->values[next++]);
  if (node.in(2))
    value = node.make<tosa::MinimumOp>(o->physical, element, value,
                                       o->values[next]);
  define(node, *o, x->type, value);
  return success();
}

/// Operators that are one TOSA operation of one operand.
template <typename Op> static LogicalResult importUnary(Node &node) {
  if (failed(node.arity(1, 1)) || failed(checkFloat(node, node.in(0))))
    return failure();
  Operands o = unaryOperand(node, node.in(0));
  Value x = o.values[0];
  define(node, o, node.in(0)->type,
         Op::create(node.b, node.loc, x.getType(), x));
  return success();
}

static LogicalResult importNeg(Node &node) {
  if (failed(node.arity(1, 1)) || failed(checkFloat(node, node.in(0))))
    return failure();
  Operands o = unaryOperand(node, node.in(0));
  Value x = o.values[0];
  Value zero = node.importer.splat(node.in(0)->type, {1}, 0, node.loc);
  define(node, o, node.in(0)->type,
         tosa::NegateOp::create(node.b, node.loc, x.getType(), x, zero, zero));
  return success();
}

static Value emitSqrt(Node &node, Value x) {
  Value root = tosa::RsqrtOp::create(node.b, node.loc, x.getType(), x);
  return tosa::ReciprocalOp::create(node.b, node.loc, x.getType(), root);
}

static LogicalResult importSqrt(Node &node) {
  if (failed(node.arity(1, 1)) || failed(checkFloat(node, node.in(0))))
    return failure();
  Operands o = unaryOperand(node, node.in(0));
  define(node, o, node.in(0)->type, emitSqrt(node, o.values[0]));
  return success();
}

/// A constant that broadcasts to `x` and one element in it.
static Value scalarLike(Node &node, Value x, int32_t type, double value) {
  Shape ones(typeOf(x).getRank(), 1);
  return node.importer.splat(type, ones, value, node.loc);
}

static LogicalResult importLeakyRelu(Node &node) {
  double alpha = node.getFloat("alpha", 0.01);
  if (failed(node.arity(1, 1)) || failed(checkFloat(node, node.in(0))))
    return failure();
  int32_t type = node.in(0)->type;
  Operands o = unaryOperand(node, node.in(0));
  Value x = o.values[0];
  Value scaled = emitMul(node, x, scalarLike(node, x, type, alpha));
  Value zero = scalarLike(node, x, type, 0);
  Value positive =
      node.make<tosa::GreaterEqualOp>(o.physical, node.b.getI1Type(), x, zero);
  define(node, o, type,
         node.make<tosa::SelectOp>(o.physical, typeOf(x).getElementType(),
                                   positive, x, scaled));
  return success();
}

/// max(0, min(1, alpha x + beta)), by itself or times x.
static LogicalResult importHardSigmoid(Node &node) {
  bool swish = node.op() == "HardSwish";
  double alpha = swish ? 1.0 / 6.0 : node.getFloat("alpha", 0.2);
  double beta = swish ? 0.5 : node.getFloat("beta", 0.5);
  if (failed(node.arity(1, 1)) || failed(checkFloat(node, node.in(0))))
    return failure();
  int32_t type = node.in(0)->type;
  Operands o = unaryOperand(node, node.in(0));
  Value x = o.values[0];
  Value line = emitMul(node, x, scalarLike(node, x, type, alpha));
  line = node.make<tosa::AddOp>(o.physical, typeOf(x).getElementType(), line,
                                scalarLike(node, x, type, beta));
  Value gate = emitClampValue(node, line, 0, 1);
  define(node, o, type, swish ? emitMul(node, x, gate) : gate);
  return success();
}

/// TOSA has no rounding of floats to floats; both standards break ties to even.
static LogicalResult importRound(Node &node) {
  if (failed(node.arity(1, 1)) || failed(checkFloat(node, node.in(0))))
    return failure();
  Operands o = unaryOperand(node, node.in(0));
  define(node, o, node.in(0)->type,
         math::RoundEvenOp::create(node.b, node.loc, o.values[0]));
  return success();
}

static LogicalResult importCast(Node &node) {
  TensorRef x = node.in(0);
  int32_t to = static_cast<int32_t>(node.getInt("to", 0));
  node.ignore("saturate");
  if (failed(node.arity(1, 1)))
    return failure();
  if (to == x->type) {
    node.result(0, x);
    return success();
  }
  auto simple = [](int32_t type) {
    return (isFloatType(type) && type != kDouble) || type == kInt32;
  };
  if (!simple(x->type) || !simple(to))
    return importCodeCast(node, x, to);
  Operands o = unaryOperand(node, x);
  Value value = o.values[0];
  // TOSA rounds floats to the nearest integer, ONNX truncates them.
  if (isFloatType(x->type) && to == kInt32)
    value = emitTruncate(node, value, x->type);
  define(node, o, to,
         node.make<tosa::CastOp>(o.physical,
                                 storageType(node.b.getContext(), to), value));
  return success();
}

Value qs::importer::emitTruncate(Node &node, Value x, int32_t type) {
  Type ty = x.getType();
  Value zero = scalarLike(node, x, type, 0);
  Value floor = tosa::FloorOp::create(node.b, node.loc, ty, x);
  Value ceil = tosa::CeilOp::create(node.b, node.loc, ty, x);
  Value positive = node.make<tosa::GreaterEqualOp>(typeOf(x).getShape(),
                                                   node.b.getI1Type(), x, zero);
  return tosa::SelectOp::create(node.b, node.loc, ty, positive, floor, ceil);
}

//===----------------------------------------------------------------------===//
// Two and more operands
//===----------------------------------------------------------------------===//

namespace {
enum class Arithmetic { Add, Sub, Mul, Div, Min, Max };
} // namespace

/// x / y, rounded once: TOSA has only the reciprocal, which rounds twice.
static Value emitDiv(Node &node, const Operands &o, Value x, Value y) {
  x = node.importer.broadcast(x, o.physical, node.loc);
  y = node.importer.broadcast(y, o.physical, node.loc);
  if (isa<IntegerType>(typeOf(x).getElementType()))
    return node.make<tosa::IntDivOp>(o.physical, typeOf(x).getElementType(), x,
                                     y);
  return arith::DivFOp::create(node.b, node.loc, x, y);
}

/// Division by a constant that is broadcast: by its reciprocal where that is
/// exact, and also for one divisor a channel, where it costs at most one unit
/// in the last place and lets the scale fold into a convolution. Null where
/// the division stays.
static TensorRef reciprocalConstant(Node &node, const TensorRef &x,
                                    const TensorRef &y) {
  if (!y->isConstant() || y->type != kFloat || x->shape == y->shape)
    return nullptr;
  HostTensor inverse = HostTensor::zeros(kFloat, y->shape);
  int64_t size = inverse.size();
  for (int64_t i = 0; i < size; ++i) {
    double value = y->host->floatAt(i);
    int exponent = 0;
    bool exact = std::fabs(std::frexp(value, &exponent)) == 0.5 &&
                 std::abs(exponent) < 120;
    if (size == 1 && !exact)
      return nullptr;
    inverse.setFloat(i, 1.0 / value);
  }
  return node.importer.constant(std::move(inverse), y->constantName);
}

template <Arithmetic kind> static LogicalResult importArithmetic(Node &node) {
  constexpr bool variadic = kind == Arithmetic::Min || kind == Arithmetic::Max;
  if (failed(node.arity(variadic ? 1 : 2, variadic ? 1u << 16 : 2)))
    return failure();
  llvm::SmallVector<TensorRef> operands;
  for (unsigned i = 0; i < node.numInputs(); ++i) {
    if (!node.in(i))
      return node.error() << "expected input " << i << ", found it omitted";
    operands.push_back(node.in(i));
  }
  if (failed(checkArithmetic(node, operands[0])))
    return failure();
  bool multiply = kind == Arithmetic::Mul;
  if (kind == Arithmetic::Div)
    if (TensorRef inverse =
            reciprocalConstant(node, operands[0], operands[1])) {
      operands[1] = inverse;
      multiply = true;
    }
  FailureOr<Operands> o = alignOperands(node, operands);
  if (failed(o))
    return failure();
  Value value = o->values[0];
  Type element = typeOf(value).getElementType();
  for (Value y : llvm::ArrayRef<Value>(o->values).drop_front()) {
    Shape shape =
        *broadcastShapes(typeOf(value).getShape(), typeOf(y).getShape());
    switch (kind) {
    case Arithmetic::Add:
      value = node.make<tosa::AddOp>(shape, element, value, y);
      break;
    case Arithmetic::Sub:
      value = node.make<tosa::SubOp>(shape, element, value, y);
      break;
    case Arithmetic::Mul:
      value = emitMul(node, value, y);
      break;
    case Arithmetic::Div:
      value = multiply ? emitMul(node, value, y) : emitDiv(node, *o, value, y);
      break;
    case Arithmetic::Min:
      value = node.make<tosa::MinimumOp>(shape, element, value, y);
      break;
    case Arithmetic::Max:
      value = node.make<tosa::MaximumOp>(shape, element, value, y);
      break;
    }
  }
  define(node, *o, operands[0]->type, value);
  return success();
}

static LogicalResult importPow(Node &node) {
  if (failed(node.arity(2, 2)) || failed(checkFloat(node, node.in(0))))
    return failure();
  TensorRef x = node.in(0), y = node.in(1);
  if (y->isConstant() && y->host->size() == 1 && y->rank() <= x->rank()) {
    double exponent = y->host->floatAt(0);
    Operands o = unaryOperand(node, x);
    if (exponent == 1) {
      node.result(0, x);
      return success();
    }
    if (exponent == 2) {
      define(node, o, x->type, emitMul(node, o.values[0], o.values[0]));
      return success();
    }
    if (exponent == 0.5) {
      define(node, o, x->type, emitSqrt(node, o.values[0]));
      return success();
    }
    define(node, o, x->type,
           node.make<tosa::PowOp>(
               o.physical, typeOf(o.values[0]).getElementType(), o.values[0],
               scalarLike(node, o.values[0], x->type, exponent)));
    return success();
  }
  FailureOr<Operands> o = alignOperands(node, {x, y});
  if (failed(o))
    return failure();
  define(node, *o, x->type,
         node.make<tosa::PowOp>(o->physical,
                                typeOf(o->values[0]).getElementType(),
                                o->values[0], o->values[1]));
  return success();
}

void qs::importer::addElementwiseOps(HandlerTable &table) {
  table["Relu"] = importRelu;
  table["Clip"] = importClip;
  table["LeakyRelu"] = importLeakyRelu;
  table["HardSigmoid"] = importHardSigmoid;
  table["HardSwish"] = importHardSigmoid;
  table["Sigmoid"] = importUnary<tosa::SigmoidOp>;
  table["Tanh"] = importUnary<tosa::TanhOp>;
  table["Exp"] = importUnary<tosa::ExpOp>;
  table["Log"] = importUnary<tosa::LogOp>;
  table["Abs"] = importUnary<tosa::AbsOp>;
  table["Erf"] = importUnary<tosa::ErfOp>;
  table["Floor"] = importUnary<tosa::FloorOp>;
  table["Ceil"] = importUnary<tosa::CeilOp>;
  table["Reciprocal"] = importUnary<tosa::ReciprocalOp>;
  table["Neg"] = importNeg;
  table["Sqrt"] = importSqrt;
  table["Round"] = importRound;
  table["Cast"] = importCast;
  table["Add"] = importArithmetic<Arithmetic::Add>;
  table["Sub"] = importArithmetic<Arithmetic::Sub>;
  table["Mul"] = importArithmetic<Arithmetic::Mul>;
  table["Div"] = importArithmetic<Arithmetic::Div>;
  table["Min"] = importArithmetic<Arithmetic::Min>;
  table["Max"] = importArithmetic<Arithmetic::Max>;
  table["Pow"] = importPow;
}
