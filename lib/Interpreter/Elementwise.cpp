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

/// Two f32 products and their f32 sum, rounded, plus the zero point.
static LogicalResult evalAdd(AddOp op, Call &call) {
  Operands operands(call);
  int64_t za =
      operands.zeroPoint(op.getLhsZp(), QuantType::of(op.getLhs().getType()));
  int64_t zb =
      operands.zeroPoint(op.getRhsZp(), QuantType::of(op.getRhs().getType()));
  float ma = float(operands.get(op.getLhsMultiplier())->getFloat(0));
  float mb = float(operands.get(op.getRhsMultiplier())->getFloat(0));
  int32_t z =
      operands.zeroPoint(op.getZeroPoint(), QuantType::of(op.getType()));
  num::LevelRange levels =
      levelsOf(QuantType::of(op.getType()), op.getOverflow());
  num::Rounding rounding = toNum(op.getRounding());
  return zip(call, [=](int64_t a, int64_t b) {
    float sum = float(a - za) * ma + float(b - zb) * mb;
    return num::quantize(sum, {1.0f, z}, levels, rounding);
  });
}

/// The exact integer product, one conversion, one f32 product.
static LogicalResult evalMul(MulOp op, Call &call) {
  Operands operands(call);
  int64_t za =
      operands.zeroPoint(op.getLhsZp(), QuantType::of(op.getLhs().getType()));
  int64_t zb =
      operands.zeroPoint(op.getRhsZp(), QuantType::of(op.getRhs().getType()));
  float m = float(operands.get(op.getMultiplier())->getFloat(0));
  int32_t z =
      operands.zeroPoint(op.getZeroPoint(), QuantType::of(op.getType()));
  num::LevelRange levels =
      levelsOf(QuantType::of(op.getType()), op.getOverflow());
  num::Rounding rounding = toNum(op.getRounding());
  return zip(call, [=](int64_t a, int64_t b) {
    float product = float((a - za) * (b - zb)) * m;
    return num::quantize(product, {1.0f, z}, levels, rounding);
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

void registerElementwise(Registry &registry) {
  registry.add<evalAdd>();
  registry.add<evalMul>();
  registry.add<evalClamp>();
  registry.add<evalLookup>();
}

} // namespace qs::interp
