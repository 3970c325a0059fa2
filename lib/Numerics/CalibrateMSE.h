//===- CalibrateMSE.h - The clip with the least squared error ---*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_LIB_NUMERICS_CALIBRATEMSE_H
#define QS_LIB_NUMERICS_CALIBRATEMSE_H

#include "qs/Numerics/Calibrate.h"

namespace qs::num {

/// The method `mse` of Calibrate.h; the histogram has at least one bin in use.
CalibratedRange calibrateMSE(const Histogram &histogram,
                             const CalibrationOptions &options);

} // namespace qs::num

#endif // QS_LIB_NUMERICS_CALIBRATEMSE_H
