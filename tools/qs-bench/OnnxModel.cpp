//===- OnnxModel.cpp - Writes one matrix multiply as ONNX -----------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The wire format of protobuf, as far as this one model needs it; the numbers
// of the fields are those of onnx.proto. Depending on the importer's generated
// classes would tie the benchmark to QS_ENABLE_ONNX.
//
//===----------------------------------------------------------------------===//

#include "OnnxModel.h"

namespace qs::bench {

namespace {

/// TensorProto.DataType.
enum OnnxType { kFloat = 1, kUInt8 = 2, kInt8 = 3 };

/// One message under construction.
class Message {
public:
  Message &number(int field, uint64_t value) {
    varint(uint64_t(field) << 3);
    varint(value);
    return *this;
  }
  Message &bytes(int field, const std::string &value) {
    varint(uint64_t(field) << 3 | 2);
    varint(value.size());
    text += value;
    return *this;
  }
  Message &message(int field, const Message &value) {
    return bytes(field, value.text);
  }
  const std::string &str() const { return text; }

private:
  void varint(uint64_t value) {
    for (; value >= 128; value >>= 7)
      text += char(value | 128);
    text += char(value);
  }
  std::string text;
};

Message valueInfo(const std::string &name, OnnxType type, int64_t rows,
                  int64_t columns) {
  Message shape;
  for (int64_t size : {rows, columns})
    shape.message(1, Message().number(1, size));
  Message tensor;
  tensor.number(1, type).message(2, shape);
  Message result;
  result.bytes(1, name).message(2, Message().message(1, tensor));
  return result;
}

Message tensor(const std::string &name, OnnxType type,
               const std::vector<int64_t> &shape, const void *data,
               size_t size) {
  Message result;
  for (int64_t dim : shape)
    result.number(1, dim);
  result.number(2, type).bytes(8, name);
  result.bytes(9, std::string(static_cast<const char *>(data), size));
  return result;
}

/// [K, N] from [N, K].
template <typename T>
std::vector<T> transposed(const std::vector<T> &weights, const Case &c) {
  std::vector<T> result(weights.size());
  int64_t k = c.reduction(), n = c.columns;
  for (int64_t j = 0; j < n; ++j)
    for (int64_t i = 0; i < k; ++i)
      result[i * n + j] = weights[j * k + i];
  return result;
}

} // namespace

std::string matmulModel(const Case &c, const Data &data) {
  int64_t k = c.reduction(), n = c.columns;
  OnnxType type = c.isFloat() ? kFloat : c.isSigned() ? kInt8 : kUInt8;
  Message node, graph;
  std::vector<Message> constants;
  std::vector<std::string> inputs = {"x"};
  auto constant = [&](const std::string &name, OnnxType t,
                      const std::vector<int64_t> &shape, const void *from,
                      size_t size) {
    inputs.push_back(name);
    constants.push_back(tensor(name, t, shape, from, size));
  };
  if (c.isFloat()) {
    std::vector<float> w = transposed(data.floatWeights, c);
    constant("w", kFloat, {k, n}, w.data(), w.size() * 4);
  } else {
    std::vector<int8_t> w = transposed(
        std::vector<int8_t>(data.weights.begin(), data.weights.end()), c);
    std::vector<int8_t> zeros(n, 0);
    float one = 1;
    char xz = char(data.inputZp), yz = char(data.outputZp);
    constant("xs", kFloat, {}, &one, 4);
    constant("xz", type, {}, &xz, 1);
    constant("w", kInt8, {k, n}, w.data(), w.size());
    constant("ws", kFloat, {n}, data.multipliers.data(), n * 4);
    constant("wz", kInt8, {n}, zeros.data(), n);
    constant("ys", kFloat, {}, &one, 4);
    constant("yz", type, {}, &yz, 1);
  }
  for (const std::string &name : inputs)
    node.bytes(1, name);
  node.bytes(2, "y").bytes(4, c.isFloat() ? "MatMul" : "QLinearMatMul");
  graph.message(1, node).bytes(2, "matmul");
  for (const Message &m : constants)
    graph.message(5, m);
  graph.message(11, valueInfo("x", type, c.rows(), k));
  graph.message(12, valueInfo("y", type, c.rows(), n));
  // IR version 7, default operator set 13.
  Message model, opset;
  opset.bytes(1, "").number(2, 13);
  model.number(1, 7).message(7, graph).message(8, opset);
  return model.str();
}

} // namespace qs::bench
