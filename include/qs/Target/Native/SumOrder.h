//===- SumOrder.h - Which terms a stated sum takes next ---------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A sum whose order is stated has chunks of terms (num::Accumulation). Kernels
// walk through the words of a panel where the terms lie in the order of the sum
// and chunks begin with a block of words; else they decode the panel first and
// go from term to term.
//
//===----------------------------------------------------------------------===//

#ifndef QS_TARGET_NATIVE_SUMORDER_H
#define QS_TARGET_NATIVE_SUMORDER_H

#include "qs/Numerics/Accumulate.h"
#include "qs/Numerics/NumberSpan.h"
#include "qs/Target/Native/PackedLayout.h"
#include "qs/Target/Native/Targets.h"

namespace qs::native {

/// The terms that are summed together: all of a column, or those of a group of
/// scales, which is a run.
inline int64_t termsOf(const PackedLayout &layout, bool grouped) {
  return layout.run * (grouped ? 1 : layout.taps);
}

/// Terms of a chunk of `terms`, all of them where there is but one.
inline int64_t chunkOf(const num::Accumulation &how, int64_t terms) {
  return how.chunk && int64_t(how.chunk) < terms ? int64_t(how.chunk) : terms;
}

/// Whether the terms can be taken from the words as these lie. Random numbers
/// are drawn by the number of a term, which only the other way counts.
inline bool sumsInOrder(const PackedLayout &layout,
                        const num::Accumulation &how, bool grouped) {
  int64_t terms = termsOf(layout, grouped), chunk = chunkOf(how, terms);
  if (how.seed)
    return false;
  if (chunk == terms)
    return true;
  if (how.order == num::SumOrder::Strided)
    return false;
  bool oneRun = terms == layout.run || layout.run % chunk == 0;
  return oneRun && chunk % layout.planes.blockSteps() == 0;
}

/// The cost of a dot whose sums are made so: what it takes besides `dot`, the
/// f32 one of the target. `twice` says that sums of chunks or groups are added
/// to other ones.
inline DotPrimitive dotOfSums(DotPrimitive dot, const num::Accumulation &how,
                              const std::optional<num::NumberSpan> &product,
                              bool twice) {
  const num::FloatFormat single = num::ieeeFormat(8, 23);
  bool exact = product && product->fits(how.format);
  bool rounds = !how.fused || exact;
  if (twice)
    dot.accumulators = 2;
  if (how.format == single && !how.seed) {
    if (dot.kind == Dot::Fma && (how.fused || exact))
      return dot;
    if (rounds) {
      dot.instructions = 2;
      dot.temporaries = 1;
      return dot;
    }
  }
  bool narrow = how.format.mantissaBits <= 10 && product &&
                product->fits(single) && rounds && !how.seed;
  dot.instructions = narrow ? 8 : 40;
  dot.temporaries = narrow ? 6 : 10;
  return dot;
}

} // namespace qs::native

#endif // QS_TARGET_NATIVE_SUMORDER_H
