//===- InterpreterEngine.cpp - calibration on the interpreter ------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/IR/TypeUtilities.h"
#include "qs/Dialect/QS/IR/QSOps.h"
#include "qs/Dialect/QS/Transforms/Calibrate/Calibrate.h"
#include "qs/Interpreter/Interpreter.h"

using namespace mlir;
using namespace qs;

/// `array` as the tensor that an argument of `type` takes.
static llvm::Expected<interp::Tensor> toTensor(const Array &array,
                                               RankedTensorType type) {
  FailureOr<interp::ElementType> element =
      interp::ElementType::get(type.getElementType());
  if (failed(element))
    return llvm::createStringError(
        "the interpreter takes no argument of this type");
  interp::Tensor tensor(*element, array.shape);
  for (int64_t i = 0; i < tensor.size(); ++i) {
    if (element->isFloat())
      tensor.setFloat(i, array.get(i));
    else
      tensor.setInt(i, array.getInt(i));
  }
  return tensor;
}

CalibrationEngine qs::makeInterpreterEngine(ModuleOp module,
                                            FunctionOpInterface function) {
  return [module, function](ArrayRef<Array> inputs,
                            ObserverCallback observer) mutable -> llvm::Error {
    std::vector<interp::Tensor> arguments;
    for (auto [input, type] : llvm::zip(inputs, function.getArgumentTypes())) {
      llvm::Expected<interp::Tensor> tensor =
          toTensor(input, cast<RankedTensorType>(type));
      if (!tensor)
        return tensor.takeError();
      arguments.push_back(std::move(*tensor));
    }
    interp::Options options;
    options.hook = [&](Operation *op, ArrayRef<interp::Value>,
                       ArrayRef<interp::Value> results) {
      if (auto observe = dyn_cast<ObserveOp>(op))
        observer(observe.getName(), results[0].tensor().to<float>());
    };
    interp::Interpreter interpreter(module, options);
    llvm::Expected<std::vector<interp::Tensor>> outputs =
        interpreter.run(function.getName(), arguments);
    return outputs.takeError();
  };
}
