//===- WordKernelTest.cpp - kernels over words of 16 bits -----------------===//
//
// Part of the qs project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Matrix products and convolutions of codes whose levels no signed byte holds:
// packed, compiled and compared bit for bit with the interpreter's evaluation
// of the operation and of the packed kernel.
//
//===----------------------------------------------------------------------===//

#include "CompiledTest.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/Verifier.h"
#include "qs/Dialect/QS/IR/Names.h"
#include "qs/Dialect/QS/Transforms/Utils/Constants.h"
#include "qs/Interpreter/Interpreter.h"
#include <cmath>
#include <random>

using namespace mlir;
using namespace qs;

namespace {

/// How far a number of a case may go: that of its code, or less.
struct Side {
  std::string code;
  int64_t zeroPoint = 0;
  /// 0: as far as the code.
  int64_t most = 0;
};

enum class Tail { Store, Requantize8, Requantize16, Dequantize };

struct WordCase {
  int64_t m = 1, n = 1, k = 1;
  Side rows, weights;
  bool wide = false;
  Tail tail = Tail::Store;
  int64_t group = 0;
  /// A convolution of a height x m image by k channels.
  int64_t height = 0, kernel = 1, stride = 1, dilation = 1, pad = 0, groups = 1;

  bool isConv() const { return height > 0; }
  std::string name() const {
    std::string text = std::to_string(m) + "x" + std::to_string(n) + "x" +
                       std::to_string(k) + " " + rows.code + " x " +
                       weights.code + (wide ? " wide" : "") + " tail " +
                       std::to_string(int(tail));
    if (group > 0)
      text += " groups of " + std::to_string(group);
    if (isConv())
      text += " conv " + std::to_string(height) + " by " +
              std::to_string(kernel) + " stride " + std::to_string(stride) +
              " dilation " + std::to_string(dilation) + " pad " +
              std::to_string(pad) + " groups " + std::to_string(groups);
    return text;
  }
};

int64_t bitsOf(const std::string &code) {
  return std::stoi(code.substr(code.find("int") + 3));
}

/// Random levels of a side, with the extremes among them.
std::vector<int64_t> makeLevels(const Side &side, int64_t count,
                                std::mt19937 &random) {
  int64_t bits = bitsOf(side.code);
  bool isUnsigned = side.code[0] == 'u';
  int64_t low = isUnsigned ? 0 : -(int64_t(1) << (bits - 1));
  int64_t high = (int64_t(1) << (bits - !isUnsigned)) - 1;
  if (side.most > 0) {
    low = std::max(low, side.zeroPoint - side.most);
    high = std::min(high, side.zeroPoint + side.most);
  }
  std::vector<int64_t> levels;
  for (int64_t i = 0; i < count; ++i) {
    unsigned kind = random() % 8;
    levels.push_back(kind == 0   ? low
                     : kind == 1 ? high
                                 : low + int64_t(random()) % (high - low + 1));
  }
  return levels;
}

/// Words as they lie in memory, in bytes or pairs of them.
std::vector<char> toMemory(const Side &side,
                           const std::vector<int64_t> &levels) {
  int64_t bits = bitsOf(side.code);
  std::vector<char> bytes;
  for (int64_t level : levels) {
    uint64_t word = uint64_t(level) & ((uint64_t(1) << bits) - 1);
    bytes.push_back(char(word));
    if (bits > 8)
      bytes.push_back(char(word >> 8));
  }
  return bytes;
}

/// The plain operation of a case with what follows it.
class Program {
public:
  Program(MLIRContext &context, const WordCase &c, std::mt19937 &random)
      : b(&context), loc(b.getUnknownLoc()), c(c), random(random) {
    if (c.isConv()) {
      auto extent = [&](int64_t size) {
        return (size + 2 * c.pad - c.dilation * (c.kernel - 1) - 1) / c.stride +
               1;
      };
      in = {1, c.height, c.m, c.k};
      weight = {c.n, c.kernel, c.kernel, c.k / c.groups};
      out = {1, extent(c.height), extent(c.m), c.n};
    } else {
      in = {c.m, c.k};
      weight = {c.n, c.k};
      out = {c.m, c.n};
    }
  }

