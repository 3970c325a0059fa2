//===- Passes.td - quantization by recipe ------------------*- tablegen -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_DIALECT_QS_TRANSFORMS_QUANTIZE_PASSES
#define QS_DIALECT_QS_TRANSFORMS_QUANTIZE_PASSES

include "mlir/Pass/PassBase.td"

def ApplyRecipe : Pass<"qs-apply-recipe", "::mlir::ModuleOp"> {
  let summary = "quantize weights and activations as the recipe says for each layer";
  let description = [{
    Brings a calibrated float network into QDQ form: `qs.quantize` and
    `qs.dequantize` on activations in place of their observers, constant weights
    as quantized constants behind a `qs.dequantize`, the float ops in between
    unchanged. The network computes what the quantized one will, in float, which
    is the form in which imported QDQ models come as well; `qs-fold-qdq` turns
    both into integer ops.

    What the recipe says of a layer's activations holds for the tensors that the
    layer takes. A tensor that several layers take in different forms is quantized
    several times. A tensor that only float layers take, or that the function
    returns, is quantized as its producer takes its inputs, so that the producer
    is integer. Parameters come from the range of the observer; the operands of a
    concatenation share those of its result. Clamps behind a layer, the steps of
    a mean and the steps of a function of one tensor are inside their layer.

    Weights are quantized symmetrically for signed codes, over the range with 0
    for unsigned ones. A channel that is all zero has scale 1. A scale is not
    made so small that the layer's bias leaves i32 in units of the accumulator.

    A group scale needs a reduction that the group size divides. Where a rule for
    exactly this layer's name asks for it, anything else is an error; where the
    defaults, a glob or a kind of op do, the weights take the scale `axis`, with a
    remark and the attribute `qs.scale_fallback`.

    Preconditions: every observer has a range (`qs-calibrate`). A layer whose
    rule asks for f32, and an op without an integer form, stays float, with a
    remark and the attribute `qs.fallback`. A rule that no layer matches gives a
    warning. The module gets `qs.provenance`: the recipe and its hash, the
    calibration method and the hash of the data.
  }];
  let options = [
    Option<"recipe", "recipe", "std::string", "\"\"",
           "Recipe file; without it weights are int8 axis, activations uint8 tensor">
  ];
  let dependentDialects = ["::qs::QSDialect", "::mlir::arith::ArithDialect",
                           "::mlir::tosa::TosaDialect"];
  let statistics = [
    Statistic<"numActivations", "activations-quantized", "Activation tensors quantized">,
    Statistic<"numWeights", "weights-quantized", "Weight constants quantized">,
    Statistic<"numFloat", "layers-float", "Layers left in float">
  ];
}

def PlanObservers : Pass<"qs-plan-observers", "::mlir::ModuleOp"> {
  let summary = "say on each observer which code its range is for";
  let description = [{
    What clips best depends on the number of levels, and the recipe may give every
    layer a code of its own. Each observer without a range gets the attribute
    `qs.observe_for`, the type that `qs-apply-recipe` will quantize its tensor to;
    `qs-run-calibration` chooses the range for the levels of that code. Where
    layers take one tensor in several codes, each further code gets an observer of
    its own, called `<name>#<code>`, which those layers take. A tensor that only
    float layers take and make has no code and gets no attribute.

    Preconditions: observers are there (`qs-insert-observers`). A choice that is
    not implemented is an error here already, before any data are run.
  }];
  let options = [
    Option<"recipe", "recipe", "std::string", "\"\"",
           "Recipe file; without it weights are int8 axis, activations uint8 tensor">
  ];
}

#endif // QS_DIALECT_QS_TRANSFORMS_QUANTIZE_PASSES
