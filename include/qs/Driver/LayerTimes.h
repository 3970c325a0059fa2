//===- LayerTimes.h - what each layer takes ---------------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Fills `time_us` and `float_time_us` of the report's rows, and `timing`.
///
/// The network is compiled once more with a clock read behind each layer
/// (`qs-insert-clocks`), and run in turn with the code as it is shipped. A
/// layer's time is that between its clocks, less what a clock costs, which each
/// run measures by two readings with nothing in between; of all runs the mean
/// of the middle half is taken. What stands under no layer's name, such as the
/// quantization of the input, is listed as other work. Layers plus other work
/// should come near the whole network's time; the report shows both.
///
//===----------------------------------------------------------------------===//

#ifndef QS_DRIVER_LAYERTIMES_H
#define QS_DRIVER_LAYERTIMES_H

#include "qs/Driver/QuantizeModel.h"
#include "qs/Support/Report.h"

namespace qs::run {

struct TimingOptions {
  /// As `--target`. Where its code cannot run here, nothing is measured, and
  /// the report says so.
  std::string target = "cpu";
  /// Runs, fewer where they would take longer than `seconds`, but at least 3.
  unsigned runs = 200;
  double seconds = 2;
};

/// Times the integer network, and the float network where `model` has one, on
/// the first batch of the calibration data (on made-up values without data), on
/// one thread. Where it does not compile, nothing is measured, and the report
/// says why.
llvm::Error timeLayers(Report &report, QuantizedModel &model,
                       const TimingOptions &options);

} // namespace qs::run

#endif // QS_DRIVER_LAYERTIMES_H
