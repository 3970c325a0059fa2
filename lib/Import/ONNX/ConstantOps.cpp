//===- ConstantOps.cpp - Constant, Identity, Cast -------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Node.h"

using namespace mlir;
using namespace qs::importer;

static LogicalResult importConstant(Node &node) {
  if (failed(node.arity(0, 0)))
    return failure();
  std::string name =
      node.proto.output_size() ? node.proto.output(0) : std::string();
  auto define = [&](HostTensor t) {
    node.result(0, node.importer.constant(std::move(t), name));
    return success();
  };
  if (const auto *tensor = node.getTensor("value")) {
    FailureOr<HostTensor> host =
        readTensor(*tensor, node.importer.getModel().externalDataDir,
                   [&]() { return node.error(); });
    return failed(host) ? failure() : define(*host);
  }
  if (node.has("value_float"))
    return define(HostTensor::fromFloats(
        {}, {static_cast<float>(node.getFloat("value_float", 0))}));
  if (node.has("value_int"))
    return define(
        HostTensor::fromInts(kInt64, {}, {node.getInt("value_int", 0)}));
  if (node.has("value_floats")) {
    llvm::SmallVector<float> list = node.getFloats("value_floats");
    return define(
        HostTensor::fromFloats({static_cast<int64_t>(list.size())}, list));
  }
  if (node.has("value_ints")) {
    llvm::SmallVector<int64_t> list = node.getInts("value_ints");
    return define(HostTensor::fromInts(
        kInt64, {static_cast<int64_t>(list.size())}, list));
  }
  return node.error() << "expected a dense numeric value, found none";
}

static LogicalResult importIdentity(Node &node) {
  if (failed(node.arity(1, 1)))
    return failure();
  node.result(0, node.in(0));
  return success();
}

static LogicalResult importDropout(Node &node) {
  node.ignore("ratio");
  node.ignore("seed");
  node.ignore("is_test");
  if (failed(node.arity(1, 3)))
    return failure();
  if (TensorRef training = node.in(2))
    if (!training->isConstant() || training->host->size() != 1 ||
        training->host->intAt(0) != 0)
      return node.error()
             << "expected training_mode to be false, found it true or computed";
  node.result(0, node.in(0));
  return success();
}

void qs::importer::addConstantOps(HandlerTable &table) {
  table["Constant"] = importConstant;
  table["Identity"] = importIdentity;
  table["Dropout"] = importDropout;
}
