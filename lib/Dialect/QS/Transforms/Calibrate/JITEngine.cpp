//===- JITEngine.cpp - calibration on compiled code ----------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Dialect/QS/Transforms/Calibrate/Calibrate.h"
#include "qs/Target/Native/JIT.h"

using namespace mlir;
using namespace qs;

llvm::Expected<CalibrationEngine>
qs::makeJITEngine(ModuleOp module, FunctionOpInterface function) {
  native::CompileOptions options;
  options.observe = true;
  auto made = native::JIT::create(module, options);
  if (!made)
    return made.takeError();
  // std::function copies what it holds.
  std::shared_ptr<native::JIT> jit = std::move(*made);
  std::string name = function.getName().str();
  return [jit, name](ArrayRef<Array> inputs,
                     ObserverCallback observer) -> llvm::Error {
    const native::Signature *signature = jit->find(name);
    if (!signature || signature->inputs.size() != inputs.size())
      return llvm::createStringError("expected compiled code for function '" +
                                     name + "' of " + Twine(inputs.size()) +
                                     " arguments");
    std::vector<const void *> in;
    for (auto [spec, array] : llvm::zip(signature->inputs, inputs)) {
      if (spec.bytes() != int64_t(array.data.size()))
        return llvm::createStringError(
            "calibration data '" + spec.name + "': expected " +
            Twine(spec.bytes()) + " bytes of " + spec.dtype + ", found " +
            Twine(array.data.size()) + " of " + toString(array.dtype));
      in.push_back(array.data.data());
    }
    // What the network returns is not looked at.
    std::vector<std::vector<char>> results;
    std::vector<void *> out;
    for (const native::TensorSpec &spec : signature->outputs)
      results.emplace_back(spec.bytes());
    for (std::vector<char> &result : results)
      out.push_back(result.data());
    jit->setObserver([&](StringRef observed, ArrayRef<float> values) {
      observer(observed, values);
    });
    llvm::Error error = jit->run(name, in, out);
    jit->setObserver({});
    return error;
  };
}
