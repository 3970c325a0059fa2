//===- Layouts.cpp - packed layouts and epilogues -------------------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Dialect/QS/IR/QSDialect.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/MathExtras.h"
#include <cmath>

using namespace mlir;
using namespace qs;

using EmitError = function_ref<InFlightDiagnostic()>;

static LogicalResult verifyTarget(EmitError emitError, StringRef target) {
  if (native::findTarget({target.data(), target.size()}))
    return success();
  InFlightDiagnostic diag = emitError() << "unknown target " << target
                                        << ", expected one of";
  for (const native::Target &known : native::targets)
    diag << " " << StringRef(known.name.data(), known.name.size());
  return diag;
}

/// Bytes of one packed element, or failure where the type cannot be packed:
/// integer codes of up to 8 bits take one, up to 16 bits two, f32 takes four.
static FailureOr<int64_t> elementBytes(RankedTensorType logical,
                                       EmitError emitError) {
  if (logical.getElementType().isF32())
    return 4;
  QuantType type = QuantType::of(logical);
  if (type && type.isInteger() && type.getBits() <= 16)
    return type.getBits() > 8 ? 2 : 1;
  return emitError() << "expected f32 or an integer code, found "
                     << logical.getElementType();
}

/// Words to bytes of one element and back; codes are sign- or zero-extended.
namespace {
class ElementCoder {
public:
  explicit ElementCoder(RankedTensorType logical)
      : type(QuantType::of(logical)), size(logical.getElementType().isF32() ? 4
                                           : type.getBits() > 8 ? 2
                                                                : 1),
        isSigned(size < 4 && type.getIntegerRange().first < 0) {}

  int64_t bytes() const { return size; }

  void write(SmallVectorImpl<char> &bytes, int64_t at, uint32_t word) const {
    if (isSigned)
      word = uint32_t(llvm::SignExtend64(word, type.getBits()));
    for (int64_t i = 0; i < size; ++i)
      bytes[size * at + i] = char(word >> (8 * i));
  }

  uint32_t read(ArrayRef<char> bytes, int64_t at) const {
    uint32_t word = 0;
    for (int64_t i = 0; i < size; ++i)
      word |= uint32_t(uint8_t(bytes[size * at + i])) << (8 * i);
    return size == 4 ? word
                     : word & llvm::maskTrailingOnes<uint32_t>(type.getBits());
  }

private:
  QuantType type;
  int64_t size;
  bool isSigned;
};
} // namespace

//===----------------------------------------------------------------------===//
// GemmLayoutAttr
//===----------------------------------------------------------------------===//

/// Sums of i16 belong to a dot of the target, over bytes.
static LogicalResult verifyNarrow(EmitError emitError, StringRef target,
                                  int64_t lanes, int64_t k,
                                  DenseArrayAttr table, Type element,
                                  int64_t narrow) {
  const native::DotPrimitive &dot =
      native::findTarget({target.data(), target.size()})->narrow;
  if (narrow < 0 || narrow > UINT32_MAX)
    return emitError() << "expected narrow from 0 to " << UINT32_MAX
                       << ", found " << narrow;
  if (dot.lanes == 0)
    return emitError() << "expected no narrow on " << target << ", found "
                       << narrow;
  if (lanes != dot.lanes || k != dot.k)
    return emitError() << "expected lanes = " << dot.lanes
                       << " and k = " << dot.k << " with narrow on " << target
                       << ", found " << lanes << " and " << k;
  if (element || (table && !table.getElementType().isInteger(8)))
    return emitError() << "expected plain bytes or a table of i8 with narrow";
  return success();
}

