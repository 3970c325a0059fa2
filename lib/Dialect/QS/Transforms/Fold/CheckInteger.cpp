//===- CheckInteger.cpp - what float ops are left ------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Interfaces/FunctionInterfaces.h"
#include "qs/Dialect/QS/IR/Names.h"
#include "qs/Dialect/QS/IR/QSOps.h"
#include "qs/Dialect/QS/Transforms/Fold/Passes.h"
#include "qs/Dialect/QS/Transforms/Utils/Fallback.h"
#include "qs/Dialect/QS/Transforms/Utils/Roles.h"

namespace qs {
#define GEN_PASS_DEF_CHECKINTEGER
#include "qs/Dialect/QS/Transforms/Fold/Passes.h.inc"
} // namespace qs

using namespace mlir;
using namespace qs;

namespace {

struct CheckInteger : qs::impl::CheckIntegerBase<CheckInteger> {
  using CheckIntegerBase::CheckIntegerBase;

  void runOnOperation() override {
    bool failed = false;
    for (auto function : getOperation().getOps<FunctionOpInterface>()) {
      bool quantized = false;
      function.walk([&](Operation *op) {
        quantized |= isa<QuantizeOp, DequantizeOp>(op);
        if (isFloatCompute(op) && !isBoundaryMove(op))
          failed |= report(op);
      });
      if (strict && !quantized && !function.isExternal()) {
        function.emitError() << "expected a quantized network, found neither "
                                "qs.quantize nor qs.dequantize";
        failed = true;
      }
    }
    if (failed)
      signalPassFailure();
  }

  /// An element mover in front of the first quantize or behind the last
  /// dequantize: it feeds only quantizes and other movers, or returns.
  static bool isBoundaryMove(Operation *op) {
    return isMovement(op) && llvm::all_of(op->getUsers(), [](Operation *user) {
             return isa<QuantizeOp, ChooseParamsOp>(user) || isMovement(user) ||
                    user->hasTrait<OpTrait::IsTerminator>();
           });
  }

  /// True where everything that the op's layer takes comes from a dequantize:
  /// the layer is in QDQ form.
  static bool takesCodes(Operation *op) {
    SmallVector<OpOperand *> activations = getActivations(op);
    return !activations.empty() &&
           llvm::all_of(activations, [](OpOperand *operand) {
             Value value = operand->get();
             Operation *from = value.getDefiningOp();
             return from &&
                    (isa<DequantizeOp>(from) ||
                     (isInsideLayer(value) && !from->hasAttr(kFallbackAttr) &&
                      takesCodes(from)));
           });
  }

  static StringRef findReason(Operation *op) {
    if (auto known = op->getAttrOfType<StringAttr>(kFallbackAttr))
      return known.getValue();
    return takesCodes(op) ? "it is in QDQ form and was not folded (qs-fold)"
                          : "it was not quantized";
  }

  /// True where this is an error.
  bool report(Operation *op) {
    ++numFloat;
    StringRef reason = findReason(op);
    if (!strict) {
      emitFallbackRemark(op, getArgument(), reason);
      return false;
    }
    op->emitError() << "layer '" << getLayerName(op)
                    << "' stays float: " << reason;
    return true;
  }
};

} // namespace
