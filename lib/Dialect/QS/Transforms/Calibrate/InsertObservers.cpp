//===- InsertObservers.cpp - marks what calibration measures -------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/IR/TypeUtilities.h"
#include "qs/Dialect/QS/IR/Names.h"
#include "qs/Dialect/QS/IR/QSOps.h"
#include "qs/Dialect/QS/Transforms/Calibrate/Calibrate.h"
#include "qs/Dialect/QS/Transforms/Calibrate/Passes.h"
#include "qs/Dialect/QS/Transforms/Utils/Roles.h"
#include "llvm/ADT/StringSet.h"

namespace qs {
#define GEN_PASS_DEF_INSERTOBSERVERS
#include "qs/Dialect/QS/Transforms/Calibrate/Passes.h.inc"
} // namespace qs

using namespace mlir;
using namespace qs;

std::string qs::getArgumentName(FunctionOpInterface function, unsigned index) {
  if (auto name = function.getArgAttrOfType<StringAttr>(index, "qs.name"))
    return name.getValue().str();
  return "arg" + std::to_string(index);
}

static bool isFloatTensor(Type type) {
  return isa<RankedTensorType>(type) && getElementTypeOrSelf(type).isF32();
}

/// True where an op that has an integer form takes `value`.
static bool feedsLayer(Value value) {
  return llvm::any_of(value.getUsers(), [](Operation *user) {
    return getRole(user) != Role::None;
  });
}

static bool isWorthObserving(Value value) {
  if (!isFloatTensor(value.getType()) || value.use_empty())
    return false;
  Operation *op = value.getDefiningOp();
  if (!op)
    return feedsLayer(value);
  if (isa<ObserveOp, QuantizeOp, DequantizeOp>(op) ||
      op->hasTrait<OpTrait::ConstantLike>() ||
      llvm::any_of(value.getUsers(),
                   [](Operation *user) { return isa<ObserveOp>(user); }))
    return false;
  switch (getRole(op)) {
  case Role::None:
    return feedsLayer(value);
  case Role::Movement:
    return false;
  default:
    return !isInsideLayer(value);
  }
}

unsigned qs::insertObservers(ModuleOp module) {
  unsigned count = 0;
  for (auto function : module.getOps<FunctionOpInterface>()) {
    // All are chosen before the first is inserted: observers split layers.
    SmallVector<std::pair<Value, std::string>> chosen;
    llvm::StringSet<> taken;
    function.walk([&](ObserveOp op) { taken.insert(op.getName()); });
    if (!function.isExternal())
      for (BlockArgument arg : function.getArguments())
        if (isWorthObserving(arg))
          chosen.push_back(
              {arg, getArgumentName(function, arg.getArgNumber())});
    function.walk([&](Operation *op) {
      for (Value result : op->getResults())
        if (isWorthObserving(result)) {
          Operation *layer = getLayerOp(result);
          chosen.push_back({result, getLayerName(layer ? layer : op)});
        }
    });
    OpBuilder b(module.getContext());
    for (auto &[value, base] : chosen) {
      std::string name = base;
      for (unsigned n = 2; !taken.insert(name).second; ++n)
        name = base + "#" + std::to_string(n);
      b.setInsertionPointAfterValue(value);
      auto observe = ObserveOp::create(b, value.getLoc(), value.getType(),
                                       value, name, RangeAttr());
      value.replaceAllUsesExcept(observe.getResult(), observe);
      ++count;
    }
  }
  return count;
}

namespace {
struct InsertObservers : qs::impl::InsertObserversBase<InsertObservers> {
  void runOnOperation() override {
    numObservers += insertObservers(getOperation());
  }
};
} // namespace
