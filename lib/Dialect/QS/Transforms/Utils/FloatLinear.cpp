//===- FloatLinear.cpp - one view of the linear ops ----------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Dialect/QS/Transforms/Utils/FloatLinear.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "qs/Dialect/QS/Transforms/Utils/Constants.h"

using namespace mlir;
using namespace qs;

/// The bias of a TOSA convolution, or null where it is all zero. TOSA lets one
/// element stand for every channel; `rebuildFloat` and folding read it so.
template <typename OpTy> static FloatLinear viewTosaConv(OpTy op) {
  FloatLinear view;
  view.op = op;
  view.input = op.getInput();
  view.weight = op.getWeight();
  view.bias = op.getBias();
  view.pad.assign(op.getPad().begin(), op.getPad().end());
  view.stride.assign(op.getStride().begin(), op.getStride().end());
  view.dilation.assign(op.getDilation().begin(), op.getDilation().end());
  return view;
}

std::optional<FloatLinear> FloatLinear::get(Operation *op) {
  FloatLinear view;
  if (auto conv = dyn_cast<tosa::Conv2DOp>(op)) {
    view = viewTosaConv(conv);
    view.kind = Kind::Conv;
  } else if (auto conv = dyn_cast<tosa::DepthwiseConv2DOp>(op)) {
    view = viewTosaConv(conv);
    view.kind = Kind::Depthwise;
    view.groups = cast<ShapedType>(conv.getWeight().getType()).getDimSize(2);
  } else if (auto matmul = dyn_cast<tosa::MatMulOp>(op)) {
    view.kind = Kind::Matmul;
    view.input = matmul.getA();
    view.weight = matmul.getB();
  } else if (auto conv = dyn_cast<qs::Conv2DOp>(op)) {
    view.kind = Kind::Conv;
    view.input = conv.getInput();
    view.weight = conv.getWeight();
    view.bias = conv.getBias();
    view.pad.assign(conv.getPad().begin(), conv.getPad().end());
    view.stride.assign(conv.getStride().begin(), conv.getStride().end());
    view.dilation.assign(conv.getDilation().begin(), conv.getDilation().end());
    view.groups = conv.getGroups();
  } else if (auto matmul = dyn_cast<qs::MatmulOp>(op)) {
    view.kind = matmul.getTransposeRhs() ? Kind::MatmulT : Kind::Matmul;
    view.input = matmul.getLhs();
    view.weight = matmul.getRhs();
    view.bias = matmul.getBias();
  } else {
    return {};
  }
  view.op = op;
  auto isFloat = [](Value v) {
    auto type = dyn_cast<RankedTensorType>(v.getType());
    return type && type.getElementType().isF32();
  };
  if (!isFloat(view.input) || !isFloat(view.weight) ||
      !isFloat(op->getResult(0)) || !view.weightType().hasStaticShape())
    return {};
  return view;
}

bool FloatLinear::hasPadding() const {
  return llvm::any_of(pad, [](int64_t p) { return p != 0; });
}
RankedTensorType FloatLinear::weightType() const {
  return cast<RankedTensorType>(weight.getType());
}
RankedTensorType FloatLinear::resultType() const {
  return cast<RankedTensorType>(op->getResult(0).getType());
}
int64_t FloatLinear::outputChannels() const {
  ArrayRef<int64_t> shape = weightType().getShape();
  switch (kind) {
  case Kind::Conv:
    return shape[0];
  case Kind::Depthwise:
    return shape[2] * shape[3];
  case Kind::Matmul:
    return shape.back();
  case Kind::MatmulT:
    return shape[shape.size() - 2];
  }
  llvm_unreachable("unknown kind");
}
int64_t FloatLinear::scaledAxis() const {
  int64_t rank = weightType().getRank();
  switch (kind) {
  case Kind::Conv:
    return 0;
  case Kind::Depthwise:
    return 2;
  case Kind::Matmul:
    return rank - 1;
  case Kind::MatmulT:
    return rank - 2;
  }
  llvm_unreachable("unknown kind");
}
int64_t FloatLinear::reducedAxis() const {
  int64_t rank = weightType().getRank();
  switch (kind) {
  case Kind::Conv:
    return 3;
  case Kind::Depthwise:
    return 1;
  case Kind::Matmul:
    return rank - 2;
  case Kind::MatmulT:
    return rank - 1;
  }
  llvm_unreachable("unknown kind");
}

StringRef FloatLinear::opName() const {
  if (!isConv())
    return "matmul";
  if (kind == Kind::Depthwise)
    return "depthwise";
  return groups > 1 && weightType().getDimSize(3) == 1 ? "depthwise" : "conv";
}

