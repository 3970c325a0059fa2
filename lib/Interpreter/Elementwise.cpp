//===- Elementwise.cpp - qs ops that map code values ----------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Families.h"
#include "QSSupport.h"
#include "Views.h"

using namespace mlir;

namespace qs::interp {

/// out[i] = fn(a[i], b[i]) on the code values, broadcast to one shape.
template <typename Fn> static LogicalResult zip(Call &call, Fn fn) {
  const Tensor &lhs = call.tensor(0), &rhs = call.tensor(1);
  auto shape = broadcastShape({lhs.shape(), rhs.shape()});
  if (failed(shape))
    return call.error() << "operands do not broadcast";
  std::vector<int64_t> a = broadcasted(lhs, *shape).to<int64_t>();
  std::vector<int64_t> b = broadcasted(rhs, *shape).to<int64_t>();
  Tensor out(call.resultElement(), *shape);
  for (size_t i = 0; i < a.size(); ++i)
    out.setInt(i, fn(a[i], b[i]));
  call.result(std::move(out));
  return success();
}

namespace {
/// What qs.add and qs.mul have in common: the differences of code and zero
/// point they start from, and how a real becomes a code.
struct Binary {
  int64_t lhsZp, rhsZp;
  int32_t zeroPoint;
  num::LevelRange levels;
  num::Rounding rounding;

  template <typename OpT>
  Binary(OpT op, const Operands &operands)
      : lhsZp(operands.zeroPoint(op.getLhsZp(),
                                 QuantType::of(op.getLhs().getType()))),
        rhsZp(operands.zeroPoint(op.getRhsZp(),
                                 QuantType::of(op.getRhs().getType()))),
        zeroPoint(
            operands.zeroPoint(op.getZeroPoint(), QuantType::of(op.getType()))),
        levels(levelsOf(QuantType::of(op.getType()), op.getOverflow())),
        rounding(toNum(op.getRounding())) {}

  /// Every pair of differences through `real`.
  template <typename Fn> LogicalResult run(Call &call, Fn real) const {
    return zip(call, [&](int64_t a, int64_t b) {
      return num::quantize(real(a - lhsZp, b - rhsZp), {1.0f, zeroPoint},
                           levels, rounding);
    });
  }
};
} // namespace

/// Two f32 products and their f32 sum, rounded, plus the zero point.
static LogicalResult evalAdd(AddOp op, Call &call) {
  Operands operands(call);
  float ma = float(operands.get(op.getLhsMultiplier())->getFloat(0));
  float mb = float(operands.get(op.getRhsMultiplier())->getFloat(0));
  return Binary(op, operands).run(call, [=](int64_t a, int64_t b) {
    return float(a) * ma + float(b) * mb;
  });
}

/// The exact integer product, one conversion, one f32 product.
static LogicalResult evalMul(MulOp op, Call &call) {
  Operands operands(call);
  float m = float(operands.get(op.getMultiplier())->getFloat(0));
  return Binary(op, operands).run(call, [=](int64_t a, int64_t b) {
    return float(a * b) * m;
  });
}

static LogicalResult evalClamp(ClampOp op, Call &call) {
  const Tensor &in = call.tensor(0);
  int64_t min = int32_t(op.getMin()), max = int32_t(op.getMax());
  Tensor out(in.elementType(), in.shape());
  for (int64_t i = 0; i < in.size(); ++i)
    out.setInt(i, std::min(std::max(in.getInt(i), min), max));
  call.result(std::move(out));
  return success();
}

/// Entry 0 belongs to the smallest code value.
static LogicalResult evalLookup(LookupOp op, Call &call) {
  const Tensor &in = call.tensor(0), &table = call.tensor(1);
  QuantType type = QuantType::of(op.getInput().getType());
  int64_t least = type.getIntegerRange().first;
  size_t width = table.elementType().bytes();
  Tensor out(table.elementType(), in.shape());
  char *to = out.mutableRawData().data();
  const char *from = table.rawData().data();
  for (int64_t i = 0; i < in.size(); ++i) {
    int64_t entry = in.getInt(i) - least;
    if (entry >= table.size())
      return call.error() << "(L2) the table has " << table.size()
                          << " entries, expected one for code value "
                          << in.getInt(i);
    std::copy_n(from + entry * width, width, to + i * width);
  }
  call.result(std::move(out));
  return success();
}

/// One comparison for each threshold of the channel.
static LogicalResult evalThreshold(ThresholdOp op, Call &call) {
  const Tensor &in = call.tensor(0), &at = call.tensor(1);
  std::optional<ArrayRef<bool>> falling = op.getFalling();
  int64_t channels = at.dim(0), count = at.dim(1);
  Tensor out(call.resultElement(), in.shape());
  for (int64_t i = 0; i < in.size(); ++i) {
    int64_t c = i % channels, q = int32_t(op.getBase());
    for (int64_t l = 0; l < count; ++l) {
      bool reached = in.getInt(i) >= at.getInt(c * count + l);
      q += reached != (falling && (*falling)[c]);
    }
    out.setInt(i, q);
  }
  call.result(std::move(out));
  return success();
}

void registerElementwise(Registry &registry) {
  registry.add<evalAdd>();
  registry.add<evalMul>();
  registry.add<evalClamp>();
  registry.add<evalLookup>();
  registry.add<evalThreshold>();
}

} // namespace qs::interp
