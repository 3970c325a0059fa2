//===- Compare.cpp - Results held against a reference ---------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Compare.h"
#include "qs/Numerics/Sqnr.h"

#include "llvm/Support/Format.h"

namespace qs::run {

bool compareArrays(llvm::StringRef name, const Array &reference,
                   const Array &result, double tolerance,
                   llvm::raw_ostream &os) {
  if (reference.shape != result.shape) {
    os << "compare " << name << ": expected the shape "
       << shapeText(reference.shape) << ", found " << shapeText(result.shape)
       << " FAILED\n";
    return false;
  }
  num::Sqnr sqnr;
  for (int64_t i = 0, e = result.size(); i < e; ++i)
    sqnr.add(reference.get(i), result.get(i));
  bool ok = sqnr.worst() <= tolerance;
  os << "compare " << name
     << llvm::format(": max_diff=%g sqnr_db=%.2f", sqnr.worst(), sqnr.db())
     << " elements=" << result.size()
     << llvm::format(" tolerance=%g ", tolerance) << (ok ? "ok" : "FAILED")
     << '\n';
  return ok;
}

} // namespace qs::run
