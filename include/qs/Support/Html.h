//===- Html.h - The report for people ---------------------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// One HTML file with inline SVG plots: error, size, sparsity and time of each
/// layer, accuracy, fallbacks and provenance. No script, nothing from the
/// network; follows the light or dark setting of the reader.
///
//===----------------------------------------------------------------------===//

#ifndef QS_SUPPORT_HTML_H
#define QS_SUPPORT_HTML_H

#include "qs/Support/Report.h"

namespace qs {

std::string formatHtml(const Report &report);
llvm::Error writeHtml(llvm::StringRef path, const Report &report);

} // namespace qs

#endif // QS_SUPPORT_HTML_H
