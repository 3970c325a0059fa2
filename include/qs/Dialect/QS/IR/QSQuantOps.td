//===- QSQuantOps.td - between reals and codes --------------*- tablegen -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_DIALECT_QS_IR_QSQUANTOPS
#define QS_DIALECT_QS_IR_QSQUANTOPS

include "qs/Dialect/QS/IR/QSOpBase.td"

def QS_QuantizeOp : QS_PureOp<"quantize"> {
  let summary = "reals to codes: q = sat(round(x / s) + z)";
  let description = [{
    Inputs: `input` (I1) float tensor; `scale` (I2) float tensor of the shape that
    the result's scale asks for; `zero_point` (I3, optional) i32 tensor of the
    same shape, absent means 0; in its place `codebook` (I4), the entries of a
    code with parameters. Other codes than integers: `q = encode(x / s)`.

    `round_then_add`: `q = sat(round(x / s) + z)` (ONNX QuantizeLinear);
    `add_then_round`: `q = round(clamp(x / s + z))` (StableHLO). The division is
    done in the input's float type, in f32 for narrower ones. NaN becomes `z`,
    infinities saturate.

    Constraints: Q1 same shape. Q2 scale and zero point have the shape that the
    result type's scale gives, scale the storage type. Q3 constant scales are
    positive, normal and finite. Q4 constant zero points lie in the code's
    range. Q5 a zero point needs an integer code. Q6 the scale is not `none`.
    Q7 a code with parameters needs a codebook of 2^bits finite entries, for the
    tensor or for each scale, other codes take none. Q8 codes other than integers
    saturate. Q9 `stochastic` rounding goes up with the probability of the fraction;
    it needs a `seed`, `round_then_add` and `saturate`, and nothing else takes a seed.

    ```mlir
    %q = qs.quantize half_even round_then_add saturate %x scale %s zero_point %z
        : tensor<2x3xf32>, tensor<f32>, tensor<i32> -> tensor<2x3x!qs.q<uint8, tensor>>
    ```
  }];
  let arguments = (ins QS_FloatTensor:$input, QS_ScaleTensor:$scale,
      Optional<QS_CodeParamTensor>:$code_param, QS_RoundingModeAttr:$rounding,
      QS_RoundingOrderAttr:$order, QS_OverflowAttr:$overflow,
      OptionalAttr<I64Attr>:$seed);
  let results = (outs QS_QuantTensor:$result);
  let assemblyFormat = [{
    custom<Mode>($rounding) custom<Mode>($order) custom<Mode>($overflow) $input `scale` $scale custom<CodeParam>($code_param) attr-dict
    `:` type($input) `,` type($scale) (`,` type($code_param)^)? `->` type($result)
  }];
  let builders = [OpBuilder<(ins "::mlir::Type":$result, "::mlir::Value":$input,
                                "::mlir::Value":$scale,
                                "::mlir::Value":$zeroPoint),
                            [{
    build($_builder, $_state, result, input, scale, zeroPoint, RoundingMode::HalfEven,
          RoundingOrder::RoundThenAdd, Overflow::Saturate, ::mlir::IntegerAttr());
  }]>];
  let extraClassDeclaration = [{
    /// The operand behind the scale: i32 zero points of an integer code, or the
    /// codebook of a code with parameters. The other one is null.
    ::mlir::Value getZeroPoint();
    ::mlir::Value getCodebook();
  }];
  let useCustomPropertiesEncoding = 1;
  let hasVerifier = 1;
  let hasFolder = 1;
}

