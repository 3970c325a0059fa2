//===- FoldConstantTranspose.cpp - transposes of constants
//--------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/Matchers.h"
#include "qs/Conversion/QSToLinalg/QSToLinalg.h"

using namespace mlir;

namespace {

/// The bytes of a constant that lies in memory element by element, or nothing.
std::optional<ArrayRef<char>> rawBytes(ElementsAttr attr) {
  if (auto dense = dyn_cast<DenseElementsAttr>(attr)) {
    if (dense.isSplat())
      return std::nullopt;
    return dense.getRawData();
  }
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(attr))
    if (AsmResourceBlob *blob = resource.getRawHandle().getBlob())
      return blob->getData();
  return std::nullopt;
}

void permute(ArrayRef<char> from, char *to, ArrayRef<int64_t> shape,
             ArrayRef<int64_t> permutation, size_t width) {
  size_t rank = shape.size();
  SmallVector<int64_t> strides(rank, 1);
  for (size_t i = rank; i-- > 1;)
    strides[i - 1] = strides[i] * shape[i];
  SmallVector<int64_t> sizes(rank), steps(rank), index(rank, 0);
  for (size_t i = 0; i < rank; ++i) {
    sizes[i] = shape[permutation[i]];
    steps[i] = strides[permutation[i]];
  }
  int64_t count = ShapedType::getNumElements(shape), source = 0;
  for (int64_t i = 0; i < count; ++i) {
    std::memcpy(to + i * width, from.data() + source * width, width);
    for (size_t d = rank; d-- > 0;) {
      source += steps[d];
      if (++index[d] < sizes[d])
        break;
      source -= steps[d] * sizes[d];
      index[d] = 0;
    }
  }
}

struct FoldTranspose : OpRewritePattern<linalg::TransposeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(linalg::TransposeOp op,
                                PatternRewriter &rewriter) const override {
    auto result = dyn_cast<RankedTensorType>(op.getInput().getType());
    ElementsAttr attr;
    if (!result || !matchPattern(op.getInput(), m_Constant(&attr)))
      return failure();
    TypedAttr folded =
        qs::foldTranspose(attr, op.getPermutation(),
                          cast<RankedTensorType>(op.getResult()[0].getType()));
    if (!folded)
      return failure();
    rewriter.replaceOpWithNewOp<arith::ConstantOp>(op, folded);
    return success();
  }
};

} // namespace

TypedAttr qs::foldTranspose(ElementsAttr attr, ArrayRef<int64_t> permutation,
                            RankedTensorType result) {
  auto type = cast<RankedTensorType>(attr.getShapedType());
  if (auto dense = dyn_cast<DenseElementsAttr>(attr); dense && dense.isSplat())
    return dense.resizeSplat(result);
  unsigned bits = type.getElementTypeBitWidth();
  std::optional<ArrayRef<char>> bytes = rawBytes(attr);
  if (!bytes || bits % 8 != 0 ||
      int64_t(bytes->size()) != type.getNumElements() * (bits / 8))
    return {};
  AsmResourceBlob blob =
      HeapAsmResourceBlob::allocate(bytes->size(), 64, /*dataIsMutable=*/true);
  permute(*bytes, blob.getMutableData().data(), type.getShape(), permutation,
          bits / 8);
  if (bytes->size() <= 4096)
    return DenseElementsAttr::getFromRawBuffer(result, blob.getData());
  return DenseResourceElementsAttr::get(result, "transposed", std::move(blob));
}

void qs::populateFoldConstantTransposePatterns(RewritePatternSet &patterns) {
  patterns.add<FoldTranspose>(patterns.getContext());
}