LogicalResult GemmLayoutAttr::verify(EmitError emitError, StringRef target,
                                     int64_t axis, int64_t groups, int64_t taps,
                                     int64_t lanes, int64_t vectors, int64_t k,
                                     DenseArrayAttr table, Type element,
                                     int64_t narrow) {
  if (failed(verifyTarget(emitError, target)))
    return failure();
  if (axis < 0)
    return emitError() << "expected a column axis of at least 0, found "
                       << axis;
  for (int64_t value : {groups, taps, lanes, vectors, k})
    if (value < 1 || value > (1 << 20))
      return emitError() << "expected groups, taps, lanes, vectors and k from "
                            "1 to 1048576, found "
                         << value;
  if (narrow != 0 &&
      failed(verifyNarrow(emitError, target, lanes, k, table, element, narrow)))
    return failure();
  if (element && table)
    return emitError() << "expected a table or an element type, found both";
  if (element &&
      !llvm::is_contained(getElementTypes(element.getContext()), element))
    return emitError() << "expected elements of i8, i16, ui16, f16 or bf16, "
                          "found "
                       << element;
  if (!table)
    return success();
  if (auto signs = dyn_cast<DenseI32ArrayAttr>(table)) {
    if (signs.size() != 2 || signs[0] + signs[1] != 0 ||
        signs[0] * signs[1] != -1)
      return emitError() << "expected 1 and -1 in a table of i32, found "
                         << table;
    if (k != 1)
      return emitError() << "expected k = 1 with a table of i32, found " << k;
    return success();
  }
  if (!table.getElementType().isInteger(8) && !table.getElementType().isF32())
    return emitError() << "expected a table of i8, i32 or f32, found "
                       << table.getElementType();
  bool fives = table.size() == 3 && table.getElementType().isInteger(8);
  if (!fives && (table.size() < 2 || table.size() > 256 ||
                 !llvm::isPowerOf2_64(table.size())))
    return emitError() << "expected a table of 2, 4, 8, .. or 256 entries (or "
                          "3 of i8), found "
                       << table.size();
  return success();
}

GemmLayoutAttr GemmLayoutAttr::withTable(DenseArrayAttr table) const {
  return get(getContext(), getTarget(), getAxis(), getGroups(), getTaps(),
             getLanes(), getVectors(), getK(), table, Type(), getNarrow());
}

GemmLayoutAttr GemmLayoutAttr::withNarrow(int64_t steps) const {
  return get(getContext(), getTarget(), getAxis(), getGroups(), getTaps(),
             getLanes(), getVectors(), getK(), getTable(), getElement(), steps);
}

native::DotPrimitive GemmLayoutAttr::getByteDot() const {
  const native::Target &target =
      *native::findTarget({getTarget().data(), getTarget().size()});
  if (getNarrow() == 0)
    return target.integer;
  native::DotPrimitive dot = target.narrow;
  dot.flushSteps = unsigned(getNarrow());
  return dot;
}

GemmLayoutAttr GemmLayoutAttr::withElement(Type element) const {
  return get(getContext(), getTarget(), getAxis(), getGroups(), getTaps(),
             getLanes(), getVectors(), getK(), DenseArrayAttr(), element, 0);
}

GemmLayoutAttr GemmLayoutAttr::withVectors(int64_t lanes, int64_t vectors,
                                           int64_t k) const {
  return get(getContext(), getTarget(), getAxis(), getGroups(), getTaps(),
             lanes, vectors, k, getTable(), getElement(), getNarrow());
}

GemmLayoutAttr GemmLayoutAttr::withVectors(int64_t vectors) const {
  return get(getContext(), getTarget(), getAxis(), getGroups(), getTaps(),
             getLanes(), vectors, getK(), getTable(), getElement(),
             getNarrow());
}

SmallVector<float> GemmLayoutAttr::getLevels() const {
  DenseArrayAttr table = getTable();
  if (auto bytes = dyn_cast_or_null<DenseI8ArrayAttr>(table))
    return SmallVector<float>(bytes.asArrayRef());
  if (auto floats = dyn_cast_or_null<DenseF32ArrayAttr>(table))
    return SmallVector<float>(floats.asArrayRef());
  if (auto signs = dyn_cast_or_null<DenseI32ArrayAttr>(table))
    return SmallVector<float>(signs.asArrayRef());
  return {};
}

SmallVector<float> GemmLayoutAttr::getNumbers(ArrayRef<uint32_t> words) const {
  if (getElement())
    return getNumbers(getElement(), words);
  SmallVector<float> levels = getLevels(), numbers;
  for (uint32_t word : words)
    numbers.push_back(levels[word]);
  return numbers;
}

