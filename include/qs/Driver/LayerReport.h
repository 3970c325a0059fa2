//===- LayerReport.h - what quantization did to each layer --------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Fills the rows of the report from the modules of quantizeModel().
///
//===----------------------------------------------------------------------===//

#ifndef QS_DRIVER_LAYERREPORT_H
#define QS_DRIVER_LAYERREPORT_H

#include "qs/Driver/QuantizeModel.h"
#include "qs/Support/Report.h"

namespace qs::run {

/// One row a layer that computes: sizes, codes, scales, errors, fallbacks.
///
/// The error of a layer's weights compares decoded with float weights. That of
/// its activations compares its output in the quantized network with that of
/// the float network, on at most `samples` batches of the calibration data,
/// both run by the interpreter: it includes what earlier layers lost.
/// `own_sqnr_db` runs each quantized layer on the tensors of the float network
/// instead: what its weights and the codes of its output lose, and nothing
/// else.
llvm::Expected<Report> reportLayers(QuantizedModel &model, int64_t samples);

/// Names what computes each layer on a CPU: `kernels` is a row of
/// Target/Native/Targets.h. A packed kernel is called `<row> matmul`, `<row>
/// conv2d` or `<row> depthwise`; everything else is loops over linalg ops.
llvm::Error reportKernels(Report &report, mlir::ModuleOp integer,
                          llvm::StringRef kernels);

} // namespace qs::run

#endif // QS_DRIVER_LAYERREPORT_H
