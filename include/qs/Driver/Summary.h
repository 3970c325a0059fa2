//===- Summary.h - a report in a few lines ----------------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_DRIVER_SUMMARY_H
#define QS_DRIVER_SUMMARY_H

#include "qs/Support/Report.h"
#include "llvm/Support/raw_ostream.h"

namespace qs::run {

/// A line `float: OP 'LAYER': REASON` for each layer that stays float, a line
/// `note: OP 'LAYER': ...` where a layer's weights are not as the recipe says,
/// and the sizes of all, where there are any.
void printSummary(const Report &report, llvm::raw_ostream &os);

} // namespace qs::run

#endif // QS_DRIVER_SUMMARY_H
