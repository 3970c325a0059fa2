//===- Passes.h - passes and pipeline to native code
//--------------------------===//
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

/// On a module: names of the layers by the id that `kClockFunction` is called
/// with. See the pass `qs-insert-clocks`.
inline constexpr llvm::StringLiteral kClocksAttr = "qs.clocks";
inline constexpr llvm::StringLiteral kClockFunction = "qs_clock";
/// The name of the interval in which nothing happens.
inline constexpr llvm::StringLiteral kClockCost = "clock";

/// Alignment of the workspace and of everything in it, and of constants.
inline constexpr int64_t kAlignment = 64;

struct LowerOptions : public mlir::PassPipelineOptions<LowerOptions> {
  Option<std::string> kernels{
      *this, "kernels",
      llvm::cl::desc("Row of Targets.h that kernels are made for, or host"),
      llvm::cl::init("host")};
  Option<bool> pack{*this, "pack",
                    llvm::cl::desc("Turn linear ops into packed kernels first"),
                    llvm::cl::init(true)};
  Option<bool> fives{*this, "fives",
                     llvm::cl::desc("Ternary weights five in a byte"),
                     llvm::cl::init(false)};
  Option<int64_t> threads{
      *this, "threads",
      llvm::cl::desc("Threads that share the loops of packed kernels (OpenMP)"),
      llvm::cl::init(1)};
  Option<bool> observe{*this, "observe",
                       llvm::cl::desc("Call qs_observe for each qs.observe"),
                       llvm::cl::init(false)};
  Option<bool> clocks{*this, "clocks",
                      llvm::cl::desc("Call qs_clock behind each layer"),
                      llvm::cl::init(false)};
};

/// Linear ops, float ones too, to packed kernels for `options.kernels`.
void addPackPasses(mlir::OpPassManager &pm, const LowerOptions &options);
/// qs, TOSA and linalg on tensors, to linalg on planned buffers.
void buildBufferPipeline(mlir::OpPassManager &pm, const LowerOptions &options);
/// The above, then down to the LLVM dialect: `qs-lower`.
void buildLowerPipeline(mlir::OpPassManager &pm, const LowerOptions &options);
/// The dialects and interfaces that the pipelines need (bufferization,
/// inlining, conversion).
void registerLowerDialects(mlir::DialectRegistry &registry);
/// Registers `qs-lower` and `qs-to-buffers`.
void registerLowerPipelines();

#define GEN_PASS_REGISTRATION
#include "qs/Target/Native/Passes.h.inc"

} // namespace qs::native

#endif // QS_TARGET_NATIVE_PASSES_H
