//===- ShapeOps.cpp - Reshape, Transpose, Concat, Slice, Pad, ... ---------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Node.h"

using namespace mlir;
using namespace qs::importer;

/// Target of Reshape: 0 keeps a dimension, one -1 is computed.
static FailureOr<Shape> reshapeTarget(Node &node, const Tensor &x) {
  auto dims = node.constantInts(1, "shape");
  if (failed(dims))
    return failure();
  llvm::SmallVector<int64_t> target =
      *dims ? **dims : node.getInts("shape"); // an attribute before opset 5
  bool allowZero = node.getInt("allowzero", 0) != 0;
  Shape shape;
  int64_t unknown = -1;
  for (auto [i, dim] : llvm::enumerate(target)) {
    if (dim == 0 && !allowZero) {
      if (i >= x.shape.size())
        return node.error() << "expected a dimension " << i
                            << " to keep, found " << shapeText(x.shape);
      dim = x.shape[i];
    } else if (dim == -1 && unknown < 0) {
      unknown = static_cast<int64_t>(i);
      dim = 1;
    } else if (dim < 0) {
      return node.error() << "expected positive dimensions and at most one -1, "
                             "found "
                          << shapeText(target);
    }
    shape.push_back(dim);
  }
  std::optional<int64_t> have = elementCount(x.shape);
  std::optional<int64_t> want = elementCount(shape);
  bool fits = have && want;
  if (fits && unknown >= 0) {
    fits = *want > 0 && *have % *want == 0;
    shape[unknown] = fits ? *have / *want : 0;
  } else if (fits) {
    fits = *have == *want;
  }
  if (!fits)
    return node.error() << "expected a shape of as many elements as "
                        << shapeText(x.shape) << ", found "
                        << shapeText(target);
  return shape;
}

FailureOr<Shape> qs::importer::reshapedShape(Node &node) {
  const Tensor &x = *node.in(0);
  if (node.op() == "Reshape")
    return reshapeTarget(node, x);
  if (node.op() == "Flatten") {
    int64_t axis = node.getInt("axis", 1);
    if (axis < -x.rank() || axis > x.rank())
      return node.error() << "expected an axis from " << -x.rank() << " to "
                          << x.rank() << ", found " << axis;
    axis += axis < 0 ? x.rank() : 0;
    Shape shape = {1, 1};
    for (int64_t i = 0; i < x.rank(); ++i)
      shape[i < axis ? 0 : 1] *= x.shape[i];
    return shape;
  }
  Shape shape;
  if (node.op() == "Squeeze") {
    auto axes = node.axes(1, x.rank());
    if (failed(axes))
      return failure();
    for (int64_t i = 0; i < x.rank(); ++i) {
      bool drop = *axes ? llvm::is_contained(**axes, i) : x.shape[i] == 1;
      if (drop && x.shape[i] != 1)
        return node.error() << "expected dimension " << i
                            << " of size 1, found " << shapeText(x.shape);
      if (!drop)
        shape.push_back(x.shape[i]);
    }
    return shape;
  }
  auto given = node.constantInts(1, "axes");
  if (failed(given))
    return failure();
  int64_t rank =
      x.rank() + static_cast<int64_t>(*given ? (*given)->size()
                                             : node.getInts("axes").size());
  auto axes = node.axes(1, rank);
  if (failed(axes))
    return failure();
  if (!*axes)
    return node.error() << "expected axes, found none";
  size_t next = 0;
  for (int64_t i = 0; i < rank; ++i)
    shape.push_back(llvm::is_contained(**axes, i) ? 1 : x.shape[next++]);
  return shape;
}

static LogicalResult importReshape(Node &node) {
  if (failed(node.arity(1, 2)))
    return failure();
  TensorRef x = node.in(0);
  FailureOr<Shape> shape = reshapedShape(node);
  if (failed(shape))
    return failure();
  if (!elementCount(*shape).value_or(0))
    return node.error() << "expected a non-empty result, found "
                        << shapeText(*shape);
  if (x->shape == *shape) {
    node.result(0, x);
    return success();
  }
  // An image whose channels and pixels keep apart stays as it is stored.
  if (x->home == Layout::ChannelsLast && x->rank() > 2) {
    Shape spatial(x->shape.begin() + 2, x->shape.end());
    int64_t pixels = elementCount(spatial).value_or(0);
    bool sameOrder = pixels == 1 || x->shape[1] == 1;
    if (!sameOrder && shape->size() == 2 && (*shape)[0] == x->shape[0]) {
      Shape flat(x->shape.begin() + 1, x->shape.end());
      Value value = node.get(x, Layout::ChannelsLast);
      node.result(0, x->type, *shape,
                  node.importer.reshape(value, *shape, node.loc),
                  Layout::FlatChannels, flat);
      return success();
    }
    if (sameOrder) {
      Value value = node.get(x, Layout::ChannelsLast);
      node.result(0, x->type, *shape,
                  node.importer.reshape(value, *shape, node.loc));
      return success();
    }
  }
  Value value = node.get(x);
  node.result(0, x->type, *shape,
              node.importer.reshape(value, *shape, node.loc));
  return success();
}

