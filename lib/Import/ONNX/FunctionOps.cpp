//===- FunctionOps.cpp - Elu, Gelu, Mish, Softplus, Atan, ... -------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Functions of single elements that TOSA has no operation for, as the formulas
// of the ONNX operator reference. Between quantized tensors of a few bits each
// of them becomes one table (FoldLookup.cpp).
//
//===----------------------------------------------------------------------===//

#include "Node.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include <cmath>

using namespace mlir;
using namespace qs::importer;

namespace {

/// The element, and steps on values of its type.
class Formula {
public:
  Formula(Node &node, const Operands &o, int32_t type)
      : x(o.values[0]), node(node), o(o), type(type) {}

  Value number(double value) {
    return node.importer.splat(type, Shape(o.physical.size(), 1), value,
                               node.loc);
  }
  template <typename Op> Value of(Value a) {
    return Op::create(node.b, node.loc, x.getType(), a);
  }
  template <typename Op> Value of(Value a, Value b) {
    return Op::create(node.b, node.loc, x.getType(), a, b);
  }
  Value add(Value a, Value b) { return of<tosa::AddOp>(a, b); }
  Value mul(Value a, Value b) { return emitMul(node, a, b); }
  Value scale(double by, Value a) { return mul(a, number(by)); }
  /// a > b ? yes : no.
  Value where(Value a, Value b, Value yes, Value no) {
    Value holds =
        node.make<tosa::GreaterOp>(o.physical, node.b.getI1Type(), a, b);
    return tosa::SelectOp::create(node.b, node.loc, x.getType(), holds, yes,
                                  no);
  }
  /// log(1 + exp(x)), which does not overflow.
  Value softplus() {
    Value zero = number(0);
    Value down = of<tosa::SubOp>(zero, of<tosa::AbsOp>(x));
    Value tail = of<math::Log1pOp>(of<tosa::ExpOp>(down));
    return add(where(x, zero, x, zero), tail);
  }

  Value x;

private:
  Node &node;
  const Operands &o;
  int32_t type;
};

} // namespace

static LogicalResult
importFunction(Node &node, llvm::function_ref<Value(Formula &)> formula) {
  if (failed(node.arity(1, 1)))
    return failure();
  TensorRef x = node.in(0);
  if (!isFloatType(x->type) || x->type == kDouble)
    return node.error() << "expected float, float16 or bfloat16, found "
                        << dataTypeName(x->type);
  Operands o = unaryOperand(node, x);
  Formula f(node, o, x->type);
  node.result(0, x->type, o.shape, formula(f), o.layout, o.flatDims);
  return success();
}

template <typename Op> static LogicalResult importOp(Node &node) {
  return importFunction(node, [](Formula &f) { return f.of<Op>(f.x); });
}

/// x where it is positive, else alpha (exp(x / width) - 1), all times gamma.
static LogicalResult importExponential(Node &node) {
  bool celu = node.op() == "Celu", selu = node.op() == "Selu";
  double alpha = node.getFloat("alpha", selu ? 1.6732632423543772 : 1);
  double gamma = selu ? node.getFloat("gamma", 1.0507009873554805) : 1;
  if (celu && alpha == 0)
    return node.error() << "expected an alpha other than 0";
  return importFunction(node, [&](Formula &f) {
    Value inner = celu ? f.scale(1 / alpha, f.x) : f.x;
    Value down = f.scale(gamma * alpha, f.of<math::ExpM1Op>(inner));
    return f.where(f.x, f.number(0), selu ? f.scale(gamma, f.x) : f.x, down);
  });
}

static LogicalResult importThresholdedRelu(Node &node) {
  double alpha = node.getFloat("alpha", 1);
  return importFunction(node, [&](Formula &f) {
    return f.where(f.x, f.number(alpha), f.x, f.number(0));
  });
}

static LogicalResult importShrink(Node &node) {
  double bias = node.getFloat("bias", 0), limit = node.getFloat("lambd", 0.5);
  return importFunction(node, [&](Formula &f) {
    // Both hold for some numbers where the limit is negative; the first counts.
    Value high =
        f.where(f.x, f.number(limit), f.add(f.x, f.number(-bias)), f.number(0));
    return f.where(f.number(-limit), f.x, f.add(f.x, f.number(bias)), high);
  });
}

static LogicalResult importSoftplus(Node &node) {
  return importFunction(node, [](Formula &f) { return f.softplus(); });
}

static LogicalResult importMish(Node &node) {
  return importFunction(node, [](Formula &f) {
    return f.mul(f.x, f.of<tosa::TanhOp>(f.softplus()));
  });
}

static LogicalResult importSoftsign(Node &node) {
  return importFunction(node, [](Formula &f) -> Value {
    Value below = f.add(f.of<tosa::AbsOp>(f.x), f.number(1));
    return f.of<arith::DivFOp>(f.x, below);
  });
}

static LogicalResult importSign(Node &node) {
  return importFunction(node, [](Formula &f) {
    Value zero = f.number(0);
    Value low = f.where(zero, f.x, f.number(-1), zero);
    return f.where(f.x, zero, f.number(1), low);
  });
}

static LogicalResult importGelu(Node &node) {
  std::string approximate = node.getString("approximate", "none");
  if (approximate != "none" && approximate != "tanh")
    return node.error() << "expected the attribute approximate to be none or "
                           "tanh, found '"
                        << approximate << "'";
  return importFunction(node, [&](Formula &f) {
    Value curve;
    if (approximate == "none") {
      curve = f.of<tosa::ErfOp>(f.scale(std::sqrt(0.5), f.x));
    } else {
      Value cube = f.mul(f.mul(f.x, f.x), f.x);
      Value inner = f.add(f.x, f.scale(0.044715, cube));
      curve = f.of<tosa::TanhOp>(f.scale(std::sqrt(2 / M_PI), inner));
    }
    return f.mul(f.scale(0.5, f.x), f.add(curve, f.number(1)));
  });
}

void qs::importer::addFunctionOps(HandlerTable &table) {
  table["Acos"] = importOp<math::AcosOp>;
  table["Acosh"] = importOp<math::AcoshOp>;
  table["Asin"] = importOp<math::AsinOp>;
  table["Asinh"] = importOp<math::AsinhOp>;
  table["Atan"] = importOp<math::AtanOp>;
  table["Atanh"] = importOp<math::AtanhOp>;
  table["Cos"] = importOp<tosa::CosOp>;
  table["Cosh"] = importOp<math::CoshOp>;
  table["Sin"] = importOp<tosa::SinOp>;
  table["Sinh"] = importOp<math::SinhOp>;
  table["Tan"] = importOp<math::TanOp>;
  table["Celu"] = importExponential;
  table["Elu"] = importExponential;
  table["Selu"] = importExponential;
  table["Gelu"] = importGelu;
  table["Mish"] = importMish;
  table["Shrink"] = importShrink;
  table["Sign"] = importSign;
  table["Softplus"] = importSoftplus;
  table["Softsign"] = importSoftsign;
  table["ThresholdedRelu"] = importThresholdedRelu;
}