SmallVector<float> GemmLayoutAttr::getNumbers(Type element,
                                              ArrayRef<uint32_t> words) {
  SmallVector<float> numbers;
  unsigned width = element.getIntOrFloatBitWidth();
  for (uint32_t word : words) {
    if (auto type = dyn_cast<FloatType>(element)) {
      APFloat number(type.getFloatSemantics(), APInt(width, word));
      bool lossy;
      number.convert(APFloat::IEEEsingle(), APFloat::rmNearestTiesToEven,
                     &lossy);
      numbers.push_back(number.convertToFloat());
    } else {
      APInt number(width, word);
      numbers.push_back(element.isUnsignedInteger()
                            ? float(number.getZExtValue())
                            : float(number.getSExtValue()));
    }
  }
  return numbers;
}

SmallVector<Type> GemmLayoutAttr::getElementTypes(MLIRContext *context) {
  return {IntegerType::get(context, 8), IntegerType::get(context, 16),
          IntegerType::get(context, 16, IntegerType::Unsigned),
          Float16Type::get(context), BFloat16Type::get(context)};
}

std::optional<uint32_t> GemmLayoutAttr::getWord(Type element, float number) {
  if (!std::isfinite(number))
    return {};
  if (auto type = dyn_cast<FloatType>(element)) {
    APFloat exact(number);
    bool lossy = false;
    exact.convert(type.getFloatSemantics(), APFloat::rmNearestTiesToEven,
                  &lossy);
    if (lossy)
      return {};
    return uint32_t(exact.bitcastToAPInt().getZExtValue());
  }
  unsigned width = element.getIntOrFloatBitWidth();
  bool isUnsigned = element.isUnsignedInteger();
  int64_t most = (int64_t(1) << (isUnsigned ? width : width - 1)) - 1;
  int64_t least = isUnsigned ? 0 : -most - 1;
  // Integers have one zero.
  if (std::nearbyint(number) != number || number < float(least) ||
      number > float(most) || llvm::bit_cast<uint32_t>(number) == 1u << 31)
    return {};
  return uint32_t(int64_t(number)) & llvm::maskTrailingOnes<uint32_t>(width);
}

bool GemmLayoutAttr::isFloat(RankedTensorType logical) const {
  if (getElement())
    return true;
  return getTable() ? getTable().getElementType().isF32()
                    : logical.getElementType().isF32();
}

native::PackedLayout
GemmLayoutAttr::getNative(RankedTensorType logical) const {
  native::PackedLayout layout;
  int64_t columns = logical.getDimSize(getAxis());
  layout.groups = getGroups();
  layout.columns = columns / getGroups();
  layout.taps = getTaps();
  layout.run =
      columns == 0 ? 0 : logical.getNumElements() / columns / getTaps();
  layout.lanes = getLanes();
  layout.vectors = getVectors();
  layout.k = getK();
  if (getTable()) {
    layout.planes.bits = llvm::Log2_64_Ceil(getTable().size());
    layout.planes.fives = getTable().size() == 3;
    layout.planes.slot = getTable().getElementType().getIntOrFloatBitWidth();
  }
  if (getElement())
    layout.planes.slot = getElement().getIntOrFloatBitWidth();
  return layout;
}

FailureOr<int64_t>
GemmLayoutAttr::getPackedBytes(RankedTensorType logical,
                               EmitError emitError) const {
  if (!logical.hasStaticShape() || getAxis() >= logical.getRank())
    return emitError() << "expected a static shape with axis " << getAxis()
                       << ", found " << logical;
  int64_t columns = logical.getDimSize(getAxis());
  if (columns == 0 || logical.getNumElements() == 0)
    return emitError() << "expected a tensor with elements, found " << logical;
  if (columns % getGroups() != 0)
    return emitError() << "groups " << getGroups()
                       << " must divide the output columns " << columns;
  if (logical.getNumElements() / columns % getTaps() != 0)
    return emitError() << "taps " << getTaps()
                       << " must divide the reduction "
                       << logical.getNumElements() / columns;
  if (getTable()) {
    QuantType type = QuantType::of(logical);
    if (!type || type.getBits() != llvm::Log2_64_Ceil(getTable().size()))
      return emitError() << "expected a code with the " << getTable().size()
                         << " words of the table, found "
                         << logical.getElementType();
    native::PackedLayout layout = getNative(logical);
    return layout.elements() * layout.planes.slot / 8;
  }
  if (getElement()) {
    unsigned width = getElement().getIntOrFloatBitWidth();
    QuantType type = QuantType::of(logical);
    if (!type || type.getBits() != width)
      return emitError() << "expected a code of " << width << " bits for "
                         << getElement() << ", found "
                         << logical.getElementType();
    return getNative(logical).elements() * width / 8;
  }
  FailureOr<int64_t> bytes = elementBytes(logical, emitError);
  if (failed(bytes))
    return failure();
  return getNative(logical).elements() * *bytes;
}

