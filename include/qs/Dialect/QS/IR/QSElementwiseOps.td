//===- QSElementwiseOps.td - elementwise, pooling, tables ---*- tablegen -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_DIALECT_QS_IR_QSELEMENTWISEOPS
#define QS_DIALECT_QS_IR_QSELEMENTWISEOPS

include "qs/Dialect/QS/IR/QSOpBase.td"

def QS_AddOp : QS_PureOp<"add", [AttrSizedOperandSegments]> {
  let summary = "q = sat(round(f32(a - za) * ma + f32(b - zb) * mb) + z)";
  let description = [{
    Both products and the sum are f32 operations, each rounded, never contracted.
    Shapes broadcast: equal ranks, sizes equal or 1.

    Constraints: A1 broadcast shape. A2 integer codes. A3 multipliers rank 0,
    constants finite. A4 zero points rank 0 and in range.
  }];
  let arguments = (ins QS_QuantTensor:$lhs, QS_QuantTensor:$rhs,
    QS_MultiplierTensor:$lhs_multiplier, QS_MultiplierTensor:$rhs_multiplier,
    Optional<QS_ZeroPointTensor>:$lhs_zp, Optional<QS_ZeroPointTensor>:$rhs_zp,
    Optional<QS_ZeroPointTensor>:$zero_point,
    QS_RoundingModeAttr:$rounding, QS_OverflowAttr:$overflow);
  let results = (outs QS_QuantTensor:$result);
  let assemblyFormat = [{
    custom<Mode>($rounding) custom<Mode>($overflow) $lhs `*` $lhs_multiplier `,` $rhs `*` $rhs_multiplier
    (`lhs_zp` `(` $lhs_zp^ `:` type($lhs_zp) `)`)?
    (`rhs_zp` `(` $rhs_zp^ `:` type($rhs_zp) `)`)?
    (`zero_point` `(` $zero_point^ `:` type($zero_point) `)`)? attr-dict
    `:` type($lhs) `*` type($lhs_multiplier) `,` type($rhs) `*` type($rhs_multiplier)
    `->` type($result)
  }];
  let hasVerifier = 1;
}

def QS_MulOp : QS_PureOp<"mul", [AttrSizedOperandSegments]> {
  let summary = "q = sat(round(f32((a - za)(b - zb)) * m) + z)";
  let description = [{
    The integer product is exact (codes of at most 15 bits after the zero point,
    or it is computed in i64), then converted to f32 once.
    Constraints: MU1 broadcast shape. MU2 integer codes. MU3 multiplier rank 0,
    constant finite. MU4 zero points rank 0 and in range.
  }];
  let arguments = (ins QS_QuantTensor:$lhs, QS_QuantTensor:$rhs,
    QS_MultiplierTensor:$multiplier,
    Optional<QS_ZeroPointTensor>:$lhs_zp, Optional<QS_ZeroPointTensor>:$rhs_zp,
    Optional<QS_ZeroPointTensor>:$zero_point,
    QS_RoundingModeAttr:$rounding, QS_OverflowAttr:$overflow);
  let results = (outs QS_QuantTensor:$result);
  let assemblyFormat = [{
    custom<Mode>($rounding) custom<Mode>($overflow) $lhs `,` $rhs `multiplier` $multiplier
    (`lhs_zp` `(` $lhs_zp^ `:` type($lhs_zp) `)`)?
    (`rhs_zp` `(` $rhs_zp^ `:` type($rhs_zp) `)`)?
    (`zero_point` `(` $zero_point^ `:` type($zero_point) `)`)? attr-dict
    `:` type($lhs) `,` type($rhs) `,` type($multiplier) `->` type($result)
  }];
  let hasVerifier = 1;
}

def QS_ClampOp : QS_PureOp<"clamp", [SameOperandsAndResultType]> {
  let summary = "clamp of code values: relu and relu6 on integers";
  let description = [{
    `q' = min(max(q, min), max)` on the integer code values. CL1 integer code.
    CL2 min <= max, both in the code's range.
  }];
  let arguments = (ins QS_QuantTensor:$input, I32Attr:$min, I32Attr:$max);
  let results = (outs QS_QuantTensor:$result);
  let assemblyFormat = "$input `min` $min `max` $max attr-dict `:` type($input)";
  let hasVerifier = 1;
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}

