//===- Bytecode.cpp - versioned bytecode of the dialect -----------*- C++
//-*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Bytecode.h"
#include "mlir/Bytecode/BytecodeImplementation.h"
#include "qs/Dialect/QS/IR/QSOps.h"

using namespace mlir;
using namespace qs;

namespace {

struct QSVersion : DialectVersion {
  QSVersion(uint64_t major, uint64_t minor) : major(major), minor(minor) {}
  uint64_t major, minor;
};

/// Major changes when old files cannot be read, minor when new ones cannot.
constexpr uint64_t currentMajor = 1, currentMinor = 1;

/// Attributes and types are written as text, which the version covers: a reader
/// of version 1.x parses what any 1.y with y <= x wrote.
struct QSBytecodeInterface : BytecodeDialectInterface {
  explicit QSBytecodeInterface(Dialect *dialect)
      : BytecodeDialectInterface(dialect) {}

  void writeVersion(DialectBytecodeWriter &writer) const override {
    writer.writeVarInt(currentMajor);
    writer.writeVarInt(currentMinor);
  }

  std::unique_ptr<DialectVersion>
  readVersion(DialectBytecodeReader &reader) const override {
    uint64_t major, minor;
    if (failed(reader.readVarInt(major)) || failed(reader.readVarInt(minor)))
      return nullptr;
    if (major != currentMajor || minor > currentMinor) {
      reader.emitError() << "qs dialect bytecode has version " << major << "."
                         << minor << ", this reader takes " << currentMajor
                         << ".0 to " << currentMajor << "." << currentMinor;
      return nullptr;
    }
    return std::make_unique<QSVersion>(major, minor);
  }
};

} // namespace

void qs::addBytecodeInterface(QSDialect *dialect) {
  dialect->addInterfaces<QSBytecodeInterface>();
}

//===----------------------------------------------------------------------===//
// Properties that grew
//===----------------------------------------------------------------------===//

/// Whether the file has what 1.1 added to the properties of ops.
static bool hasAdditions(DialectBytecodeReader &reader) {
  FailureOr<const DialectVersion *> version =
      reader.getDialectVersion<QSDialect>();
  return succeeded(version) &&
         static_cast<const QSVersion *>(*version)->minor >= 1;
}

/// Bytecode of MLIR before version 6 holds the sizes as an attribute.
constexpr uint64_t kSparseSegments = 6;

static LogicalResult readOldSegments(DialectBytecodeReader &reader,
                                     MutableArrayRef<int32_t> sizes) {
  if (reader.getBytecodeVersion() >= kSparseSegments)
    return success();
  DenseI32ArrayAttr attr;
  if (failed(reader.readAttribute(attr)))
    return failure();
  if (attr.size() > int64_t(sizes.size()))
    return reader.emitError("expected ")
           << sizes.size() << " sizes of operand segments, found "
           << attr.size();
  llvm::copy(attr.asArrayRef(), sizes.begin());
  return success();
}
static LogicalResult readSegments(DialectBytecodeReader &reader,
                                  MutableArrayRef<int32_t> sizes) {
  if (reader.getBytecodeVersion() < kSparseSegments)
    return success();
  return reader.readSparseArray(sizes);
}
static void writeOldSegments(DialectBytecodeWriter &writer,
                             MLIRContext *context, ArrayRef<int32_t> sizes) {
  if (writer.getBytecodeVersion() < int64_t(kSparseSegments))
    writer.writeAttribute(DenseI32ArrayAttr::get(context, sizes));
}
static void writeSegments(DialectBytecodeWriter &writer,
                          ArrayRef<int32_t> sizes) {
  if (writer.getBytecodeVersion() >= int64_t(kSparseSegments))
    writer.writeSparseArray(sizes);
}

LogicalResult QuantizeOp::readProperties(DialectBytecodeReader &reader,
                                         OperationState &state) {
  Properties &prop = state.getOrAddProperties<Properties>();
  return failure(failed(reader.readAttribute(prop.order)) ||
                 failed(reader.readAttribute(prop.overflow)) ||
                 failed(reader.readAttribute(prop.rounding)) ||
                 (hasAdditions(reader) &&
                  failed(reader.readOptionalAttribute(prop.seed))));
}

void QuantizeOp::writeProperties(DialectBytecodeWriter &writer) {
  const Properties &prop = getProperties();
  writer.writeAttribute(prop.order);
  writer.writeAttribute(prop.overflow);
  writer.writeAttribute(prop.rounding);
  writer.writeOptionalAttribute(prop.seed);
}

