//===- Accuracy.h - labels that a network finds -----------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Fills `accuracy` of the report.
///
//===----------------------------------------------------------------------===//

#ifndef QS_DRIVER_ACCURACY_H
#define QS_DRIVER_ACCURACY_H

#include "qs/Driver/QuantizeModel.h"
#include "qs/Support/Report.h"

namespace qs::run {

/// The array of labels in a file of test samples.
inline constexpr llvm::StringLiteral kLabelsArray = "labels";

/// Runs the float network (where `model` has one) and the integer network over
/// `test` by compiled code, and counts the samples whose first output is
/// greatest at the index that `labels` says (the first of equals). `labels`
/// holds one integer for each sample. Errors say what was expected.
llvm::Error measureAccuracy(Report &report, QuantizedModel &model,
                            const NpzFile &test);

} // namespace qs::run

#endif // QS_DRIVER_ACCURACY_H
