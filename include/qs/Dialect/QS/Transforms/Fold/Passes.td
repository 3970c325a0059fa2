//===- Passes.td - folding into integer arithmetic ---------*- tablegen -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_DIALECT_QS_TRANSFORMS_FOLD_PASSES
#define QS_DIALECT_QS_TRANSFORMS_FOLD_PASSES

include "mlir/Pass/PassBase.td"

def FoldBatchNorms : Pass<"qs-fold-batch-norms", "::mlir::ModuleOp"> {
  let summary = "fold constant affine maps into the weights and bias next to them";
  let description = [{
    Exporters leave a batch norm as a chain of sub, mul and add by one constant
    for each channel. In front of quantization these must be part of the weights:
    a layer that is quantized before them would waste its range.

    `mul`, `add` and `sub` by a constant for each output channel (or one for all)
    behind `tosa.conv2d`, `tosa.depthwise_conv2d`, `tosa.matmul`, `qs.conv2d`,
    `qs.matmul` on f32 are multiplied into the weights and added to the bias. In
    front of these ops, `mul` is multiplied into the weights for each input
    channel, and `add` and `sub` go to the bias where the op pads nothing (padding
    would see the shifted zero). Constants are folded with one another first.
    Products and sums are computed in double and rounded to f32 once. An op that
    is rebuilt becomes `qs.conv2d` or `qs.matmul` on f32 and keeps its location.

    Preconditions: the weights are constants and have no other use. Results
    change by f32 rounding only.
  }];
  let dependentDialects = ["::qs::QSDialect", "::mlir::arith::ArithDialect"];
  let statistics = [
    Statistic<"numFolded", "affine-maps-folded", "Affine maps folded into weights">
  ];
}

def OrderFloatOps : Pass<"qs-order-float-ops", "::mlir::ModuleOp"> {
  let summary = "put clamps next to the ops they belong to, merge element moves";
  let description = [{
    A clamp behind a layer is free: saturation or `qs.clamp` in the layer's
    epilogue does it, and the range that counts is the one behind it. Importers
    leave reshapes and transposes in between. This pass moves a clamp in front of
    reshapes and transposes that have no other use, makes one of two transposes
    or two reshapes in a row, and removes those that do nothing, and
    `tosa.identity`.

    No preconditions. Results do not change.
  }];
  let statistics = [
    Statistic<"numMoved", "ops-moved", "Clamps moved and moves merged">
  ];
}

def FoldQDQ : Pass<"qs-fold-qdq", "::mlir::ModuleOp"> {
  let summary = "turn dequantize, float op, quantize into integer ops";
  let description = [{
    The QDQ form says what is quantized and how; this pass makes the arithmetic.

    | between dequantize and quantize | becomes |
    |---|---|
    | convolution, matrix product (+ added bias, clamps) | `qs.conv2d`, `qs.matmul` with an i32 bias, `qs.requantize`, `qs.clamp` |
    | `tosa.add`, `tosa.sub`, `tosa.mul` of two tensors | `qs.add`, `qs.mul` |
    | any float function of one tensor and constants | `qs.lookup` |
    | `tosa.clamp` | `qs.clamp`, `qs.requantize` where parameters differ |
    | `tosa.max_pool2d` | `qs.max_pool2d` |
    | `tosa.avg_pool2d`, `tosa.reduce_sum` over space | `qs.sum_pool2d`, `qs.requantize` |
    | ops that move elements | the same op on the storage words |
    | nothing | nothing, or `qs.requantize` |

    The bias is `rne(bias / (s_a s_w))`. The multiplier is `s_a s_w / s_y`,
    computed in double and rounded to f32 once. A clamp disappears where
    saturation implies it. Channels whose weights are all zero give their bias
    alone; their unit is `s_y / 256`, because `s_a s_w` has no meaning there.
    Where a linear op's result is used as float, the integer op stands in front of
    a `tosa.cast` and a `tosa.mul` by `s_a s_w`. So it does where its activations
    have a code that is no integer (binary): in units of such sums a bias would
    lose too much, it is added as float.

    An op is left alone, with a remark and the attribute `qs.fallback`, where its
    integer form would not be right: where the sums of the actual weights can
    leave i32 for some input, where the bias leaves i32, where windows at a padded
    border average fewer elements, where scales lie along the reduction, where the
    result of another op is also used as float.

    Preconditions: QDQ form, from `qs-apply-recipe` or an imported QDQ model.
    Results differ from the float ops in between by at most one code of the
    output.
  }];
  let dependentDialects = ["::qs::QSDialect", "::mlir::arith::ArithDialect",
                           "::mlir::tosa::TosaDialect"];
  let statistics = [
    Statistic<"numFolded", "ops-folded", "Float ops turned into integer ops">,
    Statistic<"numLeft", "ops-left", "Float ops left, each with a remark">
  ];
}

