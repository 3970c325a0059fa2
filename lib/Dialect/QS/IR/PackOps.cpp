//===- PackOps.cpp - constants in the layout of a target ----------*- C++
//-*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "VerifyUtils.h"
#include "mlir/IR/OpImplementation.h"

using namespace mlir;
using namespace qs;

#define GET_OP_CLASSES
#include "qs/Dialect/QS/IR/QSOps.cpp.inc"

LogicalResult PackedConstantOp::verify() {
  PackedType type = getType();
  FailureOr<int64_t> expected = type.getLayout().getPackedBytes(
      type.getLogical(), [&] { return emitOpError() << "(PC1) "; });
  if (failed(expected))
    return failure();
  auto bytes = dyn_cast<RankedTensorType>(getBytes().getType());
  if (!bytes || bytes.getRank() != 1 || !bytes.getElementType().isInteger(8) ||
      bytes.getDimSize(0) != *expected)
    return emitOpError() << "(PC1) expected " << *expected
                         << " bytes as a tensor of i8, found "
                         << getBytes().getType();
  return success();
}
