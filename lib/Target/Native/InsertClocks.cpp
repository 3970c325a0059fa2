//===- InsertClocks.cpp - where each layer ends -----------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "qs/Dialect/QS/IR/Names.h"
#include "qs/Target/Native/Passes.h"

namespace qs::native {
#define GEN_PASS_DEF_QSINSERTCLOCKS
#include "qs/Target/Native/Passes.h.inc"
} // namespace qs::native

using namespace mlir;
using namespace qs;
using namespace qs::native;

namespace {

class Clocks {
public:
  explicit Clocks(MLIRContext *ctx) : builder(ctx) {}

  void instrument(func::FuncOp function);
  ArrayAttr names() { return builder.getArrayAttr(all); }

private:
  /// Reads the clock at the insertion point; the time since the last reading
  /// belongs to `name`.
  void read(Location loc, StringRef name) {
    Value id = arith::ConstantOp::create(
        builder, loc, builder.getI64IntegerAttr(int64_t(all.size())));
    func::CallOp::create(builder, loc, kClockFunction, TypeRange(), id);
    all.push_back(builder.getStringAttr(name));
  }

  OpBuilder builder;
  SmallVector<Attribute> all;
};

} // namespace

/// The layer of `op`. Work that is no layer's, such as copies of results, lies
/// where the function or the whole file does, and is named after what it is.
static std::string nameOfWork(Operation *op, func::FuncOp function) {
  std::string name = getLayerName(op);
  if (name == getLayerName(function) ||
      name == getLayerName(function->getParentOp()))
    return op->getName().getStringRef().str();
  return name;
}

void Clocks::instrument(func::FuncOp function) {
  Block &body = function.getBody().front();
  SmallVector<Operation *> work;
  for (Operation &op : body.without_terminator())
    if (!isMemoryEffectFree(&op))
      work.push_back(&op);
  builder.setInsertionPointToStart(&body);
  // Nothing lies between these two: their difference is what a reading costs.
  read(function.getLoc(), "");
  read(function.getLoc(), kClockCost);
  for (auto [i, op] : llvm::enumerate(work)) {
    std::string name = nameOfWork(op, function);
    if (i + 1 < work.size() && nameOfWork(work[i + 1], function) == name)
      continue;
    builder.setInsertionPointAfter(op);
    read(op->getLoc(), name);
  }
}

namespace {

struct InsertClocks : qs::native::impl::QSInsertClocksBase<InsertClocks> {
  using QSInsertClocksBase::QSInsertClocksBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    Clocks clocks(&getContext());
    for (auto function : module.getOps<func::FuncOp>()) {
      if (function.isExternal() || !function.isPublic())
        continue;
      if (!function.getBody().hasOneBlock()) {
        function.emitOpError() << "expected a body of one block, found "
                               << function.getBody().getBlocks().size();
        return signalPassFailure();
      }
      clocks.instrument(function);
    }
    OpBuilder b = OpBuilder::atBlockBegin(module.getBody());
    auto declared =
        func::FuncOp::create(b, module.getLoc(), kClockFunction,
                             b.getFunctionType({b.getI64Type()}, {}));
    declared.setPrivate();
    module->setAttr(kClocksAttr, clocks.names());
  }
};

} // namespace
