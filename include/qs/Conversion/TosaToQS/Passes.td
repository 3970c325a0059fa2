//===- Passes.td - TOSA to qs -------------------------------*- tablegen -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_CONVERSION_TOSATOQS_PASSES
#define QS_CONVERSION_TOSATOQS_PASSES

include "mlir/Pass/PassBase.td"

def ConvertTosaToQS : Pass<"convert-tosa-to-qs", "::mlir::func::FuncOp"> {
  let summary = "Float convolutions and matrix multiplies of TOSA to qs ops";
  let description = [{
    `tosa.conv2d`, `tosa.depthwise_conv2d` and `tosa.matmul` on f32 become
    `qs.conv2d` and `qs.matmul`, so that float and integer linear ops take one
    way through packing and kernels. Constant weights are rearranged here. A
    bias of one element is stretched, a bias of zeros is dropped, and so is a
    slice that only cuts off what no window reads. Other element
    types stay TOSA, with a remark.
  }];
  let statistics = [Statistic<"numConverted", "converted", "Operations converted">];
  let dependentDialects = ["::mlir::arith::ArithDialect",
    "::mlir::tensor::TensorDialect", "::qs::QSDialect"];
}

#endif // QS_CONVERSION_TOSATOQS_PASSES