FailureOr<Shape> qs::importer::transposePerm(Node &node, int64_t rank) {
  Shape perm;
  if (node.has("perm")) {
    llvm::SmallVector<int64_t> given = node.getInts("perm");
    perm.assign(given.begin(), given.end());
  } else {
    for (int64_t i = rank - 1; i >= 0; --i)
      perm.push_back(i);
  }
  Shape sorted = perm;
  llvm::sort(sorted);
  bool valid = static_cast<int64_t>(perm.size()) == rank;
  for (int64_t i = 0; valid && i < rank; ++i)
    valid = sorted[i] == i;
  if (!valid)
    return node.error() << "expected a permutation of " << rank
                        << " dimensions, found " << shapeText(perm);
  return perm;
}

static LogicalResult importTranspose(Node &node) {
  if (failed(node.arity(1, 1)))
    return failure();
  TensorRef x = node.in(0);
  FailureOr<Shape> perm = transposePerm(node, x->rank());
  if (failed(perm))
    return failure();
  Shape shape = permuted(x->shape, *perm);
  // NCHW to NHWC of a value that is stored as NHWC already.
  if (x->home == Layout::ChannelsLast && *perm == toChannelsLast(x->rank())) {
    node.result(0, x->type, shape, node.get(x, Layout::ChannelsLast));
    return success();
  }
  // The other direction: what the exporter of an NHWC framework writes.
  if (x->home == Layout::Natural && x->rank() > 2 &&
      *perm == toNatural(x->rank())) {
    node.result(0, x->type, shape, node.get(x), Layout::ChannelsLast);
    return success();
  }
  Value value = node.importer.transpose(node.get(x), *perm, node.loc);
  node.result(0, x->type, shape, value);
  return success();
}

static LogicalResult importConcat(Node &node) {
  if (failed(node.arity(1, 1u << 16)))
    return failure();
  TensorRef first = node.in(0);
  auto axis = node.axisOf(node.getInt("axis", 1), first->rank());
  if (failed(axis))
    return failure();
  Layout layout = Layout::Natural;
  Shape shape = first->shape;
  shape[*axis] = 0;
  for (unsigned i = 0; i < node.numInputs(); ++i) {
    auto part = node.required(i, "part", first->rank());
    if (failed(part))
      return failure();
    Shape expected = first->shape;
    expected[*axis] = (*part)->shape[*axis];
    if ((*part)->type != first->type || (*part)->shape != expected)
      return node.error() << "expected inputs of one type and shape except for "
                             "axis "
                          << *axis << ", found " << shapeText(first->shape)
                          << " of " << dataTypeName(first->type) << " and "
                          << shapeText((*part)->shape) << " of "
                          << dataTypeName((*part)->type);
    shape[*axis] += expected[*axis];
    if ((*part)->home == Layout::ChannelsLast && first->rank() > 2)
      layout = Layout::ChannelsLast;
  }
  llvm::SmallVector<Value> parts;
  for (unsigned i = 0; i < node.numInputs(); ++i)
    parts.push_back(node.get(node.in(i), layout));
  Tensor out;
  out.shape = shape;
  Value value = node.make<tosa::ConcatOp>(
      physicalShape(out, layout), typeOf(parts[0]).getElementType(), parts,
      node.b.getI32IntegerAttr(
          static_cast<int32_t>(physicalAxis(*axis, first->rank(), layout))));
  node.result(0, first->type, shape, value, layout);
  return success();
}

