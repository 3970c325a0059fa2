//===- FloatProduct.cpp - An elementwise float product --------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Dialect/QS/Transforms/Utils/FloatProduct.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"

using namespace mlir;

Value qs::multiplyFloats(OpBuilder &builder, Location loc, Type type, Value lhs,
                         Value rhs) {
  auto byte = RankedTensorType::get(1, builder.getI8Type());
  Value shift = tosa::ConstOp::create(builder, loc, byte,
                                      DenseElementsAttr::get(byte, int8_t(0)));
  return tosa::MulOp::create(builder, loc, type, lhs, rhs, shift);
}
