//===- QSPackOps.td - constants and kernels in a target's layout *- tablegen -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_DIALECT_QS_IR_QSPACKOPS
#define QS_DIALECT_QS_IR_QSPACKOPS

include "mlir/Interfaces/DestinationStyleOpInterface.td"
include "qs/Dialect/QS/IR/QSOpBase.td"
include "qs/Dialect/QS/IR/QSPackAttrs.td"

def QS_PackedConstantOp : QS_PureOp<"packed_constant"> {
  let summary = "a constant whose bytes lie in the layout of a target";
  let description = [{
    PC1: `bytes` is an i8 vector as long as the layout says.
  }];
  let arguments = (ins ElementsAttr:$bytes);
  let results = (outs QS_PackedType:$result);
  let assemblyFormat = "$bytes attr-dict `:` type($result)";
  let hasVerifier = 1;
}

class QS_BufferOf<list<Type> elements>
    : AnyTypeOf<[RankedTensorOf<elements>, MemRefOf<elements>]>;
def QS_RowBuffer : QS_BufferOf<[I8, I16, I32, F32]>;
def QS_ResultBuffer : QS_BufferOf<[I8, I16, I32, I64, F32]>;
def QS_BiasBuffer : QS_BufferOf<[I32, I64, F32]>;
def QS_MultiplierBuffer : QS_BufferOf<[F32]>;
def QS_IntegerBuffer : QS_BufferOf<[I32]>;
def QS_GroupBiasBuffer : QS_BufferOf<[I32, I64]>;
def QS_ScaleBuffer : QS_BufferOf<[F32, F16, I8]>;
def QS_ZeroBuffer : QS_BufferOf<[I8, I32]>;

def QS_PackedViewOp : QS_PureOp<"packed_view"> {
  let summary = "words made at run time, as weights in the layout of a target";
  let description = [{
    The words lie as the layout says: plain ones, whose integers or f32 have the
    element type of `words`. A kernel reads them where they lie.

    Constraints: PV1 `words` has rank 1, as many bytes as the layout says, and
    elements of their size; the layout has no table and no element type.
  }];
  let arguments = (ins QS_BufferOf<[I8, I16, F32]>:$words);
  let results = (outs QS_PackedType:$result);
  let assemblyFormat = "$words attr-dict `:` type($words) `->` type($result)";
  let hasVerifier = 1;
}

/// Kernels work on tensors and on memrefs of builtin elements: code words have
/// their storage type here. `init` gives the result's buffer, its contents are
/// not read.
class QS_KernelOp<string mnemonic>
    : QS_Op<mnemonic, [AttrSizedOperandSegments, DestinationStyleOpInterface,
                       DeclareOpInterfaceMethods<MemoryEffectsOpInterface>]> {
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() { return getInitMutable(); }
    /// Rows of the multiply (pixels of one image) and its output columns.
    int64_t getRowCount();
    int64_t getColumnCount();
    /// Bytes of panels of decoded weights that the kernel asks for; 0 if it
    /// decodes in registers.
    int64_t getScratchBytes();
  }];
  dag kernelArguments = (ins QS_RowBuffer:$input, QS_PackedType:$weights,
    Optional<QS_BiasBuffer>:$bias, Optional<QS_MultiplierBuffer>:$multiplier,
    Optional<QS_ScaleBuffer>:$weight_scale,
    Optional<QS_GroupBiasBuffer>:$group_bias,
    Optional<QS_ZeroBuffer>:$group_zero,
    Optional<QS_IntegerBuffer>:$row_sums,
    Optional<QS_IntegerBuffer>:$row_zero,
    Optional<QS_GroupBiasBuffer>:$column_sums,
    Optional<QS_MultiplierBuffer>:$row_scale,
    Optional<QS_MultiplierBuffer>:$result_scale,
    Optional<QS_IntegerBuffer>:$border_sums,
    Optional<QS_IntegerBuffer>:$border_class,
    Optional<QS_IntegerBuffer>:$thresholds,
    Optional<QS_IntegerBuffer>:$falling,
    Optional<MemRefOf<[I8]>>:$scratch,
    QS_ResultBuffer:$init, QS_EpilogueAttr:$epilogue, UnitAttr:$signed_input,
    OptionalAttr<I64Attr>:$wide,
    OptionalAttr<QS_AccumulatorAttr>:$accumulator,
    OptionalAttr<DenseI64ArrayAttr>:$product_span);
  // Files of version 1.0 lack `wide`, `accumulator` and `product_span`.
  let useCustomPropertiesEncoding = 1;
}