/// Calls `visit(position in the logical tensor, step, at)`; `at(vector)` is the
/// element that holds it when packed, or a piece of it in `vector` of its
/// block.
static void
forEachWeight(GemmLayoutAttr attr, RankedTensorType logical,
              const native::PackedLayout &layout,
              llvm::function_ref<void(int64_t, int64_t,
                                      llvm::function_ref<int64_t(int64_t)>)>
                  visit) {
  int64_t inner = 1;
  for (int64_t d = attr.getAxis() + 1; d < logical.getRank(); ++d)
    inner *= logical.getDimSize(d);
  int64_t columns = logical.getDimSize(attr.getAxis());
  int64_t outer = logical.getNumElements() / columns / inner;
  for (int64_t o = 0; o < outer; ++o)
    for (int64_t c = 0; c < columns; ++c)
      for (int64_t i = 0; i < inner; ++i) {
        int64_t reduced = o * inner + i;
        visit((o * columns + c) * inner + i, reduced % layout.run / layout.k,
              [&](int64_t vector) {
                return layout.offset(c / layout.columns, c % layout.columns,
                                     reduced / layout.run, reduced % layout.run,
                                     vector);
              });
      }
}

/// The same for words that lie whole: `visit(position, position when packed,
/// step)`.
static void
forEachElement(GemmLayoutAttr attr, RankedTensorType logical,
               const native::PackedLayout &layout,
               llvm::function_ref<void(int64_t, int64_t, int64_t)> visit) {
  forEachWeight(attr, logical, layout,
                [&](int64_t position, int64_t step,
                    llvm::function_ref<int64_t(int64_t)> at) {
                  visit(position, at(0), step);
                });
}

/// Calls `visit(word, byte, shift, width, from)` for every piece of every word:
/// bits [from, from + width) of the word lie in `byte` from bit `shift` on. A
/// piece that crosses bytes comes in parts.
static void forEachPiece(
    GemmLayoutAttr attr, RankedTensorType logical,
    const native::PackedLayout &layout,
    llvm::function_ref<void(int64_t, int64_t, unsigned, unsigned, unsigned)>
        visit) {
  const native::BitPlanes &planes = layout.planes;
  SmallVector<SmallVector<native::BitPlanes::Piece>> parts(planes.blockSteps());
  for (int64_t step = 0; step < planes.blockSteps(); ++step)
    for (native::BitPlanes::Piece piece : planes.pieces(step))
      while (piece.width > 0) {
        unsigned width = std::min(piece.width, 8 - piece.bit % 8);
        parts[step].push_back({piece.from, width, piece.vector, piece.bit});
        piece.from += width;
        piece.bit += width;
        piece.width -= width;
      }
  int64_t bytes = planes.slot / 8;
  forEachWeight(
      attr, logical, layout,
      [&](int64_t word, int64_t step, llvm::function_ref<int64_t(int64_t)> at) {
        for (const native::BitPlanes::Piece &part :
             parts[step % planes.blockSteps()])
          visit(word, at(part.vector) * bytes + part.bit / 8, part.bit % 8,
                part.width, part.from);
      });
}

static constexpr unsigned kPowersOf3[] = {1, 3, 9, 27, 81};

static SmallVector<char> packFives(GemmLayoutAttr attr,
                                   RankedTensorType logical,
                                   const native::PackedLayout &layout,
                                   ArrayRef<uint32_t> words) {
  SmallVector<char> packed(layout.elements(), 0);
  forEachElement(
      attr, logical, layout, [&](int64_t word, int64_t byte, int64_t step) {
        packed[byte] =
            char(uint8_t(packed[byte]) + words[word] * kPowersOf3[step % 5]);
      });
  return packed;
}

