//===- TensorReader.cpp - Read the data of a tensor -----------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Model.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include <cstring>

using namespace mlir;
using namespace qs::importer;

namespace path = llvm::sys::path;
namespace fs = llvm::sys::fs;

namespace {
/// The entries of TensorProto.external_data.
struct ExternalData {
  std::string location;
  uint64_t offset = 0;
  std::optional<uint64_t> length;
};
} // namespace

static FailureOr<ExternalData>
readExternalEntries(const ::onnx::TensorProto &tensor, EmitError emitError) {
  ExternalData data;
  for (const auto &entry : tensor.external_data()) {
    llvm::StringRef key = entry.key(), value = entry.value();
    uint64_t number = 0;
    if (key == "location") {
      data.location = value.str();
      continue;
    }
    // A checksum says nothing about where the data lie.
    if (key == "checksum")
      continue;
    if (key != "offset" && key != "length")
      return emitError() << "expected the external data keys location, offset, "
                            "length or checksum, found '"
                         << key << "'";
    if (value.getAsInteger(10, number))
      return emitError() << "expected a number as " << key
                         << " of external data, found '" << value << "'";
    if (key == "offset")
      data.offset = number;
    else
      data.length = number;
  }
  return data;
}

/// The file that `location` names, if it lies inside `folder` also after
/// symbolic links are followed.
static FailureOr<std::string> resolveInside(llvm::StringRef folder,
                                            llvm::StringRef location,
                                            EmitError emitError) {
  if (folder.empty())
    return emitError() << "expected all data in the model, found external data "
                          "'"
                       << location << "' and no folder to look it up in";
  if (location.empty() || path::is_absolute(location) ||
      location.contains('\0') || location.contains('\\'))
    return emitError() << "expected a relative path of external data, found '"
                       << location << "'";
  for (llvm::StringRef part :
       llvm::make_range(path::begin(location), path::end(location)))
    if (part == "..")
      return emitError() << "expected external data inside the folder of the "
                            "model, found '"
                         << location << "'";

  llvm::SmallString<256> joined(folder), realFolder, realFile;
  path::append(joined, location);
  if (std::error_code error = fs::real_path(folder, realFolder))
    return emitError() << "cannot open the folder '" << folder
                       << "' of external data: " << error.message();
  if (std::error_code error = fs::real_path(joined, realFile))
    return emitError() << "cannot open external data '" << location
                       << "': " << error.message();
  llvm::StringRef rest = realFile;
  bool inside = rest.consume_front(realFolder) &&
                (rest.starts_with("/") || realFolder.str().ends_with("/"));
  if (!inside)
    return emitError() << "expected external data inside the folder of the "
                          "model, found '"
                       << location << "', a link that leaves it";
  if (!fs::is_regular_file(realFile))
    return emitError() << "expected a regular file as external data, found '"
                       << location << "'";
  return realFile.str().str();
}

static FailureOr<std::unique_ptr<llvm::MemoryBuffer>>
openExternal(const ::onnx::TensorProto &tensor, llvm::StringRef folder,
             uint64_t expectedBytes, EmitError emitError) {
  FailureOr<ExternalData> data = readExternalEntries(tensor, emitError);
  if (failed(data))
    return failure();
  FailureOr<std::string> file =
      resolveInside(folder, data->location, emitError);
  if (failed(file))
    return failure();
  uint64_t size = 0;
  if (std::error_code error = fs::file_size(*file, size))
    return emitError() << "cannot read external data '" << data->location
                       << "': " << error.message();
  uint64_t length = data->length.value_or(expectedBytes);
  if (length != expectedBytes)
    return emitError() << "expected " << expectedBytes
                       << " bytes of external data, found length " << length;
  if (data->offset > size || length > size - data->offset)
    return emitError() << "expected external data at offset " << data->offset
                       << " and length " << length << " inside '"
                       << data->location << "', found a file of " << size
                       << " bytes";
  auto buffer = llvm::MemoryBuffer::getFileSlice(*file, length, data->offset);
  if (!buffer)
    return emitError() << "cannot read external data '" << data->location
                       << "': " << buffer.getError().message();
  return std::move(*buffer);
}

/// Two 4-bit elements a byte, the first in the low half.
static void unpackNibbles(HostTensor &t, llvm::StringRef packed) {
  int64_t count = t.size();
  for (int64_t i = 0; i < count; ++i) {
    int value = (static_cast<uint8_t>(packed[i / 2]) >> (i % 2 * 4)) & 15;
    t.setInt(i, t.type == kInt4 && value > 7 ? value - 16 : value);
  }
}

static bool isNibble(int32_t type) { return type == kInt4 || type == kUInt4; }