def QS_DequantizeOp : QS_PureOp<"dequantize"> {
  let summary = "codes to reals: x = s * (decode(q) - z)";
  let description = [{
    The difference is exact, the product is rounded once to the result's type
    (f32 first for narrower types). D1 same shape. D2 to D7 as Q2 to Q7.
  }];
  let arguments = (ins QS_QuantTensor:$input, QS_ScaleTensor:$scale,
                       Optional<QS_CodeParamTensor>:$code_param);
  let results = (outs QS_FloatTensor:$result);
  let assemblyFormat = [{
    $input `scale` $scale custom<CodeParam>($code_param) attr-dict
    `:` type($input) `,` type($scale) (`,` type($code_param)^)? `->` type($result)
  }];
  let extraClassDeclaration = [{
    /// The operand behind the scale: i32 zero points of an integer code, or the
    /// codebook of a code with parameters. The other one is null.
    ::mlir::Value getZeroPoint();
    ::mlir::Value getCodebook();
  }];
  let hasVerifier = 1;
}

def QS_FakeQuantizeOp : QS_PureOp<"fake_quantize",
    [AllTypesMatch<["input", "result"]>]> {
  let summary = "dequantize(quantize(x)) in one op that no pass removes";
  let description = [{
    The forward function is the composition of `qs.quantize` and `qs.dequantize`
    with the element type `quant_type`; it is not the identity, so no
    canonicalization removes it. Constraints FQ2 to FQ8 as Q2 to Q8.
  }];
  let arguments = (ins QS_FloatTensor:$input, QS_ScaleTensor:$scale,
    Optional<QS_CodeParamTensor>:$code_param, TypeAttrOf<QS_Quant>:$quant_type,
    QS_RoundingModeAttr:$rounding, QS_RoundingOrderAttr:$order, QS_OverflowAttr:$overflow);
  let results = (outs QS_FloatTensor:$result);
  let assemblyFormat = [{
    custom<Mode>($rounding) custom<Mode>($order) custom<Mode>($overflow) $input `scale` $scale custom<CodeParam>($code_param)
    `as` $quant_type attr-dict
    `:` type($input) `,` type($scale) (`,` type($code_param)^)?
  }];
  let extraClassDeclaration = [{
    /// The operand behind the scale: i32 zero points of an integer code, or the
    /// codebook of a code with parameters. The other one is null.
    ::mlir::Value getZeroPoint();
    ::mlir::Value getCodebook();
  }];
  let hasVerifier = 1;
}

def QS_ObserveOp : QS_Op<"observe", [AllTypesMatch<["input", "result"]>,
    DeclareOpInterfaceMethods<MemoryEffectsOpInterface>]> {
  let summary = "marks a tensor whose values calibration collects";
  let description = [{
    Returns its input. Calibration records the values that pass and writes
    `range`; quantization replaces the op. It has an effect on the statistics, so
    it is neither merged nor removed. O1: names are unique in a function.
  }];
  let arguments = (ins QS_FloatTensor:$input,
                       StrAttr:$name, OptionalAttr<QS_RangeAttr>:$range);
  let results = (outs QS_FloatTensor:$result);
  let assemblyFormat = "$input $name (`range` `(` $range^ `)`)? attr-dict `:` type($input)";
}

def QS_ChooseParamsOp : QS_PureOp<"choose_params"> {
  let summary = "scale and zero point from the values of a tensor, at run time";
  let description = [{
    Asymmetric: `lo = min(0, min x)`, `hi = max(0, max x)`,
    `s = (hi - lo) / (qmax - qmin)` in f32, `z = sat(half_even(qmin - lo / s))`
    (ONNX DynamicQuantizeLinear). With `symmetric`:
    `s = max |x| / qmax`, `z = 0`. Where all are zero the scale is 1, and the zero
    point the one that the formula then gives. With a scale of `axis(d)` the
    elements of each index on axis d are looked at by themselves, and the results
    have one element for each. Other codes than integers:
    `s = max(hi / M, lo / m)` over the code's greatest number M and least m, of
    those that are not 0, and `z = 0`.

    CP1: a code without parameters, scale `tensor` or `axis(d)`, both results of
    the shape that the scale gives; a scaled axis has a static size. CP2:
    `symmetric` is for integer codes.
  }];
  let arguments = (ins QS_FloatTensor:$input, TypeAttrOf<QS_Quant>:$quant_type,
                       UnitAttr:$symmetric);
  let results = (outs QS_MultiplierTensor:$scale, QS_ZeroPointTensor:$zero_point);
  let assemblyFormat = [{
    (`symmetric` $symmetric^)? $input `as` $quant_type attr-dict
    `:` type($input) `->` type($scale) `,` type($zero_point)
  }];
  let hasVerifier = 1;
}