static SmallVector<uint32_t> unpackFives(GemmLayoutAttr attr,
                                         RankedTensorType logical,
                                         const native::PackedLayout &layout,
                                         ArrayRef<char> bytes) {
  SmallVector<uint32_t> words(logical.getNumElements(), 0);
  forEachElement(
      attr, logical, layout, [&](int64_t word, int64_t byte, int64_t step) {
        words[word] = uint8_t(bytes[byte]) / kPowersOf3[step % 5] % 3;
      });
  return words;
}

static SmallVector<char> packPlanes(GemmLayoutAttr attr,
                                    RankedTensorType logical,
                                    const native::PackedLayout &layout,
                                    ArrayRef<uint32_t> words) {
  SmallVector<char> packed(layout.elements() * layout.planes.slot / 8, 0);
  forEachPiece(attr, logical, layout,
               [&](int64_t word, int64_t byte, unsigned shift, unsigned width,
                   unsigned from) {
                 uint32_t bits = (words[word] >> from) &
                                 llvm::maskTrailingOnes<uint32_t>(width);
                 packed[byte] = char(uint8_t(packed[byte]) | bits << shift);
               });
  return packed;
}

static SmallVector<uint32_t> unpackPlanes(GemmLayoutAttr attr,
                                          RankedTensorType logical,
                                          const native::PackedLayout &layout,
                                          ArrayRef<char> bytes) {
  SmallVector<uint32_t> words(logical.getNumElements(), 0);
  forEachPiece(attr, logical, layout,
               [&](int64_t word, int64_t byte, unsigned shift, unsigned width,
                   unsigned from) {
                 uint32_t bits = (uint32_t(uint8_t(bytes[byte])) >> shift) &
                                 llvm::maskTrailingOnes<uint32_t>(width);
                 words[word] |= bits << from;
               });
  return words;
}

SmallVector<char> GemmLayoutAttr::pack(RankedTensorType logical,
                                       ArrayRef<uint32_t> words) const {
  native::PackedLayout layout = getNative(logical);
  if (layout.planes.fives)
    return packFives(*this, logical, layout, words);
  if (getTable())
    return packPlanes(*this, logical, layout, words);
  if (Type element = getElement()) {
    int64_t bytes = element.getIntOrFloatBitWidth() / 8;
    SmallVector<char> packed(layout.elements() * bytes, 0);
    forEachElement(*this, logical, layout,
                   [&](int64_t from, int64_t to, int64_t) {
                     for (int64_t i = 0; i < bytes; ++i)
                       packed[to * bytes + i] = char(words[from] >> (8 * i));
                   });
    return packed;
  }
  ElementCoder coder(logical);
  SmallVector<char> packed(layout.elements() * coder.bytes(), 0);
  forEachElement(*this, logical, layout,
                 [&](int64_t from, int64_t to, int64_t) {
                   coder.write(packed, to, words[from]);
                 });
  return packed;
}

SmallVector<uint32_t> GemmLayoutAttr::unpack(RankedTensorType logical,
                                             ArrayRef<char> bytes) const {
  native::PackedLayout layout = getNative(logical);
  if (layout.planes.fives)
    return unpackFives(*this, logical, layout, bytes);
  if (getTable())
    return unpackPlanes(*this, logical, layout, bytes);
  SmallVector<uint32_t> words(logical.getNumElements());
  if (Type element = getElement()) {
    int64_t size = element.getIntOrFloatBitWidth() / 8;
    forEachElement(
        *this, logical, layout, [&](int64_t to, int64_t from, int64_t) {
          for (int64_t i = 0; i < size; ++i)
            words[to] |= uint32_t(uint8_t(bytes[from * size + i])) << (8 * i);
        });
    return words;
  }
  ElementCoder coder(logical);
  forEachElement(*this, logical, layout,
                 [&](int64_t to, int64_t from, int64_t) {
                   words[to] = coder.read(bytes, from);
                 });
  return words;
}

//===----------------------------------------------------------------------===//
// DepthwiseLayoutAttr
//===----------------------------------------------------------------------===//

LogicalResult DepthwiseLayoutAttr::verify(EmitError emitError,
                                          StringRef target, int64_t outputs,
                                          int64_t step) {
  if (outputs < 0 || outputs > 16 || step < 1 || step > 16)
    return emitError() << "expected outputs from 0 to 16 and a step from 1 to "
                          "16, found "
                       << outputs << " and " << step;
  return verifyTarget(emitError, target);
}

