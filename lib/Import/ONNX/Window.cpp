//===- Window.cpp - Sliding windows of convolution and pooling ------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Window.h"

using namespace mlir;
using namespace qs::importer;

/// Larger sizes overflow nothing, but no network has them.
constexpr int64_t kWindowLimit = int64_t(1) << 30;

DenseI64ArrayAttr Window::kernelAttr(OpBuilder &b) const {
  return b.getDenseI64ArrayAttr({dims[0].kernel, dims[1].kernel});
}

DenseI64ArrayAttr Window::strideAttr(OpBuilder &b) const {
  return b.getDenseI64ArrayAttr({dims[0].stride, dims[1].stride});
}

DenseI64ArrayAttr Window::dilationAttr(OpBuilder &b) const {
  return b.getDenseI64ArrayAttr({dims[0].dilation, dims[1].dilation});
}

DenseI64ArrayAttr Window::padAttr(OpBuilder &b) const {
  return b.getDenseI64ArrayAttr({dims[0].before, dims[0].fittedAfter,
                                 dims[1].before, dims[1].fittedAfter});
}

Shape Window::outputShape(int64_t outChannels) const {
  Shape shape = {batch, outChannels};
  for (int64_t i = 2 - spatial; i < 2; ++i)
    shape.push_back(dims[i].output);
  return shape;
}

Shape Window::outputNHWC(int64_t outChannels) const {
  return {batch, dims[0].output, dims[1].output, outChannels};
}

/// Attribute `name` with one positive entry for each spatial dimension.
static LogicalResult readSizes(Node &node, llvm::StringRef name,
                               int64_t spatial,
                               llvm::SmallVectorImpl<int64_t> &sizes) {
  sizes = node.getInts(name);
  if (sizes.empty())
    sizes.assign(spatial, 1);
  bool valid = static_cast<int64_t>(sizes.size()) == spatial;
  for (int64_t size : sizes)
    valid &= size >= 1 && size <= kWindowLimit;
  if (!valid)
    return node.error() << "expected " << spatial << " positive " << name
                        << ", found " << shapeText(sizes);
  return success();
}

static LogicalResult fit(Node &node, WindowDim &d, bool ceil) {
  int64_t span = d.dilation * (d.kernel - 1) + 1;
  int64_t room = d.input + d.before + d.after - span;
  if (room < 0)
    return node.error() << "expected a padded input of at least " << span
                        << ", found " << d.input + d.before + d.after;
  d.output = room / d.stride + 1;
  // The last window has to start inside the input or its left padding.
  if (ceil && room % d.stride != 0 && d.output * d.stride < d.input + d.before)
    ++d.output;
  d.fittedAfter = (d.output - 1) * d.stride + span - d.input - d.before;
  if (d.fittedAfter < 0) {
    d.crop = -d.fittedAfter;
    d.fittedAfter = 0;
  }
  return success();
}

FailureOr<Window> qs::importer::readWindow(Node &node, const Tensor &x,
                                           llvm::ArrayRef<int64_t> kernel) {
  int64_t spatial = x.rank() - 2;
  if (spatial != 1 && spatial != 2)
    return node.error() << "expected an input of rank 3 or 4, found "
                        << shapeText(x.shape);
  if (static_cast<int64_t>(kernel.size()) != spatial)
    return node.error() << "expected a kernel of " << spatial
                        << " dimensions, found " << shapeText(kernel);
  for (int64_t size : kernel)
    if (size < 1 || size > kWindowLimit)
      return node.error() << "expected a positive kernel shape, found "
                          << shapeText(kernel);
  llvm::SmallVector<int64_t> strides, dilations;
  if (failed(readSizes(node, "strides", spatial, strides)) ||
      failed(readSizes(node, "dilations", spatial, dilations)))
    return failure();
  llvm::SmallVector<int64_t> pads = node.getInts("pads");
  std::string autoPad = node.getString("auto_pad", "NOTSET");
  bool same = autoPad == "SAME_UPPER" || autoPad == "SAME_LOWER";
  if (!same && autoPad != "NOTSET" && autoPad != "VALID")
    return node.error() << "expected auto_pad NOTSET, VALID, SAME_UPPER or "
                           "SAME_LOWER, found '"
                        << autoPad << "'";
  if (pads.empty() || autoPad != "NOTSET")
    pads.assign(2 * spatial, 0);
  bool valid = static_cast<int64_t>(pads.size()) == 2 * spatial;
  for (int64_t pad : pads)
    valid &= pad >= 0 && pad <= kWindowLimit;
  if (!valid)
    return node.error() << "expected " << 2 * spatial
                        << " pads from 0 to 2^30, found " << shapeText(pads);
  bool ceil = node.getInt("ceil_mode", 0) != 0;

  Window window;
  window.batch = x.shape[0];
  window.channels = x.shape[1];
  window.spatial = spatial;
  for (int64_t i = 0; i < spatial; ++i) {
    WindowDim &d = window.dims[2 - spatial + i];
    d.input = x.shape[i + 2];
    d.kernel = kernel[i];
    d.stride = strides[i];
    d.dilation = dilations[i];
    d.before = pads[i];
    d.after = pads[i + spatial];
    if (same) {
      int64_t output = (d.input + d.stride - 1) / d.stride;
      int64_t total =
          std::max<int64_t>(0, (output - 1) * d.stride +
                                   d.dilation * (d.kernel - 1) + 1 - d.input);
      int64_t less = total / 2;
      d.before = autoPad == "SAME_UPPER" ? less : total - less;
      d.after = total - d.before;
    }
    if (failed(fit(node, d, ceil)))
      return failure();
  }
  return window;
}

Value qs::importer::windowInput(Node &node, const TensorRef &x,
                                const Window &window) {
  Value value = node.get(x, Layout::ChannelsLast);
  value = node.importer.reshape(value,
                                {window.batch, window.dims[0].input,
                                 window.dims[1].input, window.channels},
                                node.loc);
  return node.importer.slice(
      value, {0, 0, 0, 0},
      {window.batch, window.dims[0].input - window.dims[0].crop,
       window.dims[1].input - window.dims[1].crop, window.channels},
      node.loc);
}

TensorRef qs::importer::windowResult(Node &node, int32_t type,
                                     const Window &window, int64_t channels,
                                     Value value) {
  Tensor out;
  out.shape = window.outputShape(channels);
  value = node.importer.reshape(value, physicalShape(out, Layout::ChannelsLast),
                                node.loc);
  return node.result(0, type, out.shape, value, Layout::ChannelsLast);
}
