//===- Passes.td - from buffers to native code --------------*- tablegen -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_TARGET_NATIVE_PASSES
#define QS_TARGET_NATIVE_PASSES

include "mlir/Pass/PassBase.td"

def QSPlanMemory : Pass<"qs-plan-memory", "::mlir::func::FuncOp"> {
  let summary = "Replace allocations by places in one workspace";
  let description = [{
    Every `memref.alloc` becomes a view of a workspace that the caller passes as
    the last argument. A buffer lives from the first to the last op of the
    function's body that touches it or a view of it; buffers whose lives do not
    overlap share bytes. Offsets are multiples of 64 bytes; the largest buffers
    are placed first, each into the tightest gap that takes it.

    The function must be one block (ops with regions may stand in it). Sizes
    must be static: anything else is an error at the allocation. The total
    stands in the attribute `qs.workspace_bytes` and, with the sum without
    sharing, in a remark.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::memref::MemRefDialect"];
}

def QSInsertClocks : Pass<"qs-insert-clocks", "::mlir::ModuleOp"> {
  let summary = "Read a clock behind each layer";
  let description = [{
    For the times of a report, never for code that is shipped. In every public
    function `@qs_clock(id)`, which the program that runs the code provides, is
    called twice at the start and then behind each run of neighbouring ops (with
    memory effects, in the function's body) of one layer's name. The module's
    attribute `qs.clocks` names what ended at each id: "" at the start, "clock" at
    the second call, which measures what a call costs.

    A fused op belongs to the layer that its location names first.

    Preconditions: bodies of one block whose ops write planned buffers
    (`qs-plan-memory`).
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::func::FuncDialect"];
}

def QSExpandHalves : Pass<"qs-expand-halves", "::mlir::ModuleOp"> {
  let summary = "f16 to f32 and back by integer operations";
  let description = [{
    `arith.extf` from f16 and `arith.truncf` from f32 to f16, of scalars and of
    vectors, as shifts, masks and one product or sum of f32, with the same
    results for every number (a NaN stays a NaN). For targets without
    instructions for it, where LLVM would call a function of the compiler's
    run-time library for each element.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

def QSFlattenConstants : Pass<"qs-flatten-constants", "::mlir::ModuleOp"> {
  let summary = "Constants as flat runs of bytes";
  let description = [{
    A `memref.global` of any shape becomes one of i8, aligned to 64 bytes, and
    each use a view of it. Byte arrays go through the translation to LLVM IR and
    into the object file in one piece, where nested arrays cost an LLVM constant
    a row; resources stay resources and are not copied.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::memref::MemRefDialect"];
}

def QSFlattenEmptyArguments
    : Pass<"qs-flatten-empty-arguments", "::mlir::func::FuncOp"> {
  let summary = "Arguments without elements as memrefs of rank 1";
  let description = [{
    A bare pointer stands for a memref whose strides are positive. The strides of
    `memref<2x0xi8>` are 0 and 1, so it becomes `memref<0xi8>`, and its uses take
    an empty buffer of the old shape on the stack. Compiled functions keep one
    pointer for it, which they never follow.
  }];
  let dependentDialects = ["::mlir::memref::MemRefDialect"];
}

def QSContiguousOperands : Pass<"qs-contiguous-operands", "::mlir::func::FuncOp"> {
  let summary = "Copies for packed kernels whose buffers are parts of others";
  let description = [{
    Packed kernels read and write dense buffers. A strided view that
    bufferization made an operand is copied before the kernel, and a strided
    result behind it.
  }];
  let dependentDialects = ["::mlir::memref::MemRefDialect"];
}

def QSLowerCopies : Pass<"qs-lower-copies", "::mlir::func::FuncOp"> {
  let summary = "memref.copy as linalg loops";
  let description = [{
    The stock lowering of a strided copy calls a run-time library, and that of a
    dense one memcpy; compiled code calls neither.
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect"];
}

def QSCollapseLoops : Pass<"qs-collapse-loops", "::mlir::func::FuncOp"> {
  let summary = "Elementwise ops on dense buffers as loops over long rows";
  let description = [{
    A `linalg.generic` on buffers whose neighbouring dimensions are adjacent in
    memory for every operand runs over their product: one long loop vectorizes
    where a short inner one would leave remainders. Views that are dense stay
    views, so that no division comes into the indices.
  }];
  let dependentDialects = ["::mlir::memref::MemRefDialect"];
}

def QSFuseElementwise : Pass<"qs-fuse-elementwise", "::mlir::func::FuncOp"> {
  let summary = "Fuse elementwise ops into elementwise ops";
  let description = [{
    A producer with one use goes into its consumer where both compute each
    element once. Unlike the stock pass it never fuses into reductions (the
    producer would be computed for every term) nor moves reshapes.
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect"];
}

def QSOrderLoops : Pass<"qs-order-loops", "::mlir::func::FuncOp"> {
  let summary = "Put the loop over adjacent elements innermost";
  let description = [{
    In a `linalg.generic` with reductions, the parallel loop that walks the last
    dimension of the result becomes the innermost one, where every operand walks
    its own last dimension by it or does not move: it vectorizes, and each sum
    keeps its order.
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect"];
}

def QSCheckCalls : Pass<"qs-check-calls", "::mlir::ModuleOp"> {
  let summary = "Errors for calls and modules that lowering does not take";
  let description = [{
    Buffers are planned within one body, so calls have to be gone: what the
    inliner left (recursion, functions without a body) is an error at the call.
    So is a module in a module, which no later pass would visit.
  }];
}

def QSCheckSizes : Pass<"qs-check-sizes", "::mlir::ModuleOp"> {
  let summary = "Errors for tensors that no machine holds";
  let description = [{
    A tensor above 16 GiB, or a constant above 2 GiB (the reach of a relative
    address in an object file), is an error at the op that makes it, before a
    pass asks for the memory. Quantized elements count as whole bytes. A tensor
    without a rank is an error, too: lowering takes static shapes.
  }];
}

def QSInlineScopes : Pass<"qs-inline-scopes", "::mlir::func::FuncOp"> {
  let summary = "Inlines allocation scopes that allocate nothing";
  let description = [{
    Upstream's lowering of scf.parallel to OpenMP puts a `memref.alloca_scope`
    around the body, which cannot hold the blocks that loops become. Kernels
    allocate nothing in there, so the scope goes; one with a `memref.alloca`
    stays.
  }];
  let dependentDialects = ["::mlir::memref::MemRefDialect"];
}

def QSCheckLowered : Pass<"qs-check-lowered", "::mlir::ModuleOp"> {
  let summary = "Errors for ops that are not of the LLVM dialect";
  let description = [{
    Partial conversions leave what they cannot take and succeed. The first op
    that is left is an error.
  }];
}

#endif // QS_TARGET_NATIVE_PASSES
