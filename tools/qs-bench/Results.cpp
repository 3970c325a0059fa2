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
  os << row.name << "," << row.engine << "," << row.weights << ","
     << row.activations << ",dense,";
  for (int i = 0; i < 3; ++i) {
    if (row.shape)
      os << (*row.shape)[i];
    os << ",";
  }
  os << row.threads << "," << llvm::format("%.2f", row.time.medianUs) << ","
     << llvm::format("%.2f", row.time.minUs) << ","
     << llvm::format("%.2f", row.gmacs()) << "," << row.limit << ","
     << llvm::format("%.3f", row.share()) << "," << row.note
     << (row.note.empty() ? "" : "; ")
     << llvm::format("best times %.3f", row.bestShare()) << "\n";
  os.flush();
}

void writeText(llvm::raw_ostream &os, const Row &row) {
  os << llvm::format("%-34s %-16s %10.1f us %7.1f GMAC/s %5.1f %% of %s "
                     "(%.1f %% best)",
                     row.name.c_str(), row.engine.c_str(), row.time.medianUs,
                     row.gmacs(), 100 * row.share(), row.limit.c_str(),
                     100 * row.bestShare());
  if (!row.note.empty())
    os << "  " << row.note;
  os << "\n";
  os.flush();
}

} // namespace qs::bench
