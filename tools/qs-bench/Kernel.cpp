//===- Kernel.cpp - A case as compiled code -------------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Kernel.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "qs/Dialect/QS/IR/QSOps.h"
#include "qs/Dialect/QS/Transforms/Utils/Constants.h"

using namespace mlir;

namespace qs::bench {

static QuantType codeType(MLIRContext &context, bool isSigned) {
  CodeAttrInterface code;
  if (isSigned)
    code = cast<CodeAttrInterface>(IntCodeAttr::get(&context, 8));
  else
    code = cast<CodeAttrInterface>(UIntCodeAttr::get(&context, 8));
  auto scale = cast<ScaleAttrInterface>(
      TensorScaleAttr::get(&context, Float32Type::get(&context)));
  return QuantType::get(code, scale);
}

OwningOpRef<ModuleOp> buildModule(MLIRContext &context, const Case &c,
                                  const Data &data) {
  OpBuilder b(&context);
  Location loc = b.getUnknownLoc();
  OwningOpRef<ModuleOp> module = ModuleOp::create(loc);
  b.setInsertionPointToEnd(module->getBody());

  SmallVector<int64_t> in, weight, out;
  if (c.isConv) {
    in = {1, c.height, c.width, c.channels};
    weight = {c.columns, c.kernel, c.kernel, c.channels / c.groups};
    out = {1, c.outHeight(), c.outWidth(), c.columns};
  } else {
    in = {c.width, c.channels};
    weight = {c.columns, c.channels};
    out = {c.width, c.columns};
  }
  Type word = c.isFloat() ? Type(b.getF32Type()) : Type(b.getI8Type());
  auto inWords = RankedTensorType::get(in, word);
  auto outWords = RankedTensorType::get(out, word);
  auto function = func::FuncOp::create(
      b, loc, "kernel", b.getFunctionType({inWords}, {outWords}));
  b.setInsertionPointToStart(function.addEntryBlock());
  Value x = function.getArgument(0);

  Value w, inputZp, bias;
  Type sums;
  if (c.isFloat()) {
    w = makeFloats(b, loc, weight, data.floatWeights);
    sums = RankedTensorType::get(out, b.getF32Type());
  } else {
    QuantType code = codeType(context, c.isSigned());
    x = StorageCastOp::create(b, loc, RankedTensorType::get(in, code), x);
    std::vector<int32_t> levels(data.weights.begin(), data.weights.end());
    w = makeLevels(b, loc,
                   RankedTensorType::get(weight, codeType(context, true)),
                   levels);
    inputZp = makeInts(b, loc, {}, {data.inputZp});
    bias = makeInts(b, loc, {c.columns}, data.bias);
    sums = RankedTensorType::get(out, b.getI32Type());
  }
  Value result;
  if (c.isConv)
    result = qs::Conv2DOp::create(
        b, loc, sums, x, w, inputZp, Value(), bias,
        ArrayRef<int64_t>{c.pad, c.pad, c.pad, c.pad},
        ArrayRef<int64_t>{c.stride, c.stride}, ArrayRef<int64_t>{1, 1},
        c.groups);
  else
    result = qs::MatmulOp::create(b, loc, sums, x, w, inputZp, Value(), bias,
                                  /*transpose_rhs=*/true);
  if (!c.isFloat()) {
    QuantType code = codeType(context, c.isSigned());
    Value m = makeFloats(b, loc, {c.columns}, data.multipliers);
    Value zp = makeInts(b, loc, {}, {data.outputZp});
    result = RequantizeOp::create(b, loc, RankedTensorType::get(out, code),
                                  result, m, Value(), zp,
                                  RoundingMode::HalfEven, Overflow::Saturate);
    result = StorageCastOp::create(b, loc, outWords, result);
  }
  func::ReturnOp::create(b, loc, result);
  return module;
}

llvm::Expected<Kernel> Kernel::create(MLIRContext &context, const Case &c,
                                      const Data &data,
                                      const native::Target &target,
                                      llvm::StringRef object) {
  OwningOpRef<ModuleOp> module = buildModule(context, c, data);
  std::string pipeline =
      "func.func(qs-pack{target=" + std::string(target.name) +
      "}),canonicalize,cse,one-shot-bufferize{bufferize-function-boundaries=1 "
      "function-boundary-type-conversion=identity-layout-map},"
      "buffer-results-to-out-params{hoist-static-allocs=1 "
      "modify-public-functions=1},canonicalize,qs-to-vector";
  PassManager manager(&context);
  if (failed(parsePassPipeline(pipeline, manager)) ||
      failed(manager.run(*module)))
    return llvm::createStringError("the case does not lower");
  Kernel kernel;
  auto jit = Jit::compile(*module, target, object);
  if (!jit)
    return jit.takeError();
  kernel.jit = std::move(*jit);
  auto address = kernel.jit.lookup("kernel");
  if (!address)
    return address.takeError();
  kernel.function =
      reinterpret_cast<void (*)(const void *, void *)>(*address);
  return kernel;
}

} // namespace qs::bench