FailureOr<SliceSpec> qs::importer::sliceSpec(Node &node,
                                             llvm::ArrayRef<int64_t> shape) {
  int64_t rank = static_cast<int64_t>(shape.size());
  llvm::SmallVector<int64_t> starts, ends, axes, steps;
  if (node.numInputs() > 1) {
    auto s = node.constantInts(1, "starts"), e = node.constantInts(2, "ends"),
         a = node.constantInts(3, "axes"), t = node.constantInts(4, "steps");
    if (failed(s) || failed(e) || failed(a) || failed(t))
      return failure();
    if (!*s || !*e)
      return node.error() << "expected starts and ends, found them omitted";
    starts = **s;
    ends = **e;
    axes = a->value_or(llvm::SmallVector<int64_t>());
    steps = t->value_or(llvm::SmallVector<int64_t>());
  } else {
    starts = node.getInts("starts");
    ends = node.getInts("ends");
    axes = node.getInts("axes");
  }
  if (axes.empty())
    axes = llvm::to_vector(llvm::seq<int64_t>(0, starts.size()));
  if (steps.empty())
    steps.assign(starts.size(), 1);
  if (ends.size() != starts.size() || axes.size() != starts.size() ||
      steps.size() != starts.size())
    return node.error() << "expected as many ends, axes and steps as starts ("
                        << starts.size() << "), found " << ends.size() << ", "
                        << axes.size() << ", " << steps.size();
  SliceSpec spec;
  spec.start.assign(rank, 0);
  spec.step.assign(rank, 1);
  spec.size.assign(shape.begin(), shape.end());
  for (auto [start, end, axisIn, step] :
       llvm::zip_equal(starts, ends, axes, steps)) {
    auto axis = node.axisOf(axisIn, rank);
    if (failed(axis))
      return failure();
    int64_t dim = shape[*axis];
    if (step == 0 || step < -(int64_t(1) << 40) || step > (int64_t(1) << 40))
      return node.error() << "expected a step other than 0, found " << step;
    // Out of range is clamped, as the specification says.
    int64_t low = step > 0 ? 0 : -1, high = step > 0 ? dim : dim - 1;
    auto clamp = [&](int64_t i, int64_t most) {
      if (i < 0)
        i = i < -dim ? -1 : i + dim;
      return std::min(std::max(i, low), most);
    };
    int64_t first = clamp(start, high);
    // Negative steps end before the first element only for ends below -dim.
    int64_t last =
        step < 0 && end >= -dim && end < 0 ? end + dim : clamp(end, high);
    spec.start[*axis] = first;
    spec.step[*axis] = step;
    int64_t span = step > 0 ? last - first : first - last;
    int64_t stride = step > 0 ? step : -step;
    spec.size[*axis] = span <= 0 ? 0 : (span + stride - 1) / stride;
  }
  return spec;
}

static LogicalResult importSlice(Node &node) {
  if (failed(node.arity(1, 5)))
    return failure();
  TensorRef x = node.in(0);
  auto spec = sliceSpec(node, x->shape);
  if (failed(spec))
    return failure();
  for (int64_t i = 0; i < x->rank(); ++i)
    if (spec->step[i] != 1)
      return node.error() << "expected steps of 1, found " << spec->step[i]
                          << " for axis " << i;
  if (!elementCount(spec->size).value_or(0))
    return node.error() << "expected a non-empty slice, found "
                        << shapeText(spec->size);
  Layout layout = x->home == Layout::ChannelsLast ? x->home : Layout::Natural;
  Tensor start, size;
  start.shape = spec->start;
  size.shape = spec->size;
  Value value =
      node.importer.slice(node.get(x, layout), physicalShape(start, layout),
                          physicalShape(size, layout), node.loc);
  node.result(0, x->type, spec->size, value, layout);
  return success();
}

static LogicalResult importSplit(Node &node) {
  int outputs = node.proto.output_size();
  if (failed(node.arity(1, 2, outputs)))
    return failure();
  TensorRef x = node.in(0);
  auto axis = node.axisOf(node.getInt("axis", 0), x->rank());
  auto given = node.constantInts(1, "split");
  if (failed(axis) || failed(given))
    return failure();
  int64_t dim = x->shape[*axis];
  llvm::SmallVector<int64_t> sizes = *given ? **given : node.getInts("split");
  int64_t parts = node.getInt("num_outputs", outputs);
  if (sizes.empty() && parts > 0 && parts <= outputs) {
    int64_t each = (dim + parts - 1) / parts;
    for (int64_t i = 0; i < parts; ++i)
      sizes.push_back(std::min(each, dim - i * each));
  }
  int64_t sum = 0;
  bool valid = static_cast<int>(sizes.size()) == outputs;
  for (int64_t size : sizes) {
    valid &= size > 0 && size <= dim;
    sum += valid ? size : 0;
  }
  if (!valid || sum != dim)
    return node.error() << "expected " << outputs
                        << " positive sizes whose sum is " << dim << ", found "
                        << shapeText(sizes);
  Layout layout = x->home == Layout::ChannelsLast ? x->home : Layout::Natural;
  Tensor start, size;
  start.shape.assign(x->rank(), 0);
  size.shape = x->shape;
  for (int i = 0; i < outputs; ++i) {
    size.shape[*axis] = sizes[i];
    Value value =
        node.importer.slice(node.get(x, layout), physicalShape(start, layout),
                            physicalShape(size, layout), node.loc);
    node.result(i, x->type, size.shape, value, layout);
    start.shape[*axis] += sizes[i];
  }
  return success();
}

