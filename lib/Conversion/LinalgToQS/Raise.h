//===- Raise.h - the parts of the raising pass --------------------*- C++
//-*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// One function a family of ops. Each gives the value that stands for the
/// result of the op, or null and the reason in `why`; it never changes the op.
/// Values that it built before it gave up are dead and erased by the pass.
///
//===----------------------------------------------------------------------===//

#ifndef QS_CONVERSION_LINALGTOQS_RAISE_H
#define QS_CONVERSION_LINALGTOQS_RAISE_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"
#include <optional>

namespace qs::raise {

/// What builds the ops: at the op that is raised, under its location.
struct Context {
  mlir::OpBuilder &b;
  mlir::Location loc;
  std::string &why;

  /// Sets the reason, unless there is one already.
  std::nullptr_t fail(llvm::StringRef reason) {
    if (why.empty())
      why = reason.str();
    return nullptr;
  }
};

mlir::Value raiseElementwise(mlir::linalg::LinalgOp op, Context &c);
mlir::Value raiseContraction(mlir::linalg::LinalgOp op, Context &c);
mlir::Value raiseConvolution(mlir::linalg::LinalgOp op, Context &c);
mlir::Value raisePooling(mlir::linalg::LinalgOp op, Context &c);
/// The average that `op` makes of the sum pool in front of it; null (and no
/// reason) where it makes none.
mlir::Value raiseAverage(mlir::linalg::LinalgOp op, Context &c);
/// A sum over some axes.
mlir::Value raiseReduction(mlir::linalg::LinalgOp op, Context &c);
/// `linalg.transpose`, `tensor.collapse_shape`, `tensor.expand_shape`,
/// `tensor.concat`.
mlir::Value raiseMovement(mlir::Operation *op, Context &c);
/// `tensor.pad` that no convolution or pool took.
mlir::Value raisePad(mlir::tensor::PadOp op, Context &c);

/// True for 2-D convolutions and pools that the functions above know.
bool isConvolution(mlir::Operation *op);
bool isPooling(mlir::Operation *op);

/// A ranked tensor of f32 with a static shape.
bool isStaticF32(mlir::Value value);
mlir::RankedTensorType typeOf(mlir::Value value);

/// `value` in another shape; folds constants and what reshapes it already.
mlir::Value makeReshape(Context &c, mlir::Value value,
                        llvm::ArrayRef<int64_t> shape);
/// Axis i of the result is axis `permutation[i]` of `value`; folds constants
/// and transposes.
mlir::Value makeTranspose(Context &c, mlir::Value value,
                          llvm::ArrayRef<int64_t> permutation);
/// The permutation of the `tosa.transpose` that gives `value`.
std::optional<llvm::SmallVector<int64_t>> transposeOf(mlir::Value value);
/// The first rows and columns of an NHWC tensor.
mlir::Value makeCrop(Context &c, mlir::Value value, int64_t rows,
                     int64_t columns);

/// A tensor in the loop space of an op: axis i of `source` runs with loop
/// `axes[i]`, it is the same along all others. Or one number.
struct Operand {
  mlir::Value source;
  llvm::SmallVector<int64_t> axes;
  std::optional<float> scalar;
};
/// Sees through fills, broadcasts and splat constants. Nothing where `value`
/// is no static f32 tensor or `map` is not a projected permutation.
std::optional<Operand> resolve(Context &c, mlir::Value value,
                               mlir::AffineMap map);
/// `value` with all its axes.
std::optional<Operand> resolve(Context &c, mlir::Value value);

/// The f32 that a scalar is, where it is constant.
std::optional<float> constantScalar(mlir::Value value);

/// Static zero (or `filler`) padding of the axes `axes` alone, taken off
/// `value`: [low, high] for each of them. Nothing where there is none.
std::optional<llvm::SmallVector<int64_t>>
takePadding(mlir::Value &value, llvm::ArrayRef<int64_t> axes,
            llvm::function_ref<bool(float)> isFiller);

/// Translates the scalars of a body to tensors of one rank, whose axes are of
/// full size or 1.
class Scalars {
public:
  Scalars(Context &c, int64_t rank) : c(c), rank(rank) {}
  void map(mlir::Value scalar, mlir::Value tensor) { known[scalar] = tensor; }
  /// Null, and a reason, where TOSA has no such op.
  mlir::Value get(mlir::Value scalar);

private:
  mlir::Value translate(mlir::Operation *op);
  mlir::Value boundOf(mlir::arith::CmpFOp compare, mlir::Value first,
                      mlir::Value second);
  mlir::Value select(mlir::Operation *op);
  mlir::Value divide(mlir::Value lhs, mlir::Value rhs);
  mlir::Value bound(mlir::Value x, mlir::Value y, bool larger, bool propagate);
  mlir::Value constant(float value);
  mlir::Value fold(mlir::Value lhs, mlir::Value rhs,
                   llvm::function_ref<float(float, float)> function);
  mlir::RankedTensorType broadcast(mlir::Value lhs, mlir::Value rhs);

  Context &c;
  int64_t rank;
  llvm::DenseMap<mlir::Value, mlir::Value> known;
};

} // namespace qs::raise

#endif // QS_CONVERSION_LINALGTOQS_RAISE_H
