//===- Types.cpp - quantized elements, packed constants -----------*- C++
//-*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/IR/TypeUtilities.h"
#include "qs/Dialect/QS/IR/Names.h"
#include "qs/Dialect/QS/IR/QSDialect.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace qs;

#define GET_TYPEDEF_CLASSES
#include "qs/Dialect/QS/IR/QSTypes.cpp.inc"

void QSDialect::registerTypes() {
  addTypes<
#define GET_TYPEDEF_LIST
#include "qs/Dialect/QS/IR/QSTypes.cpp.inc"
      >();
}

//===----------------------------------------------------------------------===//
// QuantType
//===----------------------------------------------------------------------===//

unsigned QuantType::getBits() const { return getCode().getBits(); }
bool QuantType::isInteger() const { return getCode().isInteger(); }
std::pair<int64_t, int64_t> QuantType::getIntegerRange() const {
  return getCode().getIntegerRange();
}
std::optional<num::FixedPoint>
QuantType::getFixedPoint(ArrayRef<double> entries) const {
  std::unique_ptr<num::Code> code = getCode().getArithmetic();
  if (!code->isBound()) {
    std::string error;
    code = code->bind({entries.begin(), entries.end()}, error);
    if (!code)
      return {};
  }
  return code->fixedPoint();
}
unsigned QuantType::getParameterCount() const {
  return getCode().getArithmetic()->parameterCount();
}
Type QuantType::getStorageType() const { return getCode().getStorageType(); }

QuantType QuantType::of(Type type) {
  return dyn_cast<QuantType>(getElementTypeOrSelf(type));
}

Type QuantType::toStorage(Type type) {
  if (auto element = dyn_cast<QuantType>(type))
    return element.getStorageType();
  auto shaped = dyn_cast<ShapedType>(type);
  QuantType element = of(type);
  return shaped && element ? shaped.clone(element.getStorageType()) : type;
}

QuantType QuantType::withCode(CodeAttrInterface code) const {
  return get(getContext(), code, getScale(), getPattern());
}
QuantType QuantType::withScale(ScaleAttrInterface scale) const {
  return get(getContext(), getCode(), scale, getPattern());
}

/// `(` axis (`,` group)? `)`
static ParseResult parseInts(AsmParser &parser, MutableArrayRef<int64_t> ints) {
  if (parser.parseLParen())
    return failure();
  for (auto [i, value] : llvm::enumerate(ints))
    if ((i && parser.parseComma()) || parser.parseInteger(value))
      return failure();
  return parser.parseRParen();
}

/// The scale that starts with `keyword`.
static ScaleAttrInterface parseScale(AsmParser &parser, StringRef keyword,
                                     SMLoc loc) {
  MLIRContext *ctx = parser.getContext();
  int64_t ints[2] = {0, 0};
  unsigned numInts = keyword == "axis" ? 1 : keyword == "group" ? 2 : 0;
  if (numInts && parseInts(parser, MutableArrayRef(ints).take_front(numInts)))
    return {};
  Type storage = Float32Type::get(ctx);
  if (keyword != "none" && succeeded(parser.parseOptionalColon())) {
    StringRef name;
    SMLoc storageLoc = parser.getCurrentLocation();
    if (parser.parseKeyword(&name))
      return {};
    storage = parseScaleStorage(name, ctx);
    if (!storage) {
      parser.emitError(storageLoc)
          << "expected scales stored as f32, f16, e8m0 or e4m3, found '" << name
          << "'";
      return {};
    }
  }
  auto emitError = [&] { return parser.emitError(loc); };
  if (keyword == "none")
    return NoScaleAttr::get(ctx);
  if (keyword == "tensor")
    return TensorScaleAttr::getChecked(emitError, ctx, storage);
  if (keyword == "axis")
    return AxisScaleAttr::getChecked(emitError, ctx, ints[0], storage);
  return GroupScaleAttr::getChecked(emitError, ctx, ints[0], ints[1], storage);
}

