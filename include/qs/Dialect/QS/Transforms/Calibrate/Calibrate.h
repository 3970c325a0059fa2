//===- Calibrate.h - ranges from data, as functions -------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

///
/// \file
/// Calibration without a pass around it: a driver runs the network on the
/// engine it has and hands over the values that pass each observer.
///
//===----------------------------------------------------------------------===//

#ifndef QS_DIALECT_QS_TRANSFORMS_CALIBRATE_CALIBRATE_H
#define QS_DIALECT_QS_TRANSFORMS_CALIBRATE_CALIBRATE_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "qs/Numerics/Calibrate.h"
#include "qs/Support/Npz.h"
#include "llvm/ADT/StringMap.h"
#include <functional>

namespace qs {

/// What an engine calls with the values of one tensor that passes an observer.
using ObserverCallback = llvm::function_ref<void(llvm::StringRef name,
                                                 llvm::ArrayRef<float> values)>;

/// Runs the network once on one tensor for each argument, in their order and of
/// their types, and reports every observer.
using CalibrationEngine = std::function<llvm::Error(
    llvm::ArrayRef<Array> inputs, ObserverCallback observer)>;

/// Makes the engine once all observers are in place.
using EngineMaker = llvm::function_ref<llvm::Expected<CalibrationEngine>(
    mlir::FunctionOpInterface function)>;

/// The histograms of all observers.
using Histograms = llvm::StringMap<num::Histogram>;

/// Puts observers into every function; returns how many. See the pass
/// `qs-insert-observers`.
unsigned insertObservers(mlir::ModuleOp module);

/// Runs `function` over all of `data` and hands what its observers see to
/// `observer`. `progress`, where given, is called with the batches done and
/// their number. Fails where data are missing, have another shape or type, or
/// hold NaN or infinities; says which argument and how many.
llvm::Error
runBatches(mlir::FunctionOpInterface function, const NpzFile &data,
           const CalibrationEngine &engine, ObserverCallback observer,
           llvm::function_ref<void(int64_t done, int64_t total)> progress = {});

/// Writes `range` into every observer of `module`, chosen for the levels of the
/// type in its `kObserveForAttr`, and for `options.levels` where it has none,
/// by the method in its `kObserveByAttr` or `options.method`. Fails where an
/// observer saw no values, or NaN or infinities; names the observer and says
/// how many.
llvm::Error attachRanges(mlir::ModuleOp module, const Histograms &histograms,
                         const num::CalibrationOptions &options,
                         uint64_t dataHash);

/// The function that a module is run by: `@main`, else its only public function
/// with a body. The error lists the candidates.
llvm::Expected<mlir::FunctionOpInterface>
getEntryFunction(mlir::ModuleOp module);

/// Most bytes of statistics of the inputs of one layer, where nothing is said:
/// quantizers with error feedback keep K (K + 1) / 2 numbers of 8 bytes for a
/// layer that sums over K inputs (1 GiB: K up to 16383).
inline constexpr uint64_t kStatisticsLimit = uint64_t(1) << 30;

/// Histograms of all observers of the entry function, then `attachRanges`. The
/// layers marked by `kCollectInputsAttr` get the Gram matrix of their inputs in
/// the same run (InputGrams.h); fails, with the layer's name, where that would
/// take more than `statisticsLimit` bytes.
llvm::Error
calibrate(mlir::ModuleOp module, const NpzFile &data,
          const num::CalibrationOptions &options, const EngineMaker &makeEngine,
          uint64_t statisticsLimit = kStatisticsLimit,
          llvm::function_ref<void(int64_t done, int64_t total)> progress = {});

/// The engine that is always there: the reference interpreter. `module` must
/// outlive it. Diagnostics of the run go to the module's context.
CalibrationEngine makeInterpreterEngine(mlir::ModuleOp module,
                                        mlir::FunctionOpInterface function);

/// The engine that compiles the network first. Fails where lowering does. The
/// code does not depend on `module` afterwards.
llvm::Expected<CalibrationEngine>
makeJITEngine(mlir::ModuleOp module, mlir::FunctionOpInterface function);

/// The name of an argument: its attribute `qs.name`, else `arg<index>`.
std::string getArgumentName(mlir::FunctionOpInterface function, unsigned index);

} // namespace qs

#endif // QS_DIALECT_QS_TRANSFORMS_CALIBRATE_CALIBRATE_H
