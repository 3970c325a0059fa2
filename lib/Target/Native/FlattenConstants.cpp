//===- FlattenConstants.cpp - constants as runs of bytes
//----------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/SymbolTable.h"
#include "qs/Target/Native/Passes.h"

namespace qs::native {
#define GEN_PASS_DEF_QSFLATTENCONSTANTS
#include "qs/Target/Native/Passes.h.inc"
} // namespace qs::native

using namespace mlir;
using namespace qs::native;

namespace {

/// Bytes of one element in memory; types narrower than a byte take one.
int64_t elementBytes(Type type) {
  return type.isIndex() ? 8 : (type.getIntOrFloatBitWidth() + 7) / 8;
}

void appendElements(DenseElementsAttr attr, MutableArrayRef<char> bytes) {
  int64_t width = elementBytes(attr.getElementType());
  char *to = bytes.data();
  auto append = [&](const APInt &value) {
    APInt word = value.zextOrTrunc(width * 8);
    std::memcpy(to, word.getRawData(), width); // little endian hosts
    to += width;
  };
  if (isa<FloatType>(attr.getElementType()))
    for (const APFloat &value : attr.getValues<APFloat>())
      append(value.bitcastToAPInt());
  else
    for (const APInt &value : attr.getValues<APInt>())
      append(value);
}

/// `attr` as bytes; null where its data is absent.
ElementsAttr toBytes(ElementsAttr attr, MemRefType type) {
  auto count = type.getNumElements() * elementBytes(type.getElementType());
  auto flat =
      RankedTensorType::get({count}, IntegerType::get(attr.getContext(), 8));
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(attr)) {
    AsmResourceBlob *blob = resource.getRawHandle().getBlob();
    if (!blob || int64_t(blob->getData().size()) != count)
      return {};
    return DenseResourceElementsAttr::get(flat, resource.getRawHandle());
  }
  auto dense = dyn_cast<DenseElementsAttr>(attr);
  if (!dense)
    return {};
  bool whole = type.getElementType().isIntOrFloat() &&
               type.getElementTypeBitWidth() % 8 == 0;
  if (whole && !dense.isSplat())
    return DenseElementsAttr::getFromRawBuffer(flat, dense.getRawData());
  AsmResourceBlob blob = HeapAsmResourceBlob::allocate(count, kAlignment, true);
  appendElements(dense, blob.getMutableData());
  if (count <= 4096)
    return DenseElementsAttr::getFromRawBuffer(flat, blob.getData());
  return DenseResourceElementsAttr::get(flat, "splat", std::move(blob));
}

struct FlattenConstants
    : qs::native::impl::QSFlattenConstantsBase<FlattenConstants> {
  using QSFlattenConstantsBase::QSFlattenConstantsBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    SmallVector<memref::GlobalOp> globals;
    for (auto global : module.getOps<memref::GlobalOp>())
      if (global.getConstant() && global.getInitialValue())
        globals.push_back(global);
    DenseMap<StringAttr, MemRefType> original;
    for (memref::GlobalOp global : globals) {
      MemRefType type = global.getType();
      ElementsAttr bytes =
          toBytes(cast<ElementsAttr>(*global.getInitialValue()), type);
      if (!bytes) {
        global.emitOpError("expected a constant with its data, found one that "
                           "is elided or of another size");
        return signalPassFailure();
      }
      original[global.getSymNameAttr()] = type;
      auto flat = MemRefType::get(cast<ShapedType>(bytes.getType()).getShape(),
                                  IntegerType::get(&getContext(), 8));
      global.setType(flat);
      global.setInitialValueAttr(bytes);
      global.setAlignment(kAlignment);
    }
    module.walk([&](memref::GetGlobalOp op) {
      auto found = original.find(op.getNameAttr().getAttr());
      if (found == original.end() || op.getType() != found->second)
        return;
      OpBuilder b(op);
      MemRefType type = found->second;
      int64_t count =
          type.getNumElements() * elementBytes(type.getElementType());
      auto flat = memref::GetGlobalOp::create(
          b, op.getLoc(), MemRefType::get({count}, b.getI8Type()),
          op.getName());
      Value zero = arith::ConstantIndexOp::create(b, op.getLoc(), 0);
      Value view = memref::ViewOp::create(b, op.getLoc(), type, flat, zero,
                                          ValueRange());
      op.replaceAllUsesWith(view);
      op.erase();
    });
  }
};

} // namespace
