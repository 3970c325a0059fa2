//===- Lookup.h - tables of bytes for a target ------------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_LIB_TRANSFORMS_PACK_LOOKUP_H
#define QS_LIB_TRANSFORMS_PACK_LOOKUP_H

#include "qs/Dialect/QS/IR/QSOps.h"
#include "qs/Target/Native/Targets.h"

namespace qs::pack {

/// Replaces a look-up of 8-bit words in a constant table by `qs.lookup_bytes`,
/// or says why not.
mlir::LogicalResult packLookup(LookupOp op, const native::Target &target,
                               std::string &why);

} // namespace qs::pack

#endif // QS_LIB_TRANSFORMS_PACK_LOOKUP_H
