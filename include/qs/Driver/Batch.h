//===- Batch.h - Many samples through a model of fixed batch -----*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_DRIVER_BATCH_H
#define QS_DRIVER_BATCH_H

#include "qs/Driver/Engine.h"
#include "qs/Support/Npz.h"

namespace qs::run {

/// The inputs of one run or of several.
struct Batches {
  /// One array for each port; those that are split hold all samples.
  std::vector<Array> arrays;
  std::vector<bool> split;
  int64_t count = 1;

  /// The arrays of run `i`.
  std::vector<Array> at(int64_t i, const Signature &signature) const;
};

/// Takes each input by name from `file`. An array whose first dimension is a
/// multiple of the port's, and that agrees otherwise, is split; all split
/// arrays need the same number of parts. Errors say what was expected.
llvm::Expected<Batches> takeInputs(const NpzFile &file,
                                   const Signature &signature);

/// Runs all batches and joins each output along its first dimension (outputs of
/// rank 0 become rank 1). Shows progress on a terminal.
llvm::Expected<std::vector<Array>>
runBatches(Engine &engine, const Batches &batches, const Signature &signature);

} // namespace qs::run

#endif // QS_DRIVER_BATCH_H
