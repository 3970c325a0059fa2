//===- QSAttrs.td - codes, scales, patterns, enums ----------*- tablegen -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_DIALECT_QS_IR_QSATTRS
#define QS_DIALECT_QS_IR_QSATTRS

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
include "qs/Dialect/QS/IR/QSDialect.td"
include "qs/Dialect/QS/IR/QSAttrInterfaces.td"

//===----------------------------------------------------------------------===//
// Enums. Values equal those of qs/Numerics/Enums.h, which has no `stochastic`:
// num::roundStochastic() takes random bits.
//===----------------------------------------------------------------------===//

def QS_RoundingMode
    : I32Enum<"RoundingMode", "how a real becomes an integer",
              [I32EnumCase<"HalfEven", 0, "half_even">,
               I32EnumCase<"HalfAway", 1, "half_away">,
               I32EnumCase<"HalfUp", 2, "half_up">,
               I32EnumCase<"Floor", 3, "floor">, I32EnumCase<"Ceil", 4, "ceil">,
               I32EnumCase<"TowardZero", 5, "toward_zero">,
               I32EnumCase<"Stochastic", 6, "stochastic">]> {
  let cppNamespace = "::qs";
}
def QS_RoundingModeAttr : EnumAttr<QS_Dialect, QS_RoundingMode, "rounding">;

def QS_RoundingOrder : I32Enum<"RoundingOrder",
    "whether the zero point is added after or before rounding", [
    I32EnumCase<"RoundThenAdd", 0, "round_then_add">,
    I32EnumCase<"AddThenRound", 1, "add_then_round">]> {
  let cppNamespace = "::qs";
}
def QS_RoundingOrderAttr : EnumAttr<QS_Dialect, QS_RoundingOrder, "order">;

def QS_FixedRounding : I32Enum<"FixedRounding",
    "rounding of the multiplier-and-shift requantization", [
    I32EnumCase<"Single", 0, "single">,
    I32EnumCase<"Double", 1, "double">,
    I32EnumCase<"TFLite", 2, "tflite">,
    I32EnumCase<"HalfEven", 3, "half_even">]> {
  let cppNamespace = "::qs";
}
def QS_FixedRoundingAttr : EnumAttr<QS_Dialect, QS_FixedRounding, "fixed_rounding">;

def QS_SumOrder : I32Enum<"SumOrder", "which terms of a sum share a chunk",
                          [I32EnumCase<"Consecutive", 0, "consecutive">,
                           I32EnumCase<"Strided", 1, "strided">]> {
  let cppNamespace = "::qs";
}

def QS_Overflow : I32Enum<"Overflow", "what happens outside the code's range", [
    I32EnumCase<"Saturate", 0, "saturate">,
    I32EnumCase<"Wrap", 1, "wrap">]> {
  let cppNamespace = "::qs";
}
def QS_OverflowAttr : EnumAttr<QS_Dialect, QS_Overflow, "overflow">;

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

class QS_Attr<string name, string attrMnemonic, list<Trait> traits = []>
    : AttrDef<QS_Dialect, name, traits> {
  let mnemonic = attrMnemonic;
}

def QS_IntCodeAttr : QS_Attr<"IntCode", "int",
    [DeclareAttrInterfaceMethods<CodeAttrInterface>]> {
  let summary = "two's complement integer of 1 to 16 bits";
  let description = "`#qs.int<8>` stands for -128..127; one bit stands for -1..0.";
  let parameters = (ins "unsigned":$width);
  let assemblyFormat = "`<` $width `>`";
  let genVerifyDecl = 1;
}

def QS_UIntCodeAttr : QS_Attr<"UIntCode", "uint",
    [DeclareAttrInterfaceMethods<CodeAttrInterface>]> {
  let summary = "unsigned integer of 1 to 16 bits";
  let description = "`#qs.uint<8>` stands for 0..255.";
  let parameters = (ins "unsigned":$width);
  let assemblyFormat = "`<` $width `>`";
  let genVerifyDecl = 1;
}

def QS_NamedCodeAttr : QS_Attr<"NamedCode", "code",
    [DeclareAttrInterfaceMethods<CodeAttrInterface>]> {
  let summary = "a code of the table in qs/Numerics";
  let description = [{
    `#qs.code<"log2_4">`, written `log2_4` in a type. The table of codes
    (lib/Numerics/CodeRegistry.cpp) says what its words stand for, so a new code
    needs no attribute of its own. `intB` and `uintB` have `#qs.int` and `#qs.uint`.
  }];
  let parameters = (ins StringRefParameter<"name in the table">:$name);
  let assemblyFormat = "`<` $name `>`";
  let genVerifyDecl = 1;
}

