//===- QSLinearOps.td - matrix multiply, convolution --------*- tablegen -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_DIALECT_QS_IR_QSLINEAROPS
#define QS_DIALECT_QS_IR_QSLINEAROPS

include "qs/Dialect/QS/IR/QSOpBase.td"

def QS_MatmulOp : QS_PureOp<"matmul", [AttrSizedOperandSegments]> {
  let summary = "c[.., m, n] = sum_k (a - za)(b - zb) + bias[n]";
  let description = [{
    `lhs` [..., M, K], `rhs` [..., K, N] or, with `transpose_rhs`, [..., N, K];
    leading dimensions are equal, or `rhs` has none and is shared. Quantized
    operands have fixed-point codes (integers, ternary, binary, `log2_4`, a
    codebook of i8, ...): a word stands for an integer level times a power of two
    that the code fixes, and the op works on levels. The result is i32 and exact:
    a sum that leaves i32 is an error in the interpreter and undefined in compiled
    code. With `rhs_scale`, the scales of groups along K, the result is f32:
    from 0, for each group in order of k, `acc = acc + f32(sum) * scale`, product
    and sum rounded, the group's own sum exact; then the bias. On f32 operands the
    result is f32, summed in order of k.

    Operands of which one has another code give f32: the sum of the products of
    the numbers that the words stand for, without scales. `accumulator` says in
    which type and order the sum is made (f32 in order of k for these, i32 for
    levels); with a float format any codes take this form. Wider than 32 bits,
    levels give i64. With `rhs_scale` numbers are summed so within each group.

    Constraints: MM1 ranks at least 2 and matching leading dimensions. MM2 equal
    K. MM3 result shape. MM4 operands both quantized with fixed-point codes and
    an integer result (f32 with `rhs_scale`), both quantized and f32, or all f32.
    MM5 `lhs_zp` is rank 0 (or [M] for one a row, rank-2 operands), `rhs_zp` rank
    0, [N] or of the shape of `rhs_scale`; quantized operands only, and constants
    in the code's range. MM6 bias is [N] of the result's element type. MM7 `rhs_scale`
    belongs to a rank-2 `rhs` with scales of groups along K. MM8 `rhs_codebook`
    belongs to a code with parameters, which needs it, and has i8 entries where
    levels are summed. MM9 the accumulator fits the operands and the result.
  }];
  let arguments = (ins QS_LinearTensor:$lhs, QS_LinearTensor:$rhs,
      Optional<QS_ZeroPointTensor>:$lhs_zp,
      Optional<QS_ZeroPointTensor>:$rhs_zp, Optional<QS_AccTensor>:$bias,
      Optional<QS_ScaleTensor>:$rhs_scale,
      Optional<QS_CodebookTensor>:$rhs_codebook, UnitAttr:$transpose_rhs,
      OptionalAttr<QS_AccumulatorAttr>:$accumulator);
  let results = (outs QS_AccTensor:$result);
  let assemblyFormat = [{
    $lhs `,` $rhs (`transpose_rhs` $transpose_rhs^)?
    (`lhs_zp` `(` $lhs_zp^ `:` type($lhs_zp) `)`)?
    (`rhs_zp` `(` $rhs_zp^ `:` type($rhs_zp) `)`)?
    (`rhs_scale` `(` $rhs_scale^ `:` type($rhs_scale) `)`)?
    (`rhs_codebook` `(` $rhs_codebook^ `:` type($rhs_codebook) `)`)?
    (`bias` `(` $bias^ `:` type($bias) `)`)? attr-dict
    `:` type($lhs) `,` type($rhs) `->` type($result)
  }];
  let builders = [OpBuilder<(ins "::mlir::Type":$result, "::mlir::Value":$lhs,
                                "::mlir::Value":$rhs, "::mlir::Value":$lhsZp,
                                "::mlir::Value":$rhsZp, "::mlir::Value":$bias,
                                "bool":$transposeRhs),
                            [{
    build($_builder, $_state, result, lhs, rhs, lhsZp, rhsZp, bias, ::mlir::Value(),
          ::mlir::Value(), transposeRhs, AccumulatorAttr());
  }]>];
  let useCustomPropertiesEncoding = 1;
  let hasVerifier = 1;
}

def QS_Conv2DOp : QS_PureOp<"conv2d", [AttrSizedOperandSegments]> {
  let summary = "2-D convolution, NHWC by OHWI, grouped";
  let description = [{
    `input` [N, H, W, C], `weight` [O, KH, KW, C / groups], result
    [N, OH, OW, O] with `OH = (H + pad_t + pad_b - dil_h (KH - 1) - 1) / stride_h + 1`,
    rounded down. `pad` is [top, bottom, left, right]; padded positions hold the
    real number zero, that is the input's zero point. `groups = C` is depthwise.
    Integer, group-scaled (groups of channels inside one tap) and float forms as
    in `qs.matmul`; groups and float sums run over kh, kw, c.

    Constraints: CV1 rank 4. CV2 attribute sizes; strides and dilations at least
    1, pads not negative. CV3 groups divide C and O, weight has C / groups
    channels. CV4 result shape. CV5 as MM4. CV6 `input_zp` rank 0, `weight_zp`
    rank 0, [O] or of the shape of `weight_scale`, in range. CV7 bias [O] of the result's element type. CV8, CV9,
    CV10 as MM7, MM8, MM9.
  }];
  let arguments = (ins QS_LinearTensor:$input, QS_LinearTensor:$weight,
      Optional<QS_ZeroPointTensor>:$input_zp,
      Optional<QS_ZeroPointTensor>:$weight_zp, Optional<QS_AccTensor>:$bias,
      Optional<QS_ScaleTensor>:$weight_scale,
      Optional<QS_CodebookTensor>:$weight_codebook, DenseI64ArrayAttr:$pad,
      DenseI64ArrayAttr:$stride, DenseI64ArrayAttr:$dilation,
      DefaultValuedAttr<I64Attr, "1">:$groups,
      OptionalAttr<QS_AccumulatorAttr>:$accumulator);
  let results = (outs QS_AccTensor:$result);
  let assemblyFormat = [{
    $input `,` $weight `pad` $pad `stride` $stride `dilation` $dilation
    (`groups` $groups^)?
    (`input_zp` `(` $input_zp^ `:` type($input_zp) `)`)?
    (`weight_zp` `(` $weight_zp^ `:` type($weight_zp) `)`)?
    (`weight_scale` `(` $weight_scale^ `:` type($weight_scale) `)`)?
    (`weight_codebook` `(` $weight_codebook^ `:` type($weight_codebook) `)`)?
    (`bias` `(` $bias^ `:` type($bias) `)`)? attr-dict
    `:` type($input) `,` type($weight) `->` type($result)
  }];
  let builders = [OpBuilder<
      (ins "::mlir::Type":$result, "::mlir::Value":$input,
          "::mlir::Value":$weight, "::mlir::Value":$inputZp,
          "::mlir::Value":$weightZp, "::mlir::Value":$bias,
          "::llvm::ArrayRef<int64_t>":$pad, "::llvm::ArrayRef<int64_t>":$stride,
          "::llvm::ArrayRef<int64_t>":$dilation, "int64_t":$groups),
      [{
    build($_builder, $_state, result, input, weight, inputZp, weightZp, bias,
          ::mlir::Value(), ::mlir::Value(), pad, stride, dilation, groups, AccumulatorAttr());
  }]>];
  let useCustomPropertiesEncoding = 1;
  let hasVerifier = 1;
}

#endif // QS_DIALECT_QS_IR_QSLINEAROPS
