//===- BarChart.cpp - Horizontal bars as SVG ------------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BarChart.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>
#include <cmath>

using namespace qs;
using llvm::formatv;

// Units of the view box; the page scales it.
static constexpr double kWidth = 1000, kLabels = 260, kValues = 110, kRow = 22;
static constexpr size_t kLabelLength = 36;

/// Long names keep their end, which is what tells layers apart.
static std::string shorten(const std::string &label) {
  if (label.size() <= kLabelLength)
    return label;
  return "..." + label.substr(label.size() - (kLabelLength - 3));
}

std::string qs::barChart(llvm::StringRef title, const std::vector<Bar> &bars,
                         llvm::StringRef unit) {
  double longest = 0;
  for (const Bar &bar : bars)
    for (double value : {bar.value, bar.reference.value_or(0)})
      if (std::isfinite(value))
        longest = std::max(longest, value);
  double room = kWidth - kLabels - kValues;
  auto lengthOf = [&](double value) {
    if (!(value > 0) || longest <= 0)
      return 0.0;
    return std::min(value / longest, 1.0) * room;
  };
  std::string text;
  llvm::raw_string_ostream out(text);
  double height = static_cast<double>(bars.size()) * kRow;
  out << formatv("<svg viewBox=\"0 0 {0:f0} {1:f0}\" role=\"img\" "
                 "aria-label=\"{2}\">\n",
                 kWidth, height, escapeHtml(title));
  double y = 0;
  for (const Bar &bar : bars) {
    out << formatv("<g><title>{0}: {1}</title>", escapeHtml(bar.label),
                   escapeHtml(bar.valueText));
    out << formatv("<text x=\"{0:f0}\" y=\"{1:f0}\" text-anchor=\"end\">{2}"
                   "</text>",
                   kLabels - 8, y + 15, escapeHtml(shorten(bar.label)));
    double end = lengthOf(bar.value);
    if (bar.reference) {
      double length = lengthOf(*bar.reference);
      out << formatv("<rect class=\"two\" x=\"{0:f0}\" y=\"{1:f0}\" "
                     "width=\"{2:f1}\" height=\"16\" rx=\"2\"/>",
                     kLabels, y + 3, length);
      end = std::max(end, length);
    }
    out << formatv("<rect class=\"one\" x=\"{0:f0}\" y=\"{1:f0}\" "
                   "width=\"{2:f1}\" height=\"{3}\" rx=\"2\"/>",
                   kLabels, bar.reference ? y + 7 : y + 3, lengthOf(bar.value),
                   bar.reference ? 8 : 16);
    out << formatv("<text class=\"soft\" x=\"{0:f1}\" y=\"{1:f0}\">{2} {3}"
                   "</text></g>\n",
                   kLabels + end + 6, y + 15, escapeHtml(bar.valueText),
                   escapeHtml(unit));
    y += kRow;
  }
  out << "</svg>\n";
  return text;
}
