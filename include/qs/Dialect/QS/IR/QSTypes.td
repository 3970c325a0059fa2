//===- QSTypes.td - quantized elements, packed constants ----*- tablegen -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_DIALECT_QS_IR_QSTYPES
#define QS_DIALECT_QS_IR_QSTYPES

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/BuiltinTypeInterfaces.td"
include "qs/Dialect/QS/IR/QSAttrs.td"

class QS_Type<string name, string typeMnemonic, list<Trait> traits = []>
    : TypeDef<QS_Dialect, name, traits> {
  let mnemonic = typeMnemonic;
}

def QS_QuantType : QS_Type<"Quant", "q", [MemRefElementTypeInterface]> {
  let summary = "element of a quantized tensor: code, scale, pattern";
  let description = [{
    ```
    q       ::= `!qs.q` `<` code (`,` scale)? (`,` pattern)? `>`
    code    ::= a name of the table of codes (`int8`, `ternary`, `log2_4`, ...) | attribute
    scale   ::= (`none` | `tensor` | `axis` `(` int `)` | `group` `(` int `,` int `)`) (`:` storage)?
              | attribute
    storage ::= `f32` | `f16` | `e8m0` | `e4m3`
    pattern ::= `dense` | attribute
    ```
    Without scale the code values are the numbers; without pattern the tensor is
    dense; without storage scales are f32. An attribute of another dialect that
    implements the interface may stand in place of each.
  }];
  let parameters = (ins "::qs::CodeAttrInterface":$code,
                        "::qs::ScaleAttrInterface":$scale,
                        "::qs::PatternAttrInterface":$pattern);
  let builders = [
    TypeBuilderWithInferredContext<(ins "::qs::CodeAttrInterface":$code,
                                        "::qs::ScaleAttrInterface":$scale), [{
      return $_get(code.getContext(), code, scale,
                   llvm::cast<PatternAttrInterface>(DensePatternAttr::get(code.getContext())));
    }]>,
    TypeBuilderWithInferredContext<(ins "::qs::CodeAttrInterface":$code), [{
      return get(code, llvm::cast<ScaleAttrInterface>(NoScaleAttr::get(code.getContext())));
    }]>];
  let hasCustomAssemblyFormat = 1;
  let extraClassDeclaration = [{
    unsigned getBits() const;
    bool isInteger() const;
    /// The levels that words stand for, see num::Code::fixedPoint(); nothing for
    /// codes without that form and for codes with parameters, which `entries`
    /// gives.
    std::optional<::qs::num::FixedPoint> getFixedPoint(::llvm::ArrayRef<double> entries = {}) const;
    /// Entries of a codebook that the code needs, 0 for most codes.
    unsigned getParameterCount() const;
    /// Smallest and largest code value of an integer code.
    std::pair<int64_t, int64_t> getIntegerRange() const;
    /// Builtin type of one stored word: signless iN.
    ::mlir::Type getStorageType() const;
    /// `tensor<...x!qs.q<..>>` to `tensor<...xiN>`; other types stay.
    static ::mlir::Type toStorage(::mlir::Type type);
    /// The element's QuantType of a tensor type, or null.
    static QuantType of(::mlir::Type type);
    /// The same type with another code or scale.
    QuantType withCode(CodeAttrInterface code) const;
    QuantType withScale(ScaleAttrInterface scale) const;
  }];
}

def QS_PackedType : QS_Type<"Packed", "packed"> {
  let summary = "a constant in the layout of a target";
  let description = [{
    `!qs.packed<tensor<64x256x!qs.q<int8, axis(0)>>, #layout>`: the logical
    tensor and the layout attribute that says where each element lies. Its bytes
    mean nothing without the layout, so it is no tensor.
  }];
  let parameters = (ins "::mlir::RankedTensorType":$logical,
                        "::qs::LayoutAttrInterface":$layout);
  let assemblyFormat = "`<` $logical `,` $layout `>`";
  let genVerifyDecl = 1;
}

#endif // QS_DIALECT_QS_IR_QSTYPES
