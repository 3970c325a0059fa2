//===- Layout.cpp - Physical forms of a value -----------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Importer.h"
#include "Node.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace qs::importer;

/// Constants above this many bytes become resources, which are neither
/// uniqued nor printed as numbers.
constexpr size_t kLargeConstant = 1024;

Shape qs::importer::toChannelsLast(int64_t rank) {
  Shape perm = {0};
  for (int64_t i = 2; i < rank; ++i)
    perm.push_back(i);
  perm.push_back(1);
  return perm;
}

Shape qs::importer::toNatural(int64_t rank) {
  Shape perm = {0, rank - 1};
  for (int64_t i = 1; i < rank - 1; ++i)
    perm.push_back(i);
  return perm;
}

Shape qs::importer::permuted(llvm::ArrayRef<int64_t> shape,
                             llvm::ArrayRef<int64_t> perm) {
  Shape result;
  for (int64_t p : perm)
    result.push_back(shape[p]);
  return result;
}

Shape qs::importer::physicalShape(const Tensor &t, Layout layout) {
  if (layout == Layout::ChannelsLast)
    return permuted(t.shape, toChannelsLast(t.rank()));
  return t.shape;
}

int64_t qs::importer::physicalAxis(int64_t axis, int64_t rank, Layout layout) {
  if (layout != Layout::ChannelsLast || axis == 0)
    return axis;
  return axis == 1 ? rank - 1 : axis - 1;
}

/// [N, C*H*W] as [N, C, H, W], permuted to [N, H, W, C], flat again.
static Relayout flatRelayout(const Tensor &t) {
  Relayout r;
  r.split = {t.shape[0]};
  r.split.append(t.flatDims.begin(), t.flatDims.end());
  r.perm = toChannelsLast(r.split.size());
  r.shape = t.shape;
  return r;
}

Value Importer::constShape(llvm::ArrayRef<int64_t> dims, Location loc) {
  int64_t rank = static_cast<int64_t>(dims.size());
  auto type = RankedTensorType::get({rank}, builder.getIndexType());
  return tosa::ConstShapeOp::create(
      builder, loc, tosa::shapeType::get(builder.getContext(), rank),
      DenseIntElementsAttr::get(type, dims));
}

Value Importer::reshape(Value value, llvm::ArrayRef<int64_t> shape,
                        Location loc) {
  RankedTensorType type = typeOf(value);
  if (type.getShape() == shape)
    return value;
  return tosa::ReshapeOp::create(
      builder, loc, RankedTensorType::get(shape, type.getElementType()), value,
      constShape(shape, loc));
}

Value Importer::transpose(Value value, llvm::ArrayRef<int64_t> perm,
                          Location loc) {
  RankedTensorType type = typeOf(value);
  Shape shape = permuted(type.getShape(), perm);
  int64_t last = -1;
  bool inOrder = true;
  for (int64_t p : perm) {
    if (type.getDimSize(p) == 1)
      continue;
    inOrder &= p > last;
    last = p;
  }
  if (inOrder)
    return reshape(value, shape, loc);
  llvm::SmallVector<int32_t> perms(perm.begin(), perm.end());
  return tosa::TransposeOp::create(
      builder, loc, RankedTensorType::get(shape, type.getElementType()), value,
      builder.getDenseI32ArrayAttr(perms));
}

Value Importer::slice(Value value, llvm::ArrayRef<int64_t> start,
                      llvm::ArrayRef<int64_t> size, Location loc) {
  RankedTensorType type = typeOf(value);
  if (type.getShape() == size)
    return value;
  Value startShape = constShape(start, loc), sizeShape = constShape(size, loc);
  return tosa::SliceOp::create(
      builder, loc, RankedTensorType::get(size, type.getElementType()), value,
      startShape, sizeShape);
}

Value Importer::broadcast(Value value, llvm::ArrayRef<int64_t> shape,
                          Location loc) {
  RankedTensorType type = typeOf(value);
  if (type.getShape() == shape)
    return value;
  // One number stays one, which folds into tables.
  DenseElementsAttr elements;
  auto wide = RankedTensorType::get(shape, type.getElementType());
  if (matchPattern(value, m_Constant(&elements)) && elements.isSplat())
    return tosa::ConstOp::create(
        builder, loc, wide,
        DenseElementsAttr::get(wide, elements.getSplatValue<Attribute>()));
  Shape multiples;
  for (auto [have, want] : llvm::zip_equal(type.getShape(), shape))
    multiples.push_back(have == want ? 1 : want / have);
  return tosa::TileOp::create(builder, loc, wide, value,
                              constShape(multiples, loc));
}

