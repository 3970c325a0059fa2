//===- Signature.cpp - what a compiled function takes and gives
//---------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Target/Native/Signature.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "qs/Conversion/QSToLinalg/QSToLinalg.h"
#include "qs/Dialect/QS/IR/QSDialect.h"
#include "qs/Target/Native/Passes.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"

using namespace mlir;
using namespace qs;
using namespace qs::native;

namespace {
struct ElementKind {
  const char *dtype, *c;
  int64_t bytes;
};
constexpr ElementKind kKinds[] = {
    {"f64", "double", 8},    {"f32", "float", 4},    {"f16", "uint16_t", 2},
    {"bf16", "uint16_t", 2}, {"i8", "int8_t", 1},    {"u8", "uint8_t", 1},
    {"i16", "int16_t", 2},   {"u16", "uint16_t", 2}, {"i32", "int32_t", 4},
    {"u32", "uint32_t", 4},  {"i64", "int64_t", 8},  {"u64", "uint64_t", 8},
    {"bool", "uint8_t", 1},
};
const ElementKind *findKind(StringRef dtype) {
  for (const ElementKind &kind : kKinds)
    if (dtype == kind.dtype)
      return &kind;
  return nullptr;
}

/// The dtype of an element type before lowering; empty where buffers have none.
std::string dtypeOf(Type type) {
  if (auto quant = dyn_cast<QuantType>(type)) {
    return (quant.getIntegerRange().first < 0 ? "i" : "u") +
           std::string(quant.getBits() <= 8 ? "8" : "16");
  }
  std::string text;
  llvm::raw_string_ostream(text) << type;
  if (text == "i1")
    return "bool";
  if (StringRef(text).consume_front("ui"))
    text = "u" + text.substr(2);
  else if (StringRef(text).starts_with("si"))
    text = text.substr(1);
  return findKind(text) ? text : std::string();
}

LogicalResult readSpecs(Operation *function, StringRef typesAttr,
                        StringRef namesAttr, StringRef prefix,
                        std::vector<TensorSpec> &specs) {
  auto types = function->getAttrOfType<ArrayAttr>(typesAttr);
  if (!types)
    return function->emitError()
           << "expected the attribute '" << typesAttr << "', found none";
  auto names = function->getAttrOfType<ArrayAttr>(namesAttr);
  for (auto [i, attr] : llvm::enumerate(types)) {
    Type type = cast<TypeAttr>(attr).getValue();
    auto tensor = dyn_cast<RankedTensorType>(type);
    TensorSpec spec;
    if (tensor && tensor.hasStaticShape())
      spec.dtype = dtypeOf(tensor.getElementType());
    if (spec.dtype.empty())
      return function->emitError()
             << "expected buffers of static shape and of a number type, found "
             << type;
    spec.name = (prefix + Twine(i)).str();
    if (names && i < names.size())
      if (auto name = dyn_cast<StringAttr>(names[i]); name && !name.empty())
        spec.name = name.str();
    llvm::raw_string_ostream(spec.type) << type;
    spec.shape.assign(tensor.getShape().begin(), tensor.getShape().end());
    specs.push_back(std::move(spec));
  }
  return success();
}
} // namespace

int64_t TensorSpec::elements() const {
  int64_t count = 1;
  for (int64_t size : shape)
    count *= size;
  return count;
}
int64_t TensorSpec::elementBytes() const {
  const ElementKind *kind = findKind(dtype);
  return kind ? kind->bytes : 0;
}
const char *TensorSpec::cType() const {
  const ElementKind *kind = findKind(dtype);
  return kind ? kind->c : "void";
}

std::string native::toSymbol(StringRef name) {
  std::string symbol;
  for (char c : name)
    symbol += llvm::isAlnum(c) || c == '_' ? c : '_';
  if (symbol.empty() || llvm::isDigit(symbol[0]) || symbol == "main")
    symbol = "qs_" + symbol;
  return symbol;
}

FailureOr<Signature> native::readSignature(Operation *function) {
  Signature signature;
  signature.name =
      function->getAttrOfType<StringAttr>(SymbolTable::getSymbolAttrName())
          .str();
  signature.symbol = toSymbol(signature.name);
  if (failed(readSpecs(function, kArgTypesAttr, kArgNamesAttr, "arg",
                       signature.inputs)) ||
      failed(readSpecs(function, kResultTypesAttr, kResultNamesAttr, "out",
                       signature.outputs)))
    return failure();
  if (auto bytes = function->getAttrOfType<IntegerAttr>(kWorkspaceAttr))
    signature.workspaceBytes = bytes.getInt();
  return signature;
}

