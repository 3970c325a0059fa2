//===- ConstantFold.cpp - Shape arithmetic at import ----------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Exporters compute the operands of Reshape, Slice, Pad, Expand from Shape with
// chains of small operators. Shapes are static here, so these chains are
// evaluated while the graph is read.
//
//===----------------------------------------------------------------------===//

#include "Node.h"
#include <cmath>

using namespace mlir;
using namespace qs::importer;

using Folded = FailureOr<HostTensor>;

/// A folded tensor is meant to be a shape, a mask, a table: not larger.
constexpr int64_t kFoldLimit = int64_t(1) << 26;

static LogicalResult checkSize(Node &node, llvm::ArrayRef<int64_t> shape) {
  std::optional<int64_t> count = elementCount(shape);
  if (!count || *count > kFoldLimit)
    return node.error() << "expected a constant of at most " << kFoldLimit
                        << " elements, found " << shapeText(shape);
  return success();
}

/// Calls `fn(linear, index)` for every position of `shape`.
template <typename Fn>
static void forEachIndex(llvm::ArrayRef<int64_t> shape, Fn fn) {
  int64_t count = elementCount(shape).value_or(0);
  Shape index(shape.size(), 0);
  for (int64_t i = 0; i < count; ++i) {
    fn(i, index);
    for (int64_t k = static_cast<int64_t>(shape.size()) - 1; k >= 0; --k) {
      if (++index[k] < shape[k])
        break;
      index[k] = 0;
    }
  }
}

static void copyElement(HostTensor &to, int64_t i, const HostTensor &from,
                        int64_t k) {
  unsigned width = hostBytes(to.type);
  std::memcpy(to.bytes->data() + i * width, from.bytes->data() + k * width,
              width);
}

/// Position in `shape` of an index of the broadcast result.
static int64_t broadcastIndex(llvm::ArrayRef<int64_t> index,
                              llvm::ArrayRef<int64_t> shape) {
  Shape strides = stridesOf(shape);
  int64_t position = 0;
  size_t lead = index.size() - shape.size();
  for (size_t k = 0; k < shape.size(); ++k)
    if (shape[k] != 1)
      position += index[lead + k] * strides[k];
  return position;
}

static Folded foldShape(Node &node) {
  llvm::ArrayRef<int64_t> shape = node.in(0)->shape;
  int64_t rank = static_cast<int64_t>(shape.size());
  int64_t start = node.getInt("start", 0), end = node.getInt("end", rank);
  auto clamp = [&](int64_t i) {
    return std::min(std::max<int64_t>(i < 0 ? i + rank : i, 0), rank);
  };
  start = clamp(start);
  end = std::max(clamp(end), start);
  return HostTensor::fromInts(kInt64, {end - start},
                              shape.slice(start, end - start));
}

static Folded foldGather(Node &node) {
  const HostTensor &data = *node.in(0)->host, &indices = *node.in(1)->host;
  if (!integerBits(indices.type))
    return node.error() << "expected integers as indices, found "
                        << dataTypeName(indices.type);
  auto axis = node.axisOf(node.getInt("axis", 0), data.shape.size());
  if (failed(axis))
    return failure();
  Shape shape(data.shape.begin(), data.shape.begin() + *axis);
  shape.append(indices.shape);
  shape.append(data.shape.begin() + *axis + 1, data.shape.end());
  if (failed(checkSize(node, shape)))
    return failure();
  int64_t extent = data.shape[*axis];
  int64_t inner = 1, outer = 1;
  for (size_t k = *axis + 1; k < data.shape.size(); ++k)
    inner *= data.shape[k];
  for (int64_t k = 0; k < *axis; ++k)
    outer *= data.shape[k];
  HostTensor t = HostTensor::zeros(data.type, shape);
  int64_t count = indices.size();
  for (int64_t i = 0; i < count; ++i) {
    int64_t index = indices.intAt(i);
    if (index < -extent || index >= extent)
      return node.error() << "expected an index from " << -extent << " to "
                          << extent - 1 << ", found " << index;
    index += index < 0 ? extent : 0;
    for (int64_t o = 0; o < outer; ++o)
      for (int64_t k = 0; k < inner; ++k)
        copyElement(t, (o * count + i) * inner + k, data,
                    (o * extent + index) * inner + k);
  }
  return t;
}

