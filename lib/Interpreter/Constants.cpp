//===- Constants.cpp - Tensors from elements attributes -------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Interpreter/Tensor.h"

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/Location.h"

#include <cstring>

using namespace mlir;
using namespace qs::interp;

/// Reads whole-byte elements as they lie in memory; i1 and odd widths one by
/// one.
static Tensor fromDense(DenseElementsAttr attr, ElementType type, Tensor out) {
  unsigned bits = attr.getElementType().isIndex()
                      ? 64
                      : attr.getElementType().getIntOrFloatBitWidth();
  if (bits % 8 == 0 && bits == type.bytes() * 8) {
    ArrayRef<char> raw = attr.getRawData();
    MutableArrayRef<char> bytes = out.mutableRawData();
    if (!attr.isSplat())
      llvm::copy(raw.take_front(bytes.size()), bytes.begin());
    else
      for (size_t i = 0, w = type.bytes(); i < bytes.size(); i += w)
        memcpy(bytes.data() + i, raw.data(), w);
    return out;
  }
  int64_t i = 0;
  for (const APInt &value : attr.getValues<APInt>())
    out.setInt(i++, int64_t(value.getZExtValue()));
  return out;
}

static FailureOr<Tensor> fromResource(DenseResourceElementsAttr attr,
                                      ElementType type, Tensor out,
                                      Location loc) {
  AsmResourceBlob *blob = attr.getRawHandle().getBlob();
  if (!blob)
    return emitError(loc) << "the data of resource '"
                          << attr.getRawHandle().getKey()
                          << "' is absent (elided when the module was printed)";
  MutableArrayRef<char> bytes = out.mutableRawData();
  ArrayRef<char> raw = blob->getData();
  Type element = attr.getElementType();
  unsigned bits = element.isIndex() ? 64 : element.getIntOrFloatBitWidth();
  if (bits != type.bytes() * 8)
    return emitError(loc) << "resource of " << element
                          << " elements: expected whole bytes";
  if (raw.size() == type.bytes() && bytes.size() > raw.size()) {
    for (size_t i = 0, w = type.bytes(); i < bytes.size(); i += w)
      memcpy(bytes.data() + i, raw.data(), w);
    return out;
  }
  if (raw.size() != bytes.size())
    return emitError(loc) << "resource '" << attr.getRawHandle().getKey()
                          << "' has " << raw.size() << " bytes, expected "
                          << bytes.size() << " for " << attr.getType();
  memcpy(bytes.data(), raw.data(), bytes.size());
  return out;
}

FailureOr<Tensor> qs::interp::tensorFromAttr(ElementsAttr attr, Location loc) {
  FailureOr<ElementType> type = ElementType::get(attr.getElementType());
  if (failed(type))
    return emitError(loc) << "the interpreter has no representation for "
                          << attr.getElementType() << " elements";
  Tensor out(*type, attr.getShapedType().getShape());
  if (auto dense = dyn_cast<DenseElementsAttr>(attr))
    return fromDense(dense, *type, std::move(out));
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(attr))
    return fromResource(resource, *type, std::move(out), loc);
  if (type->isFloat()) {
    auto values = attr.tryGetValues<APFloat>();
    if (!values)
      return emitError(loc) << "the interpreter cannot read this constant";
    int64_t i = 0;
    for (APFloat value : *values) {
      bool losesInfo;
      value.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven,
                    &losesInfo);
      out.setFloat(i++, value.convertToDouble());
    }
    return out;
  }
  auto values = attr.tryGetValues<APInt>();
  if (!values)
    return emitError(loc) << "the interpreter cannot read this constant";
  int64_t i = 0;
  for (const APInt &value : *values)
    out.setInt(i++, int64_t(value.getZExtValue()));
  return out;
}
