//===- Linalg.cpp - Semantics of structured linalg ops --------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Every structured op, named or generic, has one meaning: its body at each
// point of its iteration space in lexicographic order, with operands addressed
// by the indexing maps. Products that are summed take LinalgContraction.cpp's
// loops, which keep the order of each sum.
//
//===----------------------------------------------------------------------===//

#include "Families.h"
#include "LinalgAccess.h"
#include "LinalgBody.h"

using namespace mlir;

namespace qs::interp {

static bool isAffineLinear(AffineMap map) {
  bool linear = true;
  for (AffineExpr result : map.getResults())
    result.walk([&](AffineExpr e) {
      linear &= e.getKind() != AffineExprKind::Mod &&
                e.getKind() != AffineExprKind::FloorDiv &&
                e.getKind() != AffineExprKind::CeilDiv;
    });
  return linear;
}

FailureOr<LinalgAccess> LinalgAccess::get(Operation *op, AffineMap map,
                                          ArrayRef<int64_t> shape,
                                          ArrayRef<int64_t> loops) {
  if (!isAffineLinear(map))
    return op->emitOpError()
           << "the interpreter expects indexing maps without division, found "
           << AffineMapAttr::get(map);
  SmallVector<int64_t, 4> strides = rowMajorStrides(shape);
  SmallVector<int64_t, 8> point(loops.size(), 0);
  SmallVector<int64_t, 4> origin = map.compose(point);
  SmallVector<int64_t, 4> low = origin, high = origin;
  LinalgAccess access;
  for (size_t r = 0; r < origin.size(); ++r)
    access.offset += origin[r] * strides[r];
  for (size_t d = 0; d < loops.size(); ++d) {
    point[d] = 1;
    SmallVector<int64_t, 4> at = map.compose(point);
    point[d] = 0;
    int64_t step = 0;
    for (size_t r = 0; r < at.size(); ++r) {
      int64_t slope = at[r] - origin[r];
      step += slope * strides[r];
      (slope < 0 ? low : high)[r] += slope * (loops[d] - 1);
    }
    access.steps.push_back(step);
  }
  if (llvm::is_contained(loops, 0))
    return access;
  for (size_t r = 0; r < origin.size(); ++r)
    if (low[r] < 0 || high[r] >= shape[r])
      return op->emitOpError()
             << "an operand of extent " << shape[r] << " in dimension " << r
             << " is read from " << low[r] << " to " << high[r];
  return access;
}

/// Extents of the loops, from the shapes of the operands.
static FailureOr<SmallVector<int64_t, 8>> loopExtents(linalg::LinalgOp op,
                                                      Call &call) {
  SmallVector<int64_t, 8> shapes;
  for (const Value &operand : call.operands)
    if (operand.isTensor())
      llvm::append_range(shapes, operand.tensor().shape());
  AffineMap map = op.getShapesToLoopsMap();
  if (!map)
    return call.error() << "the loop extents do not follow from the operands";
  SmallVector<int64_t, 4> loops = map.compose(shapes);
  return SmallVector<int64_t, 8>(loops.begin(), loops.end());
}

/// Evaluates the body at each point.
static LogicalResult evalGeneric(linalg::LinalgOp op, Call &call,
                                 ArrayRef<LinalgAccess> accesses,
                                 ArrayRef<int64_t> loops,
                                 MutableArrayRef<Tensor> outputs) {
  FailureOr<LinalgBody> body = LinalgBody::build(op, call.interpreter);
  if (failed(body))
    return failure();
  unsigned inputs = op.getNumDpsInputs();
  // linalg.map may leave the initial values out of its body.
  unsigned bound = std::min<unsigned>(body->arguments(), call.operands.size());
  for (IndexIterator it(loops); !it.done(); it.next()) {
    for (unsigned i = 0; i < bound; ++i) {
      const Value &operand = call.operands[i];
      if (i >= inputs)
        body->argument(i) =
            loadScalar(outputs[i - inputs], accesses[i].at(*it));
      else if (operand.isTensor())
        body->argument(i) = loadScalar(operand.tensor(), accesses[i].at(*it));
      else
        body->argument(i) = operand.scalar();
    }
    if (failed(body->run(*it)))
      return failure();
    for (size_t o = 0; o < outputs.size(); ++o)
      storeScalar(outputs[o], accesses[inputs + o].at(*it), body->yielded(o));
  }
  return success();
}

static LogicalResult evalStructured(Call &call) {
  auto op = cast<linalg::LinalgOp>(call.op);
  if (!op.hasPureTensorSemantics())
    return call.error() << "the interpreter evaluates linalg on tensors only";
  auto loops = loopExtents(op, call);
  if (failed(loops))
    return failure();
  SmallVector<LinalgAccess, 4> accesses;
  for (auto [operand, map] :
       llvm::zip(call.operands, op.getIndexingMapsArray())) {
    ArrayRef<int64_t> shape;
    if (operand.isTensor())
      shape = operand.tensor().shape();
    auto access = LinalgAccess::get(op, map, shape, *loops);
    if (failed(access))
      return failure();
    accesses.push_back(*access);
  }
  SmallVector<Tensor, 2> outputs;
  for (unsigned i = op.getNumDpsInputs(); i < call.operands.size(); ++i)
    outputs.push_back(call.tensor(i));
  if (!evalContraction(op, call, accesses, *loops, outputs) &&
      failed(evalGeneric(op, call, accesses, *loops, outputs)))
    return failure();
  for (Tensor &output : outputs)
    call.result(std::move(output));
  return success();
}

template <typename... OpTs> static void addStructured(Registry &registry) {
  auto add = [&](auto *tag) {
    using OpT = std::remove_pointer_t<decltype(tag)>;
    if constexpr (OpT::template hasTrait<linalg::LinalgOp::Trait>())
      registry.add(OpT::getOperationName(), evalStructured);
  };
  (add(static_cast<OpTs *>(nullptr)), ...);
}

void registerLinalg(Registry &registry) {
  addStructured<
#define GET_OP_LIST
#include "mlir/Dialect/Linalg/IR/LinalgStructuredOps.cpp.inc"
      >(registry);
}

} // namespace qs::interp
