//===- QSDialect.h - the qs dialect, its attributes and types ---*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// `QSDialect`, `QuantType` (`!qs.q<code, scale, pattern>`), `PackedType`, and
/// the attributes behind them. The meaning of each stands in docs/Spec.md.
///
//===----------------------------------------------------------------------===//

#ifndef QS_DIALECT_QS_IR_QSDIALECT_H
#define QS_DIALECT_QS_IR_QSDIALECT_H

#include "mlir/IR/BuiltinTypeInterfaces.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Dialect.h"
#include "qs/Numerics/Accumulate.h"
#include "qs/Numerics/Code.h"
#include "qs/Target/Native/PackedLayout.h"
#include "qs/Target/Native/QuadLayout.h"
#include "qs/Target/Native/Targets.h"
#include "llvm/ADT/APFloat.h"
#include <optional>

#include "qs/Dialect/QS/IR/QSDialect.h.inc"
#include "qs/Dialect/QS/IR/QSEnums.h.inc"

#include "qs/Dialect/QS/IR/QSAttrInterfaces.h.inc"

#define GET_ATTRDEF_CLASSES
#include "qs/Dialect/QS/IR/QSAttrs.h.inc"

#define GET_TYPEDEF_CLASSES
#include "qs/Dialect/QS/IR/QSTypes.h.inc"

#endif // QS_DIALECT_QS_IR_QSDIALECT_H
