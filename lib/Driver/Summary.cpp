//===- Summary.cpp - a report in a few lines ------------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Driver/Summary.h"
#include "llvm/Support/Format.h"

void qs::run::printSummary(const Report &report, llvm::raw_ostream &os) {
  size_t fallbacks = 0;
  for (const ReportLayer &layer : report.layers)
    if (layer.fallback) {
      os << "float: " << layer.op << " '" << layer.name
         << "': " << *layer.fallback << '\n';
      ++fallbacks;
    } else if (layer.weights && layer.weights->note) {
      os << "note: " << layer.op << " '" << layer.name
         << "': " << *layer.weights->note << '\n';
    }
  if (report.floatBytes())
    os << llvm::format(
        "%zu layers, %zu left in float; weights %.1f KiB, float %.1f KiB "
        "(%.2fx)\n",
        report.layers.size(), fallbacks, report.bytes() / 1024.0,
        report.floatBytes() / 1024.0,
        double(report.floatBytes()) /
            double(std::max<uint64_t>(report.bytes(), 1)));
}
