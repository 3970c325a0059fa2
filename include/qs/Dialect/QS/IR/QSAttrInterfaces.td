//===- QSAttrInterfaces.td - code, scale, pattern, layout ---*- tablegen -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_DIALECT_QS_IR_QSATTRINTERFACES
#define QS_DIALECT_QS_IR_QSATTRINTERFACES

include "mlir/IR/OpBase.td"

def CodeAttrInterface : AttrInterface<"CodeAttrInterface"> {
  let cppNamespace = "::qs";
  let description = [{
    What number the bits of one element stand for. A new code is a class and a
    row in the table of qs/Numerics; `#qs.code` brings every row into the IR, where
    it is parsed, verified, interpreted and packed like the others. Codes of other
    dialects implement this interface.
  }];
  let methods = [
    InterfaceMethod<"The recipe's name, also used in types: `int8`, `uint4`.",
      "std::string", "getCodeName">,
    InterfaceMethod<"Bits of one code word, 1 to 16.", "unsigned", "getBits">,
    InterfaceMethod<"True where the decoded numbers are the integers "
      "min..max and arithmetic on code words is integer arithmetic.",
      "bool", "isInteger">,
    InterfaceMethod<"Smallest and largest integer (integer codes).",
      "std::pair<int64_t, int64_t>", "getIntegerRange">,
    InterfaceMethod<"The arithmetic: decode and encode of code words.",
      "std::unique_ptr<::qs::num::Code>", "getArithmetic">,
    InterfaceMethod<"The builtin type that holds one word: signless iN.",
      "::mlir::Type", "getStorageType">,
  ];
}

def ScaleAttrInterface : AttrInterface<"ScaleAttrInterface"> {
  let cppNamespace = "::qs";
  let description = [{
    How code values become reals: which elements share a scale, and the float
    type the scales are stored in.
  }];
  let methods = [
    InterfaceMethod<"As written in a type: `axis(0):f16`.", "std::string", "getScaleName">,
    InterfaceMethod<"Float type of the stored scales; null without scale.",
      "::mlir::Type", "getStorage">,
    InterfaceMethod<"True if every element shares one scale.", "bool", "isPerTensor">,
    InterfaceMethod<"The axis along which scales differ, or -1.", "int64_t", "getScaledAxis">,
    InterfaceMethod<[{Shape of the scale (and zero point) tensor that belongs to a
      tensor of `shape`; an error where they do not fit.}],
      "::llvm::FailureOr<::llvm::SmallVector<int64_t>>", "getParamShape",
      (ins "::llvm::ArrayRef<int64_t>":$shape,
           "::llvm::function_ref<::mlir::InFlightDiagnostic()>":$emitError)>,
    InterfaceMethod<"Row-major index into the scale tensor for an element.",
      "int64_t", "getParamIndex",
      (ins "::llvm::ArrayRef<int64_t>":$shape, "::llvm::ArrayRef<int64_t>":$index)>,
  ];
}

def PatternAttrInterface : AttrInterface<"PatternAttrInterface"> {
  let cppNamespace = "::qs";
  let description = [{
    Which positions of a tensor exist. Positions that do not exist hold the
    value zero, also where the zero point is not 0.
  }];
  let methods = [
    InterfaceMethod<"As written in a type and a recipe: `dense`.", "std::string", "getPatternName">,
    InterfaceMethod<"True if every position exists.", "bool", "isDense">,
    InterfaceMethod<"Whether the pattern fits a tensor of `shape`.",
      "::llvm::LogicalResult", "verifyShape",
      (ins "::llvm::ArrayRef<int64_t>":$shape,
           "::llvm::function_ref<::mlir::InFlightDiagnostic()>":$emitError)>,
  ];
}

def LayoutAttrInterface : AttrInterface<"LayoutAttrInterface"> {
  let cppNamespace = "::qs";
  let description = [{
    Where each element of a logical tensor lies in a packed constant: an index
    map, so that packing, unpacking and kernels agree on one definition.
  }];
  let methods = [
    InterfaceMethod<"Bytes of the packed form of a tensor.",
      "::llvm::FailureOr<int64_t>", "getPackedBytes",
      (ins "::mlir::RankedTensorType":$logical,
           "::llvm::function_ref<::mlir::InFlightDiagnostic()>":$emitError)>,
    InterfaceMethod<[{Packs `words` (one code word or the float bits for each
      element, row major) into bytes. Padding holds zero words.}],
      "::llvm::SmallVector<char>", "pack",
      (ins "::mlir::RankedTensorType":$logical, "::llvm::ArrayRef<uint32_t>":$words)>,
    InterfaceMethod<"Inverse of `pack`.", "::llvm::SmallVector<uint32_t>", "unpack",
      (ins "::mlir::RankedTensorType":$logical, "::llvm::ArrayRef<char>":$bytes)>,
  ];
}

#endif // QS_DIALECT_QS_IR_QSATTRINTERFACES
