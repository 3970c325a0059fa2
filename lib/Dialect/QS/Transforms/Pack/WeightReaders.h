//===- WeightReaders.h - Parts of reading constant weights ------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QS_LIB_DIALECT_QS_TRANSFORMS_PACK_WEIGHTREADERS_H
#define QS_LIB_DIALECT_QS_TRANSFORMS_PACK_WEIGHTREADERS_H

#include "Linear.h"
#include "PanelScales.h"

namespace qs::pack {

/// The bits of a word of `type`.
inline uint32_t wordMask(QuantType type) { return (1u << type.getBits()) - 1; }

/// A code as a kernel's own: the same words, with the scales that the kernel
/// reads (none without `storage`), in terms of the logical tensor.
QuantType kernelType(const Linear &linear, CodeAttrInterface code,
                     int64_t group, mlir::Type storage);

/// The constant scales of groups of a linear op, [column][run], or the reason
/// why not.
bool readGroupScales(const Linear &linear, Weights &weights, std::string &why);

/// The narrowest code of whole bytes for levels in `range`; null without.
CodeAttrInterface plainCode(mlir::MLIRContext *context, num::LevelRange range);

/// Weights whose levels are summed; IntegerWeights.cpp.
std::optional<Weights> readIntegers(const Linear &linear, Storage lies,
                                    std::string &why);

} // namespace qs::pack

#endif // QS_LIB_DIALECT_QS_TRANSFORMS_PACK_WEIGHTREADERS_H
