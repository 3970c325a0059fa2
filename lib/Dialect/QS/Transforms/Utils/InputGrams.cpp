//===- InputGrams.cpp - statistics of a layer on its op -------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Dialect/QS/Transforms/Utils/InputGrams.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace qs;

bool qs::needsInputs(Operation *op) {
  auto marked = op->getAttrOfType<StringAttr>(kCollectInputsAttr);
  return marked && marked.getValue() == kInputsNeeded;
}

std::optional<uint64_t> qs::gramBytes(const FloatLinear &linear) {
  int64_t k = linear.columns(), bytes = 0;
  if (llvm::MulOverflow(k, k + 1, bytes) ||
      llvm::MulOverflow(bytes, int64_t(4), bytes) ||
      llvm::MulOverflow(bytes, linear.matrices(), bytes))
    return {};
  return uint64_t(bytes);
}

/// Smaller matrices are printed as numbers.
constexpr size_t kLargeGram = 1024;

void qs::writeGrams(Operation *op, ArrayRef<num::Hessian> grams) {
  std::vector<double> values;
  for (const num::Hessian &gram : grams)
    values.insert(values.end(), gram.packed().begin(), gram.packed().end());
  int64_t matrices = int64_t(grams.size());
  auto type = RankedTensorType::get(
      {matrices, matrices ? int64_t(values.size()) / matrices : 0},
      Float64Type::get(op->getContext()));
  ElementsAttr attr = DenseElementsAttr();
  if (values.size() > kLargeGram)
    attr = DenseResourceElementsAttr::get(
        type, "input_gram",
        HeapAsmResourceBlob::allocateAndCopyInferAlign<double>(values));
  else
    attr = DenseElementsAttr::get(type, ArrayRef<double>(values));
  op->setAttr(kInputGramAttr, attr);
}

/// The numbers of the attribute, where it has `count` of them.
static std::optional<std::vector<double>> readNumbers(Attribute attr,
                                                      size_t count) {
  if (auto dense = dyn_cast<DenseElementsAttr>(attr)) {
    if (!dense.getElementType().isF64() || size_t(dense.size()) != count)
      return {};
    return std::vector<double>(dense.value_begin<double>(),
                               dense.value_end<double>());
  }
  auto resource = dyn_cast<DenseResourceElementsAttr>(attr);
  if (!resource || !resource.getElementType().isF64())
    return {};
  AsmResourceBlob *blob = resource.getRawHandle().getBlob();
  if (!blob || blob->getData().size() != count * sizeof(double))
    return {};
  ArrayRef<double> values = blob->getDataAs<double>();
  return std::vector<double>(values.begin(), values.end());
}

std::optional<std::vector<num::Hessian>>
qs::readGrams(const FloatLinear &linear) {
  Attribute attr = linear.op->getAttr(kInputGramAttr);
  std::optional<uint64_t> bytes = gramBytes(linear);
  if (!attr || !bytes)
    return {};
  auto k = size_t(linear.columns());
  std::optional<std::vector<double>> values =
      readNumbers(attr, *bytes / sizeof(double));
  if (!values)
    return {};
  std::vector<num::Hessian> grams;
  size_t size = num::Hessian::numbersFor(k);
  for (int64_t m = 0; m < linear.matrices(); ++m) {
    auto first = values->begin() + std::ptrdiff_t(size_t(m) * size);
    grams.emplace_back(
        k, std::vector<double>(first, first + std::ptrdiff_t(size)));
  }
  return grams;
}
