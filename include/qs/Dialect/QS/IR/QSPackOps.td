//===- QSPackOps.td - constants in the layout of a target ---*- tablegen -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_DIALECT_QS_IR_QSPACKOPS
#define QS_DIALECT_QS_IR_QSPACKOPS

include "qs/Dialect/QS/IR/QSOpBase.td"

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

#endif // QS_DIALECT_QS_IR_QSPACKOPS