def QS_PrepareRowsOp : QS_Op<"prepare_rows",
    [DestinationStyleOpInterface,
     DeclareOpInterfaceMethods<MemoryEffectsOpInterface>]> {
  let summary = "copy activations into the form that a packed kernel reads";
  let description = [{
    Pads an NHWC tensor, or the last axis of any tensor, and rewrites the
    elements:

    | conversion | elements |
    |---|---|
    | `copy` | i8 to i8, i16 to i16 or f32 to f32, unchanged |
    | `flip_sign` | s8 to u8: + 128; u16 to s16: - 32768 |
    | `sign_extend` | s8 to i16 |
    | `zero_extend` | u8 to i16 |
    | `pack_bits` | the low bits of 32 bytes of the last axis to an i32 |
    | `decode` | words of i8 or i16 to the f32 that they stand for |

    `decode` has a `table` of 2^B numbers, by the low B bits of a word (B up to
    8), or the type `element` (i16, ui16, f16 or bf16) that words of 16 bits are
    numbers of, less `zero_point`. `target` is a row of
    Targets.h and decides the instructions, not the result.

    `pad` is [top, bottom, left, right]; padding and the `channel_pad` channels
    behind the last one hold `fill`, given after the conversion. A packed kernel
    over `flip_sign` rows has the correction folded into its bias. The bytes
    that the last i32 of `pack_bits` lacks count as 0.

    Constraints: PR1 element types fit the conversion. PR2 `pad` has four sizes,
    needs rank 4, and nothing is negative. PR3 shape of the result, static.
    PR4 `decode` has a table of 2 to 256 entries or an element type, and a known
    target; the other conversions have none of them.
  }];
  let arguments = (ins QS_RowBuffer:$input, QS_RowBuffer:$init,
    QS_RowConversionAttr:$conversion,
    DefaultValuedAttr<DenseI64ArrayAttr, "{0, 0, 0, 0}">:$pad,
    DefaultValuedAttr<I64Attr, "0">:$channel_pad,
    DefaultValuedAttr<I32Attr, "0">:$fill,
    OptionalAttr<DenseF32ArrayAttr>:$table, OptionalAttr<TypeAttr>:$element,
    DefaultValuedAttr<I32Attr, "0">:$zero_point, OptionalAttr<StrAttr>:$target);
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let builders = [OpBuilder<
      (ins "::mlir::TypeRange":$results, "::mlir::Value":$input,
          "::mlir::Value":$init, "RowConversion":$conversion,
          "::llvm::ArrayRef<int64_t>":$pad, "int64_t":$channelPad,
          "int32_t":$fill),
      [{
    build($_builder, $_state, results, input, init, conversion, pad, channelPad,
          fill, ::mlir::DenseF32ArrayAttr(), ::mlir::TypeAttr(), 0,
          ::mlir::StringAttr());
  }]>];
  let assemblyFormat = [{
    $conversion $input `pad` $pad (`channel_pad` $channel_pad^)? (`fill` $fill^)?
    `outs` `(` $init `)` attr-dict
    `:` type($input) `,` type($init) (`->` type($results)^)?
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() { return getInitMutable(); }
  }];
}

