//===- QSDialect.td - the qs dialect ------------------------*- tablegen -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_DIALECT_QS_IR_QSDIALECT
#define QS_DIALECT_QS_IR_QSDIALECT

include "mlir/IR/OpBase.td"

def QS_Dialect : Dialect {
  let name = "qs";
  let cppNamespace = "::qs";
  let summary = "quantized, coded and sparse tensors, and integer networks";
  let description = [{
    Three independent facts describe a stored tensor:

    | fact | answers | attribute |
    |---|---|---|
    | code | what number do these few bits stand for? | `CodeAttrInterface` |
    | scale | how do code values become reals? | `ScaleAttrInterface` |
    | pattern | which positions exist? | `PatternAttrInterface` |

    They meet in the element type `!qs.q<code, scale, pattern>`:

    ```mlir
    tensor<1x8x8x16x!qs.q<uint8, tensor>>                // activations
    tensor<32x3x3x16x!qs.q<int8, axis(0)>>               // weights, a scale per output channel
    tensor<64x256x!qs.q<int4, group(1, 32):f16, dense>>  // 32 weights share an f16 scale
    ```

    The type holds structure only. Scales and zero points are data, and data are
    SSA values. Rounding mode, order of rounding and zero point, and saturation
    are attributes of the operation. docs/Spec.md is normative; its constraint
    labels (Q1, MM3, ...) stand in the verifiers and in the tests.
  }];
  let useDefaultAttributePrinterParser = 1;
  let useDefaultTypePrinterParser = 1;
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::tensor::TensorDialect"];
  let hasConstantMaterializer = 1;
  let extraClassDeclaration = [{
    void registerAttributes();
    void registerTypes();
  }];
}

#endif // QS_DIALECT_QS_IR_QSDIALECT
