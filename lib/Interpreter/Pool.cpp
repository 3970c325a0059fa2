//===- Pool.cpp - qs pooling
//------------------------------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Families.h"
#include "Pooling.h"
#include "QSSupport.h"

using namespace mlir;

namespace qs::interp {

static LogicalResult evalMaxPool(MaxPool2DOp op, Call &call) {
  call.result(maxPool(call.tensor(0), windowOf(op), /*ignoreNaN=*/false));
  return success();
}

/// Exact sums of q - z; padding counts as zero.
static LogicalResult evalSumPool(SumPool2DOp op, Call &call) {
  const Tensor &in = call.tensor(0);
  int64_t zp = Operands(call).zeroPoint(op.getZeroPoint(),
                                        QuantType::of(op.getInput().getType()));
  Window window = windowOf(op);
  ElementType type = call.resultElement();
  Tensor out(type, window.outputShape(in.shape()));
  std::vector<int64_t> x = in.to<int64_t>();
  int64_t overflow = 0;
  forEachWindow<int64_t>(x.data(), in.shape(), window,
                         [&](int64_t o, const WindowPoints<int64_t> &points) {
                           int64_t sum = 0;
                           for (int64_t v : points)
                             sum += v - zp;
                           if (sum < type.minInt() || sum > type.maxInt())
                             overflow = sum;
                           out.setInt(o, sum);
                         });
  if (overflow)
    return call.error() << "accumulator overflow: the sum " << overflow
                        << " does not fit " << type.str();
  call.result(std::move(out));
  return success();
}

void registerPool(Registry &registry) {
  registry.add<evalMaxPool>();
  registry.add<evalSumPool>();
}

} // namespace qs::interp
