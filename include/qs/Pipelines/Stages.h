//===- Stages.h - each stage as a named pipeline ----------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_PIPELINES_STAGES_H
#define QS_PIPELINES_STAGES_H

#include "mlir/Pass/PassManager.h"

namespace qs {

/// `qs-calibrate` up to what the recipe says of the float network: linalg
/// raised, batch norms folded.
void buildPreparePipeline(mlir::OpPassManager &pm);
/// What comes behind `qs-equalize`: observers inserted.
void buildObservePipeline(mlir::OpPassManager &pm);
/// `qs-quantize`: calibrated float network to QDQ form. An empty path stands
/// for the default recipe.
void buildQuantizePipeline(mlir::OpPassManager &pm, llvm::StringRef recipe);
/// `qs-fold`: QDQ form to integer ops.
void buildFoldPipeline(mlir::OpPassManager &pm);

/// Registers `qs-calibrate`, `qs-quantize`, `qs-fold` by name.
void registerQSStages();

} // namespace qs

#endif // QS_PIPELINES_STAGES_H
