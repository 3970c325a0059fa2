//===- QSOpBase.td - operand kinds shared by the qs ops -----*- tablegen -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_DIALECT_QS_IR_QSOPBASE
#define QS_DIALECT_QS_IR_QSOPBASE

include "mlir/IR/OpBase.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "qs/Dialect/QS/IR/QSTypes.td"

def QS_Quant : DialectType<QS_Dialect,
    CPred<"::llvm::isa<::qs::QuantType>($_self)">, "quantized element", "::qs::QuantType">;

def QS_QuantTensor : RankedTensorOf<[QS_Quant]>;
def QS_FloatTensor : RankedTensorOf<[AnyFloat]>;
def QS_ScaleTensor : RankedTensorOf<[AnyFloat]>;
def QS_MultiplierTensor : RankedTensorOf<[F32]>;
def QS_ZeroPointTensor : RankedTensorOf<[I32]>;
/// Zero points, or the entries of a codebook.
def QS_CodeParamTensor : RankedTensorOf<[I32, I8, F16, F32]>;
def QS_CodebookTensor : RankedTensorOf<[I8, F16, F32]>;
def QS_AccTensor : RankedTensorOf<[I32, I64, F32]>;
def QS_LinearTensor : RankedTensorOf<[QS_Quant, AnyFloat]>;
def QS_IntTensor : RankedTensorOf<[QS_Quant, I32, I64]>;

class QS_Op<string mnemonic, list<Trait> traits = []>
    : Op<QS_Dialect, mnemonic, traits>;

class QS_PureOp<string mnemonic, list<Trait> traits = []>
    : QS_Op<mnemonic, !listconcat(traits, [Pure])>;

#endif // QS_DIALECT_QS_IR_QSOPBASE
