//===- Passes.td - packed kernels to vector loops -----------*- tablegen -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_CONVERSION_QSTOVECTOR_PASSES
#define QS_CONVERSION_QSTOVECTOR_PASSES

include "mlir/Pass/PassBase.td"

def QSToVectorPass : Pass<"qs-to-vector", "::mlir::ModuleOp"> {
  let summary = "Packed kernels on memrefs to loops over vectors";
  let description = [{
    Every `qs.packed_matmul`, `qs.packed_conv2d` and `qs.prepare_rows` on memrefs
    becomes scf loops over vector operations and target intrinsics, tiled for
    the target that its layout names; `qs.packed_constant` becomes a constant
    `memref.global` aligned to a cache line.

    Precondition: buffers are contiguous (any offset) and the ops are bufferized;
    anything else is an error.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
    "::mlir::math::MathDialect", "::mlir::memref::MemRefDialect",
    "::mlir::scf::SCFDialect", "::mlir::vector::VectorDialect",
    "::mlir::LLVM::LLVMDialect"];
  let options = [Option<"threads", "threads", "int64_t", /*default=*/"1",
    "Loops over panels or rows of enough work become scf.parallel, for so many "
    "threads">];
  let statistics = [Statistic<"numKernels", "kernels", "Kernels generated">];
}

#endif // QS_CONVERSION_QSTOVECTOR_PASSES
