//===- Passes.td - qs ops to linalg -------------------------*- tablegen -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_CONVERSION_QSTOLINALG_PASSES
#define QS_CONVERSION_QSTOLINALG_PASSES

include "mlir/Pass/PassBase.td"

def ConvertQSToLinalg : Pass<"convert-qs-to-linalg", "::mlir::ModuleOp"> {
  let summary = "Lower every qs op to linalg on tensors of storage integers";
  let description = [{
    Quantized tensors become tensors of i8 (codes of up to 8 bits) or i16, the
    code value sign- or zero-extended; ops become `linalg.generic` over scalar
    arithmetic that gives the bits docs/Spec.md defines. Out-of-range floats are
    clamped before they are cast, so no value is poison.

    Functions keep their original types in the attributes `qs.arg_types` and
    `qs.result_types`: a header or a runner needs the codes that the storage
    integers stand for.

    `qs.observe` returns its input. With `observe` it first calls
    `@qs_observe(data, elements, id)`, which the program that loads the code
    has to define; `qs.observers` on the module lists the names by id.
  }];
  let options = [
    Option<"observe", "observe", "bool", "false",
           "Call qs_observe for each qs.observe instead of dropping it">
  ];
  let dependentDialects = [
    "::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
    "::mlir::bufferization::BufferizationDialect", "::mlir::func::FuncDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::math::MathDialect",
    "::mlir::memref::MemRefDialect", "::mlir::tensor::TensorDialect"];
}

#endif // QS_CONVERSION_QSTOLINALG_PASSES
