//===- DepthwiseQuads.cpp - Depthwise convolutions by byte dots -----------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// See QuadLayout.h for the idea. A tile is `outputs` pixels by one block of
// channels; per row of the window it loads the columns once, unpacks them once
// and runs four dots for each output.
//
//===----------------------------------------------------------------------===//

#include "qs/Conversion/QSToVector/Depthwise.h"
#include "ColumnTail.h"
#include "EmitUtils.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;

namespace qs::vec {

namespace {

/// Channels that the tail handles at once.
constexpr int64_t tailLanes = 16;

class QuadEmitter {
public:
  QuadEmitter(OpBuilder &b, Location loc, const DepthwiseProblem &problem,
              const native::QuadLayout &layout, const GemmOperands &operands)
      : b(b), loc(loc), p(problem), layout(layout), operands(operands),
        tail(b, loc, problem.epilogue, operands, /*bias=*/false,
             /*isFloat=*/false, tailLanes) {}

  void emit();

private:
  /// A block of channels; `valid` is less than `width` in the last one only.
  struct Block {
    Value first;
    int64_t width, valid;
  };

  void emitBlock(const Block &block);
  void emitTile(const Block &block, Value image, Value y, Value x,
                int64_t outputs);
  SmallVector<Value> loadColumns(const Block &block, Value at, int64_t quad,
                                 int64_t columns);
  SmallVector<Value> unpack(ArrayRef<Value> columns, int64_t width);
  Value interleave(Value low, Value high, int64_t width, int64_t unit,
                   bool upper);
  SmallVector<Value> inOrder(ArrayRef<Value> acc, int64_t width);
  Value dot(Value acc, Value rows, Value weights, int64_t width);