def QS_LookupBytesOp : QS_Op<"lookup_bytes",
    [DestinationStyleOpInterface,
     DeclareOpInterfaceMethods<MemoryEffectsOpInterface>]> {
  let summary = "a table of 256 bytes, with the look-ups of a target";
  let description = [{
    `y = table[x]` with x as 0..255. `target` is a row of Targets.h and decides
    the instructions, not the result.

    Constraints: LB1 one static shape. LB2 256 entries. LB3 a known target.
  }];
  let arguments = (ins QS_BufferOf<[I8]>:$input, QS_BufferOf<[I8]>:$init,
    DenseI8ArrayAttr:$table, StrAttr:$target);
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let assemblyFormat = [{
    $input `in` $table `target` $target `outs` `(` $init `)` attr-dict
    `:` type($input) `,` type($init) (`->` type($results)^)?
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() { return getInitMutable(); }
  }];
}

def QS_SumRunsOp : QS_Op<"sum_runs",
    [DestinationStyleOpInterface,
     DeclareOpInterfaceMethods<MemoryEffectsOpInterface>]> {
  let summary = "sums of equal runs of integers along the last axis";
  let description = [{
    [..., K] to [..., R]: element r is the sum of elements r K/R to
    (r + 1) K/R - 1, in i32. Elements are signed, or with `unsigned_input` bytes
    of 0 to 255. A kernel whose dot primitive takes the weights as its unsigned
    side needs them, and one whose weights have zero points of groups.

    Constraints: SR1 static shapes that agree but for the last size; R divides
    K. SR2 unsigned elements are bytes.
  }];
  let arguments = (ins QS_BufferOf<[I8, I16]>:$input, QS_IntegerBuffer:$init,
    UnitAttr:$unsigned_input);
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let assemblyFormat = [{
    (`unsigned_input` $unsigned_input^)? $input `outs` `(` $init `)` attr-dict
    `:` type($input) `,` type($init) (`->` type($results)^)?
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() { return getInitMutable(); }
  }];
}

def QS_QuantizeRowsOp : QS_Op<"quantize_rows",
    [DestinationStyleOpInterface,
     DeclareOpInterfaceMethods<MemoryEffectsOpInterface>]> {
  let summary = "f32 rows as codes, with a scale for each row";
  let description = [{
    The input falls into as many equal parts (rows) as `scales` has elements.
    For each the scale is that of a symmetric `qs.choose_params` with the range
    `lower`..`upper`, and its elements become `sat(half_even(x / scale))`, NaN 0.
    With `as` a type they are the words of its code, no integer code, and the
    scale is that of `qs.choose_params` for it.

    Constraints: QR1 static shapes: the codes have that of the input, the scales
    rank 1 and a number that divides the elements. QR2 bounds of signed bytes
    (of words for codes of i16) around 0. QR3 either a range or a type, whose
    code is no integer, has no parameters and at most 8 bits, in bytes.
  }];
  let arguments = (ins QS_BufferOf<[F32]>:$input, QS_BufferOf<[I8, I16]>:$codes,
    QS_BufferOf<[F32]>:$scales, OptionalAttr<I32Attr>:$lower,
    OptionalAttr<I32Attr>:$upper, OptionalAttr<TypeAttrOf<QS_Quant>>:$quant_type);
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let assemblyFormat = [{
    $input (`range` `[` $lower^ `,` $upper `]`)? (`as` $quant_type^)?
    `outs` `(` $codes `,` $scales `)`
    attr-dict `:` type($input) `,` type($codes) `,` type($scales)
    (`->` type($results)^)?
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() {
      return ::mlir::MutableOperandRange(getOperation(), 1, 2);
    }
  }];
}

