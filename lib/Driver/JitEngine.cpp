//===- JitEngine.cpp - compiled code as an engine -------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Driver/Engine.h"
#include "mlir/AsmParser/AsmParser.h"
#include "qs/Dialect/QS/IR/QSDialect.h"
#include "qs/Target/Native/JIT.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;

namespace qs::run {

/// The array type of a buffer's elements. bf16 has none.
static std::optional<DType> dtypeOf(const native::TensorSpec &spec) {
  return llvm::StringSwitch<std::optional<DType>>(spec.dtype)
      .Case("bool", DType::Bool)
      .Case("i8", DType::I8)
      .Case("u8", DType::U8)
      .Case("i16", DType::I16)
      .Case("u16", DType::U16)
      .Case("i32", DType::I32)
      .Case("u32", DType::U32)
      .Case("i64", DType::I64)
      .Case("u64", DType::U64)
      .Case("f16", DType::F16)
      .Case("f32", DType::F32)
      .Case("f64", DType::F64)
      .Default(std::nullopt);
}

namespace {
class JitEngine : public Engine {
public:
  JitEngine(std::unique_ptr<native::JIT> jit,
            const native::Signature *signature)
      : jit(std::move(jit)), signature(signature) {}

  llvm::Expected<std::vector<Array>> run(ArrayRef<Array> inputs) override {
    std::vector<const void *> in;
    for (auto [spec, array] : llvm::zip(signature->inputs, inputs)) {
      // An unsigned array for signed bits of the same width is taken as it is.
      if (spec.bytes() != int64_t(array.data.size()))
        return llvm::createStringError("input '" + spec.name + "': expected " +
                                       std::to_string(spec.bytes()) +
                                       " bytes of " + spec.dtype + ", found " +
                                       std::to_string(array.data.size()) +
                                       " of " + toString(array.dtype));
      in.push_back(array.data.data());
    }
    std::vector<Array> outputs;
    std::vector<void *> out;
    for (const native::TensorSpec &spec : signature->outputs) {
      std::optional<DType> dtype = dtypeOf(spec);
      if (!dtype)
        return llvm::createStringError("output '" + spec.name +
                                       "' has no array type: " + spec.dtype);
      outputs.emplace_back(*dtype, spec.shape);
    }
    for (Array &array : outputs)
      out.push_back(array.data.data());
    if (llvm::Error error = jit->run(signature->name, in, out))
      return std::move(error);
    return outputs;
  }

  unsigned threads() const override { return unsigned(signature->threads); }

private:
  std::unique_ptr<native::JIT> jit;
  const native::Signature *signature;
};
} // namespace

static llvm::Expected<std::unique_ptr<Engine>>
wrapEngine(llvm::Expected<std::unique_ptr<native::JIT>> jit, StringRef name) {
  if (!jit)
    return jit.takeError();
  const native::Signature *signature = (*jit)->find(name);
  if (!signature)
    return llvm::createStringError("no compiled function '" + name + "'");
  return std::make_unique<JitEngine>(std::move(*jit), signature);
}

llvm::Expected<std::unique_ptr<Engine>> makeJitEngine(ModuleOp module,
                                                      func::FuncOp function) {
  return wrapEngine(native::JIT::create(module), function.getName());
}

/// Where a module of declarations says which shared object defines them.
static constexpr llvm::StringLiteral kSharedAttr = "qs.shared_object";

static LogicalResult declare(OpBuilder &b, const native::Signature &signature) {
  auto types = [&](ArrayRef<native::TensorSpec> specs,
                   SmallVectorImpl<Type> &result) {
    for (const native::TensorSpec &spec : specs) {
      Type type = parseType(spec.type, b.getContext());
      if (!type)
        return failure();
      result.push_back(type);
    }
    return success();
  };
  SmallVector<Type> inputs, outputs;
  if (failed(types(signature.inputs, inputs)) ||
      failed(types(signature.outputs, outputs)))
    return failure();
  auto function = func::FuncOp::create(b, b.getUnknownLoc(), signature.name,
                                       b.getFunctionType(inputs, outputs));
  function.setPrivate();
  for (auto [i, spec] : llvm::enumerate(signature.inputs))
    function.setArgAttr(i, "qs.name", b.getStringAttr(spec.name));
  for (auto [i, spec] : llvm::enumerate(signature.outputs))
    function.setResultAttr(i, "qs.name", b.getStringAttr(spec.name));
  return success();
}

llvm::Expected<OwningOpRef<ModuleOp>> loadShared(StringRef path,
                                                 MLIRContext *context) {
  auto jit = native::JIT::load(path);
  if (!jit)
    return jit.takeError();
  context->loadDialect<func::FuncDialect, QSDialect>();
  OwningOpRef<ModuleOp> module(ModuleOp::create(UnknownLoc::get(context)));
  OpBuilder b = OpBuilder::atBlockEnd(module->getBody());
  (*module)->setAttr(kSharedAttr, b.getStringAttr(path));
  for (const native::Signature &signature : (*jit)->signatures())
    if (failed(declare(b, signature)))
      return llvm::createStringError(path + ": the signature of '" +
                                     signature.name + "' has unknown types");
  return std::move(module);
}

llvm::Expected<std::unique_ptr<Engine>>
makeSharedEngine(ModuleOp module, func::FuncOp function) {
  auto path = module->getAttrOfType<StringAttr>(kSharedAttr);
  if (!path)
    return llvm::createStringError(
        "engine so needs a .so that qs-compile wrote");
  return wrapEngine(native::JIT::load(path), function.getName());
}

} // namespace qs::run