static Folded foldConcat(Node &node) {
  const HostTensor &first = *node.in(0)->host;
  auto axis = node.axisOf(node.getInt("axis", 0), first.shape.size());
  if (failed(axis))
    return failure();
  Shape shape = first.shape;
  shape[*axis] = 0;
  for (unsigned i = 0; i < node.numInputs(); ++i) {
    const HostTensor &part = *node.in(i)->host;
    Shape expected = first.shape;
    if (part.shape.size() == expected.size())
      expected[*axis] = part.shape[*axis];
    if (part.type != first.type || part.shape != expected)
      return node.error() << "expected inputs of one type and shape except for "
                             "the axis, found "
                          << shapeText(first.shape) << " and "
                          << shapeText(part.shape);
    shape[*axis] += part.shape[*axis];
  }
  if (failed(checkSize(node, shape)))
    return failure();
  HostTensor t = HostTensor::zeros(first.type, shape);
  Shape strides = stridesOf(shape);
  int64_t offset = 0;
  for (unsigned i = 0; i < node.numInputs(); ++i) {
    const HostTensor &part = *node.in(i)->host;
    forEachIndex(part.shape, [&](int64_t k, const Shape &index) {
      int64_t to = offset * strides[*axis];
      for (size_t d = 0; d < index.size(); ++d)
        to += index[d] * strides[d];
      copyElement(t, to, part, k);
    });
    offset += part.shape[*axis];
  }
  return t;
}

static Folded foldSlice(Node &node) {
  const HostTensor &data = *node.in(0)->host;
  auto spec = sliceSpec(node, data.shape);
  if (failed(spec))
    return failure();
  HostTensor t = HostTensor::zeros(data.type, spec->size);
  Shape strides = stridesOf(data.shape);
  forEachIndex(spec->size, [&](int64_t i, const Shape &index) {
    int64_t from = 0;
    for (size_t d = 0; d < index.size(); ++d)
      from += (spec->start[d] + index[d] * spec->step[d]) * strides[d];
    copyElement(t, i, data, from);
  });
  return t;
}

static Folded foldConstantOfShape(Node &node) {
  auto dims = node.constantInts(0, "shape");
  if (failed(dims) || failed(checkSize(node, **dims)))
    return failure();
  HostTensor value = HostTensor::fromFloats({1}, {0.0f});
  if (const auto *tensor = node.getTensor("value")) {
    Folded read = readTensor(*tensor, node.importer.getModel().externalDataDir,
                             [&]() { return node.error(); });
    if (failed(read))
      return failure();
    value = *read;
    if (value.size() != 1)
      return node.error() << "expected one element as value, found "
                          << shapeText(value.shape);
  }
  HostTensor t = HostTensor::zeros(value.type, **dims);
  for (int64_t i = 0, e = t.size(); i < e; ++i)
    copyElement(t, i, value, 0);
  return t;
}

static Folded foldCast(Node &node) {
  const HostTensor &data = *node.in(0)->host;
  int32_t type = static_cast<int32_t>(node.getInt("to", 0));
  node.ignore("saturate");
  if (!hostBytes(type))
    return node.error() << "expected a numeric data type to cast to, found "
                        << dataTypeName(type);
  HostTensor t = HostTensor::zeros(type, data.shape);
  for (int64_t i = 0, e = t.size(); i < e; ++i) {
    if (type == kBool)
      t.setInt(i, data.floatAt(i) != 0);
    else if (isFloatType(type))
      t.setFloat(i, data.floatAt(i));
    else
      t.setInt(i, data.intAt(i));
  }
  return t;
}