  OwningOpRef<ModuleOp> build() {
    OwningOpRef<ModuleOp> module = ModuleOp::create(loc);
    b.setInsertionPointToEnd(module->getBody());
    auto rows = RankedTensorType::get(in, typeOf(c.rows.code));
    Type element = c.tail == Tail::Store
                       ? (c.group > 0 ? Type(b.getF32Type())
                                      : b.getIntegerType(c.wide ? 64 : 32))
                   : c.tail == Tail::Dequantize
                       ? Type(b.getF32Type())
                       : typeOf(c.tail == Tail::Requantize8 ? "int8" : "int16");
    auto result = RankedTensorType::get(out, element);
    auto function =
        func::FuncOp::create(b, loc, "f", b.getFunctionType({rows}, {result}));
    b.setInsertionPointToStart(function.addEntryBlock());
    Value sums = makeSums(function.getArgument(0));
    func::ReturnOp::create(b, loc, makeTail(sums, result));
    return module;
  }

  llvm::SmallVector<int64_t> in, weight, out;

private:
  QuantType typeOf(const std::string &code) {
    return QuantType::get(parseCodeName(code, b.getContext()),
                          cast<ScaleAttrInterface>(TensorScaleAttr::get(
                              b.getContext(), b.getF32Type())));
  }
  Value zeroPoint(const Side &side) {
    return side.zeroPoint == 0
               ? Value()
               : makeInts(b, loc, {}, {int32_t(side.zeroPoint)});
  }

  Value makeSums(Value x) {
    QuantType type = typeOf(c.weights.code);
    Value scale, bias;
    int64_t axis = c.isConv() ? 3 : 1;
    if (c.group > 0) {
      type = type.withScale(cast<ScaleAttrInterface>(
          GroupScaleAttr::get(b.getContext(), axis, c.group, b.getF32Type())));
      SmallVector<int64_t> shape(weight);
      shape.back() /= c.group;
      std::vector<float> scales;
      for (int64_t i = 0; i < ShapedType::getNumElements(shape); ++i)
        scales.push_back(float(random() % 1000 + 1) / 65536);
      scale = makeFloats(b, loc, shape, scales);
    } else {
      // Odd columns have large biases.
      std::vector<int64_t> values;
      for (int64_t i = 0; i < c.n; ++i)
        values.push_back(int64_t(random() % 2000) - 1000 +
                         (c.wide && i % 2 ? int64_t(1) << 40 : 0));
      auto biasType =
          RankedTensorType::get({c.n}, b.getIntegerType(c.wide ? 64 : 32));
      std::vector<int32_t> narrow(values.begin(), values.end());
      bias = arith::ConstantOp::create(
          b, loc,
          c.wide ? DenseElementsAttr::get(biasType, ArrayRef(values))
                 : DenseElementsAttr::get(biasType, ArrayRef(narrow)));
    }
    int64_t count = ShapedType::getNumElements(weight);
    std::vector<int64_t> levels = makeLevels(c.weights, count, random);
    Value w =
        qs::makeLevels(b, loc, RankedTensorType::get(weight, type),
                       std::vector<int32_t>(levels.begin(), levels.end()));
    Type sums = RankedTensorType::get(
        out, c.group > 0 ? Type(b.getF32Type())
                         : b.getIntegerType(c.wide ? 64 : 32));
    AccumulatorAttr accumulator;
    if (c.wide)
      accumulator = AccumulatorAttr::getInteger(b.getContext(), 60);
    if (c.isConv())
      return qs::Conv2DOp::create(
          b, loc, sums, x, w, zeroPoint(c.rows), zeroPoint(c.weights), bias,
          scale, Value(), ArrayRef<int64_t>{c.pad, c.pad, c.pad, c.pad},
          ArrayRef<int64_t>{c.stride, c.stride},
          ArrayRef<int64_t>{c.dilation, c.dilation}, c.groups, accumulator);
    return qs::MatmulOp::create(b, loc, sums, x, w, zeroPoint(c.rows),
                                zeroPoint(c.weights), bias, scale, Value(),
                                /*transpose_rhs=*/true, accumulator);
  }

