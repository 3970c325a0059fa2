//===- Node.h - One ONNX node while it is imported -------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a handler sees: inputs, attributes, location, results. Attribute getters
// report a wrong type once and return the default, so handlers stay straight;
// the import fails after the handler. Attributes no getter asked for are an
// error: nothing is skipped silently.
//
//===----------------------------------------------------------------------===//

#ifndef QS_LIB_IMPORT_ONNX_NODE_H
#define QS_LIB_IMPORT_ONNX_NODE_H

#include "Importer.h"

namespace qs::importer {

class Node {
public:
  Node(Importer &importer, const ::onnx::NodeProto &proto, int index,
       mlir::Location fileLoc);

  Importer &importer;
  mlir::OpBuilder &b;
  const ::onnx::NodeProto &proto;
  mlir::Location loc;
  int64_t opset;

  llvm::StringRef op() const { return proto.op_type(); }
  mlir::InFlightDiagnostic error() const;

  /// Inputs; null where omitted.
  unsigned numInputs() const { return inputs.size(); }
  TensorRef in(unsigned i) const {
    return i < inputs.size() ? inputs[i] : nullptr;
  }
  void addInput(TensorRef t) { inputs.push_back(std::move(t)); }
  /// Input i, present; also checks its rank if >= 0.
  mlir::FailureOr<TensorRef> required(unsigned i, llvm::StringRef what,
                                      int64_t rank = -1);
  /// Input i as integers known at import; nullopt where omitted.
  mlir::FailureOr<std::optional<llvm::SmallVector<int64_t>>>
  constantInts(unsigned i, llvm::StringRef what);
  /// Input i as one float known at import; nullopt where omitted.
  mlir::FailureOr<std::optional<double>> constantScalar(unsigned i,
                                                        llvm::StringRef what);
  /// Fails unless min <= number of inputs <= max and outputs <= maxOutputs.
  mlir::LogicalResult arity(unsigned min, unsigned max,
                            unsigned maxOutputs = 1);

  bool has(llvm::StringRef name);
  int64_t getInt(llvm::StringRef name, int64_t value);
  double getFloat(llvm::StringRef name, double value);
  std::string getString(llvm::StringRef name, llvm::StringRef value);
  llvm::SmallVector<int64_t> getInts(llvm::StringRef name);
  llvm::SmallVector<float> getFloats(llvm::StringRef name);
  const ::onnx::TensorProto *getTensor(llvm::StringRef name);
  /// Marks an attribute as read that has no meaning here.
  void ignore(llvm::StringRef name) { used.insert(name); }

  /// `axis` counted from the front; an error if out of range.
  mlir::FailureOr<int64_t> axisOf(int64_t axis, int64_t rank);
  /// Axes from input `i` or the attribute `axes`; sorted, without repetition.
  /// nullopt where neither is given.
  mlir::FailureOr<std::optional<llvm::SmallVector<int64_t>>> axes(unsigned i,
                                                                  int64_t rank);

  /// Defines output i.
  void result(unsigned i, TensorRef t) {
    if (results.size() <= i)
      results.resize(i + 1);
    results[i] = std::move(t);
  }
  /// The same from a new IR value.
  TensorRef result(unsigned i, int32_t type, llvm::ArrayRef<int64_t> shape,
                   mlir::Value value, Layout layout = Layout::Natural,
                   llvm::ArrayRef<int64_t> flatDims = {});

  mlir::Value get(const TensorRef &t, Layout layout = Layout::Natural) {
    return importer.get(t, layout, loc);
  }
  mlir::RankedTensorType tensorType(int32_t type,
                                    llvm::ArrayRef<int64_t> shape) {
    return mlir::RankedTensorType::get(shape,
                                       storageType(b.getContext(), type));
  }
  /// Creates `Op` with a result like `value` but of another shape.
  template <typename Op, typename... Args>
  mlir::Value make(llvm::ArrayRef<int64_t> shape, mlir::Type element,
                   Args &&...args) {
    return Op::create(b, loc, mlir::RankedTensorType::get(shape, element),
                      std::forward<Args>(args)...);
  }

  /// Reports attributes that were not read; says whether all went well.
  mlir::LogicalResult finish();
  llvm::ArrayRef<TensorRef> getResults() const { return results; }

private:
  const ::onnx::AttributeProto *find(llvm::StringRef name, int type,
                                     llvm::StringRef typeName);

  int index;
  mlir::Location fileLoc;
  llvm::SmallVector<TensorRef, 4> inputs;
  llvm::SmallVector<TensorRef, 2> results;
  llvm::StringSet<> used;
  bool attributeError = false;
};

/// Element type and shape of an IR value.
inline mlir::RankedTensorType typeOf(mlir::Value value) {
  return llvm::cast<mlir::RankedTensorType>(value.getType());
}

// Emission shared by several families of operators.

/// Relu and Clip: max(min, min(max, x)); layout is kept.
mlir::LogicalResult emitClamp(Node &node, const TensorRef &x, double min,
                              double max);
/// Rounds floats toward zero.
mlir::Value emitTruncate(Node &node, mlir::Value x, int32_t type);
/// Cast from or to a type that TOSA does not compute in.
mlir::LogicalResult importCodeCast(Node &node, const TensorRef &x, int32_t to);
/// x * y, of equal rank.
mlir::Value emitMul(Node &node, mlir::Value x, mlir::Value y);
/// Both operands in one layout, of equal rank, and the broadcast result.
struct Operands {
  llvm::SmallVector<mlir::Value, 3> values;
  Layout layout = Layout::Natural;
  Shape shape;    // logical
  Shape physical; // in `layout`
  Shape flatDims;
};
mlir::FailureOr<Operands> alignOperands(Node &node,
                                        llvm::ArrayRef<TensorRef> tensors);
/// Operand `x` in the layout it has, for operations on single elements.
Operands unaryOperand(Node &node, const TensorRef &x);
/// Numpy broadcasting; nullopt where the shapes do not fit.
std::optional<Shape> broadcastShapes(llvm::ArrayRef<int64_t> x,
                                     llvm::ArrayRef<int64_t> y);

/// Shape after Reshape, Flatten, Squeeze or Unsqueeze.
mlir::FailureOr<Shape> reshapedShape(Node &node);
/// Slice, one entry for each dimension of the input.
struct SliceSpec {
  Shape start, step, size;
};
mlir::FailureOr<SliceSpec> sliceSpec(Node &node, llvm::ArrayRef<int64_t> shape);
/// Attribute `perm` of Transpose, by default the reverse order.
mlir::FailureOr<Shape> transposePerm(Node &node, int64_t rank);

} // namespace qs::importer

#endif // QS_LIB_IMPORT_ONNX_NODE_H
