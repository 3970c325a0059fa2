//===- LinalgContraction.cpp - Fast sums of products ----------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LinalgAccess.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace qs::interp {

namespace {
/// out[...] += a[...] * b[...] with the loops reordered: parallel ones outside,
/// then reductions in their own order, then one parallel loop innermost.
template <typename T> struct Contraction {
  const T *a, *b;
  T *out;
  LinalgAccess accessA, accessB, accessOut;
  SmallVector<unsigned, 8> order;
  ArrayRef<int64_t> loops;

  void inner(const T *pa, const T *pb, T *po) const {
    unsigned d = order.back();
    int64_t n = loops[d], sa = accessA.steps[d], sb = accessB.steps[d],
            so = accessOut.steps[d];
    if (so == 1 && sb == 1 && sa == 0) {
      T value = *pa;
      for (int64_t i = 0; i < n; ++i)
        po[i] += value * pb[i];
      return;
    }
    if (so == 1 && sa == 1 && sb == 0) {
      T value = *pb;
      for (int64_t i = 0; i < n; ++i)
        po[i] += pa[i] * value;
      return;
    }
    for (int64_t i = 0; i < n; ++i)
      po[i * so] += pa[i * sa] * pb[i * sb];
  }

  void run() const {
    SmallVector<int64_t, 8> outer;
    for (unsigned d : ArrayRef<unsigned>(order).drop_back())
      outer.push_back(loops[d]);
    for (IndexIterator it(outer); !it.done(); it.next()) {
      int64_t pa = accessA.offset, pb = accessB.offset, po = accessOut.offset;
      for (size_t i = 0; i < outer.size(); ++i) {
        int64_t index = (*it)[i];
        pa += index * accessA.steps[order[i]];
        pb += index * accessB.steps[order[i]];
        po += index * accessOut.steps[order[i]];
      }
      inner(a + pa, b + pb, out + po);
    }
  }
};
} // namespace

/// Behind an extension: the block argument, and whether it is read unsigned.
static std::optional<std::pair<unsigned, bool>> source(mlir::Value value,
                                                       Block *block) {
  bool isUnsigned = false;
  Operation *def = value.getDefiningOp();
  if (def && isa<arith::ExtSIOp, arith::ExtUIOp, arith::ExtFOp>(def)) {
    isUnsigned = isa<arith::ExtUIOp>(def);
    value = def->getOperand(0);
  }
  auto argument = dyn_cast<BlockArgument>(value);
  if (!argument || argument.getOwner() != block)
    return std::nullopt;
  return std::make_pair(argument.getArgNumber(), isUnsigned);
}

/// Loop order with one parallel loop innermost, or nothing where there is none.
static SmallVector<unsigned, 8> chooseOrder(linalg::LinalgOp op,
                                            ArrayRef<int64_t> loops,
                                            const LinalgAccess &out) {
  SmallVector<utils::IteratorType> kinds = op.getIteratorTypesArray();
  int innermost = -1;
  for (unsigned d = 0; d < loops.size(); ++d) {
    if (kinds[d] != utils::IteratorType::parallel || out.steps[d] == 0)
      continue;
    if (innermost < 0 || (out.steps[d] == 1 && out.steps[innermost] != 1) ||
        (out.steps[d] == out.steps[innermost] && loops[d] > loops[innermost]))
      innermost = d;
  }
  SmallVector<unsigned, 8> order;
  if (innermost < 0)
    return order;
  for (auto kind :
       {utils::IteratorType::parallel, utils::IteratorType::reduction})
    for (unsigned d = 0; d < loops.size(); ++d)
      if (kinds[d] == kind && int(d) != innermost)
        order.push_back(d);
  order.push_back(innermost);
  return order;
}

/// Elements as int64, i8 and the like read as unsigned where the body says so.
static std::vector<int64_t> integers(const Tensor &t, bool isUnsigned) {
  std::vector<int64_t> out = t.to<int64_t>();
  ElementType type = t.elementType();
  if (isUnsigned && type.bits < 64)
    for (int64_t &v : out)
      v = int64_t(uint64_t(v) & ((uint64_t(1) << type.bits) - 1));
  return out;
}

bool evalContraction(linalg::LinalgOp op, Call &call,
                     ArrayRef<LinalgAccess> accesses, ArrayRef<int64_t> loops,
                     MutableArrayRef<Tensor> outputs) {
  if (op.getNumDpsInputs() != 2 || outputs.size() != 1 || loops.empty())
    return false;
  if (!call.operands[0].isTensor() || !call.operands[1].isTensor())
    return false;
  Block *block = op.getBlock();
  Operation *yield = block->getTerminator();
  if (yield->getNumOperands() != 1 || block->getNumArguments() != 3)
    return false;
  Operation *add = yield->getOperand(0).getDefiningOp();
  if (!add || !isa<arith::AddFOp, arith::AddIOp>(add))
    return false;
  mlir::Value sum = block->getArgument(2);
  if (add->getOperand(0) != sum && add->getOperand(1) != sum)
    return false;
  mlir::Value product = add->getOperand(add->getOperand(0) == sum ? 1 : 0);
  Operation *mul = product.getDefiningOp();
  if (!mul || !isa<arith::MulFOp, arith::MulIOp>(mul))
    return false;
  auto lhs = source(mul->getOperand(0), block),
       rhs = source(mul->getOperand(1), block);
  if (!lhs || !rhs || lhs->first + rhs->first != 1)
    return false;
  const Tensor &a = call.tensor(lhs->first), &b = call.tensor(rhs->first);
  Tensor &out = outputs[0];

  SmallVector<unsigned, 8> order = chooseOrder(op, loops, accesses[2]);
  if (order.empty())
    return false;
  auto run = [&](auto *pa, auto *pb, auto *po) {
    using T = std::remove_pointer_t<decltype(po)>;
    Contraction<T>{
        pa,          pb,    po,   accesses[lhs->first], accesses[rhs->first],
        accesses[2], order, loops}
        .run();
  };
  if (out.elementType().storage == Storage::F32 && a.isFloat() && b.isFloat()) {
    std::vector<float> x = a.to<float>(), y = b.to<float>();
    run(x.data(), y.data(), out.mutableData<float>().data());
    return true;
  }
  if (out.isFloat() || a.isFloat() || b.isFloat() || !out.elementType().bits ||
      out.elementType() == ElementType::i1())
    return false;
  // Unsigned 64-bit arithmetic wraps; reduced to the type it is arith's result.
  std::vector<int64_t> x = integers(a, lhs->second),
                       y = integers(b, rhs->second), sums = out.to<int64_t>();
  run(reinterpret_cast<const uint64_t *>(x.data()),
      reinterpret_cast<const uint64_t *>(y.data()),
      reinterpret_cast<uint64_t *>(sums.data()));
  for (int64_t i = 0; i < out.size(); ++i)
    out.setInt(i, sums[i]);
  return true;
}

} // namespace qs::interp
