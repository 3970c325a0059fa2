//===- CheckSizes.cpp - limits of memory ----------------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/IR/OpDefinition.h"
#include "qs/Dialect/QS/IR/QSDialect.h"
#include "qs/Target/Native/Passes.h"
#include "llvm/Support/MathExtras.h"

namespace qs::native {
#define GEN_PASS_DEF_QSCHECKSIZES
#include "qs/Target/Native/Passes.h.inc"
} // namespace qs::native

using namespace mlir;
using namespace qs::native;

namespace {

/// As the interpreter has it.
constexpr int64_t kMostBytes = int64_t(16) << 30;
/// Code reaches constants by a relative address of 32 bits.
constexpr int64_t kMostConstantBytes = (int64_t(2) << 30) - 1;

/// Whether a tensor or buffer of this type takes more than `most` bytes.
bool exceeds(Type type, int64_t most) {
  auto shaped = dyn_cast<ShapedType>(type);
  if (!shaped || !shaped.hasStaticShape())
    return false;
  Type element = shaped.getElementType();
  int64_t bytes = 8;
  if (qs::QuantType quant = qs::QuantType::of(shaped))
    bytes = llvm::divideCeil(quant.getStorageType().getIntOrFloatBitWidth(), 8);
  else if (element.isIntOrFloat())
    bytes = llvm::divideCeil(element.getIntOrFloatBitWidth(), 8);
  if (llvm::is_contained(shaped.getShape(), 0))
    return false;
  for (int64_t size : shaped.getShape())
    if (llvm::MulOverflow(bytes, size, bytes))
      return true;
  return bytes > most;
}

struct CheckSizes : qs::native::impl::QSCheckSizesBase<CheckSizes> {
  using QSCheckSizesBase::QSCheckSizesBase;

  static LogicalResult check(Location loc, Type type, int64_t most,
                             StringRef what) {
    if (isa<UnrankedTensorType>(type))
      return emitError(loc) << "expected a tensor with a rank, found " << type;
    if (!exceeds(type, most))
      return success();
    return emitError(loc) << "expected " << what << " of at most " << most
                          << " bytes, found " << type;
  }

  static LogicalResult check(Operation *op) {
    bool constant = op->hasTrait<OpTrait::ConstantLike>();
    for (Type type : op->getResultTypes())
      if (failed(check(op->getLoc(), type,
                       constant ? kMostConstantBytes : kMostBytes,
                       constant ? "a constant" : "a tensor")))
        return failure();
    for (Region &region : op->getRegions())
      for (BlockArgument argument : region.getArguments())
        if (failed(check(argument.getLoc(), argument.getType(), kMostBytes,
                         "a tensor")))
          return failure();
    return success();
  }

  void runOnOperation() override {
    // The first one is enough: its users have the size too.
    WalkResult result =
        getOperation().walk<WalkOrder::PreOrder>([](Operation *op) {
          return failed(check(op)) ? WalkResult::interrupt()
                                   : WalkResult::advance();
        });
    if (result.wasInterrupted())
      signalPassFailure();
  }
};

} // namespace