static LogicalResult importPad(Node &node) {
  if (failed(node.arity(1, 4)))
    return failure();
  TensorRef x = node.in(0);
  std::string mode = node.getString("mode", "constant");
  if (mode != "constant")
    return node.error() << "expected mode 'constant', found '" << mode << "'";
  auto given = node.constantInts(1, "pads");
  auto constant = node.constantScalar(2, "constant_value");
  auto axesIn = node.constantInts(3, "axes");
  if (failed(given) || failed(constant) || failed(axesIn))
    return failure();
  llvm::SmallVector<int64_t> pads = *given ? **given : node.getInts("pads");
  double fill = constant->value_or(node.getFloat("value", 0));
  llvm::SmallVector<int64_t> axes =
      *axesIn ? **axesIn : llvm::to_vector(llvm::seq<int64_t>(0, x->rank()));
  if (pads.size() != 2 * axes.size())
    return node.error() << "expected " << 2 * axes.size()
                        << " pads for a shape " << shapeText(x->shape)
                        << ", found " << pads.size();
  Shape before(x->rank(), 0), after(x->rank(), 0), shape = x->shape;
  for (auto [i, axisIn] : llvm::enumerate(axes)) {
    auto axis = node.axisOf(axisIn, x->rank());
    if (failed(axis))
      return failure();
    before[*axis] = pads[i];
    after[*axis] = pads[i + axes.size()];
    if (before[*axis] < 0 || after[*axis] < 0 || before[*axis] > (1 << 30) ||
        after[*axis] > (1 << 30))
      return node.error() << "expected pads from 0 to 2^30, found "
                          << shapeText(pads);
    shape[*axis] += before[*axis] + after[*axis];
  }
  if (shape == x->shape) {
    node.result(0, x);
    return success();
  }
  Layout layout = x->home == Layout::ChannelsLast ? x->home : Layout::Natural;
  Tensor out;
  out.shape = shape;
  Shape padding(2 * x->rank(), 0);
  for (int64_t i = 0; i < x->rank(); ++i) {
    int64_t p = physicalAxis(i, x->rank(), layout);
    padding[2 * p] = before[i];
    padding[2 * p + 1] = after[i];
  }
  Value value = node.get(x, layout);
  Value padShape = node.importer.constShape(padding, node.loc);
  Value padValue = node.importer.splat(x->type, {1}, fill, node.loc);
  node.result(0, x->type, shape,
              node.make<tosa::PadOp>(physicalShape(out, layout),
                                     typeOf(value).getElementType(), value,
                                     padShape, padValue),
              layout);
  return success();
}

/// Gather at one constant position, or at a run of them, is a slice.
static LogicalResult importGather(Node &node) {
  if (failed(node.arity(2, 2)))
    return failure();
  TensorRef x = node.in(0);
  auto axis = node.axisOf(node.getInt("axis", 0), x->rank());
  auto indices = node.constantInts(1, "indices");
  if (failed(axis) || failed(indices))
    return failure();
  llvm::SmallVector<int64_t> list = **indices;
  int64_t dim = x->shape[*axis];
  bool run = !list.empty() && node.in(1)->rank() <= 1;
  for (int64_t &index : list)
    index += index < 0 ? dim : 0;
  for (size_t i = 0; run && i < list.size(); ++i)
    run =
        list[i] >= 0 && list[i] < dim && (i == 0 || list[i] == list[i - 1] + 1);
  if (!run)
    return node.error() << "expected indices that are one run of positions of "
                           "the axis, found "
                        << shapeText(list);
  Shape start(x->rank(), 0), size = x->shape;
  start[*axis] = list.front();
  size[*axis] = static_cast<int64_t>(list.size());
  Value value = node.importer.slice(node.get(x), start, size, node.loc);
  if (node.in(1)->rank() == 0)
    size.erase(size.begin() + *axis);
  node.result(0, x->type, size, node.importer.reshape(value, size, node.loc));
  return success();
}

void qs::importer::addShapeOps(HandlerTable &table) {
  table["Reshape"] = importReshape;
  table["Flatten"] = importReshape;
  table["Squeeze"] = importReshape;
  table["Unsqueeze"] = importReshape;
  table["Transpose"] = importTranspose;
  table["Concat"] = importConcat;
  table["Slice"] = importSlice;
  table["Split"] = importSplit;
  table["Pad"] = importPad;
  table["Gather"] = importGather;
}
