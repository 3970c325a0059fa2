//===- NumberSums.h - Sums in a stated format -------------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every lane has a sum of its own and takes one term after the other, as
// docs/Spec.md asks for. Sums begin with -0, to which adding the first term
// changes nothing. A fused multiply-add serves where the product is exact.
//
//===----------------------------------------------------------------------===//

#ifndef QS_LIB_CONVERSION_QSTOVECTOR_NUMBERSUMS_H
#define QS_LIB_CONVERSION_QSTOVECTOR_NUMBERSUMS_H

#include "qs/Conversion/QSToLinalg/Rounder.h"
#include "qs/Target/Native/SumOrder.h"

namespace qs::vec {

class NumberSums {
public:
  NumberSums(mlir::OpBuilder &b, mlir::Location loc,
             const native::Target &target, int64_t lanes,
             const num::Accumulation &how,
             std::optional<num::NumberSpan> product, int64_t terms)
      : s(b, loc, lanes), how(how),
        rounder(how, product, target.halves, native::chunkOf(how, terms)),
        outer(how, product, target.halves),
        hasFma(target.floating.kind == native::Dot::Fma) {}

  bool isSeeded() const { return how.seed.has_value(); }

  /// What a sum begins with.
  mlir::Value begin() { return s.real(-0.0, s.b.getF32Type()); }

  /// The random numbers of one term or chunk: the seeds of the lanes (i64), and
  /// which ones of theirs are drawn (index; by the product, by the addition).
  /// All null without a seed.
  struct Draw {
    mlir::Value seeds, product, sum;
  };

  /// The sum with one more term; all are f32 vectors.
  mlir::Value take(mlir::Value sum, mlir::Value row, mlir::Value weights,
                   const Draw &draw = {});
  /// The sum of chunks with one more.
  mlir::Value join(mlir::Value total, mlir::Value chunk, const Draw &draw = {});

  /// The sums of `cells` of `terms` terms each, chunk by chunk in loops, with
  /// the seeds of each cell (none without). `next` adds a term, of which it
  /// gets the number and what is drawn for it, all but the seeds, to all cells.
  using Cells = llvm::SmallVector<mlir::Value>;
  Cells sumTerms(int64_t terms, size_t cells, llvm::ArrayRef<mlir::Value> seeds,
                 llvm::function_ref<void(mlir::Value term, const Draw &draw,
                                         llvm::MutableArrayRef<mlir::Value> in)>
                     next);

  /// The seeds of the output elements from `element` (index) on, and those of a
  /// group of their terms.
  mlir::Value elementSeeds(mlir::Value element);
  mlir::Value groupSeeds(mlir::Value seeds, mlir::Value group);

private:
  mlir::Value random(mlir::Value seeds, mlir::Value index);
  mlir::Value splatIndex(mlir::Value index);

  lowering::Scalars s;
  num::Accumulation how;
  /// Of terms, and of chunks.
  lowering::Rounder rounder, outer;
  bool hasFma;
};

} // namespace qs::vec

#endif // QS_LIB_CONVERSION_QSTOVECTOR_NUMBERSUMS_H
