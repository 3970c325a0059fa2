//===- Attributes.cpp - integer codes, patterns, ranges -----------*- C++
//-*-===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "qs/Dialect/QS/IR/Names.h"
#include "qs/Dialect/QS/IR/QSDialect.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace qs;

#include "qs/Dialect/QS/IR/QSEnums.cpp.inc"

#include "qs/Dialect/QS/IR/QSAttrInterfaces.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "qs/Dialect/QS/IR/QSAttrs.cpp.inc"

void QSDialect::registerAttributes() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "qs/Dialect/QS/IR/QSAttrs.cpp.inc"
      >();
}

static LogicalResult verifyWidth(function_ref<InFlightDiagnostic()> emitError,
                                 unsigned width) {
  if (width < 1 || width > 16)
    return emitError() << "expected an integer code of 1 to 16 bits, found "
                       << width;
  return success();
}

//===----------------------------------------------------------------------===//
// IntCodeAttr
//===----------------------------------------------------------------------===//

LogicalResult IntCodeAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                  unsigned width) {
  return verifyWidth(emitError, width);
}
std::string IntCodeAttr::getCodeName() const {
  return "int" + std::to_string(getWidth());
}
unsigned IntCodeAttr::getBits() const { return getWidth(); }
bool IntCodeAttr::isInteger() const { return true; }
std::pair<int64_t, int64_t> IntCodeAttr::getIntegerRange() const {
  return {llvm::minIntN(getWidth()), llvm::maxIntN(getWidth())};
}
std::unique_ptr<num::Code> IntCodeAttr::getArithmetic() const {
  return num::makeIntCode(getWidth());
}
Type IntCodeAttr::getStorageType() const {
  return IntegerType::get(getContext(), getWidth());
}

//===----------------------------------------------------------------------===//
// UIntCodeAttr
//===----------------------------------------------------------------------===//

LogicalResult UIntCodeAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                   unsigned width) {
  return verifyWidth(emitError, width);
}
std::string UIntCodeAttr::getCodeName() const {
  return "uint" + std::to_string(getWidth());
}
unsigned UIntCodeAttr::getBits() const { return getWidth(); }
bool UIntCodeAttr::isInteger() const { return true; }
std::pair<int64_t, int64_t> UIntCodeAttr::getIntegerRange() const {
  return {0, int64_t(llvm::maxUIntN(getWidth()))};
}
std::unique_ptr<num::Code> UIntCodeAttr::getArithmetic() const {
  return num::makeUIntCode(getWidth());
}
Type UIntCodeAttr::getStorageType() const {
  return IntegerType::get(getContext(), getWidth());
}

//===----------------------------------------------------------------------===//
// NamedCodeAttr
//===----------------------------------------------------------------------===//

/// Attributes hold the name; each call makes the code anew, which is a small
/// object.
static std::unique_ptr<num::Code> makeNamed(StringRef name) {
  std::string error;
  return num::makeCode({name.data(), name.size()}, error);
}

LogicalResult NamedCodeAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                    StringRef name) {
  std::unique_ptr<num::Code> code = makeNamed(name);
  if (!code || code->bits() > 16)
    return emitError() << "expected a code (" << listCodeNames()
                       << "), found '" << name << "'";
  if (isPlainInteger(*code))
    return emitError() << "expected #qs.int or #qs.uint for '" << name << "'";
  return success();
}
std::string NamedCodeAttr::getCodeName() const { return getName().str(); }
unsigned NamedCodeAttr::getBits() const { return makeNamed(getName())->bits(); }
bool NamedCodeAttr::isInteger() const { return makeNamed(getName())->isInteger(); }
std::pair<int64_t, int64_t> NamedCodeAttr::getIntegerRange() const {
  std::unique_ptr<num::Code> code = makeNamed(getName());
  if (code->isInteger())
    return {code->minLevel(), code->maxLevel()};
  return {0, int64_t(llvm::maxUIntN(getBits()))};
}
std::unique_ptr<num::Code> NamedCodeAttr::getArithmetic() const {
  return makeNamed(getName());
}
Type NamedCodeAttr::getStorageType() const {
  return IntegerType::get(getContext(), getBits());
}

//===----------------------------------------------------------------------===//
// DensePatternAttr
//===----------------------------------------------------------------------===//

std::string DensePatternAttr::getPatternName() const { return "dense"; }
bool DensePatternAttr::isDense() const { return true; }
LogicalResult
DensePatternAttr::verifyShape(ArrayRef<int64_t>,
                              function_ref<InFlightDiagnostic()>) const {
  return success();
}

//===----------------------------------------------------------------------===//
// RangeAttr: #qs.range<min, max, "method", count, "hash">
//===----------------------------------------------------------------------===//

LogicalResult RangeAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                APFloat min, APFloat max, StringRef, uint64_t,
                                StringRef) {
  if (!min.isFinite() || !max.isFinite())
    return emitError() << "expected a finite range";
  if (min.convertToDouble() > max.convertToDouble())
    return emitError() << "expected min <= max, found " << min.convertToDouble()
                       << " > " << max.convertToDouble();
  return success();
}

