//===- RunCalibration.cpp - calibration as a pass ------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Dialect/QS/IR/QSOps.h"
#include "qs/Dialect/QS/Transforms/Calibrate/Calibrate.h"
#include "qs/Dialect/QS/Transforms/Calibrate/Passes.h"
#include "llvm/ADT/StringExtras.h"

namespace qs {
#define GEN_PASS_DEF_RUNCALIBRATION
#include "qs/Dialect/QS/Transforms/Calibrate/Passes.h.inc"
} // namespace qs

using namespace mlir;
using namespace qs;

namespace {

struct RunCalibration : qs::impl::RunCalibrationBase<RunCalibration> {
  using RunCalibrationBase::RunCalibrationBase;

  void runOnOperation() override {
    if (llvm::Error error = run()) {
      getOperation().emitError() << llvm::toString(std::move(error));
      signalPassFailure();
    }
  }

  llvm::Expected<CalibrationEngine> makeEngine(FunctionOpInterface function) {
    if (engine == "jit")
      return makeJITEngine(getOperation(), function);
    return makeInterpreterEngine(getOperation(), function);
  }

  llvm::Error run() {
    num::CalibrationOptions options;
    auto parsed = num::parseCalibrationMethod(std::string(method));
    if (!parsed)
      return llvm::createStringError(
          "expected a calibration method of " +
          llvm::join(num::calibrationMethods(), ", ") + ", found '" + method +
          "'");
    if (engine != "interp" && engine != "jit")
      return llvm::createStringError("expected engine interp or jit, found '" +
                                     engine + "'");
    if (bits < 1 || bits > 16)
      return llvm::createStringError("expected bits in 1..16, found " +
                                     std::to_string(bits));
    if (!(percentile > 0 && percentile <= 100))
      return llvm::createStringError("expected a percentile in (0, 100]");
    options.method = *parsed;
    options.percentile = percentile;
    options.levels = {0, (1 << bits) - 1};
    llvm::Expected<NpzFile> read = readNpz(data);
    if (!read)
      return read.takeError();
    if (llvm::Error error = calibrate(
            getOperation(), *read, options,
            [&](FunctionOpInterface function) { return makeEngine(function); },
            uint64_t(statisticsLimit) << 20))
      return error;
    getOperation().walk([&](ObserveOp) { ++numRanges; });
    return llvm::Error::success();
  }
};

} // namespace
