//===- Border.h - Pixels whose windows leave the image ----------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Padding is the number zero, which a bit cannot hold: the kernel reads words
// of 0 there, and what these add to a sum is taken off again. It depends on the
// weights and on which positions of the window lie outside, so that pixels fall
// into a few classes.
//
//===----------------------------------------------------------------------===//

#ifndef QS_LIB_DIALECT_QS_TRANSFORMS_PACK_BORDER_H
#define QS_LIB_DIALECT_QS_TRANSFORMS_PACK_BORDER_H

#include "Linear.h"

namespace qs::pack {

/// Constants of a padded convolution: `sums` [classes, O], what is added to the
/// sums of a class (i32), and `classes` [OH * OW], the class of each pixel.
struct Border {
  mlir::Value sums, classes;
};

/// For weights with levels, and rows that hold words of 0 as padding.
Border makeBorder(mlir::OpBuilder &b, const Linear &linear,
                  const Weights &weights);

} // namespace qs::pack

#endif // QS_LIB_DIALECT_QS_TRANSFORMS_PACK_BORDER_H