def QS_LookupOp : QS_PureOp<"lookup"> {
  let summary = "any function of one quantized tensor, as a table";
  let description = [{
    `y = table[decode(q) - min]` for an integer code whose smallest value is
    `min`: entry 0 belongs to the smallest code value. L1 same shape. L2 integer
    code of at most 16 bits; the table is rank 1 and has 2^bits entries. L3 the
    table and the result have one element type.
  }];
  let arguments = (ins QS_QuantTensor:$input, AnyRankedTensor:$table);
  let results = (outs AnyRankedTensor:$result);
  let assemblyFormat = [{
    $input `in` $table attr-dict `:` type($input) `,` type($table) `->` type($result)
  }];
  let hasVerifier = 1;
}

def QS_ThresholdOp : QS_PureOp<"threshold"> {
  let summary = "how many thresholds of its channel a sum has reached";
  let description = [{
    `q = base + #{l : x >= t[c, l]}`, c the index on the last axis; for channels
    where `falling` is true (one for each, or none at all) `base + #{l : x < t[c, l]}`.
    q is the level of an integer code and the word of any other. Batch norm and
    sign, or a quantizer of a few levels, are such a function of an integer sum.

    TH1 one shape of rank at least 1. TH2 thresholds [C, L], C the last size, L
    from 1 to 255. TH3 base..base + L are levels of the integer code, or legal
    words. TH4 `falling`: C of them or none. TH5 constant thresholds ascend in
    each channel.
  }];
  let arguments = (ins RankedTensorOf<[I32]>:$input,
    RankedTensorOf<[I32]>:$thresholds, DefaultValuedAttr<I32Attr, "0">:$base,
    OptionalAttr<DenseBoolArrayAttr>:$falling);
  let results = (outs QS_QuantTensor:$result);
  let assemblyFormat = [{
    $input `at` $thresholds (`base` $base^)? (`falling` $falling^)? attr-dict
    `:` type($input) `,` type($thresholds) `->` type($result)
  }];
  let hasVerifier = 1;
}

def QS_MaxPool2DOp : QS_PureOp<"max_pool2d"> {
  let summary = "maximum of code values over windows, NHWC";
  let description = [{
    `kernel`, `stride` [h, w], `pad` [top, bottom, left, right]. Padded positions
    do not take part; every window holds at least one real position.
    P1 rank 4. P2 attributes: sizes, kernel and stride at least 1, pad smaller
    than the kernel. P3 result shape. P4 integer code, one element type.
  }];
  let arguments = (ins QS_QuantTensor:$input, DenseI64ArrayAttr:$kernel,
    DenseI64ArrayAttr:$stride, DenseI64ArrayAttr:$pad);
  let results = (outs QS_QuantTensor:$result);
  let assemblyFormat = [{
    $input `kernel` $kernel `stride` $stride `pad` $pad attr-dict
    `:` type($input) `->` type($result)
  }];
  let hasVerifier = 1;
}

def QS_SumPool2DOp : QS_PureOp<"sum_pool2d"> {
  let summary = "sum of (q - z) over windows, NHWC, exact in i32";
  let description = [{
    With `qs.requantize` by `s_in / (count s_out)` an average pool. Padded
    positions count as zero. P1 to P3 as `qs.max_pool2d`; SP4 integer code, i32
    result; SP5 zero point rank 0 and in range.
  }];
  let arguments = (ins QS_QuantTensor:$input, Optional<QS_ZeroPointTensor>:$zero_point,
    DenseI64ArrayAttr:$kernel, DenseI64ArrayAttr:$stride, DenseI64ArrayAttr:$pad);
  let results = (outs RankedTensorOf<[I32]>:$result);
  let assemblyFormat = [{
    $input (`zero_point` `(` $zero_point^ `:` type($zero_point) `)`)?
    `kernel` $kernel `stride` $stride `pad` $pad attr-dict
    `:` type($input) `->` type($result)
  }];
  let hasVerifier = 1;
}

#endif // QS_DIALECT_QS_IR_QSELEMENTWISEOPS
