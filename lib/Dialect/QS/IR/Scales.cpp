//===- Scales.cpp - which elements share a scale ------------------*- C++
//-*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Dialect/QS/IR/Names.h"
#include "qs/Dialect/QS/IR/QSDialect.h"

using namespace mlir;
using namespace qs;

static LogicalResult verifyStorage(function_ref<InFlightDiagnostic()> emitError,
                                   Type storage) {
  if (getScaleStorageName(storage).empty())
    return emitError() << "expected scales stored as f32, f16, e8m0 or e4m3, found "
                       << storage;
  return success();
}

static LogicalResult verifyAxis(function_ref<InFlightDiagnostic()> emitError,
                                int64_t axis) {
  if (axis < 0)
    return emitError() << "expected a scale axis of at least 0, found " << axis;
  return success();
}

/// `axis(0)` and `:f16`: f32 is the default and is not written.
static std::string withStorage(std::string name, Type storage) {
  if (!storage.isF32())
    name += ":" + getScaleStorageName(storage);
  return name;
}

static FailureOr<int64_t>
axisSize(ArrayRef<int64_t> shape, int64_t axis,
         function_ref<InFlightDiagnostic()> emitError) {
  if (axis >= int64_t(shape.size()))
    return emitError() << "scale axis " << axis
                       << " is out of range for a tensor of rank "
                       << shape.size();
  if (ShapedType::isDynamic(shape[axis]))
    return emitError() << "expected a static size on scale axis " << axis;
  return shape[axis];
}

//===----------------------------------------------------------------------===//
// NoScaleAttr
//===----------------------------------------------------------------------===//

std::string NoScaleAttr::getScaleName() const { return "none"; }
Type NoScaleAttr::getStorage() const { return {}; }
bool NoScaleAttr::isPerTensor() const { return true; }
int64_t NoScaleAttr::getScaledAxis() const { return -1; }
FailureOr<SmallVector<int64_t>>
NoScaleAttr::getParamShape(ArrayRef<int64_t>,
                           function_ref<InFlightDiagnostic()> emitError) const {
  return emitError() << "a tensor with scale 'none' has no scale values";
}
int64_t NoScaleAttr::getParamIndex(ArrayRef<int64_t>, ArrayRef<int64_t>) const {
  return 0;
}

//===----------------------------------------------------------------------===//
// TensorScaleAttr
//===----------------------------------------------------------------------===//

LogicalResult
TensorScaleAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                        Type storage) {
  return verifyStorage(emitError, storage);
}
std::string TensorScaleAttr::getScaleName() const {
  return withStorage("tensor", getStorageType());
}
Type TensorScaleAttr::getStorage() const { return getStorageType(); }
bool TensorScaleAttr::isPerTensor() const { return true; }
int64_t TensorScaleAttr::getScaledAxis() const { return -1; }
FailureOr<SmallVector<int64_t>>
TensorScaleAttr::getParamShape(ArrayRef<int64_t>,
                               function_ref<InFlightDiagnostic()>) const {
  return SmallVector<int64_t>{};
}
int64_t TensorScaleAttr::getParamIndex(ArrayRef<int64_t>,
                                       ArrayRef<int64_t>) const {
  return 0;
}

//===----------------------------------------------------------------------===//
// AxisScaleAttr
//===----------------------------------------------------------------------===//

LogicalResult
AxisScaleAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                      int64_t axis, Type storage) {
  return failure(failed(verifyAxis(emitError, axis)) ||
                 failed(verifyStorage(emitError, storage)));
}
std::string AxisScaleAttr::getScaleName() const {
  return withStorage("axis(" + std::to_string(getAxis()) + ")",
                     getStorageType());
}
Type AxisScaleAttr::getStorage() const { return getStorageType(); }
bool AxisScaleAttr::isPerTensor() const { return false; }
int64_t AxisScaleAttr::getScaledAxis() const { return getAxis(); }
FailureOr<SmallVector<int64_t>> AxisScaleAttr::getParamShape(
    ArrayRef<int64_t> shape,
    function_ref<InFlightDiagnostic()> emitError) const {
  FailureOr<int64_t> size = axisSize(shape, getAxis(), emitError);
  if (failed(size))
    return failure();
  return SmallVector<int64_t>{*size};
}
int64_t AxisScaleAttr::getParamIndex(ArrayRef<int64_t>,
                                     ArrayRef<int64_t> index) const {
  return index[getAxis()];
}

//===----------------------------------------------------------------------===//
// GroupScaleAttr
//===----------------------------------------------------------------------===//

LogicalResult
GroupScaleAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                       int64_t axis, int64_t group, Type storage) {
  if (group < 1)
    return emitError() << "expected a group size of at least 1, found "
                       << group;
  return failure(failed(verifyAxis(emitError, axis)) ||
                 failed(verifyStorage(emitError, storage)));
}
std::string GroupScaleAttr::getScaleName() const {
  return withStorage("group(" + std::to_string(getAxis()) + ", " +
                         std::to_string(getGroup()) + ")",
                     getStorageType());
}
Type GroupScaleAttr::getStorage() const { return getStorageType(); }
bool GroupScaleAttr::isPerTensor() const { return false; }
int64_t GroupScaleAttr::getScaledAxis() const { return getAxis(); }
FailureOr<SmallVector<int64_t>> GroupScaleAttr::getParamShape(
    ArrayRef<int64_t> shape,
    function_ref<InFlightDiagnostic()> emitError) const {
  FailureOr<int64_t> size = axisSize(shape, getAxis(), emitError);
  if (failed(size))
    return failure();
  if (*size % getGroup() != 0)
    return emitError() << "group size " << getGroup()
                       << " must divide the scaled dimension " << *size;
  SmallVector<int64_t> result(shape);
  result[getAxis()] = *size / getGroup();
  return result;
}
int64_t GroupScaleAttr::getParamIndex(ArrayRef<int64_t> shape,
                                      ArrayRef<int64_t> index) const {
  int64_t flat = 0;
  for (auto [axis, size] : llvm::enumerate(shape)) {
    bool grouped = int64_t(axis) == getAxis();
    flat = flat * (grouped ? size / getGroup() : size) +
           (grouped ? index[axis] / getGroup() : index[axis]);
  }
  return flat;
}