  Value makeTail(Value sums, RankedTensorType result) {
    if (c.tail == Tail::Store)
      return sums;
    // Results spread over the output's range: sums are about so large.
    double reach = std::ldexp(
        std::sqrt(
            double(ShapedType::getNumElements(ArrayRef(weight).drop_front()))),
        int(bitsOf(c.rows.code) + bitsOf(c.weights.code)) - 3);
    if (c.rows.most || c.weights.most)
      reach = 1 << 28;
    std::vector<float> factors;
    double range = c.tail == Tail::Requantize8 ? 100 : 20000;
    for (int64_t i = 0; i < c.n; ++i)
      factors.push_back(
          float(range / reach * (1 + double(random() % 64) / 64)));
    if (c.tail == Tail::Dequantize) {
      auto floats = cast<RankedTensorType>(result);
      Value real = c.group > 0
                       ? sums
                       : tosa::CastOp::create(b, loc, floats, sums).getResult();
      SmallVector<int64_t> shape(out.size(), 1);
      shape.back() = c.n;
      auto byte = RankedTensorType::get(1, b.getI8Type());
      Value shift = tosa::ConstOp::create(
          b, loc, byte, DenseElementsAttr::get(byte, int8_t(0)));
      return tosa::MulOp::create(b, loc, floats, real,
                                 makeWeights(b, loc, shape, factors), shift);
    }
    return RequantizeOp::create(
        b, loc, result, sums, makeFloats(b, loc, {c.n}, factors), Value(),
        makeInts(b, loc, {}, {3}), RoundingMode::HalfEven, Overflow::Saturate);
  }

