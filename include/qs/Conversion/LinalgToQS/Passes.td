//===- Passes.td - linalg on tensors to qs -------------------*- tablegen -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_CONVERSION_LINALGTOQS_PASSES
#define QS_CONVERSION_LINALGTOQS_PASSES

include "mlir/Pass/PassBase.td"

def ConvertLinalgToQS : Pass<"convert-linalg-to-qs", "::mlir::func::FuncOp"> {
  let summary = "Float linalg on tensors to the ops that quantization knows";
  let description = [{
    Raises f32 linalg of static shape: contractions to `qs.matmul`, 2-D
    convolutions to `qs.conv2d`, pools, sums, elementwise ops and movements to
    TOSA. Constant weights are permuted here. Convolutions and pools become
    NHWC; the transposes of an NCHW network move behind its elementwise ops and
    cancel, so that they stay at the edges. A `tensor.pad` with zero in front of
    a convolution (with the least value, in front of a maximum) becomes its
    padding. An accumulator that starts as zero goes, one that starts as a
    broadcast of a value a channel becomes the bias.

    A sum pool is raised together with the division by the size of its window.
    A division by a constant is a multiplication by its reciprocal, within one
    unit in the last place. What is left alone still runs in float and gives a
    remark with the reason.
  }];
  let statistics = [Statistic<"numRaised", "raised", "Operations raised">];
  let dependentDialects = ["::mlir::arith::ArithDialect",
    "::mlir::tensor::TensorDialect", "::mlir::tosa::TosaDialect",
    "::qs::QSDialect"];
}

#endif // QS_CONVERSION_LINALGTOQS_PASSES