def QS_PackedMatmulOp : QS_KernelOp<"packed_matmul"> {
  let summary = "matrix multiply over packed weights, with its epilogue";
  let description = [{
    `input` [..., K] by weights that pack a [K, N] or [N, K] tensor gives
    [..., N]. Integer rows are unsigned bytes, or signed ones with
    `signed_input`; sums are i32 and start from `bias`. f32 rows and weights
    give f32 sums, with the bias added last. See `#qs.epilogue` for what is
    stored.

    `weight_scale` gives f32 sums over integer rows too: each tap of the layout
    is a group, and from 0, in order of k, `acc = acc + f32(sum) * scale`, with
    the product and the sum rounded, the group's own sum exact from `group_bias`
    on. The scales lie as the panels do, [panel][tap][column], padded to whole
    vectors, in the storage of the weights' type (its bytes where that has 8
    bits). Over f32 rows the weights themselves are multiplied, each product
    rounded, by the scale of their tap, or of their column where there is one for
    each. Signed rows on a target that takes unsigned ones need `row_sums`, made
    by `qs.sum_runs`, beside weights with a table. `group_zero`, which lies as the
    scales do, is subtracted from the levels of a group over integer rows; of i8
    it needs `row_sums` too, of i32 it belongs to plain words of 16 bits, with or
    without scales of groups (then one for each column, padded to whole vectors;
    [O] in a `#qs.depthwise_layout`). Without scales of groups
    `group_bias` is what i32 sums start from where `bias` is f32: one for each
    column, padded to whole vectors.

    `row_zero`, one for each row or a single one, is subtracted from the elements
    of integer rows: the kernel takes it times `column_sums` off the sums, which
    lie as `group_bias` does.

    `scratch` is what a kernel on memrefs decodes panels of a table's weights
    to; without it each tile of rows decodes in registers. Its contents mean
    nothing before and after.

    `thresholds` [L, N] and `falling` [N] (-1 where a column falls, else 0; absent
    where none does) belong to the epilogue `threshold` over i32 sums.

    i16 rows are signed and go with plain weights of at most 16 bits; i8 rows go
    with weights of at most 8 bits (any for a `#qs.depthwise_layout`).

    `wide` makes sums of integers i64, as are then the bias, the group bias and
    the result under `store`, or the sums of groups. It promises that i32 holds the sum of any `wide`
    products of a row and a column of weights; 0 promises nothing.

    With `accumulator` f32 rows and weights are numbers, whose sums are made as
    it says (docs/Spec.md, `qs.matmul`): bits are the same on every engine.
    `weight_scale` then belongs to the sums of groups, which are taps of the
    layout: from 0, in order of k, `acc = acc + sum * scale`, both rounded to f32.
    `product_span = [b, e, l]` promises that each finite product of a row element
    and a weight is an integer of at most b bits times 2^e, below 2^l.

    i32 rows hold bits (`pack_bits`) and go with weights whose table is i32. A
    sum is n - 2 popcount(x xor w) over the n bits of the reduction; bits that
    only fill an i32 are no part of it.

    Constraints: PK1 the weights have a `#qs.gemm_layout` with one tap and one
    group. PK2 static shapes that agree. PK3 element types: rows, codes of the
    weights, bias ([N], of the sum's type; f32 under `dequantize`), result.
    PK4 requantize and dequantize take a multiplier of rank 0 or [N], store takes none.
    PK6 `scratch` has the bytes of one decoded panel (of the tables where sums are
    looked up). PK11 sums by look-up (see `#qs.gemm_layout`) take signed rows with
    `row_sums` and two rising levels, the first at most 0. PK7 number and type of
    the scales of weights and of what belongs to them. PK8 one `row_scale` for
    each row under dequantize and quantize; quantize has a `result_scale`.
    PK10 thresholds for each column under threshold, and nowhere else. PK12 `wide`
    is not negative and goes with integer rows, without thresholds, a table or
    bits. PK13 a float `accumulator` over f32 rows,
    `product_span` of three sizes beside it. PK14 `row_zero` and `column_sums`
    belong together, and `group_zero` of i32 to rows of i16.
  }];
  let arguments = kernelArguments;
  let assemblyFormat = [{
    $input `,` $weights (`signed_input` $signed_input^)?
    (`bias` `(` $bias^ `:` type($bias) `)`)?
    (`multiplier` `(` $multiplier^ `:` type($multiplier) `)`)?
    (`weight_scale` `(` $weight_scale^ `:` type($weight_scale) `)`)?
    (`group_bias` `(` $group_bias^ `:` type($group_bias) `)`)?
    (`group_zero` `(` $group_zero^ `:` type($group_zero) `)`)?
    (`row_sums` `(` $row_sums^ `:` type($row_sums) `)`)?
    (`row_zero` `(` $row_zero^ `:` type($row_zero) `)`)?
    (`column_sums` `(` $column_sums^ `:` type($column_sums) `)`)?
    (`row_scale` `(` $row_scale^ `:` type($row_scale) `)`)?
    (`result_scale` `(` $result_scale^ `:` type($result_scale) `)`)?
    (`border_sums` `(` $border_sums^ `:` type($border_sums) `)`)?
    (`border_class` `(` $border_class^ `:` type($border_class) `)`)?
    (`thresholds` `(` $thresholds^ `:` type($thresholds) `)`)?
    (`falling` `(` $falling^ `:` type($falling) `)`)?
    (`scratch` `(` $scratch^ `:` type($scratch) `)`)?
    (`wide` $wide^)? `epilogue` $epilogue `outs` `(` $init `)` attr-dict
    `:` type($input) `,` type($weights) `,` type($init) (`->` type($results)^)?
  }];
}

