//===- Engine.cpp - What evaluates a function -----------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Driver/Engine.h"
#include "qs/Interpreter/Arrays.h"
#include "qs/Interpreter/Interpreter.h"

using namespace mlir;

namespace qs::run {

namespace {
class InterpEngine : public Engine {
public:
  InterpEngine(ModuleOp module, func::FuncOp function)
      : interpreter(module), function(function) {}

  llvm::Expected<std::vector<Array>> run(ArrayRef<Array> inputs) override {
    auto signature = signatureOf(function);
    if (!signature)
      return signature.takeError();
    std::vector<interp::Tensor> arguments;
    for (auto [port, array] : llvm::zip(signature->inputs, inputs)) {
      auto tensor = interp::toTensor(array, port.element);
      if (!tensor)
        return llvm::createStringError("input '" + port.name + "': " +
                                       llvm::toString(tensor.takeError()));
      arguments.push_back(std::move(*tensor));
    }
    auto results = interpreter.run(function.getName(), arguments);
    if (!results)
      return results.takeError();
    std::vector<Array> outputs;
    for (const interp::Tensor &tensor : *results)
      outputs.push_back(interp::toArray(tensor));
    return outputs;
  }

private:
  interp::Interpreter interpreter;
  func::FuncOp function;
};
} // namespace

llvm::Expected<std::unique_ptr<Engine>>
makeInterpEngine(ModuleOp module, func::FuncOp function) {
  return std::make_unique<InterpEngine>(module, function);
}

ArrayRef<EngineEntry> engines() {
  static const EngineEntry table[] = {
      {"interp", makeInterpEngine},
      {"jit", makeJitEngine},
      {"so", makeSharedEngine},
  };
  return table;
}

llvm::Expected<std::unique_ptr<Engine>>
makeEngine(StringRef name, ModuleOp module, func::FuncOp function) {
  std::string known;
  for (const EngineEntry &entry : engines()) {
    if (entry.name == name)
      return entry.make(module, function);
    known += (known.empty() ? "" : ", ") + entry.name.str();
  }
  return llvm::createStringError("unknown engine '" + name + "', expected " +
                                 known);
}

} // namespace qs::run
