//===- Importer.h - State of one import ------------------------*- C++ -*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A value of the graph is a `Tensor`: ONNX's shape and type, and up to three
// physical forms in the IR, made when first asked for and then shared:
//
//   Natural       the dimensions as ONNX orders them
//   ChannelsLast  [N, C, spatial...] stored as [N, spatial..., C]
//   FlatChannels  [N, C*H*W] stored as [N, H*W*C]: a flattened ChannelsLast.
//                 Gemm takes it by permuting its weights, so that flattening
//                 an image costs no transpose
//
// Constants stay on the host until an operation needs them, and are permuted
// there.
//
//===----------------------------------------------------------------------===//

#ifndef QS_LIB_IMPORT_ONNX_IMPORTER_H
#define QS_LIB_IMPORT_ONNX_IMPORTER_H

#include "Model.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "qs/Import/ONNX/ImportONNX.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

namespace qs::importer {

enum class Layout { Natural, ChannelsLast, FlatChannels };
constexpr unsigned kLayouts = 3;

struct Tensor;
using TensorRef = std::shared_ptr<Tensor>;

/// A constant that was quantized: the codes, and what turns them into reals.
/// Weights are permuted before they are dequantized.
struct QuantizedConstant {
  HostTensor codes;
  TensorRef scale, zeroPoint; // zeroPoint may be null
  /// Axis of the scale in `codes`; -1 for one scale for all.
  int64_t axis = -1;
  /// Elements of the axis that share a scale; 0 if each index has its own.
  int64_t group = 0;
  mlir::Location loc;
};

struct Tensor {
  int32_t type = kUndefined;
  Shape shape;
  /// The form the value was computed in.
  Layout home = Layout::Natural;
  mlir::Value forms[kLayouts];
  /// The value with a quantized element type, in the layout `home`; set for
  /// results of quantized operations. The forms hold plain storage.
  mlir::Value coded;
  /// An i32 value equal to this zero point, where there is one.
  mlir::Value wide;
  /// Set for constants.
  std::optional<HostTensor> host;
  /// Name of the initializer, for the location of the constant.
  std::string constantName;
  /// Set for the real value of a quantized constant.
  std::shared_ptr<QuantizedConstant> quantized;
  /// [C, spatial...] where a FlatChannels form can exist.
  Shape flatDims;

  int64_t rank() const { return static_cast<int64_t>(shape.size()); }
  bool isConstant() const { return host.has_value(); }
};

/// Reshape to `split`, transpose by `perm`, reshape to `shape`.
struct Relayout {
  Shape split, perm, shape;
};

class Node;
using Handler = mlir::LogicalResult (*)(Node &);
using HandlerTable = llvm::StringMap<Handler>;

class Importer {
public:
  Importer(const Model &model, const ImportONNXOptions &options,
           mlir::Location fileLoc);
  mlir::OwningOpRef<mlir::ModuleOp> run();

  mlir::OpBuilder &getBuilder() { return builder; }
  const Model &getModel() const { return model; }

  TensorRef constant(HostTensor host, llvm::StringRef name = "");

  /// The IR value of `t` in `layout`. FlatChannels needs `flatDims`.
  mlir::Value get(const TensorRef &t, Layout layout, mlir::Location loc);
  /// The value relaid for an operation that wants a layout of its own;
  /// constants are permuted on the host.
  mlir::Value get(const TensorRef &t, const Relayout &relayout,
                  mlir::Location loc);

  // Small pieces of IR (Layout.cpp).
  mlir::Value materialize(const HostTensor &host, llvm::StringRef name,
                          mlir::Location loc);
  mlir::Value splat(int32_t type, llvm::ArrayRef<int64_t> shape, double value,
                    mlir::Location loc);
  mlir::Value constShape(llvm::ArrayRef<int64_t> dims, mlir::Location loc);
  mlir::Value reshape(mlir::Value value, llvm::ArrayRef<int64_t> shape,
                      mlir::Location loc);
  /// A reshape where only dimensions of size 1 move.
  mlir::Value transpose(mlir::Value value, llvm::ArrayRef<int64_t> perm,
                        mlir::Location loc);
  mlir::Value slice(mlir::Value value, llvm::ArrayRef<int64_t> start,
                    llvm::ArrayRef<int64_t> size, mlir::Location loc);
  /// Broadcasts to `shape` by repeating dimensions of size 1.
  mlir::Value broadcast(mlir::Value value, llvm::ArrayRef<int64_t> shape,
                        mlir::Location loc);

private:
  /// The value in its home layout as plain storage.
  mlir::Value storageForm(const TensorRef &t, mlir::Location loc);
  /// Dequantizes permuted codes; null where an axis of scales is split.
  mlir::Value relayQuantized(const Tensor &t, const Relayout &relayout,
                             mlir::Location loc);
  /// What a value looks like in the signature of the function: codes keep
  /// their signedness there, everything else is plain storage.
  mlir::Type boundaryType(const Tensor &t);
  void setBoundaryValue(Tensor &t, mlir::Value value);
  mlir::Value boundaryForm(const TensorRef &t, mlir::Location loc);
  mlir::LogicalResult importInitializers();
  mlir::LogicalResult importInputs();
  mlir::LogicalResult importNodes();
  mlir::LogicalResult importOutputs();
  mlir::FailureOr<Shape> inputShape(const ::onnx::ValueInfoProto &info);
  mlir::LogicalResult importNode(Node &node);
  mlir::LogicalResult define(llvm::StringRef name, TensorRef tensor,
                             EmitError emitError);
  void describeUndefined(mlir::InFlightDiagnostic &diag, llvm::StringRef name);

  const Model &model;
  const ImportONNXOptions &options;
  mlir::Location fileLoc;
  mlir::OpBuilder builder;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  mlir::Operation *function = nullptr;
  llvm::StringMap<TensorRef> values;
  HandlerTable handlers;
};

/// Physical dimensions of `shape` in `layout`.
Shape physicalShape(const Tensor &t, Layout layout);
/// Physical position of logical axis `axis`.
int64_t physicalAxis(int64_t axis, int64_t rank, Layout layout);
/// perm of [N, C, spatial...] to [N, spatial..., C], and its inverse.
Shape toChannelsLast(int64_t rank);
Shape toNatural(int64_t rank);
Shape permuted(llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<int64_t> perm);

/// NameLoc of a node or initializer. A leading slash, which torch's exporter
/// writes, is dropped: recipes match layers as "conv1*".
mlir::Location nameLoc(mlir::MLIRContext *context, llvm::StringRef name);

/// Computes a node whose inputs are known on the host, if it is one of the
/// operators that exporters use to compute shapes; success(false) otherwise.
mlir::FailureOr<bool> foldOnHost(Node &node);

void addConstantOps(HandlerTable &table);
void addConvOps(HandlerTable &table);
void addElementwiseOps(HandlerTable &table);
void addFunctionOps(HandlerTable &table);
void addMatMulOps(HandlerTable &table);
void addPoolOps(HandlerTable &table);
void addQLinearOps(HandlerTable &table);
void addQuantOps(HandlerTable &table);
void addReduceOps(HandlerTable &table);
void addShapeOps(HandlerTable &table);

} // namespace qs::importer

#endif // QS_LIB_IMPORT_ONNX_IMPORTER_H
