//===- Depthwise.cpp - Generator of depthwise convolutions ----------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qs/Conversion/QSToVector/Depthwise.h"
#include "ColumnTail.h"
#include "EmitUtils.h"
#include "NumberSums.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;

namespace qs::vec {

using native::Dot;

namespace {

class DepthwiseEmitter {
public:
  DepthwiseEmitter(OpBuilder &b, Location loc, const native::Target &target,
                   const DepthwiseProblem &problem,
                   const GemmOperands &operands)
      : b(b), loc(loc), p(problem), operands(operands),
        isFloat(isa<FloatType>(
            cast<MemRefType>(operands.rows.getType()).getElementType())),
        dot(isFloat ? target.floating : target.integer), lanes(dot.lanes),
        tail(b, loc, problem.epilogue, operands, problem.bias, isFloat,
             dot.lanes, /*signs=*/0, problem.wide) {
    // No pair of i16 takes these.
    if (!isFloat &&
        (problem.wide || isUnsignedWord() || operands.subtractsZeros()))
      dot.kind = Dot::Widen;
    if (p.sums)
      numbers.emplace(b, loc, target, lanes, *p.sums, p.product,
                      p.kernel[0] * p.kernel[1]);
  }

  void emit();

private:
  /// Whether the terms are not just taken one after another.
  bool walksTerms() const {
    int64_t terms = p.kernel[0] * p.kernel[1];
    return p.sums && (p.sums->seed || native::chunkOf(*p.sums, terms) < terms);
  }
  SmallVector<Value> sumTerms(Value start, Value channel, Value result,
                              int64_t pixels, int64_t valid);
  void emitRow(Value image, Value y);
  void emitTile(Value image, Value y, Value x, int64_t pixels, Value channel,
                int64_t valid);
  Value loadPixel(Value index, int64_t valid);
  Value loadTap(Value index, int64_t valid);
  Value accumulate(Value acc, Value pixel, Value tap);
  bool isUnsignedWord() const {
    return p.stored.bits == 16 && p.stored.isUnsigned;
  }

