//===- Model.cpp - Loading a model and reading its signature --------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Driver/Model.h"
#include "qs/Dialect/QS/IR/QSDialect.h"
#include "qs/Driver/ReadModule.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Parser/Parser.h"
#include "llvm/ADT/StringExtras.h"

#ifdef QS_HAVE_ONNX
#include "qs/Import/ONNX/ImportONNX.h"
#endif

using namespace mlir;

namespace qs::run {

void registerModelDialects(DialectRegistry &registry) {
  registry.insert<QSDialect, arith::ArithDialect, func::FuncDialect,
                  linalg::LinalgDialect, math::MathDialect, scf::SCFDialect,
                  tensor::TensorDialect, tosa::TosaDialect>();
}

OwningOpRef<ModuleOp> loadModel(StringRef path, MLIRContext *context) {
  if (path.ends_with(".onnx")) {
#ifdef QS_HAVE_ONNX
    return importONNXFile(path, context);
#else
    emitError(UnknownLoc::get(context))
        << "this build has no ONNX importer (QS_ENABLE_ONNX is off)";
    return nullptr;
#endif
  }
  return readModule(path, context);
}

llvm::Expected<func::FuncOp> findFunction(ModuleOp module, StringRef name) {
  std::vector<std::string> names;
  for (auto function : module.getOps<func::FuncOp>()) {
    if (function.getName() == name)
      return function;
    names.push_back("@" + function.getName().str());
  }
  return llvm::createStringError(
      "the model has no function @" + name + "; it has " +
      (names.empty() ? "none" : llvm::join(names, ", ")));
}

static llvm::Expected<Port> portOf(Type type, DictionaryAttr attributes,
                                   const Twine &fallback) {
  Port port;
  port.type = type;
  port.name = fallback.str();
  if (attributes)
    if (auto name = attributes.getAs<StringAttr>("qs.name"))
      port.name = name.str();
  auto element = interp::ElementType::get(getElementTypeOrSelf(type));
  auto shaped = dyn_cast<ShapedType>(type);
  if (failed(element) || (shaped && !isa<RankedTensorType>(type))) {
    std::string text;
    llvm::raw_string_ostream(text) << type;
    return llvm::createStringError("'" + port.name + "' has the type " + text +
                                   ", expected a tensor of numbers");
  }
  port.element = *element;
  if (shaped)
    port.shape.assign(shaped.getShape().begin(), shaped.getShape().end());
  return port;
}

llvm::Expected<Signature> signatureOf(func::FuncOp function) {
  Signature signature;
  for (unsigned i = 0; i < function.getNumArguments(); ++i) {
    auto port = portOf(function.getArgumentTypes()[i],
                       function.getArgAttrDict(i), "arg" + Twine(i));
    if (!port)
      return port.takeError();
    signature.inputs.push_back(std::move(*port));
  }
  for (unsigned i = 0; i < function.getNumResults(); ++i) {
    auto port = portOf(function.getResultTypes()[i],
                       function.getResultAttrDict(i), "out" + Twine(i));
    if (!port)
      return port.takeError();
    signature.outputs.push_back(std::move(*port));
  }
  return signature;
}

} // namespace qs::run