Attribute RangeAttr::parse(AsmParser &parser, Type) {
  double min, max;
  uint64_t count;
  std::string method, hash;
  if (parser.parseLess() || parser.parseFloat(min) || parser.parseComma() ||
      parser.parseFloat(max) || parser.parseComma() ||
      parser.parseString(&method) || parser.parseComma() ||
      parser.parseInteger(count) || parser.parseComma() ||
      parser.parseString(&hash) || parser.parseGreater())
    return {};
  return parser.getChecked<RangeAttr>(parser.getContext(), APFloat(min),
                                      APFloat(max), method, count, hash);
}

void RangeAttr::print(AsmPrinter &printer) const {
  printer << "<";
  printer.printFloat(getMin());
  printer << ", ";
  printer.printFloat(getMax());
  printer << ", \"" << getMethod() << "\", " << getCount() << ", \""
          << getDataHash() << "\">";
}

//===----------------------------------------------------------------------===//
// AccumulatorAttr
//===----------------------------------------------------------------------===//

/// N of `iN`; 0 for other texts.
static unsigned integerWidth(StringRef format) {
  unsigned width;
  if (!format.consume_front("i") || format.getAsInteger(10, width) ||
      format.starts_with("0"))
    return 0;
  return width;
}

static std::optional<num::FloatFormat> parseFormat(StringRef format,
                                                   std::string &error) {
  return num::parseFloatFormat({format.data(), format.size()}, error);
}

LogicalResult
AccumulatorAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                        StringRef format, uint64_t chunk, SumOrder order,
                        bool fused, std::optional<uint64_t> seed) {
  if (unsigned width = integerWidth(format)) {
    if (width < 2 || width > 64)
      return emitError() << "expected an integer accumulator of 2 to 64 bits, "
                            "found "
                         << format;
    if (chunk || order != SumOrder::Consecutive || fused || seed)
      return emitError()
             << "an integer sum is exact: expected no chunk, order, "
                "fused or seed with "
             << format;
    return success();
  }
  std::string error;
  if (!parseFormat(format, error))
    return emitError()
           << "expected an accumulator iN (2 to 64 bits) or a float "
              "format: "
           << error;
  if (order == SumOrder::Strided && chunk == 0)
    return emitError() << "order = strided needs a chunk";
  if (chunk > uint64_t(1) << 31)
    return emitError() << "expected a chunk of 1 to 2^31 terms, or none, found "
                       << chunk;
  return success();
}

unsigned AccumulatorAttr::getWidth() const { return integerWidth(getFormat()); }

num::Accumulation AccumulatorAttr::getAccumulation() const {
  std::string error;
  num::Accumulation how;
  how.format = *parseFormat(getFormat(), error);
  how.chunk = getChunk();
  how.order = static_cast<num::SumOrder>(getOrder());
  how.fused = getFused();
  how.seed = getSeed();
  return how;
}

AccumulatorAttr AccumulatorAttr::getInteger(MLIRContext *context,
                                            unsigned width) {
  return get(context, "i" + std::to_string(width));
}

Attribute AccumulatorAttr::parse(AsmParser &parser, Type) {
  StringRef format;
  uint64_t chunk = 0, seedValue;
  SumOrder order = SumOrder::Consecutive;
  bool fused = false;
  std::optional<uint64_t> seed;
  if (parser.parseLess() || parser.parseKeyword(&format))
    return {};
  while (succeeded(parser.parseOptionalComma())) {
    StringRef key, word;
    SMLoc at = parser.getCurrentLocation();
    if (parser.parseKeyword(&key))
      return {};
    if (key == "fused") {
      fused = true;
      continue;
    }
    if (key != "chunk" && key != "order" && key != "seed") {
      parser.emitError(at) << "expected chunk, order, fused or seed, found '"
                           << key << "'";
      return {};
    }
    if (parser.parseEqual())
      return {};
    at = parser.getCurrentLocation();
    if (key == "order") {
      if (parser.parseKeyword(&word))
        return {};
      std::optional<SumOrder> known = symbolizeSumOrder(word);
      if (!known) {
        parser.emitError(at)
            << "expected consecutive or strided, found '" << word << "'";
        return {};
      }
      order = *known;
    } else if (key == "seed") {
      if (parser.parseInteger(seedValue))
        return {};
      seed = seedValue;
    } else if (parser.parseInteger(chunk)) {
      return {};
    } else if (chunk == 0) {
      parser.emitError(at) << "expected a chunk of 1 to 2^31 terms, or none, "
                              "found 0";
      return {};
    }
  }
  if (parser.parseGreater())
    return {};
  return parser.getChecked<AccumulatorAttr>(parser.getContext(), format, chunk,
                                            order, fused, seed);
}

void AccumulatorAttr::print(AsmPrinter &printer) const {
  printer << "<" << getFormat();
  if (getChunk())
    printer << ", chunk = " << getChunk();
  if (getOrder() != SumOrder::Consecutive)
    printer << ", order = " << stringifySumOrder(getOrder());
  if (getFused())
    printer << ", fused";
  if (getSeed())
    printer << ", seed = " << *getSeed();
  printer << ">";
}