LogicalResult MatmulOp::readProperties(DialectBytecodeReader &reader,
                                       OperationState &state) {
  Properties &prop = state.getOrAddProperties<Properties>();
  return failure(failed(readOldSegments(reader, prop.operandSegmentSizes)) ||
                 failed(reader.readOptionalAttribute(prop.transpose_rhs)) ||
                 failed(readSegments(reader, prop.operandSegmentSizes)) ||
                 (hasAdditions(reader) &&
                  failed(reader.readOptionalAttribute(prop.accumulator))));
}

void MatmulOp::writeProperties(DialectBytecodeWriter &writer) {
  const Properties &prop = getProperties();
  writeOldSegments(writer, getContext(), prop.operandSegmentSizes);
  writer.writeOptionalAttribute(prop.transpose_rhs);
  writeSegments(writer, prop.operandSegmentSizes);
  writer.writeOptionalAttribute(prop.accumulator);
}

/// Kernels: what version 1.0 has lies in the order of these functions.
template <typename Properties>
static LogicalResult readEpilogue(DialectBytecodeReader &reader,
                                  Properties &prop) {
  return failure(failed(reader.readAttribute(prop.epilogue)) ||
                 failed(readOldSegments(reader, prop.operandSegmentSizes)) ||
                 failed(reader.readOptionalAttribute(prop.signed_input)));
}
template <typename Properties>
static LogicalResult readAdditions(DialectBytecodeReader &reader,
                                   Properties &prop) {
  return failure(failed(readSegments(reader, prop.operandSegmentSizes)) ||
                 (hasAdditions(reader) &&
                  (failed(reader.readOptionalAttribute(prop.wide)) ||
                   failed(reader.readOptionalAttribute(prop.accumulator)) ||
                   failed(reader.readOptionalAttribute(prop.product_span)))));
}
template <typename Properties>
static void writeEpilogue(DialectBytecodeWriter &writer, MLIRContext *context,
                          const Properties &prop) {
  writer.writeAttribute(prop.epilogue);
  writeOldSegments(writer, context, prop.operandSegmentSizes);
  writer.writeOptionalAttribute(prop.signed_input);
}
template <typename Properties>
static void writeAdditions(DialectBytecodeWriter &writer,
                           const Properties &prop) {
  writeSegments(writer, prop.operandSegmentSizes);
  writer.writeOptionalAttribute(prop.wide);
  writer.writeOptionalAttribute(prop.accumulator);
  writer.writeOptionalAttribute(prop.product_span);
}

LogicalResult PackedMatmulOp::readProperties(DialectBytecodeReader &reader,
                                             OperationState &state) {
  Properties &prop = state.getOrAddProperties<Properties>();
  return failure(failed(readEpilogue(reader, prop)) ||
                 failed(readAdditions(reader, prop)));
}

void PackedMatmulOp::writeProperties(DialectBytecodeWriter &writer) {
  const Properties &prop = getProperties();
  writeEpilogue(writer, getContext(), prop);
  writeAdditions(writer, prop);
}

LogicalResult PackedConv2DOp::readProperties(DialectBytecodeReader &reader,
                                             OperationState &state) {
  Properties &prop = state.getOrAddProperties<Properties>();
  return failure(failed(reader.readAttribute(prop.dilation)) ||
                 failed(readEpilogue(reader, prop)) ||
                 failed(reader.readAttribute(prop.stride)) ||
                 failed(readAdditions(reader, prop)));
}

void PackedConv2DOp::writeProperties(DialectBytecodeWriter &writer) {
  const Properties &prop = getProperties();
  writer.writeAttribute(prop.dilation);
  writeEpilogue(writer, getContext(), prop);
  writer.writeAttribute(prop.stride);
  writeAdditions(writer, prop);
}

LogicalResult Conv2DOp::readProperties(DialectBytecodeReader &reader,
                                       OperationState &state) {
  Properties &prop = state.getOrAddProperties<Properties>();
  return failure(failed(reader.readAttribute(prop.dilation)) ||
                 failed(reader.readOptionalAttribute(prop.groups)) ||
                 failed(readOldSegments(reader, prop.operandSegmentSizes)) ||
                 failed(reader.readAttribute(prop.pad)) ||
                 failed(reader.readAttribute(prop.stride)) ||
                 failed(readSegments(reader, prop.operandSegmentSizes)) ||
                 (hasAdditions(reader) &&
                  failed(reader.readOptionalAttribute(prop.accumulator))));
}

void Conv2DOp::writeProperties(DialectBytecodeWriter &writer) {
  const Properties &prop = getProperties();
  writer.writeAttribute(prop.dilation);
  writer.writeOptionalAttribute(prop.groups);
  writeOldSegments(writer, getContext(), prop.operandSegmentSizes);
  writer.writeAttribute(prop.pad);
  writer.writeAttribute(prop.stride);
  writeSegments(writer, prop.operandSegmentSizes);
  writer.writeOptionalAttribute(prop.accumulator);
}