native::QuadLayout
DepthwiseLayoutAttr::getQuads(RankedTensorType logical) const {
  native::QuadLayout quads;
  quads.channels = logical.getDimSize(0);
  quads.kh = logical.getDimSize(1);
  quads.kw = logical.getDimSize(2);
  quads.outputs = getOutputs();
  quads.step = getStep();
  return quads;
}

FailureOr<int64_t>
DepthwiseLayoutAttr::getPackedBytes(RankedTensorType logical,
                                    EmitError emitError) const {
  if (!logical.hasStaticShape() || logical.getRank() != 4 ||
      logical.getDimSize(3) != 1 || logical.getNumElements() == 0)
    return emitError() << "expected a static shape [C, KH, KW, 1], found "
                       << logical;
  FailureOr<int64_t> bytes = elementBytes(logical, emitError);
  if (failed(bytes))
    return failure();
  if (!isQuads())
    return logical.getNumElements() * *bytes;
  if (*bytes != 1 || QuantType::of(logical).getIntegerRange().second > 127)
    return emitError() << "expected codes that fit a signed byte in fours of "
                          "columns, found "
                       << logical.getElementType();
  return getQuads(logical).bytes();
}

/// Calls `visit(position in the logical tensor, position when packed)`; a
/// weight that lies in several places is visited as often, the first of them
/// last.
static void forEachElement(DepthwiseLayoutAttr attr, RankedTensorType logical,
                           llvm::function_ref<void(int64_t, int64_t)> visit) {
  int64_t channels = logical.getDimSize(0), height = logical.getDimSize(1),
          width = logical.getDimSize(2);
  native::QuadLayout quads = attr.getQuads(logical);
  for (int64_t c = 0; c < channels; ++c)
    for (int64_t y = 0; y < height; ++y)
      for (int64_t x = 0; x < width; ++x) {
        int64_t from = (c * height + y) * width + x;
        if (!attr.isQuads())
          visit(from, (y * width + x) * channels + c);
        for (int64_t o = attr.getOutputs() - 1; o >= 0; --o)
          visit(from, quads.offset(c, y, x, o));
      }
}

SmallVector<char> DepthwiseLayoutAttr::pack(RankedTensorType logical,
                                            ArrayRef<uint32_t> words) const {
  ElementCoder coder(logical);
  int64_t bytes = isQuads() ? getQuads(logical).bytes()
                            : coder.bytes() * int64_t(words.size());
  SmallVector<char> packed(bytes, 0);
  forEachElement(*this, logical, [&](int64_t from, int64_t to) {
    coder.write(packed, to, words[from]);
  });
  return packed;
}

SmallVector<uint32_t>
DepthwiseLayoutAttr::unpack(RankedTensorType logical,
                            ArrayRef<char> bytes) const {
  SmallVector<uint32_t> words(logical.getNumElements());
  ElementCoder coder(logical);
  forEachElement(*this, logical, [&](int64_t to, int64_t from) {
    words[to] = coder.read(bytes, from);
  });
  return words;
}

//===----------------------------------------------------------------------===//
// EpilogueAttr
//===----------------------------------------------------------------------===//

LogicalResult EpilogueAttr::verify(EmitError emitError, EpilogueKind kind,
                                   RoundingMode rounding, int32_t zeroPoint,
                                   int32_t lower, int32_t upper, FloatAttr min,
                                   FloatAttr max) {
  if (rounding == RoundingMode::Stochastic)
    return emitError() << "expected a rounding that needs no seed, found "
                          "'stochastic'";
  if (lower > upper)
    return emitError() << "expected lower <= upper, found " << lower << " > "
                       << upper;
  for (int64_t value : {lower, upper, zeroPoint})
    if (value < -32768 || value > 65535)
      return emitError() << "expected bounds and zero point of a code of at "
                            "most 16 bits, found "
                         << value;
  for (FloatAttr bound : {min, max})
    if (bound && (!bound.getType().isF32() || bound.getValue().isNaN()))
      return emitError() << "expected f32 bounds that are numbers, found "
                         << bound;
  if (kind == EpilogueKind::Requantize && (min || max))
    return emitError() << "requantize has integer bounds only";
  return success();
}
