//===- Passes.td - packing for a target ---------------------*- tablegen -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_DIALECT_QS_TRANSFORMS_PACK_PASSES
#define QS_DIALECT_QS_TRANSFORMS_PACK_PASSES

include "mlir/Pass/PassBase.td"

def PackPass : Pass<"qs-pack", "::mlir::func::FuncOp"> {
  let summary = "Pack weights for a target and fuse kernel epilogues";
  let description = [{
    Turns `qs.matmul` and `qs.conv2d` with constant weights, and the f32
    `tosa.conv2d`, `tosa.depthwise_conv2d` and `tosa.matmul`, into
    `qs.packed_matmul` and `qs.packed_conv2d` on code words:

    * zero points of weights are subtracted from the constant; zero points of
      activations go into the bias (`bias - zp * column sums`);
    * weights are laid out for the dot primitive of the target;
    * activations are padded and, where the primitive wants it, rewritten by one
      `qs.prepare_rows`;
    * a single `qs.requantize` that follows, and a `qs.clamp` behind it, become
      the epilogue; on f32 an added constant and a `tosa.clamp` do;
    * a `qs.lookup` of bytes in a constant table becomes `qs.lookup_bytes`.

    An op that is left alone gives a remark with layer, op and reason
    (`--remarks-filter=qs`); the general path lowers it.

    Precondition: static shapes. Targets are the rows of Targets.h; `host` takes
    the best one that this machine runs.
  }];
  let options = [Option<"target", "target", "std::string", "\"generic\"",
                        "avx512vnni, avx2, generic, or host">,
                 Option<"fives", "fives", "bool", "false",
                        "Ternary weights five in a byte: a fifth less memory, "
                        "slower where they come from a cache">];
  let statistics = [
    Statistic<"numPacked", "packed", "Operations packed">,
    Statistic<"numLeft", "left", "Operations left alone">];
  let dependentDialects = ["::qs::QSDialect", "::mlir::arith::ArithDialect",
                           "::mlir::linalg::LinalgDialect",
                           "::mlir::tensor::TensorDialect"];
}

#endif // QS_DIALECT_QS_TRANSFORMS_PACK_PASSES