  OpBuilder &b;
  Location loc;
  const DepthwiseProblem &p;
  const GemmOperands &operands;
  bool isFloat;
  native::DotPrimitive dot;
  int64_t lanes;
  ColumnTail tail;
  std::optional<NumberSums> numbers;
  /// The zero points of the channels of the current tile; null without.
  Value zeros;
};

/// Pixels in a tile; each needs an accumulator, all share one vector of taps.
constexpr int64_t maxPixels = 8;

/// Channels of one pixel, one in each 32-bit lane.
Value DepthwiseEmitter::loadPixel(Value index, int64_t valid) {
  if (isFloat)
    return loadLanes(b, loc, VectorType::get({lanes}, b.getF32Type()),
                     operands.rows, index, valid);
  Type element = cast<MemRefType>(operands.rows.getType()).getElementType();
  auto type = VectorType::get({lanes}, element);
  auto wide = VectorType::get({lanes}, b.getI32Type());
  Value bytes = loadLanes(b, loc, type, operands.rows, index, valid);
  if (p.signedRows || element.isInteger(16))
    return arith::ExtSIOp::create(b, loc, wide, bytes);
  return arith::ExtUIOp::create(b, loc, wide, bytes);
}

/// The weights of one tap, in the form that `accumulate` wants.
Value DepthwiseEmitter::loadTap(Value index, int64_t valid) {
  if (isFloat)
    return loadLanes(b, loc, VectorType::get({lanes}, b.getF32Type()),
                     operands.weights, index, valid);
  auto type = VectorType::get({lanes}, b.getIntegerType(p.stored.bits));
  auto words = type.clone(b.getI32Type());
  Value bytes = loadLanes(b, loc, type, operands.weights, index, valid);
  Value wide = p.stored.isUnsigned
                   ? arith::ExtUIOp::create(b, loc, words, bytes).getResult()
                   : arith::ExtSIOp::create(b, loc, words, bytes).getResult();
  if (zeros)
    return arith::SubIOp::create(b, loc, wide, zeros);
  if (dot.kind == Dot::Widen)
    return wide;
  // A pair of i16 whose upper half is 0: the dot of two then multiplies one
  // byte of either sign by one weight.
  return arith::AndIOp::create(b, loc, wide,
                               splat(b, loc, wide.getType(), 0xFFFF));
}

Value DepthwiseEmitter::accumulate(Value acc, Value pixel, Value tap) {
  if (numbers)
    return numbers->take(acc, pixel, tap);
  auto pairs = VectorType::get({2 * lanes}, b.getI16Type());
  auto call = [&](StringRef name, ValueRange args) {
    return LLVM::CallIntrinsicOp::create(b, loc, acc.getType(),
                                         b.getStringAttr(name), args)
        .getResult(0);
  };
  switch (dot.kind) {
  case Dot::VpDpBusd:
  case Dot::PMaddWd: {
    Value a = vector::BitCastOp::create(b, loc, pairs, pixel);
    Value w = vector::BitCastOp::create(b, loc, pairs, tap);
    if (dot.kind == Dot::VpDpBusd)
      return call("llvm.x86.avx512.vpdpwssd.512", {acc, a, w});
    return arith::AddIOp::create(b, loc, acc,
                                 call("llvm.x86.avx2.pmadd.wd", {a, w}));
  }
  case Dot::Widen: {
    // A product of two words of which one is unsigned fits i32, too, but not
    // that of a word by 17 bits.
    if (p.wide && zeros) {
      pixel = arith::ExtSIOp::create(b, loc, acc.getType(), pixel);
      tap = arith::ExtSIOp::create(b, loc, acc.getType(), tap);
    }
    Value product = arith::MulIOp::create(b, loc, pixel, tap);
    if (product.getType() != acc.getType())
      product = arith::ExtSIOp::create(b, loc, acc.getType(), product);
    return arith::AddIOp::create(b, loc, acc, product);
  }
  case Dot::Fma:
    return math::FmaOp::create(b, loc, pixel, tap, acc);
  case Dot::MulAdd:
    return arith::AddFOp::create(b, loc, acc,
                                 arith::MulFOp::create(b, loc, pixel, tap));
  case Dot::VpDpWssd:
  case Dot::PMaddUbSw:
  case Dot::PopWords:
  case Dot::PopBytes:
    break;
  }
  llvm_unreachable("one channel at a time leaves no bits to count");
}

/// Sums of a tile whose first pixel starts at `start` and whose first result
/// lies at `result`, in the chunks that are stated.
SmallVector<Value> DepthwiseEmitter::sumTerms(Value start, Value channel,
                                              Value result, int64_t pixels,
                                              int64_t valid) {
  SmallVector<Value> seeds;
  for (int64_t i = 0; numbers->isSeeded() && i < pixels; ++i)
    seeds.push_back(
        numbers->elementSeeds(addIndex(b, loc, result, i * p.channels)));
  auto next = [&](Value term, const NumberSums::Draw &drawn,
                  MutableArrayRef<Value> in) {
    Value width = constIndex(b, loc, p.kernel[1]);
    Value ky = arith::DivUIOp::create(b, loc, term, width);
    Value kx = arith::RemUIOp::create(b, loc, term, width);
    Value tap = loadTap(
        addIndex(b, loc, channel, mulIndex(b, loc, term, p.channels)), valid);
    Value at = addIndex(
        b, loc,
        addIndex(b, loc, start,
                 mulIndex(b, loc, ky, p.dilation[0] * p.width * p.channels)),
        mulIndex(b, loc, kx, p.dilation[1] * p.channels));
    NumberSums::Draw draw = drawn;
    for (int64_t i = 0; i < pixels; ++i) {
      Value pixel =
          loadPixel(addIndex(b, loc, at, i * p.stride[1] * p.channels), valid);
      draw.seeds = seeds.empty() ? Value() : seeds[i];
      in[i] = numbers->take(in[i], pixel, tap, draw);
    }
  };
  return numbers->sumTerms(p.kernel[0] * p.kernel[1], pixels, seeds, next);
}

void DepthwiseEmitter::emitTile(Value image, Value y, Value x, int64_t pixels,
                                Value channel, int64_t valid) {
  int64_t line = p.width * p.channels;
  Value start = addIndex(
      b, loc,
      addIndex(b, loc, mulIndex(b, loc, image, p.height * line),
               mulIndex(b, loc, y, p.stride[0] * line)),
      addIndex(b, loc, mulIndex(b, loc, x, p.stride[1] * p.channels),
               channel));
  Value result = addIndex(
      b, loc,
      mulIndex(b, loc,
               addIndex(b, loc,
                        mulIndex(b, loc,
                                 addIndex(b, loc,
                                          mulIndex(b, loc, image, p.out[0]), y),
                                 p.out[1]),
                        x),
               p.channels),
      channel);
  SmallVector<Value> acc(pixels, numbers ? numbers->begin()
                                         : tail.initial(channel, valid));
  zeros = {};
  if (operands.subtractsZeros())
    zeros = loadLanes(b, loc, VectorType::get({lanes}, b.getI32Type()),
                      operands.groupZero, channel, valid);
  // The rows of the window in a loop where there are many, its columns unrolled.
  int64_t unrolledRows = p.kernel[0] * p.kernel[1] <= 25 ? p.kernel[0] : 1;
  if (walksTerms())
    acc = sumTerms(start, channel, result, pixels, valid);
  acc = forCarrying(
      b, loc, walksTerms() ? 0 : p.kernel[0], unrolledRows, acc,
      [&](Value ky, ValueRange carried) {
        SmallVector<Value> in(carried);
        Value row = addIndex(
            b, loc, start, mulIndex(b, loc, ky, p.dilation[0] * line));
        Value taps = addIndex(
            b, loc, channel,
            mulIndex(b, loc, ky, p.kernel[1] * p.channels));
        for (int64_t r = 0; r < unrolledRows; ++r)
          for (int64_t kx = 0; kx < p.kernel[1]; ++kx) {
            Value tap = loadTap(
                addIndex(b, loc, taps, (r * p.kernel[1] + kx) * p.channels),
                valid);
            for (int64_t i = 0; i < pixels; ++i) {
              Value pixel = loadPixel(
                  addIndex(b, loc, row,
                           r * p.dilation[0] * line +
                               (i * p.stride[1] + kx * p.dilation[1]) *
                                   p.channels),
                  valid);
              in[i] = accumulate(in[i], pixel, tap);
            }
          }
        return in;
      });
  ColumnTail::Columns columns = tail.load(channel, valid);
  for (int64_t i = 0; i < pixels; ++i)
    tail.store(acc[i], columns, addIndex(b, loc, result, i * p.channels));
}

void DepthwiseEmitter::emitRow(Value image, Value y) {
  auto channels = [&](Value x, int64_t pixels) {
    int64_t whole = p.channels / lanes * lanes;
    forEach(b, loc, whole, lanes, [&](Value channel) {
      emitTile(image, y, x, pixels, channel, lanes);
    });
    if (whole < p.channels)
      emitTile(image, y, x, pixels, constIndex(b, loc, whole),
               p.channels - whole);
  };
  // Tiles of nearly equal width, so that the last one is not a sliver.
  int64_t tiles = (p.out[1] + maxPixels - 1) / maxPixels;
  int64_t pixels = (p.out[1] + tiles - 1) / tiles;
  int64_t whole = p.out[1] / pixels * pixels;
  forEach(b, loc, whole, pixels, [&](Value x) { channels(x, pixels); });
  if (whole < p.out[1])
    channels(constIndex(b, loc, whole), p.out[1] - whole);
}

void DepthwiseEmitter::emit() {
  forEach(b, loc, p.batch, 1, [&](Value image) {
    forEachShared(b, loc, p.out[0], 1, threadsFor(p.products(), p.threads),
                  [&](Value y) { emitRow(image, y); });
  });
}

} // namespace

void emitDepthwise(OpBuilder &b, Location loc, const native::Target &target,
                   const DepthwiseProblem &problem,
                   const GemmOperands &operands) {
  DepthwiseEmitter(b, loc, target, problem, operands).emit();
}

} // namespace qs::vec
