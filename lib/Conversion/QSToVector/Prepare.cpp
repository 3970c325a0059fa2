//===- Prepare.cpp - Copies of activations that kernels can read ----------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Conversion/QSToVector/Prepare.h"
#include "Decode.h"
#include "EmitUtils.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace qs::vec {

namespace {

class PrepareEmitter {
public:
  PrepareEmitter(OpBuilder &b, Location loc, const PrepareProblem &problem,
                 Value input, Value output)
      : b(b), loc(loc), p(problem), input(input), output(output),
        inElement(cast<MemRefType>(input.getType()).getElementType()),
        outElement(cast<MemRefType>(output.getType()).getElementType()) {
    if (p.convert != RowConversion::Decode)
      return;
    native::PackedLayout words;
    words.lanes = p.target->floating.lanes;
    if (p.element) {
      words.planes.slot = 16;
      decoder.emplace(b, loc, *p.target, words, p.element);
    } else {
      words.planes.bits = llvm::Log2_64(p.table.size());
      words.planes.slot = 32;
      decoder.emplace(b, loc, *p.target, words, p.table);
    }
  }

  void emit();

private:
  /// Covers [0, length) with vectors of one power-of-two width; the last one
  /// overlaps its neighbour instead of being masked.
  void cover(int64_t length, llvm::function_ref<void(Value, int64_t)> body);
  void copy(Value from, Value to, int64_t length);
  void packBits(Value from, Value to, int64_t length);
  void decode(Value from, Value to, int64_t length);
  /// Elements that `length` of the input become.
  int64_t outElements(int64_t length) const {
    return p.convert == RowConversion::PackBits
               ? llvm::divideCeil(length, int64_t(32))
               : length;
  }
  void fill(Value to, int64_t length);
  Value convert(Value value);

