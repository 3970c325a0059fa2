//===- ExpandHalves.cpp - f16 and f32 without instructions for it ---------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/TypeUtilities.h"
#include "qs/Target/Native/Passes.h"
#include <cmath>

namespace qs::native {
#define GEN_PASS_DEF_QSEXPANDHALVES
#include "qs/Target/Native/Passes.h.inc"
} // namespace qs::native

using namespace mlir;
using namespace qs::native;

namespace {

/// Bit arithmetic on scalars and on vectors alike.
class Bits {
public:
  Bits(OpBuilder &b, Operation *op, Type shape)
      : b(b), loc(op->getLoc()), shape(shape) {}

  Type like(Type element) const {
    auto shaped = dyn_cast<ShapedType>(shape);
    return shaped ? Type(shaped.clone(element)) : element;
  }
  Value integer(uint32_t value) {
    Type type = like(b.getI32Type());
    TypedAttr attr = b.getI32IntegerAttr(int32_t(value));
    if (auto shaped = dyn_cast<ShapedType>(type))
      attr = DenseElementsAttr::get(shaped, Attribute(attr));
    return arith::ConstantOp::create(b, loc, type, attr);
  }
  Value real(float value) {
    return asFloat(integer(llvm::bit_cast<uint32_t>(value)));
  }
  Value asFloat(Value x) {
    return arith::BitcastOp::create(b, loc, like(b.getF32Type()), x);
  }
  Value asInteger(Value x) {
    return arith::BitcastOp::create(b, loc, like(b.getI32Type()), x);
  }
  Value land(Value x, uint32_t y) {
    return arith::AndIOp::create(b, loc, x, integer(y));
  }
  Value lor(Value x, Value y) { return arith::OrIOp::create(b, loc, x, y); }
  Value shl(Value x, uint32_t n) {
    return arith::ShLIOp::create(b, loc, x, integer(n));
  }
  Value shr(Value x, uint32_t n) {
    return arith::ShRUIOp::create(b, loc, x, integer(n));
  }
  Value add(Value x, Value y) { return arith::AddIOp::create(b, loc, x, y); }
  Value below(Value x, uint32_t y) {
    return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, x,
                                 integer(y));
  }
  Value select(Value condition, Value x, Value y) {
    return arith::SelectOp::create(b, loc, condition, x, y);
  }

  OpBuilder &b;
  Location loc;

private:
  Type shape;
};

/// Exponent and fraction of a (possibly denormal) f32 that is too small by the
/// difference of the two biases; infinities and NaN have the highest exponent.
Value widen(Bits &bits, Value half) {
  OpBuilder &b = bits.b;
  Value word =
      arith::BitcastOp::create(b, bits.loc, bits.like(b.getI16Type()), half);
  word = arith::ExtUIOp::create(b, bits.loc, bits.like(b.getI32Type()), word);
  Value magnitude = bits.land(word, 0x7fff);
  Value sign = bits.shl(bits.land(word, 0x8000), 16);
  Value shifted = bits.shl(magnitude, 13);
  Value finite = bits.asInteger(arith::MulFOp::create(
      b, bits.loc, bits.asFloat(shifted), bits.real(std::ldexp(1.0f, 112))));
  Value special = bits.lor(shifted, bits.integer(0x7f800000));
  Value result = bits.select(bits.below(magnitude, 0x7c00), finite, special);
  return bits.asFloat(bits.lor(result, sign));
}

/// To the nearest f16, ties to even, overflow to infinity.
Value narrow(Bits &bits, Value real) {
  OpBuilder &b = bits.b;
  Value word = bits.asInteger(real);
  Value sign = bits.shr(bits.land(word, 0x80000000), 16);
  Value magnitude = bits.land(word, 0x7fffffff);
  // Below 2^-14 an addition leaves the subnormal in the lowest bits.
  Value small = arith::AddFOp::create(b, bits.loc, bits.asFloat(magnitude),
                                      bits.real(0.5f));
  small = bits.add(bits.asInteger(small), bits.integer(0u - 0x3f000000u));
  // Elsewhere half a step, less one where the fraction is even; the other bias.
  Value odd = bits.land(bits.shr(magnitude, 13), 1);
  Value normal = bits.shr(
      bits.add(bits.add(magnitude, odd), bits.integer(0xc8000fffu)), 13);
  Value isNaN =
      arith::CmpFOp::create(b, bits.loc, arith::CmpFPredicate::UNO, real, real);
  Value special =
      bits.select(isNaN, bits.integer(0x7e00), bits.integer(0x7c00));
  Value result = bits.select(
      bits.below(magnitude, 0x38800000), small,
      bits.select(bits.below(magnitude, 0x47800000), normal, special));
  result = arith::TruncIOp::create(b, bits.loc, bits.like(b.getI16Type()),
                                   bits.lor(result, sign));
  return arith::BitcastOp::create(b, bits.loc, bits.like(b.getF16Type()),
                                  result);
}

struct ExpandHalves : qs::native::impl::QSExpandHalvesBase<ExpandHalves> {
  void runOnOperation() override {
    getOperation().walk([](Operation *op) {
      if (!isa<arith::ExtFOp, arith::TruncFOp>(op))
        return;
      Value from = op->getOperand(0);
      Type source = getElementTypeOrSelf(from.getType());
      Type result = getElementTypeOrSelf(op->getResult(0).getType());
      OpBuilder b(op);
      Bits bits(b, op, from.getType());
      Value made;
      if (isa<arith::ExtFOp>(op) && source.isF16())
        made = widen(bits, from);
      else if (isa<arith::TruncFOp>(op) && source.isF32() && result.isF16())
        made = narrow(bits, from);
      else
        return;
      if (made.getType() != op->getResult(0).getType()) // f64
        made = arith::ExtFOp::create(b, op->getLoc(),
                                     op->getResult(0).getType(), made);
      op->getResult(0).replaceAllUsesWith(made);
      op->erase();
    });
  }
};

} // namespace
