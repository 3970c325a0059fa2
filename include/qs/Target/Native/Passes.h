//===- Passes.h - passes and pipeline to native code --------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

///
/// \file
/// The way from qs and TOSA ops to the LLVM dialect: every stage is a pass, the
/// whole is `buildLowerPipeline`.
///
//===----------------------------------------------------------------------===//

#ifndef QS_TARGET_NATIVE_PASSES_H
#define QS_TARGET_NATIVE_PASSES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassOptions.h"

namespace qs::native {

#define GEN_PASS_DECL
#include "qs/Target/Native/Passes.h.inc"

/// On a function: bytes of workspace it needs (i64).
inline constexpr llvm::StringLiteral kWorkspaceAttr = "qs.workspace_bytes";

/// Alignment of the workspace and of everything in it, and of constants.
inline constexpr int64_t kAlignment = 64;

struct LowerOptions : public mlir::PassPipelineOptions<LowerOptions> {
  Option<std::string> target{
      *this, "target",
      llvm::cl::desc("cpu, cpu=<name> or cpu=<triple>/<name>"),
      llvm::cl::init("cpu")};
  Option<bool> observe{*this, "observe",
                       llvm::cl::desc("Call qs_observe for each qs.observe"),
                       llvm::cl::init(false)};
};

/// qs, TOSA and linalg on tensors, to linalg on planned buffers.
void buildBufferPipeline(mlir::OpPassManager &pm, const LowerOptions &options);
/// The above, then down to the LLVM dialect: `qs-lower`.
void buildLowerPipeline(mlir::OpPassManager &pm, const LowerOptions &options);
/// Registers `qs-lower` and `qs-to-buffers`.
void registerLowerPipelines();

#define GEN_PASS_REGISTRATION
#include "qs/Target/Native/Passes.h.inc"

} // namespace qs::native

#endif // QS_TARGET_NATIVE_PASSES_H
