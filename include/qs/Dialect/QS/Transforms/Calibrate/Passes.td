//===- Passes.td - ranges of activations -------------------*- tablegen -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_DIALECT_QS_TRANSFORMS_CALIBRATE_PASSES
#define QS_DIALECT_QS_TRANSFORMS_CALIBRATE_PASSES

include "mlir/Pass/PassBase.td"

def InsertObservers : Pass<"qs-insert-observers", "::mlir::ModuleOp"> {
  let summary = "mark the activations whose ranges quantization will need";
  let description = [{
    Puts `qs.observe` behind every float tensor that an integer layer takes or
    makes: the function's arguments, the results of convolutions, matrix
    products, additions, means, functions of one tensor. A layer is observed at
    its end: behind the clamp that belongs to it, the last step of a mean, the
    last step of a function. Ops that only move elements, and maxima, keep the
    range of what they take and get no observer.

    Names are those of the layers; where two are equal, `#2`, `#3` follow.

    Preconditions: batch norms are folded (`qs-fold-batch-norms`), or their steps
    would be observed one by one. Observers that are there stay.
  }];
  let dependentDialects = ["::qs::QSDialect"];
  let statistics = [
    Statistic<"numObservers", "observers", "Observers inserted">
  ];
}

def RunCalibration : Pass<"qs-run-calibration", "::mlir::ModuleOp"> {
  let summary = "run the network over calibration data and write the ranges";
  let description = [{
    Runs the first function over the samples of an .npz file, collects the values
    that pass each observer in a histogram of bounded size, chooses a range by
    `method`, and writes it with the method, the number of values and the hash of
    the data into the observer. The order of the samples makes no difference. An
    observer that `qs-plan-observers` gave a method of its own is calibrated by it:
    `pact` finds the clip of PACT (Choi et al., 2018) in the data, for example
    `--qs-run-calibration="data=c.npz method=pact bits=4"`.

    Layers that `qs-plan-observers` marked with `qs.collect_inputs` (their weights
    are quantized with error feedback) get `qs.input_gram` in the same run: 2 sum
    x x^T over their inputs, the windows of a convolution, as f64, upper triangle.
    That takes 4 K (K + 1) bytes for a sum over K inputs, for each group of a
    grouped convolution, whatever the number of samples; a layer that needs more
    than `statistics-limit` is an error. The order of the samples changes these
    sums by the rounding of f64 only.

    Data are found by the names of the arguments (`qs.name`, else `arg0`, ...).
    Their first axis holds the samples; they are run in batches of the size that
    the argument's type says.

    Preconditions: observers are there, and the data have neither NaN nor
    infinities, nor do they make any.
  }];
  let options = [
    Option<"data", "data", "std::string", "\"\"", "The .npz file of samples">,
    Option<"method", "method", "std::string", "\"minmax\"",
           "minmax, percentile, mse, kl or pact, where an observer asks for none">,
    Option<"percentile", "percentile", "double", "99.99",
           "Share of values inside the range, for method=percentile">,
    Option<"bits", "bits", "unsigned", "8",
           "Bits of the codes that mse, kl and pact assume where "
           "qs-plan-observers has not said which">,
    Option<"statisticsLimit", "statistics-limit", "unsigned", "1024",
           "Most MiB of input statistics that one layer may take">,
    Option<"engine", "engine", "std::string", "\"interp\"",
           "What runs the network: interp or jit">
  ];
  let statistics = [
    Statistic<"numRanges", "ranges", "Ranges written">
  ];
}

#endif // QS_DIALECT_QS_TRANSFORMS_CALIBRATE_PASSES