  OpBuilder b;
  Location loc;
  const WordCase &c;
  std::mt19937 &random;
};

class WordKernels : public test::TargetTest {
protected:
  void check(const WordCase &c);
  std::vector<int64_t> interpret(ModuleOp module, const interp::Tensor &x);
};

/// The result's elements as integers, or the bits of f32.
std::vector<int64_t> WordKernels::interpret(ModuleOp module,
                                            const interp::Tensor &x) {
  interp::Interpreter interpreter(module);
  auto results = interpreter.run("f", {x});
  if (!results) {
    ADD_FAILURE() << llvm::toString(results.takeError());
    return {};
  }
  const interp::Tensor &y = results->front();
  if (y.isFloat())
    return y.bitcast(interp::ElementType::i32()).to<int64_t>();
  return y.to<int64_t>();
}

void WordKernels::check(const WordCase &c) {
  SCOPED_TRACE(c.name());
  std::mt19937 random(static_cast<unsigned>(c.m + 31 * c.n + 977 * c.k));
  Program program(context, c, random);
  OwningOpRef<ModuleOp> module = program.build();
  ASSERT_TRUE(succeeded(verify(*module)));
  int64_t count = ShapedType::getNumElements(program.in);
  std::vector<int64_t> levels = makeLevels(c.rows, count, random);
  auto function = *module->getOps<func::FuncOp>().begin();
  interp::Tensor x(*interp::ElementType::get(
                       getElementTypeOrSelf(function.getArgumentTypes()[0])),
                   program.in);
  for (int64_t i = 0; i < count; ++i)
    x.setInt(i, levels[i]);
  std::vector<int64_t> want = interpret(*module, x);
  ASSERT_EQ(int64_t(want.size()), ShapedType::getNumElements(program.out));

  pack(*module);
  EXPECT_EQ(interpret(*module, x), want) << "the packed kernel, interpreted";

  std::unique_ptr<native::JIT> code = jit(*module, targetOptions());
  ASSERT_TRUE(code);
  std::vector<char> input = toMemory(c.rows, levels);
  bool isByte = c.tail == Tail::Requantize8,
       isWord = c.tail == Tail::Requantize16;
  bool isLong = c.tail == Tail::Store && c.wide;
  std::vector<int64_t> storage(want.size());
  call(*code, {input.data()}, {storage.data()});
  for (size_t i = 0; i < want.size(); ++i) {
    int64_t got = isByte   ? reinterpret_cast<int8_t *>(storage.data())[i]
                  : isWord ? reinterpret_cast<int16_t *>(storage.data())[i]
                  : isLong ? storage[i]
                           : reinterpret_cast<int32_t *>(storage.data())[i];
    ASSERT_EQ(got, want[i]) << "element " << i;
  }
}

WordCase matmul(int64_t m, int64_t n, int64_t k, Side rows, Side weights,
                bool wide, Tail tail = Tail::Store, int64_t group = 0) {
  WordCase c;
  c.m = m;
  c.n = n;
  c.k = k;
  c.rows = std::move(rows);
  c.weights = std::move(weights);
  c.wide = wide;
  c.tail = tail;
  c.group = group;
  return c;
}

/// As far as a number of one side may go where `k` products with one of the
/// other side are to fit i32.
int64_t mostBeside(int64_t other, int64_t k) {
  return std::max<int64_t>(1, INT32_MAX / 2 / k / other);
}

/// Every remainder of M, N and K from 1 to twice the tile plus 1, sums of i32
/// and of i64, with weights that are split and that are not.
TEST_P(WordKernels, Remainders) {
  const Tail tails[] = {Tail::Store, Tail::Requantize8, Tail::Requantize16,
                        Tail::Dequantize};
  for (int64_t size = 1; size <= 33; ++size) {
    int64_t m = 1 + size % 17, n = 1 + size * 9 % 131;
    Tail tail = tails[size % 4];
    check(matmul(m, n, size, {"int16"}, {"int16"}, true, tail));
    check(matmul(m, n, size, {"int16", 0, mostBeside(32768, size)}, {"int16"},
                 false, tail));
    check(matmul(m, n, size, {"int8"}, {"int12"}, false, tail));
  }
}

/// Pairs of widths and signs, with zero points, one row and many.
TEST_P(WordKernels, Codes) {
  struct Pair {
    Side rows, weights;
  };
  const Pair pairs[] = {
      {{"int8"}, {"int16"}},
      {{"uint8", 7}, {"int12"}},
      {{"uint8"}, {"uint16"}},
      {{"int8"}, {"uint8"}},
      {{"uint8", 131}, {"uint8"}},
      {{"uint8"}, {"int8", 100}},
      {{"int4"}, {"int9"}},
      {{"int16"}, {"int8"}},
      {{"int16"}, {"int4"}},
      {{"uint16", 30000}, {"int8"}},
      {{"uint16"}, {"uint8"}},
      {{"uint12", 5}, {"int10"}},
      {{"int12", -7}, {"uint10", 512}},
      {{"int16"}, {"uint16", 32768}},
      {{"int9"}, {"uint16"}},
      {{"uint16"}, {"uint16"}},
  };
  int64_t size = 0;
  for (const Pair &pair : pairs)
    for (int64_t m : {1, 2, 23}) {
      int64_t n = 1 + ++size * 41 % 150, k = 1 + size * 17 % 70;
      check(matmul(m, n, k, pair.rows, pair.weights, true,
                   size % 2 ? Tail::Requantize8 : Tail::Dequantize));
      Pair small = pair;
      small.rows.most =
          mostBeside(int64_t(1) << (bitsOf(pair.weights.code)), k);
      check(matmul(m, n, k, small.rows, small.weights, false,
                   size % 2 ? Tail::Dequantize : Tail::Requantize16));
    }
}

/// Every width above a byte, signed and unsigned, as weights and as
/// activations: none is left to general loops.
TEST_P(WordKernels, EveryWidth) {
  for (int64_t bits = 8; bits <= 16; ++bits)
    for (const char *sign : {"int", "uint"}) {
      std::string code = sign + std::to_string(bits);
      check(matmul(1 + bits % 3, 37, 24, {"int8"}, {code}, bits > 12,
                   Tail::Requantize8));
      check(matmul(1 + bits % 3, 19, 24, {code}, {"int8"}, true,
                   Tail::Requantize16));
      check(matmul(9, 19, 24, {code, 0, 1000}, {code, 0, 1000}, false,
                   Tail::Dequantize, 8));
    }
}

/// Sums of i64 that are added up in pieces: more terms than i32 holds, on both
/// sides of a piece, and bytes of which it holds tens of thousands.
TEST_P(WordKernels, Pieces) {
  for (int64_t k : {255, 256, 257, 511, 513, 1001})
    for (int64_t m : {1, 9}) {
      check(matmul(m, 37, k, {"int16"}, {"int16"}, true));
      check(matmul(m, 37, k, {"int16"}, {"int12"}, true));
      check(matmul(m, 37, k, {"uint16"}, {"uint16"}, true));
    }
  for (int64_t k : {65793, 65794, 70001})
    for (const char *rows : {"uint8", "int8"}) {
      check(matmul(1, 5, k, {rows}, {"int8"}, true));
      check(matmul(3, 3, k, {rows}, {"uint8"}, true));
    }
}

/// Scales of groups: the sum of each group is an i32.
TEST_P(WordKernels, Groups) {
  for (int64_t group : {2, 6, 16, 33})
    for (int64_t m : {1, 2, 19}) {
      int64_t k = 3 * group, most = mostBeside(32768, group);
      check(matmul(m, 37, k, {"int16", 0, most}, {"int16"}, false, Tail::Store,
                   group));
      check(matmul(m, 21, k, {"uint16", 40000, most}, {"int12"}, false,
                   Tail::Dequantize, group));
      check(matmul(m, 21, k, {"int16", 0, most}, {"uint16"}, false, Tail::Store,
                   group));
      if (group % 4)
        continue;
      check(matmul(m, 37, k, {"uint8", 17}, {"uint8"}, false, Tail::Store,
                   group));
      check(matmul(m, 37, k, {"int8"}, {"uint8"}, false, Tail::Dequantize,
                   group));
    }
}

/// Windows, strides, dilations, padding, groups and depthwise convolutions.
TEST_P(WordKernels, Convolutions) {
  struct Shape {
    int64_t height, width, channels, columns, kernel, stride, dilation, pad,
        groups, scaleGroup;
  };
  const Shape shapes[] = {
      {5, 5, 3, 2, 3, 2, 1, 1, 1, 0},     {9, 8, 1, 5, 5, 1, 1, 2, 1, 0},
      {7, 9, 8, 17, 3, 1, 2, 2, 1, 0},    {6, 6, 5, 16, 1, 2, 1, 0, 1, 0},
      {6, 7, 8, 12, 3, 1, 1, 1, 2, 0},    {8, 8, 12, 9, 3, 2, 2, 1, 3, 0},
      {12, 12, 16, 48, 2, 1, 1, 0, 1, 0}, {5, 6, 8, 20, 3, 1, 1, 1, 1, 4},
      {5, 5, 7, 7, 3, 1, 1, 1, 7, 0},     {9, 19, 33, 33, 3, 2, 1, 1, 33, 0},
      {8, 8, 16, 16, 5, 1, 2, 4, 16, 0},
  };
  for (const Shape &s : shapes) {
    WordCase c;
    c.height = s.height;
    c.m = s.width;
    c.k = s.channels;
    c.n = s.columns;
    c.kernel = s.kernel;
    c.stride = s.stride;
    c.dilation = s.dilation;
    c.pad = s.pad;
    c.groups = s.groups;
    c.group = s.scaleGroup;
    int64_t terms = s.kernel * s.kernel * s.channels / s.groups;
    auto expect = [&](Side rows, Side weights, bool wide, Tail tail) {
      if (c.group > 0 && (wide || tail == Tail::Requantize8))
        return;
      c.rows = rows;
      c.weights = weights;
      c.wide = wide;
      c.tail = tail;
      check(c);
    };
    expect({"int16"}, {"int16"}, true, Tail::Store);
    expect({"int16", 0, mostBeside(32768, terms)}, {"int16"}, false,
           Tail::Store);
    expect({"uint16", 1000}, {"int12"}, true, Tail::Requantize8);
    expect({"int8", -3}, {"int12"}, false, Tail::Requantize8);
    expect({"uint8", 131}, {"uint8"}, false, Tail::Dequantize);
    expect({"int16", 5, mostBeside(65536, terms)}, {"uint16"}, false,
           Tail::Dequantize);
    expect({"int8"}, {"int8"}, true, Tail::Dequantize);
  }
}

QS_EVERY_TARGET(WordKernels);

} // namespace
