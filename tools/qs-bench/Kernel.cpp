//===- Kernel.cpp - A case as compiled code -------------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Kernel.h"
#include "mlir/AsmParser/AsmParser.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "qs/Dialect/QS/IR/Names.h"
#include "qs/Dialect/QS/IR/QSOps.h"
#include "qs/Dialect/QS/Transforms/Utils/Constants.h"
#include "qs/Dialect/QS/Transforms/Utils/FloatProduct.h"

using namespace mlir;

namespace qs::bench {

static QuantType codeType(MLIRContext &context, bool isSigned,
                          unsigned bits = 8) {
  CodeAttrInterface code;
  if (isSigned)
    code = cast<CodeAttrInterface>(IntCodeAttr::get(&context, bits));
  else
    code = cast<CodeAttrInterface>(UIntCodeAttr::get(&context, 8));
  auto scale = cast<ScaleAttrInterface>(
      TensorScaleAttr::get(&context, Float32Type::get(&context)));
  return QuantType::get(code, scale);
}

/// A matrix of f32 as int8 codes with a scale for each row, and the scales.
static std::pair<Value, Value> quantizeRows(OpBuilder &b, Value x) {
  Location loc = b.getUnknownLoc();
  auto floats = cast<RankedTensorType>(x.getType());
  QuantType type = QuantType::get(parseCodeName("int8", b.getContext()),
                                  cast<ScaleAttrInterface>(AxisScaleAttr::get(
                                      b.getContext(), 0, b.getF32Type())));
  auto scales = RankedTensorType::get({floats.getDimSize(0)}, b.getF32Type());
  auto params = ChooseParamsOp::create(b, loc, scales,
                                       scales.clone(b.getI32Type()), x, type,
                                       /*symmetric=*/true);
  Value codes = QuantizeOp::create(b, loc, floats.clone(type), x,
                                   params.getScale(), Value());
  return {codes, params.getScale()};
}

/// Rows of `real` times their scales.
static Value multiplyRows(OpBuilder &b, Value real, Value scale) {
  Location loc = b.getUnknownLoc();
  auto type = cast<RankedTensorType>(real.getType());
  auto column = type.clone({type.getDimSize(0), 1});
  scale = tensor::ExpandShapeOp::create(b, loc, column, scale,
                                        ArrayRef<ReassociationIndices>{{0, 1}});
  return multiplyFloats(b, loc, type, real, scale);
}

/// The body of a case of numbers: the sums are the result.
static Value buildNumbers(OpBuilder &b, const Case &c, const Data &data,
                          Value x) {
  MLIRContext *context = b.getContext();
  Location loc = b.getUnknownLoc();
  auto tensor = cast<ScaleAttrInterface>(
      TensorScaleAttr::get(context, b.getF32Type()));
  QuantType rows = QuantType::get(parseCodeName(c.rowCode, context), tensor);
  QuantType type = QuantType::get(parseCodeName(c.codeName(), context), tensor);
  Value scale;
  if (c.group > 0) {
    type = type.withScale(cast<ScaleAttrInterface>(
        GroupScaleAttr::get(context, 1, c.group, b.getF16Type())));
    scale = makeScales(b, loc, {c.columns, c.channels / c.group},
                       data.groupScales, b.getF16Type());
  }
  SmallVector<int64_t> weight = {c.columns, c.channels};
  Value w = makeLevels(b, loc, RankedTensorType::get(weight, type), data.words);
  auto words = cast<RankedTensorType>(x.getType());
  if (Type stored = rows.getStorageType(); stored != words.getElementType())
    x = arith::TruncIOp::create(b, loc, words.clone(stored), x);
  x = StorageCastOp::create(b, loc, words.clone(rows), x);
  auto how = cast<AccumulatorAttr>(
      parseAttribute("#qs.accumulator<" + c.accumulator + ">", context));
  return qs::MatmulOp::create(
      b, loc, RankedTensorType::get({c.width, c.columns}, b.getF32Type()), x, w,
      Value(), Value(), Value(), scale, Value(), /*transpose_rhs=*/true, how);
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
  auto word = [&](bool isFloat) {
    return isFloat                           ? Type(b.getF32Type())
           : c.isNumbers() && c.rowBits > 8 ? Type(b.getI16Type())
                                            : Type(b.getI8Type());
  };
  auto inWords = RankedTensorType::get(
      in,
      c.isWide() ? Type(b.getI16Type()) : word(c.isFloat() || c.isDynamic()));
  auto outWords = RankedTensorType::get(out, word(c.hasFloatResult()));
  auto function = func::FuncOp::create(
      b, loc, "kernel", b.getFunctionType({inWords}, {outWords}));
  b.setInsertionPointToStart(function.addEntryBlock());
  Value x = function.getArgument(0);
  if (c.isNumbers()) {
    func::ReturnOp::create(b, loc, buildNumbers(b, c, data, x));
    return module;
  }

  Value w, inputZp, weightZp, bias, scale, codebook, rowScale;
  AccumulatorAttr accumulator;
  Type sums = RankedTensorType::get(
      out, c.isFloat() || c.group > 0 ? Type(b.getF32Type())
                                      : b.getIntegerType(c.isWide() ? 64 : 32));
  if (!c.isFloat() || !c.weightCode.empty()) {
    QuantType type = QuantType::get(parseCodeName(c.codeName(), &context),
                                    codeType(context, true).getScale());
    if (c.group > 0) {
      Type storage = b.getF16Type();
      type = type.withScale(cast<ScaleAttrInterface>(
          GroupScaleAttr::get(&context, 1, c.group, storage)));
      scale = makeScales(b, loc, {c.columns, c.channels / c.group},
                         data.groupScales, storage);
      if (c.groupZeros)
        weightZp = makeInts(b, loc, {c.columns, c.channels / c.group},
                            data.groupZeros);
    } else if (c.isFloat()) {
      type = type.withScale(cast<ScaleAttrInterface>(
          AxisScaleAttr::get(&context, 0, b.getF32Type())));
      scale = makeFloats(b, loc, {c.columns}, data.groupScales);
    }
    w = makeLevels(b, loc, RankedTensorType::get(weight, type), data.words);
    if (!data.codebook.empty()) {
      auto entries =
          RankedTensorType::get({int64_t(data.codebook.size())}, b.getI8Type());
      codebook = arith::ConstantOp::create(
          b, loc, DenseElementsAttr::get(entries, ArrayRef(data.codebook)));
    }
    if (!data.floatCodebook.empty())
      codebook = makeFloats(b, loc, {int64_t(data.floatCodebook.size())},
                            data.floatCodebook);
  }
  if (c.isFloat()) {
    auto floats = RankedTensorType::get(weight, b.getF32Type());
    w = w ? DequantizeOp::create(b, loc, floats, w, scale, codebook).getResult()
          : makeFloats(b, loc, weight, data.floatWeights);
    scale = {};
  } else if (c.isDynamic()) {
    std::tie(x, rowScale) = quantizeRows(b, x);
    if (!scale)
      bias = makeInts(b, loc, {c.columns}, data.bias);
  } else {
    QuantType code = codeType(context, c.isSigned(), c.isWide() ? 16 : 8);
    if (c.isBits()) {
      code = QuantType::get(parseCodeName("binary", &context), code.getScale());
      x = arith::TruncIOp::create(b, loc, inWords.clone(b.getI1Type()), x);
    }
    x = StorageCastOp::create(b, loc, RankedTensorType::get(in, code), x);
    if (data.inputZp != 0)
      inputZp = makeInts(b, loc, {}, {data.inputZp});
    if (!scale)
      bias = makeInts(b, loc, {c.columns}, data.bias);
    if (c.isWide()) {
      accumulator = AccumulatorAttr::getInteger(&context, 63);
      std::vector<int64_t> wide(data.bias.begin(), data.bias.end());
      bias = arith::ConstantOp::create(
          b, loc,
          DenseElementsAttr::get(
              RankedTensorType::get({c.columns}, b.getI64Type()),
              ArrayRef(wide)));
    }
  }
  Value result;
  if (c.isConv)
    result = qs::Conv2DOp::create(b, loc, sums, x, w, inputZp, Value(), bias,
                                  ArrayRef<int64_t>{c.pad, c.pad, c.pad, c.pad},
                                  ArrayRef<int64_t>{c.stride, c.stride},
                                  ArrayRef<int64_t>{c.dilation, c.dilation},
                                  c.groups);
  else
    result = qs::MatmulOp::create(b, loc, sums, x, w, inputZp, weightZp, bias,
                                  scale, c.isFloat() ? Value() : codebook,
                                  /*transpose_rhs=*/true, accumulator);
  if (rowScale && c.group == 0)
    result = tosa::CastOp::create(b, loc, outWords, result);
  if (rowScale)
    result = multiplyRows(b, result, rowScale);
  if (!c.hasFloatResult()) {
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
                                      const native::Target &target, int threads,
                                      llvm::StringRef object) {
  OwningOpRef<ModuleOp> module = buildModule(context, c, data);
  PassManager manager(&context);
  if (failed(parsePassPipeline(
          "func.func(qs-pack{target=" + std::string(target.name) +
              (c.fives ? " fives" : "") + "})",
          manager)) ||
      failed(manager.run(*module)))
    return llvm::createStringError("the case does not pack");
  native::CompileOptions options;
  options.target = "cpu=" + std::string(target.name);
  options.threads = threads;
  if (!object.empty()) {
    llvm::Expected<native::CompiledModule> compiled =
        native::compile(*module, options);
    if (!compiled)
      return compiled.takeError();
    std::error_code code;
    llvm::raw_fd_ostream file(object, code);
    if (code)
      return llvm::createStringError(object + ": " + code.message());
    if (llvm::Error error = compiled->writeObject(file))
      return std::move(error);
  }
  Kernel kernel;
  module->walk([&](PackedConstantOp op) {
    auto gemm = dyn_cast<GemmLayoutAttr>(op.getType().getLayout());
    kernel.narrow |= gemm && gemm.getNarrow() > 0;
  });
  auto jit = native::JIT::create(*module, options);
  if (!jit)
    return jit.takeError();
  kernel.jit = std::move(*jit);
  return kernel;
}

void Kernel::operator()(const void *input, void *output) const {
  // The numbers of buffers are those of buildModule: this cannot fail.
  llvm::cantFail(jit->run("kernel", {input}, {output}));
}

} // namespace qs::bench
