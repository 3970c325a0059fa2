//===- qs-onnx-node-tests.cpp - Run ONNX's own tests ----------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// qs-onnx-node-tests [--required] FOLDER...
//
// Each folder holds model.onnx and test_data_set_*/{input,output}_*.pb. The
// model is imported and interpreted; integers must be equal, floats within a
// relative 1e-3 (as ONNX's own runner allows) or 1e-5 of the largest output.
// One line a folder: pass, FAIL, or unsupported with the importer's reason.
// The exit code is 1 where a result is wrong, or with --required where a model
// is not imported.
//
//===----------------------------------------------------------------------===//

#include "Model.h"
#include "qs/Dialect/QS/IR/QSDialect.h"
#include "qs/Import/ONNX/ImportONNX.h"
#include "qs/Interpreter/Interpreter.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include <cmath>

using namespace mlir;
using namespace qs;
namespace fs = llvm::sys::fs;

static std::string lastError;

static FailureOr<interp::Tensor> readFile(const std::string &file,
                                          MLIRContext *context) {
  auto buffer = llvm::MemoryBuffer::getFile(file, false, false);
  ::onnx::TensorProto proto;
  if (!buffer || !proto.ParseFromArray((*buffer)->getBufferStart(),
                                       (*buffer)->getBufferSize()))
    return failure();
  auto host = importer::readTensor(
      proto, "", [&]() { return emitError(UnknownLoc::get(context)); });
  if (failed(host))
    return failure();
  auto type = interp::ElementType::integer(
      importer::integerBits(host->type), !importer::isUnsignedType(host->type));
  if (importer::isFloatType(host->type)) {
    auto element =
        interp::ElementType::get(importer::storageType(context, host->type));
    if (failed(element))
      return failure();
    type = *element;
  }
  interp::Tensor t(type, host->shape);
  for (int64_t i = 0, e = t.size(); i < e; ++i) {
    if (t.isFloat())
      t.setFloat(i, host->floatAt(i));
    else
      t.setInt(i, host->intAt(i));
  }
  return t;
}

/// All files PREFIX_0.pb, PREFIX_1.pb, ...
static FailureOr<std::vector<interp::Tensor>>
readSet(llvm::StringRef folder, llvm::StringRef prefix, MLIRContext *context) {
  std::vector<interp::Tensor> tensors;
  for (unsigned i = 0;; ++i) {
    std::string file =
        (folder + "/" + prefix + "_" + llvm::Twine(i) + ".pb").str();
    if (!fs::exists(file))
      return tensors;
    auto t = readFile(file, context);
    if (failed(t))
      return failure();
    tensors.push_back(*t);
  }
}

static bool agrees(const interp::Tensor &have, const interp::Tensor &want) {
  if (have.shape() != want.shape() || have.isFloat() != want.isFloat())
    return false;
  double largest = 1;
  for (int64_t i = 0, e = want.size(); want.isFloat() && i < e; ++i)
    if (std::isfinite(want.getFloat(i)))
      largest = std::max(largest, std::fabs(want.getFloat(i)));
  for (int64_t i = 0, e = have.size(); i < e; ++i) {
    if (!have.isFloat()) {
      if (have.getInt(i) != want.getInt(i))
        return false;
      continue;
    }
    double x = have.getFloat(i), y = want.getFloat(i);
    if (std::isnan(x) || std::isnan(y)) {
      if (std::isnan(x) != std::isnan(y))
        return false;
    } else if (x != y &&
               !(std::fabs(x - y) <= 1e-5 * largest + 1e-3 * std::fabs(y))) {
      return false;
    }
  }
  return true;
}

/// The test data hold bfloat16 as the bits in a uint16.
static void readBits(interp::Tensor &t, Type type) {
  auto element = llvm::cast<RankedTensorType>(type).getElementType();
  if (element.isBF16() && !t.isFloat() && t.elementType().bits == 16)
    t = t.bitcast(*interp::ElementType::get(element));
}

enum class Outcome { Pass, Fail, Unsupported };

static Outcome runFolder(llvm::StringRef folder) {
  MLIRContext context(MLIRContext::Threading::DISABLED);
  ScopedDiagnosticHandler handler(&context, [](Diagnostic &diag) {
    if (diag.getSeverity() == DiagnosticSeverity::Error)
      lastError = diag.str();
  });
  auto module = importONNXFile((folder + "/model.onnx").str(), &context);
  if (!module)
    return Outcome::Unsupported;
  bool any = false;
  for (unsigned set = 0;; ++set) {
    std::string data = (folder + "/test_data_set_" + llvm::Twine(set)).str();
    if (!fs::exists(data))
      break;
    auto inputs = readSet(data, "input", &context);
    auto outputs = readSet(data, "output", &context);
    if (failed(inputs) || failed(outputs)) {
      lastError = "cannot read the data";
      return Outcome::Unsupported;
    }
    auto type = module->lookupSymbol<func::FuncOp>("main").getFunctionType();
    for (auto [t, ty] : llvm::zip(*inputs, type.getInputs()))
      readBits(t, ty);
    for (auto [t, ty] : llvm::zip(*outputs, type.getResults()))
      readBits(t, ty);
    auto results = interp::Interpreter(*module).run("main", *inputs);
    if (!results) {
      // What the interpreter reported at the op says more.
      std::string message = llvm::toString(results.takeError());
      lastError = message + ": " + lastError;
      return Outcome::Fail;
    }
    if (results->size() != outputs->size()) {
      lastError = "another number of outputs";
      return Outcome::Fail;
    }
    for (auto [i, want] : llvm::enumerate(*outputs))
      if (!agrees((*results)[i], want)) {
        lastError = "output " + std::to_string(i) + " differs: expected ";
        llvm::raw_string_ostream os(lastError);
        want.print(os);
        os << ", found ";
        (*results)[i].print(os);
        return Outcome::Fail;
      }
    any = true;
  }
  if (!any)
    lastError = "no data";
  return any ? Outcome::Pass : Outcome::Fail;
}

int main(int argc, char **argv) {
  bool required = false, bad = false;
  unsigned passed = 0;
  for (int i = 1; i < argc; ++i) {
    llvm::StringRef folder = argv[i];
    if (folder == "--required") {
      required = true;
      continue;
    }
    lastError.clear();
    Outcome outcome = runFolder(folder);
    llvm::StringRef name = llvm::sys::path::filename(folder);
    if (outcome == Outcome::Pass) {
      llvm::outs() << "pass " << name << "\n";
      ++passed;
      continue;
    }
    bool fails = outcome == Outcome::Fail || required;
    llvm::outs() << (fails ? "FAIL " : "unsupported ") << name << ": "
                 << llvm::StringRef(lastError).take_front(400) << "\n";
    bad |= fails;
  }
  llvm::outs() << "passed: " << passed << "\n";
  return bad || passed == 0;
}
