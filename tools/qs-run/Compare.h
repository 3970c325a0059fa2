//===- Compare.h - Results held against a reference -------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_TOOLS_QSRUN_COMPARE_H
#define QS_TOOLS_QSRUN_COMPARE_H

#include "qs/Support/Array.h"

#include "llvm/Support/raw_ostream.h"

namespace qs::run {

/// Prints
///   compare NAME: max_diff=D sqnr_db=S elements=N tolerance=T ok|FAILED
/// and returns whether shapes agree and no difference exceeds the tolerance.
/// NaN agrees with NaN only.
bool compareArrays(llvm::StringRef name, const Array &reference,
                   const Array &result, double tolerance,
                   llvm::raw_ostream &os);

} // namespace qs::run

#endif // QS_TOOLS_QSRUN_COMPARE_H
