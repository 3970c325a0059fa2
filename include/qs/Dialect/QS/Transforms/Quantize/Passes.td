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

    `quantizer: gptq` (Frantar et al., GPTQ, 2022) rounds the weights of an output
    one after the other and makes up for what is lost by those that are still
    free; `gptq:mse` names the method that gives the scales, by default that of the
    code. It needs `qs.input_gram` from calibration with this recipe; an output
    whose error on those data would grow keeps the nearest values. Codes without
    negative numbers are refused for weights that have some, unless zero points
    make up for it. Example: `qs-opt --qs-apply-recipe=recipe=r.yaml` with

    ```yaml
    version: 1
    defaults:
      weights: {code: int4, scale: group32, quantizer: "gptq:mse"}
    ```

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

def Equalize : Pass<"qs-equalize", "::mlir::ModuleOp"> {
  let summary = "fold factors between layers that leave the float function unchanged";
  let description = [{
    In front of calibration: what is multiplied into the weights of a layer, one
    factor for each input channel, is divided out of what makes its input, so that
    the network computes the same function and is easier to quantize. The recipe
    chooses for each layer, by the key `equalize`:

    | method | factor of channel c | paper |
    |---|---|---|
    | `cross_layer` | sqrt(r1 r2) / r2, the largest weights of the channel in the layer in front and in this one; both become sqrt(r1 r2). Pairs are gone over until nothing changes | Nagel et al., Data-Free Quantization, 2019 |
    | `smoothquant` | max\|x\|^alpha / max\|w\|^(1 - alpha), `alpha` 0.5 | Xiao et al., SmoothQuant, 2022 |
    | `awq` | mean\|x\|^a, the a of 0, 0.05, ..., 1 with the least error of the layer's output, its weights being rounded as the recipe says | Lin et al., AWQ, 2023 |

    `factors: pow2` takes the nearest powers of two: then every bit of the float
    network's result stays (`real`, the default, changes it by the rounding of f32).

    Divided are the weights and bias of the linear layer in front, or the constant
    of a product for each channel (the gain of a norm) and what is added behind it;
    between may stand ReLU, pooling, sums over space, padding by zero, products
    with one number, and moves that keep channels together (a flatten, too, whose
    positions of a channel then share a factor). Where nothing divides, a layer
    with float or dynamic activations gets a `tosa.mul` in front of it; quantized
    activations have one scale for all channels, and the layer is left as it is.
    All layers that take one tensor get the same factors. A layer that is left
    alone gives a remark with the reason and the attribute
    `qs.equalize_fallback`, which the report shows.

    `smoothquant` and `awq` run the network over `data`; awq keeps the Gram matrix
    of the layer's inputs, of 4 K (K + 1) bytes for a sum over K inputs.

    Preconditions: batch norms are folded, observers are not there yet. Example:
    `qs-opt --qs-equalize="recipe=r.yaml data=calibration.npz"`, or as part of
    `--qs-calibrate="recipe=r.yaml data=calibration.npz"`.
  }];
  let options = [
    Option<"recipe", "recipe", "std::string", "\"\"",
           "Recipe file; without one nothing is folded">,
    Option<"data", "data", "std::string", "\"\"", "The .npz file of samples">,
    Option<"engine", "engine", "std::string", "\"interp\"",
           "What runs the network: interp or jit">,
    Option<"statisticsLimit", "statistics-limit", "unsigned", "1024",
           "Most MiB of input statistics that one layer may take">
  ];
  let dependentDialects = ["::qs::QSDialect", "::mlir::tosa::TosaDialect",
                           "::mlir::arith::ArithDialect"];
  let statistics = [
    Statistic<"numFolded", "tensors-equalized", "Tensors given factors">
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
    float layers take and make has no code and gets no attribute. Where the recipe
    gives a layer's activations a `calibration` of their own, the observer gets
    `qs.observe_by` as well, and layers that differ in it ranges of their own.

    A layer whose weights are quantized with error feedback (`quantizer: gptq`) is
    marked with `qs.collect_inputs`, for `qs-run-calibration` to collect what its
    inputs are. Example: `qs-opt --qs-plan-observers=recipe=r.yaml`.

    Preconditions: observers are there (`qs-insert-observers`). A choice that is
    not implemented is an error here already, before any data are run.
  }];
  let options = [
    Option<"recipe", "recipe", "std::string", "\"\"",
           "Recipe file; without it weights are int8 axis, activations uint8 tensor">
  ];
}

#endif // QS_DIALECT_QS_TRANSFORMS_QUANTIZE_PASSES
