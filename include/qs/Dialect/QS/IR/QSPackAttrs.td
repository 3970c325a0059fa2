//===- QSPackAttrs.td - layouts, epilogues ------------------*- tablegen -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_DIALECT_QS_IR_QSPACKATTRS
#define QS_DIALECT_QS_IR_QSPACKATTRS

include "qs/Dialect/QS/IR/QSAttrs.td"

def QS_RowConversion : I32Enum<"RowConversion",
    "how activation bytes are rewritten for a dot primitive", [
    I32EnumCase<"Copy", 0, "copy">,
    I32EnumCase<"FlipSign", 1, "flip_sign">,
    I32EnumCase<"SignExtend", 2, "sign_extend">,
    I32EnumCase<"ZeroExtend", 3, "zero_extend">,
    I32EnumCase<"PackBits", 4, "pack_bits">,
    I32EnumCase<"Decode", 5, "decode">]> {
  let cppNamespace = "::qs";
}
def QS_RowConversionAttr : EnumAttr<QS_Dialect, QS_RowConversion, "row_conversion">;

def QS_EpilogueKind : I32Enum<"EpilogueKind",
    "what becomes of the accumulators of a packed kernel", [
    I32EnumCase<"Store", 0, "store">,
    I32EnumCase<"Requantize", 1, "requantize">,
    I32EnumCase<"Dequantize", 2, "dequantize">,
    I32EnumCase<"Quantize", 3, "quantize">,
    I32EnumCase<"Threshold", 4, "threshold">]> {
  let cppNamespace = "::qs";
}
def QS_EpilogueKindParameter : EnumParameter<QS_EpilogueKind>;
def QS_RoundingModeParameter : EnumParameter<QS_RoundingMode>;

