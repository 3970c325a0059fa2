//===- BarChart.h - Horizontal bars as SVG ----------------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_LIB_SUPPORT_BARCHART_H
#define QS_LIB_SUPPORT_BARCHART_H

#include "llvm/ADT/StringRef.h"

#include <optional>
#include <string>
#include <vector>

namespace qs {

struct Bar {
  std::string label;
  double value;
  /// Drawn behind it, in grey.
  std::optional<double> reference;
  /// What stands at the end of the bar.
  std::string valueText;
};

/// `text` for HTML and SVG, valid UTF-8.
std::string escapeHtml(llvm::StringRef text);

/// One row a bar, linear from zero; negative values are drawn as nothing. Uses
/// the classes one, two and soft of the page.
std::string barChart(llvm::StringRef title, const std::vector<Bar> &bars,
                     llvm::StringRef unit);

} // namespace qs

#endif // QS_LIB_SUPPORT_BARCHART_H