static Folded foldRange(Node &node) {
  const HostTensor &start = *node.in(0)->host;
  for (unsigned i = 0; i < 3; ++i)
    if (node.in(i)->host->size() != 1 || node.in(i)->type != start.type)
      return node.error() << "expected three scalars of one type, found "
                          << shapeText(node.in(i)->shape) << " of "
                          << dataTypeName(node.in(i)->type);
  double first = start.floatAt(0), limit = node.in(1)->host->floatAt(0),
         delta = node.in(2)->host->floatAt(0);
  double count = delta == 0 ? NAN : std::ceil((limit - first) / delta);
  if (!(count <= static_cast<double>(kFoldLimit)))
    return node.error() << "expected a range of at most " << kFoldLimit
                        << " elements, found start " << first << ", limit "
                        << limit << ", delta " << delta;
  HostTensor t = HostTensor::zeros(
      start.type, {static_cast<int64_t>(std::max(count, 0.0))});
  for (int64_t i = 0, e = t.size(); i < e; ++i) {
    if (isFloatType(t.type))
      t.setFloat(i, first + static_cast<double>(i) * delta);
    else
      t.setInt(i, start.intAt(0) + i * node.in(2)->host->intAt(0));
  }
  return t;
}

static Folded foldExpand(Node &node) {
  const HostTensor &data = *node.in(0)->host;
  auto dims = node.constantInts(1, "shape");
  if (failed(dims))
    return failure();
  std::optional<Shape> shape = broadcastShapes(data.shape, **dims);
  if (!shape)
    return node.error() << "expected shapes that broadcast, found "
                        << shapeText(data.shape) << " and "
                        << shapeText(**dims);
  if (failed(checkSize(node, *shape)))
    return failure();
  HostTensor t = HostTensor::zeros(data.type, *shape);
  forEachIndex(*shape, [&](int64_t i, const Shape &index) {
    copyElement(t, i, data, broadcastIndex(index, data.shape));
  });
  return t;
}

static Folded foldWhere(Node &node) {
  const HostTensor &cond = *node.in(0)->host, &x = *node.in(1)->host,
                   &y = *node.in(2)->host;
  std::optional<Shape> shape = broadcastShapes(x.shape, y.shape);
  if (shape)
    shape = broadcastShapes(*shape, cond.shape);
  if (!shape || x.type != y.type || cond.type != kBool)
    return node.error() << "expected a bool condition and values of one type "
                           "whose shapes broadcast, found "
                        << shapeText(cond.shape) << ", " << shapeText(x.shape)
                        << ", " << shapeText(y.shape);
  if (failed(checkSize(node, *shape)))
    return failure();
  HostTensor t = HostTensor::zeros(x.type, *shape);
  forEachIndex(*shape, [&](int64_t i, const Shape &index) {
    const HostTensor &from =
        cond.intAt(broadcastIndex(index, cond.shape)) ? x : y;
    copyElement(t, i, from, broadcastIndex(index, from.shape));
  });
  return t;
}

static int64_t integerArithmetic(llvm::StringRef op, int64_t x, int64_t y) {
  // Unsigned: overflow wraps, as in every runtime.
  uint64_t ux = static_cast<uint64_t>(x), uy = static_cast<uint64_t>(y);
  if (op == "Add")
    return static_cast<int64_t>(ux + uy);
  if (op == "Sub")
    return static_cast<int64_t>(ux - uy);
  if (op == "Mul")
    return static_cast<int64_t>(ux * uy);
  if (op == "Div")
    return y == -1 ? static_cast<int64_t>(-ux) : x / y;
  return x == y; // Equal
}

static double floatArithmetic(llvm::StringRef op, double x, double y) {
  if (op == "Add")
    return x + y;
  if (op == "Sub")
    return x - y;
  if (op == "Mul")
    return x * y;
  if (op == "Div")
    return x / y;
  return x == y; // Equal
}