Type QuantType::parse(AsmParser &parser) {
  MLIRContext *ctx = parser.getContext();
  CodeAttrInterface code;
  ScaleAttrInterface scale = NoScaleAttr::get(ctx);
  PatternAttrInterface pattern = DensePatternAttr::get(ctx);
  if (parser.parseLess())
    return {};

  // Keywords come first: `tensor` would otherwise begin a type attribute.
  SMLoc loc = parser.getCurrentLocation();
  StringRef keyword;
  Attribute attr;
  if (succeeded(parser.parseOptionalKeyword(&keyword))) {
    if (!(code = parseCodeName(keyword, ctx))) {
      parser.emitError(loc) << "expected a code (" << listCodeNames()
                            << "), found '" << keyword << "'";
      return {};
    }
  } else {
    if (parser.parseAttribute(attr))
      return {};
    if (!(code = dyn_cast<CodeAttrInterface>(attr))) {
      parser.emitError(loc) << "expected a code, found " << attr;
      return {};
    }
  }

  // Scale, then pattern; either may be absent.
  bool sawScale = false;
  while (succeeded(parser.parseOptionalComma())) {
    loc = parser.getCurrentLocation();
    if (failed(parser.parseOptionalKeyword(&keyword))) {
      if (parser.parseAttribute(attr))
        return {};
      if (auto s = dyn_cast<ScaleAttrInterface>(attr); s && !sawScale) {
        scale = s;
        sawScale = true;
        continue;
      }
      if ((pattern = dyn_cast<PatternAttrInterface>(attr)))
        break;
      parser.emitError(loc) << "expected a scale or a pattern, found " << attr;
      return {};
    }
    bool isScale = keyword == "none" || keyword == "tensor" ||
                   keyword == "axis" || keyword == "group";
    if (isScale && !sawScale) {
      if (!(scale = parseScale(parser, keyword, loc)))
        return {};
      sawScale = true;
      continue;
    }
    if (!(pattern = parsePatternName(keyword, ctx))) {
      parser.emitError(loc) << "expected "
                            << (sawScale ? ""
                                         : "a scale (none, tensor, axis(d), "
                                           "group(d, g)) or ")
                            << "a pattern (" << listPatternNames()
                            << "), found '" << keyword << "'";
      return {};
    }
    break;
  }
  if (parser.parseGreater())
    return {};
  return QuantType::get(ctx, code, scale, pattern);
}

void QuantType::print(AsmPrinter &printer) const {
  MLIRContext *ctx = getContext();
  printer << "<";
  if (parseCodeName(getCode().getCodeName(), ctx) == getCode())
    printer << getCode().getCodeName();
  else
    printer << getCode();
  if (isa<NoScaleAttr, TensorScaleAttr, AxisScaleAttr, GroupScaleAttr>(
          getScale())) {
    if (!isa<NoScaleAttr>(getScale()))
      printer << ", " << getScale().getScaleName();
  } else {
    printer << ", " << getScale();
  }
  if (!getPattern().isDense()) {
    if (parsePatternName(getPattern().getPatternName(), ctx) == getPattern())
      printer << ", " << getPattern().getPatternName();
    else
      printer << ", " << getPattern();
  }
  printer << ">";
}

//===----------------------------------------------------------------------===//
// PackedType
//===----------------------------------------------------------------------===//

LogicalResult PackedType::verify(function_ref<InFlightDiagnostic()> emitError,
                                 RankedTensorType logical,
                                 LayoutAttrInterface layout) {
  if (!logical.hasStaticShape())
    return emitError() << "expected a static shape, found " << logical;
  if (!isa<QuantType, FloatType>(logical.getElementType()))
    return emitError() << "expected a quantized or float element type, found "
                       << logical.getElementType();
  return failure(failed(layout.getPackedBytes(logical, emitError)));
}
