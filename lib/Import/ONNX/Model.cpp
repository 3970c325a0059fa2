//===- Model.cpp - Parse an ONNX file -------------------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Model.h"
#include "qs/Import/ONNX/ImportONNX.h"
#include <climits>
#include <google/protobuf/io/coded_stream.h>

using namespace mlir;
using namespace qs::importer;

LogicalResult qs::importer::parseModel(llvm::StringRef bytes, Location loc,
                                       Model &model) {
  if (bytes.size() > INT_MAX)
    return emitError(loc) << "expected at most " << INT_MAX << " bytes, found "
                          << bytes.size()
                          << ": store the weights as external data";

  // Protobuf's own limit of 100 nested messages stays: it bounds the stack.
  google::protobuf::io::CodedInputStream stream(
      reinterpret_cast<const uint8_t *>(bytes.data()),
      static_cast<int>(bytes.size()));
  stream.SetTotalBytesLimit(INT_MAX);
  if (!model.proto.ParseFromCodedStream(&stream) ||
      !stream.ConsumedEntireMessage())
    return emitError(loc) << "expected an ONNX model, found a file that is "
                             "truncated, damaged or nested too deeply (stopped "
                             "near byte "
                          << stream.CurrentPosition() << " of " << bytes.size()
                          << ")";
  if (!model.proto.has_graph())
    return emitError(loc) << "expected an ONNX model, found no graph in it";

  std::optional<int64_t> opset;
  for (const auto &entry : model.proto.opset_import()) {
    if (!entry.domain().empty() && entry.domain() != "ai.onnx")
      continue;
    if (opset && *opset != entry.version())
      return emitError(loc)
             << "expected one version of the default operator set, found "
             << *opset << " and " << entry.version();
    opset = entry.version();
  }
  if (!opset)
    return emitError(loc) << "expected an import of the default operator set, "
                             "found none";
  if (*opset < kOldestOpset || *opset > kNewestOpset)
    return emitError(loc) << "expected operator set version " << kOldestOpset
                          << " to " << kNewestOpset << ", found " << *opset;
  model.opset = *opset;
  return success();
}
