//===- Register.cpp - dialects and passes for drivers -------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "qs/Conversion/LinalgToQS/LinalgToQS.h"
#include "qs/Conversion/QSToLinalg/QSToLinalg.h"
#include "qs/Conversion/QSToVector/Passes.h"
#include "qs/Conversion/TosaToQS/TosaToQS.h"
#include "qs/Dialect/QS/IR/QSDialect.h"
#include "qs/Dialect/QS/Transforms/Calibrate/Passes.h"
#include "qs/Dialect/QS/Transforms/Fold/Passes.h"
#include "qs/Dialect/QS/Transforms/Pack/Passes.h"
#include "qs/Dialect/QS/Transforms/Quantize/Passes.h"
#include "qs/Pipelines/Pipelines.h"
#include "qs/Pipelines/Stages.h"
#include "qs/Target/Native/Passes.h"

void qs::registerQSPasses() {
  registerQSCalibratePasses();
  registerQSQuantizePasses();
  registerQSFoldPasses();
  registerQSPackPasses();
  registerQSToLinalgPasses();
  registerQSToVectorPasses();
  registerTosaToQSPasses();
  registerLinalgToQSPasses();
  registerQSStages();
  native::registerQSTargetNativePasses();
  native::registerLowerPipelines();
}

void qs::registerQSDialects(mlir::DialectRegistry &registry) {
  registry.insert<QSDialect, mlir::arith::ArithDialect, mlir::func::FuncDialect,
                  mlir::linalg::LinalgDialect, mlir::math::MathDialect,
                  mlir::tensor::TensorDialect, mlir::tosa::TosaDialect>();
  native::registerLowerDialects(registry);
}