  OpBuilder &b;
  Location loc;
  const PrepareProblem &p;
  Value input, output;
  Type inElement, outElement;
  std::optional<DecodeEmitter> decoder;
};

void PrepareEmitter::cover(int64_t length,
                           llvm::function_ref<void(Value, int64_t)> body) {
  if (length <= 0)
    return;
  int64_t lanes = 64;
  while (lanes > length)
    lanes /= 2;
  int64_t whole = length / lanes * lanes;
  forEach(b, loc, whole, lanes, [&](Value i) { body(i, lanes); });
  if (whole < length)
    body(constIndex(b, loc, length - lanes), lanes);
}

Value PrepareEmitter::convert(Value value) {
  auto wide = cast<VectorType>(value.getType()).clone(outElement);
  switch (p.convert) {
  case RowConversion::Copy:
    return value;
  case RowConversion::FlipSign:
    return arith::XOrIOp::create(
        b, loc, value,
        splat(b, loc, value.getType(),
              -(int64_t(1) << (inElement.getIntOrFloatBitWidth() - 1))));
  case RowConversion::SignExtend:
    return arith::ExtSIOp::create(b, loc, wide, value);
  case RowConversion::ZeroExtend:
    return arith::ExtUIOp::create(b, loc, wide, value);
  case RowConversion::PackBits:
  case RowConversion::Decode:
    break;
  }
  llvm_unreachable("all conversions are handled");
}

/// Words to numbers, as many at once as the target's f32 kernels have lanes.
void PrepareEmitter::decode(Value from, Value to, int64_t length) {
  int64_t lanes = p.target->floating.lanes;
  auto words = VectorType::get({lanes}, inElement);
  auto numbers = VectorType::get({lanes}, outElement);
  auto convert = [&](Value i, int64_t valid) {
    Value word =
        loadLanes(b, loc, words, input, addIndex(b, loc, from, i), valid);
    Value number;
    if (p.element) {
      number = decoder->widenAny(word);
      if (p.zeroPoint != 0)
        number = arith::SubFOp::create(
            b, loc, number, splat(b, loc, numbers, double(p.zeroPoint)));
    } else {
      word = arith::ExtUIOp::create(b, loc, words.clone(b.getI32Type()), word);
      number = decoder->decodeSlots(word);
    }
    storeLanes(b, loc, number, output, addIndex(b, loc, to, i), valid);
  };
  int64_t whole = length / lanes * lanes;
  forEach(b, loc, whole, lanes, [&](Value i) { convert(i, lanes); });
  if (whole < length)
    convert(constIndex(b, loc, whole), length - whole);
}

/// The low bits of 32 bytes are the bits of one word, the first the lowest;
/// what the last word lacks is 0.
void PrepareEmitter::packBits(Value from, Value to, int64_t length) {
  auto pack = [&](Value word, int64_t words, int64_t valid) {
    auto bytes = VectorType::get({32 * words}, inElement);
    Value value =
        loadLanes(b, loc, bytes, input,
                  addIndex(b, loc, from, mulIndex(b, loc, word, 32)), valid);
    value = arith::TruncIOp::create(b, loc, bytes.clone(b.getI1Type()), value);
    value = vector::BitCastOp::create(
        b, loc, VectorType::get({words}, outElement), value);
    vector::StoreOp::create(b, loc, value, output, addIndex(b, loc, to, word));
  };
  int64_t pairs = length / 64 * 2, whole = length / 32;
  forEach(b, loc, pairs, 2, [&](Value word) { pack(word, 2, 64); });
  if (pairs < whole)
    pack(constIndex(b, loc, pairs), 1, 32);
  if (whole * 32 < length)
    pack(constIndex(b, loc, whole), 1, length - whole * 32);
}

void PrepareEmitter::copy(Value from, Value to, int64_t length) {
  if (p.convert == RowConversion::PackBits)
    return packBits(from, to, length);
  if (p.convert == RowConversion::Decode)
    return decode(from, to, length);
  cover(length, [&](Value i, int64_t lanes) {
    Value value = vector::LoadOp::create(
        b, loc, VectorType::get({lanes}, inElement), input,
        addIndex(b, loc, from, i));
    vector::StoreOp::create(b, loc, convert(value), output,
                            addIndex(b, loc, to, i));
  });
}

void PrepareEmitter::fill(Value to, int64_t length) {
  cover(length, [&](Value i, int64_t lanes) {
    Value value =
        splat(b, loc, VectorType::get({lanes}, outElement), p.fill);
    vector::StoreOp::create(b, loc, value, output, addIndex(b, loc, to, i));
  });
}

void PrepareEmitter::emit() {
  int64_t top = p.pad[0], bottom = p.pad[1], left = p.pad[2],
          right = p.pad[3];
  int64_t channels = outElements(p.channels) + p.channelPad;
  int64_t outWidth = left + p.width + right;
  int64_t outHeight = top + p.height + bottom;
  // Pixels that fill their words may lie in one run.
  bool whole = p.convert != RowConversion::PackBits || p.channels % 32 == 0;
  bool dense = p.channelPad == 0 && whole;
  bool plain = dense && left == 0 && right == 0;
  int64_t inImage = p.height * p.width * p.channels;
  int64_t outImage = outHeight * outWidth * channels;
  int64_t line = outWidth * channels;
  Value zero = constIndex(b, loc, 0);

  if (plain && top == 0 && bottom == 0) {
    copy(zero, zero, p.batch * inImage);
    return;
  }
  forEach(b, loc, p.batch, 1, [&](Value n) {
    Value from = mulIndex(b, loc, n, inImage);
    Value to = mulIndex(b, loc, n, outImage);
    fill(to, top * line);
    fill(addIndex(b, loc, to, (top + p.height) * line), bottom * line);
    Value body = addIndex(b, loc, to, top * line);
    if (plain) {
      copy(from, body, inImage);
      return;
    }
    forEach(b, loc, p.height, 1, [&](Value y) {
      Value rowFrom =
          addIndex(b, loc, from, mulIndex(b, loc, y, p.width * p.channels));
      Value rowTo = addIndex(b, loc, body, mulIndex(b, loc, y, line));
      fill(rowTo, left * channels);
      fill(addIndex(b, loc, rowTo, (left + p.width) * channels),
           right * channels);
      Value inner = addIndex(b, loc, rowTo, left * channels);
      if (dense) {
        copy(rowFrom, inner, p.width * p.channels);
        return;
      }
      forEach(b, loc, p.width, 1, [&](Value x) {
        Value pixel = addIndex(b, loc, inner, mulIndex(b, loc, x, channels));
        copy(addIndex(b, loc, rowFrom, mulIndex(b, loc, x, p.channels)), pixel,
             p.channels);
        fill(addIndex(b, loc, pixel, channels - p.channelPad), p.channelPad);
      });
    });
  });
}

} // namespace

void emitPrepare(OpBuilder &b, Location loc, const PrepareProblem &problem,
                 Value input, Value output) {
  PrepareEmitter(b, loc, problem, input, output).emit();
}

void emitSumRuns(OpBuilder &b, Location loc, int64_t count, int64_t run,
                 bool unsignedBytes, Value input, Value output) {
  constexpr int64_t lanes = 16;
  auto stored = VectorType::get(
      {lanes}, cast<MemRefType>(input.getType()).getElementType());
  auto words = VectorType::get({lanes}, b.getI32Type());
  forEach(b, loc, count, 1, [&](Value i) {
    Value start = mulIndex(b, loc, i, run);
    auto add = [&](Value at, int64_t valid, Value acc) -> Value {
      Value part =
          loadLanes(b, loc, stored, input, addIndex(b, loc, start, at), valid);
      part = unsignedBytes
                 ? arith::ExtUIOp::create(b, loc, words, part).getResult()
                 : arith::ExtSIOp::create(b, loc, words, part).getResult();
      return arith::AddIOp::create(b, loc, acc, part);
    };
    int64_t whole = run / lanes * lanes;
    Value acc = forCarrying(b, loc, whole, lanes, splat(b, loc, words, 0),
                            [&](Value at, ValueRange carried) {
                              return SmallVector<Value>{
                                  add(at, lanes, carried[0])};
                            })[0];
    if (whole < run)
      acc = add(constIndex(b, loc, whole), run - whole, acc);
    Value sum = vector::ReductionOp::create(b, loc, vector::CombiningKind::ADD,
                                            acc);
    memref::StoreOp::create(b, loc, sum, output, i);
  });
}

} // namespace qs::vec
