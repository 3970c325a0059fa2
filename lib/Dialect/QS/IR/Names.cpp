//===- Names.cpp - the tables of codes, patterns and storages -----*- C++
//-*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Dialect/QS/IR/Names.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Operation.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace qs;

namespace {

struct PatternFamily {
  StringLiteral stem;
  StringLiteral listed;
  PatternAttrInterface (*make)(StringRef suffix, MLIRContext *ctx);
};

constexpr PatternFamily patternFamilies[] = {
    {"dense", "dense",
     [](StringRef suffix, MLIRContext *ctx) -> PatternAttrInterface {
       if (!suffix.empty())
         return {};
       return DensePatternAttr::get(ctx);
     }},
};

template <typename Rows>
auto makeFromRow(const Rows &rows, StringRef name, MLIRContext *ctx)
    -> decltype(rows[0].make(name, ctx)) {
  for (const auto &row : rows) {
    StringRef suffix = name;
    if (suffix.consume_front(row.stem))
      if (auto attr = row.make(suffix, ctx))
        return attr;
  }
  return {};
}

template <typename Rows> std::string listRows(const Rows &rows) {
  std::string text;
  for (const auto &row : rows)
    text += (text.empty() ? "" : ", ") + row.listed.str();
  return text;
}

} // namespace

bool qs::isPlainInteger(const num::Code &code) {
  std::string width = std::to_string(code.bits());
  return code.name() == "int" + width || code.name() == "uint" + width;
}

CodeAttrInterface qs::parseCodeName(StringRef name, MLIRContext *ctx) {
  std::string error;
  std::unique_ptr<num::Code> code =
      num::makeCode({name.data(), name.size()}, error);
  if (!code || code->bits() > 16)
    return {};
  if (!isPlainInteger(*code))
    return NamedCodeAttr::get(ctx, name);
  if (code->isSigned())
    return IntCodeAttr::get(ctx, code->bits());
  return UIntCodeAttr::get(ctx, code->bits());
}
std::string qs::listCodeNames() { return num::allowedCodes(16); }

PatternAttrInterface qs::parsePatternName(StringRef name, MLIRContext *ctx) {
  return makeFromRow(patternFamilies, name, ctx);
}
std::string qs::listPatternNames() { return listRows(patternFamilies); }

Type qs::parseScaleStorage(StringRef name, MLIRContext *ctx) {
  if (name == "f32")
    return Float32Type::get(ctx);
  if (name == "f16")
    return Float16Type::get(ctx);
  if (name == "e8m0")
    return Float8E8M0FNUType::get(ctx);
  if (name == "e4m3")
    return Float8E4M3FNType::get(ctx);
  return {};
}

std::string qs::getScaleStorageName(Type type) {
  if (!type)
    return "";
  if (type.isF32())
    return "f32";
  if (type.isF16())
    return "f16";
  if (isa<Float8E8M0FNUType>(type))
    return "e8m0";
  if (isa<Float8E4M3FNType>(type))
    return "e4m3";
  return "";
}

/// The first name in a location, looking through fused and call-site ones.
static StringRef findName(Location loc) {
  StringRef name;
  loc->walk([&](Location inner) {
    if (auto named = dyn_cast<NameLoc>(inner)) {
      name = named.getName().getValue();
      return WalkResult::interrupt();
    }
    return WalkResult::advance();
  });
  return name;
}

std::string qs::getLayerName(Operation *op) {
  StringRef name = findName(op->getLoc());
  if (!name.empty())
    return name.str();
  std::string text = op->getName().getStringRef().str();
  if (auto file = op->getLoc()->findInstanceOf<FileLineColLoc>()) {
    llvm::raw_string_ostream os(text);
    os << "@" << file.getFilename().getValue() << ":" << file.getLine() << ":"
       << file.getColumn();
  }
  return text;
}
