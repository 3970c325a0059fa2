//===- QuantizeModel.h - float model to integer model -------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The stages calibrate, quantize and fold over one module, with the modules in
/// between kept for the report.
///
//===----------------------------------------------------------------------===//

#ifndef QS_DRIVER_QUANTIZEMODEL_H
#define QS_DRIVER_QUANTIZEMODEL_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "qs/Driver/Engine.h"
#include "qs/Support/Npz.h"
#include "qs/Support/Recipe.h"

namespace qs::run {

struct QuantizeRequest {
  /// Recipe file; empty for the default recipe.
  std::string recipePath;
  /// .npz of samples for the model's inputs; empty where the model is quantized
  /// already or has observers with ranges.
  std::string calibrationPath;
};

struct QuantizedModel {
  /// Batch norms folded, an observer on every tensor that is quantized.
  mlir::OwningOpRef<mlir::ModuleOp> observed;
  /// The QDQ form: float ops between dequantize and quantize.
  mlir::OwningOpRef<mlir::ModuleOp> qdq;
  /// The result of folding: integer from first quantize to last dequantize.
  mlir::OwningOpRef<mlir::ModuleOp> integer;
  Recipe recipe;
  NpzFile data;
};

/// Runs the stages on copies of `module`. Errors of passes are diagnostics at
/// the op; the returned error then names the stage.
llvm::Expected<QuantizedModel> quantizeModel(mlir::ModuleOp module,
                                             const QuantizeRequest &request);

/// Products of the convolutions and matrix multiplies of a float module, for one
/// batch. Layers whose shapes are not known count nothing.
double countProducts(mlir::ModuleOp module);

/// True where the module holds qs.quantize, qs.dequantize or integer qs ops.
bool isQuantized(mlir::ModuleOp module);

} // namespace qs::run

#endif // QS_DRIVER_QUANTIZEMODEL_H
