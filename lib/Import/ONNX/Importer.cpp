//===- Importer.cpp - Walk the graph --------------------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Importer.h"
#include "Node.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;
using namespace qs::importer;

Importer::Importer(const Model &model, const ImportONNXOptions &options,
                   Location fileLoc)
    : model(model), options(options), fileLoc(fileLoc),
      builder(fileLoc.getContext()) {
  addConstantOps(handlers);
  addConvOps(handlers);
  addElementwiseOps(handlers);
  addFunctionOps(handlers);
  addMatMulOps(handlers);
  addPoolOps(handlers);
  addQLinearOps(handlers);
  addQuantOps(handlers);
  addReduceOps(handlers);
  addShapeOps(handlers);
}

TensorRef Importer::constant(HostTensor host, llvm::StringRef name) {
  auto t = std::make_shared<Tensor>();
  t->type = host.type;
  t->shape = host.shape;
  t->host = std::move(host);
  t->constantName = name.str();
  return t;
}

LogicalResult Importer::define(llvm::StringRef name, TensorRef tensor,
                               EmitError emitError) {
  if (!values.try_emplace(name, std::move(tensor)).second)
    return emitError() << "expected each value to be defined once, found '"
                       << name << "' defined again";
  return success();
}

LogicalResult Importer::importInitializers() {
  const auto &graph = model.proto.graph();
  auto error = [&]() { return emitError(fileLoc); };
  if (graph.sparse_initializer_size())
    return error() << "expected dense initializers, found "
                   << graph.sparse_initializer_size() << " sparse ones";
  for (const auto &tensor : graph.initializer()) {
    auto located = [&]() {
      InFlightDiagnostic diag = error();
      diag << "initializer: ";
      return diag;
    };
    if (tensor.name().empty())
      return located() << "expected a name, found none";
    FailureOr<HostTensor> host =
        readTensor(tensor, model.externalDataDir, located);
    if (failed(host) ||
        failed(define(tensor.name(), constant(*host, tensor.name()), located)))
      return failure();
  }
  return success();
}

FailureOr<Shape> Importer::inputShape(const ::onnx::ValueInfoProto &info) {
  auto error = [&]() {
    InFlightDiagnostic diag = emitError(fileLoc);
    diag << "input '" << info.name() << "': ";
    return diag;
  };
  if (!info.has_type() || !info.type().has_tensor_type())
    return error() << "expected a tensor, found another type";
  const auto &type = info.type().tensor_type();
  if (!storageType(builder.getContext(), type.elem_type()) ||
      type.elem_type() == kDouble || integerBits(type.elem_type()) > 32)
    return error() << "expected float, float16, bfloat16, bool or an integer "
                      "of up to 32 bits, found "
                   << dataTypeName(type.elem_type());
  if (!type.has_shape())
    return error() << "expected a shape, found none";
  Shape shape;
  for (int i = 0; i < type.shape().dim_size(); ++i) {
    const auto &dim = type.shape().dim(i);
    if (dim.has_dim_value() && dim.dim_value() > 0) {
      shape.push_back(dim.dim_value());
      continue;
    }
    if (dim.has_dim_value() && dim.dim_value() != -1)
      return error() << "expected positive dimensions, found "
                     << dim.dim_value() << " as dimension " << i;
    auto given = options.dims.find(dim.dim_param());
    int64_t value = given != options.dims.end() && !dim.dim_param().empty()
                        ? given->second
                    : i == 0 ? options.batch
                             : 0;
    if (value < 1)
      return error() << "expected a value for the symbolic dimension " << i
                     << " '" << dim.dim_param()
                     << "' in the options, found none";
    emitRemark(fileLoc) << "input '" << info.name() << "': symbolic dimension "
                        << i << " '" << dim.dim_param() << "' is set to "
                        << value;
    shape.push_back(value);
  }
  if (!elementCount(shape))
    return error() << "expected at most 2^40 elements, found "
                   << shapeText(shape);
  return shape;
}

LogicalResult Importer::importInputs() {
  llvm::SmallVector<Type> types;
  llvm::SmallVector<TensorRef> tensors;
  llvm::SmallVector<llvm::StringRef> names;
  for (const auto &info : model.proto.graph().input()) {
    // Before IR version 4 initializers are listed as inputs as well.
    auto known = values.find(info.name());
    if (known != values.end() && known->second->isConstant())
      continue;
    FailureOr<Shape> shape = inputShape(info);
    if (failed(shape))
      return failure();
    auto t = std::make_shared<Tensor>();
    t->type = info.type().tensor_type().elem_type();
    t->shape = *shape;
    types.push_back(boundaryType(*t));
    tensors.push_back(t);
    names.push_back(info.name());
    if (failed(define(info.name(), t, [&]() { return emitError(fileLoc); })))
      return failure();
  }

  module = ModuleOp::create(fileLoc);
  builder.setInsertionPointToEnd(module->getBody());
  auto func = func::FuncOp::create(builder, fileLoc, "main",
                                   builder.getFunctionType(types, {}));
  function = func;
  Block *entry = func.addEntryBlock();
  builder.setInsertionPointToEnd(entry);
  for (auto [i, t] : llvm::enumerate(tensors)) {
    func.setArgAttr(i, "qs.name", builder.getStringAttr(names[i]));
    setBoundaryValue(*t, entry->getArgument(i));
    entry->getArgument(i).setLoc(nameLoc(builder.getContext(), names[i]));
  }
  return success();
}

