//===- Batch.cpp - Many samples through a model of fixed batch ------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Driver/Batch.h"
#include "qs/Support/Progress.h"

#include "mlir/IR/BuiltinTypes.h"

#include <cstring>

using namespace mlir;

namespace qs::run {

/// Whether dimensions [from, end) agree.
static bool agrees(const Port &port, const Array &array, size_t from) {
  if (port.shape.size() != array.shape.size())
    return false;
  for (size_t d = from; d < port.shape.size(); ++d)
    if (!ShapedType::isDynamic(port.shape[d]) &&
        port.shape[d] != array.shape[d])
      return false;
  return true;
}

static std::string expectedShape(const Port &port) {
  std::string text;
  for (int64_t d : port.shape)
    text += (text.empty() ? "" : "x") +
            (ShapedType::isDynamic(d) ? "?" : std::to_string(d));
  return text.empty() ? "scalar" : text;
}

llvm::Expected<Batches> takeInputs(const NpzFile &file,
                                   const Signature &signature) {
  Batches batches;
  std::string first;
  for (const Port &port : signature.inputs) {
    const Array *array = file.find(port.name);
    if (!array)
      return llvm::createStringError(
          "no array named '" + port.name + "'; the file has " +
          (file.empty() ? std::string("none") : file.names()));
    bool whole = agrees(port, *array, 0);
    int64_t batch = port.shape.empty() ? 0 : port.shape.front();
    bool parts = !whole && agrees(port, *array, 1) && batch > 0 &&
                 array->shape.front() % batch == 0 &&
                 array->shape.front() > 0;
    if (!whole && !parts)
      return llvm::createStringError(
          "'" + port.name + "': expected the shape " + expectedShape(port) +
          " or a multiple of it along the first dimension, found " +
          shapeText(array->shape));
    if (parts) {
      int64_t count = array->shape.front() / batch;
      if (!first.empty() && count != batches.count)
        return llvm::createStringError(
            "'" + port.name + "' holds " + Twine(count) + " batches, but '" +
            first + "' holds " + Twine(batches.count));
      batches.count = count;
      first = port.name;
    }
    batches.split.push_back(parts);
    batches.arrays.push_back(*array);
  }
  return batches;
}

std::vector<Array> Batches::at(int64_t i, const Signature &signature) const {
  std::vector<Array> out;
  for (size_t a = 0; a < arrays.size(); ++a) {
    if (!split[a]) {
      out.push_back(arrays[a]);
      continue;
    }
    int64_t batch = signature.inputs[a].shape.front();
    out.push_back(slice(arrays[a], i * batch, (i + 1) * batch));
  }
  return out;
}

/// `parts` one after another along the first dimension.
static llvm::Expected<Array> join(std::vector<Array> &parts) {
  std::vector<int64_t> shape = parts.front().shape;
  if (shape.empty())
    shape = {1};
  std::vector<int64_t> tail(shape.begin() + 1, shape.end());
  int64_t rows = 0;
  for (Array &part : parts) {
    if (part.shape.empty())
      part.shape = {1};
    if (!std::equal(part.shape.begin() + 1, part.shape.end(), tail.begin(),
                    tail.end()))
      return llvm::createStringError("the batches give different shapes");
    rows += part.shape.front();
  }
  shape.front() = rows;
  Array out(parts.front().dtype, shape);
  char *to = out.data.data();
  for (const Array &part : parts) {
    memcpy(to, part.data.data(), part.data.size());
    to += part.data.size();
  }
  return out;
}

llvm::Expected<std::vector<Array>> runBatches(Engine &engine,
                                              const Batches &batches,
                                              const Signature &signature) {
  bool several = llvm::is_contained(batches.split, true);
  if (!several)
    return engine.run(batches.arrays);
  std::vector<std::vector<Array>> parts(signature.outputs.size());
  Progress progress("running", batches.count);
  for (int64_t i = 0; i < batches.count; ++i) {
    auto outputs = engine.run(batches.at(i, signature));
    if (!outputs)
      return outputs.takeError();
    for (size_t o = 0; o < outputs->size(); ++o)
      parts[o].push_back(std::move((*outputs)[o]));
    progress.step();
  }
  progress.finish();
  std::vector<Array> joined;
  for (std::vector<Array> &part : parts) {
    auto array = join(part);
    if (!array)
      return array.takeError();
    joined.push_back(std::move(*array));
  }
  return joined;
}

} // namespace qs::run
