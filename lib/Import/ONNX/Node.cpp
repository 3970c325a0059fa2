//===- Node.cpp - One ONNX node while it is imported ----------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Node.h"

using namespace mlir;
using namespace qs::importer;

Location qs::importer::nameLoc(MLIRContext *context, llvm::StringRef name) {
  name = name.ltrim('/');
  if (name.empty())
    return UnknownLoc::get(context);
  return NameLoc::get(StringAttr::get(context, name));
}

static llvm::StringRef layerName(const ::onnx::NodeProto &proto) {
  if (!proto.name().empty() || proto.output_size() == 0)
    return proto.name();
  return proto.output(0);
}

Node::Node(Importer &importer, const ::onnx::NodeProto &proto, int index,
           Location fileLoc)
    : importer(importer), b(importer.getBuilder()), proto(proto),
      loc(nameLoc(fileLoc.getContext(), layerName(proto))),
      opset(importer.getModel().opset), index(index), fileLoc(fileLoc) {}

InFlightDiagnostic Node::error() const {
  InFlightDiagnostic diag = emitError(fileLoc);
  diag << "node " << index << " '" << layerName(proto) << "' ("
       << proto.op_type() << ", opset " << opset << "): ";
  return diag;
}

FailureOr<TensorRef> Node::required(unsigned i, llvm::StringRef what,
                                    int64_t rank) {
  TensorRef t = in(i);
  if (!t)
    return error() << "expected input " << i << " (" << what << "), found none";
  if (rank >= 0 && t->rank() != rank)
    return error() << "expected " << what << " of rank " << rank << ", found "
                   << shapeText(t->shape);
  return t;
}

FailureOr<std::optional<llvm::SmallVector<int64_t>>>
Node::constantInts(unsigned i, llvm::StringRef what) {
  using Result = std::optional<llvm::SmallVector<int64_t>>;
  TensorRef t = in(i);
  if (!t)
    return Result();
  if (!t->isConstant())
    return error() << "expected " << what
                   << " to be constant, found a value computed at run time";
  if (!integerBits(t->type))
    return error() << "expected integers as " << what << ", found "
                   << dataTypeName(t->type);
  return Result(t->host->ints());
}

FailureOr<std::optional<double>> Node::constantScalar(unsigned i,
                                                      llvm::StringRef what) {
  TensorRef t = in(i);
  if (!t)
    return std::optional<double>();
  if (!t->isConstant())
    return error() << "expected " << what
                   << " to be constant, found a value computed at run time";
  if (t->host->size() != 1)
    return error() << "expected one element as " << what << ", found "
                   << shapeText(t->shape);
  return std::optional<double>(t->host->floatAt(0));
}

LogicalResult Node::arity(unsigned min, unsigned max, unsigned maxOutputs) {
  if (inputs.size() < min || inputs.size() > max) {
    InFlightDiagnostic diag = error();
    diag << "expected " << min;
    if (max != min)
      diag << " to " << max;
    return diag << " inputs, found " << inputs.size();
  }
  for (unsigned i = 0; i < min; ++i)
    if (!inputs[i])
      return error() << "expected input " << i << ", found it omitted";
  for (int i = static_cast<int>(maxOutputs); i < proto.output_size(); ++i)
    if (!proto.output(i).empty())
      return error() << "expected at most " << maxOutputs
                     << " outputs to be used, found '" << proto.output(i)
                     << "'";
  return success();
}

const ::onnx::AttributeProto *Node::find(llvm::StringRef name, int type,
                                         llvm::StringRef typeName) {
  for (const auto &attribute : proto.attribute()) {
    if (attribute.name() != name)
      continue;
    used.insert(name);
    // Type 0: models before IR version 2 do not write it.
    if (attribute.type() == type || attribute.type() == 0)
      return &attribute;
    error() << "expected attribute '" << name << "' to be " << typeName
            << ", found attribute type " << static_cast<int>(attribute.type());
    attributeError = true;
    return nullptr;
  }
  return nullptr;
}

bool Node::has(llvm::StringRef name) {
  for (const auto &attribute : proto.attribute())
    if (attribute.name() == name)
      return true;
  return false;
}

int64_t Node::getInt(llvm::StringRef name, int64_t value) {
  auto *a = find(name, ::onnx::AttributeProto::INT, "an integer");
  return a ? a->i() : value;
}

double Node::getFloat(llvm::StringRef name, double value) {
  auto *a = find(name, ::onnx::AttributeProto::FLOAT, "a float");
  return a ? a->f() : value;
}

std::string Node::getString(llvm::StringRef name, llvm::StringRef value) {
  auto *a = find(name, ::onnx::AttributeProto::STRING, "a string");
  return a ? a->s() : value.str();
}

llvm::SmallVector<int64_t> Node::getInts(llvm::StringRef name) {
  auto *a = find(name, ::onnx::AttributeProto::INTS, "a list of integers");
  if (!a)
    return {};
  return llvm::SmallVector<int64_t>(a->ints().begin(), a->ints().end());
}

llvm::SmallVector<float> Node::getFloats(llvm::StringRef name) {
  auto *a = find(name, ::onnx::AttributeProto::FLOATS, "a list of floats");
  if (!a)
    return {};
  return llvm::SmallVector<float>(a->floats().begin(), a->floats().end());
}

const ::onnx::TensorProto *Node::getTensor(llvm::StringRef name) {
  auto *a = find(name, ::onnx::AttributeProto::TENSOR, "a tensor");
  return a && a->has_t() ? &a->t() : nullptr;
}

FailureOr<int64_t> Node::axisOf(int64_t axis, int64_t rank) {
  if (axis < -rank || axis >= rank)
    return error() << "expected an axis from " << -rank << " to " << rank - 1
                   << ", found " << axis;
  return axis < 0 ? axis + rank : axis;
}

FailureOr<std::optional<llvm::SmallVector<int64_t>>> Node::axes(unsigned i,
                                                                int64_t rank) {
  using Result = std::optional<llvm::SmallVector<int64_t>>;
  auto given = constantInts(i, "axes");
  if (failed(given))
    return failure();
  llvm::SmallVector<int64_t> list;
  if (*given)
    list = **given;
  else if (has("axes"))
    list = getInts("axes");
  else
    return Result();
  for (int64_t &axis : list) {
    FailureOr<int64_t> positive = axisOf(axis, rank);
    if (failed(positive))
      return failure();
    axis = *positive;
  }
  llvm::sort(list);
  if (std::adjacent_find(list.begin(), list.end()) != list.end())
    return error() << "expected different axes, found axis "
                   << *std::adjacent_find(list.begin(), list.end()) << " twice";
  return Result(std::move(list));
}

TensorRef Node::result(unsigned i, int32_t type, llvm::ArrayRef<int64_t> shape,
                       Value value, Layout layout,
                       llvm::ArrayRef<int64_t> flatDims) {
  auto t = std::make_shared<Tensor>();
  t->type = type;
  t->shape.assign(shape.begin(), shape.end());
  t->home = layout;
  t->forms[static_cast<unsigned>(layout)] = value;
  t->flatDims.assign(flatDims.begin(), flatDims.end());
  result(i, t);
  return t;
}

LogicalResult Node::finish() {
  if (attributeError)
    return failure();
  for (const auto &attribute : proto.attribute())
    if (!used.contains(attribute.name()))
      return error() << "attribute '" << attribute.name()
                     << "' is not supported";
  return success();
}