//===----------------------------------------------------------------------===//
// JSON
//===----------------------------------------------------------------------===//

static llvm::json::Value specsToJSON(ArrayRef<TensorSpec> specs) {
  llvm::json::Array array;
  for (const TensorSpec &spec : specs)
    array.push_back(
        llvm::json::Object{{"name", spec.name},
                           {"dtype", spec.dtype},
                           {"type", spec.type},
                           {"shape", llvm::json::Array(spec.shape)}});
  return array;
}

std::string native::toJSON(const Signature &signature) {
  llvm::json::Object object{{"version", 1},
                            {"name", signature.name},
                            {"symbol", signature.symbol},
                            {"inputs", specsToJSON(signature.inputs)},
                            {"outputs", specsToJSON(signature.outputs)},
                            {"workspace", signature.workspaceBytes},
                            {"threads", signature.threads}};
  std::string text;
  llvm::raw_string_ostream(text) << llvm::json::Value(std::move(object));
  return text;
}

namespace qs::native {
/// Found by llvm::json::ObjectMapper.
static bool fromJSON(const llvm::json::Value &value, TensorSpec &spec,
                     llvm::json::Path path) {
  llvm::json::ObjectMapper map(value, path);
  return map && map.map("name", spec.name) && map.map("dtype", spec.dtype) &&
         map.map("type", spec.type) && map.map("shape", spec.shape);
}
static bool fromJSON(const llvm::json::Value &value, Signature &signature,
                     llvm::json::Path path) {
  llvm::json::ObjectMapper map(value, path);
  return map && map.map("name", signature.name) &&
         map.map("symbol", signature.symbol) &&
         map.map("inputs", signature.inputs) &&
         map.map("outputs", signature.outputs) &&
         map.map("workspace", signature.workspaceBytes) &&
         map.mapOptional("threads", signature.threads);
}
} // namespace qs::native

llvm::Expected<Signature> native::parseSignature(StringRef json) {
  llvm::Expected<Signature> signature = llvm::json::parse<Signature>(json);
  if (!signature)
    return signature;
  for (auto *specs : {&signature->inputs, &signature->outputs})
    for (const TensorSpec &spec : *specs)
      if (!findKind(spec.dtype))
        return llvm::createStringError("unknown element type '" + spec.dtype +
                                       "' of '" + spec.name + "'");
  return signature;
}

//===----------------------------------------------------------------------===//
// C header
//===----------------------------------------------------------------------===//

static std::string shapeText(ArrayRef<int64_t> shape) {
  std::string text;
  for (int64_t size : shape)
    text += "[" + std::to_string(size) + "]";
  return text.empty() ? "one element" : text;
}

std::string native::writeHeader(ArrayRef<Signature> signatures,
                                StringRef stem) {
  std::string text, guard = StringRef(toSymbol(stem)).upper() + "_H";
  llvm::raw_string_ostream os(text);
  os << "/* Written by qs-compile. Buffers are dense and row major; inputs, "
        "outputs and\n   workspace do not overlap. */\n"
     << "#ifndef " << guard << "\n#define " << guard
     << "\n\n#include <stdint.h>\n\n#ifdef __cplusplus\nextern \"C\" "
        "{\n#endif\n";
  for (const Signature &f : signatures) {
    std::string macro = StringRef(f.symbol).upper();
    os << "\n/* Bytes that the workspace of " << f.symbol
       << " takes. */\n#define " << macro << "_WORKSPACE_BYTES "
       << f.workspaceBytes << "\n\n/* " << f.name << "\n";
    auto list = [&](const char *kind, ArrayRef<TensorSpec> specs) {
      for (auto [i, spec] : llvm::enumerate(specs))
        os << "   " << kind << i << " '" << spec.name << "': " << spec.cType()
           << " " << shapeText(spec.shape) << ", " << spec.bytes()
           << " bytes, holds " << spec.type << "\n";
    };
    list("in", f.inputs);
    list("out", f.outputs);
    os << "   workspace: " << f.workspaceBytes
       << " bytes, aligned to 64; contents before and after mean nothing. */\n"
       << "void " << f.symbol << "(";
    for (auto [i, spec] : llvm::enumerate(f.inputs))
      os << "const " << spec.cType() << " *in" << i << ", ";
    for (auto [i, spec] : llvm::enumerate(f.outputs))
      os << spec.cType() << " *out" << i << ", ";
    os << "void *workspace);\n\n/* The above as JSON. */\nextern const char "
       << f.symbol << "_metadata[];\n";
  }
  os << "\n#ifdef __cplusplus\n}\n#endif\n\n#endif\n";
  return text;
}
