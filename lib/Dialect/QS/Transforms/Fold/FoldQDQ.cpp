//===- FoldQDQ.cpp - QDQ form to integer ops -----------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Folders.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "qs/Dialect/QS/IR/LinearForms.h"
#include "qs/Dialect/QS/Transforms/Fold/Passes.h"
#include "qs/Dialect/QS/Transforms/Utils/Fallback.h"
#include "qs/Dialect/QS/Transforms/Utils/ScalarFunctions.h"
#include "llvm/ADT/TypeSwitch.h"

namespace qs {
#define GEN_PASS_DEF_FOLDQDQ
#include "qs/Dialect/QS/Transforms/Fold/Passes.h.inc"
} // namespace qs

using namespace mlir;
using namespace qs;

/// A mean is `reduce_sum` and a multiplication; other products are products.
static LogicalResult foldMul(Operation *op, OpBuilder &b, std::string &why) {
  std::string ignored;
  if (succeeded(fold::foldReduceSum(op, b, ignored)))
    return success();
  return fold::foldBinary(op, b, why);
}

fold::Folder fold::getFolder(Operation *op) {
  return llvm::TypeSwitch<Operation *, Folder>(op)
      .Case<tosa::Conv2DOp, tosa::DepthwiseConv2DOp, tosa::MatMulOp,
            qs::Conv2DOp, qs::MatmulOp>([](auto) { return foldLinear; })
      .Case<tosa::AddOp, tosa::SubOp>([](auto) { return foldBinary; })
      .Case<tosa::MulOp>([](auto) { return foldMul; })
      .Case<tosa::ClampOp>([](auto) { return foldClamp; })
      .Case<tosa::MaxPool2dOp>([](auto) { return foldMaxPool; })
      .Case<tosa::AvgPool2dOp>([](auto) { return foldAvgPool; })
      .Case<tosa::ReduceSumOp>([](auto) { return foldReduceSum; })
      .Case<qs::QuantizeOp>([](auto) { return foldQuantize; })
      .Case<tosa::ReshapeOp, tosa::TransposeOp, tosa::SliceOp, tosa::PadOp,
            tosa::ConcatOp, tosa::ReverseOp, tosa::TileOp, tosa::IdentityOp>(
          [](auto) { return foldMovement; })
      .Default([](Operation *other) {
        return getScalarFunction(other) ? foldLookup : nullptr;
      });
}

namespace {

struct FoldQDQ : qs::impl::FoldQDQBase<FoldQDQ> {
  void runOnOperation() override {
    for (auto function : getOperation().getOps<FunctionOpInterface>())
      for (Block &block : function.getFunctionBody())
        foldBlock(block);
    getOperation().walk([&](Operation *op) { explain(op); });
  }

  /// TOSA admits tensors without rank; there is nothing to fold them to.
  static fold::Folder getRankedFolder(Operation *op) {
    if (op->getNumResults() != 1 ||
        !isa<RankedTensorType>(op->getResult(0).getType()))
      return nullptr;
    return fold::getFolder(op);
  }

  /// Forward, so that the operands of an op have been folded when it is
  /// reached. A folder may erase ops behind `op`, never `op` or ops before it.
  void foldBlock(Block &block) {
    OpBuilder builder(&getContext());
    for (Operation *op = block.empty() ? nullptr : &block.front(); op;
         op = op->getNextNode()) {
      for (Region &region : op->getRegions())
        for (Block &inner : region)
          foldBlock(inner);
      fold::Folder folder = getRankedFolder(op);
      std::string why;
      if (folder && !op->use_empty() && succeeded(folder(op, builder, why)))
        ++numFolded;
    }
    for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block)))
      if (isOpTriviallyDead(&op))
        op.erase();
  }

  /// The reason why a float op is left: that of its folder, or that there is
  /// none. A reason that quantization has recorded stays.
  void explain(Operation *op) {
    // Moving floats is a fallback only where codes could have been moved.
    if (!isFloatCompute(op) ||
        (isMovement(op) && llvm::none_of(op->getOperands(), [](Value operand) {
           return operand.getDefiningOp<DequantizeOp>();
         })))
      return;
    ++numLeft;
    if (auto known = op->getAttrOfType<StringAttr>(kFallbackAttr))
      return emitFallbackRemark(op, getArgument(), known.getValue());
    OpBuilder builder(&getContext());
    std::string why = "no integer form is known";
    if (fold::Folder folder = getRankedFolder(op))
      (void)folder(op, builder, why);
    if (auto sum = op->getAttrOfType<AccumulatorAttr>(kAccumulatorAttr);
        sum && !StringRef(why).contains("accumulator"))
      why += "; its accumulator " + sum.getFormat().str() + " is not used";
    markFallback(op, why);
  }
};

} // namespace
