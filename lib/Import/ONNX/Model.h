//===- Model.h - A parsed ONNX file ----------------------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_LIB_IMPORT_ONNX_MODEL_H
#define QS_LIB_IMPORT_ONNX_MODEL_H

#include "HostTensor.h"
#include "Proto.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Location.h"

namespace qs::importer {

using EmitError = llvm::function_ref<mlir::InFlightDiagnostic()>;

struct Model {
  ::onnx::ModelProto proto;
  /// Where weights outside the file are looked up; empty refuses them.
  std::string externalDataDir;
  /// Version of the default operator set.
  int64_t opset = 0;
};

/// Parses `bytes` and checks what holds for any model: a graph, the version of
/// the operator set. Errors are located at `loc`.
mlir::LogicalResult parseModel(llvm::StringRef bytes, mlir::Location loc,
                               Model &model);

/// Reads a tensor with its data, which may lie in another file. Any
/// disagreement between type, shape and data is an error.
mlir::FailureOr<HostTensor> readTensor(const ::onnx::TensorProto &tensor,
                                       llvm::StringRef externalDataDir,
                                       EmitError emitError);

} // namespace qs::importer

#endif // QS_LIB_IMPORT_ONNX_MODEL_H
