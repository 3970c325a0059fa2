//===- Results.cpp - One line of the table --------------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Results.h"
#include "llvm/Support/Format.h"

namespace qs::bench {

void writeCsvHeader(llvm::raw_ostream &os) {
  os << "case,engine,weights,activations,pattern,M,N,K,threads,median_us,"
        "min_us,gmacs,limit,share,note\n";
}

void writeCsv(llvm::raw_ostream &os, const Row &row) {
  const Case &c = *row.c;
  os << c.name << "," << row.engine << "," << c.weightsName() << ","
     << c.activationsName() << ",dense,";
  // The shape of a convolution stands in its name.
  if (c.isConv)
    os << ",,,";
  else
    os << c.rows() << "," << c.columns << "," << c.reduction() << ",";
  os << row.threads << "," << llvm::format("%.2f", row.time.medianUs) << ","
     << llvm::format("%.2f", row.time.minUs) << ","
     << llvm::format("%.2f", row.gmacs()) << "," << row.limit.name << ","
     << llvm::format("%.3f", row.share()) << "," << row.note << "\n";
  os.flush();
}

void writeText(llvm::raw_ostream &os, const Row &row) {
  os << llvm::format("%-36s %-12s %10.1f us %8.1f GMAC/s %5.1f %% of %s",
                     row.c->name.c_str(), row.engine.c_str(),
                     row.time.medianUs, row.gmacs(), 100 * row.share(),
                     row.limit.name.c_str());
  if (!row.note.empty())
    os << "  (" << row.note << ")";
  os << "\n";
}

} // namespace qs::bench
