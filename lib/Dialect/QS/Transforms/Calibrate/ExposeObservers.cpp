//===- ExposeObservers.cpp - observed tensors as results -----------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Dialect/QS/IR/QSOps.h"
#include "qs/Dialect/QS/Transforms/Calibrate/Calibrate.h"

using namespace mlir;
using namespace qs;

OwningOpRef<ModuleOp>
qs::exposeObservers(ModuleOp module, func::FuncOp function,
                    SmallVectorImpl<std::string> &names) {
  OwningOpRef<ModuleOp> clone(module.clone());
  auto exposed = clone->lookupSymbol<func::FuncOp>(function.getName());
  if (!exposed || exposed.isExternal() || !llvm::hasSingleElement(exposed))
    return {};
  Operation *terminator = exposed.front().getTerminator();
  SmallVector<Type> types(exposed.getResultTypes());
  SmallVector<Value> results(terminator->getOperands());
  // Observers in nested regions have no value at the end of the function.
  for (auto observe : exposed.front().getOps<ObserveOp>()) {
    names.push_back(observe.getName().str());
    types.push_back(observe.getType());
    results.push_back(observe.getInput());
  }
  terminator->setOperands(results);
  SmallVector<ObserveOp> observers(exposed.front().getOps<ObserveOp>());
  for (ObserveOp observe : observers) {
    observe.getResult().replaceAllUsesWith(observe.getInput());
    observe.erase();
  }
  SmallVector<DictionaryAttr> attrs;
  exposed.getAllResultAttrs(attrs);
  attrs.resize(types.size());
  exposed.setType(FunctionType::get(module.getContext(),
                                    exposed.getArgumentTypes(), types));
  exposed.setAllResultAttrs(attrs);
  return clone;
}

CalibrationEngine qs::makeExposedEngine(RunFunction run, size_t numResults,
                                        ArrayRef<std::string> names) {
  std::vector<std::string> owned(names.begin(), names.end());
  return [run = std::move(run), numResults, owned = std::move(owned)](
             ArrayRef<Array> inputs,
             ObserverCallback observer) -> llvm::Error {
    llvm::Expected<std::vector<Array>> outputs = run(inputs);
    if (!outputs)
      return outputs.takeError();
    if (outputs->size() != numResults + owned.size())
      return llvm::createStringError(
          "expected " + Twine(numResults + owned.size()) +
          " results of the network and its observers, found " +
          Twine(outputs->size()));
    for (auto [name, array] :
         llvm::zip(owned, ArrayRef(*outputs).drop_front(numResults)))
      observer(name, array.as<float>());
    return llvm::Error::success();
  };
}