static LogicalResult fillFromBytes(HostTensor &t, llvm::StringRef data,
                                   EmitError emitError) {
  uint64_t count = t.size();
  uint64_t expected =
      isNibble(t.type) ? (count + 1) / 2 : count * hostBytes(t.type);
  if (data.size() != expected)
    return emitError() << "expected " << expected << " bytes of data for "
                       << shapeText(t.shape) << " of " << dataTypeName(t.type)
                       << ", found " << data.size();
  if (isNibble(t.type))
    unpackNibbles(t, data);
  else if (count)
    std::memcpy(t.bytes->data(), data.data(), data.size());
  return success();
}

template <typename Field, typename Set>
static LogicalResult fillFromField(HostTensor &t, const Field &field,
                                   llvm::StringRef fieldName, Set set,
                                   EmitError emitError) {
  if (field.size() != t.size())
    return emitError() << "expected " << t.size() << " elements for "
                       << shapeText(t.shape) << " of " << dataTypeName(t.type)
                       << ", found " << field.size() << " in " << fieldName;
  for (int64_t i = 0, e = t.size(); i < e; ++i)
    set(i, field.Get(static_cast<int>(i)));
  return success();
}

static LogicalResult fillFromTyped(HostTensor &t,
                                   const ::onnx::TensorProto &tensor,
                                   EmitError emitError) {
  auto setInt = [&](int64_t i, auto value) {
    t.setInt(i, static_cast<int64_t>(value));
  };
  auto setFloat = [&](int64_t i, double value) { t.setFloat(i, value); };
  auto setBits = [&](int64_t i, int32_t bits) {
    uint16_t half = static_cast<uint16_t>(bits);
    std::memcpy(t.bytes->data() + i * 2, &half, 2);
  };
  switch (t.type) {
  case kFloat:
    return fillFromField(t, tensor.float_data(), "float_data", setFloat,
                         emitError);
  case kDouble:
    return fillFromField(t, tensor.double_data(), "double_data", setFloat,
                         emitError);
  case kInt64:
    return fillFromField(t, tensor.int64_data(), "int64_data", setInt,
                         emitError);
  case kUInt32:
  case kUInt64:
    return fillFromField(t, tensor.uint64_data(), "uint64_data", setInt,
                         emitError);
  case kFloat16:
  case kBFloat16:
    return fillFromField(t, tensor.int32_data(), "int32_data", setBits,
                         emitError);
  case kInt4:
  case kUInt4: {
    std::string packed;
    for (int32_t value : tensor.int32_data())
      packed.push_back(static_cast<char>(value));
    return fillFromBytes(t, packed, emitError);
  }
  default:
    return fillFromField(t, tensor.int32_data(), "int32_data", setInt,
                         emitError);
  }
}

FailureOr<HostTensor>
qs::importer::readTensor(const ::onnx::TensorProto &tensor,
                         llvm::StringRef externalDataDir, EmitError emitErr) {
  auto emitError = [&]() {
    InFlightDiagnostic diag = emitErr();
    diag << "tensor '" << tensor.name() << "': ";
    return diag;
  };
  HostTensor t;
  t.type = tensor.data_type();
  t.shape.assign(tensor.dims().begin(), tensor.dims().end());
  if (!hostBytes(t.type))
    return emitError() << "expected a numeric data type of up to 64 bits, "
                          "found "
                       << dataTypeName(t.type);
  std::optional<int64_t> count = elementCount(t.shape);
  if (!count)
    return emitError() << "expected non-negative dimensions and at most 2^40 "
                          "elements, found "
                       << shapeText(t.shape);
  if (tensor.has_segment())
    return emitError() << "expected the whole tensor, found a segment of it";

  bool external = tensor.has_data_location() &&
                  tensor.data_location() == ::onnx::TensorProto::EXTERNAL;
  bool raw = tensor.has_raw_data();
  uint64_t present =
      raw ? tensor.raw_data().size()
          : uint64_t(tensor.float_data_size()) + tensor.int32_data_size() +
                tensor.int64_data_size() + tensor.double_data_size() +
                tensor.uint64_data_size();
  // Checked before memory is taken: the shape is only a claim.
  if (!external && present < (static_cast<uint64_t>(*count) + 1) / 2)
    return emitError() << "expected " << *count << " elements for "
                       << shapeText(t.shape) << " of " << dataTypeName(t.type)
                       << ", found " << present << (raw ? " bytes" : "");

  if (external) {
    uint64_t bytes = isNibble(t.type)
                         ? (static_cast<uint64_t>(*count) + 1) / 2
                         : static_cast<uint64_t>(*count) * hostBytes(t.type);
    auto buffer = openExternal(tensor, externalDataDir, bytes, emitError);
    if (failed(buffer))
      return failure();
    t = HostTensor::zeros(t.type, t.shape);
    if (failed(fillFromBytes(t, (*buffer)->getBuffer(), emitError)))
      return failure();
    return t;
  }
  t = HostTensor::zeros(t.type, t.shape);
  if (failed(raw ? fillFromBytes(t, tensor.raw_data(), emitError)
                 : fillFromTyped(t, tensor, emitError)))
    return failure();
  return t;
}