  OpBuilder &b;
  Location loc;
  const DepthwiseProblem &p;
  const native::QuadLayout &layout;
  const GemmOperands &operands;
  ColumnTail tail;
};

/// Units of `unit` bytes of the lower or upper halves of each 128-bit part of
/// two vectors, in turn: punpcklbw, punpckhwd and their like.
Value QuadEmitter::interleave(Value low, Value high, int64_t width,
                              int64_t unit, bool upper) {
  SmallVector<int64_t> mask;
  for (int64_t part = 0; part < width; part += 16)
    for (int64_t i = 0; i < 8; i += unit)
      for (int64_t source : {int64_t(0), width})
        for (int64_t byte = 0; byte < unit; ++byte)
          mask.push_back(source + part + (upper ? 8 : 0) + i + byte);
  return vector::ShuffleOp::create(b, loc, low, high, mask);
}

SmallVector<Value> QuadEmitter::unpack(ArrayRef<Value> x, int64_t width) {
  SmallVector<Value> result;
  for (bool upper : {false, true}) {
    Value front = interleave(x[0], x[1], width, 1, upper);
    Value back = interleave(x[2], x[3], width, 1, upper);
    result.push_back(interleave(front, back, width, 2, false));
    result.push_back(interleave(front, back, width, 2, true));
  }
  return result;
}

/// Four neighbouring columns; those that no window needs are zero, so that no
/// load goes past the row.
SmallVector<Value> QuadEmitter::loadColumns(const Block &block, Value at,
                                            int64_t quad, int64_t columns) {
  auto type = VectorType::get({block.width}, b.getI8Type());
  SmallVector<Value> result;
  for (int64_t i = 4 * quad; i < 4 * quad + 4; ++i) {
    if (i >= columns) {
      result.push_back(splat(b, loc, type, 0));
      continue;
    }
    result.push_back(
        loadLanes(b, loc, type, operands.rows,
                  addIndex(b, loc, at, i * p.dilation[1] * p.channels),
                  block.valid));
  }
  return result;
}

Value QuadEmitter::dot(Value acc, Value rows, Value weights, int64_t width) {
  StringRef name = width == 64   ? "llvm.x86.avx512.vpdpbusd.512"
                   : width == 32 ? "llvm.x86.avx512.vpdpbusd.256"
                                 : "llvm.x86.avx512.vpdpbusd.128";
  return LLVM::CallIntrinsicOp::create(b, loc, acc.getType(),
                                       b.getStringAttr(name),
                                       ValueRange{acc, rows, weights})
      .getResult(0);
}

/// The four accumulators of a block as vectors of 16 neighbouring channels.
SmallVector<Value> QuadEmitter::inOrder(ArrayRef<Value> acc, int64_t width) {
  int64_t lanes = width / 4;
  SmallVector<Value> result;
  for (int64_t part = 0; part < width / 16; ++part) {
    SmallVector<int64_t> pair, both;
    for (int64_t source : {int64_t(0), lanes})
      for (int64_t i = 0; i < 4; ++i)
        pair.push_back(source + 4 * part + i);
    for (int64_t i = 0; i < 16; ++i)
      both.push_back(i);
    Value front = vector::ShuffleOp::create(b, loc, acc[0], acc[1], pair);
    Value back = vector::ShuffleOp::create(b, loc, acc[2], acc[3], pair);
    result.push_back(vector::ShuffleOp::create(b, loc, front, back, both));
  }
  return result;
}

void QuadEmitter::emitTile(const Block &block, Value image, Value y, Value x,
                           int64_t outputs) {
  int64_t line = p.width * p.channels, width = block.width;
  Value start = addIndex(
      b, loc,
      addIndex(b, loc, mulIndex(b, loc, image, p.height * line),
               mulIndex(b, loc, y, p.stride[0] * line)),
      addIndex(b, loc, mulIndex(b, loc, x, p.stride[1] * p.channels),
               block.first));
  Value weights = mulIndex(b, loc, block.first, layout.channelBytes());
  int64_t columns = layout.kw + (outputs - 1) * layout.step;
  auto accType = VectorType::get({width / 4}, b.getI32Type());
  auto byteType = VectorType::get({width}, b.getI8Type());
  SmallVector<Value> acc(outputs * 4, splat(b, loc, accType, 0));
  for (int64_t ky = 0; ky < layout.kh; ++ky)
    for (int64_t q = 0; 4 * q < columns; ++q) {
      Value at = addIndex(b, loc, start, ky * p.dilation[0] * line);
      SmallVector<Value> rows =
          unpack(loadColumns(block, at, q, columns), width);
      for (int64_t o = 0; o < outputs; ++o) {
        int64_t first = o * layout.step;
        if (4 * q + 3 < first || 4 * q >= first + layout.kw)
          continue;
        for (int64_t j = 0; j < 4; ++j) {
          int64_t offset =
              (((o * layout.kh + ky) * layout.quads() + q) * 4 + j) * width;
          Value w = vector::LoadOp::create(
              b, loc, byteType, operands.weights,
              addIndex(b, loc, weights, offset));
          acc[o * 4 + j] = dot(acc[o * 4 + j], rows[j], w, width);
        }
      }
    }

  Value pixel = addIndex(
      b, loc,
      mulIndex(b, loc, addIndex(b, loc, mulIndex(b, loc, image, p.out[0]), y),
               p.out[1]),
      x);
  Value result = addIndex(b, loc, mulIndex(b, loc, pixel, p.channels),
                          block.first);
  for (int64_t part = 0; 16 * part < block.valid; ++part) {
    int64_t valid = std::min(tailLanes, block.valid - 16 * part);
    Value channel = addIndex(b, loc, block.first, 16 * part);
    ColumnTail::Columns tailColumns = tail.load(channel, valid);
    Value bias;
    if (p.bias)
      bias = loadLanes(b, loc, VectorType::get({tailLanes}, b.getI32Type()),
                       operands.bias, channel, valid);
    for (int64_t o = 0; o < outputs; ++o) {
      Value sum = inOrder(ArrayRef(acc).slice(o * 4, 4), width)[part];
      if (bias)
        sum = arith::AddIOp::create(b, loc, sum, bias);
      tail.store(sum, tailColumns,
                 addIndex(b, loc, result, o * p.channels + 16 * part));
    }
  }
}

void QuadEmitter::emitBlock(const Block &block) {
  int64_t whole = p.out[1] / layout.outputs * layout.outputs;
  forEach(b, loc, p.batch, 1, [&](Value image) {
    int64_t threads = threadsFor(p.products(), p.threads);
    forEachShared(b, loc, p.out[0], 1, threads, [&](Value y) {
      forEach(b, loc, whole, layout.outputs, [&](Value x) {
        emitTile(block, image, y, x, layout.outputs);
      });
      forEach(b, loc, p.out[1] - whole, 1, [&](Value x) {
        emitTile(block, image, y, addIndex(b, loc, x, whole), 1);
      });
    });
  });
}

void QuadEmitter::emit() {
  // All whole blocks of 64 in one loop; then at most one of 32 and two of 16.
  int64_t whole = p.channels / 64 * 64;
  forEach(b, loc, whole, 64,
          [&](Value first) { emitBlock({first, 64, 64}); });
  for (int64_t first = whole; first < p.channels;) {
    int64_t width = native::QuadLayout::blockWidth(p.channels - first);
    emitBlock({constIndex(b, loc, first), width,
               std::min(width, p.channels - first)});
    first += width;
  }
}

} // namespace

void emitDepthwiseQuads(OpBuilder &b, Location loc,
                        const DepthwiseProblem &problem,
                        const native::QuadLayout &layout,
                        const GemmOperands &operands) {
  QuadEmitter(b, loc, problem, layout, operands).emit();
}

} // namespace qs::vec