Value Importer::materialize(const HostTensor &host, llvm::StringRef name,
                            Location loc) {
  auto type = RankedTensorType::get(
      host.shape, storageType(builder.getContext(), host.type));
  llvm::ArrayRef<char> bytes = *host.bytes;
  ElementsAttr attr;
  if (host.type == kBool) {
    llvm::SmallVector<bool> bits;
    for (char byte : bytes)
      bits.push_back(byte != 0);
    attr = DenseElementsAttr::get(type, bits);
  } else if (host.type == kInt4 || host.type == kUInt4) {
    // One byte an element, of which MLIR wants the unused bits to be 0.
    llvm::SmallVector<char, 0> words(bytes);
    for (char &word : words)
      word &= 15;
    attr = DenseElementsAttr::getFromRawBuffer(type, words);
  } else if (bytes.size() <= kLargeConstant) {
    attr = DenseElementsAttr::getFromRawBuffer(type, bytes);
  } else {
    attr = DenseResourceElementsAttr::get(
        type, name.empty() ? "constant" : name,
        HeapAsmResourceBlob::allocateAndCopyWithAlign(bytes, 64,
                                                      /*dataIsMutable=*/false));
  }
  Location at = name.empty() ? loc : nameLoc(builder.getContext(), name);
  return tosa::ConstOp::create(builder, at, type, attr);
}

Value Importer::splat(int32_t type, llvm::ArrayRef<int64_t> shape, double value,
                      Location loc) {
  HostTensor element = HostTensor::zeros(type, {});
  element.setFloat(0, value);
  auto tensorType =
      RankedTensorType::get(shape, storageType(builder.getContext(), type));
  return tosa::ConstOp::create(
      builder, loc, tensorType,
      DenseElementsAttr::getFromRawBuffer(tensorType, *element.bytes));
}

Value Importer::get(const TensorRef &t, Layout layout, Location loc) {
  Value &form = t->forms[static_cast<unsigned>(layout)];
  if (form)
    return form;
  if (t->host || t->quantized) {
    if (layout == Layout::ChannelsLast)
      return form = get(t,
                        {t->shape, toChannelsLast(t->rank()),
                         physicalShape(*t, layout)},
                        loc);
    if (layout == Layout::FlatChannels)
      return form = get(t, flatRelayout(*t), loc);
    Shape identity(llvm::to_vector(llvm::seq<int64_t>(0, t->rank())));
    return form = get(t, {t->shape, identity, t->shape}, loc);
  }

  Value home = storageForm(t, loc);
  if (layout == t->home)
    return form = home;
  // Every form goes by way of the natural one.
  if (t->home == Layout::ChannelsLast) {
    form = transpose(home, toNatural(t->rank()), loc);
  } else if (t->home == Layout::FlatChannels) {
    Relayout r = flatRelayout(*t);
    Value split = reshape(home, permuted(r.split, r.perm), loc);
    form =
        reshape(transpose(split, toNatural(r.perm.size()), loc), t->shape, loc);
  } else if (layout == Layout::ChannelsLast) {
    form = transpose(home, toChannelsLast(t->rank()), loc);
  } else {
    Relayout r = flatRelayout(*t);
    form = reshape(transpose(reshape(home, r.split, loc), r.perm, loc),
                   t->shape, loc);
  }
  return form;
}

Value Importer::get(const TensorRef &t, const Relayout &relayout,
                    Location loc) {
  if (t->host)
    return materialize(t->host->reshaped(relayout.split)
                           .transposed(relayout.perm)
                           .reshaped(relayout.shape),
                       t->constantName, loc);
  if (t->quantized)
    if (Value value = relayQuantized(*t, relayout, loc))
      return value;
  Value natural = get(t, Layout::Natural, loc);
  return reshape(
      transpose(reshape(natural, relayout.split, loc), relayout.perm, loc),
      relayout.shape, loc);
}