def QS_PackedConv2DOp : QS_KernelOp<"packed_conv2d"> {
  let summary = "2-D convolution over packed weights, with its epilogue";
  let description = [{
    `input` [N, H, W, C], already padded, by weights that pack [O, KH, KW, C/G]
    gives [N, OH, OW, O] with `OH = (H - dil_h (KH - 1) - 1) / stride_h + 1`. The
    layout holds the groups; a `#qs.depthwise_layout` means C groups. Rows, bias
    and epilogue as in `qs.packed_matmul`.

    Padding of rows of bits is a number, too: what it adds to a sum is the same
    for all pixels whose windows have the same positions outside of the image.
    `border_sums` [classes, O] is added to the sums, for pixel p of an image row
    `border_class[p]` of it; [OH * OW].

    Constraints: PK1 the weights have a `#qs.gemm_layout` or a
    `#qs.depthwise_layout`. PK2 to PK4 as in `qs.packed_matmul`. PK5 strides and
    dilations are at least 1. PK9 `border_sums` and `border_class` belong
    together, and to rows of bits.
  }];
  let arguments = !con(kernelArguments, (ins
    DenseI64ArrayAttr:$stride, DenseI64ArrayAttr:$dilation));
  let assemblyFormat = [{
    $input `,` $weights `stride` $stride `dilation` $dilation
    (`signed_input` $signed_input^)?
    (`bias` `(` $bias^ `:` type($bias) `)`)?
    (`multiplier` `(` $multiplier^ `:` type($multiplier) `)`)?
    (`weight_scale` `(` $weight_scale^ `:` type($weight_scale) `)`)?
    (`group_bias` `(` $group_bias^ `:` type($group_bias) `)`)?
    (`group_zero` `(` $group_zero^ `:` type($group_zero) `)`)?
    (`row_sums` `(` $row_sums^ `:` type($row_sums) `)`)?
    (`row_zero` `(` $row_zero^ `:` type($row_zero) `)`)?
    (`column_sums` `(` $column_sums^ `:` type($column_sums) `)`)?
    (`row_scale` `(` $row_scale^ `:` type($row_scale) `)`)?
    (`result_scale` `(` $result_scale^ `:` type($result_scale) `)`)?
    (`border_sums` `(` $border_sums^ `:` type($border_sums) `)`)?
    (`border_class` `(` $border_class^ `:` type($border_class) `)`)?
    (`thresholds` `(` $thresholds^ `:` type($thresholds) `)`)?
    (`falling` `(` $falling^ `:` type($falling) `)`)?
    (`scratch` `(` $scratch^ `:` type($scratch) `)`)?
    (`wide` $wide^)? `epilogue` $epilogue `outs` `(` $init `)` attr-dict
    `:` type($input) `,` type($weights) `,` type($init) (`->` type($results)^)?
  }];
}

#endif // QS_DIALECT_QS_IR_QSPACKOPS