void Importer::describeUndefined(InFlightDiagnostic &diag,
                                 llvm::StringRef name) {
  const auto &graph = model.proto.graph();
  for (int i = 0; i < graph.node_size(); ++i)
    for (const auto &output : graph.node(i).output())
      if (output == name) {
        diag << "found it defined only by node " << i << " '"
             << graph.node(i).name()
             << "': the graph is cyclic or not in topological order";
        return;
      }
  diag << "found no such value";
}

LogicalResult Importer::importNode(Node &node) {
  FailureOr<bool> folded = foldOnHost(node);
  if (failed(folded))
    return failure();
  if (*folded)
    return node.finish();
  auto handler = handlers.find(node.op());
  if (handler == handlers.end())
    return node.error() << "the operator is not supported";
  // Empty lists of axes or sizes are fine, empty data are not.
  for (unsigned i = 0; i < node.numInputs(); ++i)
    if (TensorRef t = node.in(i))
      if (!elementCount(t->shape).value_or(0) && t->type != kInt64)
        return node.error()
               << "expected input " << i << " to have elements, found "
               << shapeText(t->shape);
  if (failed(handler->second(node)))
    return failure();
  return node.finish();
}

LogicalResult Importer::importNodes() {
  const auto &graph = model.proto.graph();
  for (int i = 0; i < graph.node_size(); ++i) {
    const auto &proto = graph.node(i);
    Node node(*this, proto, i, fileLoc);
    if (!proto.domain().empty() && proto.domain() != "ai.onnx")
      return node.error() << "expected the default operator domain, found '"
                          << proto.domain() << "'";
    for (const auto &input : proto.input()) {
      if (input.empty()) {
        node.addInput(nullptr);
        continue;
      }
      auto value = values.find(input);
      if (value == values.end()) {
        InFlightDiagnostic diag = node.error();
        diag << "expected input '" << input << "' to be defined before, ";
        describeUndefined(diag, input);
        return diag;
      }
      node.addInput(value->second);
    }
    if (failed(importNode(node)))
      return failure();

    llvm::ArrayRef<TensorRef> results = node.getResults();
    for (int k = 0; k < proto.output_size(); ++k) {
      if (proto.output(k).empty())
        continue;
      TensorRef t =
          static_cast<size_t>(k) < results.size() ? results[k] : nullptr;
      if (!t)
        return node.error() << "output " << k << " '" << proto.output(k)
                            << "' is not supported";
      if (!t->isConstant()) {
        std::optional<int64_t> count = elementCount(t->shape);
        if (!count || *count == 0)
          return node.error()
                 << "expected a result of 1 to 2^40 elements, found "
                 << shapeText(t->shape);
        if (t->type == kDouble || integerBits(t->type) > 32)
          return node.error() << "expected a result of up to 32 bits, found "
                              << dataTypeName(t->type);
      }
      if (failed(define(proto.output(k), t, [&]() { return node.error(); })))
        return failure();
    }
  }
  return success();
}

LogicalResult Importer::importOutputs() {
  auto func = cast<func::FuncOp>(function);
  llvm::SmallVector<Value> results;
  llvm::SmallVector<Type> types;
  llvm::StringSet<> seen;
  const auto &graph = model.proto.graph();
  if (graph.output_size() == 0)
    return emitError(fileLoc) << "expected at least one output, found none";
  for (const auto &info : graph.output()) {
    auto error = [&]() {
      InFlightDiagnostic diag = emitError(fileLoc);
      diag << "output '" << info.name() << "': ";
      return diag;
    };
    auto value = values.find(info.name());
    if (value == values.end())
      return error() << "expected a value of the graph, found no such value";
    if (!seen.insert(info.name()).second)
      return error() << "expected different outputs, found it twice";
    const TensorRef &t = value->second;
    if (t->type == kDouble || integerBits(t->type) > 32 ||
        !elementCount(t->shape).value_or(0))
      return error() << "expected a non-empty value of up to 32 bits, found "
                     << shapeText(t->shape) << " of " << dataTypeName(t->type);
    const auto &declared = info.type().tensor_type();
    if (declared.elem_type() && declared.elem_type() != t->type)
      return error() << "expected " << dataTypeName(declared.elem_type())
                     << " as declared, found " << dataTypeName(t->type);
    if (declared.has_shape()) {
      bool fits = declared.shape().dim_size() == t->rank();
      for (int i = 0; fits && i < declared.shape().dim_size(); ++i) {
        const auto &dim = declared.shape().dim(i);
        fits = !dim.has_dim_value() || dim.dim_value() <= 0 ||
               dim.dim_value() == t->shape[i];
      }
      if (!fits) {
        Shape shape;
        for (const auto &dim : declared.shape().dim())
          shape.push_back(dim.has_dim_value() ? dim.dim_value() : -1);
        return error() << "expected the declared shape " << shapeText(shape)
                       << " (-1 is symbolic), found " << shapeText(t->shape);
      }
    }
    results.push_back(
        boundaryForm(t, nameLoc(builder.getContext(), info.name())));
    types.push_back(results.back().getType());
  }
  func::ReturnOp::create(builder, fileLoc, results);
  func.setType(
      builder.getFunctionType(func.getFunctionType().getInputs(), types));
  for (int i = 0; i < graph.output_size(); ++i)
    func.setResultAttr(i, "qs.name",
                       builder.getStringAttr(graph.output(i).name()));
  return success();
}

OwningOpRef<ModuleOp> Importer::run() {
  if (failed(importInitializers()) || failed(importInputs()) ||
      failed(importNodes()) || failed(importOutputs()))
    return {};
  return std::move(module);
}