def FoldThresholds : Pass<"qs-fold-thresholds", "::mlir::ModuleOp"> {
  let summary = "turn f32 steps on a sum and a quantize of few levels into qs.threshold";
  let description = [{
    An i32 sum, `tosa.cast` to f32, any number of `tosa.mul`, `add`, `sub` by a
    constant for each channel (or one for all) and of `tosa.clamp`, and a
    `qs.quantize` with at most 16 levels (sign has two) are one step function of
    the sum for each channel. Its thresholds are found by bisection of these f32
    steps over all sums that the linear op can give, so that `qs.threshold` is
    equal to them bit for bit; a negative factor makes a channel fall, a factor of
    0 makes it constant.

    Left alone are quantizes of more levels, of codes whose words are no scale of
    numbers, with parameters that are not constant, and channels whose steps
    overflow f32.
  }];
  let dependentDialects = ["::qs::QSDialect", "::mlir::arith::ArithDialect"];
  let statistics = [
    Statistic<"numFolded", "quantizes-folded", "Quantizes turned into thresholds">
  ];
}

def NarrowAccumulators : Pass<"qs-narrow-accumulators", "::mlir::ModuleOp"> {
  let summary = "prove from the actual weights how wide each sum gets";
  let description = [{
    For each `qs.matmul` and `qs.conv2d` that sums levels: the least and the
    greatest value of every partial sum in any order, from the constant weights,
    the range of the activations' code (or of the `qs.clamp` that made them), zero
    points and bias; with scales of groups, of every group. The bits that hold them
    become the accumulator, `iN`, of the op: no engine needs more. Two activations
    are bounded by their sizes; ops whose bias or zero points are known at run
    time only are left as they are, or bounded by all zero points of the code.

    A sum that its accumulator (i32 where none is asked for) does not hold is an
    error with the layer, the output channel and what it reaches. With
    `widen`, such an op gets i64 sums where nothing was asked for and
    `qs.requantize` or `tosa.cast` take them.

    A sum in a float format is bounded by its terms; a warning names the layer
    where that is more than the largest number of the format. Activations that are
    stored by conversion (f16) have no bound.

    No preconditions. Results do not change.
  }];
  let options = [Option<
      "widenSums", "widen", "bool", "false",
      "Sum in i64 where i32 could overflow, instead of an error">];
  let dependentDialects = ["::qs::QSDialect", "::mlir::arith::ArithDialect"];
  let statistics = [Statistic<"numProved", "accumulators-proved",
                              "Sums with a proved width">,
                    Statistic<"numWidened", "accumulators-widened",
                              "Sums that became i64">];
}

def CheckInteger : Pass<"qs-check-integer", "::mlir::ModuleOp"> {
  let summary = "list the float ops that are left, with the reason for each";
  let description = [{
    Emits a remark of the category `qs` for each op that computes on floats, with
    the layer, the op, and the reason that quantization or folding recorded in
    `qs.fallback`. With `strict`, each is an error, and so is a function in which
    nothing is quantized. Ops that only move elements in front of the first
    quantize or behind the last dequantize do not count.
  }];
  let options = [
    Option<"strict", "strict", "bool", "false", "Fail where a float op is left">
  ];
  let statistics = [
    Statistic<"numFloat", "float-ops", "Float ops found">
  ];
}

#endif // QS_DIALECT_QS_TRANSFORMS_FOLD_PASSES
