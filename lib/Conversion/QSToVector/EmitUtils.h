//===- EmitUtils.h - Short names for common IR ------------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_LIB_CONVERSION_QSTOVECTOR_EMITUTILS_H
#define QS_LIB_CONVERSION_QSTOVECTOR_EMITUTILS_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace qs::vec {

inline mlir::Value constIndex(mlir::OpBuilder &b, mlir::Location loc,
                              int64_t value) {
  return mlir::arith::ConstantIndexOp::create(b, loc, value);
}

/// A vector constant; `value` is wrapped to the element type.
template <typename T>
mlir::Value splat(mlir::OpBuilder &b, mlir::Location loc, mlir::Type type,
                  T value) {
  auto vector = mlir::cast<mlir::VectorType>(type);
  mlir::Type element = vector.getElementType();
  mlir::Attribute attr;
  if (mlir::isa<mlir::FloatType>(element))
    attr = b.getFloatAttr(element, double(value));
  else
    attr = b.getIntegerAttr(
        element, llvm::APInt(element.getIntOrFloatBitWidth(), int64_t(value),
                             /*isSigned=*/true, /*implicitTrunc=*/true));
  return mlir::arith::ConstantOp::create(
      b, loc, mlir::DenseElementsAttr::get(vector, attr));
}

/// `a + constant`, without an op for + 0.
inline mlir::Value addIndex(mlir::OpBuilder &b, mlir::Location loc,
                            mlir::Value a, int64_t constant) {
  if (constant == 0)
    return a;
  return mlir::arith::AddIOp::create(b, loc, a, constIndex(b, loc, constant));
}

inline mlir::Value addIndex(mlir::OpBuilder &b, mlir::Location loc,
                            mlir::Value a, mlir::Value c) {
  return mlir::arith::AddIOp::create(b, loc, a, c);
}

/// `a * constant`.
inline mlir::Value mulIndex(mlir::OpBuilder &b, mlir::Location loc,
                            mlir::Value a, int64_t constant) {
  if (constant == 1)
    return a;
  if (constant == 0)
    return constIndex(b, loc, 0);
  return mlir::arith::MulIOp::create(b, loc, a, constIndex(b, loc, constant));
}

/// Runs `body(i)` for i = 0, step, ... below `count`; a single trip needs no
/// loop, none emits nothing.
void forEach(mlir::OpBuilder &b, mlir::Location loc, int64_t count,
             int64_t step, llvm::function_ref<void(mlir::Value)> body);

/// `threads` where so many products are worth starting them, else 1: below a
/// million the work takes less time than the start.
inline int64_t threadsFor(double products, int64_t threads) {
  return products < 1e6 ? 1 : threads;
}

/// As forEach, with the trips shared by `threads` (an scf.parallel where these
/// and the trips are several).
void forEachShared(mlir::OpBuilder &b, mlir::Location loc, int64_t count,
                   int64_t step, int64_t threads,
                   llvm::function_ref<void(mlir::Value)> body);

/// As forEach, with values carried from trip to trip.
llvm::SmallVector<mlir::Value>
forCarrying(mlir::OpBuilder &b, mlir::Location loc, int64_t count, int64_t step,
            mlir::ValueRange init,
            llvm::function_ref<llvm::SmallVector<mlir::Value>(
                mlir::Value, mlir::ValueRange)>
                body);

/// Loads `type` at `index` of a flat memref: the first `valid` lanes, zero in
/// the others.
mlir::Value loadLanes(mlir::OpBuilder &b, mlir::Location loc,
                      mlir::VectorType type, mlir::Value memref,
                      mlir::Value index, int64_t valid);

/// Stores the first `valid` lanes of `value`.
void storeLanes(mlir::OpBuilder &b, mlir::Location loc, mlir::Value value,
                mlir::Value memref, mlir::Value index, int64_t valid);

} // namespace qs::vec

#endif // QS_LIB_CONVERSION_QSTOVECTOR_EMITUTILS_H