def QS_EpilogueAttr : QS_Attr<"Epilogue", "epilogue"> {
  let summary = "the tail of a packed kernel";
  let description = [{
    Applied to each accumulator `a` (bias included) of a column with multiplier `m`:

    | kind | result |
    |---|---|
    | `store` | `a`; an f32 `a` is clamped to `min`..`max` where given |
    | `requantize` | `clamp(round(f32(a) * m) + zero_point, lower, upper)`, an integer |
    | `dequantize` | `y = f32(a) * m * r + bias` clamped to `min`..`max`, f32; a NaN stays |
    | `quantize` | `clamp(round(y / s) + zero_point, lower, upper)`, an integer; NaN gives the zero point |
    | `threshold` | `zero_point` + the thresholds of the column that `a` has reached, as `qs.threshold` counts them, an integer of 8 bits |

    `r` is the scale of the row, `m`, `r` and the bias are left out where the
    kernel has none; each step is rounded to f32. Where groups of weights have
    scales `a` is f32 already. `s` is the result's scale. `requantize` counts a NaN product as 0. The product is rounded to f32 before
    it is rounded to an integer. Bounds include the zero point.
  }];
  let parameters = (ins
    EnumParameter<QS_EpilogueKind>:$kind,
    DefaultValuedParameter<"::qs::RoundingMode", "::qs::RoundingMode::HalfEven">:$rounding,
    DefaultValuedParameter<"int32_t", "0">:$zeroPoint,
    DefaultValuedParameter<"int32_t", "0">:$lower,
    DefaultValuedParameter<"int32_t", "0">:$upper,
    OptionalParameter<"::mlir::FloatAttr">:$min,
    OptionalParameter<"::mlir::FloatAttr">:$max);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

def QS_GemmLayoutAttr : QS_Attr<"GemmLayout", "gemm_layout",
    [DeclareAttrInterfaceMethods<LayoutAttrInterface>]> {
  let summary = "weights of a matrix multiply or convolution, in panels";
  let description = [{
    The logical tensor has `columns` output columns along `axis`; its other axes,
    row major, are the reduction. The reduction falls into `taps` runs of equal
    length, each contiguous in an activation row, and a run into steps of `k`.
    With G = `groups`:

        [G][panel][tap][ceil(run / k)][column in the panel][k]

    A panel is `vectors * lanes` columns wide, the last one as many vectors as it
    needs; positions without a weight hold 0. Without `table`, integer codes of up
    to 8 bits take one byte each, those of up to 16 bits two, sign- or
    zero-extended; f32 takes 4 bytes.

    With `table` the words keep their own width, 1 to 8 bits (see
    PackedLayout.h), and entry w of the table is what word w stands for: i8 for
    kernels over integer rows, f32 for those over f32 rows. It has an entry for
    each word of the logical tensor's code; kernels look no further at the code.
    A table of 3 entries is for words of 2 bits that are 0, 1 or 2: five steps lie
    in a byte, digits of base 3. A table of 2 entries of i8 in 32 lanes with
    k = 2 is for kernels that look up sums of a row (see TableSums.h).

    With `element`, i8, i16, ui16, f16 or bf16, words as wide as it lie whole and
    stand for the number that they are as an `element`; kernels over f32 rows
    widen them to f32.

    A table of i32 is for kernels over rows of bits: its two entries are 1 and -1
    in either order, rows hold words of the same meaning, 32 consecutive ones of
    a pixel or row in each i32, and so do the weights.

    `narrow` = n > 0 selects the dot of the target that sums bytes in i16, and
    promises that no n consecutive steps of a column (those of all its runs, in
    order) lead an i16 out of its range, whatever the rows are that the kernel
    is given.
  }];
  let parameters = (ins
    StringRefParameter<"row of the table in Targets.h">:$target,
    "int64_t":$axis, "int64_t":$groups, "int64_t":$taps,
    "int64_t":$lanes, "int64_t":$vectors, "int64_t":$k,
    OptionalParameter<"::mlir::DenseArrayAttr">:$table,
    OptionalParameter<"::mlir::Type">:$element,
    DefaultValuedParameter<"int64_t", "0">:$narrow);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// The index map for a tensor that `getPackedBytes` accepts.
    ::qs::native::PackedLayout getNative(::mlir::RankedTensorType logical) const;
    GemmLayoutAttr withTable(::mlir::DenseArrayAttr table) const;
    GemmLayoutAttr withElement(::mlir::Type element) const;
    GemmLayoutAttr withNarrow(int64_t steps) const;
    GemmLayoutAttr withVectors(int64_t vectors) const;
    GemmLayoutAttr withVectors(int64_t lanes, int64_t vectors, int64_t k) const;
    /// The dot of kernels over bytes: the target's, or its narrow one.
    ::qs::native::DotPrimitive getByteDot() const;
    /// The entries of the table; empty without.
    ::llvm::SmallVector<float> getLevels() const;
    /// What `words` stand for, by the table or the element type.
    ::llvm::SmallVector<float> getNumbers(::llvm::ArrayRef<uint32_t> words) const;
    /// Whether words lie whole, as the integers or f32 that they are.
    bool isPlain() const { return !getTable() && !getElement(); }
    /// What words as wide as `element` are as numbers of it.
    static ::llvm::SmallVector<float>
    getNumbers(::mlir::Type element, ::llvm::ArrayRef<uint32_t> words);
    /// Whether kernels widen or look up words before they multiply.
    bool isEncoded() const {
      return getElement() || (getTable() && !isBits());
    }
    /// The types that `element` may be, the narrowest first.
    static ::llvm::SmallVector<::mlir::Type>
    getElementTypes(::mlir::MLIRContext *context);
    /// The word of `number` as an `element`; nothing where it has none.
    static std::optional<uint32_t> getWord(::mlir::Type element, float number);
    /// Whether kernels over it take rows of bits.
    bool isBits() const {
      return getTable() && getTable().getElementType().isInteger(32);
    }
    /// Whether kernels over it take f32 rows.
    bool isFloat(::mlir::RankedTensorType logical) const;
  }];
}

def QS_DepthwiseLayoutAttr : QS_Attr<"DepthwiseLayout", "depthwise_layout",
    [DeclareAttrInterfaceMethods<LayoutAttrInterface>]> {
  let summary = "weights of a depthwise convolution, channels in vectors";
  let description = [{
    The logical tensor is [C, KH, KW, 1]. With `outputs` 0 it lies as
    [KH][KW][C], so that the weights of neighbouring channels are neighbours.
    Otherwise it lies in fours of columns for a dot of four bytes, once for each
    of `outputs` results `step` columns apart (see QuadLayout.h); codes only.
  }];
  let parameters = (ins StringRefParameter<"row of the table in Targets.h">:$target,
    DefaultValuedParameter<"int64_t", "0">:$outputs,
    DefaultValuedParameter<"int64_t", "1">:$step);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    bool isQuads() const { return getOutputs() > 0; }
    /// The index map of a quad layout.
    ::qs::native::QuadLayout getQuads(::mlir::RankedTensorType logical) const;
  }];
}

#endif // QS_DIALECT_QS_IR_QSPACKATTRS