def QS_RequantizeOp : QS_PureOp<"requantize", [AttrSizedOperandSegments]> {
  let summary = "accumulators to codes by a real multiplier";
  let description = [{
    `q = sat(round(f32(x - zx) * m) + z)`, every step in f32 but the subtraction
    and the addition, which are exact integers. `multiplier` is f32, of rank 0 or
    one for each index of the last axis.

    Constraints: R1 same shape. R2 multiplier rank 0, or rank 1 with the size of
    the last axis. R3 constant multipliers are finite and not negative. R4 zero
    points are rank 0 and lie in range. R5 the result has an integer code.
    R6 an input zero point needs a quantized input.
  }];
  let arguments = (ins QS_IntTensor:$input, QS_MultiplierTensor:$multiplier,
    Optional<QS_ZeroPointTensor>:$input_zp, Optional<QS_ZeroPointTensor>:$zero_point,
    QS_RoundingModeAttr:$rounding, QS_OverflowAttr:$overflow);
  let results = (outs QS_QuantTensor:$result);
  let assemblyFormat = [{
    custom<Mode>($rounding) custom<Mode>($overflow) $input `multiplier` $multiplier
    (`input_zp` `(` $input_zp^ `:` type($input_zp) `)`)?
    (`zero_point` `(` $zero_point^ `:` type($zero_point) `)`)? attr-dict
    `:` type($input) `,` type($multiplier) `->` type($result)
  }];
  let hasVerifier = 1;
}

def QS_RequantizeFixedOp : QS_PureOp<"requantize_fixed"> {
  let summary = "accumulators to codes by an integer multiplier and a shift";
  let description = [{
    The real multiplier is `multiplier * 2^-shift`. `single`:
    `(x * m + (1 << (shift - 1))) >> shift` in i64 (TOSA single rounding; shift 0
    multiplies only). `double`: TOSA double rounding. `tflite`: saturating
    rounding doubling high multiply by `m`, then a rounding division by
    `2^(shift - 31)`. `half_even`: exact product, ties to even. Then `z` is added
    and the sum saturates.

    Constraints: RF1 same shape. RF2 multiplier and shift have one shape, rank 0
    or rank 1 with the size of the last axis. RF3 constant multipliers are not
    negative; shifts lie in 0..62 (31..62 for `tflite`). RF4 as R4. RF5 as R5.
  }];
  let arguments = (ins RankedTensorOf<[I32]>:$input, RankedTensorOf<[I32]>:$multiplier,
    RankedTensorOf<[I8]>:$shift, Optional<QS_ZeroPointTensor>:$zero_point,
    QS_FixedRoundingAttr:$rounding, QS_OverflowAttr:$overflow);
  let results = (outs QS_QuantTensor:$result);
  let assemblyFormat = [{
    custom<Mode>($rounding) custom<Mode>($overflow) $input `multiplier` $multiplier `shift` $shift
    (`zero_point` $zero_point^)? attr-dict
    `:` type($input) `,` type($multiplier) `,` type($shift)
    (`,` type($zero_point)^)? `->` type($result)
  }];
  let hasVerifier = 1;
}

def QS_StorageCastOp : QS_PureOp<"storage_cast"> {
  let summary = "code words as builtin integers, and back";
  let description = [{
    The bits stay. SC1 same shape. SC2 one side has a quantized element type, the
    other the builtin integer type that stores its words.
  }];
  let arguments = (ins AnyRankedTensor:$input);
  let results = (outs AnyRankedTensor:$result);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

#endif // QS_DIALECT_QS_IR_QSQUANTOPS