int64_t FloatLinear::channelOf(int64_t flat) const {
  ArrayRef<int64_t> shape = weightType().getShape();
  switch (kind) {
  case Kind::Conv:
    return flat / (shape[1] * shape[2] * shape[3]);
  case Kind::Depthwise:
    return flat % (shape[2] * shape[3]);
  case Kind::Matmul:
    return flat % shape.back();
  case Kind::MatmulT:
    return flat / shape.back() % shape[shape.size() - 2];
  }
  llvm_unreachable("unknown kind");
}

SmallVector<int64_t> FloatLinear::qsWeightShape() const {
  SmallVector<int64_t> shape(weightType().getShape());
  if (kind == Kind::Depthwise)
    return {shape[2] * shape[3], shape[0], shape[1], 1};
  if (!isConv())
    while (shape.size() > 2 && shape.front() == 1)
      shape.erase(shape.begin());
  return shape;
}

int64_t FloatLinear::qsIndexOf(int64_t flat) const {
  if (kind != Kind::Depthwise)
    return flat;
  ArrayRef<int64_t> shape = weightType().getShape();
  int64_t channels = shape[2] * shape[3];
  return flat % channels * (shape[0] * shape[1]) + flat / channels;
}

int64_t FloatLinear::inputChannels() const {
  ArrayRef<int64_t> shape = weightType().getShape();
  return kind == Kind::Conv        ? shape[3] * groups
         : kind == Kind::Depthwise ? shape[2]
                                   : shape[reducedAxis()];
}

int64_t FloatLinear::inputChannelOf(int64_t flat) const {
  ArrayRef<int64_t> shape = weightType().getShape();
  switch (kind) {
  case Kind::Conv: {
    int64_t group = channelOf(flat) / std::max<int64_t>(shape[0] / groups, 1);
    return group * shape[3] + flat % shape[3];
  }
  case Kind::Depthwise:
    return flat / shape[3] % shape[2];
  case Kind::Matmul:
    return flat / shape.back() % shape[shape.size() - 2];
  case Kind::MatmulT:
    return flat % shape.back();
  }
  llvm_unreachable("unknown kind");
}

int64_t FloatLinear::matrices() const {
  return kind == Kind::Depthwise ? weightType().getDimSize(2) : groups;
}

int64_t FloatLinear::matrixOf(int64_t outputChannel) const {
  return outputChannel /
         std::max<int64_t>(outputChannels() / std::max<int64_t>(matrices(), 1),
                           1);
}

int64_t FloatLinear::columns() const {
  ArrayRef<int64_t> shape = weightType().getShape();
  switch (kind) {
  case Kind::Conv:
    return shape[1] * shape[2] * shape[3];
  case Kind::Depthwise:
    return shape[0] * shape[1];
  case Kind::Matmul:
  case Kind::MatmulT:
    return shape[reducedAxis()];
  }
  llvm_unreachable("unknown kind");
}

int64_t FloatLinear::columnOf(int64_t flat) const {
  switch (kind) {
  case Kind::Conv:
    return flat % columns();
  case Kind::Depthwise:
    return flat / outputChannels();
  case Kind::Matmul:
  case Kind::MatmulT:
    return inputChannelOf(flat);
  }
  llvm_unreachable("unknown kind");
}

bool FloatLinear::hasBatchedWeights() const {
  return !isConv() && qsWeightShape().size() > 2;
}

Value FloatLinear::replaceConstants(OpBuilder &builder,
                                    ArrayRef<float> newWeight,
                                    ArrayRef<float> newBias) {
  builder.setInsertionPoint(op);
  Value w =
      makeWeights(builder, weight.getLoc(), weightType().getShape(), newWeight);
  Value b;
  if (!newBias.empty())
    b = makeWeights(builder, bias ? bias.getLoc() : op->getLoc(),
                    int64_t(newBias.size()), newBias);
  op->replaceUsesOfWith(weight, w);
  weight = w;
  if (!b)
    return op->getResult(0);
  if (isa<tosa::Conv2DOp, tosa::DepthwiseConv2DOp>(op)) {
    op->setOperand(2, b);
  } else if (auto conv = dyn_cast<qs::Conv2DOp>(op)) {
    conv.getBiasMutable().assign(b);
  } else if (auto matmul = dyn_cast<qs::MatmulOp>(op)) {
    matmul.getBiasMutable().assign(b);
  } else {
    SmallVector<int64_t> shape = qsWeightShape();
    if (shape.size() != size_t(weightType().getRank()))
      w = makeWeights(builder, w.getLoc(), shape, newWeight);
    weight = w;
    auto built =
        qs::MatmulOp::create(builder, op->getLoc(), resultType(), input, w,
                             Value(), Value(), b, /*transpose_rhs=*/false);
    built->setDiscardableAttrs(op->getDiscardableAttrDictionary());
    op->getResult(0).replaceAllUsesWith(built.getResult());
    op = built;
  }
  bias = b;
  return op->getResult(0);
}