/// Add, Sub, Mul, Div, Equal. Twice the precision of f32 makes the result the
/// correctly rounded one.
static Folded foldBinary(Node &node) {
  const HostTensor &x = *node.in(0)->host, &y = *node.in(1)->host;
  std::optional<Shape> shape = broadcastShapes(x.shape, y.shape);
  if (!shape || x.type != y.type)
    return node.error() << "expected operands of one type whose shapes "
                           "broadcast, found "
                        << shapeText(x.shape) << " of " << dataTypeName(x.type)
                        << " and " << shapeText(y.shape) << " of "
                        << dataTypeName(y.type);
  if (failed(checkSize(node, *shape)))
    return failure();
  bool real = isFloatType(x.type);
  if (node.op() == "Div" && !real)
    for (int64_t i = 0, e = y.size(); i < e; ++i)
      if (y.intAt(i) == 0)
        return node.error() << "expected a divisor other than 0, found 0";
  bool equal = node.op() == "Equal";
  HostTensor t = HostTensor::zeros(equal ? int32_t(kBool) : x.type, *shape);
  forEachIndex(*shape, [&](int64_t i, const Shape &index) {
    int64_t ix = broadcastIndex(index, x.shape);
    int64_t iy = broadcastIndex(index, y.shape);
    if (!real) {
      t.setInt(i, integerArithmetic(node.op(), x.intAt(ix), y.intAt(iy)));
      return;
    }
    double value = floatArithmetic(node.op(), x.floatAt(ix), y.floatAt(iy));
    if (equal)
      t.setInt(i, value != 0);
    else
      t.setFloat(i, value);
  });
  return t;
}

static Folded foldReshape(Node &node) {
  FailureOr<Shape> shape = reshapedShape(node);
  if (failed(shape))
    return failure();
  return node.in(0)->host->reshaped(*shape);
}

static Folded foldTranspose(Node &node) {
  const HostTensor &data = *node.in(0)->host;
  FailureOr<Shape> perm = transposePerm(node, data.shape.size());
  if (failed(perm))
    return failure();
  return data.transposed(*perm);
}

namespace {
struct FoldRow {
  const char *op;
  Folded (*fold)(Node &);
  unsigned minInputs, maxInputs;
};
} // namespace

static const FoldRow kFolds[] = {
    {"Shape", foldShape, 1, 1},
    {"Gather", foldGather, 2, 2},
    {"Concat", foldConcat, 1, 1u << 16},
    {"Slice", foldSlice, 1, 5},
    {"ConstantOfShape", foldConstantOfShape, 1, 1},
    {"Cast", foldCast, 1, 1},
    {"Range", foldRange, 3, 3},
    {"Expand", foldExpand, 2, 2},
    {"Where", foldWhere, 3, 3},
    {"Add", foldBinary, 2, 2},
    {"Sub", foldBinary, 2, 2},
    {"Mul", foldBinary, 2, 2},
    {"Div", foldBinary, 2, 2},
    {"Equal", foldBinary, 2, 2},
    {"Reshape", foldReshape, 2, 2},
    {"Flatten", foldReshape, 1, 1},
    {"Squeeze", foldReshape, 1, 2},
    {"Unsqueeze", foldReshape, 1, 2},
    {"Transpose", foldTranspose, 1, 1},
};

FailureOr<bool> qs::importer::foldOnHost(Node &node) {
  const FoldRow *row = llvm::find_if(
      kFolds, [&](const FoldRow &r) { return node.op() == r.op; });
  if (row == std::end(kFolds))
    return false;
  bool needsData = node.op() != "Shape";
  if (needsData)
    for (unsigned i = 0; i < node.numInputs(); ++i)
      if (node.in(i) && !node.in(i)->isConstant())
        return false;
  if (failed(node.arity(row->minInputs, row->maxInputs)))
    return failure();
  for (unsigned i = 0; i < node.numInputs(); ++i)
    if (!node.in(i) && node.op() != "Slice")
      return node.error() << "expected input " << i << ", found it omitted";
  Folded folded = row->fold(node);
  if (failed(folded))
    return failure();
  llvm::StringRef name =
      node.proto.output_size() ? llvm::StringRef(node.proto.output(0)) : "";
  node.result(0, node.importer.constant(std::move(*folded), name));
  return true;
}