def QS_NoScaleAttr : QS_Attr<"NoScale", "no_scale",
    [DeclareAttrInterfaceMethods<ScaleAttrInterface>]> {
  let summary = "code values are used as they are";
}

def QS_TensorScaleAttr : QS_Attr<"TensorScale", "tensor_scale",
    [DeclareAttrInterfaceMethods<ScaleAttrInterface>]> {
  let summary = "one scale for the whole tensor";
  let parameters = (ins "::mlir::Type":$storageType);
  let assemblyFormat = "`<` $storageType `>`";
  let genVerifyDecl = 1;
}

def QS_AxisScaleAttr : QS_Attr<"AxisScale", "axis_scale",
    [DeclareAttrInterfaceMethods<ScaleAttrInterface>]> {
  let summary = "one scale for each index of one axis";
  let parameters = (ins "int64_t":$axis, "::mlir::Type":$storageType);
  let assemblyFormat = "`<` $axis `,` $storageType `>`";
  let genVerifyDecl = 1;
}

def QS_GroupScaleAttr : QS_Attr<"GroupScale", "group_scale",
    [DeclareAttrInterfaceMethods<ScaleAttrInterface>]> {
  let summary = "one scale for each run of elements along one axis";
  let description = [{
    Every other axis has its own scales: a tensor of [64, 256] with groups of 32
    along axis 1 has scales of [64, 8]. The group size divides the axis.
  }];
  let parameters = (ins "int64_t":$axis, "int64_t":$group, "::mlir::Type":$storageType);
  let assemblyFormat = "`<` $axis `,` $group `,` $storageType `>`";
  let genVerifyDecl = 1;
}

def QS_DensePatternAttr : QS_Attr<"DensePattern", "dense",
    [DeclareAttrInterfaceMethods<PatternAttrInterface>]> {
  let summary = "every position exists";
}

def QS_RangeAttr : QS_Attr<"Range", "range"> {
  let summary = "a calibrated range with its provenance";
  let description = [{
    The real range that a tensor is to be quantized over, the method that chose
    it, the number of values seen, and the hash of the calibration data.
  }];
  let parameters = (ins
    APFloatParameter<"smallest value kept">:$min,
    APFloatParameter<"largest value kept">:$max,
    StringRefParameter<"minmax, percentile, mse, kl">:$method,
    "uint64_t":$count,
    StringRefParameter<"hash of the data, hexadecimal">:$dataHash);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    double getMinValue() const { return getMin().convertToDouble(); }
    double getMaxValue() const { return getMax().convertToDouble(); }
  }];
}

def QS_AccumulatorAttr : QS_Attr<"Accumulator", "accumulator"> {
  let summary = "the type and the order in which a linear operation sums";
  let description = [{
    ```
    accumulator ::= `#qs.accumulator` `<` ( `i` int | format option* ) `>`
    format      ::= `f32` | `f16` | `bf16` | `eXmY`
    option      ::= `, chunk =` int | `, order =` (`consecutive` | `strided`)
                  | `, fused` | `, seed =` int
    ```
    `iN` (2..64 bits): no sum of the terms, in any order, leaves N bits. A float
    format: products and sums are rounded to it, in chunks, as
    qs/Numerics/Accumulate.h defines; with `fused` products are not rounded
    before they are added, with `seed` rounding is stochastic.
  }];
  let parameters =
      (ins StringRefParameter<"iN, or the name of a float format">:$format,
          "uint64_t":$chunk, "::qs::SumOrder":$order, "bool":$fused,
          "std::optional<uint64_t>":$seed);
  let builders = [AttrBuilder<(ins "::llvm::StringRef":$format), [{
    return $_get($_ctxt, format, uint64_t(0), SumOrder::Consecutive, false,
                 std::optional<uint64_t>());
  }]>];
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// Bits of an integer accumulator, 0 for float formats.
    unsigned getWidth() const;
    bool isInteger() const { return getWidth() != 0; }
    /// How a float accumulator sums.
    ::qs::num::Accumulation getAccumulation() const;
    /// The integer accumulator of `width` bits.
    static AccumulatorAttr getInteger(::mlir::MLIRContext *context, unsigned width);
  }];
}

#endif // QS_DIALECT_QS_IR_QSATTRS
